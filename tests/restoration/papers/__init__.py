"""Broken pages of other writers: papers, towns and people invented, articles and damage by people who knew no rule.

Each set is one writer's, for papers of one kind; a page is its text, the defects done to it and the items that it
should become. Every set was measured before anything was looked at. Then pages with odd numbers were read, and the
headlines of the first three sets, rules were made, and weights found on all pages; an article stands on many pages of
its set. Of ``city`` nobody has looked at a page, and no weight was found on it: it tells what a stranger's page will
see.
"""

import json
import lzma
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

#: By what kind of paper: county and city party papers; evening, metro and trade papers; Traditional Chinese, English
#: and pages of both; all kinds together; inner pages (commentary, features, letters, verse); city and county papers.
SETS = ("local", "evening", "overseas", "mixed", "inner", "city")
HELD_OUT = ("city",)

Page = tuple[str, list[dict[str, Any]]]


@cache
def _read(name: str) -> list[dict[str, Any]]:
    return json.loads(lzma.decompress(Path(__file__).with_name(f"{name}.json.xz").read_bytes()))


def pages(name: str, every: int = 1) -> Iterator[Page]:
    """Yield (text, items) of each page of a set, or of every so-manieth."""
    for page in _read(name)[::every]:
        yield page["text"], page["items"]
