"""Mark the headline groups that something next to them proves. Leaves every doubtful line for a later step."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import pairwise

from worker.clean.block import Block, Cleaned, Note, Role
from worker.clean.evidence import is_lead
from worker.clean.forms import has_stop_inside, heading_like, is_latin, size
from worker.clean.headlines import are_halves, goes_on
from worker.clean.kinds import names_its_kind
from worker.clean.leads import people_in_text
from worker.clean.marks import is_date
from worker.clean.parts import names_column
from worker.clean.people import read_people
from worker.clean.roles import ends_on_role

#: A headline group holds no more lines than this before its byline or body.
MOST_LINES = 5
#: A headline of two lines is set in lines no longer than this.
_SET_LINE = 22
#: Verse, addresses and sign-offs stand over shorter lines.
_STORY = 24
#: A sign-off's day.
_DATED = re.compile(r"年.{1,4}月|月.{1,3}日$")
#: A section is read no further than this many blocks.
FAR = 60


def join_title_lines(blocks: tuple[Block, ...]) -> Cleaned:
    """Join the lines of a title that stand together in white space: its halves alone show nothing, or the wrong thing.

    Half an English headline breaks off or begins with a small letter, as lines of running text do; half a Chinese one
    is short and has no blank in it.
    """
    out: list[Block] = []
    notes: list[Note] = []
    at = 0
    while at < len(blocks):
        end = at + 1
        while end < len(blocks) and blocks[end].gap == 0:
            end += 1
        lines = blocks[at:end]
        if 1 < len(lines) <= MOST_LINES and (_is_set(lines) or _is_halved(blocks, at, end)):
            out.append(replace(lines[0], text=" ".join(line.text for line in lines)))
            note = "stand together in white space, over a byline or a text"
            notes.append(
                Note(step="join_title_lines", text=lines[0].text, done=f"joined {len(lines)} lines", evidence=note)
            )
        else:
            out += lines
        at = end
    return Cleaned(blocks=tuple(out), notes=tuple(notes))


def _is_set(lines: Sequence[Block]) -> bool:
    """Whether lines without white space between them are one English headline."""
    return all(
        block.role is Role.TEXT and size(block.text) <= _SET_LINE and not names_column(block.text) for block in lines
    ) and (
        lines[-1].text[-1] not in '.,;:"”)'
        and not has_stop_inside(" ".join(block.text for block in lines))
        and all(goes_on(one.text, two.text) for one, two in pairwise(lines))
    )


def _is_halved(blocks: Sequence[Block], at: int, end: int) -> bool:
    """Whether the lines at..end are two halves of one Chinese title: alike, and over nothing but a story."""
    above, below = blocks[at], blocks[at + 1]
    if end - at > 2:  # noqa: PLR2004 - a title is set in two lines
        return False
    for block in (above, below):
        if not may_head(block) or is_latin(block.text) or _DATED.search(block.text):
            return False
        if read_people(block.text) or ends_on_role(block.text):
            return False
    if not are_halves(above.text, below.text):
        return False
    after = end
    while after < len(blocks) and after - at < MOST_LINES and may_head(blocks[after]):
        if after + 1 < len(blocks) and blocks[after + 1].gap == 0:
            return False
        after += 1
    return after < len(blocks) and (
        blocks[after].role is Role.BYLINE or (blocks[after].role is Role.TEXT and size(blocks[after].text) > _STORY)
    )


def may_head(block: Block) -> bool:
    """Whether a block that has no role yet has a headline's form."""
    return block.role is Role.TEXT and _has_form(block.text)


@lru_cache(maxsize=2048)
def _has_form(text: str) -> bool:
    return heading_like(text) and not is_lead(text)


def may_open(block: Block) -> bool:
    """Whether a block may open an item, as far as its form tells."""
    return block.role is Role.HEADING or may_head(block)


