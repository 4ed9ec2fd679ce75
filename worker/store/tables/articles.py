"""The tables of articles: the items of editions and the versions of what they say."""

import datetime as dt
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from worker.domain import Kind
from worker.store.tables.base import Base, one_of, row_id
from worker.store.types import Json


class Article(Base):
    """One item of an edition; what it says is in its revisions."""

    __tablename__ = "articles"
    __table_args__ = (
        UniqueConstraint("edition_id", "key"),
        Index("ix_articles_page_id", "page_id"),
        {"comment": "Items of editions, each exactly once; their contents are in revisions."},
    )

    id: Mapped[int] = row_id()
    edition_id: Mapped[int] = mapped_column(ForeignKey("editions.id"), comment="The edition.")
    page_id: Mapped[int] = mapped_column(
        ForeignKey("pages.id"), comment="The page that it stands on (the first, if two list it)."
    )
    key: Mapped[str] = mapped_column(
        comment="What makes it the same item when read again: its address, or page and headline."
    )
    position: Mapped[int] = mapped_column(comment="Place on the page, from 1.")
    source_url: Mapped[str] = mapped_column(comment="Its address, or the name of the page dump.")
    revision: Mapped[int] = mapped_column(comment="Number of its newest revision.")
    first_seen_at: Mapped[datetime] = mapped_column(comment="When it was first stored (UTC).")
    joined_into: Mapped[int | None] = mapped_column(
        ForeignKey("articles.id"),
        comment="The article of another page that this one continues (下转/上接) and that holds both; null if none.",
    )
    withdrawn_at: Mapped[datetime | None] = mapped_column(
        comment="When a later reading of its page no longer had it; null if it stands (UTC)."
    )


class Revision(Base):
    """One version of an article's content; never changed after it was written."""

    __tablename__ = "revisions"
    __table_args__ = (
        UniqueConstraint("article_id", "number"),
        one_of("kind", Kind),
        {"comment": "Versions of articles' contents; a corrected article gets a new one, none is overwritten."},
    )

    id: Mapped[int] = row_id()
    article_id: Mapped[int] = mapped_column(ForeignKey("articles.id"), comment="The article.")
    number: Mapped[int] = mapped_column(comment="1 for the first, then 2, 3 …")
    digest: Mapped[str] = mapped_column(
        comment="SHA-256 of the content, hexadecimal; equal contents have equal digests."
    )
    kind: Mapped[Kind] = mapped_column(comment="article, photo, notice, advert or index.")
    title: Mapped[str | None] = mapped_column(comment="主题.")
    rubric: Mapped[str | None] = mapped_column(comment="栏目.")
    kicker: Mapped[str | None] = mapped_column(comment="引题.")
    subtitle: Mapped[str | None] = mapped_column(comment="副题.")
    reporters: Mapped[list[str]] = mapped_column(Json, comment="记者, names in printed order.")
    correspondents: Mapped[list[str]] = mapped_column(Json, comment="通讯员, names in printed order.")
    agency: Mapped[str | None] = mapped_column(comment="Agency or paper that it was taken from, such as 新华社.")
    dateline: Mapped[str | None] = mapped_column(comment="电头 as printed.")
    dateline_place: Mapped[str | None] = mapped_column(comment="Place of the dateline.")
    dateline_date: Mapped[dt.date | None] = mapped_column(comment="Date of the dateline, with the edition's year.")
    paragraphs: Mapped[list[str]] = mapped_column(Json, comment="Body, a string a paragraph.")
    signature: Mapped[list[str]] = mapped_column(Json, comment="Sign-off lines.")
    captions: Mapped[list[str]] = mapped_column(Json, comment="Picture texts.")
    images: Mapped[list[Any]] = mapped_column(Json, comment="Pictures: url, caption, credit.")
    tables: Mapped[list[Any]] = mapped_column(Json, comment="Tables as rows of cells.")
    flags: Mapped[list[str]] = mapped_column(Json, comment="What restoration did or could not do.")
    quality: Mapped[float] = mapped_column(comment="How sure restoration is of it, between 0 and 1, from the flags.")
    pages: Mapped[list[str]] = mapped_column(Json, comment="Numbers of the pages that it stands on, in reading order.")
    parts: Mapped[list[int] | None] = mapped_column(
        Json, comment="Revisions from several pages that it was joined from; null if it was read from one page."
    )
    removed: Mapped[list[Any]] = mapped_column(Json, comment="Text that was taken out of this article: text, reason.")
    capture_id: Mapped[int] = mapped_column(
        ForeignKey("captures.id"), comment="The bytes that it was read from; those of the first part, if it was joined."
    )
    captured_at: Mapped[datetime] = mapped_column(comment="When those bytes came (UTC).")
    stored_at: Mapped[datetime] = mapped_column(comment="When this revision was written (UTC).")
    software: Mapped[str] = mapped_column(comment="Version of Broadsheet that read it.")
