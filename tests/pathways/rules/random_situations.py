"""Small random situations of every kind, the same for the same seed."""

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from pathways.rules.evaluate import (
    AtMost,
    Entry,
    Equivalence,
    Exemption,
    Fact,
    Milestone,
    Pause,
    Situation,
    Suspension,
)
from pathways.rules.evaluate.situation import Exempts
from pathways.rules.tree import (
    NO_FILTERS,
    AllOf,
    AtLeast,
    Competency,
    Credits,
    Done,
    Earned,
    Filters,
    InOrder,
    Pool,
    Rule,
    Window,
    Within,
    is_leaf,
    keyed,
    listed,
    nodes,
)

# Before clocks change by an hour or by half of one, across a leap day, at midnight, at the turn of a year.
MOMENTS = (
    (ZoneInfo("America/Halifax"), datetime(2026, 3, 5, 15, 0, tzinfo=UTC)),
    (ZoneInfo("America/Halifax"), datetime(2026, 10, 30, 3, 0, tzinfo=UTC)),
    (ZoneInfo("Australia/Lord_Howe"), datetime(2026, 4, 2, 20, 0, tzinfo=UTC)),
    (ZoneInfo("Asia/Kathmandu"), datetime(2028, 2, 26, 18, 15, tzinfo=UTC)),
    (ZoneInfo("Africa/Nairobi"), datetime(2026, 12, 20, 23, 0, tzinfo=UTC)),
)
NOTHING_BESIDE: dict[str, Any] = {
    "equivalences": (),
    "exemptions": (),
    "at_most": (),
    "milestones": (),
    "exclusive_with": frozenset(),
}
LENGTHS = (
    Window(days=2),
    Window(days=10),
    Window(weeks=3),
    Window(days=25),
    Window(months=1),
    Window(months=1, weeks=1, days=2),
)
SOME_SOURCES = (("internal",), ("internal", "rpl"), ("internal", "transfer"), ("transfer",))
CODES = ("A", "B", "C", "D", "E", "F")
STEPS = ("V", "W")
ELSEWHERE = "Z"
CATALOGUE = (*CODES, *STEPS, ELSEWHERE)
AHEAD = 40


