"""Runs the portal's processes as one: they start together, and none outlives another or the supervisor.

Imports the standard library only. `manage.py up` prepares with all of Django loaded, then becomes this
module (`take_over`), which waits in a tenth of the memory.
"""

import contextlib
import fcntl
import http.client
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from types import FrameType
from typing import NoReturn

from config.tether import start_tethered

# What config/events.py and the tasks send their work to. In production each may have its own workers.
QUEUES = ("evaluate", "render", "notify", "bulk")
STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
LOOK_EVERY = 0.1
GRACE = 10.0


class AlreadyRunningError(RuntimeError):
    """Another supervisor works on the same folder."""


@dataclass(frozen=True, slots=True)
class Child:
    """One process to keep: what people call it, and the command that starts it."""

    name: str
    command: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """What `up` hands over: where to listen, how to ask whether it answers, what to say once it does."""

    host: str
    port: int
    site_host: str
    welcome: str
    log_folder: str | None


def portal_children(host: str, port: int) -> tuple[Child, ...]:
    """The web server, one worker for every queue, and the clock that starts the sweeps."""
    address = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    celery = (sys.executable, "-m", "celery", "-A", "config")
    web = (
        *(
            sys.executable,
            "-m",
            "gunicorn",
            "config.wsgi:application",
            "--bind",
            address,
            "--no-control-socket",
        ),
        *("--workers", "1", "--worker-class", "config.webserver.DrainingWorker"),
        *("--threads", "8", "--timeout", "60", "--graceful-timeout", "8"),
    )
    worker = (
        *(*celery, "worker", "-P", "threads", "-c", "2", "-Q", ",".join(QUEUES), "-l", "INFO"),
        *("--without-gossip", "--without-mingle"),
    )
    return (
        Child("web", web),
        Child("worker", worker),
        Child("beat", (*celery, "beat", "-l", "INFO", "--pidfile=")),
    )


@contextlib.contextmanager
def sole_supervisor(folder: Path) -> Iterator[int]:
    """Hold `folder` for this process alone; the file descriptor that holds it may be taken over.

    Raises AlreadyRunningError naming the holder. The hold is the kernel's: it ends with the process,
    however that ends, so a file left behind never blocks the next start.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "up.pid").open("a+") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            held.seek(0)
            holder = held.read().strip() or "unknown"
            raise AlreadyRunningError(holder) from error
        held.truncate(0)
        held.write(f"{os.getpid()}\n")
        held.flush()
        try:
            yield held.fileno()
        finally:
            held.truncate(0)


class Supervisor:
    """Starts the children in order, and stops all of them when one ends or a stop signal arrives.

    With a `log_folder` each child writes to `<name>.log` there, begun afresh at every start; without one
    they share our own streams. Call `run` from the main thread: signals arrive there, and the kernel ties
    a child to the thread that started it.
    """

    def __init__(
        self,
        children: Sequence[Child],
        *,
        env: Mapping[str, str],
        cwd: Path,
        log_folder: Path | None = None,
        grace: float = GRACE,
    ) -> None:
        self.children = children
        self.env = env
        self.cwd = cwd
        self.log_folder = log_folder
        self.grace = grace
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self._signals = 0

    def run(
        self, *, is_ready: Callable[[], bool], on_ready: Callable[[], None], say: Callable[[str], None]
    ) -> int:
        """Run until told to stop; 0 when told, 1 when a child ended by itself. Calls `on_ready` once."""
        before = {number: signal.signal(number, self._note_signal) for number in STOP_SIGNALS}
        ready = False
        ended: str | None = None
        try:
            for child in self.children:
                self._start(child)
            while not self._signals and (ended := self._first_ended()) is None:
                if not ready and is_ready():
                    ready = True
                    on_ready()
                time.sleep(LOOK_EVERY)
            if ended is not None:
                say(self._obituary(ended))
        finally:
            self._stop_all()
            for number, handler in before.items():
                signal.signal(number, handler)
        return 0 if ended is None else 1

    def _note_signal(self, _number: int, _frame: FrameType | None) -> None:
        self._signals += 1

    def _start(self, child: Child) -> None:
        log = self._log(child.name)
        if log is None:
            self.processes[child.name] = start_tethered(child.command, env=self.env, cwd=self.cwd)
            return
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("wb") as output:
            self.processes[child.name] = start_tethered(
                child.command, env=self.env, cwd=self.cwd, output=output
            )

    def _log(self, name: str) -> Path | None:
        return self.log_folder and self.log_folder / f"{name}.log"

    def _first_ended(self) -> str | None:
        return next((name for name, process in self.processes.items() if process.poll() is not None), None)

    def _obituary(self, name: str) -> str:
        lines = [f"{name} ended by itself (status {self.processes[name].returncode}); stopping the others."]
        log = self._log(name)
        if log is not None:
            lines += log.read_text(errors="replace").splitlines()[-15:]
            lines.append(f"The whole of it: {log}")
        return "\n".join(lines)

    def _stop_all(self) -> None:
        """Ask each to end, wait for the grace period, then kill what is left, descendants too."""
        asked = self._signals
        until = time.monotonic() + self.grace
        for process in self.processes.values():
            process.terminate()
        # A second Ctrl-C means now.
        while self._any_alive() and time.monotonic() < until and self._signals <= asked:
            time.sleep(LOOK_EVERY)
        for process in self.processes.values():
            # Each leads a group of its own, which may still hold a descendant after the leader has gone.
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def _any_alive(self) -> bool:
        return any(process.poll() is None for process in self.processes.values())


def answers(plan: Plan) -> bool:
    """Whether the web server is up. Where the portal is https it answers plain http with a redirection."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(plan.host, plan.host)  # noqa: S104 asked of ourselves
    web = http.client.HTTPConnection(host, plan.port, timeout=2)
    try:
        web.request("GET", "/healthz", headers={"Host": plan.site_host})
        return web.getresponse().status in {200, 301}
    except (OSError, http.client.HTTPException):
        return False
    finally:
        web.close()


def take_over(plan: Plan, *, hold: int, env: Mapping[str, str], cwd: Path) -> NoReturn:
    """Turn this process, which holds its folder by `hold`, into the portal's supervisor."""
    # By a pipe: a command line can be read by everybody on the machine.
    plan_end, write_end = os.pipe()
    os.write(write_end, json.dumps(asdict(plan)).encode())
    os.close(write_end)
    for descriptor in (hold, plan_end):
        os.set_inheritable(descriptor, True)
    sys.stdout.flush()
    os.chdir(cwd)
    program = [sys.executable, "-m", "config.supervisor", str(plan_end), str(hold)]
    os.execve(sys.executable, program, dict(env))  # noqa: S606 no shell, our own arguments


def main(plan_end: int, hold: int) -> int:
    """Supervise what the plan says, as the process that `take_over` left."""
    with os.fdopen(plan_end) as handed_over:
        plan = Plan(**json.load(handed_over))
    os.set_inheritable(hold, False)
    supervisor = Supervisor(
        portal_children(plan.host, plan.port),
        env=os.environ,
        cwd=Path.cwd(),
        log_folder=Path(plan.log_folder) if plan.log_folder else None,
    )
    status = supervisor.run(is_ready=lambda: answers(plan), on_ready=lambda: say(plan.welcome), say=say)
    os.ftruncate(hold, 0)
    return status


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), int(sys.argv[2])))
