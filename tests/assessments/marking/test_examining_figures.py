"""What sittings tell about questions, and where a cut score comes from."""

import statistics
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from math import pi, sqrt
from random import Random

import pytest

from assessments.marking.agreement import Standing
from assessments.marking.examining import (
    IncompletePanel,
    ItemFigures,
    Method,
    Question,
    QuestionKind,
    angoff,
    bookmark,
    borderline_group,
    contrasting_groups,
    criterion_judgement,
    item_figures,
)

QUESTIONS = [
    Question(
        id=number,
        competency="DATA-1",
        kind=QuestionKind.SINGLE,
        options=("a", "b", "c"),
        correct=frozenset("a"),
        points=Decimal(points),
    )
    for number, points in enumerate((1, 1, 2, 1, 3), start=1)
]


def sittings(count: int, *, seed: int = 3) -> list[dict[int, tuple[str, ...]]]:
    """Examinees of all abilities, who leave a tenth unanswered."""
    lots = Random(seed)  # noqa: S311 - answers to try, no secret
    found: list[dict[int, tuple[str, ...]]] = []
    for _ in range(count):
        ability = lots.random()
        found.append(
            {
                question.id: ()
                if lots.random() < 0.1
                else ("a" if lots.random() < ability else lots.choice("bc"),)
                for question in QUESTIONS
            }
        )
    return found


class TestItemFigures:
    def test_they_equal_an_independent_count(self) -> None:
        sat = sittings(200)

        for question, figures in zip(QUESTIONS, item_figures(QUESTIONS, sat), strict=True):
            right = [int(answers[question.id] == ("a",)) for answers in sat]
            rest = [
                float(sum(one.points for one in QUESTIONS if one != question and answers[one.id] == ("a",)))
                for answers in sat
            ]
            assert figures.facility == Fraction(sum(right), 200)
            assert figures.discrimination is not None
            assert float(figures.discrimination) == pytest.approx(
                statistics.correlation(right, rest), abs=1e-12
            )

    def test_every_option_is_counted_and_so_is_no_answer(self) -> None:
        sat = [{1: ("a",)}] * 5 + [{1: ("c",)}] * 3 + [{1: ()}] * 2

        (figures,) = item_figures(QUESTIONS[:1], sat)

        assert figures.chosen == (("a", 5), ("b", 0), ("c", 3))
        assert (figures.n, figures.right, figures.unanswered) == (10, 5, 2)

    @pytest.mark.parametrize(
        ("count", "standing"),
        [(9, Standing.COUNTS_ONLY), (10, Standing.TOO_FEW), (30, Standing.NORMAL)],
    )
    def test_of_few_sittings_there_are_only_counts(self, count: int, standing: Standing) -> None:
        figures = item_figures(QUESTIONS, sittings(count))[0]

        assert figures.standing is standing
        assert (figures.facility is None) is (standing is Standing.COUNTS_ONLY)
        assert (figures.discrimination is None) is (standing is Standing.COUNTS_ONLY)

    def test_a_question_that_all_got_right_tells_nobody_apart(self) -> None:
        sat = [{**answers, 1: ("a",)} for answers in sittings(40)]

        figures = item_figures(QUESTIONS, sat)[0]

        assert figures.facility == 1
        assert figures.discrimination is None

    def test_forms_may_differ_and_each_question_counts_where_it_was_asked(self) -> None:
        sat: list[dict[int, tuple[str, ...]]] = [
            {key: answer for key, answer in answers.items() if (key + place) % 2}
            for place, answers in enumerate(sittings(80))
        ]

        figures = item_figures(QUESTIONS, sat)

        assert [one.n for one in figures] == [40] * 5
        assert all(one.discrimination is not None for one in figures)

    def test_a_question_alone_in_its_form_has_nothing_to_be_compared_with(self) -> None:
        (figures,) = item_figures(QUESTIONS[:1], [{1: ("a",)}] * 20 + [{1: ("b",)}] * 20)

        assert figures.facility == Fraction(1, 2)
        assert figures.discrimination is None

    def test_a_question_that_nobody_was_asked_is_there_with_nothing(self) -> None:
        (figures,) = item_figures(QUESTIONS[:1], [])

        assert figures == ItemFigures(
            question=1,
            n=0,
            standing=Standing.COUNTS_ONLY,
            right=0,
            unanswered=0,
            facility=None,
            discrimination=None,
            chosen=(("a", 0), ("b", 0), ("c", 0)),
        )


