#!/usr/bin/env python
"""The door for commands: `python manage.py help` lists them."""

import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    if "--demo" in sys.argv:
        # Read by config/settings.py, which Django loads before it looks at any option.
        os.environ["DEMO"] = "true"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    execute_from_command_line(sys.argv)
