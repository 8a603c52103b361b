"""One enrolment in full: the rule as a map of places, each with its state, its reason and what to do."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from assessments.queries import Work, work_of
from credentials.definitions.text import Text
from credentials.models import Achievement, Resource
from credentials.queries import next_dates, resources_for
from learners.queries.dashboard import RANK, UNDER_WAY, is_covered, tiles_of
from learners.queries.whatif import Choice, choices
from pathways.models import Enrolment
from pathways.queries import Inputs, inputs_of, situation_of, terms_for
from pathways.queries.standings import uses_of
from pathways.rules import explain, tree
from pathways.rules.evaluate import Entry, Explained, Fact, Reason, Verdict, judged

if TYPE_CHECKING:
    from learners.models import User

STATE_OF_REASON = {
    Reason.FUTURE: "not_yet_valid",
    Reason.REVOKED: "revoked",
    Reason.SUSPENDED: "suspended",
    Reason.EXPIRED: "expired",
}
STATE_OF_NODE = {
    "satisfied": "met",
    "at_risk": "expiring",
    "partial": "in_progress",
    "unmet": "unmet",
    "unreachable": "locked",
    "indeterminate": "pending",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One achievement that a requirement names. `state` is a code of state_chip.html, `word` says it.

    Until it is earned it offers what is read when it is needed, and the next date on which it is taught.
    """

    code: str
    name: str
    state: str
    word: str
    note: str
    url: str
    action_url: str
    action: str
    resources: tuple[Resource, ...]
    next_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One requirement: its rule and its standing in words, its proof where it is refused, its places."""

    title: str
    state: str
    word: str
    sentence: str
    proof: str
    deadline: date | None
    places: tuple[Place, ...]
    children: "tuple[Node, ...]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """Numbers count achievements; None where no end is in reach."""

    headline: str
    rule: str
    earned: int | None
    total: int | None
    left: int | None
    tiles: tuple[str, ...]
    nodes: tuple[Node, ...]
    uncounted: tuple[str, ...]
    elsewhere: tuple[str, ...]
    finish_by: date | None
    holds_through: date | None
    best: Work | None
    is_covered: bool
    # What would bring the end nearer, to be ticked in a what-if.
    useful: tuple[Choice, ...]


def progress(enrolment: Enrolment, at: datetime) -> Progress:
    """The verdict of this moment, explained; eight queries whatever the number of rows.

    It is asked anew, not read from the stored evaluation: the page of one enrolment can afford to be exact.
    """
    learner: User = enrolment.learner
    terms = terms_for(enrolment.version)
    rule = terms.rule
    inputs = inputs_of(learner)
    listed = tree.listed(rule)
    situation = situation_of(terms, inputs, at, enrolment=enrolment)
    entries, verdict = situation.catalog, judged(situation)
    pages = {
        row.code: row for row in Achievement.objects.filter(code__in=listed).select_related("current_version")
    }
    reader = _Reader(
        rule,
        verdict,
        inputs,
        entries,
        pages,
        work_of(learner, listed),
        enrolment.pathway.awards.code,
        resources_for(listed),
        next_dates([page.pk for page in pages.values()], at),
    )
    return reader.progress()


def say(text: Text) -> str:
    """A sentence of the rules in the reader's language, with days as she writes them."""
    return text.render(
        _, lambda value: date_format(value, "j F Y") if isinstance(value, date) else str(value)
    )


