"""Find a body where no selector does, with trafilatura's general rules. Used only then; knows no family.

It is slow (a hundred pages a second) and never as exact as a template, so that whatever it finds is flagged. It tells
where the article stands; the words are read from the document itself, as they are printed.
"""

import logging
import re
from dataclasses import dataclass

from worker.parse import dates
from worker.parse.blocks import Line, Table, Walk
from worker.parse.select import Document, text_of
from worker.parse.tables import Rows
from worker.parse.text import tidy

#: A flag on every article that was read this way.
FLAG = "fallback"
_LEAST = 60  #: characters of whole sentences that make a body; fewer are a caption or a slogan
_LONG = 12  #: characters from which a line is not found by chance
_HEAD = 40  #: characters up to which a line before the first sentence is a heading, a date or a byline
_SEPARATOR = re.compile(r"\s+[-–|_]\s+|[_|]|--+|——")
_SENTENCE = ("。", "！", "？", "”", "」", "）", ".", "!", "?", '"', ")")
_INDENT = re.compile(r"[\r\n]+[ \t]*(?=　　)")
_MOST = 500_000  #: characters of markup; more would take minutes


@dataclass(frozen=True, slots=True)
class Found:
    """What the general rules make of a document."""

    title: str | None
    paragraphs: tuple[str, ...]
    tables: tuple[Rows, ...]


def read(document: Document) -> Found | None:
    """Title, paragraphs and tables of what is an article by general rules; None for navigation or nothing."""
    text = _squeezed(_extracted(document.html))
    if document.tree.body is None or len(text) < _LEAST:
        return None
    blocks = Walk(document.tree.body).blocks
    kept = [place for place, block in enumerate(blocks) if isinstance(block, Line) and _is_in(block.text, text)]
    if not kept:
        return None
    between = blocks[kept[0] : kept[-1] + 1]
    linked = {tidy(text_of(node)) for node in document.tree.css("a")}
    lines = [block.text for block in between if isinstance(block, Line) and block.text not in linked]
    head = next((place for place, line in enumerate(lines) if len(line) > _HEAD or line.endswith("。")), len(lines))
    if sum(len(line) for line in lines[head:] if line.endswith(_SENTENCE)) < _LEAST:
        return None
    over = (line for line in lines[:head] if dates.in_text(line) is None)
    return Found(
        title=_title(document) or next(over, None),
        paragraphs=tuple(lines[head:]),
        tables=tuple(block.rows for block in between if isinstance(block, Table)),
    )


def _extracted(html: str) -> str:
    if len(html) > _MOST:
        return ""
    # Imported here as it takes half a second and most workers never need it.
    from trafilatura import extract  # noqa: PLC0415

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    try:
        return extract(_INDENT.sub("<br>", html), include_comments=False, include_tables=True) or ""
    except Exception:  # noqa: BLE001  # it and the libraries under it fail in many ways on broken documents
        return ""


def _is_in(line: str, text: str) -> bool:
    bare = _squeezed(line)
    return len(bare) >= _LONG and bare in text


def _squeezed(text: str) -> str:
    return "".join(text.split())


def _title(document: Document) -> str | None:
    """The document's own ``<title>``: the headline, mostly, and the newspaper's name behind a dash."""
    whole = next((text_of(node) for node in document.all("head > title")), "")
    return next((tidy(part) for part in _SEPARATOR.split(whole) if tidy(part)), None)
