"""Say which of a family's selectors find something in a document. Takes nothing out of it."""

from collections.abc import Mapping
from typing import Any

from worker.parse.family import Family
from worker.parse.select import Document

#: What a page's document may hold, and what an article's may.
PAGE_FIELDS = ("page_list", "page_label", "page_image", "article_list", "date")
ARTICLE_FIELDS = ("rubric", "kicker", "title", "subtitle", "author", "body", "pictures")

_NODES = frozenset({"page_list", "page_image", "article_list", "pictures"})


def probe(
    html: str, family: Family, overrides: Mapping[str, Any] | None, wanted: tuple[str, ...]
) -> dict[str, str | None]:
    """For each wanted field the first selector that finds text, or a node where a field is not text; None if none does.

    Raises:
        BadOverride: ``overrides`` names no field of a family.
    """
    family = family.overridden(overrides)
    document = Document(html)
    return {
        field: next((one for one in getattr(family, field) if _finds(document, one, nodes=field in _NODES)), None)
        for field in wanted
    }


def _finds(document: Document, selector: str, *, nodes: bool) -> bool:
    return bool(document.nodes((selector,))) if nodes else document.first((selector,))[0] is not None
