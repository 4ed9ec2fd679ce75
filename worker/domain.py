"""The frozen values that pass between the stages, and the states an edition and a page may be in.

Imports only the standard library. No stage changes its input: a stage takes values from here and makes new ones.
"""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any


class State(StrEnum):
    """Where an edition stands. The row in the database is the truth; a queued message is only a hint."""

    SCHEDULED = "scheduled"  #: known and due at ``next_attempt_at``; nobody works on it
    WAITING = "waiting"  #: the publisher has not put it out yet; looked at again until its deadline
    FETCHING = "fetching"  #: a worker holds its lease and reads the index
    PROCESSING = "processing"  #: its pages are known and are being read, each under its own lease
    COMPLETE = "complete"  #: every page and every listed article is stored
    PARTIAL = "partial"  #: ended with something missing; ``error`` says what
    SUSPECT = "suspect"  #: complete by count, but unlike its own history
    FAILED = "failed"  #: ended with nothing stored; ``error`` says why
    MISSING = "missing"  #: the deadline passed and the publisher had not put it out
    SKIPPED = "skipped"  #: an operator or the calendar says that there is none


class PageState(StrEnum):
    """Where one page of an edition stands."""

    PENDING = "pending"  #: known and due at ``next_attempt_at``
    FETCHING = "fetching"  #: a worker holds its lease
    DONE = "done"  #: every article that the page lists is stored
    PARTIAL = "partial"  #: ended with an article missing; ``error`` says which
    FAILED = "failed"  #: ended with nothing stored
    QUARANTINED = "quarantined"  #: given up because its worker died each time; only an operator opens it again


class BackfillState(StrEnum):
    """Where a backfill stands."""

    RUNNING = "running"  #: the tick makes its editions, a few at a time
    PAUSED = "paused"  #: nothing of it is sent or begun until it is resumed
    CANCELLED = "cancelled"  #: what had not begun was skipped
    DONE = "done"  #: every edition of its range has ended


_ENDED = (State.COMPLETE, State.PARTIAL, State.SUSPECT, State.FAILED, State.MISSING, State.SKIPPED)

#: Every state change that an edition may make; ``store.moves.move_edition`` refuses all others.
MOVES: Mapping[State, frozenset[State]] = {
    State.SCHEDULED: frozenset({State.FETCHING, State.SKIPPED, State.FAILED}),
    State.WAITING: frozenset({State.FETCHING, State.MISSING, State.SKIPPED, State.SCHEDULED}),
    State.FETCHING: frozenset(
        {
            State.PROCESSING,
            State.WAITING,
            State.SCHEDULED,
            State.FAILED,
            State.MISSING,
            # A second reading that fails leaves the edition what it was, or what its stored pages make it.
            State.COMPLETE,
            State.PARTIAL,
            State.SUSPECT,
        }
    ),
    State.PROCESSING: frozenset({State.COMPLETE, State.PARTIAL, State.SUSPECT, State.FAILED}),
    # An ended edition is opened again as a whole, or, where only pages failed, by those pages.
    **{state: frozenset({State.SCHEDULED, State.PROCESSING}) for state in _ENDED},
    # Besides, an operator accepts what is there, or says that there was none.
    State.PARTIAL: frozenset({State.SCHEDULED, State.PROCESSING, State.COMPLETE}),
    State.SUSPECT: frozenset({State.SCHEDULED, State.PROCESSING, State.COMPLETE}),
    State.FAILED: frozenset({State.SCHEDULED, State.PROCESSING, State.SKIPPED}),
    State.MISSING: frozenset({State.SCHEDULED, State.PROCESSING, State.SKIPPED}),
}

#: The same for a page; ``store.moves.move_page`` refuses all others.
PAGE_MOVES: Mapping[PageState, frozenset[PageState]] = {
    PageState.PENDING: frozenset({PageState.FETCHING, PageState.FAILED}),
    PageState.FETCHING: frozenset(
        {PageState.DONE, PageState.PARTIAL, PageState.FAILED, PageState.QUARANTINED, PageState.PENDING}
    ),
    PageState.DONE: frozenset({PageState.PENDING}),
    PageState.PARTIAL: frozenset({PageState.PENDING}),
    PageState.FAILED: frozenset({PageState.PENDING}),
    PageState.QUARANTINED: frozenset({PageState.PENDING}),
}