class TestAngoff:
    PANEL = {
        "Vlasta": {"q1": Decimal("0.8"), "q2": Decimal("0.5"), "q3": Decimal("0.6")},
        "Ivan": {"q1": Decimal("0.9"), "q2": Decimal("0.4"), "q3": Decimal("0.8")},
        "Olga": {"q1": Decimal("0.7"), "q2": Decimal("0.3"), "q3": Decimal("0.7")},
    }

    def test_the_cut_is_the_mean_of_the_judges_sums_with_its_standard_error(self) -> None:
        standard = angoff(self.PANEL)

        sums = [1.9, 2.1, 1.7]
        assert standard.cut == Fraction("1.9")
        assert standard.standard_error is not None
        assert float(standard.standard_error) == pytest.approx(statistics.stdev(sums) / sqrt(3), abs=1e-12)
        assert (standard.method, standard.n) == (Method.ANGOFF, 3)

    def test_the_matrix_is_kept_in_order(self) -> None:
        standard = angoff(self.PANEL)

        assert standard.columns == ("q1", "q2", "q3")
        assert standard.matrix[0] == ("Ivan", (Decimal("0.9"), Decimal("0.4"), Decimal("0.8")))
        assert [judge for judge, _row in standard.matrix] == ["Ivan", "Olga", "Vlasta"]

    def test_of_one_judge_nobody_knows_the_error(self) -> None:
        assert angoff({"Olga": self.PANEL["Olga"]}).standard_error is None

    @pytest.mark.parametrize(
        ("panel", "said"),
        [
            ({**PANEL, "Jan": {"q1": Decimal("0.5")}}, "Jan did not judge: q2, q3"),
            ({"Jan": {"q1": Decimal("1.1")}}, "between 0 and 1"),
            ({}, "Nobody"),
        ],
    )
    def test_a_panel_with_gaps_sets_nothing(self, panel: dict[str, dict[str, Decimal]], said: str) -> None:
        with pytest.raises(IncompletePanel, match=said):
            angoff(panel)


class TestGroups:
    def test_the_borderline_group_cuts_at_its_median(self) -> None:
        scores = [Decimal(score) for score in (11, 14, 12, 17)]

        standard = borderline_group(scores)

        assert standard.cut == 13
        assert standard.n == 4
        assert standard.standard_error is not None
        assert float(standard.standard_error) == pytest.approx(
            sqrt(pi / 2) * statistics.stdev((11, 14, 12, 17)) / 2, abs=1e-9
        )

    def test_contrasting_groups_cut_where_fewest_are_misjudged(self) -> None:
        able = [Decimal(score) for score in (12, 14, 15, 15, 18, 9)]
        unable = [Decimal(score) for score in (5, 8, 8, 10, 13)]

        standard = contrasting_groups(able, unable)

        assert standard.cut == 11
        assert (standard.false_passes, standard.false_fails) == (1, 1)

    def test_groups_apart_are_cut_midway_between_them(self) -> None:
        standard = contrasting_groups([Decimal(8), Decimal(9)], [Decimal(3), Decimal(5)])

        assert standard.cut == Fraction(13, 2)
        assert (standard.false_passes, standard.false_fails) == (0, 0)

    @pytest.mark.parametrize(
        "ask",
        [
            lambda: borderline_group([]),
            lambda: contrasting_groups([Decimal(1), Decimal(2)], []),
            lambda: contrasting_groups([Decimal(1)], [Decimal(1)]),
        ],
        ids=["nobody borderline", "one group", "one score"],
    )
    def test_without_groups_there_is_no_cut(self, ask: Callable[[], object]) -> None:
        with pytest.raises(IncompletePanel):
            ask()


class TestBookmark:
    BOOKLET = [Decimal(score) for score in (4, 6, 9, 11, 15)]

    def test_the_cut_is_the_median_of_where_the_bookmarks_lie(self) -> None:
        standard = bookmark(self.BOOKLET, {"Olga": 3, "Ivan": 4, "Jan": 3})

        assert standard.cut == 9
        assert standard.matrix == (("Ivan", (Decimal(4),)), ("Jan", (Decimal(3),)), ("Olga", (Decimal(3),)))

    @pytest.mark.parametrize(
        ("booklet", "placed"),
        [(BOOKLET, {}), (BOOKLET, {"Olga": 6}), (BOOKLET, {"Olga": 0}), (BOOKLET[::-1], {"Olga": 1})],
        ids=["nobody", "past the end", "before the start", "not in order"],
    )
    def test_a_bookmark_lies_in_an_ordered_booklet(
        self, booklet: list[Decimal], placed: dict[str, int]
    ) -> None:
        with pytest.raises(IncompletePanel):
            bookmark(booklet, placed)


class TestCriterionJudgement:
    def test_the_level_to_be_reached_is_the_median_of_two_middle_ones_the_lower(self) -> None:
        found = criterion_judgement(
            {
                "Ivan": {"method": 2, "clarity": 2},
                "Jan": {"method": 3, "clarity": 2},
                "Olga": {"method": 3, "clarity": 3},
                "Vlasta": {"method": 4, "clarity": 3},
            }
        )

        assert found == {"clarity": 2, "method": 3}

    def test_every_judge_judges_every_criterion(self) -> None:
        with pytest.raises(IncompletePanel, match="Olga did not judge: clarity"):
            criterion_judgement({"Ivan": {"method": 2, "clarity": 2}, "Olga": {"method": 2}})
