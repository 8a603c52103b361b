"""The life of a stacked credential walked day by day, by the law's words; every question to exhaustion."""

import random
from dataclasses import replace
from datetime import date, datetime, timedelta

from pathways.rules.evaluate import Fact, Situation
from pathways.rules.lifecycle import LapsePolicy, Life, State
from tests.pathways.rules.exhaustive import World

POLICIES: tuple[LapsePolicy, ...] = ("keep", "suspend", "expire", "review")
AFTER_GRACE: dict[LapsePolicy, State] = {
    "keep": "active",
    "suspend": "suspended",
    "expire": "expired",
    "review": "review",
}


def some_life(case: Situation, seed: int) -> tuple[Situation, LapsePolicy, int]:
    """The situation at the end of some day about its own, a policy and days of grace, out of one seed.

    More of its facts end, and some are renewed, so that what was issued is often broken and restored.
    """
    chosen = random.Random(seed)  # noqa: S311
    day = World(case).day(case.at)
    facts: list[Fact] = []
    for fact in case.facts[:5]:
        ends = fact.expires_on
        if ends is None and chosen.random() < 0.4:
            ends = day + timedelta(days=chosen.randint(-12, 25))
        facts.append(replace(fact, expires_on=ends))
        if ends is not None and len(facts) < 7 and chosen.random() < 0.5:
            renewed_at = fact.earned_at + (ends - World(case).day(fact.earned_at)) * chosen.choice(
                (0.8, 1, 1.3)
            )
            later = ends + timedelta(days=chosen.randint(2, 20))
            facts.append(replace(fact, id=f"{fact.id}again", earned_at=renewed_at, expires_on=later))
    at = World(case).end(day + timedelta(days=chosen.randint(-8, 32)))
    return (
        replace(case, facts=tuple(facts), at=at),
        chosen.choice(POLICIES),
        chosen.choice((0, 0, 1, 3, 9)),
    )


def life(case: Situation, policy: LapsePolicy, grace_days: int) -> Life:
    """Where it stands at the end of the day of the situation."""
    world = World(case)
    first = world.first()
    if first is None:
        withdrawn = tuple(replace(fact, revocation="withdrawn") for fact in case.facts)
        was_issued = World(replace(case, facts=withdrawn)).first() is not None
        return Life("revoked" if was_issued else "not_issued")
    right = [fact for fact in case.facts if not _is_void(fact, case.at)]
    unrevoked = [replace(fact, revoked_at=None) for fact in right]
    found = Life("active", 1, first)
    day = first
    while day <= world.day(case.at):
        end = world.end(day)
        if world.holds(right, end, end):
            if found.state == "expired":
                found = Life("active", found.issue_no + 1, day)
            found = Life("active", found.issue_no, found.issued_on)
        elif found.broken_on is None:
            expired = not world.holds(unrevoked, end, end)
            through = _grace(day, grace_days) if expired and policy != "keep" else None
            found = replace(
                found, broken_on=day, cause="expiry" if expired else "revocation", grace_through=through
            )
        if found.broken_on is not None:
            in_grace = found.grace_through is not None and day <= found.grace_through
            found = replace(found, state="grace" if in_grace else AFTER_GRACE[policy])
        day += timedelta(days=1)
    return found


def _grace(broken_on: date, days: int) -> date | None:
    return broken_on + timedelta(days=days - 1) if days else None


def _is_void(fact: Fact, at: datetime) -> bool:
    return fact.revocation == "void" and fact.revoked_at is not None and fact.revoked_at <= at
