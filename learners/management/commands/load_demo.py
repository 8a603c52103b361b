"""Fill an empty database with the demonstration, and say how to sign in to it."""

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from config.clock import now
from credentials.models import Issuer
from credentials.queries import local_day
from learners.management.demo import loading
from learners.management.demo.institution import INSTITUTION


class Command(BaseCommand):
    help = "Fill an empty database with an invented university. Loading again changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--as-of",
            type=date.fromisoformat,
            default=None,
            help="the day on which the stories stand as they are told (default: today)",
        )
        parser.add_argument(
            "--even-here",
            action="store_true",
            help="load where DEMO is off, or beside another institution; nobody gets a password then",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO and not options["even_here"]:
            raise CommandError("This is no demonstration. Set DEMO=true, or say --even-here.")
        if loading.is_loaded():
            self.stdout.write(f"{INSTITUTION.name} was loaded before; nothing was changed.")
        elif Issuer.objects.exists() and not options["even_here"]:
            self.stdout.write("This database holds an institution of its own; nothing was loaded.")
            return
        else:
            self.load(options["as_of"] or local_day(now()))
        self.say_how_to_sign_in()

    def load(self, load_day: date) -> None:
        try:
            loading.load(load_day, has_passwords=settings.DEMO)
        except loading.CannotLoad as problem:
            raise CommandError(f"The demonstration does not hold together:\n{problem}") from problem

    def say_how_to_sign_in(self) -> None:
        if not settings.DEMO:
            self.stdout.write("Nobody has a password here; the reset link makes one.")
            return
        accounts = loading.accounts()
        widest = [max(len(getattr(row, part)) for row in accounts) for part in ("part", "email")]
        self.stdout.write(f"Everybody's password is {loading.PUBLIC_PASSWORD}")
        for row in accounts:
            self.stdout.write(f"  {row.part:{widest[0]}}  {row.email:{widest[1]}}  {row.name}")
