"""Schema changes that a running service does not notice; for migrations, which run while workers read and write.

A plain ``CREATE INDEX`` on PostgreSQL keeps writers from the table for as long as it takes: seconds on a small table,
many minutes on a big one. https://www.postgresql.org/docs/current/sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY
"""

from collections.abc import Sequence

from alembic import op
from sqlalchemy import text


def create_index(
    name: str, table: str, columns: Sequence[str], *, unique: bool = False, where: str | None = None
) -> None:
    """Build an index without keeping writers waiting; one that an interrupted build left unusable is built anew.

    ``where``: the rows that it holds, in SQL. Must be the first step of its migration on PostgreSQL, since it ends the
    migration's transaction; it does nothing if the index is there.
    """
    condition = text(where) if where else None
    context = op.get_context()
    if context.dialect.name != "postgresql":
        op.create_index(name, table, list(columns), unique=unique, sqlite_where=condition)
        return
    with context.autocommit_block():
        connection = op.get_bind()
        # It waits for every transaction that is older, which is no reason to give up.
        waits = connection.scalar(text("SHOW lock_timeout"))
        connection.execute(text("SET lock_timeout = 0"))
        unusable = connection.scalar(
            text("SELECT NOT indisvalid FROM pg_index WHERE indexrelid = to_regclass(:name)"), {"name": name}
        )
        if unusable:
            op.drop_index(name, table_name=table, postgresql_concurrently=True)
        op.create_index(
            name,
            table,
            list(columns),
            unique=unique,
            if_not_exists=True,
            postgresql_concurrently=True,
            postgresql_where=condition,
        )
        connection.execute(text("SELECT set_config('lock_timeout', :value, false)"), {"value": waits})
