"""Many learners before one rule: what the engine says of each, by whatever way it was found."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import chain
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pathways.rules.bulk import Answer, Bulk, Change, Learner, NotTheSameLearners, answers, difference
from pathways.rules.bulk.effort import spent_at_most
from pathways.rules.bulk.layout import Layout, fits
from pathways.rules.evaluate import (
    AtMost,
    Entry,
    Equivalence,
    Exemption,
    Fact,
    FactError,
    Milestone,
    Pause,
    Situation,
    Suspension,
    judged,
)
from pathways.rules.evaluate.general import Decision
from pathways.rules.evaluate.judge import WAYS
from pathways.rules.tree import (
    NO_FILTERS,
    AllOf,
    AtLeast,
    Credits,
    Done,
    Earned,
    Filters,
    InOrder,
    Pool,
    Rule,
    RuleError,
    Window,
    Within,
    keyed,
    nodes,
)
from tests.pathways.rules.cases import CODES, HALIFAX, NOW, TODAY, catalogue, held, learners_facts
from tests.pathways.rules.cases import Situation as Common
from tests.pathways.rules.cases import situations as common_situations
from tests.pathways.rules.compare import beyond
from tests.pathways.rules.exhaustive import World
from tests.pathways.rules.random_situations import AHEAD, situation

DAY = timedelta(days=1)

CORE = ("A", "B", "C", "D")
LONG = tuple(f"C{number}" for number in range(10))

# Blocks of seeds that no other test begins with.
SEEDS = range(810_000, 810_100)
SMALL_SEEDS = range(820_000, 820_150)

thorough = settings(derandomize=True, max_examples=120, deadline=None)


def own(case: Situation) -> Learner:
    """The learner's part of a situation."""
    return Learner("she", case.facts, case.exemptions, case.pauses, case.enrolled_on)


def before_her(case: Situation, learner: Learner) -> Situation:
    """The situation with another learner in it."""
    return replace(
        case,
        facts=learner.facts,
        exemptions=learner.exemptions,
        pauses=learner.pauses,
        enrolled_on=learner.enrolled_on,
    )


def twins(learner: Learner) -> Iterator[Learner]:
    """Herself, others of her shape, and some who look much like her."""
    facts = learner.facts
    yield learner
    yield replace(learner, facts=tuple(replace(fact, id=f"twin {fact.id}") for fact in facts[::-1]))
    yield replace(learner, facts=tuple(replace(fact, earned_at=fact.earned_at - DAY) for fact in facts))
    yield replace(learner, facts=facts[1:], exemptions=())
    if facts:
        further = replace(facts[0], id="further", earned_at=facts[0].earned_at - 2 * DAY)
        yield replace(learner, facts=(*facts, further), exemptions=())
        lasting = replace(facts[-1], expires_on=None, revoked_at=None, suspensions=())
        yield replace(learner, facts=(*facts[:-1], lasting), exemptions=())


def assert_as_the_engine(bulk: Bulk, case: Situation, learner: Learner) -> None:
    assert bulk.answer(learner) == Answer.of(judged(before_her(case, learner)))


# Random rules that are filled in one assignment, whatever else they bring along


@st.composite
def filters(draw: st.DrawFn) -> Filters:
    """Mostly none, else one or two."""
    if draw(st.integers(0, 2)):
        return NO_FILTERS
    days = st.integers(-25, 12).map(lambda days: TODAY + timedelta(days=days))
    options: dict[str, st.SearchStrategy[Any]] = {
        "min_level": st.sampled_from((1, 2, 3, None)),
        "earned_from": days,
        "earned_to": days,
        "sources": st.sampled_from((("internal",), ("internal", "rpl"), ("transfer",), None)),
        "validity": st.sampled_from(("ever", "current", None)),
    }
    names = draw(st.lists(st.sampled_from(sorted(options)), min_size=1, max_size=2, unique=True))
    return Filters(**{name: draw(options[name]) for name in names})


@st.composite
def leaves(draw: st.DrawFn) -> Rule:
    """An achievement, a step or a pool, now and then over groups."""
    chosen = draw(st.integers(0, 9))
    if chosen < 3:
        return Earned(draw(st.sampled_from(CODES)), filters=draw(filters()))
    if chosen == 3:
        return Done("V", filters=draw(filters()))
    named = draw(st.lists(st.sampled_from(CODES), min_size=1, max_size=5, unique=True))
    is_grouped = draw(st.booleans())
    return Pool(
        draw(st.integers(1, 3)),
        tuple(named),
        filters=draw(filters()),
        min_groups=draw(st.sampled_from((None, 1, 2, 3))) if is_grouped else None,
        max_per_group=draw(st.sampled_from((None, 1, 2))) if is_grouped else None,
    )


