"""The board's application: which address leads to which page, and what a reader sees when something is wrong."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog
from sqlalchemy.exc import DBAPIError
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp

from scheduler.board import render
from scheduler.board.security import Guard
from scheduler.board.state import Board
from scheduler.board.views import (
    account,
    act,
    article,
    backfill,
    capture,
    edition,
    fault,
    front,
    health,
    page,
    publication,
)
from worker.errors import StorageFailed, Unusable
from worker.store.database import unusable

log = structlog.get_logger("broadsheet.board")

_TYPES = {"board.css": "text/css", "icon.svg": "image/svg+xml"}
_ASSET_CACHE = "public, max-age=31536000, immutable"


def make_app(board: Board) -> ASGIApp:
    """The board as an ASGI application."""

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        yield
        board.close()

    app = Starlette(
        routes=_routes(),
        lifespan=lifespan,
        exception_handlers={
            HTTPException: _refused,
            DBAPIError: _database_away,
            Unusable: _database_away,
            StorageFailed: _archive_away,
            Exception: _unforeseen,
        },
    )
    app.state.board = board
    # Around everything, so that an answer to an unforeseen error carries the headers too.
    return Guard(app, settings=board.settings)


def _routes() -> list[Route]:
    return [
        Route("/", front.front),
        Route("/editions/{id}", edition.edition),
        Route("/editions/{id}/{action}", act.on_edition, methods=["POST"]),
        Route("/pages/{id}", page.page),
        Route("/articles/{id}", article.article),
        Route("/articles/{id}/diff", article.difference),
        Route("/captures/{id}", capture.capture),
        Route("/captures/{id}/record", capture.record),
        Route("/captures/{id}/body", capture.body),
        Route("/captures/{id}/image", capture.image),
        Route("/faults", fault.faults),
        Route("/faults/{fingerprint}", fault.fault),
        Route("/faults/{fingerprint}/retry", act.on_fault, methods=["POST"]),
        Route("/backfills", backfill.backfills),
        Route("/backfills", act.on_backfills, methods=["POST"]),
        Route("/backfills/{id}", backfill.backfill),
        Route("/backfills/{id}/{action}", act.on_backfill, methods=["POST"]),
        Route("/publications", publication.publications),
        Route("/publications/{slug}", publication.publication),
        Route("/account", account.account),
        Route("/account/sign-in", account.sign_in, methods=["POST"]),
        Route("/account/sign-out", account.sign_out, methods=["POST"]),
        Route("/assets/{name}", _asset),
        Route("/healthz", health.alive),
        Route("/readyz", health.ready),
    ]


def _asset(request: Request) -> Response:
    name = request.path_params["name"]
    if name not in _TYPES:
        raise HTTPException(404)
    return Response(render.asset(name)[0], 200, {"Cache-Control": _ASSET_CACHE}, _TYPES[name])


def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    t = render.words_of(request)
    key = error.detail if t.has(error.detail) else f"refused.{error.status_code}"
    response = _trouble(request, error.status_code, "refused.title", t(key) if t.has(key) else error.detail)
    for name, value in (error.headers or {}).items():
        response.headers[name] = value
    return response


def _database_away(request: Request, error: Exception) -> Response:
    board: Board = request.app.state.board
    text = str(unusable(error, board.database_name)) if isinstance(error, DBAPIError) else str(error)
    log.error("database_away", error=text)
    return _trouble(request, 503, "trouble.database", text, "trouble.database_why")


def _archive_away(request: Request, error: Exception) -> Response:
    return _trouble(request, 503, "trouble.archive", str(error), "trouble.archive_why")


def _unforeseen(request: Request, error: Exception) -> Response:
    # The server logs the traceback; this line has the stable name.
    log.error("board_page_failed", path=request.url.path, error=type(error).__name__)
    return _trouble(request, 500, "trouble.bug", type(error).__name__, "trouble.bug_why")


def _trouble(request: Request, status: int, title: str, text: str, advice: str = "") -> Response:
    t = render.words_of(request)
    return render.page(request, "trouble.html", status, title=t(title), text=text, advice=t(advice) if advice else "")
