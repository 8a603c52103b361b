"""One enrolment in full: the rule as a map of places, each with its state, its reason and what to do."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from assessments.queries import Work, work_of
from credentials.definitions.text import Text
from credentials.models import Achievement, Resource
from credentials.queries import local_day, next_dates, resources_for
from learners.queries.dashboard import RANK, UNDER_WAY, is_covered, tiles_of
from learners.queries.whatif import Choice, choices
from pathways.models import Enrolment, Exemption
from pathways.queries import Inputs, inputs_of, situation_of, terms_for
from pathways.queries.standings import uses_of
from pathways.rules import explain, tree
from pathways.rules.evaluate import Entry, Explained, Fact, Reason, Verdict, judged
from pathways.rules.headings import heading

if TYPE_CHECKING:
    from learners.models import User

# What is held and refused for a reason that is not its own state: it may count elsewhere.
NOT_HERE = "not_here"
STATE_OF_REASON = {
    Reason.FUTURE: "not_yet_valid",
    Reason.REVOKED: "revoked",
    Reason.SUSPENDED: "suspended",
    Reason.EXPIRED: "expired",
    Reason.BLOCKED: NOT_HERE,
    Reason.CONSUMED_ELSEWHERE: NOT_HERE,
    Reason.BEFORE_CUTOFF: NOT_HERE,
    Reason.AFTER_CUTOFF: NOT_HERE,
    Reason.SOURCE_NOT_ALLOWED: NOT_HERE,
    Reason.LEVEL_TOO_LOW: NOT_HERE,
    Reason.OUTSIDE_WINDOW: NOT_HERE,
    Reason.WRONG_ORDER: NOT_HERE,
}
# The rest is earned and simply more than is asked: counted once, over a limit, or not needed.
STATE_OF_NODE = {
    "waived": "met",
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
    """One requirement: its rule and its standing in words, its proof where it is refused, its places.

    `exceptions` say what was decided for her there, until when and why.
    """

    title: str
    state: str
    word: str
    sentence: str
    proof: str
    deadline: date | None
    exceptions: tuple[str, ...]
    places: tuple[Place, ...]
    children: "tuple[Node, ...]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """Numbers count achievements; None where no end is in reach. `exceptions` are those of the whole rule."""

    headline: str
    rule: str
    earned: int | None
    total: int | None
    left: int | None
    tiles: tuple[str, ...]
    exceptions: tuple[str, ...]
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
        _exceptions(enrolment, inputs, at),
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
    exceptions: Mapping[str, Sequence[str]]

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
            exceptions=self._whole(root),
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

    def _whole(self, root: Explained) -> tuple[str, ...]:
        """The exceptions that stand on no requirement shown below."""
        of_all = self.exceptions.get(root.key, ()) if root.children else ()
        return (*of_all, *self.exceptions.get(Exemption.ANYWHERE, ()))

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
            title=explained.label or capfirst(say(heading(rule, self.entries))),
            state=STATE_OF_NODE[explained.status] if explained.chosen else "other_way",
            word=_word(explained),
            sentence=say(explain.node_sentence(explained, self.entries)),
            proof=proof,
            deadline=explained.deadline,
            exceptions=tuple(self.exceptions.get(explained.key, ())),
            places=tuple(self._places(rule, explained)),
            children=tuple(self._node(child) for child in explained.children),
        )

    def _places(self, rule: tree.Rule, leaf: Explained) -> Iterator[Place]:
        """What the requirement names; then what fills it by an exception or for the skill that it shows."""
        named = dict.fromkeys(tree.codes(rule))
        yield from (self._place(code, leaf) for code in named)
        # What fills a group stands below, with the requirement that it fills.
        for used in leaf.used if tree.is_leaf(rule) else ():
            if used.counted_as not in named:
                yield self._also(self.facts[used.credential])
        if isinstance(rule, tree.Competency) and not leaf.is_met:
            yield from (self._place(code, leaf) for code in leaf.missing_options)

    def _also(self, fact: Fact) -> Place:
        """Something that fills a place under which the rule does not name it."""
        state, word, note = self._counting(fact)
        action_url, action = self._held(fact.id)
        return Place(
            code=fact.achievement,
            name=self._name(fact.achievement),
            state=state,
            word=word,
            note=note,
            url="",
            action_url=action_url,
            action=action,
            resources=(),
            next_at=None,
        )

    def _name(self, code: str) -> str:
        return self.entries[code].name if code in self.entries else code

    def _place(self, code: str, leaf: Explained) -> Place:
        used = next((used for used in leaf.used if used.counted_as == code), None)
        work = self.works.get(code)
        if used is not None:
            fact = self.facts[used.credential]
            state, word, note = self._counting(fact)
            if fact.achievement != code:
                said = {"name": self._name(fact.achievement)}
                note = " ".join(filter(None, (_("By %(name)s, which counts as it.") % said, note)))
        elif code in self.used_codes:
            state, word, note = "earned", _("Earned"), _("It counts in another place of this pathway.")
        elif code in self.refused:
            fact, reason = self.refused[code]
            state = STATE_OF_REASON.get(reason, "earned")
            word = _("Does not count here") if state == NOT_HERE else ""
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
            name=self._name(code),
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
        notes = []
        if recognised := self.inputs.recognitions.get(fact.id):
            said = {"title": recognised.title, "institution": recognised.institution}
            notes.append(_("Recognised: “%(title)s”, earned at %(institution)s.") % said)
        if fact.expires_on:
            notes.append(_("Valid until %(day)s.") % {"day": date_format(fact.expires_on, "j F Y")})
        return "counts", _("Counts here"), " ".join(notes)

    def _held(self, fact_id: str) -> tuple[str, str]:
        """Where to read it; what was recognised, or done without a credential, has no page of its own."""
        credential = self.inputs.credentials.get(fact_id)
        if credential is None:
            return "", ""
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
                yield self._name(code)

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
        if reason is Reason.REVOKED and fact.revoked_at and fact.id not in self.inputs.credentials:
            said = {
                "name": self._name(fact.achievement),
                "day": date_format(local_day(fact.revoked_at), "j F Y"),
            }
            return _("%(name)s was withdrawn on %(day)s.") % said
        zone = ZoneInfo(settings.PORTAL_TIME_ZONE)
        return say(explain.reason_sentence(reason, fact, catalog=self.entries, zone=zone))


def _exceptions(enrolment: Enrolment, inputs: Inputs, at: datetime) -> Mapping[str, Sequence[str]]:
    """What was decided for her and holds today, as sentences, by the key of the requirement."""
    if not inputs.exemptions.get(enrolment.pk):
        return {}
    today = local_day(at)
    found: dict[str, list[str]] = defaultdict(list)
    rows = Exemption.objects.standing().filter(enrolment=enrolment).order_by("pk")
    for row in rows.select_related("achievement__current_version", "credential__version"):
        if row.expires_on is None or row.expires_on >= today:
            found[row.node].append(_told(row))
    return found


def _told(row: Exemption) -> str:
    named = row.achievement.name if row.achievement else ""
    named = row.credential.version.name if row.credential else named
    said = {
        "until": date_format(row.expires_on, "j F Y") if row.expires_on else "",
        "reason": row.reason,
        "by": row.by,
        "name": named,
    }
    sentences = {
        Exemption.Type.WAIVE: (_("Waived: %(reason)s"), _("Waived until %(until)s: %(reason)s")),
        Exemption.Type.REDUCE: (
            _("%(by)s fewer asked of you: %(reason)s"),
            _("%(by)s fewer asked of you until %(until)s: %(reason)s"),
        ),
        Exemption.Type.SUBSTITUTE: (
            _("%(name)s counts here for you: %(reason)s"),
            _("%(name)s counts here for you until %(until)s: %(reason)s"),
        ),
        Exemption.Type.BLOCK: (
            _("%(name)s does not count here: %(reason)s"),
            _("%(name)s does not count here until %(until)s: %(reason)s"),
        ),
    }
    endless, until = sentences[Exemption.Type(row.type)]
    return (until if row.expires_on else endless) % said


def _word(explained: Explained) -> str:
    words = {
        "waived": _("Waived"),
        "at_risk": _("Met for now"),
        "partial": _("In progress"),
        "unmet": _("Missing"),
        "unreachable": _("Cannot be completed"),
        "indeterminate": _("Not decided yet"),
    }
    return words.get(explained.status, "") if explained.chosen else _("Another way")


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
