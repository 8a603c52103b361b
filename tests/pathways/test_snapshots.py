"""The grounds of a certificate: as they were that day, whatever changes afterwards."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from credentials.models import Achievement, AchievementVersion
from credentials.openbadges.facts import EvidenceFacts
from credentials.queries import local_day
from learners.models import User
from pathways.models import Act, IssueSnapshot, StepCompletion
from pathways.rules.exchange import Clock, evaluated
from pathways.services.evaluating import evaluate_learner
from tests.makers import (
    TERM_DAY,
    all_of,
    make_achievement,
    make_achievement_version,
    make_enrolment,
    make_pathway_version,
    office,
    pool,
)
from tests.pathways.stacks import certificate_of, days, hold, look, make_stack
from tests.people import SignIn

pytestmark = pytest.mark.django_db
LATER = TERM_DAY + days(10)


@pytest.fixture
def snapshot(learner: User) -> IssueSnapshot:
    parts = [make_achievement(name="Reading Maps"), make_achievement(name="Drawing Maps")]
    pathway = make_stack(rule=all_of(*parts))
    make_enrolment(learner=learner, pathway=pathway)
    hold(learner, parts[0], level=3)
    hold(learner, parts[1], make_achievement(name="Sailing"), at=LATER)
    look(learner, LATER)
    return IssueSnapshot.objects.get(credential=certificate_of(learner, pathway))


class TestGrounds:
    def test_names_each_component_with_version_day_and_level(self, snapshot: IssueSnapshot) -> None:
        first, second = snapshot.components

        assert (first["name"], first["version"], first["level"]) == ("Reading Maps", 1, 3)
        assert (second["name"], second["earned_on"]) == ("Drawing Maps", local_day(LATER).isoformat())
        assert [row["credential"] for row in snapshot.components] == [
            str(row.public_id) for row in snapshot.credential.components.order_by("earned_at")
        ]

    def test_keeps_rule_engine_and_day(self, snapshot: IssueSnapshot) -> None:
        assert snapshot.rule_sha256 == snapshot.version.rule_sha256
        assert snapshot.sentence == "Earn Reading Maps and Drawing Maps."
        assert (snapshot.met_on, snapshot.taken_at) == (local_day(LATER), LATER)
        assert snapshot.engine_version
        assert len(snapshot.facts_sha256) == 64

    def test_its_document_gives_the_same_verdict_again(self, snapshot: IssueSnapshot) -> None:
        clock = Clock(ZoneInfo(settings.PORTAL_TIME_ZONE), datetime(2031, 1, 1, tzinfo=UTC))

        again = evaluated(snapshot.document, clock)

        assert again["satisfied"] is True
        assert {name: again[name] for name in snapshot.verdict if name in again} == {
            name: said for name, said in snapshot.verdict.items() if name in again
        }
        assert snapshot.verdict.keys() - again.keys() == {"next_change_on"}

    def test_stays_as_it_was_when_definitions_and_rule_change(self, snapshot: IssueSnapshot) -> None:
        before = IssueSnapshot.objects.filter(pk=snapshot.pk).values().get()
        achievement = Achievement.objects.get(code=snapshot.components[0]["code"])

        make_achievement_version(achievement=achievement, name="Charting")
        make_pathway_version(pathway=snapshot.enrolment.pathway)
        evaluate_learner(learner=snapshot.enrolment.learner, at=LATER + days(1))

        assert AchievementVersion.objects.filter(achievement=achievement).count() == 2
        assert IssueSnapshot.objects.filter(pk=snapshot.pk).values().get() == before

    def test_a_step_without_a_credential_stands_in_it_too(self, learner: User) -> None:
        part, act = make_achievement(), Act.objects.create(code="viva", name="Viva", kind="interview")
        pathway = make_stack(rule=all_of(part), act=act)
        make_enrolment(learner=learner, pathway=pathway)
        hold(learner, part)
        StepCompletion.objects.create(
            learner=learner,
            act=act,
            earned_at=TERM_DAY,
            recorded_by=office(),
            approved_by=office("second"),
            approved_at=TERM_DAY,
            reason="Passed.",
        )
        look(learner, LATER)

        listed = IssueSnapshot.objects.get(enrolment__learner=learner).components

        viva = next(row for row in listed if row["name"] == "Viva")
        assert (viva["credential"], viva["version"]) == (None, None)
        assert viva["earned_on"] == local_day(TERM_DAY).isoformat()


class TestPublicPage:
    def page(self, snapshot: IssueSnapshot) -> str:
        return Client().get(snapshot.credential.get_absolute_url()).content.decode()

    def test_lists_the_parts_as_they_were_after_all_has_changed(self, snapshot: IssueSnapshot) -> None:
        achievement = Achievement.objects.get(code=snapshot.components[0]["code"])
        make_achievement_version(achievement=achievement, name="Charting")
        make_pathway_version(pathway=snapshot.enrolment.pathway)

        page = self.page(snapshot)

        assert "Reading Maps" in page
        assert "Version 1, earned on 1 September 2025 at level 3" in page
        assert "Earn Reading Maps and Drawing Maps." in page
        assert "The requirements were met on 11 September 2025." in " ".join(page.split())
        assert "Charting" not in page

    def test_shows_the_evidence_of_a_part_only_where_the_holder_opened_it(
        self, learner: User, registrar: User
    ) -> None:
        part = make_achievement()
        pathway = make_stack(rule=pool(1, part, make_achievement()))
        make_enrolment(learner=learner, pathway=pathway)
        hold(learner, part, evidence=[EvidenceFacts(id="https://work.example/map", name="The map")])
        look(learner, LATER)
        certificate = certificate_of(learner, pathway)

        private = Client().get(certificate.get_absolute_url()).content.decode()
        type(certificate).objects.filter(pk=certificate.pk).update(visibility="public")
        public = Client().get(certificate.get_absolute_url()).content.decode()

        assert "https://work.example/map" not in private
        assert "https://work.example/map" in public


class TestDesk:
    def test_the_registrar_reads_it_and_cannot_change_it(
        self, snapshot: IssueSnapshot, registrar: User, sign_in: SignIn
    ) -> None:
        client = sign_in(registrar)
        address = reverse("admin:pathways_issuesnapshot_change", args=[snapshot.pk])

        page = client.get(address).content.decode()

        assert "Earn Reading Maps and Drawing Maps." in page
        assert "Version 1, earned on 1 September 2025 at level 3" in page
        assert client.post(address, {"sentence": "Another"}).status_code == 403

    def test_the_page_of_the_enrolment_leads_to_it(
        self, snapshot: IssueSnapshot, registrar: User, sign_in: SignIn
    ) -> None:
        address = reverse("admin:pathways_enrolment_change", args=[snapshot.enrolment_id])

        page = sign_in(registrar).get(address).content.decode()

        assert reverse("admin:pathways_issuesnapshot_change", args=[snapshot.pk]) in page
