"""Make the HTML of a page and send it small: templates, language, ETag, gzip. Knows nothing of editions.

A page with a form holds a secret (its token), so it is neither kept by the browser nor compressed: a compressed page
that shows what an attacker chose beside a secret tells the secret by its length (BREACH).
"""

import gzip
import hashlib
from functools import cache
from importlib.resources import files
from typing import Any
from urllib.parse import urlencode

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response

from scheduler.board import messages, moments, text
from scheduler.board.identity import Person
from scheduler.board.languages import COOKIE, LANGUAGES, Words, chosen, words
from scheduler.board.marks import mark
from scheduler.board.security import is_secure
from scheduler.board.state import board_of
from worker import __version__

_GZIP_FROM = 1024
_YEAR = 365 * 24 * 3600


@cache
def environment() -> Environment:
    """The template environment: escapes everything, and fails on a name that is not there."""
    made = Environment(
        loader=PackageLoader(__package__),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_finalize,
    )
    made.filters |= {
        "foreign": text.foreign,
        "body": text.body,
        "plain": text.plain,
        "moment": moments.moment,
        "size": moments.size,
    }
    made.globals["mark"] = mark
    return made


@cache
def asset(name: str) -> tuple[bytes, str]:
    """One of the board's own files and the digest that its address carries."""
    data = (files(__package__) / "assets" / name).read_bytes()
    return data, hashlib.sha256(data).hexdigest()[:12]


def asset_url(name: str) -> str:
    """The address of one of the board's own files; it changes with the file."""
    return f"/assets/{name}?{asset(name)[1]}"


def person_of(request: Request) -> Person | None:
    """Who is signed in."""
    return board_of(request).identity.person(request)


def words_of(request: Request) -> Words:
    """The words of the reader's language."""
    return words(chosen(request))


def page(request: Request, template: str, status: int = 200, /, **values: Any) -> Response:
    """Answer with a page."""
    board = board_of(request)
    person = person_of(request)
    forms = _Forms(request, person)
    message = messages.message_of(request, words_of(request))
    context = {
        "t": words_of(request),
        "tag": LANGUAGES[chosen(request)],
        "languages": LANGUAGES,
        "person": person,
        "can_act": board.identity.can_act,
        "form_token": forms.token,
        "here": _here(request),
        "asset": asset_url,
        "version": __version__,
        "message": message,
        **values,
    }
    html = environment().get_template(template).render(context).encode("utf-8", "replace")
    response = _with_form(html, status) if forms.shown or message else _kept(request, html, status)
    if message:
        response.delete_cookie(messages.COOKIE, httponly=True, samesite="strict")
    if request.query_params.get("lang") in LANGUAGES:
        secure = is_secure(request, board.identity.peers)
        response.set_cookie(COOKIE, chosen(request), max_age=_YEAR, httponly=True, samesite="lax", secure=secure)
    return response


class _Forms:
    """Hands out form tokens and remembers whether it did."""

    def __init__(self, request: Request, person: Person | None) -> None:
        self._request, self._person = request, person
        self.shown = False

    def token(self) -> Markup:
        self.shown = True
        token = board_of(self._request).identity.form_token(self._person)
        return Markup('<input type="hidden" name="token" value="{}">').format(token)


class _Here:
    """The address of this page with some of its parameters changed; ``None`` takes one away."""

    def __init__(self, request: Request) -> None:
        self.path = request.url.path
        self._query = dict(request.query_params)

    def __call__(self, **changes: object) -> str:
        query = {name: value for name, value in {**self._query, **changes}.items() if value not in {None, ""}}
        return f"{self.path}?{urlencode(query)}" if query else self.path


def _here(request: Request) -> _Here:
    return _Here(request)


def _with_form(html: bytes, status: int) -> Response:
    return Response(html, status, {"Cache-Control": "no-store"}, "text/html")


def _kept(request: Request, html: bytes, status: int) -> Response:
    # Weak: the same page compressed is another sequence of bytes.
    etag = f'W/"{hashlib.sha256(html).hexdigest()[:24]}"'
    headers = {"ETag": etag, "Cache-Control": "private, no-cache", "Vary": "Cookie, Accept-Language, Accept-Encoding"}
    if status == 200 and etag in _tags(request):  # noqa: PLR2004  # only a whole good page
        return Response(status_code=304, headers=headers)
    if len(html) >= _GZIP_FROM and "gzip" in request.headers.get("accept-encoding", ""):
        html = gzip.compress(html, 5, mtime=0)
        headers["Content-Encoding"] = "gzip"
    return Response(html, status, headers, "text/html")


def _tags(request: Request) -> set[str]:
    return {tag.strip() for tag in request.headers.get("if-none-match", "").split(",")}


def _finalize(value: Any) -> Any:
    # What a template shows without a filter is shown without hidden characters, wherever it stands.
    return text.plain(value) if isinstance(value, str) and not isinstance(value, Markup) else value
