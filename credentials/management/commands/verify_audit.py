"""`manage.py verify_audit`: whether the audit trail is as it was written; names what is not."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from credentials.models import AuditEntry
from credentials.services.auditing import broken_links


class Command(BaseCommand):
    help = "Check the sealed audit trail link by link; ends with 1 when an entry was altered."

    def handle(self, *args: Any, **options: Any) -> None:
        findings = broken_links()
        for finding in findings:
            self.stdout.write(finding)
        if findings:
            raise CommandError(f"{len(findings)} findings. Compare with a backup before anything else.")
        sealed = AuditEntry.objects.filter(seq__isnull=False).count()
        waiting = AuditEntry.objects.filter(seq__isnull=True).count()
        self.stdout.write(f"{sealed} entries are whole; {waiting} wait to be sealed.")
