"""Read a saved document of which only the bytes are left: its address, and whether it is a page or an article.

A document that a site answered knows its address and what it was fetched as; a file on a disk knows neither.
"""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any
from urllib.parse import quote, urljoin

from worker.domain import ParsedArticle, ParsedPage
from worker.errors import BadInput, BroadsheetError, FetchRefused, LayoutChanged
from worker.parse import dates, fallback
from worker.parse.article import parse_article
from worker.parse.blocked import is_missing, refusal
from worker.parse.family import Family
from worker.parse.links import absolute
from worker.parse.metadata import metadata
from worker.parse.page import parse_page
from worker.parse.recognise import candidates, recognise
from worker.parse.redirect import redirect_of
from worker.parse.registry import FAMILIES
from worker.parse.select import Document
from worker.parse.tree import attribute

#: A host that cannot exist (RFC 2606), so that nobody takes a made-up address for a real one.
NOWHERE = "http://unknown.invalid/"
_SAVED_FROM = re.compile(r"<!--\s*saved from url=\(\d+\)(\S+?)\s*-->", re.IGNORECASE)
_OWN = (("link[rel=canonical i][href]", "href"), ('meta[property="og:url" i][content]', "content"))
_TAG = re.compile(
    r"<\s*(?:!doctype|!--|html|head|body|table|div|p|a|meta|script|map|h[1-6]|span|br|title|founder-)", re.IGNORECASE
)
_TOLD = ("title", "kicker", "subtitle", "rubric", "author", "paragraphs", "images", "tables")
_SENTENCE = ("。", "！", "？", ". ")
_BINARY = 1_024  #: bytes in which a NUL shows that a file is no text
_MARKS = (b"\xff\xfe", b"\xfe\xff")


def require_html(data: bytes, text: str, name: str) -> None:
    """Refuse what is no HTML document.

    Raises:
        BadInput: the file is empty, binary or plain text.
    """
    if not data.strip():
        raise BadInput(f"{name}: is empty; give a saved page or article")
    if b"\0" in data[:_BINARY] and not data.startswith(_MARKS):
        raise BadInput(f"{name}: is binary, not HTML; give a saved page or article")
    if not _TAG.search(text):
        raise BadInput(f"{name}: is not HTML; `broadsheet restore` reads plain page dumps")


def require_answer(html: str, name: str) -> None:
    """Refuse what is a gate or an error page whatever its family.

    Raises:
        Blocked, FetchFailed, FetchRefused: the document is a block or login page, an error page, a missing page.
    """
    document = Document(html)
    if error := refusal(document, name):
        raise error
    if is_missing(document):
        raise FetchRefused(f"{name} is a page that says it is not there")


def own_address(html: str) -> str | None:
    """The address that a document says it has: canonical link, ``og:url``, or a browser's note when it was saved."""
    document = Document(html)
    written = [attribute(node, name) for selector, name in _OWN for node in document.tree.css(selector)]
    if match := _SAVED_FROM.search(html[:5_000]):
        written.append(match[1])
    return next((found for one in written if (found := absolute(one, NOWHERE)) and not found.startswith(NOWHERE)), None)


def likely_address(html: str, name: str, folder: str) -> str:
    """An address for a document that does not know its own, so that its links have the forms of its family.

    ``folder`` is a strftime pattern: an absolute address, or what stands behind the host. The date is the document's.
    """
    day = _date_of(html) or dates.in_address(name) or date(1970, 1, 1)
    return urljoin(NOWHERE, urljoin(day.strftime(folder), quote(name)))


def _date_of(html: str) -> date | None:
    known = metadata(html)
    body = Document(html).tree.body
    text = body.text(separator=" ") if body is not None else ""
    said = known.get("founder-date") or known.get("date") or ""
    return dates.in_text(said) or dates.with_weekday(text) or dates.in_text(text[:5_000])


def family_of(html: str, name: str, url: str | None = None) -> Family | None:
    """The family of a document: recognised, else the one whose templates find most of an article in it."""
    found = recognise(html, url or "") or recognise(html, f"/{name}")
    if found is not None:
        return found.family
    scores = {one.family.name: one.score for one in candidates(html, url or "")}
    best: tuple[int, Family] | None = None
    for family in FAMILIES.values():
        try:
            article = parse_article(html, url or likely_address(html, name, family.folder), family)
        except BroadsheetError:
            continue
        fields = sum(getattr(article, field) not in {None, ()} for field in _TOLD)
        points = fields + scores.get(family.name, 0)
        if _reads_like_one(article) and (best is None or points > best[0]):
            best = (points, family)
    return best[1] if best else None


def redirect(html: str, url: str) -> str | None:
    """Where a document leads that does nothing else, which is the same in every family."""
    return redirect_of(Document(html).tree, url)


def read_saved(
    html: str, url: str, family: Family, overrides: Mapping[str, Any] | None = None
) -> ParsedPage | ParsedArticle:
    """The document as a page or as an article, whichever it is.

    Raises:
        LayoutChanged: the family finds neither a page nor an article.
        Blocked, FetchFailed, FetchRefused, NotPublished: as :func:`parse_page` and :func:`parse_article` do.
        BadOverride: ``overrides`` names no field of a family.
    """
    ours = family.overridden(overrides)
    said = _said(html, url, ours)
    if said is ParsedPage:
        return parse_page(html, url, family, overrides)
    try:
        article = parse_article(html, url, family, overrides)
    except LayoutChanged:
        page = parse_page(html, url, family, overrides)
        if page.articles or page.redirect or len(page.pages) > 1:
            return page
        raise
    if said is ParsedArticle:
        return article
    page = parse_page(html, url, family, overrides)
    # An article page may show its page's map as well, and the box of an index may have the name of a body.
    leads = page.areas or len(page.articles) > 1 or page.redirect
    return page if leads and not _reads_like_one(article) else article


def _reads_like_one(article: ParsedArticle) -> bool:
    """Whether there is a headline with sentences under it, or pictures with words, found by the template itself."""
    told = any(mark in text for text in article.paragraphs for mark in _SENTENCE)
    shown = any(image.caption for image in article.images)
    return article.title is not None and fallback.FLAG not in article.flags and (told or shown)


def _said(html: str, url: str, family: Family) -> type[ParsedPage] | type[ParsedArticle] | None:
    """What the address's form, or the site's own comment, says that a document is."""
    kind = metadata(html).get("founder-type")
    if kind is not None and kind in _TYPES:
        return _TYPES[kind]
    article = re.search(family.article_link, url, re.IGNORECASE) is not None
    page = re.search(family.page_link, url, re.IGNORECASE) is not None
    return None if article == page else ParsedArticle if article else ParsedPage


#: ``founder-type`` of a page and of an article.
_TYPES: Mapping[str, type[ParsedPage] | type[ParsedArticle]] = {"1": ParsedArticle, "2": ParsedPage}
