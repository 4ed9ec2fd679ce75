"""Walk a body node and give what it prints, in order: lines, pictures, tables. Judges no line.

A paragraph may be a ``<p>``, a line between ``<br>``, an indented piece of one text node or a cell of a layout table.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass

from worker.parse.tables import Rows, data_rows
from worker.parse.text import tidy
from worker.parse.tree import Node

_BLOCK = frozenset(
    {"p", "div", "br", "li", "ul", "ol", "dl", "dt", "dd", "tr", "td", "th", "table", "tbody", "h1", "h2", "h3", "h4"}
    | {"h5", "h6", "section", "article", "center", "blockquote", "hr", "figure", "figcaption", "pre", "header"}
    | {"footer", "founder-content", "form"}
)
_SKIPPED = frozenset(
    {"script", "style", "noscript", "select", "textarea", "button", "iframe", "object", "embed", "link", "meta"}
)
#: Two wide spaces, or a line of four narrow ones, open a paragraph inside a text node.
_INDENTED = re.compile(r"(?<![\r\n])[\r\n]++[ \t]*+(?=[　\xa0]{2})|(?<=[。！？…”’』」）)：；])[ \t]*(?=　　)")


@dataclass(frozen=True, slots=True)
class Line:
    """A printed line: one paragraph of the body."""

    text: str
    inside: bool  #: whether it stands between the ``enpcontent`` marks
    box: int = 0  #: the picture box that it stands in, 0 for none, ``CAPTION`` where its class says caption


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture where it stands in the body."""

    node: Node
    box: int = 0  #: the picture box that it stands in


@dataclass(frozen=True, slots=True)
class Junk:
    """Text of a node that a selector names as site furniture."""

    text: str


@dataclass(frozen=True, slots=True)
class Table:
    """A table of data."""

    rows: Rows


Block = Line | Picture | Junk | Table

CAPTION = -1
_CAPTION_CLASS = re.compile(r"caption|pic_?text|tu_?zhu|tu_?shuo|img_?text|pic_?info", re.IGNORECASE)
_PICTURE_CLASS = re.compile(r"pic|photo|img|image|attach", re.IGNORECASE)
_LONGEST_CAPTION = 300


class Walk:
    """One walk over one body; ``blocks`` holds what it found."""

    def __init__(self, root: Node, *, used: Collection[int] = (), junk: Collection[int] = ()) -> None:
        self.blocks: list[Block] = []
        self.marked = False  #: whether there was an ``enpcontent`` mark
        self._inside = False
        self._parts: list[str] = []
        self._used = used
        self._junk = junk
        self._box = 0
        self._illustrated = root.css_first("img") is not None
        self._over(root)
        self._flush()

    def _over(self, root: Node) -> None:
        """Depth first without recursion: broken documents nest deeper than Python's stack."""
        open_blocks: list[tuple[bool, int]] = []
        node = root.child
        while node is not None:
            tag = node.tag or ""
            if tag == "-text":
                self._parts.append(node.text_content or "")
            else:
                box = self._box
                below = node.child if self._enter(node, tag) else None
                if below is not None:
                    open_blocks.append((tag in _BLOCK, box))
                    node = below
                    continue
                self._box = box
            following = node.next
            while following is None and open_blocks:
                node = node.parent
                if node is None:
                    return
                block, box = open_blocks.pop()
                if block:
                    self._flush()
                self._box = box
                following = node.next
            node = following

    def _enter(self, node: Node, tag: str) -> bool:
        """Take a node that is not text in; whether to go into it."""
        if tag == "-comment":
            self._mark((node.comment_content or "").strip())
            return False
        if tag in _SKIPPED:
            return False
        if tag == "img":
            self._flush()
            self.blocks.append(Picture(node, self._box))
            return False
        if tag in _BLOCK:
            self._flush()
        return self._wanted(node, tag)

    def _wanted(self, node: Node, tag: str) -> bool:
        if self._used and node.mem_id in self._used:
            return False
        if self._junk and node.mem_id in self._junk:
            if text := tidy(node.text(separator=" ")):
                self.blocks.append(Junk(text))
            return False
        if tag == "table" and (rows := data_rows(node)) is not None:
            self.blocks.append(Table(rows))
            return False
        if self._illustrated and tag in _BLOCK:
            self._box = self._box_of(node, tag) or self._box
        return True

    def _box_of(self, node: Node, tag: str) -> int:
        """The id of a box that holds a picture and its few words, ``CAPTION`` for words that are named so, else 0."""
        named = node.attributes.get("class") or ""
        if named and _CAPTION_CLASS.search(named):
            return CAPTION
        if tag not in {"table", "figure"} and not _PICTURE_CLASS.search(named):
            return 0
        if node.css_first("img") is None or len(node.text(strip=True)) > _LONGEST_CAPTION:
            return 0
        return node.mem_id

    def _mark(self, comment: str) -> None:
        if comment in {"enpcontent", "/enpcontent"}:
            self._flush()
            self._inside = comment == "enpcontent"
            self.marked = True

    def _flush(self) -> None:
        if not self._parts:
            return
        text = "".join(self._parts).strip()
        self._parts.clear()
        if not text:
            return
        for piece in _INDENTED.split(text) if "　　" in text or "\n" in text or "\r" in text else (text,):
            if line := tidy(piece):
                self.blocks.append(Line(line, self._inside, self._box))
