"""Small random situations of every kind, the same for the same seed."""

import random
from datetime import UTC, date, datetime, timedelta
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
    nodes,
)

ZONE = ZoneInfo("America/Halifax")
NOW = datetime(2026, 3, 5, 15, 0, tzinfo=UTC)
TODAY = date(2026, 3, 5)
CODES = ("A", "B", "C", "D", "E")
AHEAD = 40


class Maker:
    """One situation out of one seed."""

    def __init__(self, seed: int) -> None:
        self.r = random.Random(seed)  # noqa: S311
        self.places = 0

    def chance(self, part: float) -> bool:
        return self.r.random() < part

    def some(self, least: int, most: int) -> tuple[str, ...]:
        many = self.r.randint(least, most)
        return tuple(self.r.sample(CODES, many))

    def leaf(self) -> Rule:
        kind = self.r.choices(("earned", "step", "pool", "credits", "competency"), weights=(4, 1.5, 4, 2, 2))[
            0
        ]
        filters = self.filters(0.42)
        if kind == "earned":
            return Earned(self.r.choice(CODES), filters=filters)
        if kind == "step":
            return Done("V", filters=filters)
        if kind == "competency":
            level, count = self.r.randint(1, 3), self.r.choice((1, 1, 2))
            filters = Filters(scope="x") if self.chance(0.1) else NO_FILTERS
            return Competency("k", level, count, filters=filters)
        if kind == "pool":
            many = self.r.choice((1, 1, 2, 2, 3)) if self.places < 3 else 1
            listed = self.some(max(many, 2), 4)
            grouped = self.chance(0.35) and many > 1
            return Pool(
                many,
                listed,
                filters=filters,
                min_groups=2 if grouped and self.chance(0.5) else None,
                max_per_group=self.r.choice((1, 1, 2)) if grouped and self.chance(0.7) else None,
                group_by=self.r.choice(("series", "unit")),
            )
        caps = ((self.r.choice(("x", "y")), Decimal(self.r.choice(("1", "1.5", "2.50")))),)
        return Credits(
            Decimal(self.r.choice(("1", "1.5", "2.25", "3"))),
            self.some(2, 4),
            filters=filters,
            group_caps=caps if self.chance(0.35) else (),
            transfer_max=Decimal(self.r.choice(("0", "1", "1.5"))) if self.chance(0.3) else None,
            residency_min=Decimal(self.r.choice(("0.5", "1", "2"))) if self.chance(0.25) else None,
            measure=self.r.choice(("credits", "credits", "hours")),
        )

    def filters(self, part: float) -> Filters:
        if not self.chance(part):
            return NO_FILTERS
        options: dict[str, Any] = {
            "min_level": self.r.choice((1, 2, 3, None)),
            "earned_from": self.r.choice((TODAY - timedelta(days=self.r.randint(5, 60)), None)),
            "earned_to": self.r.choice((TODAY + timedelta(days=self.r.randint(-25, 12)), None)),
            "sources": self.r.choice((("internal",), ("internal", "rpl"), ("transfer", "external"), None)),
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
        kind = self.r.choices(("all", "n_of", "ordered", "within"), weights=(3, 3, 2, 2))[0]
        filters = self.filters(0.2)
        if kind == "within":
            unit = self.r.choice(({"days": 10}, {"days": 25}, {"weeks": 3}, {"months": 1}, {"days": 2}))
            below, is_first = self.node(depth - 1), self.r.choice((True, True, False))
            return Within(below, Window(**unit), "first" if is_first else "enrolment", filters=filters)
        parts = tuple(self.node(depth - 1) for _ in range(self.r.choice((1, 2, 2, 3))))
        if kind == "n_of":
            return AtLeast(self.r.randint(1, len(parts)), parts, filters=filters)
        if kind == "ordered":
            return InOrder(parts, self.chance(0.4), filters=filters)
        return AllOf(parts if self.chance(0.99) else (), filters=filters)

    def instant(self, least: int, most: int) -> datetime:
        return NOW + timedelta(hours=self.r.randint(least * 24, most * 24))

    def fact(self, number: int) -> Fact:
        stays = []
        if self.chance(0.1):
            begin = self.instant(-30, 15)
            end = begin + timedelta(hours=self.r.randint(1, 300)) if self.chance(0.8) else None
            stays.append(Suspension(begin, end))
        expires = TODAY + timedelta(days=self.r.randint(-6, 30)) if self.chance(0.3) else None
        return Fact(
            id=f"{self.r.randint(0, 9)}{number}",
            achievement=self.r.choice((*CODES, *CODES, "V", "Z")),
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
            active=self.chance(0.88),
            repeatable=self.chance(0.1),
            credits=Decimal(self.r.choice(("0", "1", "1", "1.5", "2"))),
            series=self.r.choice(("x", "y", None)),
            competencies={"k": self.r.randint(1, 3)} if self.chance(0.5) else {},
            attributes={"unit": self.r.choice(("u", "v", None)), "hours": self.r.choice((0, 1, 2))},
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
            expires_on=TODAY + timedelta(days=self.r.randint(-10, 30)) if self.chance(0.4) else None,
            by=1 if kind == "reduce" else 0,
            achievement=self.r.choice(CODES) if kind == "substitute" else "",
            credential=self.r.choice(ids) if kind == "block" else "",
        )

    def equivalence(self, source: str, target: str) -> Equivalence:
        return Equivalence(
            source,
            target,
            valid_from=TODAY - timedelta(days=self.r.randint(0, 40)) if self.chance(0.3) else None,
            valid_to=TODAY + timedelta(days=self.r.randint(-25, 10)) if self.chance(0.3) else None,
        )

    def situation(self) -> Situation:
        rule = self.node(self.r.choice((1, 2, 2, 3)))
        while sum(is_leaf(node) for node in nodes(rule)) > 4:
            self.places = 0
            rule = self.node(2)
        rule = keyed(rule)
        facts = [self.fact(number) for number in range(self.r.randint(1, 6))]
        found = [self.exemption(rule, facts) for _ in range(self.r.choice((0, 0, 1, 1, 2)))]
        equal = [self.equivalence(*self.r.sample(CODES, 2)) for _ in range(self.r.choice((0, 0, 0, 1, 1, 2)))]
        starts = TODAY - timedelta(days=self.r.randint(-2, 40))
        pauses = [Pause(starts, starts + timedelta(days=self.r.randint(0, 12)))] if self.chance(0.4) else []
        caps = [AtMost(self.r.randint(0, 2), frozenset(self.some(1, 3)))] if self.chance(0.15) else []
        marks = [Milestone("M", self.r.randint(1, 2), self.r.choice((None, rule.key)))]
        return Situation(
            rule=rule,
            facts=tuple(facts),
            catalog={code: self.entry() for code in (*CODES, "V", "Z")},
            at=NOW,
            zone=ZONE,
            horizon_days=12,
            equivalences=tuple(equal),
            exemptions=tuple(each for each in found if each),
            at_most=tuple(caps),
            milestones=tuple(marks) if self.chance(0.2) else (),
            exclusive_with=frozenset({"P", "Q"}) if self.chance(0.4) else frozenset(),
            use_limit=self.r.choice((1, 1, 2)),
            enrolled_on=TODAY - timedelta(days=self.r.randint(-2, 40)),
            pauses=tuple(pauses),
            defaults=self.filters(0.12),
        )


def situation(seed: int) -> Situation:
    """The situation of this seed."""
    return Maker(seed).situation()
