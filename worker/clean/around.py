"""Look around a line that may be a headline: the texts above and below it, the pictures between. Judges nothing."""

from collections.abc import Iterable, Sequence

from worker.clean.block import Block, Role
from worker.clean.evidence import Habits, affinity, grams_of
from worker.clean.forms import is_latin, size
from worker.clean.hands import CONTEXT, Hands
from worker.clean.headings import heading_runs
from worker.clean.signs import Around

#: Subheads of one article are of one size, within so many characters, and stand within so many blocks.
_ALIKE = 3
_REGION = 40
#: What two hands share where words are counted.
_WORDS_LIMIT = 0.2


def past_pictures(blocks: Sequence[Block], at: int) -> Block | None:
    """Return the running text that goes on at ``at``, past the pictures that stand before it."""
    while at < len(blocks) and blocks[at].role in {Role.CAPTION, Role.CREDIT}:
        at += 1
    return blocks[at] if at < len(blocks) and blocks[at].role is Role.TEXT else None


def texts(blocks: Sequence[Block], indexes: Iterable[int]) -> list[str]:
    """Return up to a few screens of running text at the indexes, as far as the next proved headline."""
    found: list[str] = []
    length = 0
    for at in indexes:
        if blocks[at].role is Role.HEADING or length > CONTEXT:
            break
        if blocks[at].role is Role.TEXT:
            found.append(blocks[at].text[:CONTEXT])
            length += len(found[-1])
    return found


def title_above(blocks: Sequence[Block], at: int) -> list[str]:
    """Return the headline lines of the item that holds the block before ``at``."""
    low = at - 1
    while low >= 0 and blocks[low].role is not Role.HEADING:
        low -= 1
    high = low + 1
    while low >= 0 and blocks[low].role is Role.HEADING:
        low -= 1
    return [block.text for block in blocks[low + 1 : high]]


def stands_over_picture(blocks: Sequence[Block], at: int) -> bool:
    """Whether a picture text with its credit follows, and behind it a headline or nothing."""
    end = at
    while end < len(blocks) and blocks[end].role in {Role.CAPTION, Role.CREDIT, Role.FURNITURE}:
        end += 1
    shown = {block.role for block in blocks[at:end]}
    return {Role.CAPTION, Role.CREDIT} <= shown and (end == len(blocks) or blocks[end].role is Role.HEADING)


def look_around(blocks: Sequence[Block], run: range, habits: Habits, hands: Hands) -> Around:
    """Gather what stands around a run of short lines."""
    start, end = run.start, run.stop
    before, below = texts(blocks, range(start - 1, -1, -1)), texts(blocks, range(end, len(blocks)))
    low, high = start, end
    while low > 0 and start - low < _REGION and blocks[low - 1].role is not Role.HEADING:
        low -= 1
    while high < len(blocks) and high - end < _REGION and blocks[high].role is not Role.HEADING:
        high += 1
    own = size(blocks[start].text)
    others = [at for at, _ in heading_runs(blocks[low:high]) if at + low != start]
    return Around(
        near=affinity(grams_of(before), grams_of(below), hands.of(start)),
        limit=_WORDS_LIMIT if below and is_latin(below[0]) else hands.limit,
        title="\n".join(title_above(blocks, start)),
        before="\n".join(before),
        last=before[0],
        below="\n".join(below),
        link=habits.link(blocks[end - 1].text, blocks[end].text) if blocks[end].role is Role.TEXT else 0.0,
        alike=sum(1 for at in others if abs(size(blocks[at + low].text) - own) <= _ALIKE),
    )
