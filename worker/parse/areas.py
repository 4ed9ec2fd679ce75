"""Read the area map of a page image: which part leads to which article. Areas without an article are left out."""

import re

from worker.domain import Area
from worker.parse.family import Family
from worker.parse.links import absolute
from worker.parse.tree import Tree, attribute

_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_SHAPES = {"poly": "polygon", "polygon": "polygon", "rect": "rectangle", "rectangle": "rectangle"}
_MAX_NUMBERS = 2_000


def areas_of(tree: Tree, base: str, family: Family) -> tuple[Area, ...]:
    """The areas that lead to an article, in the order of the page, each as often as the page has it.

    Coordinates are whole pixels; a rectangle has four numbers, a polygon an even number of at least six.
    """
    article = re.compile(family.article_link, re.IGNORECASE)
    found: list[Area] = []
    for node in tree.css("area[href]"):
        url = absolute(attribute(node, "href"), base)
        if url is None or not article.search(url):
            continue
        coords = tuple(int(float(number)) for number in _NUMBER.findall(attribute(node, "coords"))[:_MAX_NUMBERS])
        coords = coords[: len(coords) - len(coords) % 2]
        shape = _SHAPES.get(attribute(node, "shape").lower(), "rectangle" if len(coords) == 4 else "polygon")  # noqa: PLR2004
        found.append(Area(shape=shape, coords=coords, url=url))
    return tuple(found)
