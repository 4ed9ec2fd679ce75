"""Read an edition's list of pages from the links of one page. Reads no article."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from worker.domain import PageRef
from worker.parse import dates
from worker.parse.family import Family
from worker.parse.select import Document, text_of
from worker.parse.text import label, tidy
from worker.parse.tree import Node

#: Links that lead about the site, not to an entry of the list.
_ABOUT = re.compile(
    r"^[\W_\d]*(?:[上下前后後]一?[版期页頁]|首页|首頁|返回|版面[导導]航|数字报|PDF|previous|next)|^[<>«»‹›←→\s]*$",
    re.IGNORECASE,
)
_IN_ADDRESS = re.compile(r"(?:Page|node_|col|l|v|szbz|_|/)([A-Z]{0,2}\d{1,3})(?=[A-Z]{0,3}\.|/default)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Link:
    """A link whose address has one of the family's forms."""

    node: Node
    url: str  #: absolute address
    kind: str  #: ``page``, ``article`` or ``pdf``


def page_list(document: Document, links: Sequence[Link], family: Family) -> tuple[PageRef, ...]:
    """The edition's pages in printed order, each once, however often and under whatever label the page links them."""
    chosen = {node.mem_id for node in document.nodes(family.page_list)}
    pages = [link for link in links if link.kind == "page" and link.node.mem_id in chosen]
    if not pages:
        pages = [link for link in links if link.kind == "page"]
    labels: dict[str, list[str]] = {}
    for link in _of_one_day(pages):
        text = tidy(text_of(link.node))
        if _ABOUT.search(text) and label(text)[0] is None:
            continue
        labels.setdefault(link.url, []).append(text)
    return tuple(_entry(url, texts, place) for place, (url, texts) in enumerate(labels.items(), start=1) if any(texts))


def _of_one_day(links: list[Link]) -> list[Link]:
    """Without links to another day's edition (上一期), which have the same form."""
    days = Counter(dates.in_address(link.url) for link in links)
    if len(days) < 2:  # noqa: PLR2004
        return links
    most = days.most_common(1)[0][0]
    return [link for link in links if dates.in_address(link.url) == most]


def _entry(url: str, texts: list[str], place: int) -> PageRef:
    """One entry from all its links: some sites link the number and the name each on its own."""
    read = [label(text) for text in texts]
    number = next((number for number, _ in read if number), None) or _number_of(url) or f"{place:02d}"
    name = next((name for own, name in read if own and name), None) or next((name for _, name in read if name), None)
    return PageRef(number=number, name=name, url=url)


def _number_of(url: str) -> str | None:
    """The number in an address, for families whose addresses carry it."""
    match = _IN_ADDRESS.search("/" + "/".join(url.partition("?")[0].split("/")[-2:]))
    if match is None or ("/node_" in url and match[1].isdigit() and not match[1].startswith("0")):
        return None  # founder-classic counts nodes, not pages
    return match[1].upper()
