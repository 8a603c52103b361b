"""Start the whole portal with one command: database, static files, then web server, worker and timetable."""

import hashlib
import io
import ipaddress
import os
import socket
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connections
from django.urls import reverse

from config.supervisor import AlreadyRunningError, Plan, sole_supervisor, take_over


class Command(BaseCommand):
    help = "Start the whole portal: prepare the database, then run web server, worker and timetable as one."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--demo", action="store_true", help="an invented university, with public passwords"
        )
        parser.add_argument(
            "--host", default="127.0.0.1", help="the address to listen on (default: %(default)s)"
        )
        parser.add_argument(
            "--port", type=int, default=8000, help="the port to listen on (default: %(default)s)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        demo, host, port = options["demo"], options["host"], options["port"]
        if demo and not is_loopback(host):
            raise CommandError(
                f"--demo on {host} is refused: its passwords are public. Leave out --host or --demo."
            )
        if demo:
            use_address_of_port(port)
        try:
            with sole_supervisor(settings.VAR_DIR) as hold:
                plan = self.prepare(demo=demo, host=host, port=port)
                take_over(plan, hold=hold, env=child_environment(demo), cwd=settings.BASE_DIR)
        except AlreadyRunningError as running:
            raise CommandError(
                f"The portal is already running on {settings.VAR_DIR} (process {running}). "
                f"Stop it with Ctrl-C or `kill {running}`, or give this one another VAR_DIR."
            ) from running

    def prepare(self, *, demo: bool, host: str, port: int) -> Plan:
        """Everything that needs Django, and the plan for what then runs without it."""
        refuse_taken_port(host, port)
        self.say("Preparing the database")
        call_command("migrate", interactive=False, verbosity=0)
        sign_ins = self.load_demo() if demo else ""
        if static_files_changed():
            self.say("Gathering the static files")
            call_command("collectstatic", interactive=False, clear=True, verbosity=0)
            remember_static_files()
        connections.close_all()
        self.say("Starting")
        logs = settings.VAR_DIR / "log" if demo else None
        return Plan(
            host=host,
            port=port,
            site_host=settings.PORTAL_HOST,
            welcome=welcome(host, port, sign_ins, logs),
            log_folder=str(logs) if logs else None,
        )

    def load_demo(self) -> str:
        """Fill an empty database; return the lines that say how to sign in, whether filled now or before."""
        self.say("Filling the demonstration (only an empty database is filled)")
        told = io.StringIO()
        call_command("load_demo", stdout=told)
        return told.getvalue().rstrip()

    def say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()


def welcome(host: str, port: int, sign_ins: str, logs: Path | None) -> str:
    lines = [
        f"\n{settings.PORTAL_NAME} is running: {settings.PORTAL_URL}/",
        f"  for the registrar:  {settings.PORTAL_URL}{reverse('admin:index')}",
        f"  listening on:       {host}:{port}",
    ]
    if sign_ins:
        lines.append(f"\n{sign_ins}")
    if logs:
        lines.append(f"\nMail is kept as files in {settings.EMAIL_FILE_PATH}; logs are in {logs}")
    return "\n".join([*lines, "\nCtrl-C stops it."])


def is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def use_address_of_port(port: int) -> None:
    """Begin again with PORTAL_URL at `port`, unless somebody chose it.

    The settings are read before a command sees its options, and what the demo signs and prints on
    certificates carries this address.
    """
    if os.environ.get("PORTAL_URL") or urlsplit(settings.PORTAL_URL).port == port:
        return
    chosen = os.environ | {"PORTAL_URL": f"http://localhost:{port}"}
    os.execve(sys.executable, [sys.executable, *sys.orig_argv[1:]], chosen)  # noqa: S606  our own command line


def refuse_taken_port(host: str, port: int) -> None:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        raise CommandError(
            f"Cannot listen on {host}:{port}: {error.strerror}. Choose another port: --port {port + 1}"
        ) from error


def child_environment(demo: bool) -> dict[str, str]:
    """Ours, with what only our command line said made known to the children."""
    chosen = {
        "DJANGO_SETTINGS_MODULE": os.environ["DJANGO_SETTINGS_MODULE"],
        "PORTAL_URL": settings.PORTAL_URL,
    }
    return os.environ | chosen | ({"DEMO": "true"} if demo else {})


def static_files_changed() -> bool:
    kept = _fingerprint_file()
    return not kept.exists() or kept.read_text() != _static_fingerprint()


def remember_static_files() -> None:
    _fingerprint_file().write_text(_static_fingerprint())


def _fingerprint_file() -> Path:
    # Beside the folder, not in it: what is in it is served.
    return Path(settings.STATIC_ROOT).with_name("static.fingerprint")


def _static_fingerprint() -> str:
    """Changes whenever a static file is added, removed or edited."""
    seen = hashlib.sha256(str(settings.STORAGES["staticfiles"]).encode())
    for finder in get_finders():
        for name, storage in sorted(finder.list([]), key=lambda found: str(found[0])):
            file = Path(storage.path(name)).stat()
            seen.update(f"{name}\0{file.st_size}\0{file.st_mtime_ns}\n".encode())
    return seen.hexdigest()
