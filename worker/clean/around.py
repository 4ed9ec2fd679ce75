"""Look around a line that may be a headline: the texts above and below it, the pictures between. Judges nothing."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median

from worker.clean.block import Block, Role
from worker.clean.evidence import Habits, by_another_hand
from worker.clean.forms import breaks_off, heading_like, size
from worker.clean.headings import heading_runs, proved_runs
from worker.clean.printed import PICTURES
from worker.clean.signs import Around

#: Subheads of one article are of one size, within so many characters, and stand within so many blocks.
_ALIKE = 3
_REGION = 40
#: A picture text of this length tells a story.
_STORY = 50
#: No tail has more blocks.
_LONGEST_TAIL = 14
#: No block above continues a line.
_NO_REST = -4.0
#: So many characters of a text show its hand.
_CONTEXT = 2500
#: The page is looked at so many blocks to both sides for what everybody says.
_AROUND = 40


@dataclass(frozen=True, slots=True)
class Heads:
    """What a page's proved headlines tell of its doubtful lines."""

    proved: float  #: their share among both
    usual: float  #: how long they are, or 0


def heads_of(blocks: Sequence[Block], doubtful: int) -> Heads:
    """Return what the proved headlines of a page tell that has so many doubtful runs of lines."""
    sizes = [max(size(block.text) for block in blocks[at:end]) for at, end in proved_runs(blocks)]
    return Heads(proved=len(sizes) / max(1, len(sizes) + doubtful), usual=median(sizes) if sizes else 0.0)


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
        if blocks[at].role is Role.HEADING or length > _CONTEXT:
            break
        if blocks[at].role is Role.TEXT:
            found.append(blocks[at].text[:_CONTEXT])
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


def stands_over_story(blocks: Sequence[Block], at: int, before: Iterable[str]) -> bool:
    """Whether a long picture text with its credit follows that has nothing to do with the text before."""
    end = at
    while end < len(blocks) and blocks[end].role is Role.CAPTION:
        end += 1
    if end == at or end == len(blocks) or blocks[end].role is not Role.CREDIT:
        return False
    story = " ".join(block.text for block in blocks[at:end])
    return size(story) >= _STORY and by_another_hand([story], before) > 0


def look_around(blocks: Sequence[Block], run: range, page: Heads, above: int | None = None) -> Around:
    """Gather what stands around a run of short lines; ``above``: as if the text above it ended before that block."""
    start, end = run.start, run.stop
    before = texts(blocks, range((start if above is None else above) - 1, -1, -1))
    below = texts(blocks, range(end, len(blocks)))
    low, high = start, end
    while low > 0 and start - low < _REGION and blocks[low - 1].role is not Role.HEADING:
        low -= 1
    while high < len(blocks) and high - end < _REGION and blocks[high].role is not Role.HEADING:
        high += 1
    own = size(blocks[start].text)
    others = [at for at, _ in heading_runs(blocks[low:high]) if at + low != start]
    return Around(
        hand=by_another_hand(below, before, _elsewhere(blocks, low, high)),
        title="\n".join(title_above(blocks, start)),
        before="\n".join(before),
        last=before[0],
        below="\n".join(below),
        alike=sum(1 for at in others if abs(size(blocks[at + low].text) - own) <= _ALIKE),
        proved=page.proved,
        usual=page.usual,
    )


def _elsewhere(blocks: Sequence[Block], low: int, high: int) -> Sequence[str]:
    """Return what the page says outside of the blocks between two headlines."""
    outside = (*blocks[max(0, low - _AROUND) : low], *blocks[high : high + _AROUND])
    return [block.text[:_CONTEXT] for block in outside if block.role is Role.TEXT]


def returning(blocks: Sequence[Block], run: range, habits: Habits) -> Iterable[tuple[int, float]]:
    """Yield (block above, how well it continues) where the text below a run of short lines may go on above it.

    The tail of an article is printed before its own headline; then the text below breaks off.
    """
    end = run.stop
    while end < len(blocks) and (blocks[end].role in PICTURES or _is_running(blocks[end])):
        end += 1
    last = next((blocks[at].text for at in range(end - 1, run.stop - 1, -1) if blocks[at].role is Role.TEXT), "")
    if not last or not breaks_off(last) or habits.says_whole(last):
        return
    at = run.start - 1
    while at > 0 and run.start - at <= _LONGEST_TAIL and _is_running(blocks[at]) and _is_running(blocks[at - 1]):
        yield at, habits.link(last, blocks[at].text)
        at -= 1


def _is_running(block: Block) -> bool:
    return block.role is Role.TEXT and not heading_like(block.text)


def rest_above(blocks: Sequence[Block], at: int, habits: Habits) -> float:
    """Return how well the best of the blocks before the headline above continues the line at ``at``.

    There early tails stand, and so may the rest of a cut line.
    """
    low = at - 1
    while low >= 0 and at - low < _REGION and blocks[low].role is not Role.HEADING:
        low -= 1
    while low >= 0 and blocks[low].role in {Role.HEADING, Role.BYLINE}:
        low -= 1
    last, best = low, _NO_REST
    while low >= 0 and last - low < _LONGEST_TAIL and _is_running(blocks[low]):
        best = max(best, habits.seam(blocks[at].text, blocks[low].text))
        low -= 1
    return best