ENDED: frozenset[State] = frozenset(_ENDED)
PAGE_ENDED: frozenset[PageState] = frozenset(
    {PageState.DONE, PageState.PARTIAL, PageState.FAILED, PageState.QUARANTINED}
)

#: End states in which something of the edition, or of the page, is stored and stands while it is read again.
STANDING: frozenset[State] = frozenset({State.COMPLETE, State.PARTIAL, State.SUSPECT})
PAGE_STANDING: frozenset[PageState] = frozenset({PageState.DONE, PageState.PARTIAL})


class Kind(StrEnum):
    """What an item on a page is."""

    ARTICLE = "article"  #: a text with a body
    PHOTO = "photo"  #: pictures with their captions and no body
    NOTICE = "notice"  #: an official or classified notice (公告, 公示)
    ADVERT = "advert"  #: an advertisement
    INDEX = "index"  #: a table of contents or a pointer to other pages (导读)


class Failure(StrEnum):
    """What sort of failure it was, for those who are woken by it."""

    PASSING = "passing"  #: time-outs, resets, 5xx: passes by itself
    FINAL = "final"  #: 404, wrong type, bad input: does not pass by itself
    SITE_CHANGED = "site_changed"  #: an answer came, but the template does not find what it must
    BLOCKED = "blocked"  #: the site refuses us: a block or login page, robots.txt
    BUG = "bug"  #: an exception that we did not foresee


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """One HTTP response, or one page dump, as it came."""

    url: str  #: address that was asked for
    final_url: str  #: address that answered, after redirects
    fetched_at: datetime  #: when it came (UTC)
    status: int  #: HTTP status; 0 for a page dump
    reason: str  #: HTTP reason phrase
    headers: tuple[tuple[str, str], ...]  #: response headers as they came, in order
    raw: bytes = field(repr=False)  #: body as it came, with its content encoding
    body: bytes = field(repr=False)  #: body without its content encoding
    elapsed: float | None = None  #: from the last request to its whole answer, seconds

    @classmethod
    def of_dump(cls, name: str, data: bytes, at: datetime) -> "Response":
        """A page dump that was handed in, in the form of a response."""
        address = f"file:{name}"
        headers = (("Content-Type", "text/plain"),)
        return cls(
            url=address, final_url=address, fetched_at=at, status=0, reason="", headers=headers, raw=data, body=data
        )

    def header(self, name: str) -> str | None:
        """The first header of this name, whatever its case."""
        return next((value for key, value in self.headers if key.lower() == name), None)

    @property
    def content_type(self) -> str | None:
        """Content-Type as declared."""
        return self.header("content-type")

    @property
    def charset(self) -> str | None:
        """The charset that Content-Type names, if it does; it may be wrong."""
        named = re.search(r"charset\s*=\s*[\"']?([\w.:-]+)", self.content_type or "", re.IGNORECASE)
        return named[1] if named else None

    @property
    def sha256(self) -> str:
        """SHA-256 of the body, hexadecimal."""
        return hashlib.sha256(self.body).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Location:
    """Where a capture lies in the raw archive."""

    file: str  #: WARC file, relative to the archive's folder, with forward slashes
    offset: int  #: where its gzip member starts, bytes
    length: int  #: length of its gzip member, bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Removed:
    """A piece of text that cleaning took out, kept so that the page can be rebuilt."""

    text: str  #: exactly what was taken out
    reason: str  #: why, as a stable word: ``repeat``, ``furniture``, ``jump_line``, ``orphan_fragment`` ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """A picture that belongs to an article."""

    url: str  #: absolute address
    caption: str | None = None  #: picture text
    credit: str | None = None  #: who took it, as printed


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """The place of an article on the page image."""

    shape: str  #: ``polygon`` or ``rectangle``
    coords: tuple[int, ...]  #: x, y, x, y … in pixels of the page image
    url: str  #: the article that it leads to


