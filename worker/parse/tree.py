"""Build and query a document tree; knows nothing of newspapers.

The HTML parser takes quadratic time on very deep nesting (100,000 open ``<div>`` cost half a minute), so that
depth is bounded before it sees the text.
"""

import re
from collections.abc import Iterator

from selectolax.lexbor import LexborHTMLParser, LexborNode

Node = LexborNode
Tree = LexborHTMLParser

#: A page with fewer tags cannot be nested deeply enough to matter.
_FEW_TAGS = 3_000
_MAX_DEPTH = 150
_MAX_CHARACTERS = 5_000_000
#: A tag or a character reference in which a document breaks off; HTML would print it as text.
_CUT = re.compile(r"(?:</?[A-Za-z]?[^<>]*|&(?:#\w*|[A-Za-z]{1,8})|&)\Z")
_LONGEST_CUT = 400
#: Tags whose end is not implied by what follows: only these can pile up.
_NESTING = re.compile(r"<(/?)([a-zA-Z][\w:-]*)")
_FLAT = frozenset(
    {"p", "li", "td", "th", "tr", "dt", "dd", "option", "optgroup", "tbody", "thead", "tfoot", "colgroup"}
    | {"br", "img", "input", "meta", "link", "hr", "area", "base", "col", "embed", "param", "source", "track", "wbr"}
    | {"rp", "rt", "html", "head", "body", "script", "style"}
)


def parse(html: str, data: bytes) -> Tree:
    """The tree of ``html``, whatever state it is in; text beyond five million characters is not read.

    ``data`` is the same in UTF-8.
    """
    whole = html
    if len(html) > _MAX_CHARACTERS or b"\0" in data:
        html = html[:_MAX_CHARACTERS].replace("\x00", "")
    tail = html[-_LONGEST_CUT:]
    if (tail.rfind("<") > tail.rfind(">") or "&" in tail[-10:]) and (cut := _CUT.search(tail)):
        html = html[: -len(cut[0])]
    if data.count(b"<") > _FEW_TAGS:
        html = _flattened(html)
    return LexborHTMLParser(data if html is whole else html)


def _flattened(html: str) -> str:
    """``html`` without the start tags that would open a level deeper than any real page has."""
    opened: list[str] = []
    deep: list[int] = []
    for match in _NESTING.finditer(html):
        tag = match.group(2).lower()
        if tag in _FLAT:
            continue
        if match.group(1):
            if tag in opened:  # ends whatever was left open inside it, too
                del opened[len(opened) - 1 - opened[::-1].index(tag) :]
        elif len(opened) < _MAX_DEPTH:
            opened.append(tag)
        else:
            deep.append(match.start())
    if not deep:
        return html
    pieces: list[str] = []
    last = 0
    for start in deep:
        pieces.append(html[last:start])
        end = html.find(">", start)
        last = len(html) if end < 0 else max(end + 1, last)
    pieces.append(html[last:])
    return "".join(pieces)


def children(node: Node) -> Iterator[Node]:
    """The direct children of a node, text and comments among them."""
    child = node.child
    while child is not None:
        yield child
        child = child.next


def attribute(node: Node, name: str) -> str:
    """An attribute's value without surrounding space; empty if it is not there."""
    return (node.attributes.get(name) or "").strip()
