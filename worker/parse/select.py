"""Read a family's fields from a document: the first selector that gives text wins. Knows no family.

A family tries many selectors and most find nothing. Running one costs more than looking whether the id or class that
it names stands in the document's text at all, so that is asked first.
"""

import re
from collections.abc import Collection, Iterable, Iterator
from functools import lru_cache

from selectolax.lexbor import SelectolaxError

from worker.parse.text import tidy
from worker.parse.tree import Node, attribute, children, parse

_SUFFIX = re.compile(r"\s*::(?:(own)|attr\(([\w:-]+)\))$")
_SKIPPED = frozenset({"script", "style", "noscript", "select", "textarea"})
_BREAKS = frozenset({"br", "p", "div", "tr", "td", "th", "li", "h1", "h2", "h3", "h4", "h5", "h6", "table"})
_NAME = re.compile(r"[#.]([A-Za-z_][\w-]*)|(?<![\w#.:-])((?:founder|cms)-[\w-]+)")
_PAGE = re.compile(r"^第?\s*\w{1,4}\s*版\s*(?:[:：]|$)")
_SEPARATED = bytes.maketrans(b"\0\"'=<>/&;,", b" " * 10)
_FEW = 16  #: names that are looked for one by one; for more, the document is taken apart into words once


class Document:
    """One parsed document, to be asked with selectors. One that is no CSS finds nothing."""

    def __init__(self, html: str) -> None:
        self.html = html
        self.tree = parse(html)
        # In small letters, as documents that declare no type match ids and classes without case.
        self._lowered = html.encode("utf-8", "replace").lower().replace(b"\0", b"")
        self._known: dict[bytes, bool] = {}
        self._words: frozenset[bytes] | None = None

    def all(self, selector: str) -> list[Node]:
        """Every node that one selector finds, in document order."""
        css, names = _compiled(selector)
        if names and not self._mentions_any(names):
            return []
        try:
            return self.tree.css(css)
        except SelectolaxError:
            return []

    def each(self, selector: str) -> Iterator[Node]:
        """The same one by one: the first is mostly all that is wanted, and is found without looking at the rest."""
        css, names = _compiled(selector)
        if names and not self._mentions_any(names):
            return
        try:
            first = self.tree.css_first(css)
            if first is not None:
                yield first
                yield from self.tree.css(css)[1:]
        except SelectolaxError:
            return

    def mentions(self, markup: str) -> bool:
        """Whether a piece of markup in small letters, such as ``<img``, may stand in the document."""
        return markup.encode() in self._lowered

    def _mentions_any(self, alternatives: tuple[tuple[bytes, ...], ...]) -> bool:
        return any(all(map(self._mentions, names)) for names in alternatives)

    def _mentions(self, name: bytes) -> bool:
        known = self._known.get(name)
        if known is None:
            if self._words is None and len(self._known) >= _FEW:
                self._words = frozenset(self._lowered.translate(_SEPARATED).split())
            known = name in (self._lowered if self._words is None else self._words)
            self._known[name] = known
        return known

    def nodes(self, selectors: Iterable[str]) -> list[Node]:
        """What the first selector that finds anything finds."""
        for selector in selectors:
            if found := self.all(selector):
                return found
        return []

    def first(
        self, selectors: Iterable[str], shut: Collection[int] = (), *, named_only: bool = False
    ) -> tuple[str | None, Node | None]:
        """Text of the first node that has any, and that node; ``shut`` are ids of nodes that must not be taken.

        A selector that names no id, class or own tag (``h1``) is asked only where none that does finds a node: an
        empty field of the template stays empty, and the site's own headings do not fill it; with ``named_only`` never.
        """
        there = False
        for selector in selectors:
            named = is_named(selector)
            if not named and (there or named_only):
                continue
            for node in self.each(selector):
                if node.mem_id in shut:
                    continue
                there = there or named
                _, own, name = _split(selector)
                text = attribute(node, name) if name else own_text(node) if own else text_of(node)
                if (tidied := tidy(text)) and (named or not _is_signpost(node, tidied)):
                    return tidied, node
        return None, None


def is_named(selector: str) -> bool:
    """Whether a selector names an id, a class or a tag of the template's own in all its alternatives."""
    return bool(_compiled(selector)[1])


def _is_signpost(node: Node, text: str) -> bool:
    """Whether a heading leads about the site (a link, a page's label) instead of standing over an article."""
    link = node.css_first("a[href]")
    return bool(_PAGE.match(text)) or (link is not None and 2 * len(tidy(text_of(link))) > len(text))


@lru_cache(maxsize=4096)
def _compiled(selector: str) -> tuple[str, tuple[tuple[bytes, ...], ...]]:
    """A selector's CSS, and for each of its alternatives the names that must stand in a document for it to match.

    No alternatives at all mean that nothing can be said beforehand.
    """
    css = css_of(selector)
    plain = re.sub(r"\[[^\]]*\]", "", css)
    if ":not" in plain or re.search(r"\([^)]*,", plain):
        return css, ()
    names = tuple(
        tuple((match[1] or match[2]).lower().encode() for match in _NAME.finditer(part)) for part in plain.split(",")
    )
    return css, names if all(names) else ()


def css_of(selector: str) -> str:
    """A selector's CSS, without what of the node is meant."""
    return _split(selector)[0]


@lru_cache(maxsize=4096)
def _split(selector: str) -> tuple[str, bool, str | None]:
    """A selector's CSS, whether it means the node's own text only, and the attribute that it means."""
    match = _SUFFIX.search(selector)
    return (selector[: match.start()], bool(match[1]), match[2]) if match else (selector, False, None)


def own_text(node: Node) -> str:
    """The text that stands directly in a node, without that of its children and comments."""
    pieces = (tidy(child.text_content or "") for child in children(node) if child.is_text_node)
    return " ".join(piece for piece in pieces if piece)


def text_of(node: Node) -> str:
    """All text in a node on one line; a block or line break becomes a space, scripts and comments are left out."""
    parts: list[str] = []
    for inner in node.traverse(include_text=True):
        tag = inner.tag
        if tag == "-text":
            parent = inner.parent
            if parent is None or parent.tag not in _SKIPPED:
                parts.append(inner.text_content or "")
        elif tag in _BREAKS and parts:
            parts.append("\n")
    return "".join(parts)
