"""Feed backfills to the service: make their editions' rows a few at a time, so that a million cost no more."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any

import structlog
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from scheduler import actions, planner, register
from scheduler.catalogue import Row
from scheduler.planner import DueEdition
from worker.domain import BackfillState, State
from worker.errors import Refused
from worker.store import backfills, editions, moves
from worker.store.editions import NewEdition
from worker.store.moves import Change
from worker.store.tables import Backfill, Edition

log = structlog.get_logger("broadsheet.tick")

#: Dates of newspapers that one tick looks at for one backfill, at most: most of them may be there already.
_LOOKED_AT = 2000

#: How many of them one query looks up.
_CHUNK = 250


def dates(
    rows: Sequence[Row | None], first: date, last: date, *, newest_first: bool, position: int = 0
) -> Iterator[tuple[date, int, bool]]:
    """Every date of every newspaper in order: date, place of the newspaper, and whether its calendar has an edition.

    ``position``: the newspaper with which the first of the dates begins.
    """
    day, step = (last, -1) if newest_first else (first, 1)
    while first <= day <= last:
        for place in range(position, len(rows)):
            row = rows[place]
            yield day, place, row is not None and row.calendar.appears(day)
        position = 0
        try:
            day += timedelta(days=step)
        except OverflowError:
            return


def count(rows: Sequence[Row], first: date, last: date) -> int:
    """How many editions the calendars have in a range."""
    return sum(appears for _, _, appears in dates(rows, first, last, newest_first=False))


def feed(session: Session, rows: Mapping[str, Row], ids: Mapping[str, int], now: datetime, actor: str) -> int:
    """Go on with every running backfill: count what has ended, make what there is room for; gives the editions made."""
    backfills.count_ended(session)
    made = 0
    for backfill in backfills.running(session):
        made += _feed(session, backfill, rows, ids, Change(actor=actor, at=now, reason=f"backfill {backfill.id}"))
    return made


def _feed(session: Session, backfill: Backfill, rows: Mapping[str, Row], ids: Mapping[str, int], change: Change) -> int:
    under_way = backfills.open_editions(session, backfill.id)
    if backfill.cursor_date is None:
        if not under_way:
            backfills.move(session, backfill.id, BackfillState.DONE, replace(change, reason=""))
            log.info("backfill_done", backfill=backfill.id, complete=backfill.complete, failed=backfill.failed)
        return 0
    # What somebody put on hold does not keep the others from going on.
    held = backfills.open_editions(session, backfill.id, Edition.held_at.is_not(None))
    room = backfill.cap - under_way + held
    if room <= 0:
        return 0
    papers = [rows.get(slug) for slug in backfill.publications]
    first, last = backfill.first_date, backfill.last_date
    first, last = (first, backfill.cursor_date) if backfill.newest_first else (backfill.cursor_date, last)
    ahead = dates(papers, first, last, newest_first=backfill.newest_first, position=backfill.cursor_position)
    # One more than is looked at: it is where the next tick begins.
    walk = list(islice(ahead, _LOOKED_AT + 1))
    made = 0
    for start in range(0, min(len(walk), _LOOKED_AT), _CHUNK):
        chunk = walk[start : min(start + _CHUNK, _LOOKED_AT)]
        fresh, stopped_at = _make(session, backfill, papers, ids, chunk, room=room - made, change=change)
        made += fresh
        if stopped_at is not None:
            backfill.cursor_date, backfill.cursor_position = stopped_at
            return made
    over = len(walk) <= _LOOKED_AT
    backfill.cursor_date, backfill.cursor_position = (None, 0) if over else walk[-1][:2]
    return made


def _make(
    session: Session,
    backfill: Backfill,
    papers: Sequence[Row | None],
    ids: Mapping[str, int],
    chunk: Sequence[tuple[date, int, bool]],
    *,
    room: int,
    change: Change,
) -> tuple[int, tuple[date, int] | None]:
    """Make or open what of a chunk there is room for; gives how many, and where it stopped if there was not enough."""
    there = _there(session, [ids[row.slug] for _, place, _ in chunk if (row := papers[place])], chunk)
    new: list[NewEdition] = []
    opened, left, stopped_at = 0, 0, None
    for day, place, appears in chunk:
        row = papers[place]
        if row is None or not appears:
            continue
        if opened + len(new) == room:
            stopped_at = (day, place)
            break
        known, due = there.get((ids[row.slug], day)), planner.edition(row, day, change.at)
        if known is None:
            new.append(register.new_edition(ids[row.slug], due, backfill_id=backfill.id))
        elif _open(session, backfill, known, due, change):
            opened += 1
        else:
            left += 1
    # All in one step: a statement an edition would take a hundred times as long as the rows themselves.
    inserted = len(editions.make_editions(session, new, change))
    backfill.made += opened + inserted
    backfill.existing += left + len(new) - inserted
    return opened + inserted, stopped_at


def _there(
    session: Session, ids: Sequence[int], chunk: Sequence[tuple[date, int, bool]]
) -> dict[tuple[int, date], Any]:
    days = [day for day, _, _ in chunk]
    found = session.execute(
        select(Edition.publication_id, Edition.date, Edition.id, Edition.state, Edition.backfill_id).where(
            Edition.publication_id.in_(set(ids)), Edition.date.between(min(days), max(days)), Edition.label == ""
        )
    )
    return {(row.publication_id, row.date): row for row in found}


def _open(session: Session, backfill: Backfill, known: Any, due: DueEdition, change: Change) -> bool:
    """Make an edition that is there part of a backfill; gives whether it was one to open."""
    change = replace(change, actor=backfill.created_by, reason=f"{change.reason}: opened again")
    try:
        if known.state in (backfill.include or ()):
            actions.open_again(session, session.get_one(Edition, known.id), change)
        elif known.state is State.SKIPPED and known.backfill_id is not None:
            # A backfill that was cancelled left it out.
            moves.move_edition(session, known.id, State.SCHEDULED, change, next_attempt_at=change.at, error=None)
        else:
            return False
    except Refused:
        # On hold, or opened by somebody else meanwhile.
        return False
    session.execute(
        update(Edition)
        .where(Edition.id == known.id)
        .values(backfill_id=backfill.id, open_backfill_id=backfill.id, queue=due.queue)
    )
    return True