def section(opens: Sequence[bool], inside: range) -> range:
    """Return the blocks between the headings around a span; ``opens``: whether each block may open an item."""
    low, high = inside.start, inside.stop
    while low > 0 and inside.start - low < FAR and not opens[low - 1]:
        low -= 1
    while high < len(opens) and high - inside.stop < FAR and not opens[high]:
        high += 1
    return range(low, high)


def _group(blocks: Sequence[Block], at: int) -> int:
    """Return the end of the run of heading-like lines that starts at ``at``."""
    end = at
    while end < len(blocks) and may_head(blocks[end]) and not (end > at and is_date(blocks[end].text)):
        end += 1
    return end


def _printed_before(blocks: Sequence[Block], start: int) -> bool:
    """Whether anything but the page's folio stands before the line."""
    return any(blocks[at].role is not Role.FURNITURE for at in range(start))


def _proof(blocks: Sequence[Block], start: int, end: int) -> str:  # noqa: PLR0911 - one proof a line
    """Return what proves that lines start..end are a headline group, or an empty string."""
    if end < len(blocks):
        after = blocks[end]
        if after.role is Role.BYLINE and not (end + 1 < len(blocks) and may_head(blocks[end + 1]) and start == end):
            return "a byline follows"
        if after.role is Role.TEXT and is_lead(after.text):
            return "a report's opening follows"
        if after.role is Role.TEXT and people_in_text(after.text[:120]) and not after.text.endswith("）"):
            return "an opening that names its reporter follows"
    lines = [block.text for block in blocks[start:end]]
    if any(line.startswith(("——", "--")) for line in lines[1:]):
        return "a dash ties two lines of it"
    if len(lines) > 1 and (names_column(lines[0]) or names_column(lines[-1])):
        return "names its column"
    if not _printed_before(blocks, start):
        return "first on the page"
    before = blocks[start - 1]
    if is_date(before.text) or before.role is Role.SIGNATURE:
        return "a sign-off stands before it"
    return ""


def heading_runs(blocks: Sequence[Block]) -> Iterable[tuple[int, int]]:
    """Yield (start, end) of each run of lines that have a headline's form."""
    at = 0
    while at < len(blocks):
        end = _group(blocks, at)
        if end > at:
            yield at, end
        at = max(end, at + 1)


def proved_runs(blocks: Sequence[Block]) -> Iterable[tuple[int, int]]:
    """Yield (start, end) of each run of proved headline lines."""
    at = 0
    while at < len(blocks):
        end = at
        while end < len(blocks) and blocks[end].role is Role.HEADING:
            end += 1
        if end > at:
            yield at, end
        at = max(end, at + 1)


def _behind_verse(blocks: Sequence[Block], at: int, end: int) -> int:
    """Return where a headline group starts behind verse or a list, whose lines have a headline's form as well.

    White space shows it, or a dash that ties two of its lines; else it is the last line alone.
    """
    usual = min(block.gap for block in blocks[at + 1 : end])
    for start in range(max(at + 1, end - MOST_LINES), end):
        if blocks[start].gap > usual:
            return start
    start = end - 1
    while start > end - MOST_LINES and (
        blocks[start].text.startswith(("——", "--")) or blocks[start - 1].text.endswith("——")
    ):
        start -= 1
    return start


def prove_headings(blocks: tuple[Block, ...]) -> Cleaned:
    """Mark proved headline lines."""
    out = list(blocks)
    notes: list[Note] = []
    for at, end in heading_runs(blocks):
        start = at if end - at <= MOST_LINES else _behind_verse(blocks, at, end)
        why, stop = _proof(blocks, start, end), end
        if end - at > MOST_LINES and names_column(blocks[at].text):
            # Verse under a column's name and its title; its lines are no headlines.
            start, stop, why = at, at + 2, "names its column, over verse"
        if not why and names_its_kind(blocks[at].text):
            start, stop, why = at, at + 1, "says what it heads"
        for index in range(start, stop) if why else ():
            out[index] = replace(out[index], role=Role.HEADING)
            notes.append(Note(step="prove_headings", text=out[index].text, done="is a heading", evidence=why))
    return Cleaned(blocks=tuple(out), notes=tuple(notes))
