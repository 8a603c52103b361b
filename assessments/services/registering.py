"""The register of markers: a qualification is recorded, and ended with a reason; never rewritten."""

from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from assessments.models import MarkerQualification
from credentials.models import Series
from credentials.services.auditing import audit
from credentials.services.ledger import hold

if TYPE_CHECKING:
    from learners.models import User


class CannotRecord(Exception):
    """Nothing was recorded; the message says why."""


@transaction.atomic
def record_qualification(
    *,
    marker: "User",
    title: str,
    valid_from: date,
    valid_until: date | None,
    by: "User",
    at: datetime,
    series: Series | None = None,
    reference: str = "",
) -> MarkerQualification:
    """Enter that a person is qualified to mark, in one series or in all. Raises CannotRecord.

    Nobody enters herself: the register is another person's word.
    """
    hold(marker.pk)
    if marker.pk == by.pk:
        raise CannotRecord(_("Somebody else has to record your qualification."))
    same = MarkerQualification.objects.filter(
        marker=marker, series=series, title=title, valid_from=valid_from, ended_at__isnull=True
    )
    if same.exists():
        raise CannotRecord(_("This qualification stands in the register already."))
    row = MarkerQualification.objects.create(
        marker=marker,
        series=series,
        title=title,
        reference=reference,
        valid_from=valid_from,
        valid_until=valid_until,
        recorded_by=by,
        recorded_at=at,
    )
    audit("record qualification", row, by=by, about=marker, title=title, until=str(valid_until or ""))
    return row


@transaction.atomic
def end_qualification(
    *, qualification: MarkerQualification, by: "User", at: datetime, reason: str
) -> MarkerQualification:
    """Take a qualification out of force from now on; its row stays. Raises CannotRecord."""
    row = MarkerQualification.objects.select_for_update(no_key=True, of=("self",)).get(pk=qualification.pk)
    if row.ended_at is not None:
        raise CannotRecord(_("This qualification was ended before."))
    row.ended_at, row.ended_by, row.end_reason = at, by, reason
    row.save(update_fields=["ended_at", "ended_by", "end_reason"])
    audit("end qualification", row, by=by, about=row.marker, reason=reason)
    return row
