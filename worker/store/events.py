"""Read the events of editions and pages, a bounded number at a time."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from worker.store.tables import Edition, Event, Page, Publication

#: Newest editions of a publication whose events are looked at when no time is given.
_EDITIONS = 100

#: Transactions commit in another order than their events were numbered; so many numbers are looked at again.
_OVERLAP = 500


def last_id(session: Session) -> int:
    """Number of the newest event; 0 if there is none."""
    return session.scalar(select(func.max(Event.id))) or 0


def newest(session: Session, *, publication: str | None, since: datetime | None, limit: int) -> list[dict[str, Any]]:
    """The newest events, oldest first."""
    query = _query(publication)
    if since is not None:
        query = query.where(Event.at >= since)
    elif publication is not None:
        mine = (
            select(Edition.id)
            .join(Publication)
            .where(Publication.slug == publication)
            .order_by(Edition.date.desc())
            .limit(_EDITIONS)
        )
        query = query.where(Event.edition_id.in_(mine))
    return [_row(found) for found in session.execute(query.order_by(Event.id.desc()).limit(limit))][::-1]


def after(session: Session, last: int, *, publication: str | None) -> list[dict[str, Any]]:
    """Events from a little before a number on, oldest first; the caller knows those that it has seen."""
    query = _query(publication).where(Event.id > last - _OVERLAP)
    return [_row(found) for found in session.execute(query.order_by(Event.id).limit(10 * _OVERLAP))]


def of_edition(session: Session, edition_id: int, limit: int = 1000) -> list[dict[str, Any]]:
    """The newest events of one edition and its pages, oldest first."""
    query = _query(None).where(Event.edition_id == edition_id).order_by(Event.id.desc()).limit(limit)
    return [_row(found) for found in session.execute(query)][::-1]


def _query(publication: str | None) -> Any:
    query: Any = (
        select(Event, Publication.slug, Edition.date, Edition.label, Page.number)
        .join(Edition, Event.edition_id == Edition.id)
        .join(Publication, Edition.publication_id == Publication.id)
        .outerjoin(Page, Event.page_id == Page.id)
    )
    return query if publication is None else query.where(Publication.slug == publication)


def _row(found: Sequence[Any]) -> dict[str, Any]:
    event, slug, day, label, page = found
    return {
        "id": event.id,
        "at": event.at,
        "publication": slug,
        "date": day,
        "label": label,
        "page": page,
        "from": event.from_state,
        "to": event.to_state,
        "actor": event.actor,
        "reason": event.reason,
        "attempt": event.attempt,
        "token": event.token,
    }
