"""The index of the raw archive: one row a capture."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from worker.domain import Location, Response
from worker.store.tables import Capture, Edition, Publication

#: Statuses of captures that hold a document: a page dump, an answer, one that had not changed.
_GOOD = (0, 200, 304)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCapture:
    """What makes a capture's row."""

    response: Response
    location: Location
    host: str | None  #: that was asked; None for a page dump
    payload_digest: str  #: of the body as it came
    original: Capture | None = None  #: the capture that holds the body, if the same bytes came again


def add(session: Session, edition_id: int, page_id: int | None, new: Sequence[NewCapture]) -> list[Capture]:
    """Index responses that lie in the archive; gives their rows in the given order, with ids."""
    if not new:
        return []
    rows = [_values(edition_id, page_id, item) for item in new]
    # The table's own insert: the session's way of making so many rows takes three times as long.
    statement = insert(Capture.__table__).returning(Capture.__table__.c.id, sort_by_parameter_order=True)  # type: ignore[arg-type]
    ids = session.execute(statement, rows).scalars()
    return [Capture(id=row_id, **row) for row_id, row in zip(ids, rows, strict=True)]


def _values(edition_id: int, page_id: int | None, new: NewCapture) -> dict[str, Any]:
    response, original = new.response, new.original
    return {
        "edition_id": edition_id,
        "page_id": page_id,
        "url": response.url,
        "final_url": response.final_url,
        "fetched_at": response.fetched_at,
        "status": response.status,
        "content_type": response.content_type if original is None else original.content_type,
        "sha256": response.sha256 if original is None else original.sha256,
        "size": len(response.body) if original is None else original.size,
        "warc_file": new.location.file,
        "warc_offset": new.location.offset,
        "warc_length": new.location.length,
        "host": new.host,
        "elapsed_seconds": response.elapsed,
        "etag": response.header("etag"),
        "last_modified": response.header("last-modified"),
        "payload_digest": new.payload_digest,
        "revisit_of": original.id if original is not None else None,
    }


def newest(session: Session, edition_id: int, url: str) -> Capture | None:
    """The newest capture of an address for an edition."""
    return session.scalars(
        select(Capture).where(Capture.edition_id == edition_id, Capture.url == url).order_by(Capture.id.desc()).limit(1)
    ).one_or_none()


def newest_good(session: Session, edition_id: int, urls: Sequence[str]) -> dict[str, Capture]:
    """The newest capture of each address for an edition that was an answer, not an error."""
    ids = (
        select(func.max(Capture.id))
        .where(Capture.edition_id == edition_id, Capture.url.in_(urls), Capture.status.in_(_GOOD))
        .group_by(Capture.url)
    )
    return {row.url: row for row in session.scalars(select(Capture).where(Capture.id.in_(ids)))}


def originals(session: Session, urls: Sequence[str]) -> dict[str, Capture]:
    """The newest capture of each address that holds a body, whatever the edition."""
    ids = select(func.max(Capture.id)).where(Capture.url.in_(urls), Capture.revisit_of.is_(None)).group_by(Capture.url)
    return {row.url: row for row in session.scalars(select(Capture).where(Capture.id.in_(ids)))}


def original(session: Session, capture: Capture) -> Capture:
    """The capture that holds a capture's body: itself, or an earlier one with the same bytes."""
    return capture if capture.revisit_of is None else session.get_one(Capture, capture.revisit_of)


def location(capture: Capture) -> Location:
    """Where a capture lies in the archive; a revisit's body lies with its original."""
    return Location(file=capture.warc_file, offset=capture.warc_offset, length=capture.warc_length)


def listing(
    session: Session,
    *,
    publication: str | None = None,
    day: date | None = None,
    url: str | None = None,
    capture_id: int | None = None,
    limit: int | None = None,
) -> Iterator[dict[str, Any]]:
    """Captures as plain values, the newest first; ``url`` is a part of the address."""
    query = (
        select(Capture, Publication.slug, Edition.date, Edition.label)
        .join(Edition, Edition.id == Capture.edition_id)
        .join(Publication, Publication.id == Edition.publication_id)
        .order_by(Capture.id.desc())
    )
    if publication is not None:
        query = query.where(Publication.slug == publication)
    if day is not None:
        query = query.where(Edition.date == day)
    if url is not None:
        query = query.where(Capture.url.contains(url, autoescape=True))
    if capture_id is not None:
        query = query.where(Capture.id == capture_id)
    columns = [column.name for column in Capture.__table__.columns if column.name not in {"edition_id", "page_id"}]
    for row in session.execute(query.limit(limit).execution_options(yield_per=500)):
        capture, slug, edition_date, label = row
        yield {
            "id": capture.id,
            "publication": slug,
            "date": edition_date,
            "label": label,
            **{name: getattr(capture, name) for name in columns if name != "id"},
        }


def lie_in(session: Session, edition_id: int, file: str, offset: int) -> bool:
    """Whether any capture of an edition lies in a WARC file from an offset on."""
    query = select(Capture.id).where(
        Capture.edition_id == edition_id, Capture.warc_file == file, Capture.warc_offset >= offset
    )
    return session.scalars(query.limit(1)).one_or_none() is not None


def of_file(session: Session, name: str) -> Sequence[Capture]:
    """The captures whose records lie in a WARC file, in the file's order."""
    return session.scalars(select(Capture).where(Capture.warc_file == name).order_by(Capture.warc_offset)).all()


def files(session: Session) -> Sequence[str]:
    """The WARC files that captures name."""
    return session.scalars(select(Capture.warc_file).distinct().order_by(Capture.warc_file)).all()
