"""The demonstration: its content holds together before anything is loaded."""

from dataclasses import replace

import pytest

from learners.management.demo import people, proofreading
from learners.management.demo.achievements import CATALOGUE
from learners.management.demo.history import STORIES, Outcome, State
from learners.management.demo.pathways import PATHWAYS
from learners.management.demo.standing import progress_of


class TestContent:
    def test_nothing_is_found_wrong(self) -> None:
        assert proofreading.problems() == []

    def test_sixty_learners_write_their_names_in_many_scripts(self) -> None:
        names = [person.name for person in people.LEARNERS]

        assert len(names) == 60
        assert any(" " not in name for name in names)
        assert any("'" in name for name in names)
        assert max(map(len, names)) > 60

    @pytest.mark.parametrize("state", list(State))
    def test_every_state_is_shown_by_somebody(self, state: State) -> None:
        assert any(state in story.shows for story in STORIES)

    def test_a_marker_finds_work_whose_pass_completes_a_certificate(self) -> None:
        last_steps = [story for story in STORIES if {State.ONE_LEFT, State.WAITING} <= story.shows]

        assert len(last_steps) >= 3

    def test_one_pass_completes_both_tiers(self) -> None:
        xochitl = next(story for story in STORIES if story.learner == "xochitl")
        work = tuple(
            replace(w, outcome=Outcome.PASSED, returned=1) if w.outcome is Outcome.WAITING else w
            for w in xochitl.work
        )

        reached = progress_of(replace(xochitl, work=work), CATALOGUE, proofreading.PATHWAY_BY_CODE)

        assert {progress.pathway.award for progress in reached if progress.is_issued} == {"PH-C10", "PH-C20"}


class TestProofreading:
    """It is worth something only if it finds faults."""

    def test_an_achievement_that_does_not_exist_is_named(self, monkeypatch: pytest.MonkeyPatch) -> None:
        astray = replace(PATHWAYS[0], rule={"kind": "achievement", "key": "lost", "achievement": "PH-999"})

        monkeypatch.setattr(proofreading, "PATHWAYS", (astray, *PATHWAYS[1:]))

        assert "outbreak names PH-999, not in the catalogue." in proofreading.problems()

    def test_a_story_that_shows_something_else_is_named(self, monkeypatch: pytest.MonkeyPatch) -> None:
        boasting = replace(STORIES[0], work=STORIES[0].work[:2])

        monkeypatch.setattr(proofreading, "STORIES", (boasting, *STORIES[1:]))

        assert any(problem.startswith("zofie should show") for problem in proofreading.problems())

    def test_a_missing_learner_is_noticed(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(people, "LEARNERS", people.LEARNERS[:-1])

        assert "There are 59 learners." in proofreading.problems()
