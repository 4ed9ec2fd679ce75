"""Does this paper appear that day, when is it expected, with how many pages? Pure: the caller brings the time."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from scheduler import public_holidays
from scheduler.public_holidays import Day

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]

WEEKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

#: A calendar's days: every day, working days, some weekdays, or single dates.
Days = Literal["daily", "weekdays"] | tuple[Weekday, ...] | frozenset[date]


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """When a newspaper's editions appear. Dates and times are local to its zone; moments are given in UTC."""

    zone: ZoneInfo
    days: Days
    no_edition: frozenset[date] = frozenset()  #: dates without an edition, whatever the rest says
    extra_editions: frozenset[date] = frozenset()  #: dates with an edition, whatever the rest says
    holidays: str | None = None  #: country whose public holidays count; None if they do not
    on_holidays: Literal["none", "short", "usual"] = "none"  #: what appears on them: nothing, fewer pages, as always
    pages: Mapping[Weekday, int] = field(default_factory=dict)  #: pages that it has, by weekday, as far as they are set
    expected: time
    deadline: time  #: of the day after, if it is not later than ``expected``

    def appears(self, day: date) -> bool:
        """Whether an edition with this date is to be expected at all."""
        if day in self.no_edition or day in self.extra_editions:
            return day not in self.no_edition
        public = self._public(day)
        if public is Day.HOLIDAY and self.on_holidays == "none":
            return False
        if self.days == "daily":
            return True
        if self.days == "weekdays":
            return public is Day.SHIFTED or day.weekday() < WEEKDAYS.index("sat")
        return day in self.days if isinstance(self.days, frozenset) else WEEKDAYS[day.weekday()] in self.days

    def expected_at(self, day: date) -> datetime:
        """When that day's edition is usually out (UTC)."""
        return self._moment(day, self.expected)

    def deadline_at(self, day: date) -> datetime:
        """When that day's edition counts as missing if it is not out (UTC)."""
        later = self.deadline <= self.expected and day < date.max
        return self._moment(day + timedelta(days=later), self.deadline)

    def expected_pages(self, day: date) -> int | None:
        """How many pages that day's edition has if that is set; 0 if no number is to be expected; None: learn it."""
        if self.on_holidays == "short" and self._public(day) is Day.HOLIDAY:
            return 0
        return self.pages.get(WEEKDAYS[day.weekday()])

    def today(self, now: datetime) -> date:
        """The date on which the newspaper is at this moment."""
        return now.astimezone(self.zone).date()

    def _public(self, day: date) -> Day:
        return public_holidays.kind(self.holidays, day) if self.holidays else Day.ORDINARY

    def _moment(self, day: date, clock: time) -> datetime:
        # A clock time that a change of summer time leaves out or gives twice is read with the offset before the change.
        return datetime.combine(day, clock, self.zone).astimezone(UTC)
