"""What the portal's own second way says of an attacked installation: `manage.py check_credentials`."""

import json
import os
import subprocess
import sys
from typing import Any

from tests.faults.portal import Portal
from tests.services import ROOT


def manage(portal: Portal, *command: str) -> subprocess.CompletedProcess[str]:
    """One management command in the installation, in a process of its own."""
    return subprocess.run(
        [sys.executable, "manage.py", *command],
        cwd=ROOT,
        env=dict(os.environ) | portal.environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )


def check_credentials(portal: Portal) -> int:
    """Every credential read from its stored bytes; answers how many. Fails with what was found."""
    done = manage(portal, "check_credentials", "--json")
    assert done.stdout, done.stderr[-3000:]
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    assert told["findings"] == []
    assert done.returncode == 0
    return int(told["credentials"])
