"""What the stages are handed: settings, database, archive, HTTP client, clock. No globals."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from worker import embedded
from worker.fetch.archive import Archive
from worker.fetch.client import Fetcher
from worker.settings import Settings
from worker.store import captures
from worker.store.database import Database
from worker.store.opening import open_database
from worker.store.tables import Edition


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """One process's means. Make them after a fork, never before: connections do not survive it."""

    settings: Settings
    database: Database
    archive: Archive
    fetcher: Fetcher
    clock: Callable[[], datetime]  #: now, aware, UTC
    actor: str  #: who works: worker:HOST:PID, tick:HOST or operator:NAME

    def indexed(self, file: str, offset: int, mark: str) -> bool:
        """Whether captures of an edition (``mark``) lie in a WARC file from an offset on, by what is committed.

        Waits for those who are just indexing some: their rows refer to the edition's, which keeps them from it.
        """
        # Two transactions, so that the second sees what the first waited for, however isolated.
        with self.database.begin() as session:
            session.get(Edition, int(mark), with_for_update=True)
        with self.database.read() as session:
            return captures.lie_in(session, int(mark), file, offset)

    def close(self) -> None:
        """Close all connections."""
        self.fetcher.close()
        self.database.close()


def utc_now() -> datetime:
    """The machine's time, aware, UTC."""
    return datetime.now(UTC)


def open_services(settings: Settings, actor: str) -> Services:
    """Connect to the database, making the embedded one if it is not there.

    Raises:
        Unusable: it cannot be reached or has another schema.
    """
    return Services(
        settings=settings,
        database=open_database(settings),
        archive=Archive(settings.archive),
        fetcher=Fetcher(settings, embedded.connect(settings)),
        clock=utc_now,
        actor=actor,
    )
