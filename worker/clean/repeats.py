"""Take out blocks that the page prints twice, exactly or with a few wrong characters. Keeps the copy in its own place."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from worker.clean.block import Block, Cleaned, Note, Role
from worker.clean.evidence import Grams, affinity, grams
from worker.clean.forms import ends_closed, heading_like
from worker.clean.marks import is_date
from worker.clean.overlaps import Overlap, find_overlaps
from worker.domain import Removed

#: Shorter stretches recur in honest texts.
_LEAST = 16
#: A copy may differ by so many characters at each end of a block.
_EDGE = 3
_SIMILAR = 82
_TAIL_GRAM = 6
_SHORTEST_TAIL = 6


@dataclass(frozen=True, slots=True)
class _Print:
    """The page as one string without spaces, and where each block lies in it."""

    text: str
    starts: tuple[int, ...]

    @classmethod
    def of(cls, blocks: Sequence[Block]) -> "_Print":
        bare = ["".join(block.text.split()) for block in blocks]
        starts, at = [], 0
        for piece in bare:
            starts.append(at)
            at += len(piece)
        return cls(text="".join(bare), starts=(*starts, at))

    def piece(self, index: int) -> str:
        return self.text[self.starts[index] : self.starts[index + 1]]

    def covered(self, span: tuple[int, int]) -> range:
        """Return the blocks that lie in the span as a whole, but for a few characters at either end."""
        low, high = span
        first = bisect_right(self.starts, low) - 1
        last = min(bisect_right(self.starts, high) - 1, len(self.starts) - 2)

        def slack(index: int) -> int:
            return min(_EDGE, max(1, (self.starts[index + 1] - self.starts[index]) // 5))

        while first <= last and low - self.starts[first] > slack(first):
            first += 1
        while last >= first and self.starts[last + 1] - high > slack(last):
            last -= 1
        return range(first, last + 1)


def _is_text(block: Block) -> bool:
    return block.role in {Role.TEXT, Role.CAPTION} and not heading_like(block.text) and not is_date(block.text)


def _trimmed(blocks: Sequence[Block], span: range) -> range:
    """Leave out lines at the end that open the next item, and the whole span if it holds no running text."""
    low, high = span.start, span.stop
    while high > low and not _is_text(blocks[high - 1]) and blocks[high - 1].role in {Role.HEADING, Role.BYLINE, Role.TEXT}:
        if is_date(blocks[high - 1].text) or blocks[high - 1].role is Role.SIGNATURE:
            break
        high -= 1
    return range(low, high) if any(_is_text(blocks[i]) for i in range(low, high)) else range(low, low)


def _section(blocks: Sequence[Block], inside: range) -> range:
    """Return the blocks between the headings around a span."""
    low, high = inside.start, inside.stop
    while low > 0 and blocks[low - 1].role is not Role.HEADING:
        low -= 1
    while high < len(blocks) and blocks[high].role is not Role.HEADING:
        high += 1
    return range(low, high)


def _rest(blocks: Sequence[Block], inside: range, other: range) -> Grams:
    section = _section(blocks, inside)
    low = section.start
    while low > 0 and blocks[low - 1].role is Role.HEADING:
        low -= 1
    texts = [blocks[i].text for i in range(low, section.stop) if i not in inside and i not in other]
    return grams("\n".join(texts)[:20_000])


def _stray(blocks: Sequence[Block], one: range, two: range) -> tuple[range, str]:
    """Return which of two equal copies stands in the wrong place, and why."""
    section_one, section_two = _section(blocks, one), _section(blocks, two)
    if section_one == section_two:
        return two, "printed again in the same item"
    text = grams("\n".join(blocks[i].text for i in two)[:20_000])
    near_one, near_two = affinity(text, _rest(blocks, one, two)), affinity(text, _rest(blocks, two, one))
    opened_one = one.start > 0 and not ends_closed(blocks[one.start - 1].text)
    opened_two = two.start > 0 and not ends_closed(blocks[two.start - 1].text)
    early = one.stop == section_one.stop and section_two.start > section_one.stop
    # The share of words weighs most; a copy just before a headline, or without an open line to continue, weighs a little.
    score = (near_two - near_one) * 10 + (0.2 if early else 0) + 0.3 * (opened_two - opened_one)
    if score > 0:
        return one, f"shares {near_one:.2f} with the text around it, its twin {near_two:.2f}"
    return two, f"shares {near_two:.2f} with the text around it, its twin {near_one:.2f}"


def _is_quote(page: _Print, blocks: Sequence[Block], span: range, twin: tuple[int, int]) -> bool:
    """Whether one block repeats whole sentences of a body for display: a pull quote, which is no defect."""
    if len(span) != 1:
        return False
    low, high = twin
    whole = high in page.starts
    clean_end = whole or page.text[high] in "。！？；，”" or page.text[high - 1] in "。！？”"
    if low in page.starts:
        return clean_end and not (whole and ends_closed(blocks[span.start].text))
    # A stray tail starts in mid-sentence; a quotation starts with one.
    return clean_end and page.text[low - 1] in "。！？；”：“，"


def _choose(page: _Print, blocks: Sequence[Block], overlap: Overlap, gone: set[int]) -> tuple[range, str] | None:
    one = _trimmed(blocks, page.covered(overlap.first))
    two = _trimmed(blocks, page.covered(overlap.second))
    one = range(one.start, min(one.stop, two.start)) if two and one.stop > two.start >= one.start else one
    if not one and not two:
        return None
    length_one = sum(len(page.piece(i)) for i in one)
    length_two = sum(len(page.piece(i)) for i in two)
    if abs(length_one - length_two) > 2 * _EDGE or not one or not two:
        span, twin = (one, overlap.second) if length_one > length_two else (two, overlap.first)
        if _is_quote(page, blocks, span, twin):
            return None
        why = "its text is part of a longer block elsewhere"
    else:
        span, why = _stray(blocks, one, two)
    return None if any(i in gone for i in (*one, *two)) and all(i in gone for i in span) else (span, why)


def _short_tails(page: _Print, blocks: Sequence[Block], gone: set[int]) -> dict[int, str]:
    """Return short blocks that print the last words of another block again, starting in mid-sentence."""
    ends: dict[str, list[int]] = {}
    for index in range(len(blocks)):
        piece = page.piece(index)
        if len(piece) >= _TAIL_GRAM * 2 and len(ends.setdefault(piece[-_TAIL_GRAM:], [])) < 4:
            ends[piece[-_TAIL_GRAM:]].append(index)
    found = {}
    for index, block in enumerate(blocks):
        piece = page.piece(index)
        if index in gone or not _SHORTEST_TAIL <= len(piece) <= 80 or not ends_closed(piece) or block.role is not Role.TEXT:
            continue
        for other in ends.get(piece[-_TAIL_GRAM:], ()):
            whole = page.piece(other)
            if other == index or other in gone or len(whole) < len(piece) + _SHORTEST_TAIL:
                continue
            before = whole[-len(piece) - 1]
            if before not in "。！？“：”" and fuzz.ratio(piece, whole[-len(piece) :]) >= _SIMILAR and piece[2:] == whole[2 - len(piece) :]:
                found[index] = f"prints the last words of another block again ({whole[-len(piece) - 4:-len(piece)]}…)"
                break
    return found


def drop_repeats(blocks: tuple[Block, ...]) -> Cleaned:
    """Take out blocks that are printed elsewhere on the page too."""
    page = _Print.of(blocks)
    gone: dict[int, str] = {}
    overlaps = find_overlaps(page.text, page.starts[:-1], _LEAST)
    for overlap in sorted(overlaps, key=lambda o: o.first[0] - o.first[1]):
        choice = _choose(page, blocks, overlap, set(gone))
        if choice:
            gone.update(dict.fromkeys(choice[0], choice[1]))
    gone.update(_short_tails(page, blocks, set(gone)))
    if not gone:
        return Cleaned(blocks=blocks)
    return _without(blocks, gone)


def _without(blocks: tuple[Block, ...], gone: dict[int, str]) -> Cleaned:
    kept = tuple(block for index, block in enumerate(blocks) if index not in gone)
    removed = tuple(Removed(text=blocks[index].text, reason="repeat") for index in sorted(gone))
    notes = tuple(
        Note(step="drop_repeats", text=blocks[index].text, done="removed as a repeat", evidence=gone[index]) for index in sorted(gone)
    )
    return Cleaned(blocks=kept, removed=removed, notes=notes)
