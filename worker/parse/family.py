"""What a template family is: link forms and ordered selectors, as data. Runs nothing."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from worker.errors import Final


class BadOverride(Final):
    """A publication overrides something that a family does not have, or with something that is not a selector."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """A template family.

    A selector is CSS, optionally followed by what of the node is meant: ``::own`` (its own text without that of its
    children), ``::attr(name)`` (an attribute), else all of its text. Fields are tried in
    order and the first selector that gives text wins. Link forms are searched in the absolute address, whatever the
    case.
    """

    name: str
    page_link: str  #: a regular expression that addresses of pages match
    article_link: str  #: the same for articles
    address: str = r"(?!)"  #: the form that only this family's addresses have; tells the family of a document
    marks: tuple[str, ...] = ()  #: selectors of what only this family's documents have; tell it, too
    folder: str = ""  #: a strftime pattern of the folder of its pages, for a document whose address is not known
    page_list: tuple[str, ...] = ()  #: links of the edition's list of pages; without a hit, links are told by form
    page_label: tuple[str, ...] = ()  #: where the page prints its own number and name
    page_image: tuple[str, ...] = ("img[usemap]",)  #: the page image
    article_list: tuple[str, ...] = ()  #: links of the page's own articles beside the area map
    date: tuple[str, ...] = ()  #: where the page prints its date; without a hit, all of its text is searched
    rubric: tuple[str, ...] = ()
    kicker: tuple[str, ...] = ()
    title: tuple[str, ...] = ()
    subtitle: tuple[str, ...] = ()
    author: tuple[str, ...] = ()
    body: tuple[str, ...] = ()  #: the node that holds the body; ``enpcontent`` comments are found without it
    wide: tuple[str, ...] = ()  #: nodes that hold the body and perhaps more, where no node of ``body`` is there at all
    pictures: tuple[str, ...] = ()  #: pictures outside the body
    junk: tuple[str, ...] = ()  #: site furniture inside the body that selectors can name

    def overridden(self, overrides: Mapping[str, Any] | None) -> "Family":
        """This family with a publication's own selectors before its own; a link form is replaced.

        Raises:
            BadOverride: a key is no field of a family, or a value is not a string or a list of strings.
        """
        if not overrides:
            return self
        changes: dict[str, Any] = {}
        for key, value in overrides.items():
            if key not in _OVERRIDABLE:
                raise BadOverride(
                    f"override {key!r}: a family has no such field; it has {', '.join(sorted(_OVERRIDABLE))}"
                )
            values = (value,) if isinstance(value, str) else tuple(value) if isinstance(value, list | tuple) else ()
            if not values or not all(isinstance(item, str) and item for item in values):
                raise BadOverride(f"override {key!r}: a selector or a list of selectors is needed, not {value!r}")
            changes[key] = "|".join(values) if key in _FORMS else (*values, *getattr(self, key))
        return replace(self, **changes)


_FORMS = frozenset({"page_link", "article_link"})
_OVERRIDABLE = frozenset(field.name for field in fields(Family)) - {"name", "address", "marks", "folder"}
