"""Check a publication's overrides before a page is ever read with them. Changes no family and reads no document."""

import re
from collections.abc import Mapping
from typing import Any

from selectolax.lexbor import SelectolaxError

from worker.parse.family import BadOverride, Family
from worker.parse.select import css_of
from worker.parse.tree import parse

_FORMS = ("page_link", "article_link")


def check_overrides(family: Family, overrides: Mapping[str, Any]) -> None:
    """Accept overrides that the parser can work with.

    Raises:
        BadOverride: a key is no field of a family, a link form is no regular expression, a selector is no CSS.
    """
    family.overridden(overrides)
    nothing = parse("", b"")
    for key, value in overrides.items():
        for text in (value,) if isinstance(value, str) else value:
            try:
                re.compile(text) if key in _FORMS else nothing.css(css_of(text))
            except re.error as error:
                raise BadOverride(f"override {key!r}: {text!r} is no regular expression: {error}") from error
            except SelectolaxError as error:
                raise BadOverride(f"override {key!r}: {text!r} is no CSS selector") from error
