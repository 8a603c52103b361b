"""Agreement of graders: published figures, an independent count, and what may not be said of few."""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date
from fractions import Fraction
from itertools import permutations
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessments.marking.agreement import (
    Band,
    Lean,
    Mark,
    Standing,
    agreement,
    band_of,
    intraclass,
    ordinal_alpha,
    standing_of,
    weighted_kappa,
    wilson,
)
from assessments.marking.drawing import Lots

MARCH, APRIL = date(2026, 3, 14), date(2026, 4, 2)
JANA, MILAN = 1, 2

# K. Krippendorff, Computing Krippendorff's Alpha-Reliability (2011), section D:
# four observers, twelve units, None where an observer gave no value.
KRIPPENDORFF = (
    (1, 2, 3, 3, 2, 1, 4, 1, 2, None, None, None),
    (1, 2, 3, 3, 2, 2, 4, 1, 2, 5, None, 3),
    (None, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, None),
    (1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, None),
)
# P. E. Shrout and J. L. Fleiss, Intraclass Correlations (1979), table 2: six targets, four judges.
SHROUT_FLEISS = ((9, 2, 5, 8), (6, 1, 3, 2), (8, 4, 6, 8), (7, 1, 2, 6), (10, 5, 6, 9), (6, 2, 4, 7))


def units_of(rows: Sequence[Sequence[int | None]]) -> Counter[tuple[int, ...]]:
    """One tuple of given levels for each unit, from one row for each observer."""
    return Counter(tuple(value for value in unit if value is not None) for unit in zip(*rows, strict=True))


def chance(seed: int) -> Random:
    return Random(seed)  # noqa: S311 - grades to try, no secret


def marks(
    *graders: Sequence[int | None], on: date = MARCH, passes_at: int | None = 2, first: int = 1
) -> list[Mark]:
    """Marks of submissions counted from `first`, a row of levels for each grader; None: not graded by her."""
    return [
        Mark(
            submission=submission,
            grader=grader,
            level=level,
            graded_on=on,
            passed=None if passes_at is None else level >= passes_at,
        )
        for grader, levels in enumerate(graders, start=1)
        for submission, level in enumerate(levels, start=first)
        if level is not None
    ]


class TestPublishedFigures:
    def test_alpha_of_krippendorff_s_own_data_is_his_0_815(self) -> None:
        alpha = ordinal_alpha(units_of(KRIPPENDORFF))

        assert alpha is not None
        assert round(float(alpha), 3) == 0.815

    def test_icc_2_1_of_shrout_and_fleiss_is_their_0_29(self) -> None:
        icc = intraclass(SHROUT_FLEISS)

        assert icc is not None
        assert round(float(icc), 2) == 0.29

    @pytest.mark.parametrize(
        ("one", "other", "published"),
        [
            # The worked examples in the documentation of Maple's QuadraticWeightedKappa.
            ((9, 7, 8, 7, 6, 8, 3, 5, 10), (8, 8, 6, 6, 7, 6, 1, 4, 8), 0.758620689655172),
            ((9, 7, 8, 7, 6, 8, 3, 5, 10), (3, 5, 6, 6, 7, 6, 1, 4, 8), 0.438095238095238),
        ],
    )
    def test_quadratic_kappa_equals_the_worked_examples(
        self, one: tuple[int, ...], other: tuple[int, ...], published: float
    ) -> None:
        kappa = weighted_kappa(Counter(zip(one, other, strict=True)))

        assert kappa is not None
        assert float(kappa) == pytest.approx(published, abs=1e-14)

    @pytest.mark.parametrize(
        ("table", "published"),
        [((40, 9, 6, 45), 0.70), ((80, 10, 5, 5), 0.32)],
        ids=["even marginals", "one answer prevails"],
    )
    def test_kappa_falls_with_prevalence_while_85_percent_agree(
        self, table: tuple[int, int, int, int], published: float
    ) -> None:
        # A. R. Feinstein and D. V. Cicchetti, High agreement but low kappa I (1990), tables 1 and 2.
        kappa = weighted_kappa(dict(zip(((1, 1), (1, 2), (2, 1), (2, 2)), table, strict=True)))

        assert (table[0] + table[3]) / 100 == 0.85
        assert kappa is not None
        assert round(float(kappa), 2) == published

    @pytest.mark.parametrize(
        ("count", "of", "low", "high"),
        [
            # R. G. Newcombe, Two-sided confidence intervals for the single proportion (1998), table I.
            (81, 263, 0.2553, 0.3662),
            (15, 148, 0.0624, 0.1605),
            (0, 20, 0.0, 0.1611),
            (1, 29, 0.0061, 0.1718),
        ],
    )
    def test_wilson_s_interval_equals_newcombe_s_table(
        self, count: int, of: int, low: float, high: float
    ) -> None:
        interval = wilson(count, of)

        assert (round(float(interval.low), 4), round(float(interval.high), 4)) == (low, high)

    def test_an_interval_never_leaves_what_a_share_can_be(self) -> None:
        assert wilson(0, 20).low == 0
        assert wilson(20, 20).high == 1


