"""Which day it is at the institution."""

import calendar
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings


def local_day(at: datetime) -> date:
    """The institution's calendar day of an instant."""
    return at.astimezone(ZoneInfo(settings.PORTAL_TIME_ZONE)).date()


def end_of_day(day: date) -> datetime:
    """The first moment of the day after it, in the institution's zone: until then the day lasts."""
    midnight = datetime.combine(day + timedelta(days=1), time.min)
    return midnight.replace(tzinfo=ZoneInfo(settings.PORTAL_TIME_ZONE))


def months_after(day: date, months: int) -> date:
    """The same day of a later month, clipped to that month's end."""
    months += day.month - 1
    year, month = day.year + months // 12, months % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))
