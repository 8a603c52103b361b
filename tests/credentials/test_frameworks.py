"""Frameworks: written, published and retired by staff, read by everyone, and held against the catalogue."""

import csv
import io
import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from credentials.analytics import gaps, landscape
from credentials.models import (
    AchievementVersion,
    Alignment,
    Competency,
    CompetencyAssociation,
    CompetencyFramework,
    PerformanceCriterion,
    SubjectArea,
)
from credentials.services.frameworks import (
    CannotChange,
    arrange,
    case_document,
    instant,
    publish_framework,
    remove_competency,
    retire_framework,
)
from credentials.services.importing import write_table
from learners.models import User
from tests.makers import (
    make_achievement,
    make_activity,
    make_competency,
    make_framework,
    office,
)
from tests.people import SignIn
from tests.speed.counting import opening

pytestmark = pytest.mark.django_db
Status = CompetencyFramework.Status


@pytest.fixture
def framework(db: None) -> CompetencyFramework:
    """Two domains: data, with two parts, and people, with one."""
    framework = make_framework(title="Field skills", levels=["basic", "advanced"])
    data = make_competency(
        framework=framework, code="D", title="Data", statement="Works with data.", level=""
    )
    people = make_competency(framework=framework, code="P", statement="Works with people.", level="")
    make_competency(framework=framework, code="D.1", statement="Cleans data.", parent=data, level="basic")
    make_competency(framework=framework, code="D.2", statement="Draws charts.", parent=data, level="advanced")
    make_competency(framework=framework, code="P.1", statement="Listens well.", parent=people, level="basic")
    arrange(framework=framework)
    return framework


def shows(framework: CompetencyFramework, *codes: str, **fields: Any) -> None:
    """A published achievement that shows these competencies."""
    make_achievement(shows=[framework.competencies.get(code=code) for code in codes], **fields)


class TestLife:
    def test_a_framework_without_competencies_is_not_published(self) -> None:
        empty = make_framework(is_published=False)

        with pytest.raises(CannotChange, match="holds no competency yet"):
            publish_framework(framework=empty, by=office())

    def test_it_is_published_once_and_retired_after(self, framework: CompetencyFramework) -> None:
        CompetencyFramework.objects.filter(pk=framework.pk).update(status=Status.DRAFT)

        published = publish_framework(framework=framework, by=office())
        with pytest.raises(CannotChange, match="published already"):
            publish_framework(framework=framework, by=office())
        retired = retire_framework(framework=published, by=office())

        assert retired.status == Status.RETIRED
        with pytest.raises(CannotChange, match="Only a published"):
            retire_framework(framework=retired, by=office())

    def test_a_competency_that_an_achievement_shows_stays(self, framework: CompetencyFramework) -> None:
        shows(framework, "D.1", code="RD-1", name="Cleaning field data")

        with pytest.raises(CannotChange, match="RD-1 Cleaning field data shows it"):
            remove_competency(competency=framework.competencies.get(code="D.1"), by=office())

    def test_one_with_parts_stays_until_they_are_removed(self, framework: CompetencyFramework) -> None:
        with pytest.raises(CannotChange, match="has parts"):
            remove_competency(competency=framework.competencies.get(code="P"), by=office())

        remove_competency(competency=framework.competencies.get(code="P.1"), by=office())
        remove_competency(competency=framework.competencies.get(code="P"), by=office())

        assert set(framework.competencies.values_list("code", flat=True)) == {"D", "D.1", "D.2"}

    def test_numbers_follow_the_tree(self, framework: CompetencyFramework) -> None:
        by_position = framework.competencies.order_by("position")

        assert list(by_position.values_list("code", flat=True)) == ["D", "D.1", "D.2", "P", "P.1"]
        assert arrange(framework=framework) == 0


