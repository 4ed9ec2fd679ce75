"""Tell which template family a document is of, by its address, its links and its markup. Fetches nothing."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import islice

from worker.parse.family import Family
from worker.parse.links import absolute
from worker.parse.registry import FAMILIES
from worker.parse.select import Document, is_named
from worker.parse.tree import attribute

#: Points from which a document is taken to be of a family: its own address, or two marks, or a list of links.
_ENOUGH = 3
_OWN_ADDRESS = 4
_MARK = 2
_MOST_BY_MARKS = 6
_MOST_BY_LINKS = 5
_MOST_BY_FIELDS = 3
#: Fields whose places tell a template.
_FIELDS = ("page_list", "page_label", "article_list", "kicker", "title", "subtitle", "body", "pictures")
_LINKS = 400  #: so many links tell what a site is


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognition:
    """A family that a document seems to be of."""

    family: Family
    score: int  #: points; the higher, the surer. ``certain`` compares it with what is needed
    evidence: tuple[str, ...]  #: what speaks for it, one line each, the address first

    @property
    def certain(self) -> bool:
        """Whether there is enough evidence to read the document with this family."""
        return self.score >= _ENOUGH


def recognise(html: str, url: str = "") -> Recognition | None:
    """The family that most speaks for; None where no family has enough evidence.

    ``url`` is the document's own address, empty if it is not known; ``html`` may be empty to judge an address alone.
    """
    best = next(iter(candidates(html, url)), None)
    return best if best is not None and best.certain else None


def candidates(html: str, url: str = "") -> tuple[Recognition, ...]:
    """Every family that anything speaks for, the likeliest first."""
    document = Document(html)
    links = tuple(dict.fromkeys(_links(document, url)))
    found = [_weighed(family, document, url, links) for family in FAMILIES.values()]
    return tuple(sorted((one for one in found if one.score), key=lambda one: -one.score))


def _weighed(family: Family, document: Document, url: str, links: Iterable[str]) -> Recognition:
    form = re.compile(family.address, re.IGNORECASE)
    score = 0
    evidence: list[str] = []
    if url and form.search(url):
        score += _OWN_ADDRESS
        evidence.append(f"its address has the form {family.address}")
    matching = sum(form.search(link) is not None for link in links)
    if matching:
        score += min(matching, _MOST_BY_LINKS)
        evidence.append(f"{matching} links have the form {family.address}")
    marks = [mark for mark in family.marks if document.all(mark)]
    score += min(_MARK * len(marks), _MOST_BY_MARKS)
    evidence += [f"it has {mark}" for mark in marks]
    own = [selector for selector in _own_selectors()[family.name] if document.all(selector)]
    score += min(len(own), _MOST_BY_FIELDS)
    evidence += [f"it has {selector}" for selector in own if selector not in marks]
    return Recognition(family=family, score=score, evidence=tuple(evidence))


@cache
def _own_selectors() -> dict[str, tuple[str, ...]]:
    """The selectors of each family's fields that no other family has; those of one maker count as one family."""
    users: dict[str, set[str]] = {}
    listed: dict[str, list[str]] = {}
    for family in FAMILIES.values():
        for selector in (one for name in _FIELDS for one in getattr(family, name) if is_named(one)):
            users.setdefault(selector, set()).add(family.name.partition("-")[0])
            listed.setdefault(family.name, []).append(selector)
    return {name: tuple(one for one in found if len(users[one]) == 1) for name, found in listed.items()}


def _links(document: Document, url: str) -> Iterator[str]:
    """The addresses that a document links, absolute where its own is known, else as written."""
    for node in islice(document.tree.css("a[href], area[href]"), _LINKS):
        href = attribute(node, "href")
        if url:
            if found := absolute(href, url):
                yield found
        elif href and not href.startswith("#"):
            yield f"/{href.partition('#')[0].partition('?')[0].removeprefix('./').lstrip('/')}"