# --- An independent count: the definitions written out, pair by pair, in floating point ------------
def naive_alpha(units: Sequence[tuple[int, ...]]) -> float | None:
    kept = [unit for unit in units if len(unit) > 1]
    values = [value for unit in kept for value in unit]
    n = len(values)

    def distance(one: int, other: int) -> float:
        if one == other:
            return 0.0
        low, high = sorted((one, other))
        between = sum(values.count(g) for g in range(low, high + 1))
        return float((between - (values.count(one) + values.count(other)) / 2) ** 2)

    observed = sum(
        distance(one, other) / (len(unit) - 1) for unit in kept for one, other in permutations(unit, 2)
    )
    expected = sum(distance(one, other) for one, other in permutations(values, 2))
    return None if expected == 0 else 1 - (observed / n) / (expected / (n * (n - 1)))


def naive_kappa(pairs: Sequence[tuple[int, ...]], levels: range) -> float | None:
    n = len(pairs)
    weighted = expected = 0.0
    for i in levels:
        for j in levels:
            weighted += (i - j) ** 2 * pairs.count((i, j))
            row = sum(pair[0] == i for pair in pairs)
            column = sum(pair[1] == j for pair in pairs)
            expected += (i - j) ** 2 * row * column / n
    return None if expected == 0 else 1 - weighted / expected


def naive_icc(rows: Sequence[Sequence[int]]) -> float:
    n, k = len(rows), len(rows[0])
    grand = sum(map(sum, rows)) / (n * k)
    means = [sum(row) / k for row in rows]
    columns = [sum(row[j] for row in rows) / n for j in range(k)]
    msr = k * sum((mean - grand) ** 2 for mean in means) / (n - 1)
    msc = n * sum((mean - grand) ** 2 for mean in columns) / (k - 1)
    residuals = [rows[i][j] - means[i] - columns[j] + grand for i in range(n) for j in range(k)]
    mse = sum(value**2 for value in residuals) / ((n - 1) * (k - 1))
    return (msr - mse) / (msr + (k - 1) * mse + k * (msc - mse) / n)


def same(exact: Fraction | None, naive: float | None) -> bool:
    if exact is None or naive is None:
        return exact is None and naive is None
    return float(exact) == pytest.approx(naive, abs=1e-9)


LEVELS = st.integers(1, 5)


