"""What an action came to, told on the page after it: carried by a signed cookie that the next page takes away."""

import base64
import json
from dataclasses import dataclass
from typing import Literal

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from scheduler.board.languages import Words
from scheduler.board.security import is_secure
from scheduler.board.state import board_of

COOKIE = "broadsheet_message"
Tone = Literal["done", "refused"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One line for the person who acted."""

    tone: Tone
    text: str


def redirect(request: Request, to: str, tone: Tone, key: str, /, **values: object) -> Response:
    """See another page, which tells what was done: so that reloading it does nothing a second time."""
    response = RedirectResponse(_local(to), 303, {"Cache-Control": "no-store"})
    identity = board_of(request).identity
    data = base64.urlsafe_b64encode(json.dumps([tone, key, values], default=str).encode()).decode()
    secure = is_secure(request, identity.peers)
    response.set_cookie(COOKIE, identity.sealed(data), max_age=120, httponly=True, samesite="strict", secure=secure)
    return response


def message_of(request: Request, words: Words) -> Message | None:
    """What the last action came to, if it has not been told yet."""
    data = board_of(request).identity.unsealed(request.cookies.get(COOKIE, ""))
    if data is None:
        return None
    tone, key, values = json.loads(base64.urlsafe_b64decode(data))
    return Message(tone=tone, text=words(key, **values)) if words.has(key) else None


def _local(path: str) -> str:
    # Only a path of ours: "//host" and "/\host" lead elsewhere.
    return path if path.startswith("/") and path[1:2] not in {"/", "\\"} and path.isprintable() else "/"
