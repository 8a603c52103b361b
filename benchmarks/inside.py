"""One process of measurements: an empty database is migrated, each measurement fills what it needs."""

import json
import sys
from importlib import import_module

import django
from django.core.management import call_command


def main() -> None:
    django.setup()
    call_command("migrate", verbosity=0)
    database, *names = sys.argv[1:]
    lines = []
    for name in names:
        # Named, not imported above: a module of models can be read only after the set-up.
        lines += [line.as_json() for line in import_module(f"benchmarks.{name}").measure(database)]
    print(json.dumps(lines))


if __name__ == "__main__":
    main()
