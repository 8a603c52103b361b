"""`manage.py keys`: list, make, activate, retire and compromise signing keys, where KEY_WRAPPING_KEY is."""

from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from config.clock import now
from credentials.models import Issuer, SigningKey
from credentials.services.keys import (
    CannotChangeKey,
    activate_key,
    declare_compromised,
    make_key,
    retire_key,
    signed_with,
)
from credentials.services.keystores import NoWrappingKey, StoreFailed, UnknownStore


def moment(text: str) -> datetime | None:
    if text == "unknown":
        return None
    try:
        given = datetime.fromisoformat(text)
    except ValueError as unreadable:
        raise ArgumentTypeError(
            f"{text!r} is no moment; example: 2026-03-01T08:00+01:00, or: unknown"
        ) from unreadable
    return given if given.tzinfo else given.replace(tzinfo=UTC)


class Command(BaseCommand):
    help = (
        "List, make, activate, retire or compromise the keys that issuers sign with. Every act is recorded."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        acts = parser.add_subparsers(dest="act", required=True)
        acts.add_parser("list", help="every key, its state and its moments")
        make = acts.add_parser("make", help="make a key and publish it")
        make.add_argument("issuer", help="the issuer's address part")
        make.add_argument("--store", default="database", choices=sorted(settings.KEY_STORES))
        make.add_argument("--at-once", action="store_true", help="use it now, not from tomorrow on")
        activate = acts.add_parser("activate", help="put a pending key in use")
        activate.add_argument("key", help="the public key, z6Mk…, or its beginning")
        activate.add_argument(
            "--at-once", action="store_true", help="though it is published for less than a day"
        )
        retire = acts.add_parser("retire", help="sign nothing more with a key")
        retire.add_argument("key")
        retire.add_argument("--reason", required=True)
        compromise = acts.add_parser("compromise", help="declare that others had a key")
        compromise.add_argument("key")
        compromise.add_argument("--since", type=moment, required=True, help="a moment, or: unknown")
        compromise.add_argument("--reason", required=True)

    def handle(self, *args: Any, **options: Any) -> None:
        acts: Mapping[str, Callable[[dict[str, Any]], None]] = {
            "list": self.list,
            "make": self.make,
            "activate": self.activate,
            "retire": self.retire,
            "compromise": self.compromise,
        }
        try:
            acts[options["act"]](options)
        except (CannotChangeKey, NoWrappingKey, StoreFailed, UnknownStore) as refusal:
            raise CommandError(str(refusal)) from refusal

    def list(self, options: dict[str, Any]) -> None:
        for key in SigningKey.objects.select_related("issuer").order_by("issuer__slug", "created_at"):
            moments = {
                "made": key.created_at,
                "in use": key.activated_at,
                "retired": key.retired_at,
                "not believed from": key.compromised_at,
            }
            told = [f"{name} {at:%Y-%m-%d %H:%M}" for name, at in moments.items() if at]
            self.stdout.write(
                "  ".join([key.issuer.slug, key.multikey, str(key.get_state_display()), key.store, *told])
            )

    def make(self, options: dict[str, Any]) -> None:
        issuer = Issuer.objects.filter(slug=options["issuer"]).first()
        if issuer is None:
            known = ", ".join(Issuer.objects.values_list("slug", flat=True)) or "none"
            raise CommandError(f"No issuer is called {options['issuer']}. There is: {known}.")
        key = make_key(issuer=issuer, by=None, at=now(), store=options["store"], at_once=options["at_once"])
        self.stdout.write(f"{key.multikey} is {key.get_state_display()}.")

    def activate(self, options: dict[str, Any]) -> None:
        key = activate_key(key=self._key(options), by=None, at=now(), at_once=options["at_once"])
        self.stdout.write(f"{key.multikey} is in use.")

    def retire(self, options: dict[str, Any]) -> None:
        key = retire_key(key=self._key(options), by=None, at=now(), reason=options["reason"])
        self.stdout.write(f"{key.multikey} is retired.")

    def compromise(self, options: dict[str, Any]) -> None:
        key = self._key(options)
        declare_compromised(
            key=key, compromised_at=options["since"], reason=options["reason"], by=None, at=now()
        )
        count = signed_with(key).count()
        self.stdout.write(f"{key.multikey} is compromised. A worker signs {count} credentials anew.")

    def _key(self, options: dict[str, Any]) -> SigningKey:
        found = list(SigningKey.objects.filter(multikey__startswith=options["key"])[:2])
        if len(found) != 1:
            many = "Several keys begin" if found else "No key begins"
            raise CommandError(f"{many} with {options['key']}. `manage.py keys list` names them all.")
        return found[0]
