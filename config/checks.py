"""Start-up checks: whatever is named by a string exists; production is served by https."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core import checks
from django.utils.module_loading import import_string

from config.celery import app as celery_app
from config.events import HEARS


def _unresolved(dotted_names: Iterable[str]) -> list[str]:
    missing = []
    for dotted in dotted_names:
        try:
            import_string(dotted)
        except ImportError:
            missing.append(dotted)
    return missing


@checks.register()
def listeners_exist(app_configs: Sequence[AppConfig] | None, **_: Any) -> list[checks.CheckMessage]:
    """config.E001: a name in HEARS or in the beat timetable that leads nowhere."""
    heard = {listener for listeners in HEARS.values() for listener in listeners}
    timetable = {entry["task"] for entry in celery_app.conf.beat_schedule.values()}
    return [
        checks.Error(f"No task is called {name}.", hint="Mend HEARS or the beat timetable.", id="config.E001")
        for name in _unresolved(sorted(heard | timetable))
    ]


@checks.register()
def named_parts_exist(app_configs: Sequence[AppConfig] | None, **_: Any) -> list[checks.CheckMessage]:
    """config.E002: a dotted name in the settings that leads nowhere."""
    named = [
        *settings.WORKLIST,
        *settings.ANALYTICS_PANELS,
        *settings.SUBMISSION_GATES,
        *settings.PILOT_PEOPLE,
        *settings.ISSUE_GROUNDS.values(),
        *settings.KEY_STORES.values(),
        settings.RESULT_DESCRIPTIONS,
        settings.ASSESSMENT_FACTS,
        settings.COPY_BLUEPRINT,
        settings.STACKS_INTO,
        settings.LAPSE_POLICIES,
        settings.AWARDED_ON,
        settings.LAST_SWEEP,
    ]
    return [
        checks.Error(f"Nothing is called {name}.", hint="Mend it in config/settings.py.", id="config.E002")
        for name in _unresolved(named)
    ]


@checks.register(checks.Tags.security, deploy=True)
def served_by_https(app_configs: Sequence[AppConfig] | None, **_: Any) -> list[checks.CheckMessage]:
    """config.W001, W002: real credentials behind plain http, or in a database that may lose a second."""
    found: list[checks.CheckMessage] = []
    if not settings.IS_HTTPS:
        found.append(
            checks.Warning("PORTAL_URL is not https.", hint="Use https in production.", id="config.W001")
        )
    if getattr(settings, "SQLITE_SYNCHRONOUS", "FULL") != "FULL":
        found.append(
            checks.Warning(
                "SQLite may lose the last second in a power cut.",
                hint="Set SQLITE_SYNCHRONOUS=FULL, or use PostgreSQL.",
                id="config.W002",
            )
        )
    return found
