"""Alembic's entry point: migrates on the connection that ``worker.store.schema`` hands over."""

from alembic import context

# Not from tables: this one knows the watching tables, too.
from worker.store.watching import Base

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=Base.metadata, compare_type=True)
context.run_migrations()
