"""Two people who decide on one version at the same moment: one decision, and the other is told."""

import threading
from collections.abc import Callable
from functools import partial

import pytest
from django.db import connection

from config.clock import now
from credentials.models import Achievement, AchievementVersion, Decision
from credentials.services.defining import CannotPublish, publish_achievement
from credentials.services.reviewing import AlreadyDecided, CannotReview, approve, send_for_review
from learners.models import User
from tests import makers

PRESSES = 4


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
class TestTwoDeciders:
    def test_send_approve_and_publish_once(self) -> None:
        if connection.vendor != "postgresql":
            pytest.skip("SQLite has one writer at a time; this race needs PostgreSQL")
        achievement = makers.make_achievement(is_published=False, rubric=makers.make_rubric())
        version = achievement.versions.get()
        writer, approver = makers.office(), makers.office("second")

        sent = at_once([partial(send_for_review, version=version, by=writer, at=now())] * PRESSES)
        decided = at_once([partial(decide, version, approver)] * PRESSES)
        published = at_once([partial(publish_achievement, version=version, by=approver, at=now())] * PRESSES)

        assert [type(told) for told in sent] == [AlreadyDecided] * (PRESSES - 1)
        assert [type(told) for told in decided] == [AlreadyDecided] * (PRESSES - 1)
        assert "already approved by Second Officer" in str(decided[0])
        assert [type(told) for told in published] == [CannotPublish] * (PRESSES - 1)
        assert Decision.objects.filter(version=version).count() == 1
        assert Achievement.objects.get(pk=achievement.pk).current_version == version


def decide(version: AchievementVersion, by: User) -> None:
    approve(version=version, by=by, at=now())


def at_once(acts: list[Callable[[], object]]) -> list[Exception]:
    """Run the acts side by side, each with a connection of its own; what those were told that came late."""
    line = threading.Barrier(len(acts))
    told: list[Exception] = []

    def run(act: Callable[[], object]) -> None:
        try:
            line.wait(timeout=10)
            act()
        except (CannotReview, CannotPublish) as late:
            told.append(late)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return told
