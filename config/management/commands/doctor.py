"""Look the installation over: what is well, what is not, and the command that mends it."""

import ctypes
import ctypes.util
import os
import shutil
import socket
import subprocess
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.apps import apps
from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.utils import DatabaseError

from config import clock
from config.celery import app as celery_app

OLDEST_PYTHON = (3, 11)
OLDEST_PANGO = "1.44"
PDF_LIBRARIES = "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
ASK_WEASYPRINT = """
import weasyprint, weasyprint.text.ffi as ffi
print(weasyprint.__version__, ffi.pango.pango_version())
"""
# A language that needs the script, for fontconfig to ask about.
SCRIPTS = {
    "Latin": "en",
    "Greek": "el",
    "Cyrillic": "ru",
    "Armenian": "hy",
    "Georgian": "ka",
    "Hebrew": "he",
    "Arabic": "ar",
    "Devanagari": "hi",
    "Bengali": "bn",
    "Tamil": "ta",
    "Thai": "th",
    "Ethiopic": "am",
    "Chinese": "zh-cn",
    "Japanese": "ja",
    "Korean": "ko",
}


class State(Enum):
    OK = "ok"
    WORSE = "worse"  # runs, and does less or does it less safely
    BLOCKED = "BLOCKED"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report. `mend` is the command or setting that mends it."""

    state: State
    about: str
    detail: str
    mend: str = ""


def ok(about: str, detail: str) -> Finding:
    return Finding(State.OK, about, detail)


def worse(about: str, detail: str, mend: str) -> Finding:
    return Finding(State.WORSE, about, detail, mend)


def blocked(about: str, detail: str, mend: str) -> Finding:
    return Finding(State.BLOCKED, about, detail, mend)


class Command(BaseCommand):
    help = (
        "Say for each part of the installation that it is well, or which command mends it. Changes nothing."
    )
    # A broken installation is what it is for: it must run where the ordinary checks would stop it.
    requires_system_checks: tuple[str, ...] = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="the address that `up` would listen on")
        parser.add_argument("--port", type=int, default=8000, help="the port that `up` would listen on")

    def handle(self, *args: Any, **options: Any) -> None:
        findings = list(look_over(options["host"], options["port"]))
        for finding in findings:
            self.stdout.write(f"{finding.state.value:<8} {finding.about}: {finding.detail}")
            if finding.mend:
                self.stdout.write(f"{'':8}   mend: {finding.mend}")
        blockers = sum(finding.state is State.BLOCKED for finding in findings)
        if blockers:
            self.stderr.write(f"{blockers} of {len(findings)} must be mended before the portal runs.")
            sys.exit(1)


def look_over(host: str, port: int) -> Iterator[Finding]:
    """Every finding, those about the machine first."""
    yield python_version()
    yield pdf_engine()
    yield font_subsetting()
    yield fonts()
    yield write_access(settings.VAR_DIR)
    yield port_free(host, port)
    yield wrapping_key()
    yield broker()
    # The rest asks the database, and says nothing new when there is none.
    reached = database()
    yield reached
    if reached.state is not State.BLOCKED:
        yield clocks()
        yield migrations()
        yield signing_key()


def python_version() -> Finding:
    running = ".".join(str(part) for part in sys.version_info[:3])
    if sys.version_info < OLDEST_PYTHON:
        return blocked(
            "Python", f"{running} is too old", "install Python 3.11 or newer, then: rm -r .venv && make setup"
        )
    return ok("Python", running)


def pdf_engine() -> Finding:
    # In a process of its own, as in production: only the renderer ever loads these libraries.
    tried = subprocess.run(  # noqa: S603 our own words
        [sys.executable, "-c", ASK_WEASYPRINT], capture_output=True, text=True, timeout=60, check=False
    )
    if tried.returncode:
        return worse(
            "PDF engine",
            "missing; certificates are shown as pages and their PDFs wait",
            f"sudo apt-get install -y {PDF_LIBRARIES}   (macOS: brew install pango)",
        )
    weasyprint, encoded = tried.stdout.split()
    pango = f"{int(encoded) // 10000}.{int(encoded) // 100 % 100}.{int(encoded) % 100}"
    return ok("PDF engine", f"WeasyPrint {weasyprint}, Pango {pango} (needs {OLDEST_PANGO})")


def font_subsetting() -> Finding:
    name = ctypes.util.find_library("harfbuzz-subset")
    if name is None:
        return worse(
            "HarfBuzz subset",
            "missing; PDFs carry whole fonts and are large",
            "sudo apt-get install -y libharfbuzz-subset0   (macOS: brew install harfbuzz)",
        )
    return ok("HarfBuzz subset", name)


def fonts() -> Finding:
    mend = "sudo apt-get install -y fontconfig fonts-noto-core fonts-noto-cjk"
    if shutil.which("fc-list") is None:
        return worse("Fonts", "fontconfig's fc-list is missing, so nobody can tell", mend)
    lacking = [script for script, language in SCRIPTS.items() if not _font_for(language)]
    if lacking:
        return worse("Fonts", f"none for {', '.join(lacking)}; PDFs with such names are held", mend)
    return ok("Fonts", f"all of {', '.join(SCRIPTS)}")


def _font_for(language: str) -> bool:
    asked = ["fc-list", f":lang={language}", "family"]
    return bool(subprocess.run(asked, capture_output=True, timeout=60, check=False).stdout.strip())  # noqa: S603


def write_access(folder: Path) -> Finding:
    probe = folder / f".doctor.{os.getpid()}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe.write_text("written")
        probe.unlink()
    except OSError as error:
        return blocked(
            "Folder", f"{folder} cannot be written: {error.strerror}", f'sudo chown -R "$USER" {folder}'
        )
    free = shutil.disk_usage(folder).free // 1_000_000
    if free < 500:
        return worse("Folder", f"{folder} has {free} MB left", "make room on that disk")
    return ok("Folder", f"{folder} can be written, {free:,} MB free")


def port_free(host: str, port: int) -> Finding:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            holder = settings.VAR_DIR / "up.pid"
            running = holder.read_text().strip() if holder.exists() else ""
            if running:
                return ok("Port", f"{host}:{port} is taken; `up` runs here as process {running}")
            return worse("Port", f"{host}:{port}: {error.strerror}", f"python manage.py up --port {port + 1}")
    return ok("Port", f"{host}:{port} is free")


def wrapping_key() -> Finding:
    if settings.KEY_WRAPPING_KEY is None:
        return worse(
            "Wrapping key",
            "not set: right for a web process, but a worker could sign nothing",
            "set KEY_WRAPPING_KEY for the workers (.env.example says how to make one)",
        )
    return ok("Wrapping key", "set")


def broker() -> Finding:
    address = urlsplit(settings.CELERY_BROKER_URL)
    if address.scheme == "filesystem":
        return ok("Broker", f"files in {settings.VAR_DIR / 'broker'}")
    shown = f"{address.scheme}://{address.hostname}:{address.port}"
    try:
        with celery_app.connection_for_write() as link:
            link.ensure_connection(max_retries=1, interval_start=0, timeout=3)
            if address.scheme.startswith("redis"):
                return _redis_keeps_messages(link.default_channel.client, shown)
    except Exception as error:  # noqa: BLE001  each broker's client raises errors of its own
        return blocked("Broker", f"{shown} does not answer: {error}", "start it, or mend CELERY_BROKER_URL")
    return ok("Broker", f"{shown} answers")


def _redis_keeps_messages(client: Any, shown: str) -> Finding:
    """Redis as SAFETY wants it: a full memory refuses a message aloud, a restart keeps those waiting."""
    memory = client.info("memory")
    if 0 < memory["maxmemory"] <= memory["used_memory"]:
        return blocked(
            "Broker",
            f"{shown} is full ({memory['used_memory_human']}) and refuses every message",
            "redis-cli CONFIG SET maxmemory, higher, and the same in redis.conf; nothing is lost meanwhile",
        )
    wanted = {"maxmemory-policy": "noeviction", "appendonly": "yes"}
    found = {name: client.config_get(name).get(name) for name in wanted}
    unlike = {name: value for name, value in wanted.items() if found[name] != value}
    if unlike:
        detail = ", ".join(f"{name} is {found[name]}" for name in unlike)
        mend = "; ".join(f"redis-cli CONFIG SET {name} {value}" for name, value in unlike.items())
        return worse("Broker", f"{shown} answers, but {detail}", f"{mend}; and the same in redis.conf")
    return ok("Broker", f"{shown} answers, keeps its messages")


def database() -> Finding:
    name = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}.get(connection.vendor, connection.vendor)
    try:
        with connection.cursor() as cursor:
            if connection.vendor != "sqlite":
                cursor.execute("SHOW server_version")
                return ok("Database", f"{name} {cursor.fetchone()[0]}")
            cursor.execute("PRAGMA journal_mode")
            journal = cursor.fetchone()[0]
            cursor.execute("PRAGMA synchronous")
            durability = {0: "OFF", 1: "NORMAL", 2: "FULL", 3: "EXTRA"}[cursor.fetchone()[0]]
    except DatabaseError as error:
        return blocked(
            "Database", f"{name} does not answer: {str(error).strip()}", "start it, or mend DATABASE_URL"
        )
    transactions = settings.DATABASES["default"].get("OPTIONS", {}).get("transaction_mode", "DEFERRED")
    if journal != "wal" or transactions != "IMMEDIATE":
        return blocked(
            "Database",
            f"{name} with journal {journal} and {transactions} transactions: writers would refuse each other",
            "put back the SQLite options of config/settings.py",
        )
    if durability in {"OFF", "NORMAL"} and not settings.DEMO:
        return worse(
            "Database", f"{name}; a power cut may lose the last commits", "set SQLITE_SYNCHRONOUS=FULL"
        )
    return ok("Database", f"{name}, journal wal, IMMEDIATE, synchronous {durability}")


def clocks() -> Finding:
    clock.now()
    apart = clock.apart().total_seconds()
    if clock.apart() > clock.MAY_DIFFER:
        return blocked(
            "Clock", f"{apart:.1f} s from the database's", "sudo timedatectl set-ntp true, on both machines"
        )
    return ok("Clock", f"within {clock.MAY_DIFFER.total_seconds():.0f} s of the database's")


def migrations() -> Finding:
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if waiting:
        first = f"{waiting[0][0].app_label}.{waiting[0][0].name}"
        return blocked(
            "Migrations", f"{len(waiting)} not applied, the first {first}", "python manage.py migrate"
        )
    return ok("Migrations", "all applied")


def signing_key() -> Finding:
    # By name: config imports no app.
    keys = apps.get_model("credentials", "SigningKey")
    try:
        active = keys._default_manager.filter(state="active").count()
    except DatabaseError:
        return worse("Signing keys", "their table is not there yet", "python manage.py migrate")
    if not active:
        return worse("Signing keys", "none is active, so nothing can be signed", "make one in the admin")
    return ok("Signing keys", f"{active} active")
