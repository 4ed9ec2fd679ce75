"""Bring a database to the schema of this version, or say that it is not there."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect
from sqlalchemy.exc import DBAPIError

from worker.errors import Unusable
from worker.store.database import Database, unusable

#: Serialises migrations on PostgreSQL; any number that nobody else uses.
_LOCK = 0x42524F4144


def head() -> str:
    """The newest revision that this version knows."""
    newest = ScriptDirectory.from_config(_config()).get_current_head()
    assert newest is not None
    return newest


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
    return before, head()


def require(database: Database, *, create: bool) -> None:
    """Check that a database has the schema of this version; ``create`` makes an empty one first.

    Raises:
        Unusable: it has not, with the command that mends it.
    """
    revision = current(database)
    if revision is None and create:
        _, revision = migrate(database, only_if_empty=True)
    if revision == head():
        return
    _refuse_newer(revision, database)
    has = f"has schema {revision}" if revision else "is empty"
    raise Unusable(f"database {database.name} {has}, this version needs {head()}: run `broadsheet migrate`")


def _refuse_newer(revision: str | None, database: Database) -> None:
    known = {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}
    if revision is not None and revision not in known:
        raise Unusable(
            f"database {database.name} has schema {revision}, which is newer than this version: upgrade Broadsheet"
        )


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return MigrationContext.configure(connection).get_current_revision()


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    return config
