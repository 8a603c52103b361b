"""The dashboard as plain facts: where am I, what is next, by when, what can I share; six queries."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    FilteredRelation,
    OuterRef,
    Q,
    Subquery,
    Sum,
    When,
    Window,
)
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.translation import gettext as _

from assessments.models import Submission
from assessments.queries import Work, work_of
from credentials.models import Credential, CredentialEvent
from learners.models import Notification, User
from learners.queries.advice import Effort, OpensUp, Suggestion, efforts, opens_up, suggestions
from learners.queries.wallet import Card, card_of, wallet
from pathways.models import Act, Enrolment, Evaluation
from pathways.queries import catalogue
from pathways.queries.moves import told_of
from pathways.rules import explain
from pathways.rules.advising import Way
from pathways.rules.evaluate import Explained

RECENT = 3
# How many achievements are suggested beside the one thing to do next.
SUGGESTED = 3
# Standings of handed-in or begun work that fill a tile by half.
UNDER_WAY = ("draft", "submitted", "resubmit")
# The most useful press first: what is begun, what came back, what is new.
RANK = {"draft": 0, "resubmit": 1, "open": 2}


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """One enrolment: how far, in words and in tiles (filled, half, outlined, hatched), one for each place.

    `earned`, `total` and `left` count achievements; None while there is no answer or no end in reach.
    `state` is a code of state_chip.html. `completed_by` names a smallest set that would complete it, or,
    with one left, whatever would; it is covered where what waits for marking would do.
    """

    name: str
    awards: str
    url: str
    state: str
    earned: int | None
    total: int | None
    left: int | None
    tiles: tuple[str, ...]
    next_useful: tuple[str, ...]
    completed_by: tuple[str, ...]
    is_covered: bool
    finish_by: date | None
    # Whether its page asks her about a later version of the rule, or tells her of one.
    is_told: bool

    @property
    def way(self) -> Way:
        """As the rules weigh it; out of reach, nothing helps."""
        return Way(
            name=self.name,
            distance=self.left or 0,
            lowered_by=frozenset(self.next_useful),
            finish_by=self.finish_by,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class NextStep:
    """The one thing to do next: a sentence, what it asks where that is known, and the button that does it."""

    what: str
    why: str
    label: str
    url: str
    effort: Effort | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Dashboard:
    standings: tuple[Standing, ...]
    first: Standing | None
    next_step: NextStep
    suggestions: tuple[Suggestion, ...]
    opens_up: tuple[OpensUp, ...]
    finish_by: date | None
    days_left: int | None
    held: int
    credits: Decimal
    recent: tuple[Card, ...]
    under_way: tuple[Work, ...]
    unread: tuple[Notification, ...]
    unread_count: int
    is_evaluating: bool
    # What the page's poll compares; empty while nothing is awaited, and then nothing is polled.
    pulse: str


def pulse(learner: User) -> tuple[datetime, str]:
    """The database's moment, and a text that changes whenever what her first page shows may have changed.

    It covers marking, the ledger, stored answers and messages, in one query.
    """
    newest = {
        "event": CredentialEvent.objects.filter(recipient=learner).order_by("-pk").values("pk")[:1],
        "answer": Evaluation.objects.filter(enrolment__learner=learner).order_by("-pk").values("pk")[:1],
        "message": Notification.objects.filter(recipient=learner).order_by("-pk").values("pk")[:1],
    }
    returned = Submission.objects.held_by(learner).filter(state=Submission.State.RETURNED)
    read_up_to = Evaluation.objects.filter(enrolment__learner=learner, is_current=True).order_by("last_event")
    facts = {name: Subquery(rows) for name, rows in newest.items()}
    facts["read_up_to"] = Subquery(read_up_to.values("last_event")[:1])
    facts["returned"] = Subquery(returned.values("learner").annotate(count=Count("pk")).values("count"))
    at, *newest_of_all = User.objects.filter(pk=learner.pk).values_list(Now(), *facts.values()).get()
    return at, "-".join(str(part or 0) for part in newest_of_all)


def dashboard(learner: User, today: date, seen: str = "") -> Dashboard:
    """Everything on her first page; `today` is the institution's day, `seen` the pulse read with it."""
    rows = _enrolments(learner, today)
    useful = _codes(rows, "next_useful")
    works = work_of(learner, useful)
    named = useful | _codes(rows, "completion")
    known = efforts(learner, named)
    names = _names(known, named)
    standings = sorted((_standing(row, works, names) for row in rows), key=_urgency)
    ways = [standing.way for standing in standings if not standing.is_covered]
    suggested = suggestions(ways, known)
    credentials = _recent(learner)
    unread = _unread(learner)
    step, first = _next_step(standings, works, suggested, has_credentials=bool(credentials))
    finish_by = min((row.finish_by for row in standings if row.finish_by), default=None)
    is_evaluating = any(row.seen_event is None or row.seen_event < (row.newest_event or 0) for row in rows)
    is_awaited = is_evaluating or any(work.standing == "submitted" for work in works.values())
    return Dashboard(
        standings=tuple(standings),
        first=first,
        next_step=step,
        suggestions=suggested[:SUGGESTED],
        opens_up=opens_up(ways, known),
        finish_by=finish_by,
        days_left=(finish_by - today).days if finish_by else None,
        held=credentials[0].in_force if credentials else 0,
        credits=(credentials[0].credits_in_force or Decimal(0)) if credentials else Decimal(0),
        recent=tuple(card_of(row, today) for row in credentials),
        under_way=tuple(work for work in works.values() if work.standing in UNDER_WAY),
        unread=tuple(unread),
        unread_count=unread[0].unread_count if unread else 0,
        is_evaluating=is_evaluating,
        pulse=seen if is_awaited else "",
    )


