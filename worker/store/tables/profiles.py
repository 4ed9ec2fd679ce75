"""The table of profiles: what editions looked like when they ended."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from worker.store.tables.base import Base


class ProfileRow(Base):
    """What an edition looked like when it ended; one row an edition, made anew when it is read again."""

    __tablename__ = "profiles"
    __table_args__ = (
        CheckConstraint("source IN ('web', 'text')", name="source"),
        {"comment": "What editions looked like when they ended; drift is told by comparing them."},
    )

    edition_id: Mapped[int] = mapped_column(
        ForeignKey("editions.id"), primary_key=True, autoincrement=False, comment="The edition."
    )
    source: Mapped[str] = mapped_column(comment="web: fetched; text: page dumps, which are compared with nothing.")
    pages: Mapped[int] = mapped_column(comment="Pages.")
    articles: Mapped[int] = mapped_column(comment="Items that stood.")
    titled: Mapped[int] = mapped_column(comment="Items with a title.")
    signed: Mapped[int] = mapped_column(comment="Items with a reporter, correspondent or agency.")
    bodied: Mapped[int] = mapped_column(comment="Items with a body.")
    fallback: Mapped[int] = mapped_column(
        comment="Items whose body the template did not find and a general reader did."
    )
    body_length: Mapped[float] = mapped_column(comment="Mean length of the bodies that there are, characters.")
    accepted: Mapped[bool] = mapped_column(
        comment="True if an operator judged the edition sound although it is unlike."
    )
    starts_history: Mapped[bool] = mapped_column(
        comment="True if an operator said that from this edition on the publication looks like this."
    )
    made_at: Mapped[datetime] = mapped_column(comment="When it was measured (UTC).")
