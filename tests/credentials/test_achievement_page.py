"""One definition, entered once: the page and the signed document say the same, out of what was frozen."""

import html
import json
import re
from decimal import Decimal

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from credentials.models import Achievement, AchievementVersion, SubjectArea
from credentials.models.design import Alignment
from credentials.openbadges.documents import guard
from credentials.queries import achievement_facts, definition_of
from tests.makers import (
    all_of,
    make_achievement,
    make_achievement_version,
    make_certificate,
    make_competency,
    make_credential,
    make_framework,
    make_pathway,
    make_rubric,
    put_in_force,
)

pytestmark = pytest.mark.django_db
AS_DATA = {"Accept": "application/ld+json"}


@pytest.fixture
def plan(db: None) -> AchievementVersion:
    """A version with everything a registrar can say of it."""
    files = make_competency(
        framework=make_framework(title="Research Data", version="2.1"), code="RD.1", title="Organise files"
    )
    Alignment.objects.create(
        competency=files,
        purpose="job",
        target_type="ceterms:Credential",
        target_name="Data steward",
        target_url="https://jobs.example/17",
        target_code="JOB-17",
    )
    draft = make_achievement_version(
        code="RD-110",
        rubric=make_rubric(),
        is_published=False,
        shows=[files],
        name="Plan research data",
        outcomes="Says what data will exist.\nPlans its storage.",
        hours=Decimal("12.5"),
        level="practitioner",
        leads_to=make_certificate(name="Certificate in Data"),
        prerequisites="A project of your own.",
        evidence_kinds=["text", "file"],
        supervision="identity",
        expiry="area",
        subject_area=SubjectArea.objects.create(
            name="Information science", expiry="months", expiry_months=24
        ),
    )
    draft.requires.add(make_achievement(code="RD-100", name="Name files"))
    Alignment.objects.create(
        version=draft,
        purpose="standard",
        target_name="Findable data",
        target_url="https://standards.example/fair",
        target_framework="FAIR",
    )
    return put_in_force(draft)


def page_of(client: Client, version: AchievementVersion) -> str:
    return html.unescape(client.get(version.get_absolute_url()).content.decode())


def data_of(client: Client, version: AchievementVersion) -> dict[str, object]:
    found: dict[str, object] = client.get(version.get_absolute_url(), headers=AS_DATA).json()
    return found


class TestPage:
    def test_says_all_that_was_defined(self, employer: Client, plan: AchievementVersion) -> None:
        page = page_of(employer, plan)

        for words in (
            "Says what data will exist.",
            "12.5",
            "European Qualifications Framework, level 5",
            "Unsupervised, identity checked",
            "Applied project",
            "Text, file",
            "2 years",
            "Name files",
            "A project of your own.",
            "Belongs to",
            "Certificate in Data",
            "Organise files",
            "Research Data 2.1",
            "Does it before a marker.",
            "Information science",
            "Findable data",
            "A second marker sees every tenth piece of work.",
        ):
            assert words in page

    def test_an_outside_code_of_a_competency_maps_to_job_requirements(
        self, employer: Client, plan: AchievementVersion
    ) -> None:
        section = page_of(employer, plan).partition("Maps to these job requirements")[2]

        assert "JOB-17" in section
        assert 'href="https://jobs.example/17" rel="noopener nofollow external"' in section

    def test_keeps_what_was_published_when_the_framework_moves_on(
        self, employer: Client, plan: AchievementVersion
    ) -> None:
        competency = plan.competencies.get().competency
        type(competency).objects.filter(pk=competency.pk).update(title="Something else")

        page = page_of(employer, plan)

        assert "Organise files" in page
        assert "Something else" not in page

    @pytest.mark.parametrize("url", ["javascript:alert(1)", "//evil.example/", "data:text/html,x", ""])
    def test_an_address_that_no_browser_should_follow_is_no_link(self, url: str) -> None:
        row = {"purpose": "job", "target_name": "Job", "target_url": url, "target_code": ""}
        row |= {"target_framework": "", "target_description": ""}
        version = AchievementVersion(definition={"alignments": [row]}, kind="micro_credential")

        assert definition_of(version).jobs[0].url == ""

    @pytest.mark.parametrize(
        ("months", "words"), [(None, "Does not expire"), (1, "1 month"), (18, "18 months"), (12, "1 year")]
    )
    def test_validity_is_said_in_words(self, months: int | None, words: str) -> None:
        version = AchievementVersion(expiry="months", expiry_months=months)

        assert definition_of(version).validity == words

    def test_a_version_under_review_has_no_page(self, employer: Client) -> None:
        version = make_achievement(is_published=False).versions.get()
        AchievementVersion.objects.filter(pk=version.pk).update(status="in_review")

        assert employer.get(version.get_absolute_url()).status_code == 404
        assert employer.get(version.image_url).status_code == 404


