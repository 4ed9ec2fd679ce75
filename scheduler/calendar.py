"""Does this paper appear that day, when is it expected, when is it late? Pure: the caller brings the time."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Literal
from zoneinfo import ZoneInfo

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]

_WEEKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """When a newspaper's editions appear. Dates and times are local to its zone; moments are given in UTC."""

    zone: ZoneInfo
    days: Literal["daily"] | tuple[Weekday, ...]
    no_edition: frozenset[date]
    expected: time
    deadline: time

    def appears(self, day: date) -> bool:
        """Whether an edition with this date is to be expected at all."""
        return day not in self.no_edition and (self.days == "daily" or _WEEKDAYS[day.weekday()] in self.days)

    def expected_at(self, day: date) -> datetime:
        """When that day's edition is usually out (UTC)."""
        return self._moment(day, self.expected)

    def deadline_at(self, day: date) -> datetime:
        """When that day's edition counts as missing if it is not out (UTC)."""
        return self._moment(day, self.deadline)

    def today(self, now: datetime) -> date:
        """The date on which the newspaper is at this moment."""
        return now.astimezone(self.zone).date()

    def _moment(self, day: date, clock: time) -> datetime:
        # A clock time that a change of summer time leaves out or gives twice is read with the offset before the change.
        return datetime.combine(day, clock, self.zone).astimezone(UTC)
