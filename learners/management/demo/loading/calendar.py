"""When things happened: days back from the load day, at an hour of the day that is always the same."""

import zlib
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Hours:
    """A part of the day, from one full hour to another."""

    begins: int
    ends: int


# On one day she enrols, then work is marked, then the registrar corrects, then work is handed in: so nothing
# that a later act needs comes after it.
ENROLLING, MARKING, CORRECTING, WORKING = Hours(7, 8), Hours(8, 12), Hours(12, 13), Hours(13, 20)


@dataclass(frozen=True, slots=True)
class Calendar:
    """Days before the load day as instants of the institution's zone; the same words give the same minute."""

    load_day: date
    zone: ZoneInfo

    @property
    def morning(self) -> datetime:
        """The first instant of the load day: everything loaded happened before it."""
        return datetime.combine(self.load_day, time.min, tzinfo=self.zone)

    def day(self, days_ago: int) -> date:
        return self.load_day - timedelta(days=days_ago)

    def moment(self, days_ago: int, hours: Hours, what: str) -> datetime:
        minutes = zlib.crc32(f"{what}/{days_ago}".encode()) % ((hours.ends - hours.begins) * 60)
        clock = time(hours.begins + minutes // 60, minutes % 60)
        return datetime.combine(self.day(days_ago), clock, tzinfo=self.zone)

    def after(self, last_day: date) -> datetime:
        """The first instant past a last valid day."""
        return datetime.combine(last_day + timedelta(days=1), time.min, tzinfo=self.zone)
