"""Start a command that cannot outlive the process that started it.

On Linux the kernel sends the command a signal when its parent ends (`PR_SET_PDEATHSIG`). Elsewhere this
file stays between the two, watches a pipe whose other end only the parent holds, and kills the command
when the pipe closes. Both work when the parent is killed with SIGKILL and can run no clean-up.

Only the standard library is imported: the file also runs by itself, as the small program that
sets the tie and then becomes the command.
"""

import ctypes
import os
import pwd
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from types import FrameType
from typing import IO

PR_SET_PDEATHSIG = 1
ORPHANED = 70
FORWARDED = (signal.SIGTERM, signal.SIGINT, signal.SIGQUIT, signal.SIGHUP)


def start_tethered(
    command: Sequence[str],
    *,
    death_signal: signal.Signals = signal.SIGKILL,
    user: str | None = None,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    output: IO[bytes] | int | None = None,
    new_session: bool = True,
    kernel_tie: bool = sys.platform == "linux",
) -> subprocess.Popen[bytes]:
    """Start `command`, tied to this process, and as `user` when given (only root may change user).

    The tie is to the calling thread on Linux: call this from a thread that lives as long as the process.
    A new session makes the command the leader of its own process group, so that its descendants can be
    killed with it and a Ctrl-C at the terminal reaches only us. `output` receives both streams.
    """
    tie = [sys.executable, "-I", "-S", __file__, str(os.getpid()), str(int(death_signal)), user or ""]
    lifeline = () if kernel_tie else (_lifeline(),)
    tie.append(str(lifeline[0]) if lifeline else "")
    return subprocess.Popen(  # noqa: S603  the command comes from our own code, never from a request
        [*tie, *command],
        env=None if env is None else dict(env),
        cwd=cwd,
        stdin=subprocess.DEVNULL if new_session else None,
        stdout=output,
        stderr=subprocess.STDOUT if output is not None else None,
        start_new_session=new_session,
        pass_fds=lifeline,
    )


@cache
def _lifeline() -> int:
    """The end of a pipe to hand to children. Its other end closes when this process ends, however it ends."""
    read_end, _write_end = os.pipe()
    return read_end


def become(parent: int, death_signal: int, user: str, lifeline: str, command: list[str]) -> None:
    """Set the tie in this process, then turn into `command`. Never returns."""
    # The kernel forgets the tie when a process changes its user: the user comes first.
    if user:
        change_user(user)
    if lifeline:
        stay_between(int(lifeline), command)
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(PR_SET_PDEATHSIG, death_signal, 0, 0, 0) != 0:
        sys.exit(f"tether: the kernel refused the tie (errno {ctypes.get_errno()})")
    # The parent may have ended before the tie was set: then nobody will ever be told.
    if os.getppid() != parent:
        sys.exit(ORPHANED)
    os.execvp(command[0], command)  # noqa: S606  no shell: arguments stay arguments


def change_user(name: str) -> None:
    account = pwd.getpwnam(name)
    os.initgroups(name, account.pw_gid)
    os.setgid(account.pw_gid)
    os.setuid(account.pw_uid)


def stay_between(lifeline: int, command: Sequence[str]) -> None:
    """Run `command` as a child, pass signals on, and kill it when the lifeline closes. Never returns."""
    child = subprocess.Popen(command)  # noqa: S603  the command comes from our own code

    def pass_on(number: int, _frame: FrameType | None) -> None:
        child.send_signal(number)

    def watch() -> None:
        os.read(lifeline, 1)
        child.kill()

    for number in FORWARDED:
        signal.signal(number, pass_on)
    threading.Thread(target=watch, daemon=True).start()
    status = child.wait()
    os._exit(status if status >= 0 else 128 - status)


if __name__ == "__main__":
    become(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3], sys.argv[4], sys.argv[5:])