def groups(below: st.SearchStrategy[Rule]) -> st.SearchStrategy[Rule]:
    parts = st.lists(below, min_size=1, max_size=3).map(tuple)
    some = st.builds(AtLeast, st.integers(1, 2), parts, filters=filters())
    return st.one_of(st.builds(AllOf, parts, filters=filters()), some)


@st.composite
def programmes(draw: st.DrawFn) -> Situation:
    """A rule with all that a version may bring along; its learner holds nothing yet."""
    rule = keyed(draw(st.recursive(leaves(), groups, max_leaves=4)))
    codes = st.sampled_from(CODES)
    catalog = {
        code: Entry(
            active=draw(st.integers(0, 9)) > 0,
            repeatable=draw(st.integers(0, 9)) == 0,
            series=draw(st.sampled_from(("x", "y", None))),
        )
        for code in (*CODES, "V")
    }
    pairs = draw(st.lists(st.tuples(codes, codes), max_size=2))
    edges = st.none() | st.integers(-25, 10).map(lambda days: TODAY + timedelta(days=days))
    places = [None, *(node.key for node in nodes(rule))]
    return Situation(
        rule=rule,
        facts=(),
        catalog=catalog,
        at=NOW,
        zone=HALIFAX,
        horizon_days=12,
        equivalences=tuple(
            Equivalence(source, target, draw(st.none() | edges), draw(st.none() | edges))
            for source, target in pairs
            if source != target
        ),
        milestones=tuple(
            Milestone(code, draw(st.integers(1, 3)), draw(st.sampled_from(places)))
            for code in draw(st.sampled_from(("", "M", "MN")))
        ),
        exclusive_with=draw(st.sampled_from((frozenset(), frozenset({"P", "Q"})))),
        use_limit=draw(st.integers(1, 2)),
        defaults=draw(filters()),
    )


@st.composite
def people(draw: st.DrawFn) -> Learner:
    """A learner whose facts differ in all that a leaf may ask of them."""
    facts = tuple(
        replace(
            fact,
            level=draw(st.sampled_from((None, 1, 2, 3))),
            source=draw(st.sampled_from(("internal", "internal", "transfer", "rpl"))),
            consumed_by=draw(st.sampled_from(((), (), ("P",), ("P", "Q")))),
        )
        for fact in draw(learners_facts(most=7))
    )
    return Learner("she", facts)


class TestAgainstTheEngine:
    @thorough
    @given(programmes(), st.lists(people(), max_size=4))
    def test_says_the_same_of_rules_that_one_assignment_fills(
        self, programme: Situation, learners: list[Learner]
    ) -> None:
        bulk = Bulk(programme)

        for learner in chain.from_iterable(map(twins, learners)):
            assert_as_the_engine(bulk, programme, learner)

    @thorough
    @given(common_situations(), st.lists(people(), max_size=4))
    def test_says_the_same_of_plain_rules(self, common: Common, learners: list[Learner]) -> None:
        case = Situation(
            rule=common.rule,
            facts=tuple(common.facts),
            catalog=common.catalog,
            at=NOW,
            zone=HALIFAX,
            defaults=Filters(validity="ever") if common.validity == "ever" else NO_FILTERS,
        )
        bulk = Bulk(case)

        for learner in chain.from_iterable(map(twins, [own(case), *learners])):
            assert_as_the_engine(bulk, case, learner)

    @pytest.mark.parametrize("block", range(10))
    def test_says_the_same_of_rules_of_every_kind(self, block: int) -> None:
        for seed in SEEDS[block * 10 : block * 10 + 10]:
            case = situation(seed)
            bulk = Bulk(case)
            others = [own(situation(seed + 1_000 * number)) for number in (1, 2)]
            for learner in [*twins(own(case)), *(replace(other, exemptions=()) for other in others)]:
                assert_as_the_engine(bulk, case, learner)

    @pytest.mark.parametrize("block", range(5))
    def test_says_what_exhaustion_says(self, block: int) -> None:
        for seed in SMALL_SEEDS[block * 30 : block * 30 + 30]:
            case = situation(seed)
            if beyond(judged(case)):
                continue

            answer, expected = Bulk(case).answer(own(case)), World(case).answer(AHEAD)

            for name in ("satisfied", "remaining", "total", "used", "first_satisfied_on", "holds_through"):
                assert getattr(answer, name) == getattr(expected, name), f"seed {seed}: {name}"


