"""An edition: where it stands and why, its pages and articles, its life as a timeline, and what was fetched for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session, load_only
from starlette.requests import Request
from starlette.responses import Response

from scheduler.board import render
from scheduler.board.found import found
from scheduler.board.grid import shown_word
from scheduler.board.numbers import number_in
from scheduler.board.offers import ASKS_REASON, NEEDS_REASON, offered
from scheduler.board.state import board_of
from scheduler.remedy import remedy
from worker.domain import Kind
from worker.store.tables import Article, Capture, Edition, Event, Page, Publication, Revision

#: Most events and captures that one page shows, newest first; the database has them all.
_MOST = 400

_Row = TypeVar("_Row", Event, Capture)

#: Of a revision, what a list of articles needs: not its whole text.
_LISTED = (Revision.title, Revision.kind, Revision.quality, Revision.flags, Revision.removed, Revision.captions)


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """An article in a list."""

    id: int
    page_id: int
    title: str | None
    kind: Kind
    quality: float
    flags: Sequence[str]
    revision: int
    removed: int  #: pieces of text that were taken out
    first: str  #: where it begins, for items without a headline
    source_url: str
    joined_into: int | None
    withdrawn: bool


def edition(request: Request) -> Response:
    """One edition."""
    board = board_of(request)
    with board.database.read() as session:
        row, publication = found_edition(session, number_in(request))
        pages = session.scalars(select(Page).where(Page.edition_id == row.id).order_by(Page.position)).all()
        items = items_of(session, row.id)
        events = events_of(session, row.id)
        fetched = captures_of(session, row.id)
    word = shown_word(row, board.clock(), board.grace)
    return render.page(
        request,
        "edition.html",
        edition=row,
        publication=publication,
        word=word,
        helps=remedy(row, publication.slug, word),
        pages=pages,
        on_page={page.id: [item for item in items if item.page_id == page.id] for page in pages},
        standing=sum(not item.withdrawn and item.joined_into is None for item in items),
        events=events,
        own_events=[(event, number) for event, number in events if event.page_id is None],
        captures=fetched,
        offered=offered(row),
        asks_reason=ASKS_REASON,
        needs_reason=NEEDS_REASON,
    )


def found_edition(session: Session, edition_id: int) -> tuple[Edition, Publication]:
    """An edition with its publication.

    Raises:
        HTTPException: 404, there is none.
    """
    return found(session, select(Edition, Publication).join(Publication).where(Edition.id == edition_id))


def items_of(session: Session, edition_id: int, *, page_id: int | None = None) -> list[Item]:
    """The articles of an edition, or of one page, in printed order; withdrawn ones last."""
    query = (
        select(Article, Revision, Revision.paragraphs[0].as_string())
        .options(load_only(*_LISTED))
        .join(Revision, (Revision.article_id == Article.id) & (Revision.number == Article.revision))
        .join(Page, Page.id == Article.page_id)
        .where(Article.edition_id == edition_id)
        .order_by(Article.withdrawn_at.is_not(None), Page.position, Article.position, Article.id)
    )
    if page_id is not None:
        query = query.where(Article.page_id == page_id)
    return [
        Item(
            id=row.id,
            page_id=row.page_id,
            title=revision.title,
            kind=revision.kind,
            quality=revision.quality,
            flags=revision.flags,
            revision=row.revision,
            removed=len(revision.removed),
            first=next((text[:60] for text in (*revision.captions, begins) if text), ""),
            source_url=row.source_url,
            joined_into=row.joined_into,
            withdrawn=row.withdrawn_at is not None,
        )
        for row, revision, begins in session.execute(query)
    ]


def events_of(session: Session, edition_id: int, *, page_id: int | None = None) -> list[tuple[Event, str | None]]:
    """Events with the number of the page that they are about, newest first."""
    return _newest(session, Event, edition_id, page_id)


def captures_of(session: Session, edition_id: int, *, page_id: int | None = None) -> list[tuple[Capture, str | None]]:
    """Captures with the number of the page that they were fetched for, newest first."""
    return _newest(session, Capture, edition_id, page_id)


def _newest(session: Session, table: type[_Row], edition_id: int, page_id: int | None) -> list[tuple[_Row, str | None]]:
    query = (
        select(table, Page.number)
        .outerjoin(Page, Page.id == table.page_id)
        .where(table.edition_id == edition_id)
        .order_by(table.id.desc())
        .limit(_MOST)
    )
    if page_id is not None:
        query = query.where(table.page_id == page_id)
    return [(row, number) for row, number in session.execute(query)]