class TestPublicPages:
    def test_the_list_holds_what_is_published(self, client: Client, framework: CompetencyFramework) -> None:
        make_framework(title="Not yet", is_published=False)

        page = client.get(reverse("credentials:frameworks")).content.decode()

        assert "Field skills" in page
        assert "Not yet" not in page

    def test_the_page_tells_who_shows_what_and_what_it_answers_to(
        self, client: Client, framework: CompetencyFramework
    ) -> None:
        shows(framework, "D.1", name="Cleaning field data")
        cleaning = framework.competencies.get(code="D.1")
        PerformanceCriterion.objects.create(competency=cleaning, text="Finds the wrong dates.")
        Alignment.objects.create(
            competency=cleaning,
            target_name="manage data",
            target_url="https://esco.example/1",
            target_code="S1",
        )

        page = client.get(framework.get_absolute_url()).content.decode()

        for said in ("Cleaning field data", "Finds the wrong dates.", "S1 manage data", "1 achievement"):
            assert said in page

    def test_words_of_a_framework_are_never_markup(
        self, client: Client, framework: CompetencyFramework
    ) -> None:
        make_competency(
            framework=framework, code="<i>", title="<b>bold</b>", statement="<script>x()</script>"
        )

        page = client.get(framework.get_absolute_url()).content.decode()

        assert "&lt;b&gt;bold&lt;/b&gt;" in page
        for markup in ("<b>bold", "<script>x", "<i>"):
            assert markup not in page

    def test_a_search_keeps_what_leads_to_what_it_finds(
        self, client: Client, framework: CompetencyFramework
    ) -> None:
        page = client.get(framework.get_absolute_url(), {"q": "draws CHARTS"}).content.decode()

        assert "Draws charts." in page
        assert "Works with data." in page
        assert "Listens well." not in page
        assert "1 competency" in page

    def test_it_is_case_json_at_an_address_and_for_who_asks_for_data(
        self, client: Client, framework: CompetencyFramework
    ) -> None:
        address = reverse("credentials:framework_json", args=[framework.public_id])

        at_address = client.get(address)
        asked = client.get(framework.get_absolute_url(), headers={"Accept": "application/json"})

        document = json.loads(at_address.content)
        assert document["CFDocument"]["title"] == "Field skills"
        assert len(document["CFItems"]) == len(document["CFAssociations"]) == 5
        assert asked.content == at_address.content

    def test_a_draft_is_nowhere_and_what_is_retired_says_so(
        self, client: Client, framework: CompetencyFramework
    ) -> None:
        draft = make_framework(is_published=False)
        retire_framework(framework=framework, by=office())

        assert client.get(draft.get_absolute_url()).status_code == 404
        assert client.get(reverse("credentials:framework_json", args=[draft.public_id])).status_code == 404
        assert "This framework is retired" in client.get(framework.get_absolute_url()).content.decode()

    def test_the_page_asks_no_more_of_a_large_framework(
        self, client: Client, framework: CompetencyFramework
    ) -> None:
        parent = framework.competencies.get(code="P")
        Competency.objects.bulk_create(
            Competency(framework=framework, parent=parent, code=f"P.{n}", statement="Listens.", position=n)
            for n in range(2, 300)
        )
        shows(framework, "P.7", "P.8")

        assert len(opening(client, framework.get_absolute_url())) <= 6


class TestMap:
    def test_every_achievement_and_every_empty_place_is_shown(self, framework: CompetencyFramework) -> None:
        shows(framework, "D.1", name="Cleaning field data")
        shows(framework, "D.1", "P.1", name="Interviewing")

        found = landscape(framework)

        assert found.levels == ("basic", "advanced")
        assert [[[version.name for version in cell] for cell in line.cells] for line in found.lines] == [
            [["Cleaning field data", "Interviewing"], []],
            [["Interviewing"], []],
        ]
        assert found.empty == 2

    def test_it_may_be_drawn_by_cognitive_level(self, framework: CompetencyFramework) -> None:
        shows(framework, "D.1")

        found = landscape(framework, by_cognitive_level=True)

        assert found.levels == ("remember", "understand", "apply", "analyse", "evaluate", "create")
        assert [len(cell) for cell in found.lines[0].cells] == [0, 0, 1, 0, 0, 0]

    def test_what_has_no_level_has_a_place_too(self, framework: CompetencyFramework) -> None:
        shows(framework, "P")
        framework.competencies.filter(code="P").update(cognitive_level="")

        assert landscape(framework, by_cognitive_level=True).levels[-1] == ""


class TestGaps:
    def test_covered_twice_not_at_all_and_only_taught(self, framework: CompetencyFramework) -> None:
        shows(framework, "D.1")
        shows(framework, "D")
        make_activity(title="Listening").teaches.add(framework.competencies.get(code="P"))

        found = gaps(framework)

        assert [place.competency.code for place in found.covered_twice] == ["D.1"]
        assert [place.competency.code for place in found.covered] == ["D.2"]
        assert [place.competency.code for place in found.uncovered] == ["P.1"]
        assert [(place.competency.code, place.taught_in[0].title) for place in found.only_taught] == [
            ("P.1", "Listening")
        ]

    def test_certificates_and_attendance_cover_nothing_themselves(
        self, framework: CompetencyFramework
    ) -> None:
        shows(framework, "D.1")
        shows(framework, "D.1", "D.2", kind=AchievementVersion.Kind.STACKED_CERTIFICATE)

        found = gaps(framework)

        assert [place.competency.code for place in found.covered] == ["D.1"]
        assert found.covered_twice == []

    def test_a_draft_covers_nothing(self, framework: CompetencyFramework) -> None:
        make_achievement(shows=[framework.competencies.get(code="D.1")], is_published=False)

        assert gaps(framework).covered == []

    def test_the_table_says_the_same(
        self, framework: CompetencyFramework, registrar: User, sign_in: SignIn
    ) -> None:
        shows(framework, "D.1", name="=Cleaning")
        address = reverse("admin:credentials_competencyframework_table", args=[framework.pk])

        table = sign_in(registrar).get(address).content.decode("utf-8-sig")

        rows = {row["Code"]: row for row in csv.DictReader(io.StringIO(table))}
        assert rows["D.1"]["State"] == "Covered"
        assert rows["D.1"]["Achievements"] == "'=Cleaning"
        assert rows["P.1"]["State"] == "Not covered"