def tiles_of(leaves: Sequence[tuple[int, int, bool, int]]) -> tuple[str, ...]:
    """Tiles of leaves, each (places, filled, whether that ends soon, how much is under way)."""
    tiles: list[str] = []
    for need, have, ends_soon, under_way in leaves:
        half = min(under_way, max(0, need - have))
        tiles += ["hatched" if ends_soon else "filled"] * have
        tiles += ["half"] * half + ["outlined"] * max(0, need - have - half)
    return tuple(tiles)


def _enrolments(learner: User, today: date) -> list[Any]:
    newest_event = CredentialEvent.objects.filter(recipient=OuterRef("learner")).order_by("-pk")
    return list(
        Enrolment.objects.current()
        .held_by(learner)
        .select_related("pathway__awards__current_version")
        .annotate(
            current=FilteredRelation("evaluations", condition=Q(evaluations__is_current=True)),
            newest_event=Subquery(newest_event.values("pk")[:1]),
            is_told=Exists(told_of(today).filter(enrolment=OuterRef("pk"))),
        )
        .annotate(
            seen_event=F("current__last_event"),
            verdict=F("current__verdict"),
            answer=F("current__status"),
            standing=F("current__standing"),
            remaining=F("current__remaining"),
            total=F("current__total"),
        )
    )


def _recent(learner: User) -> list[Any]:
    """The newest credentials, each with how many are in force and their credits: one query for all three."""
    in_force = Q(state=Credential.State.ACTIVE)
    return list(
        wallet(learner).annotate(
            in_force=Window(Count(Case(When(in_force, then="pk")))),
            credits_in_force=Window(Sum(Case(When(in_force, then="version__credits")))),
        )[:RECENT]
    )


def _unread(learner: User) -> list[Any]:
    unread = Notification.objects.filter(recipient=learner, read_at__isnull=True)
    return list(unread.annotate(unread_count=Window(Count("pk")))[:RECENT])


def _stored(row: Any) -> Mapping[str, Any]:
    verdict: Mapping[str, Any] = row.verdict or {}
    return verdict


def _codes(rows: Iterable[Any], field: str) -> set[str]:
    """The codes that the stored answers name there."""
    return {code for row in rows for code in _stored(row).get(field, ())}


def _names(known: Mapping[str, Effort], codes: Iterable[str]) -> Mapping[str, str]:
    """What these are called; steps without a credential are asked for only where there are any."""
    acts = {code for code in codes if code.startswith(Act.PREFIX)}
    steps = {code: entry.name for code, entry in catalogue(acts).items()} if acts else {}
    return {**{code: effort.name for code, effort in known.items()}, **steps}


def _standing(row: Any, works: Mapping[str, Work], names: Mapping[str, str]) -> Standing:
    verdict = _stored(row)
    # Read as the engine wrote it: a part that adds something up is one place, whatever it adds.
    leaves = list(explain.leaves(Explained.from_json(verdict["explanation"]))) if verdict else []
    finish_by = verdict.get("finish_by")
    reached = row.total is not None and row.remaining is not None
    ends_it = "next_useful" if row.remaining == 1 else "completion"
    return Standing(
        name=row.pathway.name,
        awards=row.pathway.awards.name,
        url=reverse("learners:progress", args=[row.public_id]),
        state=_state(row),
        earned=row.total - row.remaining if reached else None,
        total=row.total if reached else None,
        left=row.remaining if reached else None,
        tiles=tiles_of(
            [
                (
                    leaf.need,
                    leaf.have,
                    leaf.status == "at_risk",
                    sum(code in works and works[code].standing in UNDER_WAY for code in leaf.missing_options),
                )
                for leaf in leaves
            ]
        ),
        next_useful=tuple(verdict.get("next_useful", ())),
        completed_by=tuple(names.get(code, code) for code in verdict.get(ends_it, ())),
        is_covered=is_covered(row.remaining, verdict.get("next_useful", ()), works),
        finish_by=date.fromisoformat(finish_by) if finish_by else None,
        is_told=row.is_told,
    )


