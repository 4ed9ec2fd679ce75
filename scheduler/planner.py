"""Which editions should there be? Pure: from the time and the catalogue to a list, without a database."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from scheduler.catalogue import Row


@dataclass(frozen=True, slots=True, kw_only=True)
class DueEdition:
    """An edition that should have a row."""

    slug: str
    date: date
    expected_at: datetime  #: when it is usually out (UTC)
    deadline_at: datetime  #: when it counts as missing (UTC)
    queue: str  #: ``daily`` for today's, ``backfill`` for older ones


def plan(now: datetime, rows: Iterable[Row], *, catch_up_days: int) -> Iterator[DueEdition]:
    """List today's editions of the enabled newspapers and those of the days before that a stop may have missed."""
    for row in rows:
        if not row.enabled:
            continue
        today = row.calendar.today(now)
        for back in range(catch_up_days, -1, -1):
            day = today - timedelta(days=back)
            if row.calendar.appears(day):
                yield edition(row, day, now)


def edition(row: Row, day: date, now: datetime) -> DueEdition:
    """What is known of one edition before anybody has looked for it."""
    calendar = row.calendar
    return DueEdition(
        slug=row.slug,
        date=day,
        expected_at=calendar.expected_at(day),
        deadline_at=calendar.deadline_at(day),
        queue="daily" if day >= calendar.today(now) else "backfill",
    )
