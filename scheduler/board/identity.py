"""Who is asking: the account's session cookie, or a name that a trusted proxy gives; and form tokens bound to it.

A session is a signed cookie and nothing on the server: name, time of sign-in and a random part, under HMAC-SHA256 with
a key that the password is part of, so that a new password ends all sessions.
"""

import base64
import hashlib
import hmac
import re
import secrets
import time
from dataclasses import dataclass
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response

from scheduler.board.security import Peers, is_secure
from worker.settings import NAME, Settings

COOKIE = "broadsheet_session"
#: A session ends this long after its sign-in, seconds.
SESSION_SECONDS = 12 * 3600
#: A form is good for so long after it was shown, seconds.
_FORM_SECONDS = 12 * 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Who is signed in."""

    name: str
    by: str  #: ``session`` or ``proxy``
    bond: str  #: what form tokens of this person are bound to

    @property
    def actor(self) -> str:
        """The name that events carry."""
        return f"operator:{self.name}"


class Identity:
    """Signs and checks; one a process."""

    def __init__(self, settings: Settings, key: bytes) -> None:
        self._settings = settings
        self.peers = Peers.of(settings)
        password = settings.board_password.get_secret_value() if settings.board_password else ""
        account = f"{settings.board_user}\0{password}".encode()
        self._key = hmac.new(key, account, hashlib.sha256).digest()

    @property
    def has_account(self) -> bool:
        """Whether anybody can sign in with a password."""
        return bool(self._settings.board_user)

    @property
    def can_act(self) -> bool:
        """Whether anybody can act at all; if not, the board only shows."""
        return self.has_account or bool(self._settings.board_proxy_header)

    def person(self, request: Request) -> Person | None:
        """Who is asking, if anybody is signed in."""
        header = self._settings.board_proxy_header
        if header and request.client and self.peers.trusts(request.client.host):
            named = request.headers.getlist(header)
            # Two headers, or a name with a comma: a proxy that adds its own to the reader's. Neither is believed.
            if len(named) == 1 and named[0] and re.fullmatch(NAME, named[0], re.ASCII):
                return Person(name=named[0], by="proxy", bond=f"proxy:{named[0]}")
        return self._of_cookie(request.cookies.get(COOKIE, ""))

    def sign_in(self, request: Request, response: Response) -> None:
        """Give the account a session."""
        payload = f"{self._settings.board_user}|{int(time.time())}|{secrets.token_urlsafe(16)}"
        encoded = base64.urlsafe_b64encode(payload.encode()).decode()
        response.set_cookie(
            COOKIE,
            f"{encoded}.{self._signed('session', encoded)}",
            max_age=SESSION_SECONDS,
            httponly=True,
            samesite="strict",
            secure=is_secure(request, self.peers),
        )

    def sign_out(self, request: Request, response: Response) -> None:
        """Take the session away from this browser."""
        response.delete_cookie(COOKIE, httponly=True, samesite="strict", secure=is_secure(request, self.peers))

    def form_token(self, person: Person | None) -> str:
        """A token for a form shown now to this person, or to somebody who is about to sign in."""
        shown = str(int(time.time()))
        return f"{shown}.{self._signed('form', f'{_bond(person)}|{shown}')}"

    def accepts(self, token: str, person: Person | None) -> bool:
        """Whether a form's token was made for this person and is not too old."""
        shown, _, signature = token.partition(".")
        if not re.fullmatch(r"\d{1,12}", shown, re.ASCII):
            return False
        right = hmac.compare_digest(signature.encode(), self._signed("form", f"{_bond(person)}|{shown}").encode())
        return right and time.time() - int(shown) < _FORM_SECONDS

    def sealed(self, data: str) -> str:
        """Data that a browser keeps for us and cannot change."""
        return f"{data}.{self._signed('message', data)}"

    def unsealed(self, text: str) -> str | None:
        """What :meth:`sealed` made of data, undone; nothing if it was changed."""
        data, _, signature = text.rpartition(".")
        return data if hmac.compare_digest(signature.encode(), self._signed("message", data).encode()) else None

    def _of_cookie(self, cookie: str) -> Person | None:
        encoded, _, signature = cookie.partition(".")
        if not self.has_account or not hmac.compare_digest(
            signature.encode(), self._signed("session", encoded).encode()
        ):
            return None
        name, at, _ = base64.urlsafe_b64decode(encoded).decode().split("|")
        if time.time() - int(at) > SESSION_SECONDS:
            return None
        return Person(name=name, by="session", bond=f"session:{encoded}")

    def _signed(self, purpose: str, text: str) -> str:
        return hmac.new(self._key, f"{purpose}\0{text}".encode(), hashlib.sha256).hexdigest()


def from_ourselves(request: Request) -> bool:
    """Whether a form was sent from a page of this board: by Origin, else by what the browser says of the site.

    A request that names neither is refused: every browser that supports the board sends one.
    """
    host = request.headers.get("host", "").lower()
    origin = request.headers.get("origin")
    if origin is not None:
        return urlsplit(origin).netloc.lower() == host
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    return urlsplit(request.headers.get("referer", "")).netloc.lower() == host != ""


def _bond(person: Person | None) -> str:
    return person.bond if person else "nobody"
