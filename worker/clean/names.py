"""Mark bylines that are names and nothing else, as pages of letters print them. Knows no names: place and form tell.

A line of two to four characters that is no common word, under a headline and over running text, is its writer's name if
it is spread as names of two characters are, or if the page does so more than once.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from worker.clean.block import Block, Cleaned, Note, Role
from worker.clean.forms import ends_closed, has_stop_inside, heading_like, is_latin, size
from worker.clean.language import is_word
from worker.clean.people import read_people, without_place

_HAN = r"[\u3400-\u9fff]"
_SPREAD = re.compile(rf"{_HAN}[ \u3000]{{1,4}}{_HAN}")
_NAME = re.compile(rf"{_HAN}{{2,4}}|{_HAN}{{1,8}}[·•]{_HAN}{{1,10}}")
#: JOHN SMITH, or John Smith, under a headline of another form.
_CAPITALS = re.compile(r"[A-Z][A-Z.'’-]+(?: [A-Z][A-Z.'’-]*){1,3}")
_ENGLISH = re.compile(r"[A-Z][a-z.'’-]+(?: (?:[A-Z]\.|[Dd]e|[Vv]an|[Oo]f)){0,2}(?: [A-Z][a-z.'’-]+){1,2}")
#: What stands in a name's place between headline and text.
_LABEL = re.compile(
    r"编者按|編者按|[引楔]子|[题題后後小代][记記序]|导[读语]|導[讀語]|前言|序[言曲]?|短[评評]|开篇|[上中下][篇集部]|[一二三四五六七八九十]+"
)
_TEXT = 25
_HEADLINE = 3
_TWICE = 2
_LONGEST = 32


def _names(text: str) -> str:
    """Return the name that the line would be, or an empty string."""
    if _CAPITALS.fullmatch(text) or _ENGLISH.fullmatch(text):
        return text
    bare = without_place(text)
    if _SPREAD.fullmatch(bare):
        return bare
    if not _NAME.fullmatch(bare) or _LABEL.fullmatch(bare):
        return ""
    return "" if any(is_word(bare[at : at + 2]) for at in range(len(bare) - 1)) else bare


def _stands(blocks: Sequence[Block], at: int) -> bool:
    """Whether the line stands under a headline and over running text."""
    above, below = blocks[at - 1], blocks[at + 1]
    text = blocks[at].text
    return (
        above.role is Role.TEXT
        and size(above.text) >= _HEADLINE
        and heading_like(above.text)
        and not read_people(above.text)
        and (is_latin(above.text) == text.isascii())
        and not (text.isascii() and (above.text.isupper() or len(above.text.split()) <= len(text.split())))
        and below.role is Role.TEXT
        and size(below.text) > _TEXT
        and (ends_closed(below.text) or has_stop_inside(below.text))
    )


def find_names(blocks: tuple[Block, ...]) -> Cleaned:
    """Mark names without any mark as bylines."""
    found = {
        at: name
        for at in range(1, len(blocks) - 1)
        if blocks[at].role is Role.TEXT
        and len(blocks[at].text) <= _LONGEST
        and (name := _names(blocks[at].text))
        and _stands(blocks, at)
    }
    if len(found) < _TWICE:
        found = {at: name for at, name in found.items() if _SPREAD.fullmatch(name) or _CAPITALS.fullmatch(name)}
    if not found:
        return Cleaned(blocks=blocks)
    marked = tuple(replace(block, role=Role.BYLINE) if at in found else block for at, block in enumerate(blocks))
    why = "a name's form under a headline and over running text"
    notes = tuple(Note(step="find_names", text=blocks[at].text, done="is a byline", evidence=why) for at in found)
    return Cleaned(blocks=marked, notes=notes)
