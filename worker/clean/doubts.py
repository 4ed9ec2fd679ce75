"""Judge lines that only look like headlines: headline, subhead or piece of a paragraph. Repeats no proof."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from worker.clean.around import (
    heads_of,
    past_pictures,
    stands_over_picture,
    stands_over_story,
    texts,
)
from worker.clean.block import Block, Cleaned, Note, Role
from worker.clean.evidence import habits_of
from worker.clean.flags import Flag
from worker.clean.forms import (
    asks_for_more,
    breaks_off,
    ends_closed,
    ends_open,
    has_stop_inside,
    heading_like,
    is_latin,
    starts_inside,
)
from worker.clean.headings import MOST_LINES, heading_runs, proved_runs
from worker.clean.pieces import begins_text, ends_text
from worker.clean.signs import is_sidebar
from worker.clean.verdict import Page, weigh

#: Questions that are answered in turn stand within so many paragraphs.
_IN_TURN = 12
#: No newspaper page has so many lines that may be headlines.
_MOST_DOUBTS = 400
#: A text that ends so goes on with what it announces, which may have a headline of its own.
_ANNOUNCES = ("如下：", "如下:")
#: So loudly a seam must speak for a line between byline and body to be the body's first half, on a broken page and on
#: one that shows nothing of it.
_SURE, _SURER = -1.0, 1.5


def judge_headings(blocks: tuple[Block, ...]) -> Cleaned:
    """Judge each doubtful run of short lines, and whether the first line of a proved group belongs to it."""
    out = list(blocks)
    notes: list[Note] = []
    habits = habits_of(block.text for block in blocks)
    cuts = _certain_cuts(out)
    broken = cuts > 0 or any(block.role is Role.TEXT and breaks_off(block.text) for block in blocks)
    for at, end in proved_runs(out):
        if begins_text(out, range(at, end), habits, broken=cuts > 0):
            _unmark(out, notes, end - 1, "goes on in the text below")
        if ends_text(out, range(at, end), habits, broken=broken):
            _unmark(out, notes, at, "goes with the text above")
    doubtful = [(at, end) for at, end in heading_runs(out) if not (end < len(out) and out[end].role is Role.HEADING)]
    if not doubtful:
        return Cleaned(blocks=tuple(out), notes=tuple(notes))
    if len(doubtful) > _MOST_DOUBTS:
        for at, end in doubtful:
            _mark(out, notes, range(at, end), Role.SUBHEAD, "so many short lines are a list")
        return Cleaned(blocks=tuple(out), notes=tuple(notes))
    page = Page(habits=habits, heads=heads_of(out, len(doubtful)), cuts=cuts)
    for start, last in doubtful:
        first = start
        if last - start > MOST_LINES:
            # The last of them may head what follows.
            first = last - 1
            _mark(out, notes, range(start, first), Role.SUBHEAD, "verse, a list or a table: many short lines together")
        at = first + 1 if ends_text(out, range(first, last), habits, broken=broken) else first
        end = last - 1 if begins_text(out, range(at, last), habits, broken=cuts > 0) else last
        role, why = _judge(out, at, end, page)
        if role is not Role.TEXT:
            _mark(out, notes, range(at, end), role, why)
    return Cleaned(blocks=tuple(out), notes=tuple(notes))


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


def _unmark(out: list[Block], notes: list[Note], at: int, why: str) -> None:
    out[at] = replace(out[at], role=Role.TEXT)
    notes.append(Note(step="judge_headings", text=out[at].text, done="is no heading", evidence=why))


def _is_asked_in_turn(blocks: Sequence[Block], at: int) -> bool:
    """Whether an English question stands with others of its kind: one alone may be a headline.

    One more between the same two headlines is enough; of questions beyond a headline, where a tail may have been
    printed, it takes two.
    """
    if not _is_question(blocks[at]):
        return False
    beyond = 0
    for step in (-1, 1):
        other, inside = at + step, True
        while 0 <= other < len(blocks) and abs(other - at) < _IN_TURN:
            inside = inside and blocks[other].role is not Role.HEADING
            if _is_question(blocks[other]):
                if inside:
                    return True
                beyond += 1
            other += step
    return beyond > 1


def _is_question(block: Block) -> bool:
    return (
        block.role in {Role.TEXT, Role.SUBHEAD}
        and block.text[-1] == "?"
        and is_latin(block.text)
        and heading_like(block.text)
    )


def _judge(  # noqa: PLR0911 - one verdict a line, in the order of their strength
    blocks: Sequence[Block], start: int, end: int, page: Page
) -> tuple[Role, str]:
    """Return what a run of short lines is that nothing proves to be a headline."""
    above = blocks[start - 1] if start else None
    after = blocks[end] if end < len(blocks) else None
    first, last = blocks[start].text, blocks[end - 1].text
    if (
        after is None
        or after.role is Role.SIGNATURE
        or starts_inside(first)
        or asks_for_more([block.text for block in blocks[start:end]])
    ):
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
        if rest is not None and ("，" in last or page.habits.link(last, rest.text) > (_SURE if page.cuts else _SURER)):
            return Role.TEXT, ""
        return Role.SUBHEAD, "stands between byline and body"
    if end - start == 1 and _is_asked_in_turn(blocks, start):
        return Role.SUBHEAD, "one of several questions that a text answers in turn"
    role, why = _under(above, blocks[start:end]) or weigh(blocks, range(start, end), page)
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


def _under(above: Block | None, lines: Sequence[Block]) -> tuple[Role, str] | None:
    """Return that the lines belong to the text above, if their words or its own say so."""
    if above is not None and above.text.endswith(_ANNOUNCES):
        return Role.SUBHEAD, "the text above announces it"
    if any(is_sidebar(line.text) for line in lines):
        return Role.SUBHEAD, "heads a sidebar of the text above"
    return None
