"""Read one edition as ingestion does, but keep nothing: is a publication's row right, does its template still fit?"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from worker import parse
from worker.clean import restore_article
from worker.domain import Article, ParsedPage, Profile, Response
from worker.errors import BroadsheetError, FetchRefused, NotPublished, Unrecognised
from worker.fetch import answers
from worker.listing import read_index
from worker.parse.probe import ARTICLE_FIELDS, PAGE_FIELDS, probe

#: Fetches addresses: an answer or an error for each, in order.
Fetch = Callable[[Sequence[str]], Sequence[Response | BroadsheetError]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """What of a publication's row says how its pages are read."""

    family: str
    overrides: Mapping[str, Any]

    def page(self, response: Response) -> ParsedPage:
        """What a page says of itself."""
        html = parse.decode(response.body, response.charset)
        return parse.parse_page(html, response.final_url, parse.get_family(self.family), self.overrides)

    def article(self, response: Response) -> tuple[Article, ...]:
        """The restored items of an article's document."""
        html = parse.decode(response.body, response.charset)
        parsed = parse.parse_article(html, response.final_url, parse.get_family(self.family), self.overrides)
        return restore_article(parsed).items

    def probe(self, response: Response, wanted: tuple[str, ...]) -> dict[str, str | None]:
        """Which selector finds each field."""
        html = parse.decode(response.body, response.charset)
        return probe(html, parse.get_family(self.family), self.overrides, wanted)


@dataclass(slots=True, kw_only=True)
class Trial:
    """What a trial found, as far as it came."""

    pages: int = 0
    listed: int = 0  #: addresses of articles that the pages list, each once
    items: list[Article] = field(default_factory=list)
    found: dict[str, Counter[str | None]] = field(default_factory=dict)  #: by field, documents by winning selector
    errors: list[BroadsheetError] = field(default_factory=list)  #: pages and articles that could not be read

    @property
    def profile(self) -> Profile:
        """What the edition looks like."""
        return Profile.of(self.pages, self.items)

    def note(self, template: Template, response: Response, wanted: tuple[str, ...]) -> None:
        """Count which selectors find something in a document."""
        count(self.found, template.probe(response, wanted))


def count(found: dict[str, Counter[str | None]], winners: Mapping[str, str | None]) -> None:
    """Add what one document shows to counts by field and winning selector."""
    for name, selector in winners.items():
        found.setdefault(name, Counter())[selector] += 1


def run(template: Template, url: str, day: date, fetch: Fetch, tell: Callable[[str, int, int], None]) -> Trial:
    """Read the edition of ``day`` whose index is at ``url``; ``tell`` hears of each page.

    Raises:
        NotPublished: the site has not that edition.
        Unrecognised: what came is no index of this template.
        BroadsheetError: the index cannot be fetched.
    """
    trial = Trial()
    response, listing = _index(template, url, day, fetch)
    trial.note(template, response, PAGE_FIELDS)
    trial.pages = len(listing.pages)
    seen: set[str] = set()
    for number, ref in enumerate(listing.pages, 1):
        try:
            layout = listing if ref.url == response.final_url else _page(template, ref.url, day, fetch, trial)
        except BroadsheetError as error:
            trial.errors.append(error)
            tell(str(error), number, trial.pages)
            continue
        fresh = [address for address in layout.articles if address not in seen]
        seen.update(fresh)
        trial.listed += len(fresh)
        _articles(template, fresh, fetch, trial)
        tell(f"page {ref.number}: {len(fresh)} articles", number, trial.pages)
    return trial


def _index(template: Template, url: str, day: date, fetch: Fetch) -> tuple[Response, ParsedPage]:
    came: list[Response] = []

    def read(place: str) -> ParsedPage:
        came.append(_got(fetch, place, missing=NotPublished))
        return template.page(came[-1])

    listing = read_index(read, url, day, template.family)
    return came[-1], listing


def _page(template: Template, url: str, day: date, fetch: Fetch, trial: Trial) -> ParsedPage:
    response = _got(fetch, url)
    layout = template.page(response)
    if layout.date is not None and layout.date != day:
        raise Unrecognised(f"{url} serves the edition of {layout.date}")
    trial.note(template, response, PAGE_FIELDS)
    return layout


def _articles(template: Template, urls: Sequence[str], fetch: Fetch, trial: Trial) -> None:
    for got in fetch(urls) if urls else ():
        try:
            if isinstance(got, BroadsheetError):
                raise got
            answers.require(got)
            trial.note(template, got, ARTICLE_FIELDS)
            trial.items.extend(template.article(got))
        except BroadsheetError as error:
            trial.errors.append(error)


def _got(fetch: Fetch, url: str, *, missing: type[BroadsheetError] = FetchRefused) -> Response:
    got = fetch([url])[0]
    if isinstance(got, BroadsheetError):
        raise got
    answers.require(got, missing=missing)
    return got