def _state(row: Any) -> str:
    if row.answer is None:
        return "evaluating"
    if row.state != Enrolment.State.ACTIVE:
        return str(row.state)
    if row.standing in ("waiting", "refused"):
        return str(row.standing)
    return {"satisfied": "complete", "unreachable": "locked", "indeterminate": "pending"}.get(
        row.answer, "in_progress"
    )


def _urgency(standing: Standing) -> tuple[bool, int, str]:
    """Under way before complete, nearest its end first."""
    return (standing.left in (None, 0), standing.left or 0, standing.name)


def _next_step(
    standings: Sequence[Standing],
    works: Mapping[str, Work],
    suggested: Sequence[Suggestion],
    *,
    has_credentials: bool,
) -> tuple[NextStep, Standing | None]:
    """The most useful press there is, and the enrolment that it moves."""
    best = _best_work(standings, works, suggested)
    if best is not None:
        work, standing, suggestion = best
        why = suggestion.reason if suggestion else _why(standing)
        effort = suggestion.effort if suggestion else None
        step = NextStep(what=work.name, why=why, label=_press(work), url=work.url, effort=effort)
        return step, standing
    first = standings[0] if standings else None
    if first is None:
        why = _("A pathway shows which achievements add up to a certificate.")
        return NextStep(
            what=_("Choose a pathway"), why=why, label=_("See the pathways"), url=reverse("pathways:list")
        ), None
    waiting = _waiting(standings, works)
    if waiting is not None:
        work, standing = waiting
        why = _("It is waiting for marking. You are told when it comes back.")
        return NextStep(what=work.name, why=why, label=_("See it"), url=work.submission_url), standing
    if first.state in ("waiting", "refused"):
        why = (
            _("Everything is earned. The certificate waits for approval.")
            if first.state == "waiting"
            else _("Everything is earned, but the certificate was not approved. Read why.")
        )
        return NextStep(what=first.name, why=why, label=_("See it"), url=first.url), first
    if first.left == 0 and has_credentials:
        why = _("Everything you are enrolled on is complete.")
        return NextStep(
            what=_("Show what you hold"), why=why, label=_("My credentials"), url=reverse("learners:wallet")
        ), first
    why = _("No assessment is open for it at present.")
    return NextStep(what=first.name, why=why, label=_("See what is left"), url=first.url), first


def is_covered(left: int | None, next_useful: Iterable[str], works: Mapping[str, Work]) -> bool:
    """Whether what waits for marking would already complete it: then waiting is the next step."""
    handed_in = sum(code in works and works[code].standing == "submitted" for code in next_useful)
    return bool(left) and handed_in >= (left or 0)


def _waiting(standings: Sequence[Standing], works: Mapping[str, Work]) -> tuple[Work, Standing] | None:
    for standing in standings:
        for code in standing.next_useful:
            if code in works and works[code].standing == "submitted":
                return works[code], standing
    return None


def _best_work(
    standings: Sequence[Standing], works: Mapping[str, Work], suggested: Sequence[Suggestion]
) -> tuple[Work, Standing, Suggestion | None] | None:
    """What can be handed in now: begun before new, then what is suggested first, then the nearest end."""
    places = {row.effort.code: place for place, row in enumerate(suggested)}
    found = []
    for near, standing in enumerate(standings):
        if standing.is_covered:
            continue
        for code in standing.next_useful:
            work = works.get(code)
            if work is not None and work.can_hand_in:
                place = places.get(code, len(suggested))
                found.append((RANK[work.standing], place, near, code, work, standing))
    if not found:
        return None
    _rank, place, _near, _code, work, standing = min(found, key=lambda row: row[:4])
    return work, standing, suggested[place] if place < len(suggested) else None


def _why(standing: Standing) -> str:
    return _("It counts towards %(pathway)s.") % {"pathway": standing.name}


def _press(work: Work) -> str:
    if work.standing == "draft":
        return _("Continue your draft")
    if work.standing == "resubmit":
        return _("Read the feedback and try again")
    return _("Open the assessment")
