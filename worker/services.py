"""What the stages are handed: settings, database, archive, HTTP client, clock. No globals."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from worker import embedded
from worker.fetch.archive import Archive
from worker.fetch.client import Fetcher
from worker.settings import Settings
from worker.store.database import Database
from worker.store.opening import open_database


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """One process's means. Make them after a fork, never before: connections do not survive it."""

    settings: Settings
    database: Database
    archive: Archive
    fetcher: Fetcher
    clock: Callable[[], datetime]  #: now, aware, UTC
    actor: str  #: who works: worker:HOST:PID, tick:HOST or operator:NAME

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
