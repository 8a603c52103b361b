"""compose.yaml and the Dockerfile, read: no engine is needed to see a missing worker or a written secret."""

import re
from typing import Any

import pytest
import yaml

from config.supervisor import QUEUES
from tests.operations.processes import ROOT

SECRETS = ("SECRET_KEY", "KEY_WRAPPING_KEY", "POSTGRES_PASSWORD", "REDIS_PASSWORD", "EMAIL_URL")


@pytest.fixture(scope="module")
def services() -> dict[str, dict[str, Any]]:
    composed = yaml.safe_load((ROOT / "compose.yaml").read_text())
    found: dict[str, dict[str, Any]] = composed["services"]
    return found


class TestProcesses:
    def test_every_queue_has_a_worker(self, services: dict[str, dict[str, Any]]) -> None:
        commands = [service.get("command", []) for service in services.values()]
        served = {command[command.index("-Q") + 1] for command in commands if "worker" in command}

        assert served == set(QUEUES)

    def test_there_is_one_beat_and_no_worker_carries_another(
        self, services: dict[str, dict[str, Any]]
    ) -> None:
        commands = [service.get("command", []) for service in services.values()]

        assert sum("beat" in command for command in commands) == 1
        assert not any("-B" in command for command in commands)

    def test_redis_keeps_its_messages_and_asks_a_password(self, services: dict[str, dict[str, Any]]) -> None:
        started_with = " ".join(services["broker"]["command"])

        assert "--appendonly yes" in started_with
        assert "--maxmemory-policy noeviction" in started_with
        assert "--requirepass" in started_with


class TestSecrets:
    @pytest.mark.parametrize("name", SECRETS)
    def test_each_must_come_from_outside(self, name: str) -> None:
        used = re.findall(rf"\$\{{{name}([^}}]*)\}}", (ROOT / "compose.yaml").read_text())

        assert used
        assert all(rest.startswith(":?") for rest in used)

    def test_none_is_in_the_image(self) -> None:
        recipe = (ROOT / "Dockerfile").read_text()
        left_out = (ROOT / ".dockerignore").read_text().splitlines()

        assert not [name for name in SECRETS if name in recipe]
        assert {".env", "var"} <= set(left_out)

    def test_only_workers_can_open_signing_keys(self, services: dict[str, dict[str, Any]]) -> None:
        holders = {name for name, service in services.items() if "KEY_WRAPPING_KEY" in service["environment"]}

        assert holders == {f"worker-{queue}" for queue in QUEUES}


class TestImage:
    def test_runs_as_somebody_other_than_root(self) -> None:
        users = re.findall(r"^USER (\S+)", (ROOT / "Dockerfile").read_text(), re.MULTILINE)

        assert users
        assert users[-1] not in {"root", "0"}

    def test_carries_the_libraries_that_a_demo_installs(self) -> None:
        prepared = re.search(r'^DEMO_APT="(.*)"', (ROOT / ".ci" / "prepare").read_text(), re.MULTILINE)
        recipe = (ROOT / "Dockerfile").read_text()

        assert prepared
        assert [package for package in prepared[1].split() if package not in recipe] == []
