"""Where everything stands, at a glance: counts of today, faults, what needs a person. Reads only, a few days at most.

The command line, the board and the metrics take their numbers from here, so that they agree on what is late and what is
in. ``in`` is complete, partial or suspect, also while it is read again; ``late`` is what has not ended although its
expected hour and a grace are over.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import Session

from worker.domain import ENDED, STANDING, Failure, State
from worker.store import heartbeats
from worker.store.tables import Edition, Event, Page, Publication

#: The state that counts for those who read the database: an edition that is read again keeps the one it had.
stands = func.coalesce(Edition.settled, Edition.state)

#: Rows that one question reads at most.
_MOST = 5000

_OPEN = tuple(state for state in State if state not in ENDED)


@dataclass(slots=True, kw_only=True)
class Today:
    """How many of today's editions stand where; each edition counts once, but for ``reading_again``."""

    expected: int = 0  #: all that have a row
    complete: int = 0
    partial: int = 0
    suspect: int = 0
    late: int = 0  #: not ended, past the expected hour and the grace
    scheduled: int = 0  #: to come
    waiting: int = 0  #: looked for, not published yet
    under_way: int = 0  #: a worker reads it
    missing: int = 0
    failed: int = 0
    skipped: int = 0
    held: int = 0  #: on hold, and not in
    reading_again: int = 0  #: of those that are in

    @property
    def arrived(self) -> int:
        """How many are in."""
        return self.complete + self.partial + self.suspect

    def numbers(self) -> dict[str, int]:
        """All counts by name, ``in`` included."""
        return {"expected": self.expected, "in": self.arrived} | asdict(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultGroup:
    """One fault, wherever it appears."""

    fingerprint: str
    failure: Failure
    editions: int
    pages: int
    publications: tuple[str, ...]
    newest: date  #: of the editions that have it
    example: str  #: one of its errors


def late(now: datetime, grace: timedelta) -> ColumnElement[bool]:
    """The condition under which an edition is late: the one definition. One that a backfill asked for never is."""
    return and_(
        Edition.state.in_(_OPEN),
        Edition.settled.is_(None),
        Edition.held_at.is_(None),
        Edition.backfill_id.is_(None),
        Edition.expected_at < now - grace,
    )


def of_today(session: Session, now: datetime) -> ColumnElement[bool]:
    """The condition for today's editions: each newspaper has its own today. Needs the join with publications."""
    zones = session.scalars(select(Publication.time_zone).distinct()).all()
    days = {zone: now.astimezone(ZoneInfo(zone)).date() for zone in zones}
    mine = [and_(Publication.time_zone == zone, Edition.date == day) for zone, day in days.items()]
    return and_(Edition.date.in_(set(days.values())), or_(*mine)) if mine else Edition.id.is_(None)


def today(session: Session, now: datetime, grace: timedelta) -> Today:
    """Count today's editions."""
    held, is_late, again = Edition.held_at.is_not(None), late(now, grace), Edition.settled.is_not(None)
    query = (
        select(stands, held, is_late, again, func.count())
        .select_from(Edition)
        .join(Publication)
        .where(of_today(session, now))
        .group_by(stands, held, is_late, again)
    )
    counts: Counter[str] = Counter()
    for state, on_hold, overdue, reading, number in session.execute(query):
        counts["expected"] += number
        counts["reading_again"] += number * reading
        counts[_word(State(state), held=on_hold, late=overdue)] += number
    return Today(**counts)


def scheduler_silent(session: Session, now: datetime) -> timedelta | None:
    """How long no scheduler has ticked; None if none ever did."""
    newest = heartbeats.newest(session)
    return None if newest is None else max(now - newest, timedelta(0))


def progress_seen(session: Session) -> datetime | None:
    """When a worker last changed a state, as far as the newest events tell; None if none of them is a worker's."""
    newest = session.execute(select(Event.at, Event.actor).order_by(Event.id.desc()).limit(500)).all()
    return next((row.at for row in newest if row.actor.startswith("worker:")), None)


def faults(session: Session, since: date) -> list[FaultGroup]:
    """Faults of the editions from a date on and of their pages, by fingerprint, the most frequent first."""
    columns = (Edition.id, Edition.date, Publication.slug)
    of_editions = (
        select(*columns, Edition.fingerprint, Edition.failure, Edition.error)
        .join(Publication)
        .where(Edition.date >= since, Edition.fingerprint.is_not(None))
        .limit(_MOST)
    )
    editions = session.execute(of_editions).all()
    # In two steps: a planner that reckons with few rows on one side begins with all editions there are.
    going_on = select(Edition.id).where(Edition.state == State.PROCESSING, Edition.date >= since).limit(_MOST)
    ids = {row.id for row in editions}.union(session.scalars(going_on))
    of_pages = (
        select(*columns, Page.fingerprint, Page.failure, Page.error)
        .join_from(Page, Edition)
        .join(Publication)
        .where(Page.edition_id.in_(ids), Page.fingerprint.is_not(None))
        .limit(_MOST)
    )
    pages = session.execute(of_pages).all() if ids else []
    groups = [_group(name, editions, pages) for name in {row.fingerprint for row in (*editions, *pages)}]
    return sorted(groups, key=lambda group: (-group.editions, -group.pages, group.fingerprint))


def attention(session: Session, now: datetime, grace: timedelta, since: date, limit: int) -> Sequence[Any]:
    """Editions from a date on that need a person, those that need one most first: Edition, slug, need.

    ``need`` is late, failed, missing, suspect, partial, held or calendar (published on a day that it calls free).
    """
    need = case(
        (and_(Edition.held_at.is_not(None), Edition.held_by.not_like("backfill:%")), "held"),
        (late(now, grace), "late"),
        *((stands == state, str(state)) for state in (State.FAILED, State.MISSING, State.SUSPECT, State.PARTIAL)),
        (and_(Edition.off_calendar, Edition.arrived_at.is_not(None)), "calendar"),
    )
    ranks = {word: rank for rank, word in enumerate(NEEDS)}
    query = (
        select(Edition, Publication.slug, need.label("need"))
        .join(Publication)
        .where(Edition.date >= since, need.is_not(None))
        .order_by(case(ranks, value=need), Edition.date.desc(), Publication.slug, Edition.label)
        .limit(limit)
    )
    return session.execute(query).all()


#: Why an edition may need a person, the most urgent first.
NEEDS = ("late", "failed", "missing", "suspect", "partial", "held", "calendar")


def _word(state: State, *, held: bool, late: bool) -> str:
    if state in STANDING or (state in ENDED and not held):
        return str(state)
    if held:
        return "held"
    if late:
        return "late"
    return "under_way" if state in {State.FETCHING, State.PROCESSING} else str(state)


def _group(fingerprint: str, editions: Sequence[Any], pages: Sequence[Any]) -> FaultGroup:
    whole = [row for row in editions if row.fingerprint == fingerprint]
    parts = [row for row in pages if row.fingerprint == fingerprint]
    rows = parts or whole
    both = [*whole, *parts]
    return FaultGroup(
        fingerprint=fingerprint,
        failure=rows[0].failure,
        editions=len({row.id for row in both}),
        pages=len(parts),
        publications=tuple(sorted({row.slug for row in both})),
        newest=max(row.date for row in both),
        example=rows[0].error or "",
    )
