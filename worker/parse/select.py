"""Read a family's fields from a tree: the first selector that gives text wins. Knows no family."""

import re
from collections.abc import Collection, Iterable, Sequence

from selectolax.lexbor import SelectolaxError

from worker.parse.text import tidy
from worker.parse.tree import Node, Tree, attribute, children

_SUFFIX = re.compile(r"\s*::(?:(own)|attr\(([\w:-]+)\))$")
_SKIPPED = frozenset({"script", "style", "noscript", "select", "textarea"})
_BREAKS = frozenset("br p div tr td th li h1 h2 h3 h4 h5 h6 table".split())


def first(tree: Tree, selectors: Sequence[str], shut: Collection[int] = ()) -> tuple[str | None, Node | None]:
    """Text of the first node that has any, and that node; ``shut`` are ids of nodes that must not be taken.

    A selector that is no CSS finds nothing.
    """
    for selector in selectors:
        css, own, name = split(selector)
        for node in nodes(tree, (css,)):
            if node.mem_id in shut:
                continue
            text = attribute(node, name) if name else own_text(node) if own else text_of(node)
            if tidied := tidy(text):
                return tidied, node
    return None, None


def nodes(tree: Tree | Node, selectors: Iterable[str]) -> list[Node]:
    """What the first selector that finds anything finds."""
    for selector in selectors:
        try:
            found = tree.css(split(selector)[0])
        except SelectolaxError:
            continue
        if found:
            return found
    return []


def split(selector: str) -> tuple[str, bool, str | None]:
    """A selector's CSS, whether it means the node's own text only, and the attribute that it means."""
    if "::" not in selector:
        return selector, False, None
    match = _SUFFIX.search(selector)
    return (selector[: match.start()], bool(match[1]), match[2]) if match else (selector, False, None)


def own_text(node: Node) -> str:
    """The text that stands directly in a node, without that of its children and comments."""
    return " ".join(tidied for child in children(node) if child.is_text_node and (tidied := tidy(child.text_content or "")))


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
