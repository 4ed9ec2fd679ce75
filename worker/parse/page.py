"""Read one page of an e-paper: what it is, which pages the edition has, which articles stand on it. Fetches nothing."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import islice, pairwise
from typing import Any

from worker.domain import Area, PageRef, ParsedPage
from worker.errors import NotPublished
from worker.parse import dates
from worker.parse.areas import areas_of
from worker.parse.blocked import is_missing, refusal
from worker.parse.family import Family
from worker.parse.links import absolute, base_of, same
from worker.parse.metadata import metadata
from worker.parse.pagelist import Link, page_list
from worker.parse.redirect import redirect_of
from worker.parse.select import Document, text_of
from worker.parse.text import label
from worker.parse.tree import Node, Tree, attribute

_PRINTED = re.compile(r"第?\s*([A-Za-z]{0,2}\d{1,3}|[一二三四五六七八九十]{1,3})\s*版\s*[:：]\s*(\S{1,30})")
_MOST_LABELS = 20  #: a label stands near the top; looking at all that could be one would take too long


_MOST_NODES = 1_000
_SMALL = 24
_BOXES = frozenset({"a", "td", "div", "table"})


@dataclass(frozen=True, slots=True)
class _Page:
    source: Document
    url: str
    base: str
    family: Family
    links: tuple[Link, ...]


def parse_page(html: str, url: str, family: Family, overrides: Mapping[str, Any] | None = None) -> ParsedPage:
    """What the page at ``url`` says of itself.

    Whatever is not there is None or empty: an empty list of articles is for the caller to judge.

    Raises:
        Blocked: the document is a block or login page.
        FetchFailed: it is an error page, which may pass.
        NotPublished: it says that the page is not there.
        BadOverride: ``overrides`` names no field of a family.
    """
    family = family.overridden(overrides)
    source = Document(html)
    base = base_of(source.tree, url)
    document = _Page(source, url, base, family, tuple(_links(source.tree, base, family)))
    areas = areas_of(source.tree, base, family)
    articles = _articles(document, areas)
    listed = page_list(source, document.links, family)
    if len(listed) <= 1 and not articles:
        _require_page(source, url)
        if target := redirect_of(source.tree, base):
            return _nothing_but(target)
    number, name = _own_label(document, listed)
    own = next((page for page in listed if same(page.url, url)), None)
    if own is None and number and not name:
        own = next((page for page in listed if page.number == number), None)
    if own is not None:
        number, name = number or own.number, name or own.name
    if not listed and articles:
        listed = (PageRef(number=number or "01", name=name, url=url),)
    return ParsedPage(
        date=_date(document),
        number=number,
        name=name,
        image_url=_image(document),
        pdf_url=_pdf(document),
        pages=listed,
        articles=articles,
        areas=areas,
    )


def _require_page(source: Document, url: str) -> None:
    if error := refusal(source, url):
        raise error
    if is_missing(source):
        raise NotPublished(f"{url} answers with a page that says it is not there")


def _nothing_but(target: str) -> ParsedPage:
    return ParsedPage(
        date=None,
        number=None,
        name=None,
        image_url=None,
        pdf_url=None,
        pages=(),
        articles=(),
        areas=(),
        redirect=target,
    )


def _links(tree: Tree, base: str, family: Family) -> Iterator[Link]:
    """Every link of the page in document order, with what its address says it leads to."""
    page = re.compile(family.page_link, re.IGNORECASE)
    article = re.compile(family.article_link, re.IGNORECASE)
    for node in tree.css("a[href]"):
        url = absolute(attribute(node, "href"), base)
        if url is None:
            continue
        path = url.partition("?")[0].lower()
        kind = (
            "pdf" if path.endswith(".pdf") else "article" if article.search(url) else "page" if page.search(url) else ""
        )
        if kind:
            yield Link(node=node, url=url, kind=kind)


def _articles(document: _Page, areas: tuple[Area, ...]) -> tuple[str, ...]:
    """The map's articles, then those that the page's own list adds; each once."""
    found = dict.fromkeys(area.url for area in areas)
    listed = {node.mem_id for node in document.source.nodes(document.family.article_list)}
    links = [link for link in document.links if link.kind == "article"]
    if any(link.node.mem_id in listed for link in links):
        links = [link for link in links if link.node.mem_id in listed]
    elif found:
        links = [link for group in _groups(links) if _mostly(group, found) for link in group]
    found.update(dict.fromkeys(link.url for link in links))
    return tuple(found)


def _groups(links: list[Link]) -> Iterator[list[Link]]:
    """Links gathered by the list or table that holds them: a site also links articles of other pages."""
    groups: dict[int, list[Link]] = {}
    for link in links:
        groups.setdefault(_holder(link.node), []).append(link)
    yield from groups.values()


def _holder(node: Node) -> int:
    parent = node.parent
    while parent is not None and parent.tag not in {"ul", "ol", "dl", "table", "body"}:
        parent = parent.parent
    return parent.mem_id if parent is not None else 0


def _mostly(group: list[Link], known: Mapping[str, Any]) -> bool:
    return 2 * sum(link.url in known for link in group) >= len(group)


def _own_label(document: _Page, listed: tuple[PageRef, ...]) -> tuple[str | None, str | None]:
    """Number and name as the page prints them of itself, else of the list's entry for it, else anywhere."""
    for node in document.source.nodes(document.family.page_label)[:_MOST_LABELS]:
        for candidate in (node, node.parent):
            number, name = label(text_of(candidate)) if candidate is not None else (None, None)
            if number:
                return number, name
    own = next((page for page in listed if same(page.url, document.url)), None)
    if own is not None:
        return own.number, own.name
    for node in document.source.tree.css("td, div, span, li, p, h1, h2, h3, strong")[:_MOST_NODES]:
        if _is_small(node) and (match := _PRINTED.search(text_of(node)[:200])):
            return label(f"第{match[1]}版：{match[2]}")
    known = metadata(document.source.html)
    return known.get("founder-pagenum"), known.get("founder-pagename")


