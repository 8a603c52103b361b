"""What keeps a decision from being proposed or approved, in words that its proposer can act on."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from credentials.queries import local_day
from pathways.models import (
    Enrolment,
    Equivalence,
    Exemption,
    Pause,
    Recognition,
    Ruling,
    StepCompletion,
)
from pathways.queries import as_if, inputs_of, situation_of, terms_for
from pathways.rules import tree
from pathways.rules.evaluate.situation import check as check_situation

# Beside its node, each exception says the one thing that makes it one.
NEEDS: Mapping[str, str] = {
    Exemption.Type.REDUCE: "by",
    Exemption.Type.SUBSTITUTE: "achievement",
    Exemption.Type.BLOCK: "credential",
}


class CannotRule(Exception):
    """Nothing was decided; the message says why and what to do next."""


def check(ruling: Ruling, at: datetime) -> None:
    """Raises CannotRule where it could not stand; the caller holds whom it concerns."""
    if not ruling.reason.strip():
        raise CannotRule(_("Give the reason: whoever approves it, and whoever asks later, reads it."))
    match ruling:
        case Exemption():
            _check_exemption(ruling, at)
        case Equivalence():
            _check_equivalence(ruling)
        case Pause():
            _check_pause(ruling)
        case Recognition():
            _check_recognition(ruling, at)
        case StepCompletion():
            _check_completion(ruling, at)


def missing_steps(equivalence: Equivalence) -> list[str]:
    """What this equivalence does not do, though a reader may think so: equivalences take one step only."""
    standing = Equivalence.objects.standing().select_related("source", "target")
    pairs = {(row.source, row.target) for row in standing} - {(equivalence.source, equivalence.target)}
    onward = [(equivalence.source, target) for source, target in pairs if source == equivalence.target]
    before = [(source, equivalence.target) for source, target in pairs if target == equivalence.source]
    return sorted(
        _("%(first)s does not count as %(last)s by this: propose that too, if it is meant.")
        % {"first": first, "last": last}
        for first, last in onward + before
        if first != last and (first, last) not in pairs
    )


def _check_exemption(row: Exemption, at: datetime) -> None:
    enrolment = row.enrolment
    if enrolment.state == Enrolment.State.WITHDRAWN:
        raise CannotRule(_("%(learner)s has left this pathway.") % {"learner": enrolment.learner})
    if row.expires_on is not None and row.expires_on < local_day(at):
        raise CannotRule(_("Its last day, %(day)s, has passed.") % {"day": _day(row.expires_on)})
    for type_, field in NEEDS.items():
        if (getattr(row, field) is not None) != (type_ == row.type):
            raise CannotRule(_said_of(row.type))
    _check_place(row, at)
    if row.credential is not None and row.credential.recipient_id != enrolment.learner_id:
        raise CannotRule(_("That credential is not %(learner)s's.") % {"learner": enrolment.learner})
    same = Exemption.objects.filter(
        enrolment=enrolment,
        type=row.type,
        node=row.node,
        achievement=row.achievement,
        credential=row.credential,
        ended_at=None,
    )
    # One that outlasts what stands adds something.
    lasting = Q(expires_on=None) | (Q(expires_on__gte=row.expires_on) if row.expires_on else Q())
    _refuse_second(row, same.filter(lasting, by=row.by))


def _check_place(row: Exemption, at: datetime) -> None:
    """The exception fits its node; the engine itself has the last word."""
    terms = terms_for(row.enrolment.version)
    nodes = {node.key: node for node in tree.nodes(terms.rule)}
    node = nodes.get(row.node)
    is_anywhere = row.type == Exemption.Type.BLOCK and row.node == Exemption.ANYWHERE
    if node is None and not is_anywhere:
        raise CannotRule(
            _("The rule that %(learner)s is held to (%(version)s) has no such requirement.")
            % {"learner": row.enrolment.learner, "version": row.enrolment.version}
        )
    if node is not None and row.type == Exemption.Type.REDUCE:
        _check_number(row, node)
    if (
        node is not None
        and row.type in (Exemption.Type.SUBSTITUTE, Exemption.Type.BLOCK)
        and not tree.is_leaf(node)
    ):
        raise CannotRule(
            _("That requirement is a group of others. Choose the one inside it that this is about.")
        )
    if row.achievement is not None and node is not None and row.achievement.code in tree.codes(node):
        raise CannotRule(_("%(achievement)s counts there already.") % {"achievement": row.achievement})
    inputs = as_if(inputs_of(row.enrolment.learner), row, at)
    situation = situation_of(terms, inputs, at, enrolment=row.enrolment)
    try:
        check_situation(replace(situation, exemptions=inputs.exemptions[row.enrolment_id]))
    except tree.RuleError as error:
        raise CannotRule(
            _("No verdict could be given with it. “%(node)s”: %(problem)s.")
            % {"node": error.node, "problem": error.problem}
        ) from error


def _check_number(row: Exemption, node: tree.Rule) -> None:
    match node:
        case tree.Pool() | tree.AtLeast():
            asked = node.n
        case tree.Earned() | tree.Done():
            asked = 1
        case _:
            raise CannotRule(
                _(
                    "Only a number of achievements or of parts can be reduced. Waive that requirement, or "
                    "choose one inside it."
                )
            )
    if not 1 <= (row.by or 0) <= asked:
        raise CannotRule(
            _("That requirement asks for %(asked)d: reduce it by 1 to %(asked)d.") % {"asked": asked}
        )


def _check_equivalence(row: Equivalence) -> None:
    if row.source_id == row.target_id:
        raise CannotRule(_("An achievement counts as itself without that. Choose two different ones."))
    if row.valid_from and row.valid_to and row.valid_to < row.valid_from:
        raise CannotRule(_("The last day lies before the first."))
    open_ones = Equivalence.objects.filter(source=row.source_id, target=row.target_id, ended_at=None)
    if found := open_ones.exclude(pk=row.pk).first():
        raise CannotRule(
            _("%(source)s counts as %(target)s already, or that waits for approval. End it first.")
            % {"source": found.source, "target": found.target}
        )


def _check_pause(row: Pause) -> None:
    if row.ends_on < row.starts_on:
        raise CannotRule(_("The last day lies before the first."))
    others = Pause.objects.filter(
        learner=row.learner, ended_at=None, starts_on__lte=row.ends_on, ends_on__gte=row.starts_on
    )
    if found := others.exclude(pk=row.pk).first():
        raise CannotRule(
            _(
                "It overlaps the leave from %(first)s to %(last)s, which stands or waits for approval. "
                "Choose other days, or end that one first."
            )
            % {"first": _day(found.starts_on), "last": _day(found.ends_on)}
        )


def _check_recognition(row: Recognition, at: datetime) -> None:
    if not (row.institution.strip() and row.title.strip() and row.evidence.strip()):
        raise CannotRule(_("Say where it was earned, what it is called there, and where the proof is."))
    if row.achievement.current_version_id is None:
        raise CannotRule(
            _("%(achievement)s is not published: nothing can count as it yet.")
            % {"achievement": row.achievement}
        )
    _refuse_future(row.earned_at, at)
    if row.expires_on is not None and row.expires_on < local_day(row.earned_at):
        raise CannotRule(_("Its last valid day lies before the day it was earned."))
    open_ones = Recognition.objects.filter(learner=row.learner, institution=row.institution, ended_at=None)
    if row.reference:
        _refuse_second(row, open_ones.filter(reference=row.reference))
    same = open_ones.filter(title=row.title, achievement=row.achievement, reference=row.reference)
    _refuse_second(row, same)


def _check_completion(row: StepCompletion, at: datetime) -> None:
    if not row.evidence.strip():
        raise CannotRule(_("Say where the proof is that it was done."))
    _refuse_future(row.earned_at, at)
    _refuse_second(
        row,
        StepCompletion.objects.filter(
            learner=row.learner, act=row.act, earned_at=row.earned_at, ended_at=None
        ),
    )


def _refuse_future(earned_at: datetime, at: datetime) -> None:
    if earned_at > at:
        raise CannotRule(_("%(day)s lies ahead of today.") % {"day": _day(local_day(earned_at))})


def _refuse_second(row: Ruling, same: QuerySet[Any]) -> None:
    if same.exclude(pk=row.pk).exists():
        raise CannotRule(_("The same stands already, or waits for approval. Nothing was added."))


def _said_of(type_: str) -> str:
    says = {
        Exemption.Type.WAIVE: _("Waiving takes no number, no achievement and no credential."),
        Exemption.Type.REDUCE: _("Say by how many it is reduced, and nothing else."),
        Exemption.Type.SUBSTITUTE: _("Say which achievement counts instead, and nothing else."),
        Exemption.Type.BLOCK: _("Say which credential does not count, and nothing else."),
    }
    return says[Exemption.Type(type_)]


def _day(day: date) -> str:
    return date_format(day, "j F Y")
