"""What the rows tell of a run: every move legal, each chain of events whole, the dead's work taken up in time."""

import threading
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise

from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from worker.domain import MOVES, PAGE_MOVES, PageState, State
from worker.store.database import Database
from worker.store.tables import Edition, Event, Heartbeat, Page

#: How often the rows are looked at, seconds.
_LOOK = 0.1

#: Ticks that may begin between a lease's end and the take-over.
_MOST_TICKS = 2


def illegal(database: Database, days: Sequence[date]) -> list[str]:
    """Events that no state machine allows, or that do not go on where the one before them ended."""
    chains: dict[tuple, list[Event]] = defaultdict(list)
    with database.read() as session:
        query = select(Event).join(Edition, Edition.id == Event.edition_id).where(Edition.date.in_(days))
        for event in session.scalars(query.order_by(Event.id)):
            chains[event.edition_id, event.page_id].append(event)
        states = {(row.id, None): row.state for row in session.execute(select(Edition.id, Edition.state))}
        pages = session.execute(select(Page.edition_id, Page.id, Page.state))
        states |= {(row.edition_id, row.id): row.state for row in pages}
    found = []
    for (edition, page), events in chains.items():
        name = f"edition {edition}" + (f" page {page}" if page else "")
        if events[0].from_state is not None:
            found.append(f"{name}: begins in {events[0].from_state}")
        for before, after in pairwise(events):
            if after.from_state != before.to_state:
                found.append(f"{name}: event {after.id} leaves {after.from_state}, it was {before.to_state}")
            elif not _allowed(after):
                found.append(f"{name}: event {after.id} from {after.from_state} to {after.to_state}")
        if events[-1].to_state != states[edition, page]:
            found.append(f"{name}: is {states[edition, page]}, its last event says {events[-1].to_state}")
    return found


def _allowed(event: Event) -> bool:
    if event.page_id is None:
        return State(event.to_state) in MOVES[State(event.from_state)]
    return PageState(event.to_state) in PAGE_MOVES[PageState(event.from_state)]


@dataclass(frozen=True)
class TakeOver:
    """Work whose worker died, and when somebody noticed."""

    name: str
    after: timedelta  #: from the lease's end to the take-over
    ticks: int  #: ticks that had begun by then

    @property
    def late(self) -> bool:
        return self.ticks > _MOST_TICKS


class Watch(threading.Thread):
    """Looks at leases and heartbeats all the time, because their rows keep only the last of each."""

    def __init__(self, database: Database) -> None:
        super().__init__(name="watch", daemon=True)
        self._database = database
        self._over = threading.Event()
        self._ends: dict[tuple, datetime] = {}
        self._ticks: set[datetime] = set()

    def run(self) -> None:
        while not self._over.wait(_LOOK):
            try:
                self._look()
            except DBAPIError:  # the database is away: that is what we are here for
                continue

    def close(self) -> None:
        self._over.set()
        self.join()

    def _look(self) -> None:
        with self._database.read() as session:
            for table in (Edition, Page):
                held = select(table.id, table.token, table.lease_expires_at).where(table.lease_expires_at.is_not(None))
                for row in session.execute(held):
                    self._ends[table, row.id, row.token] = row.lease_expires_at
            for row in session.execute(select(Heartbeat.at, Heartbeat.seconds)):
                self._ticks.add(row.at - timedelta(seconds=row.seconds))

    def take_overs(self, days: Sequence[date]) -> list[TakeOver]:
        """What was taken over from the dead, as far as its lease's end was seen."""
        with self._database.read() as session:
            query = select(Event).join(Edition, Edition.id == Event.edition_id).where(Edition.date.in_(days))
            events = session.scalars(query.where(Event.reason.contains("its worker died"))).all()
        made = []
        for event in events:
            table, row_id = (Page, event.page_id) if event.page_id else (Edition, event.edition_id)
            end = self._ends.get((table, row_id, event.token))
            if end is not None:
                ticks = sum(end < begun < event.at for begun in self._ticks.copy())
                made.append(TakeOver(f"{table.__tablename__} {row_id}", event.at - end, ticks))
        return made
