"""Store articles that several pages of an edition make together. Finds no joins; it stores those that it is given."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from worker import __version__
from worker.domain import Article, Image, Removed
from worker.store.articles import columns, digest
from worker.store.tables import Article as ArticleRow
from worker.store.tables import Page, Revision


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """An article as one page said it last."""

    row: ArticleRow
    page: str  #: number of the page
    revision: Revision
    article: Article


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole:
    """An article of an edition, perhaps made of several parts."""

    parts: tuple[Part, ...]  #: in reading order; the first one's row holds the whole
    article: Article
    quality: float
    removed: tuple[Removed, ...]  #: what joining made needless


def parts(session: Session, edition_id: int) -> list[Part]:
    """All standing articles of an edition as their pages said them last, in printed order."""
    rows = session.execute(
        select(ArticleRow, Page.number, Revision)
        .join(Page, Page.id == ArticleRow.page_id)
        .join(Revision, Revision.article_id == ArticleRow.id)
        .where(ArticleRow.edition_id == edition_id, ArticleRow.withdrawn_at.is_(None), Revision.parts.is_(None))
        .order_by(Page.position, ArticleRow.position, ArticleRow.id, Revision.number)
    ).all()
    # Of several revisions of an article the last one stays.
    newest = {row.id: Part(row=row, page=page, revision=said, article=_article(said)) for row, page, said in rows}
    return list(newest.values())


def store(session: Session, wholes: Sequence[Whole], now: datetime) -> int:
    """Store what joining made; what is stored already stores nothing. Gives the number of new revisions."""
    added = 0
    for whole in wholes:
        head, *others = whole.parts
        head.row.joined_into = None
        for other in others:
            other.row.joined_into = head.row.id
        current = head.revision
        if current.number == head.row.revision and whole.article == head.article:
            continue
        if current.number != head.row.revision:
            current = session.scalars(
                select(Revision).where(Revision.article_id == head.row.id, Revision.number == head.row.revision)
            ).one()
        content = digest(whole.article)
        if current.digest == content:
            continue
        head.row.revision += 1
        session.add(
            Revision(
                article_id=head.row.id,
                number=head.row.revision,
                digest=content,
                quality=whole.quality,
                pages=[part.page for part in whole.parts],
                parts=[part.revision.id for part in whole.parts],
                removed=[
                    *(piece for part in whole.parts for piece in part.revision.removed),
                    *(asdict(piece) for piece in whole.removed),
                ],
                capture_id=head.revision.capture_id,
                captured_at=head.revision.captured_at,
                stored_at=now,
                software=__version__,
                **columns(whole.article),
            )
        )
        added += 1
    return added


def _article(revision: Revision) -> Article:
    stored: dict[str, Any] = {field.name: getattr(revision, field.name) for field in fields(Article)}
    for name, value in stored.items():
        if isinstance(value, list):
            stored[name] = tuple(value)
    stored["images"] = tuple(Image(**image) for image in revision.images)
    stored["tables"] = tuple(tuple(tuple(row) for row in table) for table in revision.tables)
    return Article(**stored)