class TestTheQuickWay:
    @settings(derandomize=True, max_examples=80, deadline=None)
    @given(programmes(), people())
    def test_knows_how_much_the_engine_might_spend(self, programme: Situation, learner: Learner) -> None:
        layout = Layout(programme)
        decision = Decision(before_her(programme, learner))
        events = len(learner.facts) + sum(len(fact.suspensions) for fact in learner.facts)

        decision.verdict()

        spent = WAYS - decision.judge.ways
        assert spent <= spent_at_most(programme, layout.candidates, events=events)

    @pytest.mark.parametrize(
        "rule",
        [
            AllOf(tuple(map(Earned, LONG[:6]))),
            Pool(4, LONG[:6]),
            AllOf((Earned("C0"), Earned("C1"), Pool(2, LONG[2:6]))),
            AllOf((Earned("C0"), Pool(2, LONG[1:6]), Done("C9"))),
            AllOf((Earned("C0"), Pool(4, LONG[1:], min_groups=2))),
            AtLeast(2, (Earned("C0"), Earned("C1"), Pool(2, LONG[2:6]))),
        ],
        ids=["linear", "four of six", "core and electives", "tiered", "over groups", "some parts"],
    )
    def test_is_taken_for_common_rules_and_thirty_credentials(self, rule: Rule) -> None:
        case = shared(rule, exclusive_with=frozenset({"P"}))
        case = replace(case, catalog={code: Entry(series="xyz"[int(code[1]) % 3]) for code in LONG})

        assert fits(case)
        assert Layout(case).most >= 30

    @pytest.mark.parametrize(
        "case_of",
        [
            lambda rule: shared(InOrder((rule, Earned("A"))), *CORE),
            lambda rule: shared(Within(rule, Window(days=9)), *CORE),
            lambda rule: shared(AllOf((rule, Earned("A", filters=Filters(scope="other")))), *CORE),
            lambda rule: shared(replace(rule, filters=Filters(scope="none")), *CORE),
            lambda rule: shared(rule, *CORE, at_most=(AtMost(1, frozenset("A")),)),
            lambda rule: shared(Credits(Decimal(1), CORE), *CORE),
        ],
        ids=["order", "window", "two scopes", "no scope", "a cap", "sums"],
    )
    def test_is_not_taken_where_one_assignment_is_not_the_whole_answer(self, case_of: Any) -> None:
        assert not fits(case_of(Pool(2, ("B", "C"))))


def shared(rule: Rule, *codes: str, **beside: Any) -> Situation:
    """A rule before everybody, at noon in Halifax."""
    return Situation(rule=keyed(rule), facts=(), catalog=catalogue(*codes), at=NOW, zone=HALIFAX, **beside)


def told(case: Situation, *learners: Learner) -> list[Answer]:
    """The answers to these learners, asked together and proved against the engine one by one."""
    given_answers = [answer for _, answer in answers(case, learners)]
    assert given_answers == [Answer.of(judged(before_her(case, learner))) for learner in learners]
    return given_answers


core = AllOf((Earned("A", key="a"), Pool(2, ("B", "C", "D"), key="two")))


def she(*facts: Fact, **beside: Any) -> Learner:
    return Learner("she", facts, **beside)


