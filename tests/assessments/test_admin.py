"""The registrar's pages of assessment: rubrics to write until they are used, records only to be read."""

import pytest
from django.test import Client
from django.urls import reverse

from assessments.models import Assessment, Grading, Rubric, Submission
from credentials.services.drafting import wrote
from learners.models import User
from tests.makers import (
    TERM_DAY,
    default_competency,
    make_achievement_version,
    make_assessment,
    make_blueprint_cell,
    make_competency,
    make_grading,
    make_rubric,
    make_submission,
    put_in_force,
)
from tests.people import SignIn

LISTS = ("rubric", "rubriccriterion", "assessment", "blueprintcell", "submission", "grading")


def page(model: str, name: str, *args: int) -> str:
    return reverse(f"admin:assessments_{model}_{name}", args=args)


@pytest.fixture
def office(registrar: User, sign_in: SignIn) -> Client:
    return sign_in(registrar)


class TestLists:
    @pytest.mark.parametrize("model", LISTS)
    def test_every_list_and_its_search_opens(self, model: str, office: Client) -> None:
        make_grading()

        answer = office.get(page(model, "changelist"), {"q": "Lea"})

        assert answer.status_code == 200

    @pytest.mark.parametrize("asked", ["late", "claimed"])
    def test_marking_that_is_late_or_under_way_is_found(self, asked: str, office: Client) -> None:
        late = make_submission(at=TERM_DAY)

        rows = office.get(page("submission", "changelist"), {"marking": asked}).context["cl"].queryset

        assert list(rows) == ([late] if asked == "late" else [])


class TestRecords:
    def test_a_submission_shows_where_it_stands_and_nothing_of_its_content(self, office: Client) -> None:
        submission = make_submission(
            text="Only markers read this.",
            links=["https://work.example/secret"],
            files=[("secret-name.pdf", b"%PDF-1.4\n%%EOF\n")],
        )

        shown = office.get(page("submission", "change", submission.pk)).content.decode()

        assert submission.learner.name in shown
        for content in ("Only markers read this.", "work.example", "secret-name"):
            assert content not in shown

    def test_a_grading_shows_its_levels_and_none_of_its_words(self, office: Client) -> None:
        grading = make_grading(level="merit")
        Grading.objects.filter(pk=grading.pk).update(note="Between markers.")

        shown = office.get(page("grading", "change", grading.pk)).content.decode()

        assert "merit" in shown
        assert "Well argued." not in shown
        assert "Between markers." not in shown

    def test_a_draft_of_a_marker_is_not_found(self, office: Client) -> None:
        grading = make_grading(is_final=False)

        assert office.get(page("grading", "change", grading.pk)).status_code == 302
        listed = office.get(page("submission", "change", grading.submission_id)).content.decode()
        assert page("grading", "change", grading.pk) not in listed

    @pytest.mark.parametrize("model", ["submission", "grading"])
    def test_a_forged_change_or_deletion_is_refused(self, model: str, office: Client) -> None:
        grading = make_grading(level="fail")
        pk = grading.pk if model == "grading" else grading.submission_id

        for name in ("change", "delete"):
            answer = office.post(page(model, name, pk), {"passed": "true", "state": "final", "post": "yes"})
            assert answer.status_code == 403, name
        assert office.get(page(model, "add")).status_code == 403
        grading.refresh_from_db()
        assert grading.passed is False
        assert Submission.objects.get().passed is False


