"""Backward design: four pages kept one by one, and the drafts that are made of them once."""

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from credentials.models import (
    Achievement,
    AchievementVersion,
    Competency,
    CompetencyFramework,
    LearningActivity,
)
from learners.models import User
from pathways.models import Pathway, ProgrammeDesign
from pathways.queries import rule_for
from pathways.rules import tree
from pathways.services.designing import CannotMake, SavedMeanwhile, make_drafts, save_page, start_design
from tests.makers import TERM_DAY, default_series, make_achievement

END = {
    "name": "Working with Open Data",
    "code": "OD-C1",
    "kind": "stacked_certificate",
    "level": "practitioner",
    "description": "Finds, cleans and publishes open data.",
    "outcomes": "Publishes a dataset",
    "subject_area": None,
}
NAMES = ("Finding Open Datasets", "Cleaning Tables by Script", "Publishing a Dataset", "Citing Data")


@pytest.fixture
def competencies(db: None) -> list[Competency]:
    framework = CompetencyFramework.objects.create(
        title="Data skills", creator="Us", status=CompetencyFramework.Status.PUBLISHED
    )
    return [
        Competency.objects.create(framework=framework, code=f"D{number}", title=name, statement=name)
        for number, name in enumerate(NAMES, start=1)
    ]


def skills(competencies: list[Competency]) -> dict[str, Any]:
    return {
        str(number): {"name": row.title, "competency": row.pk, "level": "Basic", "criterion": "Shows it."}
        for number, row in enumerate(competencies, start=1)
    }


def achievements(how_many: int = 4) -> dict[str, Any]:
    return {
        str(number): {
            "code": f"OD-{number}",
            "level": "foundation",
            "hours": "6",
            "method": "applied_project",
            "criteria": "",
            "expiry": "never",
            "expiry_months": None,
            "activity": "Open data days" if number < 3 else "",
            "activity_kind": "workshop",
            "activity_hours": "8",
        }
        for number in range(1, how_many + 1)
    }


RULES = {"model": "core_elective", "n": 1, "core": ["1", "2"], "enrolment_policy": "by_act"}


@pytest.fixture
def design(registrar: User, competencies: list[Competency]) -> ProgrammeDesign:
    """A design with every page answered."""
    begun = start_design(series=default_series(), answers=END, by=registrar, at=TERM_DAY)
    pages = (("skills", skills(competencies)), ("achievements", achievements()), ("rules", RULES))
    for page, answers in pages:
        begun = save_page(
            design=begun, page=page, answers=answers, revision=begun.revision, by=registrar, at=TERM_DAY
        )
    return begun


class TestMakingTheDrafts:
    def test_makes_the_certificate_its_parts_their_activities_and_the_rule(
        self, design: ProgrammeDesign, registrar: User
    ) -> None:
        pathway = make_drafts(design=design, by=registrar, at=TERM_DAY)

        drafts = AchievementVersion.objects.filter(status=AchievementVersion.Status.DRAFT)
        assert sorted(draft.achievement.code for draft in drafts) == ["OD-1", "OD-2", "OD-3", "OD-4", "OD-C1"]
        assert pathway.awards.code == "OD-C1"
        rule = rule_for(pathway.versions.get())
        assert isinstance(rule, tree.AllOf)
        assert sorted(tree.listed(rule)) == ["OD-1", "OD-2", "OD-3", "OD-4"]
        assert isinstance(rule.children[-1], tree.Pool)
        assert rule.children[-1].n == 1

    def test_the_same_activity_title_feeds_both_achievements(
        self, design: ProgrammeDesign, registrar: User
    ) -> None:
        make_drafts(design=design, by=registrar, at=TERM_DAY)

        days = LearningActivity.objects.get()
        assert [row.code for row in days.achievements.all()] == ["OD-1", "OD-2"]
        assert days.teaches.count() == 2

    def test_a_second_press_makes_nothing_more(self, design: ProgrammeDesign, registrar: User) -> None:
        first = make_drafts(design=design, by=registrar, at=TERM_DAY)

        assert make_drafts(design=design, by=registrar, at=TERM_DAY) == first
        assert Achievement.objects.count() == 5
        assert Pathway.objects.count() == 1

    def test_a_code_taken_meanwhile_makes_nothing_at_all(
        self, design: ProgrammeDesign, registrar: User
    ) -> None:
        make_achievement(code="OD-3")

        with pytest.raises(CannotMake, match="OD-3"):
            make_drafts(design=design, by=registrar, at=TERM_DAY)

        assert not Pathway.objects.exists()
        assert not Achievement.objects.filter(code="OD-1").exists()

    def test_a_missing_page_is_asked_for(self, registrar: User, db: None) -> None:
        begun = start_design(series=default_series(), answers=END, by=registrar, at=TERM_DAY)

        with pytest.raises(CannotMake, match="every page"):
            make_drafts(design=begun, by=registrar, at=TERM_DAY)


