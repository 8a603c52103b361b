"""Pilots: an achievement tried with a few people, over whose places nobody is let in, until it is decided."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from credentials.models import Achievement, Credential, Decision, Pilot
from credentials.queries import local_day
from credentials.services.auditing import audit
from credentials.services.defining import locked
from credentials.services.reviewing import Votes, agreed, keep_decision

if TYPE_CHECKING:
    from learners.models import User


class PilotIsFull(Exception):
    """Every place of the pilot is taken, or it was stopped; the message says so kindly."""


class CannotPilot(Exception):
    """Nothing was changed; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a pilot promises: its places, its time, and what must be true at its end."""

    cap: int
    starts_on: date
    exit_criteria: str
    ends_on: date | None = None
    target_percent: int | None = None
    survey_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How a pilot stands: people taking part, people who hold what it tries, and what was aimed at."""

    cap: int
    taken: int
    complete: int
    target_percent: int | None

    @property
    def left(self) -> int:
        return max(self.cap - self.taken, 0)

    @property
    def percent(self) -> int | None:
        """The share that completed; None while nobody takes part."""
        return self.complete * 100 // self.taken if self.taken else None

    @property
    def meets_target(self) -> bool | None:
        """Whether the share that completed reaches the target; None where there is nothing to compare."""
        if self.target_percent is None or self.percent is None:
            return None
        return self.complete * 100 >= self.target_percent * self.taken


@transaction.atomic
def start_pilot(*, achievement: Achievement, terms: Terms, by: "User", at: datetime) -> Pilot:
    """Try the achievement with a few first. Raises CannotPilot."""
    achievement = Achievement.objects.select_for_update(no_key=True, of=("self",)).get(pk=achievement.pk)
    if Pilot.objects.filter(achievement=achievement).exists():
        raise CannotPilot(_("This achievement has its pilot already; its page says how it stands."))
    pilot = Pilot(achievement=achievement)
    return _keep_terms(pilot, terms, act="start pilot", by=by)


@transaction.atomic
def change_pilot(*, pilot: Pilot, terms: Terms, by: "User", at: datetime) -> Pilot:
    """Give a running pilot other terms; the audit trail keeps each. Raises CannotPilot."""
    return _keep_terms(_running(pilot), terms, act="change pilot", by=by)


@transaction.atomic
def decide_pilot(
    *,
    pilot: Pilot,
    outcome: Pilot.Outcome,
    reason: str,
    by: "User",
    at: datetime,
    minutes: str = "",
    votes: Votes | None = None,
    decided_on: date | None = None,
) -> Pilot:
    """Open the achievement to all, or end the trial; decided like an approval, and kept.

    Raises CannotPilot, CannotReview.
    """
    pilot = _running(pilot)
    version = pilot.achievement.current_version or pilot.achievement.versions.order_by("-number").first()
    if version is None or outcome == Pilot.Outcome.RUNNING or not reason.strip():
        raise CannotPilot(_("A decision needs a text to decide on, an outcome and a reason."))
    version, day = locked(version), decided_on or local_day(at)
    board = agreed(version, by=by, votes=votes, day=day)
    pilot.outcome = outcome
    pilot.decision = keep_decision(
        Decision.Kind.PILOT,
        version,
        by=by,
        at=at,
        decided_on=day,
        board=board,
        votes=votes,
        reason=reason.strip(),
        minutes=minutes.strip(),
    )
    pilot.save(update_fields=["outcome", "decision"])
    audit("decide pilot", pilot, by=by, outcome=outcome.value, decision=pilot.decision.pk)
    return pilot


def standing_of(pilot: Pilot) -> Standing:
    """How it stands today; two queries for each app that takes people in."""
    taking_part = people_in(pilot.achievement)
    held = Credential.objects.live().filter(achievement=pilot.achievement).values("recipient")
    return Standing(
        cap=pilot.cap,
        taken=taking_part.count(),
        complete=taking_part.filter(pk__in=held).count(),
        target_percent=pilot.target_percent,
    )


def people_in(achievement: Achievement) -> "QuerySet[User]":
    """Everybody who takes part or holds it, by whatever road; the apps above say who came by theirs."""
    took_part = Q(pk__in=Credential.objects.filter(achievement=achievement).values("recipient"))
    for dotted in settings.PILOT_PEOPLE:
        took_part |= Q(pk__in=import_string(dotted)(achievement))
    people: QuerySet[User] = get_user_model().objects.filter(took_part)
    return people


def places_left(achievement: Achievement) -> int | None:
    """How many people its pilot can still take; None where it is open to all."""
    pilot = Pilot.objects.filter(achievement=achievement).select_related("achievement").first()
    if pilot is None or pilot.outcome == Pilot.Outcome.SCALED:
        return None
    return 0 if pilot.outcome == Pilot.Outcome.STOPPED else standing_of(pilot).left


@transaction.atomic
def take_place(*, achievement: Achievement, learner: "User") -> None:
    """Make sure there is a place for her, before the caller gives it. Raises PilotIsFull.

    The pilot's row is held until the caller's transaction ends: the last place goes to one person.
    """
    pilot = (
        Pilot.objects.select_for_update(no_key=True, of=("self",))
        .filter(achievement=achievement)
        .exclude(outcome=Pilot.Outcome.SCALED)
        .first()
    )
    if pilot is None or people_in(achievement).filter(pk=learner.pk).exists():
        return
    if pilot.outcome == Pilot.Outcome.STOPPED:
        raise PilotIsFull(
            _("The pilot of %(achievement)s has ended and takes nobody new.") % {"achievement": achievement}
        )
    if people_in(achievement).count() >= pilot.cap:
        raise PilotIsFull(
            ngettext(
                "%(achievement)s is being tried with %(count)d person first, and that place is taken. "
                "You can join once it is open to all.",
                "%(achievement)s is being tried with %(count)d people first, and all places are taken. "
                "You can join once it is open to all.",
                pilot.cap,
            )
            % {"achievement": achievement, "count": pilot.cap}
        )


def _running(pilot: Pilot) -> Pilot:
    pilot = Pilot.objects.select_for_update(no_key=True, of=("self",)).get(pk=pilot.pk)
    if pilot.outcome != Pilot.Outcome.RUNNING:
        raise CannotPilot(_("This pilot was decided already."))
    return pilot


def _keep_terms(pilot: Pilot, terms: Terms, *, act: str, by: "User") -> Pilot:
    taken = people_in(pilot.achievement).count()
    if taken > terms.cap:
        raise CannotPilot(
            _("%(count)d people take part or hold it already: give it at least as many places.")
            % {"count": taken}
        )
    pilot.cap, pilot.starts_on, pilot.ends_on = terms.cap, terms.starts_on, terms.ends_on
    pilot.exit_criteria, pilot.survey_url = terms.exit_criteria, terms.survey_url
    pilot.target_percent = terms.target_percent
    pilot.save()
    audit(act, pilot, by=by, cap=terms.cap, target_percent=terms.target_percent)
    return pilot
