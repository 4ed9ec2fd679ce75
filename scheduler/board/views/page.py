"""One page of an edition: its image with the areas drawn over it, its articles, what was removed, what was fetched."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from scheduler.board import render
from scheduler.board.found import found
from scheduler.board.numbers import number_in
from scheduler.board.pictures import picture_of
from scheduler.board.sheet import path_of, sheet_of
from scheduler.board.state import board_of
from scheduler.board.views.capture import picture_bytes
from scheduler.board.views.edition import Item, captures_of, events_of, items_of
from worker.store import captures
from worker.store.tables import Capture, Edition, Page, Publication


def page(request: Request) -> Response:
    """One page of an edition."""
    board = board_of(request)
    with board.database.read() as session:
        row, edition, publication = _found(session, number_in(request))
        numbers = session.execute(
            select(Page.id, Page.number).where(Page.edition_id == edition.id).order_by(Page.position)
        ).all()
        items = items_of(session, edition.id, page_id=row.id)
        events = events_of(session, edition.id, page_id=row.id)
        fetched = captures_of(session, edition.id, page_id=row.id)
        kept = _kept_image(session, row)
    picture = picture_of(picture_bytes(board, kept)) if kept else None
    sheet = sheet_of(row.areas, _by_path(items), picture)
    places = [number.id for number in numbers]
    at = places.index(row.id)
    return render.page(
        request,
        "page.html",
        page=row,
        edition=edition,
        publication=publication,
        before=numbers[at - 1] if at else None,
        after=numbers[at + 1] if at + 1 < len(numbers) else None,
        items=items,
        events=events,
        captures=fetched,
        sheet=sheet,
        image=kept.id if kept and picture else None,
    )


def _found(session: Session, page_id: int) -> tuple[Page, Edition, Publication]:
    query = (
        select(Page, Edition, Publication)
        .join(Edition, Edition.id == Page.edition_id)
        .join(Publication, Publication.id == Edition.publication_id)
        .where(Page.id == page_id)
    )
    return found(session, query)


def _kept_image(session: Session, row: Page) -> Capture | None:
    """The capture that holds the page image, if the archive has it: the publisher is never asked by a reader's look."""
    if row.image_url is None:
        return None
    kept = captures.newest_good(session, row.edition_id, [row.image_url]).get(row.image_url)
    return captures.original(session, kept) if kept else None


def _by_path(items: Sequence[Item]) -> dict[str, tuple[int, int, str]]:
    found: dict[str, tuple[int, int, str]] = {}
    for number, item in enumerate(items, 1):
        found.setdefault(path_of(item.source_url), (number, item.id, item.title or item.source_url))
    return found
