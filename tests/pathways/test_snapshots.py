"""The grounds of a certificate: as they were that day, whatever changes afterwards."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings

from credentials.models import Achievement, AchievementVersion
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
)
from tests.pathways.stacks import certificate_of, days, hold, look, make_stack

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
