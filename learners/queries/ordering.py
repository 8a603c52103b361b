"""The order that a pathway advises and does not enforce: what was earned otherwise, said and counted."""

from datetime import date, datetime

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from credentials.queries import local_day
from pathways.models import Enrolment, Pathway, PathwayVersion
from pathways.queries import catalogue, inputs_of, terms_for
from pathways.rules import explain, tree
from pathways.rules.evaluate import Explained
from pathways.services.evaluating import verdict_on


def order_notes(enrolment: Enrolment, at: datetime) -> tuple[str, ...]:
    """A sentence for each part of a linear pathway that was earned before one that is meant to come first.

    Empty where order is enforced, and where the parts have none.
    """
    version = enrolment.version
    is_advised = version.order_policy == PathwayVersion.Order.ADVISORY
    if not is_advised or enrolment.pathway.model != Pathway.Model.LINEAR:
        return ()
    terms, inputs = terms_for(version), inputs_of(enrolment.learner)
    if not isinstance(terms.rule, tree.AllOf):
        return ()
    days = {fact.id: local_day(fact.earned_at) for fact in inputs.facts}
    verdict = verdict_on(terms, inputs, at, enrolment=enrolment)
    names = catalogue(tree.listed(terms.rule))
    notes, latest = [], None
    for node in verdict.explanation.children:
        earned = _earned(node, days)
        if not earned:
            continue
        if latest is not None and earned[0][0] < latest[0]:
            notes.append(
                _(
                    "You earned %(part)s on %(day)s, before %(first)s on %(other)s. That order is advised, "
                    "not required: both count."
                )
                % {
                    "part": names[earned[0][1]].name,
                    "day": date_format(earned[0][0], "j F Y"),
                    "first": names[latest[1]].name,
                    "other": date_format(latest[0], "j F Y"),
                }
            )
        latest = max(earned[-1], latest or earned[-1])
    return tuple(notes)


def _earned(node: Explained, days: dict[str, date]) -> list[tuple[date, str]]:
    """When the parts below were earned, and as what they count, the earliest first."""
    used = (row for leaf in explain.leaves(node) for row in leaf.used)
    return sorted((days[row.credential], row.counted_as) for row in used)
