"""Faults: every edition and page that failed the same way reads as one, and is retried as one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, func, literal, null, select, union_all
from sqlalchemy.orm import Session
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from scheduler import actions
from scheduler.board import render
from scheduler.board.state import board_of
from worker.store import overview
from worker.store.tables import Edition, Page, Publication

#: Days back that a reader may choose for the list; the first is the default, and the command line's.
DAYS = (7, 30, 90, 365)
#: Most of one fault's editions that a page shows.
_MOST = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Failures with one fingerprint."""

    fingerprint: str
    failure: str | None
    error: str  #: one of their texts
    editions: int
    publications: int
    since: datetime
    until: datetime


def faults(request: Request) -> Response:
    """Faults that stand, of editions of the last days, the one with most editions first."""
    board = board_of(request)
    days = next((days for days in DAYS if str(days) == request.query_params.get("days")), DAYS[0])
    with board.database.read() as session:
        found = overview.faults(session, (board.clock() - timedelta(days=days)).date())
    return render.page(request, "faults.html", faults=found, days=days, day_choices=DAYS)


def fault(request: Request) -> Response:
    """One fault and what it hit."""
    fingerprint = request.path_params["fingerprint"]
    with board_of(request).database.read() as session:
        found = _fault(session, fingerprint)
        if found is None:
            raise HTTPException(404, "fault.gone")
        hit = _hit(session, fingerprint)
        openable = actions.count_with_fingerprint(session, fingerprint)
    return render.page(request, "fault.html", fault=found, hit=hit, openable=openable, most=_MOST)


def _fault(session: Session, fingerprint: str) -> Fault | None:
    """A fault over all editions, however old."""
    failed = _failed().subquery()
    query = (
        select(
            failed.c.fingerprint,
            func.min(failed.c.failure).label("failure"),
            func.min(failed.c.error).label("error"),
            func.count(failed.c.edition_id.distinct()).label("editions"),
            func.count(failed.c.publication_id.distinct()).label("publications"),
            func.min(failed.c.updated_at).label("since"),
            func.max(failed.c.updated_at).label("until"),
        )
        .where(failed.c.fingerprint == fingerprint)
        .group_by(failed.c.fingerprint)
    )
    found = session.execute(query).mappings().one_or_none()
    return Fault(**found) if found else None


def _failed() -> Any:
    editions = select(
        Edition.fingerprint,
        Edition.failure,
        Edition.error,
        Edition.id.label("edition_id"),
        Edition.publication_id,
        Edition.updated_at,
        null().label("page_id"),
    ).where(Edition.fingerprint.is_not(None))
    pages = (
        select(
            Page.fingerprint,
            Page.failure,
            Page.error,
            Page.edition_id,
            Edition.publication_id,
            Page.updated_at,
            Page.id.label("page_id"),
        )
        .join(Edition, Edition.id == Page.edition_id)
        .where(Page.fingerprint.is_not(None))
    )
    return union_all(editions, pages)


def _hit(session: Session, fingerprint: str) -> Sequence[Row[Any]]:
    """Editions and pages with one fingerprint, newest edition first."""
    editions = (
        select(Edition, Publication, literal(None).label("page_id"), literal(None).label("page"), Edition.error)
        .join(Publication, Publication.id == Edition.publication_id)
        .where(Edition.fingerprint == fingerprint)
    )
    pages = (
        select(Edition, Publication, Page.id.label("page_id"), Page.number.label("page"), Page.error)
        .join(Edition, Edition.id == Page.edition_id)
        .join(Publication, Publication.id == Edition.publication_id)
        .where(Page.fingerprint == fingerprint)
    )
    rows: list[Row[Any]] = [*session.execute(_newest(editions)), *session.execute(_newest(pages))]
    return sorted(rows, key=lambda row: (row.Edition.date, row.Publication.slug, row.page or ""), reverse=True)[:_MOST]


def _newest(query: Any) -> Any:
    return query.order_by(Edition.date.desc(), Publication.slug).limit(_MOST)
