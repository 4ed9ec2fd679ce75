"""What the stages are handed: settings, database, archive, HTTP client, clock. No globals."""

import getpass
import os
import socket
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from worker.errors import Unusable
from worker.fetch.archive import Archive
from worker.fetch.client import Fetcher
from worker.settings import Settings
from worker.store import schema
from worker.store.database import Database


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
        fetcher=Fetcher(settings),
        clock=utc_now,
        actor=actor,
    )


def open_database(settings: Settings) -> Database:
    """Connect to the database and check its schema. See :func:`open_services`."""
    embedded = settings.database_url is None
    if embedded:
        make_var_dir(settings)
    database = Database(settings.sqlalchemy_url)
    try:
        schema.require(database, create=embedded)
    except BaseException:
        database.close()
        raise
    return database


def make_var_dir(settings: Settings) -> None:
    """Make the folder for what the service writes.

    Raises:
        Unusable: it cannot be made.
    """
    try:
        settings.var_dir.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Unusable(
            f"{settings.var_dir}: {error.strerror}; set BROADSHEET_VAR_DIR to a folder of your own"
        ) from error


def worker_name() -> str:
    """This process as an actor."""
    return f"worker:{socket.gethostname()}:{os.getpid()}"


def operator_name() -> str:
    """The person at the command line as an actor."""
    try:
        return f"operator:{getpass.getuser()}"
    except (KeyError, OSError):
        return f"operator:{os.getuid()}"
