"""Engines and sessions: the one place that knows how SQLite and PostgreSQL differ in transactions."""

import itertools
import random
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, InterfaceError, NoSuchModuleError, OperationalError
from sqlalchemy.orm import Session

from worker.errors import Unusable

#: How long SQLite waits for another writer before it gives up, seconds.
SQLITE_BUSY_SECONDS = 60

Result = TypeVar("Result")

#: PostgreSQL's codes for a transaction that was broken off and may be done anew: serialisation failure, deadlock.
_BROKEN_OFF = frozenset({"40001", "40P01"})

#: How often a transaction that is broken off is done at most.
_MOST_RUNS = 5


class Database:
    """Sessions on one database. Make one a process: connections do not survive a fork."""

    def __init__(self, url: str, *, called: str = "BROADSHEET_DATABASE_URL") -> None:
        try:
            self.url = make_url(url)
            self.engine = _engine(url)
        except (ArgumentError, NoSuchModuleError, ImportError) as error:
            raise Unusable(f"{called}: {error}".partition("\n")[0]) from error

    @property
    def name(self) -> str:
        """The URL without its password, for messages."""
        hidden = {name: "***" for name in self.url.query if name in {"password", "sslpassword"}}
        return self.url.update_query_dict(hidden).render_as_string(hide_password=True)

    @contextmanager
    def begin(self) -> Iterator[Session]:
        """One transaction that may write: commits at the end of the block, rolls back on any exception."""
        with Session(self.engine, expire_on_commit=False) as session, session.begin():
            yield session

    def run(self, work: Callable[[Session], Result]) -> Result:
        """Do work in one transaction that may write, again if PostgreSQL had to break it off.

        A deadlock or a serialisation failure undoes the whole transaction and says nothing of the work, so it is done
        anew. ``work`` must therefore change nothing outside the database.
        """
        for attempt in itertools.count(1):
            try:
                with self.begin() as session:
                    return work(session)
            except DBAPIError as error:
                if getattr(error.orig, "sqlstate", None) not in _BROKEN_OFF or attempt == _MOST_RUNS:
                    raise
                # Not in step with the one that it collided with.
                time.sleep(random.uniform(0, 0.05 * attempt))  # noqa: S311  # nothing secret
        raise AssertionError

    @contextmanager
    def read(self) -> Iterator[Session]:
        """One transaction that only reads; on SQLite it does not wait for writers, nor they for it."""
        with (
            self.engine.connect().execution_options(broadsheet_read_only=True) as connection,
            Session(connection, expire_on_commit=False, autoflush=False) as session,
        ):
            yield session

    @contextmanager
    def rebuilding(self) -> Iterator[Connection]:
        """One transaction that may make tables anew under rows that refer to them, which SQLite needs for a check."""
        with self.engine.connect().execution_options(broadsheet_rebuilding=True) as connection:
            try:
                with connection.begin():
                    yield connection
            finally:
                if connection.dialect.name == "sqlite":
                    connection.connection.cursor().execute("PRAGMA foreign_keys = ON")

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()


def unusable(error: DBAPIError, name: str) -> Unusable:
    """Put a driver's error into one line that names the database and says what to do."""
    lines = [line.strip() for line in str(error.orig).splitlines() if line.strip()]
    first = lines[0] if lines else type(error.orig).__name__
    if "disk is full" in first or "No space left" in first:
        remedy = "make room on its disk"
    elif isinstance(error, OperationalError | InterfaceError):
        remedy = "check that it runs and that BROADSHEET_DATABASE_URL is right"
    else:
        remedy = "run `broadsheet doctor`, then `broadsheet migrate`"
    return Unusable(f"database {name}: {first}; {remedy}")


def _engine(url: str) -> Engine:
    if make_url(url).get_backend_name() == "sqlite":
        engine = create_engine(url, connect_args={"timeout": SQLITE_BUSY_SECONDS})
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    return create_engine(url, pool_pre_ping=True, pool_size=2, connect_args={"connect_timeout": 10})


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    # The driver's own implicit BEGIN is deferred: two writers would then fail instead of waiting for each other.
    connection.isolation_level = None
    _write_ahead(connection)
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")


def _write_ahead(connection: Any) -> None:
    # Of several that open a new file at once, SQLite refuses all but one without waiting.
    deadline = time.monotonic() + SQLITE_BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > deadline:
                raise
            time.sleep(0.02)
        else:
            return


def _begin_sqlite(connection: Any) -> None:
    options = connection.get_execution_options()
    if options.get("broadsheet_rebuilding", False):
        # Has no effect within a transaction, so it stands before.
        connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
    read_only = options.get("broadsheet_read_only", False)
    connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")