def _is_small(node: Node) -> bool:
    """Whether a node holds a few words and no box or link, looking at no more of it than that takes."""
    inside = list(islice(node.traverse(), 1, _SMALL + 1))
    return len(inside) < _SMALL and all(one.tag not in _BOXES for one in inside)


def _image(document: _Page) -> str | None:
    for node in document.source.nodes(document.family.page_image):
        if url := absolute(attribute(node, "src"), document.base):
            return url
    return None


def _pdf(document: _Page) -> str | None:
    """The PDF beside the page's own entry in the list, else the first one: its own stands above the list."""
    links = document.links
    for link, after in pairwise(links):
        if link.kind == "page" and after.kind == "pdf" and same(link.url, document.url):
            return after.url
    return next((link.url for link in links if link.kind == "pdf"), None)


def _date(document: _Page) -> date | None:
    """The masthead's date, else the tail comment's, else one in the text, else that of the addresses in the page.

    A date in the text without a weekday may be a headline's: one that the page's own addresses carry, too, is taken
    before it. The address that the page was asked for under never counts.
    """
    for node in document.source.nodes(document.family.date):
        if found := dates.in_text(text_of(node)):
            return found
    body = document.source.tree.body
    text = text_of(body) if body is not None else ""
    known = metadata(document.source.html)
    if found := dates.with_weekday(text) or dates.in_text(known.get("founder-date", "") or known.get("date", "")):
        return found
    written = [
        attribute(node, "href") for node in document.source.tree.css('a[href], area[href], link[rel="canonical"]')
    ]
    written += [attribute(node, "src") for node in document.source.tree.css("img[usemap]")]
    addressed = dates.most_common(written)
    printed = dates.in_order(text)
    return addressed if addressed in printed or not printed else printed[0]
