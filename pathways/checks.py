"""Start-up check: the database still keeps what people are held to."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.apps import AppConfig
from django.core import checks

from credentials.models import triggers
from pathways.models.triggers import TRIGGERS


@checks.register(checks.Tags.database)
def rules_are_guarded(
    app_configs: Sequence[AppConfig] | None, databases: Iterable[str] | None = None, **_: Any
) -> list[checks.CheckMessage]:
    """pathways.E001: a rule that people are held to could be rewritten."""
    return triggers.lost(databases, TRIGGERS, code="pathways.E001")
