"""Start-up checks: the database's guards stand, and no vendored file of a standard was changed."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.apps import AppConfig
from django.core import checks

from credentials.models import triggers
from credentials.openbadges.contexts import check_vendored
from credentials.services.offline import changed_library_files


@checks.register(checks.Tags.database)
def ledger_is_guarded(
    app_configs: Sequence[AppConfig] | None, databases: Iterable[str] | None = None, **_: Any
) -> list[checks.CheckMessage]:
    """credentials.E001: the ledger, the audit trail or a published definition could be rewritten."""
    return triggers.lost(databases, triggers.EVERY, code="credentials.E001")


@checks.register()
def standards_are_unchanged(app_configs: Sequence[AppConfig] | None, **_: Any) -> list[checks.CheckMessage]:
    """credentials.E002: a vendored context or schema differs from what was published."""
    return [
        checks.Error(
            f"{name} is not the published file.",
            hint="Put it back from version control.",
            id="credentials.E002",
        )
        for name in check_vendored()
    ]


@checks.register()
def library_is_unchanged(app_configs: Sequence[AppConfig] | None, **_: Any) -> list[checks.CheckMessage]:
    """credentials.E003: the JavaScript library that the offline verifier carries is not the one we took."""
    return [
        checks.Error(
            f"{name} of the vendored jsonld is not the file that was published.",
            hint="Put it back from version control.",
            id="credentials.E003",
        )
        for name in changed_library_files()
    ]
