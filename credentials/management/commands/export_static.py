"""`manage.py export_static DIR`: everything needed to check what was issued, as files for any web server."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from config.clock import now
from credentials.services.keystores import CannotOpen, NoWrappingKey
from credentials.services.leaving import NotEmpty, export_static
from credentials.services.signing import NoKeyInUse


class Command(BaseCommand):
    help = (
        "Write key documents, last status lists, verification pages and all else that verifiers need into "
        "a new folder, for any plain web server. Needs KEY_WRAPPING_KEY. Changes nothing here."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "folder", metavar="DIR", type=Path, help="a folder that does not exist, or is empty"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        folder: Path = options["folder"]
        try:
            counts = export_static(folder=folder, at=now())
        except (NotEmpty, NoWrappingKey, CannotOpen, NoKeyInUse) as refusal:
            raise CommandError(str(refusal)) from refusal
        for kind in sorted(counts):
            self.stdout.write(f"{counts[kind]:>8}  {kind}")
        self.stdout.write(f"{folder / 'README.txt'} says how to serve it.")
