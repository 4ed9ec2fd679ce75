"""Collect an article's pictures, each once, with caption and credit. Fetches no picture."""

import re
from collections.abc import Collection, Iterable
from itertools import islice

from worker.domain import Image
from worker.parse.captions import Words, beside, credited, hidden
from worker.parse.links import absolute
from worker.parse.tree import Node, attribute

_DECORATIONS = (
    *("tplimg", "/ico", "icon", "button", "space.gif", "spacer.gif", "logo", "/skin", "qrcode", "pdf.gif"),
    *("blank.gif", "1x1"),
)
_BUTTON = re.compile(r"\bbtn")
_MOST = 300  #: more pictures than any article has
_SOURCES = ("src", "data-src", "data-original", "_src")
_IMAGE_FILE = re.compile(r"\.(?:jpe?g|png|gif|bmp|webp|jpg\.\d)(?:$|\?)", re.IGNORECASE)


class Pictures:
    """Pictures in the order they were added."""

    def __init__(self, base: str) -> None:
        self._base = base
        self._found: dict[str, Image] = {}

    def add_outside(self, nodes: Iterable[Node], fences: Collection[int]) -> None:
        """Pictures that stand apart from the body, with the words beside them."""
        boxes: dict[int, Words] = {}
        for node in islice(nodes, _MOST):
            if node.tag == "img" and not self._is_banner(node) and (url := self.address(node)):
                self.add(url, hidden(node) or beside(node, fences, boxes))

    def add(self, url: str, lines: list[str]) -> None:
        """One picture with the lines of its picture text; a second one of the same address only fills gaps."""
        caption, credit = credited(lines)
        known = self._found.get(url)
        if known is None or (known.caption is None and caption):
            self._found[url] = Image(url=url, caption=caption, credit=credit)

    def address(self, node: Node) -> str | None:
        """The address of a picture of the newspaper; None for a decoration of the site."""
        url = next((found for name in _SOURCES if (found := absolute(attribute(node, name), self._base))), None)
        return url if url is not None and not _is_decoration(url.lower()) else None

    def _is_banner(self, node: Node) -> bool:
        """A picture outside the body that links to a document, not to itself enlarged, is a banner."""
        parent = node.parent
        href = attribute(parent, "href") if parent is not None and parent.tag == "a" else ""
        return bool(href) and not href.startswith(("#", "javascript")) and not _IMAGE_FILE.search(href)

    def found(self) -> tuple[Image, ...]:
        """All pictures so far."""
        return tuple(self._found.values())


def _is_decoration(url: str) -> bool:
    # Word by word, as a regular expression of so many words takes ten times as long.
    return any(word in url for word in _DECORATIONS) or _BUTTON.search(url) is not None