class TestDocument:
    def test_every_alignment_stands_on_the_page(self, employer: Client, plan: AchievementVersion) -> None:
        page, document = page_of(employer, plan), data_of(employer, plan)
        own = settings.PORTAL_URL + plan.get_absolute_url()

        alignments: list[dict[str, str]] = document["alignment"]  # type: ignore[assignment]

        for row in alignments:
            address, _hash, place = row["targetUrl"].partition("#")
            if address == own:
                assert f'id="{place}"' in page
            else:
                assert row["targetUrl"].removeprefix(settings.PORTAL_URL) in page
        names = {row["targetName"] for row in alignments}
        assert {"Organise files", "Data steward", "Findable data"} <= names

    def test_the_types_are_those_of_the_standard(self, employer: Client, plan: AchievementVersion) -> None:
        alignments: list[dict[str, str]] = data_of(employer, plan)["alignment"]  # type: ignore[assignment]

        types = {row["targetName"]: row["targetType"] for row in alignments}

        assert types["Organise files"] == "CFItem"
        assert types["Data steward"] == "ceterms:Credential"

    def test_names_workload_field_and_criteria(self, employer: Client, plan: AchievementVersion) -> None:
        document = data_of(employer, plan)

        assert document["fieldOfStudy"] == "Information science"
        results: list[dict[str, str]] = document["resultDescription"]  # type: ignore[assignment]
        workload = [row for row in results if row["resultType"] == "ext:Workload"]
        assert [row["valueMax"] for row in workload] == ["12.5"]
        criteria: dict[str, str] = document["criteria"]  # type: ignore[assignment]
        assert "- Plans its storage." in criteria["narrative"]

    def test_a_credential_carries_the_same_and_may_be_signed(
        self, employer: Client, plan: AchievementVersion
    ) -> None:
        achievement = Achievement.objects.get(pk=plan.achievement_id)
        credential = make_credential(achievement=achievement)

        document = json.loads(bytes(credential.documents.get().unsigned))

        guard(document)
        carried = document["credentialSubject"]["achievement"]
        assert {**carried, "@context": None} == {**data_of(employer, plan), "@context": None}
        assert {"ext:Workload"} <= {row["resultType"] for row in carried["resultDescription"]}
        assert document["credentialSubject"]["result"] == [
            {"type": ["Result"], "resultDescription": f"{carried['id']}#workload", "value": "12.5"}
        ]

    def test_an_address_that_cannot_be_signed_gives_way_to_our_own(self, plan: AchievementVersion) -> None:
        plan.definition["competencies"][0]["uri"] = "not an address"

        facts = achievement_facts(plan)

        assert facts.alignments[0].target_url.endswith(f"{plan.public_id}/#competencies")

    def test_an_alignment_named_twice_is_written_once(self, plan: AchievementVersion) -> None:
        plan.definition["alignments"] *= 2

        rows = achievement_facts(plan).alignments

        assert len(rows) == len(set(rows))

    def test_a_version_from_before_definitions_reads_as_it_did(self, plan: AchievementVersion) -> None:
        plan.definition = {}

        facts = achievement_facts(plan)

        assert facts.criteria_narrative == plan.criteria
        assert facts.alignments == ()
        assert facts.tags == (plan.achievement.series.name,)
        assert not [row for row in facts.result_descriptions if row.result_type == "ext:Workload"]

    def test_says_nothing_in_the_reader_s_language(self, employer: Client, plan: AchievementVersion) -> None:
        address = reverse("credentials:achievement", args=[plan.public_id])

        answers = {
            employer.get(address, headers={**AS_DATA, "Accept-Language": language}).content
            for language in ("en", "de", "ar")
        }

        assert len(answers) == 1
        assert re.search(rb"Hybrid", answers.pop())


class TestPathways:
    def test_a_part_leads_on_and_the_whole_leads_to_its_pathway(self, employer: Client) -> None:
        part, whole = make_achievement(), make_certificate()
        pathway = make_pathway(name="The long way", rule=all_of(part), awards=whole)

        pages = [employer.get(row.get_absolute_url()).content.decode() for row in (part, whole)]

        assert all(f'<a href="{pathway.get_absolute_url()}">The long way</a>' in page for page in pages)
        assert ["The pathway to it:" in page for page in pages] == [False, True]
