"""Stacking by exhaustion: the rules' law written out as a search of everything, for small cases only."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import combinations
from zoneinfo import ZoneInfo

from pathways.rules.evaluate import Entry, Fact
from pathways.rules.tree import AllOf, Earned, Pool, Rule


@dataclass(frozen=True)
class Item:
    """Something that can stand in a place: a fact by its id, or, without one, a code yet to be earned."""

    code: str
    identity: str
    fact: str = ""
    rank: int = -1


@dataclass(frozen=True)
class Answer:
    remaining: int | None
    total: int | None
    used: tuple[str, ...]
    assignment: dict[str, tuple[str, ...]]
    next_useful: tuple[str, ...]
    completion: tuple[str, ...]


def counts(fact: Fact, at: datetime, zone: ZoneInfo, validity: str) -> bool:
    if at < fact.earned_at:
        return False
    if fact.revoked_at is not None and at >= fact.revoked_at:
        return False
    for stay in fact.suspensions:
        if at >= stay.starts_at and (stay.ends_at is None or at < stay.ends_at):
            return False
    return validity == "ever" or fact.expires_on is None or at.astimezone(zone).date() <= fact.expires_on


def places(rule: Rule, position: str = "r") -> list[tuple[str, list[str], int]] | None:
    """(key, codes, places) of each leaf; None if some group is empty."""
    match rule:
        case Earned():
            return [(rule.key or position, [rule.achievement], 1)]
        case Pool():
            return [(rule.key or position, list(rule.achievements), rule.n)]
        case AllOf():
            found = []
            for index, child in enumerate(rule.children):
                below = places(child, f"{position}.{index}")
                if below is None:
                    return None
                found += below
            return found or None
        case _:
            raise AssertionError("this oracle knows achievements, pools and groups of all")


def fillings(
    leaves: Sequence[tuple[str, list[str], int]], items: Sequence[Item]
) -> Iterator[list[list[Item]]]:
    """Every way to give each leaf as many items as it has places, no identity twice."""
    if not leaves:
        yield []
        return
    _, codes, many = leaves[0]
    for chosen in combinations([item for item in items if item.code in codes], many):
        identities = {item.identity for item in chosen}
        if len(identities) == many:
            rest = [item for item in items if item.identity not in identities]
            for others in fillings(leaves[1:], rest):
                yield [list(chosen), *others]


def lasting(fact: Fact) -> tuple[int, datetime, str]:
    """The order of ranks: later expiry, then earlier earned, then lower id."""
    return (-(fact.expires_on or date.max).toordinal(), fact.earned_at, fact.id)


def all_items(rule: Rule, facts: Sequence[Fact], catalog: Mapping[str, Entry]) -> list[Item]:
    """Every usable fact, and every new one that could ever be wanted."""
    held = [
        Item(
            fact.achievement,
            fact.id if catalog[fact.achievement].repeatable else f"identity of {fact.achievement}",
            fact.id,
            rank,
        )
        for rank, fact in enumerate(sorted(facts, key=lasting))
    ]
    most = sum(many for _, _, many in places(rule) or [])
    new = [
        Item(code, f"new {code} {copy}" if entry.repeatable else f"identity of {code}")
        for code, entry in catalog.items()
        if entry.active
        for copy in range(most if entry.repeatable else 1)
    ]
    return held + new


def best(rule: Rule, facts: Sequence[Fact], catalog: Mapping[str, Entry]) -> list[list[Item]] | None:
    """The canonical filling of all leaves out of usable facts; None if there is none."""
    leaves = places(rule)
    if leaves is None:
        return None

    def order(filling: list[list[Item]]) -> tuple[object, ...]:
        used = [item for chosen in filling for item in chosen]
        real = sorted(item.rank for item in used if item.fact)
        new = sorted(item.code for item in used if not item.fact)
        deal = [
            (position, sorted(item.rank for item in chosen if item.fact))
            for position, chosen in enumerate(filling)
            if any(item.fact for item in chosen)
        ]
        return (len(new), -len(real), real, new, deal)

    return min(fillings(leaves, all_items(rule, facts, catalog)), key=order, default=None)


def remaining(rule: Rule, facts: Sequence[Fact], catalog: Mapping[str, Entry]) -> int | None:
    """The least number of new ones in any filling; None if there is no filling."""
    leaves = places(rule)
    if leaves is None:
        return None
    return min(
        (
            sum(not item.fact for chosen in filling for item in chosen)
            for filling in fillings(leaves, all_items(rule, facts, catalog))
        ),
        default=None,
    )


def is_satisfied(rule: Rule, facts: Sequence[Fact], catalog: Mapping[str, Entry]) -> bool:
    """Whether held facts alone fill the leaves."""
    leaves = places(rule)
    held = [item for item in all_items(rule, facts, catalog) if item.fact]
    return leaves is not None and next(fillings(leaves, held), None) is not None


def answer(
    rule: Rule,
    facts: Sequence[Fact],
    *,
    catalog: Mapping[str, Entry],
    at: datetime,
    zone: ZoneInfo,
    validity: str = "current",
) -> Answer:
    usable = [fact for fact in facts if fact.achievement in catalog and counts(fact, at, zone, validity)]
    total = remaining(rule, [], catalog)
    filling = best(rule, usable, catalog)
    if filling is None:
        return Answer(None, total, (), {}, (), ())
    new = tuple(sorted(item.code for chosen in filling for item in chosen if not item.fact))
    useful = [
        code
        for code, entry in catalog.items()
        if entry.active and (remaining(rule, [*usable, Fact("~", code, at)], catalog) or 0) < len(new)
    ]
    keys = [key for key, _, _ in places(rule) or []]
    assignment = {
        key: tuple(sorted(item.fact for item in chosen if item.fact))
        for key, chosen in zip(keys, filling, strict=True)
        if any(item.fact for item in chosen)
    }
    used = tuple(sorted(credential for there in assignment.values() for credential in there))
    return Answer(len(new), total, used, assignment, tuple(sorted(useful)), new)


def last_instant(day: date, zone: ZoneInfo) -> datetime:
    """Walked back from the next day's start, so that a short or long day makes no difference."""
    start = datetime.combine(day + timedelta(days=1), time(), tzinfo=zone).astimezone(UTC)
    return start - timedelta(microseconds=1)


def days_ahead(
    facts: Sequence[Fact], *, at: datetime, zone: ZoneInfo, validity: str, many: int
) -> list[tuple[date, list[Fact]]]:
    """Today as it stands now and the end of each later day, with the facts earned by now that count then."""
    today = at.astimezone(zone).date()
    moments = [(today, at)]
    moments += [
        (day, last_instant(day, zone))
        for day in (today + timedelta(days=ahead) for ahead in range(1, many + 1))
    ]
    known = [fact for fact in facts if fact.earned_at <= at]
    return [
        (day, [fact for fact in known if counts(fact, moment, zone, validity)]) for day, moment in moments
    ]
