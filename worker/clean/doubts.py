"""Judge lines that only look like headlines: headline, subhead or piece of a paragraph. Repeats no proof."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import pairwise

from worker.clean.around import (
    past_pictures,
    seams_above,
    stands_over_picture,
    stands_over_story,
    texts,
    title_above,
)
from worker.clean.block import Block, Cleaned, Note, Role
from worker.clean.evidence import Habits, habits_of, is_lead
from worker.clean.flags import Flag
from worker.clean.forms import (
    breaks_off,
    ends_closed,
    ends_open,
    hangs,
    has_stop_inside,
    heading_like,
    is_enumerated,
    size,
    starts_inside,
)
from worker.clean.hands import learn_hands
from worker.clean.headings import MOST_LINES, heading_runs
from worker.clean.signs import piece_signs, said_again
from worker.clean.verdict import Page, weigh

#: No newspaper page has so many lines that may be headlines.
_MOST_DOUBTS = 400
#: The first line of a headline group is the cut end of the text above, if this and its own form are above 0.
_START = -1.2
_SAID_BELOW, _SAID_ABOVE = -7.0, 3.0
_WHOLE_PAGE = -1.3
_BODILESS = 3.0
_OPENED = 2.0
_TAIL_FOUND = 1.5
_OPENING = re.compile(r"^(?:\d{1,4}[年月]|[^，]{2,4}，)")
_LONG = 30
#: A headline shorter than this is a rubric's or a subhead's size.
_BRIEF = 8
#: A seam that speaks this loudly makes a short line the rest of the open line above it.
_SEAM = 2.5


def _headingness(text: str) -> float:
    """Return how much a lone line looks like a headline and unlike a piece of a cut paragraph."""
    score = 0.5
    if " " in text or "\u3000" in text:
        score += 2
    if text[-1] in "”’！？!?）》」』":
        score += 1 if "，" in text else 2
    if "，" in text:
        score -= 1
    if hangs(text):
        score -= 3
    if size(text) > _LONG:
        score -= 1
    if size(text) < _BRIEF:
        score -= 1
    if is_enumerated(text):
        score += 1
    return score


def judge_headings(blocks: tuple[Block, ...]) -> Cleaned:
    """Judge each doubtful run of short lines, and whether the first line of a proved group belongs to it."""
    out = list(blocks)
    notes: list[Note] = []
    habits = habits_of(block.text for block in blocks)
    cuts = _certain_cuts(out)
    broken = cuts > 0 or any(block.role is Role.TEXT and breaks_off(block.text) for block in blocks)
    for at, end in _proved(out):
        if _cut_below(out, at, end, habits, cuts):
            out[end - 1] = replace(out[end - 1], role=Role.TEXT)
            note = "goes on in the text below"
            notes.append(Note(step="judge_headings", text=out[end - 1].text, done="is no heading", evidence=note))
        if _cut_above(out, at, end, habits, broken=broken):
            out[at] = replace(out[at], role=Role.TEXT)
            notes.append(
                Note(
                    step="judge_headings", text=out[at].text, done="is no heading", evidence="goes with the text above"
                )
            )
    doubtful = [(at, end) for at, end in heading_runs(out) if not (end < len(out) and out[end].role is Role.HEADING)]
    if not doubtful:
        return Cleaned(blocks=tuple(out), notes=tuple(notes))
    if len(doubtful) > _MOST_DOUBTS:
        for at, end in doubtful:
            _mark(out, notes, range(at, end), Role.SUBHEAD, "so many short lines are a list")
        return Cleaned(blocks=tuple(out), notes=tuple(notes))
    page = Page(habits=habits, cuts=cuts, hands=learn_hands(out))
    for first, last in doubtful:
        at = first + 1 if _cut_above(out, first, last, habits, broken=broken) else first
        end = last - 1 if _cut_below(out, at, last, habits, cuts) else last
        role, why = _judge(out, at, end, page)
        if role is not Role.TEXT:
            _mark(out, notes, range(at, end), role, why)
    return Cleaned(blocks=tuple(out), notes=tuple(notes))


def _proved(blocks: Sequence[Block]) -> Iterable[tuple[int, int]]:
    at = 0
    while at < len(blocks):
        end = at
        while end < len(blocks) and blocks[end].role is Role.HEADING:
            end += 1
        if end > at:
            yield at, end
        at = max(end, at + 1)


def _certain_cuts(blocks: Sequence[Block]) -> int:
    """Count the signs that the page is broken: long blocks that break off in mid-sentence, and repeats taken out."""
    cuts = sum(
        1
        for one, two in pairwise(blocks)
        if one.role is Role.TEXT
        and two.role in {Role.TEXT, Role.CAPTION}
        and ends_open(one.text)
        and not heading_like(one.text)
        and ("，" in one.text or has_stop_inside(one.text))
    )
    return cuts + sum(1 for block in blocks if Flag.REPEAT_REMOVED in block.flags)


def _mark(out: list[Block], notes: list[Note], span: range, role: Role, why: str) -> None:
    for index in span:
        out[index] = replace(out[index], role=role)
        notes.append(Note(step="judge_headings", text=out[index].text, done=f"is a {role}", evidence=why))


def _cut_above(blocks: Sequence[Block], at: int, end: int, habits: Habits, *, broken: bool) -> bool:
    """Whether the first line of a proved group is no headline but the end of a text above."""
    if at == 0 or end - at < 2 or blocks[at + 1].text.startswith(("——", "--")):  # noqa: PLR2004 - one line is the title
        return False
    line, above = blocks[at].text, blocks[at - 1]
    # Under a headline's byline a body stands, and be it one line.
    bodiless = above.role is Role.BYLINE and at > 1 and blocks[at - 2].role in {Role.HEADING, Role.BYLINE}
    if above.role not in {Role.TEXT, Role.SUBHEAD, Role.CAPTION, Role.CREDIT} and not bodiless:
        return False
    if line.endswith("——"):
        return False
    if hangs(line):
        return True
    before = [*texts(blocks, range(at - 1, -1, -1)), *title_above(blocks, at)]
    after = [*texts(blocks, range(end, len(blocks))), *(block.text for block in blocks[at + 1 : end])]
    score = (
        _START + _SAID_BELOW * said_again(line, "\n".join(after)) + _SAID_ABOVE * said_again(line, "\n".join(before))
    )
    score += piece_signs(line) + (_BODILESS if bodiless else 0.0 if broken else _WHOLE_PAGE)
    if above.role is Role.TEXT and ends_open(above.text) and habits.link(above.text, line) > _SEAM:
        score += _OPENED
    if -_TAIL_FOUND < score <= 0:
        # Its rest may stand where early tails stand: before the headline above.
        score += _TAIL_FOUND * max((seam for seam in seams_above(blocks, at, habits)), default=0.0) / _SEAM
    return score > 0


def _cut_score(one: str, two: str, habits: Habits, cuts: int) -> float:
    """Return how much speaks for a short line being the first half of a cut paragraph."""
    score = habits.link(one, two) + (1.0 if cuts > 1 else 0.0 if cuts else -1.0)
    if "，" in one:
        score += 0.7
    if _OPENING.match(one):
        score += 1.5
    return score


def _cut_below(blocks: Sequence[Block], at: int, end: int, habits: Habits, cuts: int) -> bool:
    """Whether the last of several short lines is the first half of a paragraph and no headline."""
    rest = past_pictures(blocks, end)
    line = blocks[end - 1].text
    if end - at < 2 or rest is None or line.startswith(("——", "--")) or is_lead(rest.text):  # noqa: PLR2004 - one line is judged by all the evidence
        return False
    if starts_inside(rest.text):
        return True
    if "，" not in line and not _OPENING.match(line):
        return False
    return _cut_score(line, rest.text, habits, cuts) > _headingness(line) + 1


def _judge(  # noqa: PLR0911 - one verdict a line, in the order of their strength
    blocks: Sequence[Block], start: int, end: int, page: Page
) -> tuple[Role, str]:
    """Return what a run of short lines is that nothing proves to be a headline."""
    above = blocks[start - 1] if start else None
    after = blocks[end] if end < len(blocks) else None
    first, last = blocks[start].text, blocks[end - 1].text
    if end - start > MOST_LINES:
        return Role.SUBHEAD, "verse, a list or a table: many short lines together"
    if after is None or starts_inside(first) or any(hangs(block.text) for block in blocks[start:end]):
        return Role.TEXT, ""
    if end - start == 1 and "，" not in first and stands_over_picture(blocks, end):
        return Role.HEADING, "stands over a picture and its credit, where no text goes on"
    if end - start == 1 and after.role is Role.TEXT and starts_inside(after.text):
        return Role.TEXT, ""
    before = texts(blocks, range(start - 1, -1, -1))
    if end - start == 1 and before and "，" not in first and stands_over_story(blocks, end, before):
        return Role.HEADING, "stands over a picture that tells a story of its own"
    if not before:
        if above is None or above.role not in {Role.BYLINE, Role.HEADING}:
            return Role.HEADING, "nothing stands before it"
        rest = past_pictures(blocks, end)
        if rest is not None and ("，" in last or _cut_score(last, rest.text, page.habits, page.cuts) > 0):
            return Role.TEXT, ""
        return Role.SUBHEAD, "stands between byline and body"
    role, why = weigh(blocks, range(start, end), page)
    if (
        role is Role.SUBHEAD
        and after.role in {Role.CAPTION, Role.CREDIT}
        and end - start == 1
        and "，" not in first
        and above is not None
        and ends_closed(above.text)
    ):
        return Role.HEADING, "stands over a picture text"
    return role, why
