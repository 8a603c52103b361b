"""What stands beside a rule while it is built: its sentence, findings, the difference, a sample learner."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from pathways.admin.wording import rule_in_words, say
from pathways.models import PathwayVersion
from pathways.queries import catalogue_for, inputs_of, rule_for, terms_for
from pathways.queries.drafts import Line, is_a_rule, lost_milestones
from pathways.rules import comparing, explain, tree
from pathways.rules.evaluate import Entry, Reason, Verdict
from pathways.rules.headings import heading
from pathways.services.evaluating import verdict_on
from pathways.services.publishing import findings

if TYPE_CHECKING:
    from learners.models import User

FEW = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """Something found: in words, and the requirement it is about where it is about one."""

    words: str
    line: Line | None = None
    is_error: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """A sample learner before the rule: what is said of her, what counts where, what does not and why.

    `others` is how many credentials she has that the rule does not list.
    """

    learner: Any
    headline: str
    left: list[str]
    counted: list[tuple[str, str]]
    uncounted: list[str]
    others: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    sentence: str
    notes: list[Note]
    is_rule: bool
    differences: list[str] | None
    asked: str = ""
    people: list[Any] = field(default_factory=list)
    trial: Trial | None = None
    trial_problem: str = ""


def beside(version: PathwayVersion, root: Line | None, *, asked: str, at: datetime) -> Beside:
    """All of it for one version; `asked` is whom to try it on: a name, an address, or # and a number."""
    is_rule = is_a_rule(version)
    people = list(_people(asked)) if asked else []
    trial, problem = None, ""
    if asked and not people:
        problem = _("Nobody of that name or address is on record.")
    elif len(people) == 1 and not is_rule:
        problem = _("It can be tried once nothing is missing.")
    elif len(people) == 1:
        try:
            trial = _trial(version, people[0], at)
        except tree.RuleError as error:
            problem = _("It cannot be tried yet. “%(node)s”: %(problem)s.") % {
                "node": error.node,
                "problem": error.problem,
            }
    return Beside(
        sentence=rule_in_words(version) if is_rule else _("The rule is not complete yet."),
        notes=_notes(version, root, is_rule=is_rule),
        is_rule=is_rule,
        differences=_differences(version) if is_rule else None,
        asked="" if trial else asked,
        people=people[:FEW] if len(people) > 1 else [],
        trial=trial,
        trial_problem=problem,
    )


def _notes(version: PathwayVersion, root: Line | None, *, is_rule: bool) -> list[Note]:
    lines = {line.row.key: line for line in root.everything()} if root else {}
    waits = _("Milestone “%(name)s” waits for a requirement that is not here any more.")
    lost = [Note(words=waits % {"name": name}) for name in lost_milestones(version)]
    if root is None:
        return [Note(words=_("The rule has no requirement yet. Start from a model, or add one.")), *lost]
    if not is_rule:
        return [*(Note(words=line.missing, line=line) for line in lines.values() if line.missing), *lost]
    try:
        found = findings(version)
    except tree.RuleError:
        return lost
    return lost + [
        Note(words=say(row.message), line=lines.get(row.node), is_error=row.severity == "error")
        for row in found
    ]


def _differences(version: PathwayVersion) -> list[str] | None:
    """What differs from the version in force; None where there is none."""
    published = version.pathway.current_version
    if published is None or published.pk == version.pk:
        return None
    before, after = terms_for(published), terms_for(version)
    catalog = {**catalogue_for(before.rule), **catalogue_for(after.rule)}
    changes = comparing.compare(before.rule, after.rule)
    said = [say(comparing.in_words(change, catalog)) for change in changes]
    return said + [say(sentence) for sentence in comparing.beside(before, after)]


def _people(asked: str) -> "QuerySet[User]":
    """Whom this means: one by the number of a link, or all whose name or address holds the words."""
    people: QuerySet[User] = get_user_model().objects.order_by("name", "pk")
    if asked.startswith("#") and asked[1:].isdigit():
        return people.filter(pk=int(asked[1:]))
    exact = people.filter(email__iexact=asked)
    if exact.exists():
        return exact
    return people.filter(Q(name__icontains=asked) | Q(email__icontains=asked))[: FEW + 1]


def _trial(version: PathwayVersion, learner: "User", at: datetime) -> Trial:
    """Her verdict as if she were enrolled on this version; nothing is saved."""
    terms, inputs = terms_for(version), inputs_of(learner)
    verdict = verdict_on(terms, inputs, at)
    facts = {fact.id: fact for fact in inputs.facts}
    catalog = catalogue_for(terms.rule, [fact.achievement for fact in inputs.facts])
    titles = {node.key: node for node in tree.nodes(tree.keyed(rule_for(version)))}

    def name(code: str) -> str:
        return catalog[code].name if code in catalog and catalog[code].name else code

    zone = ZoneInfo(settings.PORTAL_TIME_ZONE)
    return Trial(
        learner=learner,
        headline=say(explain.headline(verdict)),
        left=[] if verdict.satisfied else list(_left(verdict, catalog)),
        counted=[
            (name(facts[pk].achievement), _place(titles[key], catalog))
            for key, ids in verdict.assignment.items()
            for pk in ids
            if pk in facts
        ],
        uncounted=[
            say(explain.reason_sentence(row.code, facts[row.credential], catalog=catalog, zone=zone))
            for row in verdict.uncounted
            if row.credential in facts and row.code is not Reason.NOT_LISTED
        ],
        others=sum(row.code is Reason.NOT_LISTED for row in verdict.uncounted),
    )


def _place(node: tree.Rule, catalog: Mapping[str, Entry]) -> str:
    """Where something counts, in a few words; of a single achievement its own name says it."""
    if node.label or not isinstance(node, tree.Earned | tree.Done):
        return node.label or say(heading(node, catalog))
    return ""


def _left(verdict: Verdict, catalog: Mapping[str, Entry]) -> Iterator[str]:
    for leaf in explain.leaves(verdict.explanation):
        if not leaf.is_met and leaf.chosen:
            said = say(explain.node_sentence(leaf, catalog))
            yield f"{leaf.label}: {said}" if leaf.label else said
