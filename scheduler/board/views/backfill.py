"""Backfills: how far each is, how fast it goes, what went wrong in it. Pausing and the like are in ``act``."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from scheduler.board import render, wish
from scheduler.board.numbers import number_in
from scheduler.board.offers import offered_backfill
from scheduler.board.state import board_of
from worker.domain import ENDED, State
from worker.store import backfills as rows
from worker.store.backfills import Progress
from worker.store.tables import Backfill, Edition, Publication

#: Most backfills and most editions of one that a page shows.
_MOST_BACKFILLS, _MOST = 50, 200
_TROUBLED = (State.FAILED, State.MISSING, State.PARTIAL, State.SUSPECT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A backfill and how far it is."""

    row: Backfill
    progress: Progress

    @property
    def ended(self) -> int:
        """Editions that have ended or were there before."""
        return self.progress.done + self.progress.failed + self.progress.missing + self.progress.skipped

    @property
    def total(self) -> int:
        """Editions in all."""
        return self.ended + self.progress.to_do

    @property
    def share(self) -> float:
        """Between 0 and 1."""
        return self.ended / self.total if self.total else 1.0


def backfills(request: Request) -> Response:
    """All backfills, newest first."""
    board = board_of(request)
    with board.database.read() as session:
        standings = [_standing(session, row, board.clock) for row in rows.latest(session, _MOST_BACKFILLS)]
    return render.page(
        request,
        "backfills.html",
        standings=standings,
        wish=request.query_params,
        includable=rows.INCLUDABLE,
        window=board.settings.backfill_window,
    )


def backfill(request: Request) -> Response:
    """One backfill, with the editions of it that went wrong."""
    board = board_of(request)
    with board.database.read() as session:
        row = session.get(Backfill, number_in(request))
        if row is None:
            raise HTTPException(404)
        standing = _standing(session, row, board.clock)
        query = (
            select(Edition, Publication)
            .join(Publication, Publication.id == Edition.publication_id)
            .order_by(Edition.ended_at.desc(), Edition.id)
            .limit(_MOST)
        )
        troubled = session.execute(query.where(Edition.backfill_id == row.id, Edition.state.in_(_TROUBLED))).all()
        under_way = session.execute(query.where(Edition.open_backfill_id == row.id, Edition.state.not_in(ENDED))).all()
    return render.page(
        request,
        "backfill.html",
        standing=standing,
        offered=offered_backfill(row.state),
        troubled=troubled,
        under_way=under_way,
        again=wish.again(row),
        most=_MOST,
    )


def _standing(session: Session, row: Backfill, clock: Callable[[], datetime]) -> Standing:
    return Standing(row=row, progress=rows.progress(session, row, clock()))
