"""What one board process holds: settings, clock, the database once it answers, signing and throttling."""

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from starlette.requests import Request

from scheduler import catalogue
from scheduler.board.identity import Identity
from scheduler.board.keys import load_key
from scheduler.board.throttle import Throttle
from scheduler.catalogue import Row
from worker.errors import Unusable
from worker.fetch.archive import Archive
from worker.services import utc_now
from worker.settings import Settings
from worker.store.database import Database
from worker.store.opening import open_database


@dataclass(slots=True, kw_only=True)
class Board:
    """The means of the board's pages."""

    settings: Settings
    identity: Identity
    throttle: Throttle
    archive: Archive
    clock: Callable[[], datetime]
    _database: Database | None = None
    _catalogue: tuple[int, Mapping[str, Row]] | None = None
    _opening: threading.Lock = field(default_factory=threading.Lock)

    @property
    def database(self) -> Database:
        """The database, opened by the first page that needs it: the board starts, and says so, while it is away.

        Raises:
            Unusable: it cannot be reached or has another schema.
        """
        with self._opening:
            if self._database is None:
                self._database = open_database(self.settings)
            return self._database

    @property
    def grace(self) -> timedelta:
        """How long after its expected hour an edition counts as late."""
        return timedelta(minutes=self.settings.late_minutes)

    def row(self, slug: str) -> Row | None:
        """What the catalogue says of a publication."""
        return self.rows().get(slug)

    def rows(self) -> Mapping[str, Row]:
        """The catalogue's rows, read again when the operator's own file has changed."""
        own = self.settings.catalogue
        try:
            stamp = own.stat().st_mtime_ns if own else 0
            with self._opening:
                if self._catalogue is None or self._catalogue[0] != stamp:
                    self._catalogue = (stamp, catalogue.load(own).rows)
                return self._catalogue[1]
        except (OSError, Unusable):
            # The catalogue is a help here; who keeps the schedule complains of it.
            return {}

    def regions(self) -> Mapping[str, frozenset[str]]:
        """Slugs by the region where they appear, as far as the catalogue says it."""
        found: dict[str, set[str]] = {}
        for row in self.rows().values():
            if row.region:
                found.setdefault(row.region, set()).add(row.slug)
        return {region: frozenset(slugs) for region, slugs in found.items()}

    @property
    def database_name(self) -> str:
        """The database's URL without its password, for messages."""
        return self._database.name if self._database else "of BROADSHEET_DATABASE_URL"

    def close(self) -> None:
        """Close all connections."""
        if self._database is not None:
            self._database.close()


def open_board(settings: Settings, clock: Callable[[], datetime] = utc_now) -> Board:
    """Make a board's means; touches neither the database nor Redis."""
    return Board(
        settings=settings,
        identity=Identity(settings, load_key(settings.var_dir)),
        throttle=Throttle(time.monotonic),
        archive=Archive(settings.archive),
        clock=clock,
    )


def board_of(request: Request) -> Board:
    """The board that a request is for."""
    board: Board = request.app.state.board
    return board
