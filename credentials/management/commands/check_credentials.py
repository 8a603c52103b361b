"""`manage.py check_credentials`: whether what was issued is what it should be, found by a second way."""

import json
from argparse import ArgumentParser, ArgumentTypeError
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from config.clock import now
from credentials.services.checking import check_credentials


def moment(text: str) -> datetime:
    try:
        given = datetime.fromisoformat(text)
    except ValueError as unreadable:
        raise ArgumentTypeError(
            f"{text!r} is no date; example: 2026-03-01 or 2026-03-01T08:00+01:00"
        ) from unreadable
    return given if given.tzinfo else given.replace(tzinfo=UTC)


class Command(BaseCommand):
    help = (
        "Check signature, hashes, dates, status bit, files, audit entries and grounds of every credential, "
        "from the stored bytes. Changes nothing; ends with 1 on a finding."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--since", type=moment, help="only those issued at this date or later (UTC)")
        parser.add_argument("--sample", type=int, help="only so many of them, drawn by lot")
        parser.add_argument("--json", action="store_true", help="one JSON object, for a program to read")

    def handle(self, *args: Any, **options: Any) -> None:
        checked = check_credentials(at=now(), since=options["since"], sample=options["sample"])
        if options["json"]:
            self.stdout.write(json.dumps(asdict(checked), default=str))
        else:
            for finding in checked.findings:
                self.stdout.write(f"{finding.about}: {finding.check}: {finding.detail}")
        if checked.findings:
            raise CommandError(f"{len(checked.findings)} findings in {checked.credentials} credentials.")
        if not options["json"]:
            self.stdout.write(f"{checked.credentials} credentials are as they should be.")
