"""Weigh whether the first or last line of a headline group is a piece of a cut paragraph. Marks nothing itself."""

from collections.abc import Mapping, Sequence

from worker.clean.around import past_pictures, rest_above, texts
from worker.clean.block import Block, Role
from worker.clean.evidence import Habits, is_lead
from worker.clean.forms import ends_open, hangs, is_capitals, is_latin, size, starts_inside
from worker.clean.language import closing, opening
from worker.clean.parts import names_column
from worker.clean.signs import said_again

_LONG, _BRIEF = 30, 8
#: An English line of so many characters is a headline of its own, unless something says that it was cut.
_WHOLE = 60
#: What names a column is set off by these.
_BOXES = "【】■●◆▲○□"
_SET_OFF = (" ", "\u3000", "——")

#: What each sign says for the last line being the beginning of the paragraph below, as log odds, and for the first line
#: being the end of a text above. Found by weighing lines of headline groups (`tests.restoration.weigh`), and lowered: a
#: headline that is taken for text costs more than a piece that is taken for a headline's line.
_BEGINS: Mapping[str, float] = {
    "start": -2.81,
    "seam": 0.53,
    "opening below": -0.66,
    "cut below": 2.62,
    "clauses": 4.23,
    "pauses": 2.68,
    "boxed": 2.45,
    "set off": -4.65,
    "hangs": 3.33,
    "long": 3.62,
    "brief": -5.65,
    "digit": 5.25,
    "whole page": -1.11,
    "title below": 4.91,
    "title": 31.95,
    "latin": 2.67,
    "closing": -0.44,
    "dash above": -4.67,
}
_ENDS: Mapping[str, float] = {
    "start": 0.29,
    "whole page": -0.53,
    "said below": -11.86,
    "bodiless": 8.92,
    "opened": -1.21,
    "seam": 1.25,
    "tail above": 0.43,
    "seam below": 0.28,
    "clauses": 3.26,
    "pauses": 3.05,
    "boxed": -3.00,
    "set off": -3.00,
    "hangs": 7.65,
    "dash": -7.81,
    "long": 5.12,
    "brief": -3.23,
    "digit": 0.41,
    "cut": 1.65,
    "latin": 6.96,
    "closing": 0.06,
    "more lines": 1.30,
}


def _sum(weights: Mapping[str, float], signs: Mapping[str, float]) -> float:
    return sum(weights[name] * value for name, value in signs.items() if value)


def _form(line: str) -> Mapping[str, float]:
    """Return what the line's own form says."""
    return {
        "start": 1.0,
        "clauses": float("，" in line),
        "pauses": float("、" in line),
        "boxed": float(line[0] in _BOXES or line[-1] in _BOXES),
        "set off": float(any(mark in line for mark in _SET_OFF)),
        "hangs": float(hangs(line)),
        "long": float(size(line) > _LONG),
        "brief": float(size(line) < _BRIEF),
        "digit": float(line[-1].isdigit()),
        "latin": float(is_latin(line)),
        "closing": 0.0 if is_latin(line) else closing(line),
    }


def _is_one_headline(line: str, below: str) -> bool:
    """Whether two English lines of a group are one headline that was set in two: it goes on in small letters."""
    return line[0].isupper() and below[0].islower() and is_latin(line) and is_latin(below) and line[-1] not in ",;:"


def begins_text(blocks: Sequence[Block], group: range, habits: Habits, *, broken: bool) -> bool:
    """Whether the last of several short lines is the first half of a paragraph and no headline."""
    rest = past_pictures(blocks, group.stop)
    line = blocks[group.stop - 1].text
    if len(group) == 1 or rest is None or line.startswith(("——", "--")) or is_lead(rest.text) or is_capitals(line):
        return False
    above = [blocks[at].text for at in group[:-1]]
    if all(map(names_column, above)) or is_latin(line) != is_latin(rest.text):
        # A column has a title, and a headline that comes in two languages is no beginning of either text.
        return False
    # A report's first sentence says its headline again.
    body = line + "".join(texts(blocks, range(group.stop, len(blocks))))
    signs = {
        **_form(line),
        "seam": habits.seam(line, rest.text),
        "opening below": opening(rest.text),
        "cut below": float(starts_inside(rest.text)),
        "whole page": float(not broken),
        "title below": max(said_again(title, body) for title in above),
        "title": said_again(line, "\n".join(above)),
        "dash above": float(above[-1].endswith("——")),
    }
    return _sum(_BEGINS, signs) > 0


def ends_text(blocks: Sequence[Block], group: range, habits: Habits, *, broken: bool) -> bool:
    """Whether the first of several short lines is no headline but the end of a text above."""
    at = group.start
    if at == 0 or len(group) == 1 or blocks[at + 1].text.startswith(("——", "--")):
        return False
    line, above = blocks[at].text, blocks[at - 1]
    if names_column(line) or is_capitals(line) or _is_one_headline(line, blocks[at + 1].text):
        return False
    # Under a headline's byline a body stands, and be it one line.
    bodiless = above.role is Role.BYLINE and at > 1 and blocks[at - 2].role in {Role.HEADING, Role.BYLINE}
    if above.role not in {Role.TEXT, Role.SUBHEAD, Role.CAPTION, Role.CREDIT} and not bodiless:
        return False
    below = [*texts(blocks, range(group.stop, len(blocks))), *(blocks[other].text for other in group[1:])]
    opened = above.role is Role.TEXT and ends_open(above.text)
    if is_latin(line) and not opened and line[0].isupper() and len(line) <= _WHOLE and not hangs(line):
        return False
    signs = {
        **_form(line),
        "whole page": float(not broken),
        "said below": said_again(line, "\n".join(below)),
        "bodiless": float(bodiless),
        "opened": float(opened),
        "seam": habits.seam(above.text, line) if opened else 0.0,
        "tail above": rest_above(blocks, at, habits),
        "seam below": habits.seam(line, blocks[at + 1].text),
        "dash": float(line.endswith("——")),
        "cut": float(starts_inside(line)),
        "more lines": float(len(group) > 2),  # noqa: PLR2004 - the line and its headline
    }
    return _sum(_ENDS, signs) > 0
