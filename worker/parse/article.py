"""Read one article as its template gives it: fields, paragraphs, pictures, tables. Cleans no text."""

from collections.abc import Collection, Mapping
from typing import Any

from worker.domain import ParsedArticle, Removed
from worker.errors import FetchRefused, LayoutChanged
from worker.parse import fallback
from worker.parse.blocked import is_missing, refusal
from worker.parse.blocks import CAPTION, Block, Junk, Line, Picture, Table, Walk
from worker.parse.body import body_of, wide_body_of
from worker.parse.captions import ends_in_credit, hidden, is_credit
from worker.parse.family import Family
from worker.parse.furniture import is_furniture
from worker.parse.headings import around, headings_of
from worker.parse.links import base_of
from worker.parse.metadata import metadata
from worker.parse.pictures import Pictures
from worker.parse.select import Document
from worker.parse.tables import Rows
from worker.parse.tree import Node

_HEAD = 8_192  #: bytes in which a document says what its addresses are relative to
_NOTICE = 150  #: characters; a refusal in the place of a body has fewer


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
    known = metadata(html)
    document = Document(html)
    body = body_of(document, family)
    fields, used, fences = headings_of(document, family, body, known)
    if not body:
        body = wide_body_of(document, family, used)
        fences |= around(body[0] if body else None)
    title = fields["title"]
    reading = _Reading(Pictures(base_of(document.tree, url) if document.mentions(b"<base", within=_HEAD) else url))
    if outside := {node.mem_id: node for node in document.pictures(*family.pictures)}:
        inside = _inside(outside.values(), body)
        reading.pictures.add_outside((node for place, node in outside.items() if place not in inside), fences)
    junk = {node.mem_id for node in document.all(*family.junk)}
    for part in body:
        reading.read(Walk(part, used=used, junk=junk))
    # Looked for only where little was found: a refusal is short, and looking takes time.
    if not known and sum(map(len, reading.paragraphs)) < _NOTICE:
        _require_article(document, url)
    images = reading.pictures.found()
    flags: tuple[str, ...] = ()
    if not body and not reading.paragraphs and not reading.tables and (found := fallback.read(document)):
        title = title or found.title
        reading.tables += found.tables
        lines = [line for line in found.paragraphs if line not in {title, *fields.values()}]
        reading.paragraphs = [line for line in lines if not is_furniture(line)]
        reading.removed += [Removed(text=line, reason="furniture") for line in lines if is_furniture(line)]
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


def _inside(pictures: Collection[Node], body: list[Node]) -> set[int]:
    """The ids of the pictures that stand inside the body, where the walk over it finds them in their place."""
    parts = {node.mem_id for node in body}
    return {node.mem_id for node in pictures if not parts.isdisjoint(around(node))}


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
        elif isinstance(block, Picture) and (url := self.pictures.address(block.node)):
            lines = hidden(block.node)
            own = 0 if lines else _caption_lines(block, blocks[place + 1 : place + 9])
            lines = lines or [line.text for line in blocks[place + 1 : place + 1 + own] if isinstance(line, Line)]
            self.pictures.add(url, lines)
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
