"""The index of the raw archive: one row a capture."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from worker.domain import Location, Response
from worker.store.tables import Capture


def add(
    session: Session, edition_id: int, page_id: int | None, filed: Sequence[tuple[Response, Location]]
) -> list[Capture]:
    """Index responses that lie in the archive; gives their rows in the given order, with ids."""
    rows = [
        Capture(
            edition_id=edition_id,
            page_id=page_id,
            url=response.url,
            final_url=response.final_url,
            fetched_at=response.fetched_at,
            status=response.status,
            content_type=response.content_type,
            sha256=response.sha256,
            size=len(response.body),
            warc_file=location.file,
            warc_offset=location.offset,
            warc_length=location.length,
        )
        for response, location in filed
    ]
    session.add_all(rows)
    session.flush()
    return rows


def newest(session: Session, edition_id: int, url: str) -> Capture | None:
    """The newest capture of an address for an edition."""
    return session.scalars(
        select(Capture).where(Capture.edition_id == edition_id, Capture.url == url).order_by(Capture.id.desc()).limit(1)
    ).one_or_none()


def location(capture: Capture) -> Location:
    """Where a capture lies in the archive."""
    return Location(file=capture.warc_file, offset=capture.warc_offset, length=capture.warc_length)
