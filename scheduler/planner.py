"""Which editions should there be? Pure: from the time and the catalogue to a list, without a database."""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from scheduler.catalogue import Row


@dataclass(frozen=True, slots=True)
class DueEdition:
    """An edition that should have a row, and what is known of it before anybody has looked for it.

    Its times are reckoned when they are asked for: of the editions that a tick plans, nearly all are there already.
    """

    row: Row
    date: dt.date
    today: dt.date  #: in the newspaper's time zone

    @property
    def slug(self) -> str:
        """The publication."""
        return self.row.slug

    @property
    def expected_at(self) -> datetime:
        """When it is usually out (UTC)."""
        return self.row.calendar.expected_at(self.date)

    @property
    def deadline_at(self) -> datetime:
        """When it counts as missing (UTC)."""
        return self.row.calendar.deadline_at(self.date)

    @property
    def queue(self) -> str:
        """``daily`` for today's, ``backfill`` for older ones."""
        return "daily" if self.date >= self.today else "backfill"

    @property
    def expected_pages(self) -> int | None:
        """How many pages the catalogue expects; 0 where no number is; None where it is learnt."""
        return self.row.calendar.expected_pages(self.date)

    @property
    def off_calendar(self) -> bool:
        """Whether the calendar has no edition on this date: asked for all the same, it is looked for."""
        return not self.row.calendar.appears(self.date)


def plan(now: datetime, rows: Iterable[Row], *, catch_up_days: int) -> Iterator[DueEdition]:
    """List today's editions of the enabled newspapers and those of the days before that a stop may have missed."""
    days: dict[ZoneInfo, list[date]] = {}
    for row in rows:
        if not row.enabled:
            continue
        calendar = row.calendar
        if calendar.zone not in days:
            today = calendar.today(now)
            days[calendar.zone] = [today - timedelta(days=back) for back in range(catch_up_days, -1, -1)]
        ahead = days[calendar.zone]
        for day in ahead:
            if calendar.appears(day):
                yield DueEdition(row, day, ahead[-1])


def edition(row: Row, day: date, now: datetime) -> DueEdition:
    """One edition that was asked for."""
    return DueEdition(row, day, row.calendar.today(now))
