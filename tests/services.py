"""A private PostgreSQL and a private Redis for the tests, in a temporary folder on free loopback ports.

As fixtures:   `postgres` and `redis_server` (one of each for the session) and `fresh_postgres`, `fresh_redis`
               (one for the test alone, to be killed and wiped at will).
As a command:  `python -m tests.services run -- pytest …` starts both, exports DATABASE_URL and
               CELERY_BROKER_URL to the command, ends with its status and leaves nothing behind.

The machine's own servers are never touched: only what was started here can be stopped here.
"""

import argparse
import contextlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import FrameType
from typing import NoReturn, Self, TypeVar

import psycopg
import pytest
import redis

from config.tether import start_tethered

ROOT = Path(__file__).resolve().parent.parent
Server = TypeVar("Server", bound="PrivateProcess")

# A short path: a Unix socket's address holds about 100 characters.
FOLDER_PREFIX = "tessera-services-"
FOLDER_PARENT = Path("/tmp") if os.name == "posix" else Path(tempfile.gettempdir())  # noqa: S108  made by mkdtemp
START_WITHIN = 30.0
STOP_WITHIN = 15.0
INSTALL = "apt-get install -y postgresql redis-server   (macOS: brew install postgresql@16 redis)"


class ServiceMissingError(RuntimeError):
    """The server's programs are not on this machine; the message says how to install them."""


class ServiceFailedError(RuntimeError):
    """The server is there and did not start or stop; the message ends with its log."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def unprivileged_user() -> str | None:
    """The user to run PostgreSQL as, which refuses root; None when we are not root."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name).pw_name
    raise ServiceMissingError("PostgreSQL refuses root, and there is neither a user `postgres` nor `nobody`.")


def newest_postgres_programs() -> Path:
    """The folder that holds `initdb` and `postgres`."""
    installed = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    if installed:
        return max(
            installed, key=lambda folder: int(folder.parent.name) if folder.parent.name.isdigit() else 0
        )
    found = shutil.which("initdb")
    if found is None:
        raise ServiceMissingError(f"PostgreSQL is not installed: {INSTALL}")
    return Path(found).resolve().parent


def sweep_left_folders() -> None:
    """Remove the folders of runs that were killed before they could tidy."""
    for folder in FOLDER_PARENT.glob(f"{FOLDER_PREFIX}*"):
        owner = folder.name.removeprefix(FOLDER_PREFIX).split("-")[0]
        if owner.isdigit() and not Path(f"/proc/{owner}").exists() and Path("/proc/self").exists():
            shutil.rmtree(folder, ignore_errors=True)


class PrivateProcess:
    """One process with its own folder, which a test may stop, kill, pause and restart."""

    name = "process"
    polite_signal = signal.SIGTERM
    death_signal = signal.SIGKILL  # what it gets when the test run itself is killed
    start_within = START_WITHIN  # seconds

    def __init__(self) -> None:
        sweep_left_folders()
        self.folder = Path(tempfile.mkdtemp(prefix=f"{FOLDER_PREFIX}{os.getpid()}-", dir=FOLDER_PARENT))
        self.user: str | None = None
        self.environment: dict[str, str] | None = None
        self.working_folder = self.folder
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        try:
            self.prepare()
            self.start()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def pid(self) -> int:
        return self._running().pid

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def prepare(self) -> None:
        """What has to be done once, before the first start."""

    def command(self) -> list[str]:
        raise NotImplementedError

    def answers(self) -> bool:
        raise NotImplementedError

    def start(self) -> None:
        """Start on the same port and data as before, and return once it answers."""
        if self.is_running:
            return
        with (self.folder / "log").open("ab") as log:
            self._process = start_tethered(
                self.command(),
                user=self.user,
                env=self.environment,
                output=log,
                cwd=self.working_folder,
                death_signal=self.death_signal,
            )
        self._wait(self.answers, self.start_within, "did not answer")

    def stop(self) -> None:
        """End it politely: what it promised to keep is kept."""
        self._end(self.polite_signal)

    def kill(self) -> None:
        """kill -9, the server and all its children."""
        self._end(signal.SIGKILL)

    def restart(self) -> None:
        self.stop()
        self.start()

    def pause(self) -> None:
        """It keeps its connections and answers nothing, until `resume`."""
        os.killpg(self._running().pid, signal.SIGSTOP)

    def resume(self) -> None:
        os.killpg(self._running().pid, signal.SIGCONT)

    def close(self) -> None:
        if self.is_running:
            self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            raise ServiceFailedError(f"{self.name} is not running.\n{self._log()}")
        return self._process

    def _end(self, number: signal.Signals) -> None:
        process = self._running()
        if number == signal.SIGKILL:
            os.killpg(process.pid, number)
        else:
            process.send_signal(number)
        try:
            process.wait(STOP_WITHIN)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            raise ServiceFailedError(
                f"{self.name} did not stop within {STOP_WITHIN} s.\n{self._log()}"
            ) from None

    def _wait(self, happened: Callable[[], bool], seconds: float, otherwise: str) -> None:
        until = time.monotonic() + seconds
        while not happened():
            if not self.is_running or time.monotonic() > until:
                raise ServiceFailedError(f"{self.name} {otherwise}.\n{self._log()}")
            time.sleep(0.05)

    def _log(self) -> str:
        with contextlib.suppress(OSError):
            return (self.folder / "log").read_text(errors="replace")[-2000:]
        return ""


