"""Definitions: what is approved is put in force, and stays as it is by whatever door one comes."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from assessments.models import BlueprintCell
from credentials.models import (
    Achievement,
    AchievementVersion,
    Alignment,
    Decision,
    DesignReason,
    PublishedIsFrozen,
    VersionCompetency,
)
from credentials.services.defining import (
    CannotPublish,
    clone_achievement,
    next_draft,
    publish_achievement,
)
from credentials.services.reviewing import approve, send_for_review
from learners.models import User
from tests.makers import (
    TERM_DAY,
    make_achievement,
    make_achievement_version,
    make_alignment,
    make_assessment,
    make_blueprint_cell,
    make_competency,
    make_rubric,
    office,
)

pytestmark = pytest.mark.django_db


def draft(**fields: Any) -> AchievementVersion:
    return make_achievement(is_published=False, rubric=make_rubric(), **fields).versions.get()


def approved(version: AchievementVersion) -> AchievementVersion:
    """Sent by the first of the office, approved by the second."""
    send_for_review(version=version, by=office(), at=TERM_DAY)
    approve(version=version, by=office("second"), at=TERM_DAY)
    version.refresh_from_db()
    return version


class TestPublish:
    def test_puts_what_was_approved_in_force(self, approver: User) -> None:
        version = approved(draft())

        published = publish_achievement(version=version, by=approver, at=TERM_DAY)

        achievement = Achievement.objects.get(pk=version.achievement_id)
        assert achievement.current_version == published
        assert (published.status, published.published_by) == ("published", approver)
        assert (published.image.name or "").startswith("artwork/")

    def test_the_version_before_is_kept_as_superseded(self, approver: User) -> None:
        achievement = make_achievement()
        make_assessment(achievement=achievement)
        version = approved(make_achievement_version(achievement=achievement, is_published=False))

        publish_achievement(version=version, by=approver, at=TERM_DAY)

        states = list(achievement.versions.order_by("number").values_list("status", flat=True))
        assert states == ["superseded", "published"]

    def test_takes_nothing_that_is_not_approved(self, registrar: User, approver: User) -> None:
        version = draft()
        with pytest.raises(CannotPublish, match="not approved yet"):
            publish_achievement(version=version, by=approver, at=TERM_DAY)
        send_for_review(version=version, by=registrar, at=TERM_DAY)

        with pytest.raises(CannotPublish, match="not approved yet"):
            publish_achievement(version=version, by=approver, at=TERM_DAY)

    def test_nobody_publishes_what_she_wrote_on(self, registrar: User) -> None:
        version = approved(draft(written_by=registrar))

        with pytest.raises(CannotPublish, match="Somebody else"):
            publish_achievement(version=version, by=registrar, at=TERM_DAY)

    def test_the_database_refuses_her_too(self, registrar: User) -> None:
        version = draft(written_by=registrar)

        for act in ("approved_by", "published_by"):
            with pytest.raises(IntegrityError), transaction.atomic():
                AchievementVersion.objects.filter(pk=version.pk).update(**{act: registrar})

    def test_another_rubric_than_the_approved_one_stops_it(self, approver: User) -> None:
        version = approved(draft())
        version.achievement.assessments.update(rubric=make_rubric(criteria=["courage"]))

        with pytest.raises(CannotPublish, match="rubric is not the one"):
            publish_achievement(version=version, by=approver, at=TERM_DAY)

    def test_twice_is_refused(self, approver: User) -> None:
        published = make_achievement_version()

        with pytest.raises(CannotPublish, match="already"):
            publish_achievement(version=published, by=approver, at=TERM_DAY)


def renamed(version: AchievementVersion) -> AchievementVersion:
    version.name = "Another name"
    return version


def sql(statement: str) -> Callable[[AchievementVersion], object]:
    def run(version: AchievementVersion) -> object:
        with connection.cursor() as cursor:
            return cursor.execute(statement, [version.pk])

    return run


DOORS: dict[str, Callable[[AchievementVersion], object]] = {
    "save": lambda version: renamed(version).save(),
    "save of one field": lambda version: renamed(version).save(update_fields=["name"]),
    "save past the model": lambda version: renamed(version).save_base(raw=True),
    "delete": lambda version: version.delete(),
    "update": lambda version: AchievementVersion.objects.filter(pk=version.pk).update(name="Another"),
    "bulk_update": lambda version: AchievementVersion.objects.bulk_update([renamed(version)], ["name"]),
    "update or create": lambda version: AchievementVersion.objects.update_or_create(
        pk=version.pk, defaults={"hours": 7}
    ),
    "back to the draft": lambda version: AchievementVersion.objects.filter(pk=version.pk).update(
        status="draft"
    ),
    "raw update": sql("UPDATE credentials_achievementversion SET criteria = 'Easier.' WHERE id = %s"),
    "raw update of what was frozen": sql(
        "UPDATE credentials_achievementversion SET definition = '{}' WHERE id = %s"
    ),
    "raw delete": sql("DELETE FROM credentials_achievementversion WHERE id = %s"),
    "delete of many": lambda version: AchievementVersion.objects.filter(pk=version.pk).delete(),
    "another competency": lambda version: VersionCompetency.objects.create(
        version=version, competency=make_competency()
    ),
    "competencies in bulk": lambda version: VersionCompetency.objects.bulk_create(
        [VersionCompetency(version=version, competency=make_competency())]
    ),
    "a competency changed": lambda version: version.competencies.update(level="expert"),
    "a competency taken away": lambda version: version.competencies.all().delete(),
    "another alignment": lambda version: make_alignment(version=version),
    "an alignment changed": lambda version: version.alignments.update(target_name="Another"),
    "an alignment taken away": lambda version: version.alignments.all().delete(),
    "another requirement": lambda version: version.requires.add(make_achievement()),
    "a requirement taken away": lambda version: version.requires.clear(),
    "a blueprint": lambda version: make_blueprint_cell(version=version),
    "a reason changed": lambda version: version.reasons.update(reason="Another."),
    "a reason taken away": lambda version: version.reasons.all().delete(),
    "a decision changed": lambda version: version.decisions.update(minutes="Another."),
    "a decision taken away": lambda version: Decision.objects.filter(version=version)._raw_delete("default"),
}


@pytest.fixture
def in_force(approver: User) -> AchievementVersion:
    """A published version with a row of everything that can belong to one."""
    version = draft()
    make_alignment(version=version)
    version.requires.add(make_achievement())
    reason = DesignReason.objects.create(
        version=version,
        code="SAME_COGNITIVE_LEVEL",
        reason="So it is.",
        written_by=office(),
        written_at=TERM_DAY,
    )
    assert reason.pk
    return publish_achievement(version=approved(version), by=approver, at=TERM_DAY)


def everything_of(version: AchievementVersion) -> list[Any]:
    rows = (
        AchievementVersion.objects.filter(pk=version.pk),
        VersionCompetency.objects.filter(version=version),
        Alignment.objects.filter(version=version),
        DesignReason.objects.filter(version=version),
        Decision.objects.filter(version=version),
    )
    return [*[list(row.values()) for row in rows], list(version.requires.values_list("pk"))]


class TestEveryDoor:
    @pytest.mark.parametrize("door", DOORS)
    def test_to_a_published_version_is_shut(self, in_force: AchievementVersion, door: str) -> None:
        before = everything_of(in_force)

        with pytest.raises((PublishedIsFrozen, DatabaseError)), transaction.atomic():
            DOORS[door](AchievementVersion.objects.get(pk=in_force.pk))

        assert everything_of(in_force) == before

    @pytest.mark.parametrize("door", ["save", "update", "raw update", "another competency", "delete of many"])
    def test_shuts_when_the_draft_is_sent_for_review(self, registrar: User, door: str) -> None:
        version = send_for_review(version=draft(), by=registrar, at=TERM_DAY)

        with pytest.raises((PublishedIsFrozen, DatabaseError)), transaction.atomic():
            DOORS[door](AchievementVersion.objects.get(pk=version.pk))


class TestNextDraft:
    def test_copies_the_text_in_force_and_its_rows_under_the_next_number(self, registrar: User) -> None:
        competency = make_competency()
        achievement = make_achievement(name="Reading tables", shows=[competency])

        version = next_draft(achievement=achievement, by=registrar)

        assert (version.number, version.status, version.name) == (2, "draft", "Reading tables")
        assert version.written_by == registrar
        assert version.public_id != achievement.versions.get(number=1).public_id
        assert [row.competency for row in version.competencies.all()] == [competency]

    def test_copies_nothing_that_was_frozen_or_decided(
        self, registrar: User, in_force: AchievementVersion
    ) -> None:
        version = next_draft(achievement=in_force.achievement, by=registrar)

        version.refresh_from_db()
        frozen = (version.definition, version.result_descriptions, version.image.name, version.fingerprint)
        decided = (version.submitted_at, version.approved_by, version.published_at)
        assert (frozen, decided) == (({}, [], "", ""), (None, None, None))
        assert version.alignments.count() == version.requires.count() == 1
        assert not version.reasons.exists()

    def test_takes_the_blueprint_along(self, registrar: User, approver: User) -> None:
        first = draft()
        make_blueprint_cell(version=first, competency=first.competencies.get().competency)
        publish_achievement(version=approved(first), by=approver, at=TERM_DAY)

        version = next_draft(achievement=first.achievement, by=registrar)

        cell = BlueprintCell.objects.get(version=version)
        assert cell.weight == 100
        assert BlueprintCell.objects.filter(version=first).count() == 1

    def test_leaves_the_version_in_force_byte_for_byte(
        self, registrar: User, in_force: AchievementVersion
    ) -> None:
        before = everything_of(in_force)

        version = next_draft(achievement=in_force.achievement, by=registrar)
        version.name, version.hours = "Another name", 7
        version.save()
        version.competencies.update(level="expert")
        version.alignments.all().delete()
        version.requires.clear()

        assert everything_of(in_force) == before

    def test_an_open_version_is_answered_instead_of_a_second_one(self, registrar: User) -> None:
        achievement = make_achievement()

        first, second = (next_draft(achievement=achievement, by=registrar) for _press in range(2))

        assert first == second

    def test_nothing_to_copy_is_said(self, registrar: User) -> None:
        achievement = make_achievement(is_published=False)
        achievement.versions.all().delete()

        with pytest.raises(CannotPublish, match="Write its first one"):
            next_draft(achievement=achievement, by=registrar)


class TestClone:
    def test_begins_another_achievement_from_this_text(
        self, registrar: User, in_force: AchievementVersion
    ) -> None:
        clone = clone_achievement(achievement=in_force.achievement, code=" Z-9 ", by=registrar)

        version = clone.versions.get()
        assert (clone.code, clone.series, clone.current_version) == ("Z-9", in_force.achievement.series, None)
        assert (version.number, version.status, version.name) == (1, "draft", in_force.name)
        assert version.competencies.count() == 1

    def test_a_code_that_is_taken_is_refused(self, registrar: User) -> None:
        achievement = make_achievement(code="Z-9")

        for taken in ("Z-9", "z-9", " "):
            with pytest.raises(CannotPublish, match="taken"):
                clone_achievement(achievement=achievement, code=taken, by=registrar)
