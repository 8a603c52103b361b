"""Catalogues, facts and rules for the tests of the heart, and the random small ones of its properties."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from pathways.rules.evaluate import Entry, Fact, Suspension, Validity, Verdict, evaluate
from pathways.rules.tree import AllOf, Earned, Pool, Rule, listed

HALIFAX = ZoneInfo("America/Halifax")
NOW = datetime(2026, 3, 5, 15, 0, tzinfo=UTC)  # three days before Halifax puts its clocks forward
TODAY = date(2026, 3, 5)


def held(*codes: str, earned_at: datetime = NOW - timedelta(days=30)) -> list[Fact]:
    """One credential a code, its id the code in small letters."""
    return [Fact(code.lower(), code, earned_at) for code in codes]


def catalogue(*codes: str) -> dict[str, Entry]:
    """Active achievements named by their codes."""
    return {code: Entry() for code in codes}


def verdict_of(
    rule: Rule,
    facts: list[Fact],
    *,
    catalog: dict[str, Entry] | None = None,
    at: datetime = NOW,
    validity: Validity = "current",
    horizon_days: int = 90,
) -> Verdict:
    """The verdict at noon in Halifax, on a catalogue of what the rule lists unless another is given."""
    return evaluate(
        rule,
        facts,
        catalog=catalogue(*listed(rule)) if catalog is None else catalog,
        at=at,
        zone=HALIFAX,
        validity=validity,
        horizon_days=horizon_days,
    )


@dataclass(frozen=True)
class Situation:
    """One random learner before one random rule."""

    rule: Rule
    facts: list[Fact]
    catalog: dict[str, Entry]
    validity: Validity


CODES = ("A", "B", "C", "D", "E")

instants = st.integers(-20 * 24, 20 * 24).map(lambda hours: NOW + timedelta(hours=hours))
past = st.integers(0, 20 * 24).map(lambda hours: NOW - timedelta(hours=hours))
codes = st.sampled_from(CODES)


@st.composite
def stays(draw: st.DrawFn) -> Suspension:
    """A suspension somewhere about now, some without an end."""
    starts_at = draw(instants)
    hours = draw(st.none() | st.integers(1, 15 * 24))
    return Suspension(starts_at, None if hours is None else starts_at + timedelta(hours=hours))


@st.composite
def learners_facts(draw: st.DrawFn, most: int = 5) -> list[Fact]:
    """Some facts, the same achievement often twice: current, expired, suspended, revoked, yet to come."""
    facts = []
    for index in range(draw(st.integers(0, most))):
        revoked_at = draw(st.none() | st.none() | instants)
        facts.append(
            Fact(
                id=f"{draw(st.integers(0, 9))}{index}",
                achievement=draw(codes | st.just("elsewhere")),
                earned_at=draw(past | past | instants),
                expires_on=draw(
                    st.none() | st.integers(-5, 20).map(lambda days: TODAY + timedelta(days=days))
                ),
                revoked_at=revoked_at,
                revocation=draw(st.sampled_from(("void", "withdrawn"))),
                suspensions=tuple(draw(st.just([]) | st.just([]) | st.lists(stays(), max_size=2))),
            )
        )
    return facts


@st.composite
def leaves(draw: st.DrawFn, most: int) -> Rule:
    """A leaf with at most so many places."""
    if draw(st.booleans()):
        return Earned(draw(codes))
    named = draw(st.lists(codes, min_size=1, max_size=4, unique=True))
    return Pool(draw(st.integers(1, most)), tuple(named))


@st.composite
def rules(draw: st.DrawFn) -> Rule:
    """A leaf, or a group of a few that overlap, now and then a group within it."""
    if draw(st.integers(0, 4)) == 0:
        return draw(leaves(3))
    parts = [draw(leaves(2)) for _ in range(draw(st.integers(1, 3)))]
    if draw(st.booleans()):
        return AllOf((AllOf(tuple(parts)),))
    return AllOf(tuple(parts))


@st.composite
def situations(draw: st.DrawFn) -> Situation:
    """A rule, facts and a catalogue in which some achievements are retired and at most one repeatable."""
    repeatable = draw(st.none() | codes)
    retired = draw(st.sets(codes, max_size=2))
    catalog = {code: Entry(active=code not in retired, repeatable=code == repeatable) for code in CODES}
    validity: Validity = draw(st.sampled_from(("current", "current", "ever")))
    return Situation(draw(rules()), draw(learners_facts()), catalog, validity)
