"""Whether the board lives, and whether its database answers; for machines that ask."""

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from scheduler.board.state import board_of
from worker.errors import Unusable


def alive(_request: Request) -> Response:
    """The process answers; says nothing of the database, which restarting the board would not mend."""
    return JSONResponse({"board": "ok"})


def ready(request: Request) -> Response:
    """200 if the database answers, else 503."""
    try:
        with board_of(request).database.read() as session:
            session.execute(text("SELECT 1"))
    except (DBAPIError, Unusable):
        return JSONResponse({"board": "ok", "database": "away"}, 503)
    return JSONResponse({"board": "ok", "database": "ok"})