@dataclass(frozen=True)
class _Reader:
    rule: tree.Rule
    verdict: Verdict
    inputs: Inputs
    entries: Mapping[str, Entry]
    pages: Mapping[str, Achievement]
    works: Mapping[str, Work]
    awards: str
    resources: Mapping[str, Sequence[Resource]]
    dates: Mapping[int, datetime]

    def progress(self) -> Progress:
        verdict, root = self.verdict, self.verdict.explanation
        reached = verdict.total is not None and verdict.remaining is not None
        top = root.children or (root,)
        return Progress(
            headline=say(explain.headline(verdict)),
            rule=say(explain.sentence(self.rule, self.entries)),
            earned=verdict.done if reached else None,
            total=verdict.total if reached else None,
            left=verdict.remaining if reached else None,
            tiles=tiles_of([self._tiles(leaf) for leaf in explain.leaves(root)]),
            nodes=tuple(self._node(part) for part in top),
            uncounted=tuple(self._uncounted()),
            elsewhere=tuple(self._elsewhere()),
            finish_by=verdict.finish_by,
            holds_through=verdict.holds_through,
            best=self.best,
            is_covered=is_covered(verdict.remaining, verdict.next_useful, self.works)
            and bool(verdict.remaining),
            useful=choices(self.rule, verdict, self.entries),
        )

    @cached_property
    def rules(self) -> Mapping[str, tree.Rule]:
        return {node.key: node for node in tree.nodes(self.rule)}

    @cached_property
    def facts(self) -> Mapping[str, Fact]:
        return {fact.id: fact for fact in self.inputs.facts}

    @cached_property
    def refused(self) -> Mapping[str, tuple[Fact, Reason]]:
        """By code, a credential that fills no place, and why."""
        return {
            self.facts[row.credential].achievement: (self.facts[row.credential], row.code)
            for row in self.verdict.uncounted
        }

    @cached_property
    def used_codes(self) -> frozenset[str]:
        return frozenset(
            used.counted_as for leaf in explain.leaves(self.verdict.explanation) for used in leaf.used
        )

    def _tiles(self, leaf: Explained) -> tuple[int, int, bool, int]:
        under_way = sum(
            code in self.works and self.works[code].standing in UNDER_WAY for code in leaf.missing_options
        )
        return leaf.need, leaf.have, leaf.status == "at_risk", under_way

    @cached_property
    def best(self) -> Work | None:
        """The one thing to do next: what is begun before what is new; nothing where waiting is enough."""
        if is_covered(self.verdict.remaining, self.verdict.next_useful, self.works):
            return None
        able = [self.works[code] for code in self.verdict.next_useful if code in self.works]
        able = [work for work in able if work.can_hand_in]
        return min(able, key=lambda work: (RANK[work.standing], work.code), default=None)

    def _node(self, explained: Explained) -> Node:
        rule = self.rules[explained.key]
        proof = ""
        if explained.proof is not None and not explained.is_met:
            proof = say(
                explain.proof_sentence(
                    explained.proof, rule=self.rule, verdict=self.verdict, catalog=self.entries
                )
            )
        return Node(
            title=explained.label or _title(rule, self.entries),
            state=STATE_OF_NODE[explained.status],
            word=_word(explained),
            sentence=say(explain.node_sentence(explained, self.entries)),
            proof=proof,
            deadline=explained.deadline,
            places=tuple(self._place(code, explained) for code in dict.fromkeys(tree.codes(rule))),
            children=tuple(self._node(child) for child in explained.children),
        )

    def _place(self, code: str, leaf: Explained) -> Place:
        used = next((used for used in leaf.used if used.counted_as == code), None)
        work = self.works.get(code)
        if used is not None:
            state, word, note = self._counting(self.facts[used.credential])
        elif code in self.used_codes:
            state, word, note = "earned", _("Earned"), _("It counts in another place of this pathway.")
        elif code in self.refused:
            fact, reason = self.refused[code]
            state, word = STATE_OF_REASON.get(reason, "earned"), ""
            note = self._reason(fact, reason)
        else:
            state, word, note = _missing(work, leaf, is_next=self.best is not None and self.best.code == code)
        if used is not None:
            action_url, action = self._held(used.credential)
        else:
            action_url, action = _action(work, leaf, code)
        if not action_url and code in self.refused:
            action_url, action = self._held(self.refused[code][0].id)
        page = self.pages.get(code)
        is_to_learn = page is not None and state not in ("counts", "earned")
        return Place(
            code=code,
            name=self.entries[code].name if code in self.entries else code,
            state=state,
            word=word,
            note=note,
            url=page.get_absolute_url() if page is not None and page.current_version_id else "",
            action_url=action_url,
            action=action,
            resources=tuple(self.resources.get(code, ())) if is_to_learn else (),
            next_at=self.dates.get(page.pk) if page is not None and is_to_learn else None,
        )

    def _counting(self, fact: Fact) -> tuple[str, str, str]:
        note = ""
        if fact.expires_on:
            note = _("Valid until %(day)s.") % {"day": date_format(fact.expires_on, "j F Y")}
        return "counts", _("Counts here"), note

    def _held(self, credential_id: str) -> tuple[str, str]:
        credential = self.inputs.credentials[credential_id]
        return reverse("learners:credential", args=[credential.public_id]), _("See the credential")

    def _uncounted(self) -> Iterator[str]:
        """Why what the pathway names, and she holds, fills no place."""
        for row in self.verdict.uncounted:
            if row.code != Reason.NOT_LISTED:
                yield self._reason(self.facts[row.credential], row.code)

    def _elsewhere(self) -> Iterator[str]:
        """Names of what she holds that the pathway does not name; its own certificate is none of it."""
        for row in self.verdict.uncounted:
            code = self.facts[row.credential].achievement
            if row.code == Reason.NOT_LISTED and code != self.awards:
                yield self.entries[code].name if code in self.entries else code

    @cached_property
    def _uses(self) -> Mapping[str, tuple[str, ...]]:
        """The certificates that used up what counts only so often; asked where that refused something."""
        return uses_of(
            row.credential for row in self.verdict.uncounted if row.code is Reason.CONSUMED_ELSEWHERE
        )

    def _reason(self, fact: Fact, reason: Reason) -> str:
        if reason is Reason.CONSUMED_ELSEWHERE and (names := self._uses.get(fact.id)):
            return _("%(name)s was already used for another certificate: %(certificates)s.") % {
                "name": self.entries[fact.achievement].name,
                "certificates": ", ".join(names),
            }
        zone = ZoneInfo(settings.PORTAL_TIME_ZONE)
        return say(explain.reason_sentence(reason, fact, catalog=self.entries, zone=zone))


