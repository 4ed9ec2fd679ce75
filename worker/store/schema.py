"""Bring a database to the schema of this version, or say that it is not there."""

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import DBAPIError

from worker.errors import Unusable
from worker.store.database import Database, unusable

if TYPE_CHECKING:
    from alembic.config import Config

#: The newest revision that this version knows; a test compares it with the migrations.
HEAD = "0004"

#: Serialises migrations on PostgreSQL; any number that nobody else uses.
_LOCK = 0x42524F4144


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

    Safe to call from several processes at once: one does the work, the others wait and find it done.

    Raises:
        Unusable: the database cannot be reached, or is newer than this version.
    """
    # Only a migration needs Alembic; every other command starts faster without it.
    from alembic import command  # noqa: PLC0415

    config = _config()
    try:
        # SQLite's BEGIN IMMEDIATE makes the second process wait here; PostgreSQL needs a lock of its own.
        with database.engine.begin() as connection:
            if connection.dialect.name == "postgresql":
                connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
            before = _revision(connection)
            if before is not None and only_if_empty:
                return before, before
            _refuse_newer(before, database)
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    except DBAPIError as error:
        raise unusable(error, database.name) from error
    return before, HEAD


def require(database: Database, *, create: bool) -> None:
    """Check that a database has the schema of this version; ``create`` makes an empty one first.

    Raises:
        Unusable: it has not, with the command that mends it.
    """
    revision = current(database)
    if revision is None and create:
        _, revision = migrate(database, only_if_empty=True)
    if revision == HEAD:
        return
    _refuse_newer(revision, database)
    has = f"has schema {revision}" if revision else "is empty"
    raise Unusable(f"database {database.name} {has}, this version needs {HEAD}: run `broadsheet migrate`")


def _refuse_newer(revision: str | None, database: Database) -> None:
    if revision is not None and revision > HEAD:
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
