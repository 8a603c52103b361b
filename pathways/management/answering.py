"""A command that reads exchange documents from a file or from standard input and prints one answer each."""

import json
import sys
from argparse import ArgumentParser
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from pathways.rules.evaluate import FactError
from pathways.rules.exchange import Clock, each, without_repeats
from pathways.rules.tree import RuleError

REFUSED = 2


class AnsweringCommand(BaseCommand):
    """Exit 2, and what is wrong on standard error, where a document cannot be answered; asks no database."""

    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "file", help="a JSON file: one document, or an array of them; - is standard input"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        # The clock of this machine: these commands work where there is no database to ask.
        clock = Clock(ZoneInfo(settings.PORTAL_TIME_ZONE), datetime.now(UTC))
        documents, is_array = each(_loaded(options["file"]))
        answers = []
        for index, document in enumerate(documents):
            try:
                answers.append(self.answer(document, clock))
            except (RuleError, FactError) as refused:
                where = f"document {index}: " if is_array else ""
                raise CommandError(f"{where}{refused}", returncode=REFUSED) from refused
        self.stdout.write(json.dumps(answers if is_array else answers[0], ensure_ascii=False, indent=2))
        if any(self.is_bad(answer) for answer in answers):
            sys.exit(1)

    def answer(self, document: object, clock: Clock) -> Any:
        """What to print of one document."""
        raise NotImplementedError

    def is_bad(self, answer: Any) -> bool:
        """Whether this answer ends the command with 1."""
        return False


def _loaded(name: str) -> object:
    try:
        text = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
        return json.loads(text.decode("utf-8"), object_pairs_hook=without_repeats)
    except (OSError, UnicodeDecodeError, json.JSONDecodeError, RuleError) as unreadable:
        raise CommandError(f"{name}: {unreadable}", returncode=REFUSED) from unreadable
