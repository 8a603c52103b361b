"""Does the verbs of tests/faults/acts*.py inside the attacked installation, in a process of its own.

`python -m tests.faults.actor` reads one JSON array [verb, parameters] a line and answers each by a line
of JSON. A theme adds its verbs by a module `acts_<theme>.py` with a table VERBS: nothing to enter here.
"""

import json
import pkgutil
import sys
from collections.abc import Callable
from importlib import import_module
from typing import Any

import django
from django.db import close_old_connections

import tests.faults


def verbs() -> dict[str, Callable[..., dict[str, Any]]]:
    found: dict[str, Callable[..., dict[str, Any]]] = {}
    for module in pkgutil.iter_modules(tests.faults.__path__):
        if module.name.startswith("acts"):
            found |= import_module(f"tests.faults.{module.name}").VERBS
    return found


def main() -> None:
    django.setup()
    known = verbs()
    for line in sys.stdin:
        verb, parameters = json.loads(line)
        # The database may have been attacked since the last one.
        close_old_connections()
        print(json.dumps(known[verb](**parameters)), flush=True)


if __name__ == "__main__":
    main()
