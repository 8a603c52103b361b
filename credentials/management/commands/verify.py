"""`manage.py verify`: judge one credential file, with what our database and a folder of documents hold."""

import json
import sys
from argparse import ArgumentParser
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from config.clock import now
from credentials.management.commands.check_credentials import moment
from credentials.openbadges.folder import documents_in
from credentials.openbadges.reading import MAXIMUM_FILE_BYTES
from credentials.openbadges.report import Report
from credentials.services.verifying import verify_alone, verify_file

COULD_NOT_CHECK = 2
EXITS = {"valid": 0, "cannot_check": COULD_NOT_CHECK}
"""Every other verdict ends with 1."""

WORDS: dict[str, str | Promise] = {
    "valid": _("Valid"),
    "not_recognised": _("Not recognised"),
    "cannot_check": _("Cannot check"),
    "revoked": _("Revoked"),
    "expired": _("Expired"),
    "suspended": _("Suspended"),
    "not_yet_valid": _("Not valid yet"),
}
MARKS = {"ok": "ok", "failed": "FAILED", "not_checked": "not checked", "warning": "warning"}


class Command(BaseCommand):
    help = (
        "Verify one credential: JSON, a signed token, a baked PNG or SVG, or a PDF with one attached. "
        "Opens no connection. Ends with 0 when it is valid, 1 when not, 2 when that could not be found out."
    )
    # A verifier must not depend on how the rest of the portal is set up.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--at",
            type=moment,
            help="judge at this moment (default: now). Moves dates and our own record; a foreign status list "
            "tells only of the day it was published",
        )
        parser.add_argument("--json", action="store_true", help="one JSON object, for a program to read")
        parser.add_argument(
            "--documents",
            type=Path,
            metavar="DIR",
            help="answers for URLs and did:web with the file <host>/<path>, with or without .json",
        )
        parser.add_argument(
            "--known-issuers-only",
            action="store_true",
            help="not recognised, unless the issuer is ours or registered as known",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with options["file"].open("rb") as file:
                data = file.read(MAXIMUM_FILE_BYTES + 1)
        except OSError as unreadable:
            raise CommandError(
                f"{options['file']} cannot be read: {unreadable.strerror}.", returncode=COULD_NOT_CHECK
            ) from unreadable
        folder = options["documents"]
        if folder is not None and not folder.is_dir():
            raise CommandError(f"{folder} is no folder.", returncode=COULD_NOT_CHECK)
        beside = documents_in(folder) if folder else None
        known_only = options["known_issuers_only"]
        try:
            today = now()
            report = verify_file(
                data=data, at=options["at"] or today, today=today, beside=beside, known_only=known_only
            )
        except DatabaseError:
            self.stderr.write("The portal's database cannot be asked: judged by the given documents alone.")
            today = datetime.now(UTC)
            report = verify_alone(
                data=data, at=options["at"] or today, today=today, beside=beside, known_only=known_only
            )
        self._print(report, as_json=options["json"])
        sys.exit(EXITS.get(report.verdict, 1))

    def _print(self, report: Report, *, as_json: bool) -> None:
        told = report.to_json()
        if as_json:
            self.stdout.write(json.dumps(told, ensure_ascii=False))
            return
        self.stdout.write(f"{WORDS[report.verdict]}  ({told['at']})")
        for label, value in (
            (gettext("Credential"), report.credential["name"] or report.credential["id"]),
            (gettext("Issuer"), report.issuer["name"] or report.issuer["id"]),
        ):
            if value:
                self.stdout.write(f"{label}: {_printable(value)}")
        for check in report.checks:
            self.stdout.write(f"  {MARKS[check.state]:11}  {check.name}: {_printable(check.detail)}")


def _printable(text: str) -> str:
    """A stranger's text without what would move the cursor or colour the terminal."""
    return "".join(letter if letter.isprintable() else "�" for letter in text)
