"""The table of the raw archive's index: where each response lies. Holds no bytes."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from worker.store.tables.base import Base, row_id
from worker.store.types import BigId


class Capture(Base):
    """One HTTP response, or one page dump, as it came."""

    __tablename__ = "captures"
    __table_args__ = (
        Index("ix_captures_edition_id", "edition_id"),
        Index("ix_captures_page_id", "page_id"),
        Index("ix_captures_url", "url"),
        Index("ix_captures_host_fetched_at", "host", "fetched_at"),
        {"comment": "Index of the raw archive: where each response lies in the WARC files."},
    )

    id: Mapped[int] = row_id()
    edition_id: Mapped[int] = mapped_column(ForeignKey("editions.id"), comment="Edition for which it was fetched.")
    page_id: Mapped[int | None] = mapped_column(ForeignKey("pages.id"), comment="Page for which it was fetched.")
    url: Mapped[str] = mapped_column(comment="Address that was asked for.")
    final_url: Mapped[str] = mapped_column(comment="Address that answered, after redirects.")
    fetched_at: Mapped[datetime] = mapped_column(comment="When the answer came (UTC).")
    status: Mapped[int] = mapped_column(comment="HTTP status; 0 for a page dump.")
    content_type: Mapped[str | None] = mapped_column(comment="Content-Type as declared.")
    sha256: Mapped[str] = mapped_column(comment="SHA-256 of the decoded body, hexadecimal.")
    size: Mapped[int] = mapped_column(comment="Length of the decoded body, bytes.")
    warc_file: Mapped[str] = mapped_column(comment="WARC file, relative to the archive's folder.")
    warc_offset: Mapped[int] = mapped_column(BigId, comment="Where its gzip member starts, bytes.")
    warc_length: Mapped[int] = mapped_column(comment="Length of its gzip member, bytes.")
    host: Mapped[str | None] = mapped_column(comment="Host that was asked, with its port unless it is the usual.")
    elapsed_seconds: Mapped[float | None] = mapped_column(
        comment="Time from the last request to its whole answer, seconds."
    )
    etag: Mapped[str | None] = mapped_column(comment="ETag as it came, for a conditional request later.")
    last_modified: Mapped[str | None] = mapped_column(comment="Last-Modified as it came, likewise.")
    payload_digest: Mapped[str | None] = mapped_column(
        comment="Digest of the body as it came, as in WARC-Payload-Digest; null for older captures."
    )
    revisit_of: Mapped[int | None] = mapped_column(
        BigId, comment="Capture that holds the body, because the same bytes came again; null if this one does."
    )
