"""Propose a catalogue row for a start page: its family, its date pattern, a name and a slug. Writes nothing."""

import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from scheduler.catalogue.pattern import edition_pattern
from worker import parse
from worker.domain import ParsedPage, Response
from worker.errors import BroadsheetError, Unrecognised
from worker.fetch import answers
from worker.parse import dates
from worker.parse.metadata import metadata
from worker.parse.select import Document, text_of
from worker.parse.text import tidy
from worker.trial import Fetch

#: An entry page that sends on more often than this is a loop.
_MOST_REDIRECTS = 4

#: Parts of hosts and paths that name no newspaper.
_GENERAL = re.compile(
    r"^(?:www|e?papers?|szb\w?|dzb\w?|news(?:paper)?|html?|s?html|pc|pad|layout|content|column?|con|site\d*|paper\w*"
    r"|index|page|\d.*|com|cn|net|org|gov|ac|cc|.?)$",
    re.IGNORECASE,
)
_NAME = re.compile(r"[\w·]*?(?:日报|晚报|晨报|早报|时报|商报|都市报|周报|周刊|报|报刊)")
_ABOUT = re.compile(r"数字报\w*|电子报\w*|电子版|多媒体\w*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A row as it would stand in a catalogue, and how it came about."""

    slug: str
    table: Mapping[str, Any]  #: keys and values of the row
    day: date  #: the edition that the start page leads to
    evidence: tuple[str, ...]  #: why this family, one line each


def propose(
    fetch: Fetch,
    url: str,
    taken: Collection[str],
    *,
    family: str | None = None,
    slug: str | None = None,
    name: str | None = None,
) -> Proposal:
    """Look at a start page and what it leads to.

    Args:
        fetch: how to fetch.
        url: any page of the newspaper that leads to an edition, or is one.
        taken: slugs that are in use.
        family: read it with this family instead of the one that it seems to be of.
        slug: call it so.
        name: the same.

    Raises:
        Unrecognised: no family, no date or no date in the address.
        BroadsheetError: the page cannot be fetched.
    """
    response, html = _arrive(fetch, url)
    evidence: tuple[str, ...] = (f"named: {family}",)
    if family is None:
        recognised = parse.recognise(html, response.final_url)
        if recognised is None:
            raise Unrecognised(f"{response.final_url}: is of no family that is known; --family names one")
        family, evidence = recognised.family.name, recognised.evidence
    layout = parse.parse_page(html, response.final_url, parse.get_family(family))
    day, pattern = _dated(response.final_url, layout, family)
    table = {"name": name or _name(html) or urlsplit(url).hostname or "?", "family": family, "edition_url": pattern}
    return Proposal(slug=slug or _slug(pattern, taken), table=table, day=day, evidence=evidence)


def as_toml(slug: str, table: Mapping[str, Any]) -> str:
    """A row as it stands in a catalogue's file."""
    lines = [f"[{slug}]"]
    for key, value in table.items():
        lines.append(f"{key} = {value if isinstance(value, date) else json.dumps(value, ensure_ascii=False)}")
    return "\n".join(lines) + "\n"


def _arrive(fetch: Fetch, url: str) -> tuple[Response, str]:
    """The document that a start page leads to, after its redirects of any kind."""
    for _ in range(_MOST_REDIRECTS):
        got = fetch([url])[0]
        if isinstance(got, BroadsheetError):
            raise got
        answers.require(got)
        html = parse.decode(got.body, got.charset)
        # A document that does nothing but lead elsewhere does so under every family.
        leads_to = parse.parse_page(html, got.final_url, parse.get_family("founder-new")).redirect
        if leads_to is None:
            return got, html
        url = leads_to
    raise Unrecognised(f"{url}: sends on more than {_MOST_REDIRECTS} times")


def _dated(url: str, layout: ParsedPage, family: str) -> tuple[date, str]:
    """The edition's day and the pattern of its address: the start page's own, else that of its first page."""
    addresses = [url, *(page.url for page in layout.pages)]
    written = next((found for one in addresses if (found := dates.in_address(one))), None)
    day = layout.date or written
    if day is None:
        raise Unrecognised(f"{url}: the template {family} finds no date")
    for address in addresses:
        if pattern := edition_pattern(address, day):
            return day, pattern
    raise Unrecognised(f"{url}: prints {day}, but no address of the edition has that date in it")


def _name(html: str) -> str | None:
    known = metadata(html).get("founder-papername")
    if known:
        return known
    titles = Document(html).all("title")
    title = _ABOUT.sub("", tidy(text_of(titles[0]))) if titles else ""
    match = _NAME.search(title)
    return match[0] if match else title[:40] or None


def _slug(pattern: str, taken: Collection[str]) -> str:
    """A word of the path before the date that names the newspaper, else one of the host, and free."""
    parts = urlsplit(pattern)
    words = [*reversed(parts.path.partition("%Y")[0].split("/")), *(parts.hostname or "").split(".")]
    word = next((word for word in words if not _GENERAL.match(word)), "paper")
    base = re.sub(r"[^a-z0-9]+", "-", word.lower()).strip("-") or "paper"
    numbers = (base if number == 1 else f"{base}-{number}" for number in range(1, len(taken) + 2))
    return next(one for one in numbers if one not in taken)
