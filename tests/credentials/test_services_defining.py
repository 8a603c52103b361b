"""Definitions: a draft is published by somebody who never wrote on it, and then stays as it is."""

import pytest
from django.db import IntegrityError, transaction

from credentials.models import AchievementVersion, PublishedIsFrozen, Series
from credentials.services.defining import CannotPublish, next_draft, publish_achievement
from credentials.services.drafting import note_writer
from learners.models import User
from tests.makers import TERM_DAY, make_achievement, make_achievement_version

pytestmark = pytest.mark.django_db


class TestPublish:
    def test_puts_the_draft_in_force_and_keeps_its_picture(self, approver: User) -> None:
        draft = make_achievement_version(is_published=False)

        published = publish_achievement(version=draft, by=approver, at=TERM_DAY)

        draft.achievement.refresh_from_db()
        assert draft.achievement.current_version == published
        assert (published.image.name or "").startswith("artwork/")

    def test_the_version_before_is_kept_as_superseded(self, approver: User) -> None:
        achievement = make_achievement()
        draft = make_achievement_version(achievement=achievement, is_published=False)

        publish_achievement(version=draft, by=approver, at=TERM_DAY)

        states = list(achievement.versions.order_by("number").values_list("status", flat=True))
        assert states == ["superseded", "published"]

    def test_nobody_publishes_what_she_ever_wrote_on(self, registrar: User, approver: User) -> None:
        draft = make_achievement_version(is_published=False, written_by=registrar)
        note_writer(draft=draft, by=approver)
        note_writer(draft=draft, by=registrar)

        for writer in (registrar, approver):
            with pytest.raises(CannotPublish, match="Somebody else"):
                publish_achievement(version=draft, by=writer, at=TERM_DAY)

        draft.refresh_from_db()
        assert draft.is_draft

    def test_the_database_refuses_it_too(self, registrar: User) -> None:
        draft = make_achievement_version(is_published=False, written_by=registrar)

        with pytest.raises(IntegrityError), transaction.atomic():
            AchievementVersion.objects.filter(pk=draft.pk).update(published_by=registrar)

    def test_twice_is_refused(self, approver: User) -> None:
        published = make_achievement_version()

        with pytest.raises(CannotPublish, match="already"):
            publish_achievement(version=published, by=approver, at=TERM_DAY)

    def test_a_picture_that_cannot_be_drawn_stops_it(self, approver: User) -> None:
        draft = make_achievement_version(is_published=False)
        Series.objects.filter(pk=draft.achievement.series_id).update(mark="unicorn")

        with pytest.raises(CannotPublish, match="unicorn"):
            publish_achievement(version=draft, by=approver, at=TERM_DAY)

    def test_what_is_published_cannot_be_saved_or_deleted(self) -> None:
        published = make_achievement_version()
        published.name = "Another name"

        with pytest.raises(PublishedIsFrozen):
            published.save()
        with pytest.raises(PublishedIsFrozen):
            published.delete()


class TestNextDraft:
    def test_copies_the_text_in_force_under_the_next_number(self, registrar: User) -> None:
        achievement = make_achievement(name="Reading tables")

        draft = next_draft(achievement=achievement, by=registrar)

        assert (draft.number, draft.status, draft.name) == (2, "draft", "Reading tables")
        assert draft.written_by == registrar
        assert draft.public_id != achievement.versions.get(number=1).public_id

    def test_an_open_draft_is_answered_instead_of_a_second_one(self, registrar: User) -> None:
        achievement = make_achievement()

        first, second = (next_draft(achievement=achievement, by=registrar) for _press in range(2))

        assert first == second

    def test_nothing_to_copy_is_said(self, registrar: User) -> None:
        achievement = make_achievement(is_published=False)
        achievement.versions.all().delete()

        with pytest.raises(CannotPublish, match="Write its first one"):
            next_draft(achievement=achievement, by=registrar)
