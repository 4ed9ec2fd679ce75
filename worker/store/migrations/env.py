"""Alembic's entry point: migrates on the connection that ``worker.store.schema`` hands over."""

from collections.abc import Collection, Mapping
from typing import Any

from alembic import context
from alembic.runtime.migration import MigrationContext, MigrationInfo
from alembic.script import ScriptDirectory

from worker.store import compatibility
from worker.store.tables import Base

scripts = ScriptDirectory.from_config(context.config)
connection = context.config.attributes["connection"]


def mark(ctx: MigrationContext, step: MigrationInfo, heads: Collection[Any], run_args: Mapping[str, Any]) -> None:  # noqa: ARG001
    """Note after each migration which code works on what it made."""
    assert ctx.connection is not None
    compatibility.mark(ctx.connection, scripts, next(iter(heads), None))


context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    compare_type=True,
    # On PostgreSQL each migration is a transaction of its own, so that an index can be built outside of one.
    transaction_per_migration=True,
    on_version_apply=mark,
)
with context.begin_transaction():
    context.run_migrations()
