"""Bring a database to the schema of this version, or say that it is not there."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import DBAPIError, OperationalError

from worker.errors import Unusable
from worker.store import roles
from worker.store.database import Database, unusable

if TYPE_CHECKING:
    from alembic.config import Config

#: The newest revision that this version knows; a test compares it with the migrations.
HEAD = "0009"

#: Serialises migrations on PostgreSQL; any number that nobody else uses.
_LOCK = 0x42524F4144

#: Longest wait of a migration for a table that is in use: everybody who comes after it waits too, seconds.
LOCK_SECONDS = 5

#: How long to wait before looking again whether another migration is over, seconds.
_LOOK_AGAIN = 0.1

#: Pauses between two tries of a migration that did not get its lock, seconds.
_PAUSES = (1, 2, 5, 10, 20)


def current(database: Database) -> str | None:
    """The revision of a database, or nothing if it was never migrated.

    Raises:
        Unusable: the database cannot be reached.
    """
    try:
        with database.engine.connect() as connection:
            return _revision(connection)
    except DBAPIError as error:
        raise unusable(error, database.name) from error


def migrate(database: Database, *, only_if_empty: bool = False) -> tuple[str | None, str]:
    """Run the migrations that are missing; gives the revisions before and after.

    Safe to call from several processes at once: one does the work, the others wait and find it done. Safe while workers
    run: on PostgreSQL a change that does not get its lock within ``LOCK_SECONDS`` lets the workers go on and is tried
    again. A newer schema that works with this version is left as it is.

    Raises:
        Unusable: the database cannot be reached or is too busy, or its schema is newer and does not fit this version.
    """
    try:
        with exclusive(database) as connection:
            before = _revision(connection)
            if before is not None and (only_if_empty or before > HEAD):
                _refuse_newer(connection, before, database)
                return before, before
            for pause in (*_PAUSES, None):
                try:
                    _upgrade(connection)
                    break
                except OperationalError as error:
                    if not _lock_timed_out(error) or pause is None:
                        raise
                    connection.rollback()
                    time.sleep(pause)
    except DBAPIError as error:
        if _lock_timed_out(error):
            tries = f"{len(_PAUSES) + 1} tries of {LOCK_SECONDS} s"
            raise Unusable(
                f"database {database.name}: a table stayed in use for {tries}; nothing is half done: look for long"
                " transactions in pg_stat_activity, then run `broadsheet migrate` again"
            ) from error
        raise unusable(error, database.name) from error
    return before, HEAD


def require(database: Database, *, create: bool) -> None:
    """Check that a database has a schema that this version can work on; ``create`` makes an empty one first.

    A newer schema will do if its migrations say so.

    Raises:
        Unusable: it has not, with the command that mends it.
    """
    revision = current(database)
    if revision is None and create:
        _, revision = migrate(database, only_if_empty=True)
    if revision == HEAD:
        return
    if revision is not None and revision > HEAD:
        with database.engine.connect() as connection:
            _refuse_newer(connection, revision, database)
        return
    has = f"has schema {revision}" if revision else "is empty"
    raise Unusable(f"database {database.name} {has}, this version needs {HEAD}: run `broadsheet migrate`")


def _upgrade(connection: Connection) -> None:
    # Only a migration needs Alembic; every other command starts faster without it.
    from alembic import command  # noqa: PLC0415

    config = _config()
    config.attributes["connection"] = connection
    if connection.dialect.name == "postgresql":
        # Alembic ends and begins transactions there, which it can only do with those that it began.
        connection.commit()
    command.upgrade(config, "head")
    if connection.dialect.name == "postgresql" and (given := roles.of_database(connection)):
        roles.grant(connection, given)


def _lock_timed_out(error: DBAPIError) -> bool:
    # lock_not_available in PostgreSQL's list of error codes.
    return getattr(error.orig, "sqlstate", None) == "55P03"


@contextmanager
def exclusive(database: Database) -> Iterator[Connection]:
    """A connection on which nobody else migrates at the same time, and which waits briefly for tables in use."""
    if database.engine.dialect.name != "postgresql":
        # SQLite's BEGIN IMMEDIATE makes the second process wait here.
        with database.rebuilding() as connection:
            yield connection
        return
    with database.engine.connect() as connection:
        try:
            _wait_for_lock(connection)
            connection.execute(text(f"SET lock_timeout = '{LOCK_SECONDS}s'"))
            _become_owner(connection)
            connection.commit()
            yield connection
            connection.commit()
        finally:
            # Not back to the pool: the lock and the time-out end with the connection whatever happened.
            connection.invalidate()


def _wait_for_lock(connection: Connection) -> None:
    # By asking again, in no transaction meanwhile: whoever builds an index concurrently waits for every transaction,
    # and would wait for one that waits for its lock.
    while not connection.scalar(text("SELECT pg_try_advisory_lock(:key)"), {"key": _LOCK}):
        connection.commit()
        time.sleep(_LOOK_AGAIN)


def _become_owner(connection: Connection) -> None:
    # What an administrator makes in a database with roles is to belong to their migrator like the rest.
    given = roles.of_database(connection)
    if given and connection.scalar(text("SELECT pg_has_role(:name, 'MEMBER')"), {"name": given.migrator}):
        connection.exec_driver_sql(f"SET ROLE {given.migrator}")


def _refuse_newer(connection: Connection, revision: str, database: Database) -> None:
    from worker.store import compatibility  # noqa: PLC0415  # as above

    if revision <= HEAD or (compatibility.works_with(connection, revision) or revision) <= HEAD:
        return
    raise Unusable(
        f"database {database.name} has schema {revision}, which is newer than this version: upgrade Broadsheet"
    )


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    revision: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return revision


def _config() -> "Config":
    from alembic.config import Config  # noqa: PLC0415  # as above

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    return config