class TestRubric:
    def test_is_written_until_its_first_use(self, office: Client) -> None:
        rubric = make_rubric()

        assert 'name="title"' in office.get(page("rubric", "change", rubric.pk)).content.decode()

    def test_is_read_from_then_on(self, office: Client) -> None:
        submission = make_submission()
        make_grading(submission=submission)
        rubric = submission.assessment.rubric
        criterion = rubric.criteria.all()[0]

        for address in (page("rubric", "change", rubric.pk), page("rubriccriterion", "change", criterion.pk)):
            assert 'name="title"' not in office.get(address).content.decode()
            assert office.post(address, {"title": "Other"}).status_code == 403
        assert Rubric.objects.get(pk=rubric.pk).title == rubric.title

    def test_levels_are_added_on_the_page_of_their_criterion(self, office: Client) -> None:
        criterion = make_rubric(criteria=("method",)).criteria.get()
        levels = {
            f"levels-{place}-{name}": value
            for place, level in enumerate(criterion.levels.all())
            for name, value in (
                ("id", level.pk),
                ("criterion", criterion.pk),
                ("ordinal", level.ordinal),
                ("label", level.label),
                ("points", level.points),
                ("descriptor", level.descriptor),
            )
        }
        answer = office.post(
            page("rubriccriterion", "change", criterion.pk),
            {
                "position": 0,
                "key": "method",
                "title": "Method",
                "description": "",
                "weight": 1,
                "must_pass_ordinal": 2,
                **levels,
                "levels-TOTAL_FORMS": 4,
                "levels-INITIAL_FORMS": 3,
                "levels-3-criterion": criterion.pk,
                "levels-3-ordinal": 4,
                "levels-3-label": "distinction",
                "levels-3-descriptor": "Others could learn from it.",
            },
        )

        assert answer.status_code == 302, answer.context["errors"]
        assert criterion.levels.get(ordinal=4).label == "distinction"


class TestAssessment:
    def test_evidence_is_ticked(self, office: Client) -> None:
        assessment = make_assessment()

        answer = office.post(
            page("assessment", "change", assessment.pk),
            {
                "achievement": assessment.achievement_id,
                "rubric": assessment.rubric_id,
                "title": "Plan a study",
                "brief": "Plan it.",
                "required_kinds": ["text", "file"],
                "max_attempts": 2,
                "is_open": "on",
                "marking_days": 10,
            },
        )

        assert answer.status_code == 302, answer.context["errors"]
        assert Assessment.objects.get().required_kinds == ["text", "file"]

    def test_what_work_was_handed_in_for_keeps_its_rubric(self, office: Client) -> None:
        submission = make_submission()

        shown = office.get(page("assessment", "change", submission.assessment_id)).content.decode()

        assert 'name="rubric"' not in shown
        assert 'name="title"' in shown


class TestBlueprint:
    def written(self, **changes: object) -> dict[str, object]:
        usual = {"competency": default_competency().pk, "method": "viva", "weight": "40", "min_evidence": "1"}
        return {**usual, **changes}

    def test_a_cell_is_written_and_makes_its_writer_one_who_wrote(
        self, office: Client, registrar: User
    ) -> None:
        version = make_achievement_version(is_published=False)

        office.post(page("blueprintcell", "add"), self.written(version=version.pk))

        assert version.blueprint_cells.get().weight == 40
        assert wrote(version, registrar)

    def test_the_list_shows_what_the_cells_make_together(self, office: Client) -> None:
        version = make_achievement_version(is_published=False)
        for method, weight in (("viva", 40), ("capstone", 35)):
            make_blueprint_cell(version=version, method=method, weight=weight)

        shown = office.get(page("blueprintcell", "changelist")).content.decode()

        assert shown.count('field-together">75<') == 2

    def test_more_than_the_whole_is_refused(self, office: Client) -> None:
        version = make_achievement_version(is_published=False)
        make_blueprint_cell(version=version, method="capstone", weight=70)

        answer = office.post(page("blueprintcell", "add"), self.written(version=version.pk))

        assert "Only 30" in answer.content.decode()
        assert version.blueprint_cells.count() == 1

    def test_a_competency_that_the_version_does_not_show_is_refused(self, office: Client) -> None:
        other = make_competency()
        make_achievement_version(is_published=False, shows=[other])
        version = make_achievement_version(is_published=False)

        answer = office.post(
            page("blueprintcell", "add"), self.written(version=version.pk, competency=other.pk)
        )

        assert "does not show that competency" in answer.content.decode()

    def test_once_the_version_left_the_draft_it_is_only_read(self, office: Client) -> None:
        cell = make_blueprint_cell()
        put_in_force(cell.version)

        answer = office.post(page("blueprintcell", "change", cell.pk), self.written(weight="1"))

        assert answer.status_code == 403
        assert office.post(page("blueprintcell", "delete", cell.pk), {"post": "yes"}).status_code == 403