class TestOfOneLearnerAmongMany:
    def test_an_expiry_that_passes_between_two_learners_parts_them(self) -> None:
        a, b, c = held("A", "B", "C")
        ends = [replace(c, expires_on=TODAY + timedelta(days=days)) for days in (-1, 0, 20)]

        late, today, later = told(shared(core, *CORE), *(she(a, b, end) for end in ends))

        assert (late.satisfied, late.remaining, late.used) == (False, 1, ("a", "b"))
        assert late.first_satisfied_on == a.earned_at.date()
        assert (today.holds_through, today.next_change_on) == (TODAY, TODAY + DAY)
        assert later.holds_through == TODAY + timedelta(days=20)

    def test_a_longer_lived_credential_is_used_first(self) -> None:
        a, b, c, d = held(*CORE)
        short = replace(b, expires_on=TODAY + DAY)

        (answer,) = told(shared(core, *CORE), she(a, short, c, d))

        assert answer.used == ("a", "c", "d")
        assert (answer.holds_through, answer.next_change_on) == (None, TODAY + 2 * DAY)

    @pytest.mark.parametrize(("revocation", "first"), [("void", None), ("withdrawn", date(2026, 2, 3))])
    def test_a_revocation_undoes_the_past_only_if_it_was_never_right(
        self, revocation: Any, first: date | None
    ) -> None:
        a, b, c = held("A", "B", "C")
        gone = replace(c, revoked_at=NOW - DAY, revocation=revocation)

        answer, whole = told(shared(core, *CORE), she(a, b, gone), she(a, b, c))

        assert (answer.satisfied, answer.used, answer.first_satisfied_on) == (False, ("a", "b"), first)
        assert whole.satisfied

    def test_a_suspension_counts_again_from_its_end(self) -> None:
        a, b, c = held("A", "B", "C")
        over = replace(c, suspensions=(Suspension(c.earned_at, NOW - 3 * DAY),))
        stands = replace(c, suspensions=(Suspension(NOW - DAY, NOW + 3 * DAY),))

        after, during = told(shared(core, *CORE), she(a, b, over), she(a, b, stands))

        assert (after.satisfied, after.first_satisfied_on) == (True, TODAY - 3 * DAY)
        assert (during.satisfied, during.next_change_on) == (False, TODAY + 3 * DAY)

    def test_an_exception_is_hers_alone(self) -> None:
        approved_at = NOW - 2 * DAY
        kinds = [
            Exemption(type="waive", node="two", approved_at=approved_at),
            Exemption(type="reduce", node="two", approved_at=approved_at, by=1, expires_on=TODAY + DAY),
            Exemption(type="substitute", node="a", approved_at=approved_at, achievement="D"),
            Exemption(type="block", node="*", approved_at=approved_at, credential="a"),
        ]
        facts = held("A", "B", "D")
        plain = she(*facts)

        found = told(shared(core, *CORE), plain, *(replace(plain, exemptions=(one,)) for one in kinds), plain)

        assert [answer.used for answer in found] == [
            ("a", "b", "d"),
            ("a",),
            ("a", "b"),
            ("a", "b", "d"),
            ("b", "d"),
            ("a", "b", "d"),
        ]
        assert found[2].next_change_on == TODAY + 2 * DAY

    def test_a_pause_lengthens_her_own_window_only(self) -> None:
        rule = Within(AllOf((Earned("A"), Earned("B"))), Window(days=10))
        early = Fact("a", "A", NOW - timedelta(days=20))
        late = Fact("b", "B", NOW - timedelta(days=5))
        leave = Pause(TODAY - timedelta(days=15), TODAY - timedelta(days=9))

        without, paused = told(shared(rule, "A", "B"), she(early, late), she(early, late, pauses=(leave,)))

        assert (without.satisfied, paused.satisfied) == (False, True)

    def test_a_window_opens_when_each_was_enrolled(self) -> None:
        rule = Within(AllOf((Earned("A"), Earned("B"))), Window(days=40), anchor="enrolment")
        facts = held("A", "B")
        enrolled = [she(*facts, enrolled_on=TODAY - timedelta(days=days)) for days in (20, 35, 35, 80)]

        found = told(shared(rule, "A", "B"), *enrolled)

        assert [answer.satisfied for answer in found] == [False, True, True, False]
        assert found[1].next_change_on == TODAY + timedelta(days=6)

    def test_an_equivalent_stands_for_it_in_its_direction_and_dates(self) -> None:
        row = Equivalence("OLD", "A", valid_to=NOW.date() - timedelta(days=10))
        case = shared(core, *CORE, "OLD", equivalences=(row,))
        b, c = held("B", "C")
        early, late = (Fact("old", "OLD", NOW - timedelta(days=days)) for days in (11, 9))

        before, after, both = told(case, she(early, b, c), she(late, b, c), she(early, *held(*CORE)))

        assert (before.satisfied, before.used) == (True, ("b", "c", "old"))
        assert (after.remaining, after.used) == (1, ("b", "c"))
        assert both.used == ("a", "b", "c")

    def test_no_more_of_those_listed_count_than_the_cap_says(self) -> None:
        case = shared(core, *CORE, at_most=(AtMost(1, frozenset({"B", "C"})),))

        capped, enough = told(case, she(*held("A", "B", "C")), she(*held("A", "B", "D")))

        assert (capped.satisfied, capped.remaining) == (False, 1)
        assert enough.satisfied

    def test_a_repeatable_achievement_counts_each_time(self) -> None:
        case = shared(core, *CORE)
        case = replace(case, catalog={**case.catalog, "B": Entry(repeatable=True)})
        a, b = held("A", "B")
        again = [replace(b, id=f"b{number}", earned_at=b.earned_at + number * DAY) for number in (1, 2)]

        once, twice, thrice = told(case, she(a, b), she(a, b, again[0]), she(a, *again, b))

        assert (once.remaining, twice.used, thrice.used) == (1, ("a", "b", "b1"), ("a", "b", "b1"))

    def test_what_another_pathway_used_up_does_not_count(self) -> None:
        case = shared(core, *CORE, exclusive_with=frozenset({"P", "Q"}), use_limit=2)
        a, b, c = held("A", "B", "C")
        used = [replace(c, consumed_by=names) for names in (("P",), ("P", "Q"), ("P", "R"))]

        found = told(case, *(she(a, b, one) for one in used))

        assert [answer.satisfied for answer in found] == [True, False, True]

    def test_groups_are_counted_by_what_each_credential_is(self) -> None:
        rule = Pool(3, ("A", "B", "C", "D"), min_groups=2)
        case = replace(
            shared(rule),
            catalog={code: Entry(series="x" if code != "D" else "y") for code in CORE},
        )
        capped = replace(case, rule=keyed(replace(rule, min_groups=None, max_per_group=2)))

        alike, mixed = told(case, she(*held("A", "B", "C")), she(*held("A", "B", "C", "D")))
        (within,) = told(capped, she(*held("A", "B", "C", "D")))

        assert (alike.remaining, alike.used) == (1, ("a", "b"))
        assert mixed.used == ("a", "b", "d")
        assert within.used == ("a", "b", "d")

    def test_milestones_fall_due_for_each_node(self) -> None:
        marks = (Milestone("BEGUN", 1), Milestone("PAIR", 2, "two"))

        found = told(shared(core, *CORE, milestones=marks), *(she(*held(*some)) for some in ("", "A", "BC")))

        assert [answer.milestones_due for answer in found] == [(), ("BEGUN",), ("BEGUN", "PAIR")]

    def test_what_cannot_be_reached_is_told_apart_from_what_is_left(self) -> None:
        case = shared(core, *CORE)
        case = replace(case, catalog={**case.catalog, "A": Entry(active=False)})

        lost, able = told(case, she(*held("B", "C")), she(*held("A", "B")))

        assert (lost.status, lost.remaining, lost.used) == ("unreachable", None, ())
        assert (able.status, able.remaining, able.total) == ("unsatisfied", 1, None)