class Maker:
    """One situation out of one seed."""

    def __init__(self, seed: int) -> None:
        self.r = random.Random(seed)  # noqa: S311
        self.places = 0
        # Now and then nothing but what the engine decides by its quick way.
        self.is_plain = self.chance(0.06)
        self.zone, self.now = self.r.choice(MOMENTS)
        self.today = self.now.astimezone(self.zone).date()

    def chance(self, part: float) -> bool:
        return self.r.random() < part

    def some(self, least: int, most: int) -> tuple[str, ...]:
        many = self.r.randint(least, most)
        return tuple(self.r.sample(CODES, many))

    def leaf(self) -> Rule:
        weights = (4, 0, 4, 0, 0) if self.is_plain else (4, 1.5, 4, 2, 2)
        (kind,) = self.r.choices(("earned", "step", "pool", "credits", "competency"), weights)
        filters = self.filters(0.42)
        if kind == "earned":
            return Earned(self.r.choice(CODES), filters=filters)
        if kind == "step":
            return Done(self.r.choice(STEPS), filters=filters)
        if kind == "competency":
            level, count = self.r.randint(1, 3), self.r.choice((1, 1, 2))
            filters = Filters(scope="x") if self.chance(0.1) else NO_FILTERS
            return Competency("k", level, count, filters=filters)
        if kind == "pool":
            many = self.r.choice((1, 1, 2, 2, 3)) if self.places < 3 else 1
            listed = self.some(max(many, 2), 4)
            grouped = self.chance(0.35) and many > 1 and not self.is_plain
            return Pool(
                many,
                listed,
                filters=filters,
                min_groups=2 if grouped and self.chance(0.5) else None,
                max_per_group=self.r.choice((1, 1, 2)) if grouped and self.chance(0.7) else None,
                group_by="series" if self.is_plain else self.r.choice(("series", "unit")),
            )
        caps = ((self.r.choice(("x", "x", "y")), Decimal(self.r.choice(("1", "1.5", "2.50")))),)
        return Credits(
            Decimal(self.r.choice(("1", "1.5", "2.25", "3"))),
            self.some(2, 4),
            filters=filters,
            group_caps=caps if self.chance(0.45) else (),
            transfer_max=Decimal(self.r.choice(("0", "1", "1.5"))) if self.chance(0.4) else None,
            residency_min=Decimal(self.r.choice(("0.5", "1", "2"))) if self.chance(0.25) else None,
            measure=self.r.choice(("credits", "credits", "hours")),
        )

    def filters(self, part: float) -> Filters:
        if self.is_plain or not self.chance(part):
            return NO_FILTERS
        options: dict[str, Any] = {
            "min_level": self.r.choice((1, 2, 3, None)),
            "earned_from": self.r.choice((self.today - timedelta(days=self.r.randint(5, 60)), None)),
            "earned_to": self.r.choice((self.today + timedelta(days=self.r.randint(-20, 12)), None)),
            "sources": self.r.choice(
                (("internal",), ("internal", "rpl"), ("internal", "transfer"), ("transfer",), None)
            ),
            "validity": self.r.choice(("ever", "ever", "current", None)),
            "scope": self.r.choice(("other", "other", "none", None)),
        }
        names = self.r.sample(sorted(options), self.r.choice((1, 1, 2)))
        return Filters(**{name: options[name] for name in names})

    def node(self, depth: int) -> Rule:
        if depth == 0 or (self.places and self.chance(0.4)):
            leaf = self.leaf()
            self.places += getattr(leaf, "n", 1)
            return leaf
        weights = (1, 0, 0, 0) if self.is_plain else (3, 3, 2, 2)
        (kind,) = self.r.choices(("all", "n_of", "ordered", "within"), weights)
        filters = self.filters(0.2)
        if kind == "within":
            length = self.r.choice(LENGTHS)
            below, is_first = self.node(depth - 1), self.r.choice((True, True, False))
            return Within(below, length, "first" if is_first else "enrolment", filters=filters)
        parts = tuple(self.node(depth - 1) for _ in range(self.r.choice((1, 2, 2, 3))))
        if kind == "n_of":
            return AtLeast(self.r.randint(1, len(parts)), parts, filters=filters)
        if kind == "ordered":
            return InOrder(parts, self.chance(0.4), filters=filters)
        return AllOf(parts if self.chance(0.995) else (), filters=filters)

    def instant(self, least: int, most: int) -> datetime:
        return self.now + timedelta(hours=self.r.randint(least * 24, most * 24))

    def fact(self, number: int, wanted: list[str]) -> Fact:
        stays = []
        while self.chance(0.1):
            begin = self.instant(-30, 15)
            end = begin + timedelta(hours=self.r.randint(1, 300)) if self.chance(0.8) else None
            stays.append(Suspension(begin, end))
        expires = self.today + timedelta(days=self.r.randint(-6, 30)) if self.chance(0.3) else None
        return Fact(
            id=f"{self.r.randint(0, 9)}{number}",
            achievement=self.r.choice(wanted if self.chance(0.65) else CATALOGUE),
            earned_at=self.instant(-45, 0) if self.chance(0.93) else self.instant(0, 10),
            expires_on=expires,
            revoked_at=self.instant(-20, 20) if self.chance(0.12) else None,
            revocation=self.r.choice(("void", "withdrawn")),
            suspensions=tuple(stays),
            level=self.r.choice((None, 1, 2, 3, 3)),
            credits=Decimal(self.r.choice(("0.5", "1", "2.25"))) if self.chance(0.15) else None,
            source=self.r.choices(("internal", "transfer", "rpl", "external"), weights=(6, 1, 1, 1))[0],
            consumed_by=self.r.choice((("P",), ("P", "Q"))) if self.chance(0.15) else (),
        )

    def entry(self) -> Entry:
        return Entry(
            active=self.chance(0.92),
            repeatable=self.chance(0.1),
            credits=Decimal(self.r.choice(("0", "1", "1", "1.5", "2"))),
            series=self.r.choice(("x", "y", None)),
            competencies={"k": self.r.randint(1, 3)} if self.chance(0.5) else {},
            attributes={"unit": self.r.choice(("u", "v", None)), "hours": self.r.choice((0, 1, 2, "0.75"))},
        )

    def exemption(self, rule: Rule, facts: list[Fact]) -> Exemption | None:
        node = self.r.choice(list(nodes(rule)))
        kinds: tuple[Exempts, ...] = ("waive", "reduce", "substitute", "block")
        kind = self.r.choice(kinds)
        if kind == "waive" and node is rule and self.chance(0.8):
            return None
        if kind == "reduce" and not isinstance(node, Earned | Done | Pool | AtLeast):
            return None
        if kind in {"substitute", "block"} and not is_leaf(node):
            return None
        ids = [fact.id for fact in facts] or ["00"]
        return Exemption(
            type=kind,
            node="*" if kind == "block" and self.chance(0.4) else node.key,
            approved_at=self.instant(-40, 8 if self.chance(0.15) else 0),
            expires_on=self.today + timedelta(days=self.r.randint(-10, 30)) if self.chance(0.4) else None,
            by=self.r.choice((1, 1, 2)) if kind == "reduce" else 0,
            achievement=self.r.choice(CODES) if kind == "substitute" else "",
            credential=self.r.choice(ids) if kind == "block" else "",
        )

    def equivalence(self, source: str, target: str) -> Equivalence:
        return Equivalence(
            source,
            target,
            valid_from=self.today - timedelta(days=self.r.randint(0, 40)) if self.chance(0.3) else None,
            valid_to=self.today + timedelta(days=self.r.randint(-25, 10)) if self.chance(0.3) else None,
        )

    def pause(self) -> Pause:
        starts = self.today - timedelta(days=self.r.randint(-2, 40))
        return Pause(starts, starts + timedelta(days=self.r.randint(0, 12)))

    def at_most(self, wanted: list[str]) -> AtMost:
        return AtMost(self.r.choice((0, 1, 1, 2, 2)), frozenset((*self.some(1, 2), self.r.choice(wanted))))

    def situation(self) -> Situation:
        rule = self.node(self.r.choice((1, 2, 2, 3)))
        while sum(is_leaf(node) for node in nodes(rule)) > 4:
            self.places = 0
            rule = self.node(2)
        rule = keyed(rule)
        wanted = sorted(listed(rule)) or list(CODES)
        facts = [self.fact(number, wanted) for number in range(self.r.randint(1, 7))]
        exempted = [self.exemption(rule, facts) for _ in range(self.r.choice((0, 0, 1, 1, 2)))]
        equal = [self.equivalence(*self.r.sample(CODES, 2)) for _ in range(self.r.choice((0, 0, 0, 1, 1, 2)))]
        pauses = [self.pause() for _ in range(self.r.choice((0, 0, 0, 1, 2)))]
        at_most = [self.at_most(wanted) for _ in range(self.r.choice((0, 0, 0, 0, 1, 2)))]
        places = [None, *(node.key for node in nodes(rule))]
        marks = [Milestone(code, self.r.randint(1, 3), self.r.choice(places)) for code in ("M", "N")]
        found = Situation(
            rule=rule,
            facts=tuple(facts),
            catalog={code: self.entry() for code in CATALOGUE},
            at=self.now,
            zone=self.zone,
            horizon_days=12,
            equivalences=tuple(equal),
            exemptions=tuple(each for each in exempted if each),
            at_most=tuple(at_most),
            milestones=tuple(marks) if self.chance(0.2) else (),
            exclusive_with=frozenset({"P", "Q"}) if self.chance(0.4) else frozenset(),
            use_limit=self.r.choice((1, 1, 2)),
            enrolled_on=self.today - timedelta(days=self.r.randint(-2, 40)),
            pauses=tuple(pauses),
            defaults=self.filters(0.12),
        )
        return replace(found, **NOTHING_BESIDE) if self.is_plain else found


def situation(seed: int) -> Situation:
    """The situation of this seed."""
    return Maker(seed).situation()
