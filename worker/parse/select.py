"""Read a family's fields from a document: the first selector that gives text wins. Knows no family.

A family tries many selectors and most find nothing. Running one costs more than looking whether the id or class that
it names stands in the document's text at all, so that is asked first.
"""

import re
from collections.abc import Collection, Iterator
from functools import cached_property, lru_cache
from typing import NamedTuple

from selectolax.lexbor import SelectolaxError

from worker.parse.text import tidy
from worker.parse.tree import Node, attribute, children, parse

_SUFFIX = re.compile(r"\s*::(?:(own)|attr\(([\w:-]+)\))$")
_SKIPPED = frozenset({"script", "style", "noscript", "select", "textarea"})
_BREAKS = frozenset({"br", "p", "div", "tr", "td", "th", "li", "h1", "h2", "h3", "h4", "h5", "h6", "table"})
_NAME = re.compile(r"[#.]([A-Za-z_][\w-]*)|(?<![\w#.:-])((?:founder|cms)-[\w-]+)")
_PAGE = re.compile(r"^第?\s*\w{1,4}\s*版\s*(?:[:：]|$)")
_SEPARATED = bytes.maketrans(b"\"'=<>/&;,", b" " * 9)
#: What follows a value up to the end of its tag does no harm, and is less than the document.
_CLASSES = re.compile(rb"class([^>]{0,400})")
_IDS = re.compile(rb"id[\s=]([^>]{0,400})")
_NAMING = (b"class", b"id")
_LONGEST_VALUE = 400
_OWN_TAGS = (b"<founder-", b"<cms-")
_REST = re.compile(rb"[\w-]+")
_ATTRIBUTE = re.compile(r"\[[^\]]*\]")
_ABSENT = re.compile(r":not\([^()]*\)")
#: Searching so many bytes of a document takes as long as asking one of its nodes.
_PICTURE_TAKES = 4_000


class Document:
    """One parsed document, to be asked with selectors. One that is no CSS finds nothing."""

    def __init__(self, html: str) -> None:
        self.html = html
        data = html.encode("utf-8", "replace")
        # In small letters, as documents that declare no type match ids and classes without case.
        self._lowered = data.lower()
        self._words = _words(self._lowered.replace(b"\0", b"") if b"\0" in data else self._lowered)
        # Last, as a tree takes much memory and the text is then no longer near the processor.
        self.tree = parse(html, data)

    def all(self, *selectors: str) -> list[Node]:
        """Every node that a selector finds, in document order; of several, what one finds after the other."""
        return [node for one in self._askable(selectors) for node in self._found(one.css)]

    def pictures(self, *selectors: str) -> list[Node]:
        """The same, but of pictures only. Where there are few, asking each is quicker than searching the document."""
        askable = self._askable(selectors) if self.mentions(b"<img") else ()
        if len(askable) > 1:
            # HTML takes <image> for <img>. The first one is found without looking at the rest.
            only = self.tree.css_first("img") if self._lowered.count(b"<im") == 1 else None
            pictures = [only] if only is not None else self.tree.css("img")
            if len(pictures) * _PICTURE_TAKES < len(self._lowered):
                return [node for one in askable for node in pictures if _fits(node, one.css)]
        return [node for one in askable for node in self._found(one.css) if node.tag == "img"]

    def _found(self, css: str) -> list[Node]:
        try:
            return self.tree.css(css)
        except SelectolaxError:
            return []

    def each(self, selector: str) -> Iterator[Node]:
        """The same one by one: the first is mostly all that is wanted, and is found without looking at the rest."""
        for one in self._askable((selector,)):
            yield from self._each(one.css)

    def _each(self, css: str) -> Iterator[Node]:
        try:
            first = self.tree.css_first(css)
            if first is not None:
                yield first
                yield from self.tree.css(css)[1:]
        except SelectolaxError:
            return

    def _askable(self, selectors: tuple[str, ...]) -> tuple["_Selector", ...]:
        """Those selectors that may find something: what they name stands in the document."""
        names, own = _names(selectors)
        return _askable(selectors, names & self._words | own & self._tags if own else names & self._words)

    @cached_property
    def _tags(self) -> frozenset[bytes]:
        """Every tag of a template's own."""
        # Split and then matched, as a regular expression takes four times as long to find so little.
        parts = [(start, part) for start in _OWN_TAGS for part in self._lowered.split(start)[1:]]
        return frozenset(start + match[0] for start, part in parts if (match := _REST.match(part)))

    def mentions(self, markup: bytes, within: int | None = None) -> bool:
        """Whether markup in small letters, such as ``<img``, stands in the document, or in its first bytes."""
        return self._lowered.find(markup, 0, within) >= 0

    def nodes(self, selectors: tuple[str, ...]) -> list[Node]:
        """What the first selector that finds anything finds."""
        for selector in selectors:
            if found := self.all(selector):
                return found
        return []

    def first(
        self, selectors: tuple[str, ...], shut: Collection[int] = (), *, named_only: bool = False
    ) -> tuple[str | None, Node | None]:
        """Text of the first node that has any, and that node; ``shut`` are ids of nodes that must not be taken.

        A selector that names no id, class or own tag (``h1``) is asked only where none that does finds a node: an
        empty field of the template stays empty, and the site's own headings do not fill it; with ``named_only`` never.
        """
        there = False
        for one in self._askable(selectors):
            if not one.named and (there or named_only):
                continue
            for node in self._each(one.css):
                if node.mem_id in shut:
                    continue
                there = there or one.named
                text = attribute(node, one.attribute) if one.attribute else own_text(node) if one.own else text_of(node)
                if (tidied := tidy(text)) and (one.named or not _is_signpost(node, tidied)):
                    return tidied, node
        return None, None


