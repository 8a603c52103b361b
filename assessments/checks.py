"""Start-up check: the database still keeps a grade inside the rubric it was given by."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.apps import AppConfig
from django.core import checks

from assessments.models.triggers import BLUEPRINTS, TRIGGERS
from credentials.models import triggers


@checks.register(checks.Tags.database)
def grades_are_guarded(
    app_configs: Sequence[AppConfig] | None, databases: Iterable[str] | None = None, **_: Any
) -> list[checks.CheckMessage]:
    """assessments.E001: a level of another rubric could be stored."""
    return triggers.lost(databases, (*TRIGGERS, *BLUEPRINTS), code="assessments.E001")