@dataclass(frozen=True, slots=True, kw_only=True)
class PageRef:
    """One entry in an edition's list of pages."""

    number: str  #: as printed, such as ``01`` or ``A04``
    name: str | None  #: such as 要闻
    url: str  #: absolute address


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedPage:
    """What one page of an e-paper says of itself; the edition's index is its first page."""

    date: date | None  #: the date that stands in the page, which is the truth whatever the address says
    number: str | None  #: its own number
    name: str | None  #: its own name
    image_url: str | None  #: the page image
    pdf_url: str | None  #: the page's PDF
    pages: tuple[PageRef, ...]  #: the edition's pages in printed order, each once
    articles: tuple[str, ...]  #: addresses of the articles on this page in printed order, each once
    areas: tuple[Area, ...]  #: areas of the page image that lead to an article
    redirect: str | None = None  #: where a META REFRESH leads, if the document is nothing else


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedArticle:
    """An article as its template gives it, before cleaning."""

    title: str | None  #: 主题
    rubric: str | None = None  #: 栏目
    kicker: str | None = None  #: 引题
    subtitle: str | None = None  #: 副题
    author: str | None = None  #: the author line as printed
    paragraphs: tuple[str, ...] = ()  #: body, in order, one string a printed paragraph
    images: tuple[Image, ...] = ()  #: pictures with captions and credits
    tables: tuple[tuple[tuple[str, ...], ...], ...] = ()  #: tables as rows of cells
    metadata: Mapping[str, str] = field(default_factory=dict)  #: what embedded comments say, by field name
    removed: tuple[Removed, ...] = ()  #: site furniture that stood inside the article
    flags: tuple[str, ...] = ()  #: remarks of the parser, such as ``fallback``


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """A restored item, as it is stored."""

    kind: Kind
    title: str | None = None  #: 主题
    rubric: str | None = None  #: 栏目
    kicker: str | None = None  #: 引题
    subtitle: str | None = None  #: 副题
    reporters: tuple[str, ...] = ()  #: 记者
    correspondents: tuple[str, ...] = ()  #: 通讯员
    agency: str | None = None  #: the agency or paper that it was taken from, such as 新华社
    dateline: str | None = None  #: 电头 as printed, such as 新华社北京3月4日电
    dateline_place: str | None = None  #: its place
    dateline_date: date | None = None  #: its date, with the year that the edition gives it
    paragraphs: tuple[str, ...] = ()  #: body, in order
    signature: tuple[str, ...] = ()  #: sign-off lines: an organisation, a date
    captions: tuple[str, ...] = ()  #: picture texts, in order
    images: tuple[Image, ...] = ()  #: pictures
    tables: tuple[tuple[tuple[str, ...], ...], ...] = ()  #: tables as rows of cells
    flags: tuple[str, ...] = ()  #: what restoration did or could not do, sorted, each once


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What an edition looks like in numbers, by which drift is told. Counts are of items that stand."""

    pages: int
    articles: int
    titled: int  #: items with a title
    signed: int  #: items with a reporter, correspondent or agency
    bodied: int  #: items with a body
    fallback: int  #: items whose body the template did not find and a general reader did
    body_length: float  #: mean length of the bodies that there are, characters

    @classmethod
    def of(cls, pages: int, items: Sequence[Any]) -> "Profile":
        """Measure an edition of so many pages; its items are :class:`Article` or rows with the same names."""
        lengths = [sum(map(len, item.paragraphs)) for item in items if item.paragraphs]
        return cls(
            pages=pages,
            articles=len(items),
            titled=sum(bool(item.title) for item in items),
            signed=sum(bool(item.reporters or item.correspondents or item.agency) for item in items),
            bodied=len(lengths),
            fallback=sum("fallback" in item.flags for item in items),
            body_length=sum(lengths) / len(lengths) if lengths else 0.0,
        )

    def share(self, count: int) -> float | None:
        """A count as a share of the items; None without any."""
        return count / self.articles if self.articles else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """What restoration makes of a page dump or of one article: items, and all that it took out."""

    items: tuple[Article, ...]
    removed: tuple[Removed, ...]
