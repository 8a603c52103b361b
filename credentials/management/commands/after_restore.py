"""`manage.py after_restore`: run once after a database was restored, before the portal is started."""

from typing import Any

from django.core.management.base import BaseCommand

from credentials.services.restoring import close_status_lists


class Command(BaseCommand):
    help = "Make sure that no place on a status list given out since the backup is given out again."

    def handle(self, *args: Any, **options: Any) -> None:
        closed = close_status_lists()
        self.stdout.write(
            f"{closed} status lists take no new credentials; the next credential opens a new one."
        )
