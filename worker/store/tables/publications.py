"""The tables of newspapers: what the catalogue says of them, and whether operators want them."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint, false, true
from sqlalchemy.orm import Mapped, mapped_column

from worker.store.tables.base import Base, row_id
from worker.store.types import Json


class Publication(Base):
    """A newspaper as the worker needs it; the scheduler copies it from the catalogue."""

    __tablename__ = "publications"
    __table_args__ = (
        UniqueConstraint("slug"),
        {"comment": "Newspapers, copied from the catalogue by the scheduler."},
    )

    id: Mapped[int] = row_id()
    slug: Mapped[str] = mapped_column(comment="Stable short name, such as weifangdaily.")
    name: Mapped[str] = mapped_column(comment="Printed name.")
    family: Mapped[str] = mapped_column(comment="Template family that reads its pages.")
    edition_url: Mapped[str] = mapped_column(comment="Address of an edition's index, a strftime pattern.")
    language: Mapped[str] = mapped_column(comment="BCP 47 language tag of its text.")
    time_zone: Mapped[str] = mapped_column(comment="IANA time zone in which its dates are meant.")
    overrides: Mapped[dict[str, Any]] = mapped_column(Json, comment="Selectors that go before the family's own.")
    requests_per_second: Mapped[float] = mapped_column(comment="Most requests a second to its host; 0 is no limit.")
    concurrency: Mapped[int] = mapped_column(comment="Most requests to its host at the same time.")
    allow_private_addresses: Mapped[bool] = mapped_column(
        comment="True if its host may have a loopback or private network address."
    )
    obey_robots: Mapped[bool] = mapped_column(
        default=True, server_default=true(), comment="True if its host's robots.txt is obeyed."
    )
    archive_images: Mapped[bool] = mapped_column(
        default=False, server_default=false(), comment="True if page images go into the raw archive."
    )
    archive_pdfs: Mapped[bool] = mapped_column(
        default=False, server_default=false(), comment="True if the pages' PDFs go into the raw archive."
    )
    enabled: Mapped[bool] = mapped_column(comment="True if the scheduler plans its editions.")
    recheck_seconds: Mapped[int] = mapped_column(
        comment="Time between two looks for an edition that is not out yet, seconds."
    )
    reread_hours: Mapped[float | None] = mapped_column(
        comment="Hours after which an edition is read again for late pages and corrections; 0 never, null the setting."
    )
    updated_at: Mapped[datetime] = mapped_column(comment="When the catalogue last changed this row (UTC).")


class Decision(Base):
    """An operator's word on whether a publication is ingested; the newest of a slug counts, none is changed."""

    __tablename__ = "decisions"
    __table_args__ = (
        Index("ix_decisions_slug", "slug"),
        {"comment": "Operators' decisions to ingest publications or not; the newest goes before the catalogue."},
    )

    id: Mapped[int] = row_id()
    slug: Mapped[str] = mapped_column(comment="The publication.")
    enabled: Mapped[bool | None] = mapped_column(
        comment="True if it is to be ingested, false if not, null if the catalogue is to decide again."
    )
    at: Mapped[datetime] = mapped_column(comment="When (UTC).")
    actor: Mapped[str] = mapped_column(comment="Who: operator:NAME.")
    reason: Mapped[str] = mapped_column(comment="Why, one line; empty if not said.")