class TestAnswering:
    def test_asks_for_one_learner_at_a_time(self) -> None:
        asked = []

        def arriving() -> Iterator[Learner]:
            for number in range(3):
                asked.append(number)
                yield Learner(str(number), tuple(held("A")))

        stream = answers(shared(core, *CORE), arriving())

        assert next(stream)[0] == "0"
        assert asked == [0]

    def test_tells_another_of_the_same_shape_her_own_credentials(self) -> None:
        bulk = Bulk(shared(InOrder((Earned("A"), Earned("B")), strict=True), "A", "B"))
        a, b = held("A", "B")

        found = [
            bulk.answer(she(replace(a, id=f"a{number}"), replace(b, id=f"b{number}", earned_at=NOW - DAY)))
            for number in range(3)
        ]

        assert [answer.used for answer in found] == [("a0", "b0"), ("a1", "b1"), ("a2", "b2")]

    @pytest.mark.parametrize("rule", [core, Credits(Decimal(2), achievements=CORE)], ids=["places", "sums"])
    def test_refuses_facts_that_cannot_be_judged(self, rule: Rule) -> None:
        bulk = Bulk(shared(rule, *CORE))
        a = held("A")[0]
        naive = replace(a, earned_at=datetime(2026, 1, 1))  # noqa: DTZ001

        bulk.answer(she(a))
        for facts in ((a, a), (naive,), (replace(a, suspensions=(Suspension(naive.earned_at),)),)):
            with pytest.raises(FactError):
                bulk.answer(she(*facts))

    def test_refuses_a_window_that_opens_at_an_enrolment_nobody_dated(self) -> None:
        bulk = Bulk(shared(Within(Earned("A"), Window(days=3), anchor="enrolment"), "A"))

        bulk.answer(she(enrolled_on=TODAY))
        with pytest.raises(RuleError):
            bulk.answer(she())

    def test_refuses_a_rule_of_codes_that_nobody_knows(self) -> None:
        with pytest.raises(RuleError):
            Bulk(shared(Earned("A"), "B"))

    def test_refuses_an_instant_without_a_zone(self) -> None:
        with pytest.raises(FactError):
            Bulk(replace(shared(Earned("A"), "A"), at=datetime(2026, 1, 1)))  # noqa: DTZ001

    @pytest.mark.parametrize("beside", [{}, {"exclusive_with": frozenset({"P"})}], ids=["plain", "general"])
    def test_decides_nothing_that_the_engine_leaves_to_people(self, beside: dict[str, Any]) -> None:
        rule = AllOf((Pool(5_000, ("PRACTICE",)), Earned("A")))
        case = shared(rule, "A", **beside)
        case = replace(case, catalog={"PRACTICE": Entry(repeatable=True), "A": Entry()})

        (answer,) = told(case, she(*held("A")))

        assert (answer.status, answer.satisfied, answer.remaining) == ("indeterminate", None, None)