def test_no_cell_that_is_written_is_a_formula() -> None:
    dangerous = ["=1", "+1", "-1", "@x", "\tx", "\rx", "\x00=x", "\uff1dx", "plain"]

    written = write_table(["a"], [[cell] for cell in dangerous]).decode("utf-8-sig")

    cells = [row[0] for row in csv.reader(io.StringIO(written, newline=""))][1:]
    assert cells == ["'=1", "'+1", "'-1", "'@x", "'\tx", "'\rx", "'=x", "'\uff1dx", "plain"]


# What the page of a competency sends where it has no row of anything.
NO_ROWS: dict[str, Any] = {
    f"{name}-{part}": 0
    for name in ("performance_criteria", "alignments", "associations")
    for part in ("TOTAL_FORMS", "INITIAL_FORMS")
}


class TestAdmin:
    def test_a_registrar_writes_publishes_and_exports_a_framework(
        self, registrar: User, sign_in: SignIn
    ) -> None:
        browser = sign_in(registrar)
        fields = {
            "title": "Skills",
            "version": "1",
            "creator": "Us",
            "language": "en",
            "levels": "low\n high \n",
        }
        browser.post(reverse("admin:credentials_competencyframework_add"), fields)
        framework = CompetencyFramework.objects.get(title="Skills")
        competency = {"framework": framework.pk, "position": 9_999, "code": "A", "statement": "Does A."}
        browser.post(reverse("admin:credentials_competency_add"), competency)

        act = reverse("admin:credentials_competencyframework_act", args=[framework.pk, "publish"])
        browser.post(act, {"op_key": "11111111-1111-4111-8111-111111111111"})

        framework.refresh_from_db()
        assert (framework.levels, framework.status) == (["low", "high"], Status.PUBLISHED)
        exported = browser.get(reverse("admin:credentials_competencyframework_case", args=[framework.pk]))
        assert exported["Content-Disposition"] == 'attachment; filename="skills-1.case.json"'
        assert json.loads(exported.content)["CFItems"][0]["humanCodingScheme"] == "A"

    def test_a_competency_is_not_put_inside_its_own_part(
        self, framework: CompetencyFramework, registrar: User, sign_in: SignIn
    ) -> None:
        whole, part = framework.competencies.get(code="D"), framework.competencies.get(code="D.1")
        address = reverse("admin:credentials_competency_change", args=[whole.pk])
        fields = {"position": 1, "code": "D", "statement": "Works with data.", "parent": part.pk}

        page = sign_in(registrar).post(address, fields | NO_ROWS).content.decode()

        assert "It cannot be inside itself" in page

    def test_what_is_written_on_here_is_dated_by_that_and_no_more_by_its_file(
        self, framework: CompetencyFramework, registrar: User, sign_in: SignIn
    ) -> None:
        part = framework.competencies.get(code="P.1")
        framework.competencies.update(extras={"members": {"lastChangeDateTime": "2001-01-01T00:00:00Z"}})
        fields = {"position": 5, "code": "P.1", "statement": "Listens to all.", "parent": part.parent_id}

        sign_in(registrar).post(
            reverse("admin:credentials_competency_change", args=[part.pk]), fields | NO_ROWS
        )

        framework.refresh_from_db()
        dated = {
            item["humanCodingScheme"]: item["lastChangeDateTime"]
            for item in case_document(framework)["CFItems"]
        }
        assert dated["D.1"] == "2001-01-01T00:00:00Z"
        assert dated["P.1"] == instant(framework.changed_at)

    def test_an_association_made_on_the_page_belongs_to_the_framework(
        self, framework: CompetencyFramework, registrar: User, sign_in: SignIn
    ) -> None:
        origin, target = framework.competencies.get(code="D.1"), framework.competencies.get(code="D.2")
        fields = {"position": 2, "code": "D.1", "statement": "Cleans data.", "parent": origin.parent_id}
        link = {
            "associations-TOTAL_FORMS": 1,
            "associations-0-kind": "precedes",
            "associations-0-target": target.pk,
        }

        address = reverse("admin:credentials_competency_change", args=[origin.pk])
        answer = sign_in(registrar).post(address, fields | NO_ROWS | link)

        assert answer.status_code == 302
        made = CompetencyAssociation.objects.get()
        assert (made.framework, made.origin, made.target) == (framework, origin, target)

    def test_who_decides_on_a_field_of_study_is_kept(self, registrar: User, sign_in: SignIn) -> None:
        fields = {"name": "Data", "expiry": "months", "expiry_months": 24, "reason": "Tools change."}

        sign_in(registrar).post(reverse("admin:credentials_subjectarea_add"), fields)

        assert SubjectArea.objects.get().decided_by == registrar
