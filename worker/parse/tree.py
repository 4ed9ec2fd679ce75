"""Build and query a document tree; knows nothing of newspapers.

The HTML parser takes quadratic time on very deep nesting (100,000 open ``<div>`` cost half a minute), so that
depth is bounded before it sees the text.
"""

import re
from collections.abc import Iterator, Sequence

from selectolax.lexbor import LexborHTMLParser, LexborNode

Node = LexborNode
Tree = LexborHTMLParser

#: A page with fewer tags cannot be nested deeply enough to matter.
_FEW_TAGS = 3_000
_MAX_DEPTH = 250
_MAX_CHARACTERS = 5_000_000
#: Tags whose end is not implied by what follows: only these can pile up.
_NESTING = re.compile(r"<(/?)([a-zA-Z][\w:-]*)")
_FLAT = frozenset(
    "p li td th tr dt dd option optgroup tbody thead tfoot colgroup br img input meta link hr area base col embed "
    "param source track wbr rp rt html head body script style".split()
)


def parse(html: str) -> Tree:
    """The tree of ``html``, whatever state it is in; text beyond five million characters is not read."""
    html = html[:_MAX_CHARACTERS].replace("\x00", "")
    if html.count("<") > _FEW_TAGS:
        html = _flattened(html)
    return LexborHTMLParser(html)


def _flattened(html: str) -> str:
    """``html`` without the start tags that would open a level deeper than any real page has."""
    depth = 0
    deep: list[int] = []
    for match in _NESTING.finditer(html):
        if match.group(2).lower() in _FLAT:
            continue
        if match.group(1):
            depth = max(depth - 1, 0)
            continue
        depth += 1
        if depth > _MAX_DEPTH:
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


def find(tree: Tree | Node, selectors: Sequence[str]) -> Iterator[Node]:
    """Every node that a selector finds, selector by selector in the order given."""
    for selector in selectors:
        yield from tree.css(selector)


def children(node: Node) -> Iterator[Node]:
    """The direct children of a node, text and comments among them."""
    child = node.child
    while child is not None:
        yield child
        child = child.next


def attribute(node: Node, name: str) -> str:
    """An attribute's value without surrounding space; empty if it is not there."""
    return (node.attributes.get(name) or "").strip()