class PrivatePostgres(PrivateProcess):
    """PostgreSQL with a database `tessera`. `options` are server settings, as {"max_connections": "20"}."""

    name = "PostgreSQL"
    polite_signal = signal.SIGINT  # PostgreSQL's "fast" stop: sessions are ended, nothing is lost
    death_signal = signal.SIGQUIT  # its "immediate" stop: it ends its own children first
    database = "tessera"

    def __init__(self, options: dict[str, str] | None = None) -> None:
        self.programs = newest_postgres_programs()
        super().__init__()
        self.user = unprivileged_user()
        self.port = free_port()
        # Commits still reach the kernel, so they survive kill -9; only a power cut would lose them.
        self.options = {"fsync": "off", "full_page_writes": "off", "max_connections": "100"} | (options or {})

    @property
    def url(self) -> str:
        return f"postgres://tessera@127.0.0.1:{self.port}/{self.database}"

    @property
    def data(self) -> Path:
        return self.folder / "data"

    def prepare(self) -> None:
        if self.user:
            account = pwd.getpwnam(self.user)
            os.chown(self.folder, account.pw_uid, account.pw_gid)
        made = subprocess.run(
            [
                *(str(self.programs / "initdb"), "--pgdata", str(self.data), "--username", "tessera"),
                *("--auth", "trust", "--encoding", "UTF8", "--locale", "C", "--no-sync", "--no-instructions"),
            ],
            user=self.user,
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if made.returncode:
            raise ServiceFailedError(f"initdb failed: {made.stderr or made.stdout}")

    def start(self) -> None:
        super().start()
        self._make_database()

    def command(self) -> list[str]:
        places = {
            "port": str(self.port),
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": str(self.folder),
        }
        settings = [f"--{name}={value}" for name, value in (places | self.options).items()]
        return [str(self.programs / "postgres"), "-D", str(self.data), *settings]

    def answers(self) -> bool:
        try:
            psycopg.connect(self._server(), connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True

    def crash(self) -> None:
        """The "immediate" stop: every session is cut, the next start recovers from the log."""
        self._end(signal.SIGQUIT)

    def wipe(self) -> None:
        """Drop the database and everything in it, and make an empty one."""
        with psycopg.connect(self._server(), autocommit=True) as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {self.database} WITH (FORCE)")
        self._make_database()

    def _make_database(self) -> None:
        with psycopg.connect(self._server(), autocommit=True) as connection:
            known = connection.execute(
                "SELECT 1 FROM pg_database WHERE datname = %s", [self.database]
            ).fetchone()
            if not known:
                connection.execute(f"CREATE DATABASE {self.database}")

    def _server(self) -> str:
        return f"host=127.0.0.1 port={self.port} user=tessera dbname=postgres"


class PrivateRedis(PrivateProcess):
    """Redis that keeps nothing when killed, unless `appendonly`. `options` are its settings."""

    name = "Redis"

    def __init__(self, *, appendonly: bool = False, options: dict[str, str] | None = None) -> None:
        program = shutil.which("redis-server")
        if program is None:
            raise ServiceMissingError(f"Redis is not installed: {INSTALL}")
        super().__init__()
        self.program = program
        self.port = free_port()
        kept = {"appendonly": "yes", "appendfsync": "always"} if appendonly else {"appendonly": "no"}
        self.options = kept | {"maxmemory-policy": "noeviction"} | (options or {})

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def command(self) -> list[str]:
        places = {"port": str(self.port), "bind": "127.0.0.1", "dir": str(self.folder), "save": ""}
        settings = [part for name, value in (places | self.options).items() for part in (f"--{name}", value)]
        return [self.program, *settings]

    def answers(self) -> bool:
        try:
            with contextlib.closing(redis.Redis.from_url(self.url, socket_timeout=2)) as client:
                return bool(client.ping())
        except redis.RedisError:
            return False

    def set(self, name: str, value: str) -> None:
        """Change a setting while it runs."""
        with contextlib.closing(redis.Redis.from_url(self.url, socket_timeout=5)) as client:
            client.config_set(name, value)

    def wipe(self) -> None:
        """Forget every message, as an operator's FLUSHALL would."""
        with contextlib.closing(redis.Redis.from_url(self.url, socket_timeout=5)) as client:
            client.flushall()


class PrivateWorker(PrivateProcess):
    """One Celery worker of the portal, with the environment given. `pool` is threads or prefork."""

    name = "worker"

    def __init__(
        self, environment: dict[str, str], *, queues: str, pool: str = "threads", concurrency: int = 2
    ) -> None:
        super().__init__()
        self.environment = dict(os.environ) | environment
        self.working_folder = ROOT
        self.options = ("-Q", queues, "-P", pool, "-c", str(concurrency))

    def command(self) -> list[str]:
        program = [
            sys.executable,
            "-m",
            "celery",
            "-A",
            "config",
            "worker",
            "-l",
            "INFO",
            "-n",
            f"{self.folder.name}@%h",
        ]
        return [*program, "--without-gossip", "--without-mingle", *self.options]

    def answers(self) -> bool:
        return " ready." in self._log()


@contextlib.contextmanager
def both() -> Iterator[dict[str, str]]:
    """Both servers, as the environment that makes the portal use them."""
    with PrivatePostgres() as postgres, PrivateRedis() as broker:
        yield {"DATABASE_URL": postgres.url, "CELERY_BROKER_URL": broker.url}


def or_skip(make: Callable[[], Server]) -> Server:
    """What `make` makes, or a skip that says how to install what is missing."""
    try:
        return make()
    except ServiceMissingError as missing:
        pytest.skip(str(missing))


@pytest.fixture(scope="session")
def postgres() -> Iterator[PrivatePostgres]:
    with or_skip(PrivatePostgres) as server:
        yield server


@pytest.fixture(scope="session")
def redis_server() -> Iterator[PrivateRedis]:
    with or_skip(PrivateRedis) as server:
        yield server


@pytest.fixture
def fresh_postgres() -> Iterator[PrivatePostgres]:
    with or_skip(PrivatePostgres) as server:
        yield server


@pytest.fixture
def fresh_redis() -> Iterator[PrivateRedis]:
    with or_skip(PrivateRedis) as server:
        yield server


def end_tidily(number: int, _frame: FrameType | None) -> NoReturn:
    sys.exit(128 + number)


def run(command: Sequence[str]) -> int:
    """Run `command` beside both servers and return its status, 128 + n when signal n ended it."""
    signal.signal(signal.SIGTERM, end_tidily)
    signal.signal(signal.SIGHUP, end_tidily)
    with both() as addresses:
        process = start_tethered(command, env=os.environ | addresses, new_session=False)
        try:
            status = process.wait()
        except BaseException:
            process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(STOP_WITHIN)
            raise
    return status if status >= 0 else 128 - status


def main() -> int:
    parser = argparse.ArgumentParser(
        description="Run a command beside a private PostgreSQL and a private Redis."
    )
    parser.add_argument("act", choices=["run", "find"], help="`find` only says whether both are installed")
    parser.add_argument("command", nargs="*")
    asked = parser.parse_args()
    try:
        if asked.act == "run":
            return run(asked.command)
        newest_postgres_programs()
        if shutil.which("redis-server") is None:
            raise ServiceMissingError(f"Redis is not installed: {INSTALL}")
    except ServiceMissingError as missing:
        print(missing, file=sys.stderr)
        return 3
    return 0


if __name__ == "__main__":
    sys.exit(main())
