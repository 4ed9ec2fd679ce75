"""A later release of Broadsheet, as far as its database goes: one more migration than the code knows."""

import os
from pathlib import Path

import pytest

from worker.store import schema
from worker.store.database import Database

MIGRATION = '''"""What a later release changes."""

import sqlalchemy as sa
from alembic import op
from worker.store import online

revision = "9000"
down_revision = "{head}"
branch_labels = None
depends_on = None
{marker}


def upgrade() -> None:
    {upgrade}


def downgrade() -> None:
    pass
'''
EXPAND = """op.add_column("editions", sa.Column("note", sa.String(), nullable=True))
    op.create_table("later", sa.Column("id", sa.Integer(), primary_key=True))"""


def migrate(
    database: Database,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    *,
    upgrade: str = EXPAND,
    marker: str | None = None,
) -> tuple[str | None, str]:
    """Migrate a database as a later release would; by default its change suits this version's code, and says so."""
    code, config = schema.HEAD, schema._config
    marker = f'works_with = "{code}"' if marker is None else marker
    folder.mkdir(exist_ok=True)
    source = MIGRATION.format(head=code, marker=marker, upgrade=upgrade)
    (folder / "9000_later.py").write_text(source, encoding="utf-8")

    def with_later():
        made = config()
        ours = f"{made.get_main_option('script_location')}/versions"
        made.set_main_option("path_separator", "os")
        made.set_main_option("version_locations", os.pathsep.join([ours, str(folder)]))
        return made

    with monkeypatch.context() as patch:
        patch.setattr(schema, "_config", with_later)
        patch.setattr(schema, "HEAD", "9000")
        return schema.migrate(database)
