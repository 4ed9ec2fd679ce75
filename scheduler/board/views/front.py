"""The front page: today on top, what needs a person, then publications by days."""

from datetime import timedelta

from starlette.requests import Request
from starlette.responses import Response

from scheduler.board import render
from scheduler.board.attention import concerns
from scheduler.board.grid import Wanted, grid, last_day
from scheduler.board.gridtable import table
from scheduler.board.numbers import date_in, number_in
from scheduler.board.state import board_of
from scheduler.board.views.backfill import Standing
from scheduler.board.vitals import beats, queue_lengths
from worker.domain import BackfillState
from worker.store import backfills, overview

#: Days that a reader may choose; the first is the default.
DAYS = (14, 7, 28, 56)
#: What is counted of today, in the order in which it is shown.
_COUNTED = ("in", "late", "missing", "failed", "suspect", "partial", "waiting", "scheduled", "under_way", "held")
#: Lines of what needs a person that are shown at once; the rest is behind a click, so that the grid stays in reach.
_TOLD = 10
#: Most backfills that are told of here.
_BACKFILLS = 5
#: Words by which the grid can be filtered, in the legend's order.
WORDS = (
    *("complete", "partial", "suspect", "failed", "missing", "late", "held", "waiting", "scheduled"),
    *("fetching", "processing", "skipped"),
)


def front(request: Request) -> Response:
    """The front page."""
    board = board_of(request)
    now, grace = board.clock(), board.grace
    wish = request.query_params
    days = next((days for days in DAYS if str(days) == wish.get("days")), DAYS[0])
    regions = board.regions()
    region = wish.get("region", "")
    with board.database.read() as session:
        last = last_day(session, now)
        until = min(date_in(request, "until") or last, last)
        wanted = Wanted(
            until=until,
            days=days,
            text=wish.get("q", "").strip(),
            slugs=regions.get(region, ()) if region else None,
            word=wish.get("state", "") if wish.get("state") in WORDS else "",
            page=number_in(request, "page", default=1),
        )
        counts = overview.today(session, now, grace).numbers()
        lines, more = concerns(session, now, grace)
        shown = grid(session, wanted, now, grace)
        heard = beats(session, board.settings, now)
        worked = overview.progress_seen(session)
        running = backfills.latest(session, _BACKFILLS, BackfillState.RUNNING, BackfillState.PAUSED)
        standings = [Standing(row=row, progress=backfills.progress(session, row, now)) for row in running]
    earlier, later = until - timedelta(days=days), until + timedelta(days=days)
    return render.page(
        request,
        "front.html",
        now=now.replace(second=0, microsecond=0),
        today=[(word, counts[word]) for word in _COUNTED],
        expected=counts["expected"],
        again=counts["reading_again"],
        concerns=lines,
        told=_TOLD,
        more=more,
        worked=worked,
        backfills=standings,
        grid=shown,
        table=table(shown, render.words_of(request)),
        wanted=wanted,
        beats=heard,
        queues=queue_lengths(board.settings),
        regions=sorted(regions),
        region=region,
        day_choices=sorted(DAYS),
        words=WORDS,
        earlier=earlier,
        later=None if until >= last else min(later, last),
        refresh=wish.get("refresh") == "60",
    )
