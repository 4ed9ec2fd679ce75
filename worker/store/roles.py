"""Database roles that may do no more than their work: migrator, worker and reader. PostgreSQL only.

The migrator owns the tables and changes the schema; the worker (workers, beat, board, the command line) reads and
writes rows, but never rewrites history; the reader only reads. https://www.postgresql.org/docs/current/ddl-priv.html
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, text

from worker.errors import Unusable

#: Rows of these are written once; nobody but the owner may change or delete one.
APPEND_ONLY = ("captures", "events", "revisions")

#: Rows of these change, but none is ever deleted.
KEPT = ("articles", "editions", "pages", "publications")

#: Written by migrations alone.
SCHEMA = ("alembic_version", "schema_compatibility")

_NAME = re.compile(r"[a-z_][a-z0-9_]{0,40}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Roles:
    """The names of the three roles."""

    prefix: str  #: a PostgreSQL name in lower case, such as ``broadsheet``

    def __post_init__(self) -> None:
        """Refuse a prefix that would have to be quoted."""
        if not _NAME.fullmatch(self.prefix):
            raise Unusable(f"roles: {self.prefix!r} is no plain name of small letters, digits and underscores")

    @property
    def migrator(self) -> str:
        """Owns the tables; runs ``broadsheet migrate``."""
        return f"{self.prefix}_migrator"

    @property
    def worker(self) -> str:
        """Reads and writes rows."""
        return f"{self.prefix}_worker"

    @property
    def reader(self) -> str:
        """Only reads: downstream."""
        return f"{self.prefix}_reader"

    def named(self) -> dict[str, str]:
        """Role names by what they are for."""
        return {"migrator": self.migrator, "worker": self.worker, "reader": self.reader}


def of_database(connection: Connection) -> Roles | None:
    """The roles that a database was given, if any: its tables' owner tells."""
    owner = _owner(connection)
    return Roles(prefix=owner.removesuffix("_migrator")) if owner and owner.endswith("_migrator") else None


def create(connection: Connection, roles: Roles, passwords: Mapping[str, str]) -> None:
    """Make the roles, give the tables to the migrator and grant everybody his rights; twice is the same as once.

    Args:
        connection: an administrator's: superuser, or owner of database and tables with CREATEROLE.
        roles: their names.
        passwords: by ``migrator``, ``worker``, ``reader``; a role that is not named keeps the one it has, or none.

    Raises:
        Unusable: the database was never migrated.
    """
    owner = _owner(connection)
    if owner is None:
        raise Unusable("the database has no tables yet: run `broadsheet migrate` first")
    schema, database = connection.execute(text("SELECT current_schema(), current_database()")).one()
    quote = connection.dialect.identifier_preparer.quote
    for purpose, name in roles.named().items():
        if not connection.scalar(text("SELECT 1 FROM pg_roles WHERE rolname = :name"), {"name": name}):
            connection.exec_driver_sql(f"CREATE ROLE {name} LOGIN")
        if purpose in passwords:
            # Hashed here: the server's log and statistics never see the password.
            verifier = _verifier(connection, name, passwords[purpose])
            connection.exec_driver_sql(f"ALTER ROLE {name} PASSWORD '{verifier}'")
    if not connection.scalar(text("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")):
        connection.exec_driver_sql(f"GRANT {roles.migrator} TO CURRENT_USER")
    everybody = f"{roles.migrator}, {roles.worker}, {roles.reader}"
    new_by = f"ALTER DEFAULT PRIVILEGES FOR ROLE {roles.migrator} IN SCHEMA {quote(schema)} GRANT"
    for statement in (
        f"GRANT CONNECT ON DATABASE {quote(database)} TO {everybody}",
        f"REVOKE TEMPORARY ON DATABASE {quote(database)} FROM PUBLIC",
        f"REVOKE CREATE ON SCHEMA {quote(schema)} FROM PUBLIC",
        f"GRANT USAGE ON SCHEMA {quote(schema)} TO {everybody}",
        f"GRANT CREATE ON SCHEMA {quote(schema)} TO {roles.migrator}",
        f"ALTER ROLE {roles.reader} SET default_transaction_read_only = on",
        *(
            f"ALTER {kind} {quote(schema)}.{quote(name)} OWNER TO {roles.migrator}"
            for kind, name in _relations(connection, owner)
            if owner != roles.migrator
        ),
        # What later migrations make may be used at once, also before they grant by name.
        f"{new_by} SELECT, INSERT, UPDATE, DELETE ON TABLES TO {roles.worker}",
        f"{new_by} USAGE, SELECT ON SEQUENCES TO {roles.worker}",
        f"{new_by} SELECT ON TABLES TO {roles.reader}",
    ):
        connection.exec_driver_sql(statement)
    grant(connection, roles)


def grant(connection: Connection, roles: Roles) -> None:
    """Grant worker and reader their rights on every table and view that there is; each migration ends with it."""
    schema = connection.scalar(text("SELECT current_schema()"))
    quote = connection.dialect.identifier_preparer.quote
    for kind, name in _relations(connection, roles.migrator):
        relation = f"{quote(schema)}.{quote(name)}"
        connection.exec_driver_sql(f"REVOKE ALL ON {relation} FROM {roles.worker}, {roles.reader}")
        connection.exec_driver_sql(f"GRANT {rights(kind, name)} ON {relation} TO {roles.worker}")
        connection.exec_driver_sql(f"GRANT SELECT ON {relation} TO {roles.reader}")
    connection.exec_driver_sql(f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA {quote(schema)} TO {roles.worker}")


def rights(kind: str, name: str) -> str:
    """What the worker may do with a table or view."""
    if kind != "TABLE" or name in SCHEMA:
        return "SELECT"
    if name in APPEND_ONLY:
        return "SELECT, INSERT"
    return "SELECT, INSERT, UPDATE" if name in KEPT else "SELECT, INSERT, UPDATE, DELETE"


def _owner(connection: Connection) -> str | None:
    owner: str | None = connection.scalar(
        text("SELECT tableowner FROM pg_tables WHERE schemaname = current_schema() AND tablename = 'alembic_version'")
    )
    return owner


def _relations(connection: Connection, owner: str) -> Iterator[tuple[str, str]]:
    kinds = {"r": "TABLE", "p": "TABLE", "v": "VIEW", "m": "MATERIALIZED VIEW"}
    found = connection.execute(
        text(
            "SELECT relkind::text, relname FROM pg_class WHERE relnamespace = current_schema()::regnamespace"
            " AND relowner = CAST(:owner AS regrole) AND relkind IN ('r', 'p', 'v', 'm') ORDER BY relname"
        ),
        {"owner": owner},
    ).all()
    return ((kinds[kind], name) for kind, name in found)


def _verifier(connection: Connection, role: str, password: str) -> str:
    pgconn = connection.connection.driver_connection.pgconn  # type: ignore[union-attr]  # psycopg's, in use
    verifier: bytes = pgconn.encrypt_password(password.encode(), role.encode(), b"scram-sha-256")
    return verifier.decode().replace("'", "''")