class TestAnIndependentCount:
    @given(st.lists(st.lists(LEVELS, min_size=1, max_size=4).map(tuple), min_size=1, max_size=12))
    def test_alpha_with_gaps_and_many_graders(self, units: list[tuple[int, ...]]) -> None:
        assert same(ordinal_alpha(Counter(units)), naive_alpha(units))

    @given(st.lists(st.tuples(LEVELS, LEVELS), min_size=1, max_size=20))
    def test_kappa_over_all_levels_of_the_rubric(self, pairs: list[tuple[int, int]]) -> None:
        assert same(weighted_kappa(Counter(pairs)), naive_kappa(pairs, range(1, 6)))

    @pytest.mark.parametrize("graders", [2, 3, 5])
    def test_icc_of_whole_totals(self, graders: int) -> None:
        lots = chance(graders)
        rows = [[lots.randint(0, 100) for _ in range(graders)] for _ in range(17)]

        assert same(intraclass(rows), naive_icc(rows))

    def test_icc_of_as_few_as_two_submissions(self) -> None:
        assert same(intraclass([[1, 2, 4], [3, 5, 4]]), naive_icc([[1, 2, 4], [3, 5, 4]]))


class TestNotDefined:
    def test_all_grades_equal_is_neither_0_nor_1(self) -> None:
        everybody_passes = agreement(marks([3] * 40, [3] * 40), seed=1, resamples=50)

        assert everybody_passes.exact.share == 1
        assert everybody_passes.kappa is not None
        assert everybody_passes.alpha is not None
        assert everybody_passes.kappa.value is None
        assert everybody_passes.alpha.value is None
        assert everybody_passes.alpha.interval is None
        assert everybody_passes.band is None

    def test_nothing_graded_twice_defines_nothing(self) -> None:
        assert ordinal_alpha({(3,): 12}) is None
        assert weighted_kappa({}) is None

    @pytest.mark.parametrize("rows", [[], [[1, 2]], [[1], [2]], [[4, 4], [4, 4]]])
    def test_icc_of_one_submission_one_grader_or_equal_totals(self, rows: list[list[int]]) -> None:
        assert intraclass(rows) is None

    def test_icc_refuses_gaps(self) -> None:
        with pytest.raises(ValueError, match="every grader"):
            intraclass([[1, 2], [3]])

    def test_resamples_that_are_not_defined_are_dropped_and_counted(self) -> None:
        nearly_equal = agreement(marks([3] * 29 + [2], [3] * 30), seed=5, resamples=400)

        assert nearly_equal.kappa is not None
        assert nearly_equal.kappa.value == 0
        # A resample misses the one submission that differs with probability (29/30)^30, some 36 %.
        assert 100 < nearly_equal.kappa.dropped < 190
        assert nearly_equal.kappa.interval is not None

    def test_where_no_resample_is_defined_there_is_no_interval(self) -> None:
        one_grade = agreement(marks([3] * 10, [3] * 10), seed=1, resamples=20)

        assert one_grade.alpha is not None
        assert one_grade.alpha.dropped == 20


class TestPrevalence:
    def test_kappa_is_0_while_nearly_all_agree_so_the_shares_come_first(self) -> None:
        nearly_all = agreement(marks([3] * 39 + [2], [3] * 40), seed=1, resamples=50)

        assert nearly_all.exact.share == Fraction(39, 40)
        assert nearly_all.kappa is not None
        assert nearly_all.kappa.value == 0


