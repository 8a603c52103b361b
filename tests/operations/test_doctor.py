"""`manage.py doctor`: each part is well, or the line that mends it is there."""

import socket
import subprocess
from pathlib import Path

import pytest
from django.test import override_settings

from config.management.commands.doctor import State, fonts, port_free, write_access
from tests.operations.processes import ROOT, demo_environment, python
from tests.services import PrivateRedis, or_skip

NOBODY_LISTENS = "127.0.0.1:1"


def manage(folder: Path, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        python("manage.py", *arguments),
        cwd=ROOT,
        env=demo_environment(folder, **more),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


class TestWholeReport:
    def test_a_new_installation_is_told_to_migrate_and_then_is_well(self, tmp_path: Path) -> None:
        before = manage(tmp_path, "doctor")
        manage(tmp_path, "migrate", "--skip-checks", "--verbosity=0")
        after = manage(tmp_path, "doctor")

        assert before.returncode == 1
        assert "BLOCKED  Migrations:" in before.stdout
        assert "mend: python manage.py migrate" in before.stdout
        assert (after.returncode, after.stderr) == (0, "")
        assert "ok       Migrations: all applied" in after.stdout
        assert "ok       Database: SQLite, journal wal, IMMEDIATE" in after.stdout

    def test_names_a_broker_and_a_database_that_do_not_answer(self, tmp_path: Path) -> None:
        seen = manage(
            tmp_path,
            "doctor",
            CELERY_BROKER_URL=f"redis://:not-to-be-shown@{NOBODY_LISTENS}/0",
            DATABASE_URL=f"postgres://tessera:not-to-be-shown@{NOBODY_LISTENS}/tessera",
        )

        assert seen.returncode == 1
        assert f"BLOCKED  Broker: redis://{NOBODY_LISTENS} does not answer" in seen.stdout
        assert "BLOCKED  Database: PostgreSQL does not answer" in seen.stdout
        assert "not-to-be-shown" not in seen.stdout + seen.stderr


@pytest.mark.services
class TestFullRedis:
    def test_blocks_and_says_what_makes_room(self, tmp_path: Path) -> None:
        with or_skip(PrivateRedis) as redis:
            redis.set("maxmemory", "1")

            seen = manage(tmp_path, "doctor", CELERY_BROKER_URL=redis.url)

        assert f"BLOCKED  Broker: redis://127.0.0.1:{redis.port} is full" in seen.stdout
        assert "CONFIG SET maxmemory" in seen.stdout


class TestFolder:
    def test_one_that_cannot_be_written_blocks(self, tmp_path: Path) -> None:
        in_the_way = tmp_path / "var"
        in_the_way.write_text("a file where the folder should be")

        finding = write_access(in_the_way / "data")

        assert finding.state is State.BLOCKED
        assert str(in_the_way / "data") in finding.mend

    def test_one_that_can_be_written_is_left_as_it_was(self, tmp_path: Path) -> None:
        finding = write_access(tmp_path)

        assert finding.state is State.OK
        assert list(tmp_path.iterdir()) == []


class TestPort:
    def test_a_taken_one_is_met_with_the_next(self, tmp_path: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as somebody:
            taken = somebody.getsockname()[1]

            with override_settings(VAR_DIR=tmp_path):
                finding = port_free("127.0.0.1", taken)

        assert finding.state is State.WORSE
        assert finding.mend == f"python manage.py up --port {taken + 1}"


class TestFonts:
    def test_without_fontconfig_it_says_what_to_install(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        monkeypatch.setenv("PATH", str(tmp_path))

        finding = fonts()

        assert finding.state is State.WORSE
        assert "fonts-noto-core" in finding.mend