def _title(rule: tree.Rule, entries: Mapping[str, Entry]) -> str:
    """What a requirement without a label is called: its rule, without the names that stand below it."""
    if isinstance(rule, tree.AllOf):
        return _("All of these")
    if isinstance(rule, tree.Pool):
        return _("%(n)d of these %(many)d") % {"n": rule.n, "many": len(set(rule.achievements))}
    return say(explain.phrase(rule, entries))


def _word(explained: Explained) -> str:
    words = {
        "at_risk": _("Met for now"),
        "partial": _("In progress"),
        "unmet": _("Missing"),
        "unreachable": _("Cannot be completed"),
        "indeterminate": _("Not decided yet"),
    }
    return words.get(explained.status, "")


def _missing(work: Work | None, leaf: Explained, *, is_next: bool) -> tuple[str, str, str]:
    """State, word and note of an achievement that is not held."""
    standing = work.standing if work else ""
    if standing == "submitted":
        return "waiting", _("Waiting for marking"), ""
    if standing == "draft":
        return "in_progress", _("Draft begun"), ""
    if leaf.is_met:
        return "not_needed", _("Not needed"), _("The places here are filled.")
    if standing == "resubmit":
        return "resubmit", _("To be revised"), ""
    if standing == "used_up":
        return "locked", _("All attempts used"), _("Ask the registrar what is possible.")
    note = "" if work else _("No assessment is open for it at present.")
    if is_next:
        return "next", _("Next"), note
    if leaf.need - leaf.have < len(leaf.missing_options):
        return "open", _("Option"), note
    return "unmet", _("Missing"), note


def _action(work: Work | None, leaf: Explained, code: str) -> tuple[str, str]:
    """Where to go from a place that is not filled."""
    if work is None:
        return "", ""
    if work.standing == "submitted":
        return work.submission_url, _("See what you handed in")
    if leaf.is_met or code not in leaf.missing_options or not work.can_hand_in:
        return "", ""
    labels = {
        "draft": _("Continue the draft"),
        "resubmit": _("Try again"),
        "open": _("Open the assessment"),
    }
    return work.url, labels[work.standing]
