"""Read one article as its template gives it: fields, paragraphs, pictures, tables. Cleans no text."""

from collections.abc import Mapping, Sequence
from typing import Any

from worker.domain import ParsedArticle, Removed
from worker.errors import FetchRefused, LayoutChanged
from worker.parse import fallback
from worker.parse.blocked import is_missing, refusal
from worker.parse.blocks import CAPTION, Block, Junk, Line, Picture, Table, Walk
from worker.parse.captions import ends_in_credit, hidden, is_credit
from worker.parse.family import Family
from worker.parse.furniture import is_furniture
from worker.parse.links import base_of
from worker.parse.metadata import metadata
from worker.parse.pictures import Pictures
from worker.parse.select import Document
from worker.parse.tables import Rows
from worker.parse.tree import Node

_NOTICE = 600  #: characters; a refusal has fewer
_HEADINGS = ("title", "kicker", "subtitle", "rubric", "author")


def parse_article(html: str, url: str, family: Family, overrides: Mapping[str, Any] | None = None) -> ParsedArticle:
    """The article at ``url``; an item of pictures alone, or of a title alone, is legal.

    Where no selector finds a body, general rules look for one; the article is then flagged ``fallback``.

    Raises:
        LayoutChanged: there is neither title nor body nor picture, or a title but no place for a body.
        Blocked: the document is a block or login page.
        FetchFailed: it is an error page, which may pass.
        FetchRefused: it says that the article is not there.
        BadOverride: ``overrides`` names no field of a family.
    """
    family = family.overridden(overrides)
    document = Document(html)
    known = metadata(html)
    body = _body(document, family)
    fields, used = _fields(document, family, body)
    title = fields["title"] or known.get("title") or known.get("founder-title")
    reading = _Reading(Pictures(base_of(document.tree, url) if document.mentions("base") else url))
    fences = _around(body[0] if body else None) | {ancestor for node in used.values() for ancestor in _around(node)}
    outside = [node for selector in family.pictures for node in document.all(selector)]
    inside = _inside(outside, body)
    reading.pictures.add_outside((node for node in outside if node.mem_id not in inside), fences)
    junk = {node.mem_id for selector in family.junk for node in document.all(selector)}
    for part in body:
        reading.read(Walk(part, used=frozenset(used), junk=junk))
    # Looked for only where little was found: a refusal is short, and looking takes time.
    if not known and sum(map(len, reading.paragraphs)) < _NOTICE:
        _require_article(document, url)
    images = reading.pictures.found()
    flags: tuple[str, ...] = ()
    if not body and not reading.paragraphs and not reading.tables and (found := fallback.read(document)):
        title = title or found.title
        reading.paragraphs = [line for line in found.paragraphs if line not in {title, *fields.values()}]
        flags = (fallback.FLAG,)
    if not reading.paragraphs and not reading.tables and not images:
        if not title:
            raise LayoutChanged(url, "title or body")
        if not body and not known:
            raise LayoutChanged(url, "body")
    return ParsedArticle(
        title=title,
        rubric=fields["rubric"],
        kicker=fields["kicker"],
        subtitle=fields["subtitle"],
        author=fields["author"],
        paragraphs=tuple(reading.paragraphs),
        images=images,
        tables=tuple(reading.tables),
        metadata=known,
        removed=tuple(reading.removed),
        flags=flags,
    )


def _require_article(document: Document, url: str) -> None:
    if error := refusal(document, url):
        raise error
    if is_missing(document):
        raise FetchRefused(f"{url} answers with a page that says it is not there")


def _body(document: Document, family: Family) -> list[Node]:
    """The node that holds the body, or its paragraphs where a selector names those.

    The first selector that finds text or a picture wins; without one, a node that is there but empty will do.
    """
    empty: list[Node] = []
    for selector in family.body:
        found = document.all(selector)
        filled = [node for node in found if node.text(strip=True) or node.css_first("img") is not None]
        if filled:
            return filled if filled[0].tag == "p" else filled[:1]
        empty = empty or found[:1]
    root = document.tree.root
    if "<!--enpcontent" in document.html and root is not None:
        for node in root.traverse():
            if node.is_comment_node and (node.comment_content or "").strip() == "enpcontent":
                return [node.parent] if node.parent is not None else empty
    return empty or document.nodes(family.wide)[:1]


def _fields(document: Document, family: Family, body: list[Node]) -> tuple[dict[str, str | None], dict[int, Node]]:
    """The heading fields, and the nodes that they were taken from by id."""
    texts: dict[str, str | None] = {}
    used: dict[int, Node] = {}
    shut = {ancestor for node in body[:1] for ancestor in _around(node)}
    for name in _HEADINGS:
        text, node = document.first(getattr(family, name), shut)
        texts[name] = text if text not in texts.values() else None
        if node is not None:
            used[node.mem_id] = node
            shut = shut | _around(node) | {node.mem_id}
    return texts, used


def _around(node: Node | None) -> set[int]:
    """The ids of a node's ancestors, the node itself included."""
    found: set[int] = set()
    while node is not None:
        found.add(node.mem_id)
        node = node.parent
    return found


def _inside(pictures: Sequence[Node], body: list[Node]) -> set[int]:
    """The ids of the pictures that stand inside the body, where the walk over it finds them in their place."""
    parts = {node.mem_id for node in body}
    return {node.mem_id for node in pictures if not parts.isdisjoint(_around(node))}


class _Reading:
    """What the blocks of a body give, in order."""

    def __init__(self, pictures: Pictures) -> None:
        self.pictures = pictures
        self.paragraphs: list[str] = []
        self.tables: list[Rows] = []
        self.removed: list[Removed] = []

    def read(self, walk: Walk) -> None:
        blocks = walk.blocks
        marked = walk.marked and any(isinstance(block, Line) and block.inside for block in blocks)
        place = 0
        while place < len(blocks):
            place = self._take(blocks, place, marked=marked)

    def _take(self, blocks: list[Block], place: int, *, marked: bool) -> int:
        """Take the block at ``place`` and what belongs to it; the place of the next."""
        block = blocks[place]
        if isinstance(block, Line):
            if is_furniture(block.text):
                self.removed.append(Removed(text=block.text, reason="furniture"))
            elif marked and not block.inside:
                self.removed.append(Removed(text=block.text, reason="outside_body"))
            else:
                self.paragraphs.append(block.text)
        elif isinstance(block, Junk):
            self.removed.append(Removed(text=block.text, reason="furniture"))
        elif isinstance(block, Table):
            self.tables.append(block.rows)
        elif isinstance(block, Picture) and self.pictures.is_picture(block.node):
            lines = hidden(block.node)
            own = 0 if lines else _caption_lines(block, blocks[place + 1 : place + 9])
            lines = lines or [line.text for line in blocks[place + 1 : place + 1 + own] if isinstance(line, Line)]
            self.pictures.add(block.node, lines)
            return place + 1 + own
        return place + 1


def _caption_lines(picture: Picture, after: list[Block]) -> int:
    """How many of the blocks after a picture are its words: those in its box, named so, or ending in a credit."""
    count = 0
    for block in after:
        if not isinstance(block, Line) or not block.box or block.box not in {picture.box, CAPTION}:
            break
        count += 1
    lines = [block.text if isinstance(block, Line) else "" for block in after[:2]]
    if count or not lines or not lines[0]:
        return count
    if ends_in_credit(lines[0]):
        return 1
    return 2 if len(lines) > 1 and len(lines[0]) < _SHORT and is_credit(lines[1]) else 0


_SHORT = 120  #: a caption without a credit of its own is at most this long
