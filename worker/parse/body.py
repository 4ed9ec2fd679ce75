"""Find the node of an article that holds its body. Reads no field and walks no body."""

from collections.abc import Collection

from worker.parse.blocks import Line, Walk
from worker.parse.family import Family
from worker.parse.select import Document
from worker.parse.tree import Node

_MOST_WIDE = 3  #: nodes of one selector that are tried


def body_of(document: Document, family: Family) -> list[Node]:
    """The node that holds the body, or its paragraphs where a selector names those.

    The first selector that finds text or a picture wins; without one, a node that is there but empty will do.
    """
    empty: list[Node] = []
    for selector in family.body:
        for node in document.each(selector):
            if _is_filled(node):
                return [one for one in document.all(selector) if _is_filled(one)] if node.tag == "p" else [node]
            empty = empty or [node]
    root = document.tree.root
    if "<!--enpcontent" in document.html and root is not None:
        for node in root.traverse():
            if node.is_comment_node and (node.comment_content or "").strip() == "enpcontent":
                return [node.parent] if node.parent is not None else empty
    return empty


def _is_filled(node: Node) -> bool:
    """Whether a node holds something to read: a picture, or text that is not mostly links to somewhere else."""
    size = len(node.text(strip=True))
    linked = sum(len(link.text(strip=True)) for link in node.css("a[href]")) if size else 0
    return 2 * linked < size or (node.css_first("img") is not None and 2 * linked <= size)


def wide_body_of(document: Document, family: Family, used: Collection[int]) -> list[Node]:
    """A node that holds the body and more, where it prints anything beside the headings."""
    for selector in family.wide:
        for node in filter(_is_filled, document.all(selector)[:_MOST_WIDE]):
            if any(isinstance(block, Line) for block in Walk(node, used=used).blocks):
                return [node]
    return []
