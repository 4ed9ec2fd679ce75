"""Sign in and out of the one account, and say who is signed in. Passwords are checked here, never stored."""

import hmac
import math

import structlog
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from scheduler.board import messages, render
from scheduler.board.forms import read_form
from scheduler.board.passwords import verify
from scheduler.board.security import client_of
from scheduler.board.state import board_of

log = structlog.get_logger("broadsheet.board")


def account(request: Request) -> Response:
    """The sign-in form, or who is signed in."""
    return _page(request)


async def sign_in(request: Request) -> Response:
    """Check name and password and give the browser a session."""
    form = await read_form(request)
    return await run_in_threadpool(_sign_in, request, form)


async def sign_out(request: Request) -> Response:
    """Take the session away from the browser."""
    await read_form(request)
    response = messages.redirect(request, "/", "done", "account.signed_out")
    board_of(request).identity.sign_out(request, response)
    return response


def _sign_in(request: Request, form: dict[str, str]) -> Response:
    board = board_of(request)
    settings, identity = board.settings, board.identity
    if not identity.has_account or settings.board_password is None:
        return _page(request, 403)
    address = client_of(request, identity.peers)
    wait = board.throttle.wait(address)
    if wait > 0:
        response = _page(request, 429, "account.wait", seconds=math.ceil(wait))
        response.headers["Retry-After"] = str(math.ceil(wait))
        return response
    # Both are always compared, so that the time does not tell which was wrong.
    known = hmac.compare_digest(form.get("user", "").encode(), settings.board_user.encode())
    right = verify(form.get("password", ""), settings.board_password.get_secret_value())
    if not (known and right):
        board.throttle.failed(address)
        log.warning("sign_in_refused", address=address)
        return _page(request, 401, "account.wrong")
    board.throttle.succeeded(address)
    log.info("signed_in", user=settings.board_user, address=address)
    response = messages.redirect(request, form.get("back", ""), "done", "account.signed_in", name=settings.board_user)
    identity.sign_in(request, response)
    return response


def _page(request: Request, status: int = 200, refused: str = "", **values: object) -> Response:
    board = board_of(request)
    return render.page(
        request,
        "account.html",
        status,
        has_account=board.identity.has_account,
        refused=render.words_of(request)(refused, **values) if refused else "",
        back=request.query_params.get("back", "/"),
    )
