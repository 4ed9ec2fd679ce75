"""Say of a schema which older code may go on working on it, so that workers run on while it is migrated.

Each migration names in ``works_with`` the oldest revision whose code is still right on the schema that it makes. What
holds for a schema is the newest of these along its way, and stands in the database for code that has never heard of
its later migrations. CONTRIBUTING.md has the policy.
"""

from datetime import UTC, datetime

from alembic.script import Script, ScriptDirectory
from sqlalchemy import Connection, delete, insert, inspect, select

from worker.store.tables import SchemaCompatibility


def mark(connection: Connection, scripts: ScriptDirectory, revision: str | None) -> None:
    """Write down which code works on the schema of a revision; does nothing where that table is not there yet."""
    if not inspect(connection).has_table(SchemaCompatibility.__tablename__):
        return
    connection.execute(delete(SchemaCompatibility))
    if revision is not None:
        oldest = max(oldest_code(script) for script in scripts.walk_revisions("base", revision))
        connection.execute(
            insert(SchemaCompatibility).values(revision=revision, works_with=oldest, changed_at=datetime.now(UTC))
        )


def oldest_code(script: Script) -> str:
    """The oldest revision whose code works after this migration; one that does not say breaks all older code."""
    named: str = getattr(script.module, "works_with", script.revision)
    return named


def works_with(connection: Connection, revision: str) -> str | None:
    """The oldest revision whose code works on this schema; None if nobody wrote it down."""
    if not inspect(connection).has_table(SchemaCompatibility.__tablename__):
        return None
    return connection.scalar(
        select(SchemaCompatibility.works_with).where(SchemaCompatibility.revision == revision).limit(1)
    )