def _words(lowered: bytes) -> frozenset[bytes]:
    """Every id and class of a document in small letters, but those that have ``class`` or ``id`` in them; and more."""
    values = _CLASSES.findall(lowered) + _IDS.findall(lowered)
    if max(map(len, values), default=0) == _LONGEST_VALUE:
        # Where one is cut, another may begin in it.
        values = [part[:_LONGEST_VALUE].partition(b">")[0] for word in _NAMING for part in lowered.split(word)[1:]]
    text = b" ".join(values)
    return frozenset(text.translate(_SEPARATED).split())


def _fits(node: Node, css: str) -> bool:
    try:
        return node.css_matches(css)
    except SelectolaxError:
        return False


@lru_cache(maxsize=1024)
def _names(selectors: tuple[str, ...]) -> tuple[frozenset[bytes], frozenset[bytes]]:
    """All ids and classes that the selectors name, and all tags of a template's own."""
    found = {name for selector in selectors for names in _compiled(selector).names for name in names}
    own = frozenset(name for name in found if name.startswith(b"<"))
    return frozenset(found - own), own


@lru_cache(maxsize=4096)
def _askable(selectors: tuple[str, ...], present: frozenset[bytes]) -> tuple["_Selector", ...]:
    """The selectors one of whose alternatives has all its names ``present``, or that name nothing."""
    compiled = map(_compiled, selectors)
    return tuple(one for one in compiled if not one.names or any(map(present.issuperset, one.names)))


def is_named(selector: str) -> bool:
    """Whether a selector names an id, a class or a tag of the template's own in all its alternatives."""
    return _compiled(selector).named


def _is_signpost(node: Node, text: str) -> bool:
    """Whether a heading leads about the site (a link, a page's label) instead of standing over an article."""
    link = node.css_first("a[href]")
    return bool(_PAGE.match(text)) or (link is not None and 2 * len(tidy(text_of(link))) > len(text))


class _Selector(NamedTuple):
    """A selector taken apart."""

    css: str
    names: tuple[tuple[bytes, ...], ...]  #: what must stand in a document for each alternative; nothing: cannot be said
    named: bool  #: each alternative names an id, a class or a tag of the template's own
    own: bool  #: the node's own text is meant
    attribute: str | None  #: this attribute is meant


def css_of(selector: str) -> str:
    """A selector's CSS, without what of the node is meant."""
    return _compiled(selector).css


@lru_cache(maxsize=4096)
def _compiled(selector: str) -> _Selector:
    match = _SUFFIX.search(selector)
    css = selector[: match.start()] if match else selector
    plain = _ATTRIBUTE.sub("", css)
    named = ":not" not in plain and all(_names_in(plain))
    # What must not be there says nothing of what must.
    names = _names_in(_ABSENT.sub("", plain))
    needed = [tuple(name for name in one if b"class" not in name and b"id" not in name) for one in names]
    own, attribute_name = (bool(match[1]), match[2]) if match else (False, None)
    return _Selector(css, tuple(needed) if all(needed) else (), named, own, attribute_name)


def _names_in(plain: str) -> list[tuple[bytes, ...]]:
    """What each alternative of a selector names; nothing where that cannot be said."""
    if ":not" in plain or re.search(r"\([^)]*,", plain):
        return [()]
    return [
        tuple((found[1] or f"<{found[2]}").lower().encode() for found in _NAME.finditer(part))
        for part in plain.split(",")
    ]


def own_text(node: Node) -> str:
    """The text that stands directly in a node, without that of its children and comments."""
    pieces = (tidy(child.text_content or "") for child in children(node) if child.is_text_node)
    return " ".join(piece for piece in pieces if piece)


def text_of(node: Node) -> str:
    """All text in a node on one line; a block or line break becomes a space, scripts and comments are left out."""
    only = node.child
    if only is not None and only.is_text_node and only.next is None:
        return (only.text_content or "") if node.tag not in _SKIPPED else ""
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
