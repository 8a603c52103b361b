"""create_person: put the first people on record, with roles in force, and print a link to set a password."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email
from django.forms import ValidationError

from config.clock import now
from credentials.models import Role
from learners.services.welcoming import establish, password_link


class Command(BaseCommand):
    help = (
        "Puts a person on record, or finds her by her address, gives her the roles named and prints a link "
        "with which she sets her password. For the first registrar and the first approver: later, roles are "
        "asked for and approved in the portal. Every act stands in the audit trail."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")
        parser.add_argument("name", help="the name of record, in quotes")
        parser.add_argument(
            "--role",
            action="append",
            default=[],
            choices=Role.Name.values,
            dest="roles",
            help="may be given several times",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            validate_email(options["email"])
        except ValidationError as error:
            raise CommandError(f"{options['email']!r} is not an e-mail address.") from error
        if not options["name"].strip():
            raise CommandError("The name of record is empty.")
        roles = [Role.Name(role) for role in options["roles"]]
        person = establish(email=options["email"], name=options["name"], roles=roles, at=now())
        held = ", ".join(str(Role.Name(role).label) for role in sorted(person.roles)) or "none"
        self.stdout.write(f"{person.name} <{person.email}>, roles: {held}")
        self.stdout.write("To set a password, open within three days, once:")
        self.stdout.write(password_link(person))
