"""Find a body where no selector does, with trafilatura's general rules. Used only then; knows no family.

It is slow (a hundred pages a second) and never as exact as a template, so that whatever it finds is flagged.
"""

import logging
import re
from dataclasses import dataclass

from worker.parse.select import Document, text_of
from worker.parse.text import tidy

#: A flag on every article that was read this way.
FLAG = "fallback"
_LEAST = 40  #: characters that make a body; fewer are a slogan or a button
_SEPARATOR = re.compile(r"\s+[-–|_]\s+|[_|]|--+|——")
_SENTENCE = ("。", "！", "？", "”", ". ", "!", "?")
_MOST = 500_000  #: characters of markup; more would take minutes


@dataclass(frozen=True, slots=True)
class Found:
    """What the general rules make of a document."""

    title: str | None
    paragraphs: tuple[str, ...]


def read(document: Document) -> Found | None:
    """Title and paragraphs of a document that is an article by general rules; None for navigation or nothing."""
    if len(document.html) > _MOST:
        return None
    # Imported here as it takes half a second and most workers never need it.
    from trafilatura import extract  # noqa: PLC0415

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    try:
        text = extract(document.html, include_comments=False, include_tables=True)
    except Exception:  # noqa: BLE001  # it and the libraries under it fail in many ways on broken documents
        return None
    linked = {tidy(text_of(node)) for node in document.tree.css("a")}
    title = next((tidy(part) for part in _SEPARATOR.split(_title(document)) if tidy(part)), None)
    lines = (tidy(line.removeprefix("- ")) for line in (text or "").split("\n"))
    paragraphs = tuple(line for line in lines if line and line not in linked and line != title)
    whole = "".join(paragraphs)
    if len(whole) < _LEAST or not any(mark in whole + " " for mark in _SENTENCE):
        return None
    return Found(title=title, paragraphs=paragraphs)


def _title(document: Document) -> str:
    """The document's own ``<title>``: the headline, mostly, and the newspaper's name behind a dash."""
    return next((text_of(node) for node in document.all("head > title")), "")