def answer_of(remaining: int | None, *, is_decided: bool = True) -> Answer:
    """An answer of which only this is asked."""
    status = "unreachable" if remaining is None else "unsatisfied" if remaining else "satisfied"
    if not is_decided:
        return Answer("indeterminate", None, None, None, (), None, None, None)
    return Answer(status, remaining == 0, remaining, 3, (), None, None, None)  # type: ignore[arg-type]


class TestDifference:
    @pytest.mark.parametrize(
        ("before", "after", "expected"),
        [
            (2, 0, Change.NEWLY_SATISFIED),
            (None, 0, Change.NEWLY_SATISFIED),
            (0, 1, Change.NO_LONGER_SATISFIED),
            (0, None, Change.NO_LONGER_SATISFIED),
            (2, 1, Change.NEARER),
            (None, 3, Change.NEARER),
            (1, 3, Change.FARTHER),
            (1, None, Change.UNREACHABLE),
            (0, 0, Change.UNTOUCHED),
            (2, 2, Change.UNTOUCHED),
            (None, None, Change.UNTOUCHED),
        ],
    )
    def test_says_what_becomes_of_a_learner(
        self, before: int | None, after: int | None, expected: Change
    ) -> None:
        found = difference([("she", answer_of(before))], [("she", answer_of(after))])

        assert list(found) == [("she", expected)]

    def test_leaves_to_people_what_only_one_of_the_rules_can_decide(self) -> None:
        unknown, known = answer_of(None, is_decided=False), answer_of(1)

        pairs = [(unknown, known), (known, unknown), (unknown, unknown)]
        found = [next(difference([("she", old)], [("she", new)]))[1] for old, new in pairs]

        assert found == [Change.UNDECIDED, Change.UNDECIDED, Change.UNTOUCHED]

    @pytest.mark.parametrize("names", [["a"], ["a", "c"], ["a", "b", "c"]])
    def test_refuses_streams_of_different_learners(self, names: list[str]) -> None:
        before = [(name, answer_of(1)) for name in ("a", "b")]
        after = [(name, answer_of(1)) for name in names]

        with pytest.raises(NotTheSameLearners):
            list(difference(before, after))

    def test_compares_a_draft_with_the_rule_in_force(self) -> None:
        learners = [Learner(name, tuple(held(*name))) for name in ("AB", "ABC", "BC", "D", "")]
        draft = AllOf((Earned("A"), Pool(1, ("B", "C", "D"))))

        found = difference(answers(shared(core, *CORE), learners), answers(shared(draft, *CORE), learners))

        assert dict(found) == {
            "AB": Change.NEWLY_SATISFIED,
            "ABC": Change.UNTOUCHED,
            "BC": Change.UNTOUCHED,
            "D": Change.NEARER,
            "": Change.NEARER,
        }


def test_an_instant_is_read_in_the_zone_of_the_institution() -> None:
    """Late in the evening in Halifax the day is the next one in Greenwich."""
    evening = datetime(2026, 3, 5, 2, 30, tzinfo=UTC)
    fact = Fact("a", "A", evening - timedelta(hours=1), expires_on=date(2026, 3, 4))
    case = replace(shared(Earned("A"), "A"), at=evening)

    (answer,) = told(case, she(fact))

    assert (answer.satisfied, answer.first_satisfied_on) == (True, date(2026, 3, 4))
    assert answer.holds_through == date(2026, 3, 4)