class TestSavingAPage:
    def test_two_people_do_not_overwrite_each_other(self, design: ProgrammeDesign, registrar: User) -> None:
        with pytest.raises(SavedMeanwhile):
            save_page(
                design=design,
                page="rules",
                answers=RULES,
                revision=design.revision - 1,
                by=registrar,
                at=TERM_DAY,
            )

    def test_nothing_is_saved_once_the_drafts_are_made(
        self, design: ProgrammeDesign, registrar: User
    ) -> None:
        make_drafts(design=design, by=registrar, at=TERM_DAY)

        with pytest.raises(CannotMake):
            save_page(
                design=design,
                page="rules",
                answers=RULES,
                revision=design.revision,
                by=registrar,
                at=TERM_DAY,
            )


class TestThePages:
    def send(self, client: Client, address: str, **fields: object) -> Any:
        return client.post(address, {"op_key": str(uuid4()), **fields})

    def page(self, design: ProgrammeDesign, name: str) -> str:
        return reverse("admin:pathways_programmedesign_page", args=[design.pk, name])

    def test_lead_from_the_first_to_the_overview(
        self, sign_in: Any, registrar: User, competencies: list[Competency]
    ) -> None:
        client = sign_in(registrar)
        first = self.send(
            client,
            reverse("admin:pathways_programmedesign_add"),
            **{**END, "subject_area": "", "series": default_series().pk},
        )
        design = ProgrammeDesign.objects.get()
        assert first.headers["Location"] == self.page(design, "skills")

        typed = {
            f"{name}_{number}": value
            for number, skill in enumerate(NAMES[:3], start=1)
            for name, value in (("name", skill), ("competency", f"D{number}"), ("criterion", "Does it."))
        }
        second = self.send(client, self.page(design, "skills"), revision=1, **typed)
        assert second.headers["Location"] == self.page(design, "achievements")

        rows = {
            f"{name}_{slot}": "" if value is None else value
            for slot, row in achievements(3).items()
            for name, value in row.items()
        }
        third = self.send(client, self.page(design, "achievements"), revision=2, **rows)
        assert third.headers["Location"] == self.page(design, "rules")

        last = self.send(
            client, self.page(design, "rules"), revision=3, model="linear", enrolment_policy="automatic"
        )
        overview = reverse("admin:pathways_programmedesign_change", args=[design.pk])
        assert last.headers["Location"] == overview
        assert "Make the drafts" in client.get(overview).content.decode()

        self.send(client, overview)

        design.refresh_from_db()
        assert design.pathway is not None
        assert "OD-1 Finding Open Datasets" in client.get(overview).content.decode()

    def test_the_first_cannot_be_skipped(self, sign_in: Any, registrar: User, db: None) -> None:
        begun = start_design(series=default_series(), answers=END, by=registrar, at=TERM_DAY)

        answer = sign_in(registrar).get(self.page(begun, "rules"))

        assert answer.headers["Location"] == reverse("admin:pathways_programmedesign_change", args=[begun.pk])

    @pytest.mark.parametrize(
        ("count", "said"),
        [(2, "three to six skills"), (1, "three to six skills"), (0, "three to six skills")],
    )
    def test_fewer_than_three_skills_are_no_certificate(
        self, sign_in: Any, registrar: User, competencies: list[Competency], count: int, said: str
    ) -> None:
        begun = start_design(series=default_series(), answers=END, by=registrar, at=TERM_DAY)
        typed = {f"name_{n}": NAMES[n - 1] for n in range(1, count + 1)}
        typed |= {f"competency_{n}": f"D{n}" for n in range(1, count + 1)}

        answer = self.send(sign_in(registrar), self.page(begun, "skills"), revision=1, **typed)

        assert said in answer.content.decode()
        assert "skills" not in ProgrammeDesign.objects.get().answers

    def test_an_unknown_competency_is_named_beside_its_field(
        self, sign_in: Any, registrar: User, competencies: list[Competency]
    ) -> None:
        begun = start_design(series=default_series(), answers=END, by=registrar, at=TERM_DAY)

        answer = self.send(
            sign_in(registrar), self.page(begun, "skills"), revision=1, name_1="Tidying", competency_1="Z9"
        )

        assert "No published framework has this competency" in answer.content.decode()
        assert "Tidying" in answer.content.decode()

    def test_choosing_more_than_there_is_is_refused(
        self, sign_in: Any, registrar: User, design: ProgrammeDesign
    ) -> None:
        answer = self.send(
            sign_in(registrar),
            self.page(design, "rules"),
            revision=design.revision,
            model="flexible",
            n=5,
            enrolment_policy="by_act",
        )

        assert "Only 4 can be chosen from" in answer.content.decode()

    def test_an_old_page_meets_409_and_keeps_what_was_typed(
        self, sign_in: Any, registrar: User, design: ProgrammeDesign
    ) -> None:
        answer = self.send(
            sign_in(registrar),
            self.page(design, "rules"),
            revision=1,
            model="linear",
            enrolment_policy="by_act",
        )

        assert answer.status_code == 409
        assert "Somebody saved this design" in answer.content.decode()
