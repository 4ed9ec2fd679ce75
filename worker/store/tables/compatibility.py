"""The table that migrations write: which older code works on the schema as it is."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from worker.store.tables.base import Base


class SchemaCompatibility(Base):
    """Which older code may work on the present schema; written by migrations alone."""

    __tablename__ = "schema_compatibility"
    __table_args__ = ({"comment": "Which older code may work on the present schema; written by migrations alone."},)

    revision: Mapped[str] = mapped_column(primary_key=True, comment="The schema's revision, as in alembic_version.")
    works_with: Mapped[str] = mapped_column(comment="Oldest revision whose code works on this schema.")
    changed_at: Mapped[datetime] = mapped_column(comment="When the schema was brought to it (UTC).")