class TestFewCases:
    @pytest.mark.parametrize(
        ("n", "standing"),
        [
            (0, Standing.COUNTS_ONLY),
            (9, Standing.COUNTS_ONLY),
            (10, Standing.TOO_FEW),
            (29, Standing.TOO_FEW),
            (30, Standing.NORMAL),
        ],
    )
    def test_what_so_many_allow_to_be_said(self, n: int, standing: Standing) -> None:
        assert standing_of(n) is standing

    def test_under_ten_only_counts(self) -> None:
        few = agreement(marks([1, 2, 3, 4] * 2, [1, 2, 3, 3] * 2), seed=1)

        assert (few.n, few.exact.count, few.exact.of) == (8, 6, 8)
        assert few.exact.share is None
        assert few.exact.interval is None
        assert few.alpha is None
        assert few.kappa is None
        assert all(bias.overall.mean is None for bias in few.bias)

    def test_up_to_29_figures_but_no_band(self) -> None:
        some = agreement(marks([1, 2, 3, 4] * 5, [1, 2, 3, 4] * 5), seed=1, resamples=50)

        assert some.standing is Standing.TOO_FEW
        assert some.alpha is not None
        assert some.alpha.value == 1
        assert some.band is None

    def test_from_30_on_alpha_has_a_band(self) -> None:
        enough = agreement(marks([1, 2, 3, 4] * 8, [1, 2, 3, 4] * 8), seed=1, resamples=50)

        assert enough.band is Band.RELIABLE

    @pytest.mark.parametrize(
        ("alpha", "band"),
        [
            ("0.800", Band.RELIABLE),
            ("0.7999", Band.TENTATIVE),
            ("0.667", Band.TENTATIVE),
            ("0.6669", Band.BELOW),
            ("-0.2", Band.BELOW),
        ],
    )
    def test_bands_begin_at_800_and_667_thousandths(self, alpha: str, band: Band) -> None:
        assert band_of(Fraction(alpha)) is band

    def test_a_grader_with_few_pieces_has_counts_only_among_many(self) -> None:
        jana, milan = [2] * 30, [2] * 26 + [None] * 4
        petr = [None] * 26 + [3] * 4

        bias = agreement(marks(jana, milan, petr), seed=1, resamples=20).bias

        assert [row.overall.n for row in bias] == [30, 26, 4]
        assert bias[2].overall.mean is None


class TestShares:
    def test_exact_adjacent_and_pass_or_fail_are_counted_over_submissions(self) -> None:
        jana = [1, 2, 2, 4, 3, 3, 3, 3, 3, 3]
        milan = [2, 2, 4, 3, 3, 3, 3, 3, 3, 3]

        found = agreement(marks(jana, milan), seed=1, resamples=20)

        assert (found.exact.count, found.adjacent.count) == (7, 9)
        assert found.pass_fail is not None
        assert (found.pass_fail.count, found.pass_fail.of) == (9, 10)

    def test_three_graders_agree_only_if_all_three_do(self) -> None:
        found = agreement(marks([2] * 10, [2] * 9 + [3], [2] * 8 + [3, 4]), seed=1, resamples=20)

        assert (found.exact.count, found.adjacent.count) == (8, 9)
        assert found.kappa is None

    def test_where_nothing_must_be_reached_pass_or_fail_is_left_out(self) -> None:
        found = agreement(marks([1] * 10, [2] * 10, passes_at=None), seed=1, resamples=20)

        assert found.pass_fail is None

    def test_what_only_one_graded_is_not_counted(self) -> None:
        found = agreement(marks([2] * 12, [2] * 10 + [None] * 2), seed=1, resamples=20)

        assert found.n == 10
        assert found.kappa is not None

    def test_criteria_are_never_pooled(self) -> None:
        with pytest.raises(ValueError, match="two marks"):
            agreement([*marks([2], [3]), *marks([1], [1])], seed=1)


class TestBias:
    def test_it_is_the_mean_of_own_minus_other_and_mirrors_between_two(self) -> None:
        found = agreement(marks([3, 2] * 10, [2, 2] * 10), seed=1, resamples=20)

        assert [(row.grader, row.overall.mean) for row in found.bias] == [
            (JANA, Fraction(1, 2)),
            (MILAN, Fraction(-1, 2)),
        ]

    def test_of_three_the_other_two_count_by_their_mean(self) -> None:
        found = agreement(marks([4] * 10, [3] * 10, [2] * 10), seed=1, resamples=20)

        assert [row.overall.mean for row in found.bias] == [Fraction(3, 2), 0, Fraction(-3, 2)]

    def test_months_show_a_grader_growing_stricter(self) -> None:
        spring = marks([3] * 12, [2] * 12, on=MARCH) + marks([2] * 10, [3] * 10, on=APRIL, first=13)

        jana = agreement(spring, seed=1, resamples=20).bias[0]

        assert jana.months == (
            (date(2026, 3, 1), Lean(12, Fraction(1))),
            (date(2026, 4, 1), Lean(10, Fraction(-1))),
        )


