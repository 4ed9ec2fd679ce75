"""Publications: which there are; and of one its last editions, its calendar in words and its figures."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from statistics import fmean, median
from zoneinfo import ZoneInfo

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from scheduler.board import render
from scheduler.board.almanac import in_words
from scheduler.board.grid import shown_word
from scheduler.board.numbers import date_in
from scheduler.board.state import board_of
from worker.domain import STANDING
from worker.store.tables import Edition, Publication

#: Editions on one page of a publication.
_SHOWN = 60
#: Days that its figures are about.
_DAYS = 90


@dataclass(frozen=True, slots=True, kw_only=True)
class Statistics:
    """A publication's figures over some days."""

    days: int
    editions: int
    states: Sequence[tuple[str, int]]  #: most frequent first
    pages: float | None  #: mean of those that are stored
    articles: float | None
    arrives: str | None  #: median local time at which its index was first read


def publications(request: Request) -> Response:
    """All publications, or those whose name or slug has ``?q=`` in it."""
    wish, every = request.query_params.get("q", "").strip(), request.query_params.get("all") == "1"
    newest = select(func.max(Edition.date)).where(Edition.publication_id == Publication.id).scalar_subquery()
    query = select(
        Publication.slug, Publication.name, Publication.language, Publication.family, Publication.enabled,
        newest.label("newest"),
    ).order_by(Publication.enabled.desc(), Publication.slug)  # fmt: skip
    if wish:
        part = wish.casefold()
        query = query.where(
            or_(
                func.lower(Publication.slug).contains(part, autoescape=True),
                func.lower(Publication.name).contains(part, autoescape=True),
            )
        )
    if not every:
        query = query.where(Publication.enabled)
    with board_of(request).database.read() as session:
        rows = session.execute(query).all()
    return render.page(request, "publications.html", rows=rows, q=wish, every=every)


def publication(request: Request) -> Response:
    """One publication; ``?until=`` pages back through its editions."""
    board = board_of(request)
    slug, until, now = request.path_params["slug"], date_in(request, "until"), board.clock()
    with board.database.read() as session:
        row = session.scalars(select(Publication).where(Publication.slug == slug)).one_or_none()
        if row is None:
            raise HTTPException(404)
        query = select(Edition).where(Edition.publication_id == row.id)
        if until is not None:
            query = query.where(Edition.date <= until)
        found = session.scalars(query.order_by(Edition.date.desc(), Edition.label).limit(_SHOWN + 1)).all()
        figures = _statistics(session, row, now.astimezone(ZoneInfo(row.time_zone)).date() - timedelta(days=_DAYS))
    here = f"/publications/{slug}"
    return render.page(
        request,
        "publication.html",
        publication=row,
        editions=[(edition, shown_word(edition, now, board.grace)) for edition in found[:_SHOWN]],
        older=f"{here}?until={found[_SHOWN].date}" if len(found) > _SHOWN else None,
        newer=here if until is not None else None,
        calendar=in_words(board.row(slug), render.words_of(request)),
        statistics=figures,
    )


def _statistics(session: Session, row: Publication, since: object) -> Statistics:
    found = session.execute(
        select(Edition.state, Edition.settled, Edition.pages, Edition.articles, Edition.arrived_at).where(
            Edition.publication_id == row.id, Edition.date > since
        )
    ).all()
    states = Counter(str(edition.settled or edition.state) for edition in found)
    stored = [edition for edition in found if (edition.settled or edition.state) in STANDING]
    zone = ZoneInfo(row.time_zone)
    arrived = [
        at.hour * 60 + at.minute
        for edition in found
        if edition.arrived_at
        for at in [edition.arrived_at.astimezone(zone)]
    ]
    usual = round(median(arrived)) if arrived else None
    return Statistics(
        days=_DAYS,
        editions=len(found),
        states=states.most_common(),
        pages=fmean(edition.pages for edition in stored) if stored else None,
        articles=fmean(edition.articles for edition in stored) if stored else None,
        arrives=f"{usual // 60:02}:{usual % 60:02}" if usual is not None else None,
    )
