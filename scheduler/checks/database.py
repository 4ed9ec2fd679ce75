"""The doctor on the database: can it be reached and written, by whom, is it new enough and safe on its way."""

import sqlite3
from collections.abc import Iterator
from ipaddress import ip_address

from sqlalchemy import text
from sqlalchemy.orm import Session

from scheduler.checks.finding import Finding, bad, ok, warn
from worker.settings import Settings
from worker.store import roles, schema
from worker.store.database import Database
from worker.store.opening import open_database
from worker.store.tables import Base

#: The oldest servers on which the tests pass.
_OLDEST_POSTGRESQL = 140000
_OLDEST_SQLITE = (3, 35)


def database(settings: Settings) -> Iterator[Finding]:
    """Reach, schema, version, rights, encryption."""
    opened = open_database(settings)
    try:
        revision = schema.current(opened)
        newer = f", newer than this version's {schema.HEAD} but made to work with it" if revision != schema.HEAD else ""
        yield ok("database", f"{opened.name}: schema {revision}{newer}")
        with opened.read() as session:
            found = _sqlite() if opened.engine.dialect.name == "sqlite" else _postgresql(opened, session)
            yield from found
    finally:
        opened.close()


def _sqlite() -> Iterator[Finding]:
    if sqlite3.sqlite_version_info < _OLDEST_SQLITE:
        yield bad("database version", f"SQLite {sqlite3.sqlite_version}", "use a Python with SQLite 3.35 or newer")
    else:
        yield ok("database version", f"SQLite {sqlite3.sqlite_version}")


def _postgresql(opened: Database, session: Session) -> Iterator[Finding]:
    number = int(session.scalar(text("SHOW server_version_num")) or 0)
    shown = f"PostgreSQL {session.scalar(text('SHOW server_version'))}"
    if number < _OLDEST_POSTGRESQL:
        yield bad("database version", shown, "upgrade to PostgreSQL 14 or newer")
    else:
        yield ok("database version", shown)
    encoding = session.scalar(text("SHOW server_encoding"))
    if encoding != "UTF8":
        yield bad("database encoding", f"{encoding} cannot hold every newspaper's text", "make the database with UTF8")
    if session.scalar(text("SELECT pg_is_in_recovery()")):
        yield bad("database role", f"{opened.name} is a standby, which takes no writes", "connect to the primary")
    yield from _rights(session)
    yield from _encryption(opened, session)


def _rights(session: Session) -> Iterator[Finding]:
    user, superuser = session.execute(text("SELECT rolname, rolsuper FROM pg_roles WHERE rolname = current_user")).one()
    if superuser:
        yield warn(
            "database rights", f"{user} may do everything", "run `broadsheet roles` and connect as broadsheet_worker"
        )
        return
    may = text("SELECT has_table_privilege(:table, :right)")
    lacking = [
        f"{right} on {table}"
        for table in Base.metadata.tables
        for right in roles.rights("TABLE", table).split(", ")
        if not session.scalar(may, {"table": table, "right": right})
    ]
    if lacking:
        yield bad(
            "database rights",
            f"{user} may not {lacking[0]}" + (f" and {len(lacking) - 1} more" if len(lacking) > 1 else ""),
            "run `broadsheet roles` as an administrator, and connect as broadsheet_worker",
        )
    else:
        yield ok("database rights", f"{user} may do what a worker does")


def _encryption(opened: Database, session: Session) -> Iterator[Finding]:
    encrypted = session.scalar(text("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()"))
    mode = opened.url.query.get("sslmode", "prefer")
    if _is_near(opened.url.host):
        return
    if not encrypted:
        yield warn(
            "database encryption",
            "passwords and articles cross the network in the clear",
            "add ?sslmode=verify-full&sslrootcert=FILE to BROADSHEET_DATABASE_URL",
        )
    elif mode not in {"verify-ca", "verify-full"}:
        yield warn(
            "database encryption", f"sslmode {mode} does not check whose server it is", "use sslmode=verify-full"
        )
    else:
        yield ok("database encryption", f"TLS, sslmode {mode}")


def _is_near(host: str | None) -> bool:
    """A socket or loopback, which nobody else listens on."""
    if not host or host.startswith("/") or host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
