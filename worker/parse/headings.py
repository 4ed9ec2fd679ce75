"""Read what stands over an article: rubric, kicker, title, subtitle and author line. Reads no body."""

import re
from collections.abc import Mapping

from worker.parse.family import Family
from worker.parse.select import Document
from worker.parse.tree import Node

#: What embedded comments call the fields; they fill those that the page itself does not print.
_COMMENTED = {
    "title": ("title", "founder-title"),
    "kicker": ("introtitle", "founder-introtitle"),
    "subtitle": ("subtitle", "founder-subtitle"),
    "author": ("author", "founder-author"),
}
#: A line under the title that names people is the author's, not a second headline.
_BYLINE = re.compile(
    r"^[\s　]*(?:[□■◎●○☉▲◆]|(?:作者|文|图|文图|摄影|撰文|记者|記者|通讯员)[/／:：]"
    r"|(?:本报|本社|见习|实习|特约)?(?:全媒体)?(?:记者|記者|通讯员|评论员|評論員)[\s　])"
)
_HEADINGS = ("title", "kicker", "subtitle", "rubric", "author")


def headings_of(
    document: Document, family: Family, body: list[Node], known: Mapping[str, str]
) -> tuple[dict[str, str | None], set[int], set[int]]:
    """The heading fields, the ids of the nodes that they were taken from, and those of all that is around these.

    ``body`` is no place for a heading to be an ancestor of; ``known`` is what embedded comments say.
    """
    texts: dict[str, str | None] = {}
    used: set[int] = set()
    shut = around(body[0] if body else None)
    for name in _HEADINGS:
        said = next((known[key] for key in _COMMENTED.get(name, ()) if key in known), None)
        text, node = document.first(getattr(family, name), shut, named_only=said is not None)
        texts[name] = text if text not in texts.values() else None
        if node is not None:
            used.add(node.mem_id)
            shut |= around(node)
        elif said not in texts.values():
            texts[name] = said
    if texts["author"] is None and texts["subtitle"] and _BYLINE.match(texts["subtitle"]):
        texts["author"], texts["subtitle"] = texts["subtitle"], None
    return texts, used, shut


def around(node: Node | None) -> set[int]:
    """The ids of a node's ancestors, the node itself included."""
    found: set[int] = set()
    while node is not None:
        found.add(node.mem_id)
        node = node.parent
    return found