class TestBootstrap:
    @pytest.fixture
    def term(self) -> list[Mark]:
        lots = chance(4)
        jana = [lots.randint(1, 4) for _ in range(60)]
        return marks(jana, [min(4, max(1, level + lots.choice((-1, 0, 0, 1)))) for level in jana])

    def test_the_same_seed_gives_the_same_interval_in_whatever_order_the_marks_come(
        self, term: list[Mark]
    ) -> None:
        mixed = chance(9).sample(term, len(term))

        assert agreement(term, seed=3, resamples=200) == agreement(mixed, seed=3, resamples=200)

    def test_another_seed_gives_another_interval(self, term: list[Mark]) -> None:
        one, other = (agreement(term, seed=seed, resamples=200).alpha for seed in (3, 4))

        assert one is not None
        assert other is not None
        assert one.value == other.value
        assert one.interval != other.interval

    def test_the_interval_is_the_middle_95_percent_of_two_thousand_resamples(self, term: list[Mark]) -> None:
        alpha = agreement(term, seed=3).alpha
        by_submission: dict[int, list[int]] = {}
        for mark in term:
            by_submission.setdefault(mark.submission, []).append(mark.level)
        units = [tuple(levels) for _submission, levels in sorted(by_submission.items())]
        lots = Lots(3)
        resampled = sorted(
            value
            for _ in range(2000)
            if (value := ordinal_alpha(Counter(units[place] for place in lots.places(60, 60)))) is not None
        )

        assert alpha is not None
        assert alpha.value is not None
        assert alpha.interval is not None
        assert alpha.interval.low < alpha.value < alpha.interval.high
        # 2.5 % of the 1,999 steps between 2,000 values is 49.975 of them.
        between = Fraction(975, 1000)
        assert alpha.interval.low == resampled[49] + between * (resampled[50] - resampled[49])
        assert alpha.interval.high == resampled[1950] - between * (resampled[1950] - resampled[1949])


class TestProperties:
    @settings(max_examples=40)
    @given(st.lists(st.tuples(LEVELS, LEVELS), min_size=2, max_size=12))
    def test_who_is_called_first_changes_no_coefficient(self, pairs: list[tuple[int, ...]]) -> None:
        turned = Counter(pair[::-1] for pair in pairs)

        assert weighted_kappa(Counter(pairs)) == weighted_kappa(turned)
        assert ordinal_alpha(Counter(pairs)) == ordinal_alpha(turned)

    @pytest.mark.parametrize("coefficient", [weighted_kappa, ordinal_alpha])
    def test_whole_agreement_on_two_levels_or_more_is_1(
        self, coefficient: Callable[[dict[tuple[int, ...], int]], Fraction | None]
    ) -> None:
        assert coefficient({(1, 1): 3, (2, 2): 5, (4, 4): 1}) == 1

    def test_alpha_heeds_order_two_levels_apart_cost_more_than_one(self) -> None:
        near = ordinal_alpha({(1, 1): 5, (2, 2): 5, (3, 3): 5, (1, 2): 2})
        far = ordinal_alpha({(1, 1): 5, (2, 2): 5, (3, 3): 5, (1, 3): 2})

        assert near is not None
        assert far is not None
        assert near > far

    @given(st.integers(1, 400).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of))))
    def test_wilson_s_ends_solve_their_own_equation(self, case: tuple[int, int]) -> None:
        count, of = case
        z = Fraction("1.959964")
        for end in (wilson(count, of).low, wilson(count, of).high):
            off = (Fraction(count, of) - end) ** 2 - z**2 * end * (1 - end) / of
            assert abs(off) < Fraction(1, 10**15)
