"""Named moments at which a test may make this process die, to see that nothing is lost or doubled."""

import os
import signal
from pathlib import Path

from django.conf import settings


def reach(name: str) -> None:
    """Die here, as by kill -9, if the test armed this failpoint; otherwise nothing.

    A failpoint is spent by dying: it leaves a mark under VAR_DIR, so the restarted process passes.
    """
    if name not in settings.FAILPOINTS:
        return
    mark = Path(settings.VAR_DIR) / f"failpoint-{name}"
    if mark.exists():
        return
    mark.touch()
    os.kill(os.getpid(), signal.SIGKILL)
