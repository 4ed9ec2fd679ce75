"""Take out blocks that the page prints twice, exactly or nearly. Keeps the copy that stands in its own place."""

from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass, replace

from rapidfuzz import fuzz

from worker.clean.block import Block, Cleaned, Note, Role
from worker.clean.copies import better_readings, is_quote, widened, worse
from worker.clean.evidence import Grams, Habits, habits_of, is_lead, pairs, rare
from worker.clean.flags import Flag
from worker.clean.forms import ends_closed, ends_open, heading_like, size
from worker.clean.headings import FAR, MOST_LINES, may_open, section
from worker.clean.marks import is_date
from worker.clean.overlaps import Overlap, find_overlaps
from worker.clean.printed import EDGE, PICTURES, Print
from worker.domain import Removed

#: Shorter stretches recur in honest texts.
_LEAST = 16
_SIMILAR = 82
_TAIL_GRAM = 6
_SHORTEST_TAIL = 6
_LONGEST_TAIL = 80
_ALIKE = 4
#: What shared words say at most, and what an open line above says.
_MOST_SHARE = 2.5
#: What a report's opening right behind a copy tells against it.
_BEFORE_LEAD = 2.0
_A_WORD = 0.2
_OPENED = 1.5
#: A stray copy is the one that was read badly, too.
_A_LETTER, _MOST_WRONG = 0.6, 3
#: The seam that a text behind a full stop has.
_CLOSED = -1.5
_SHORTEST_EXACT = 25
#: A piece shorter than this that continues the line before it is no copy, whatever it repeats.
_PIECE = 60
_RUNS_ON = 1.0


def _is_text(block: Block) -> bool:
    return block.role in {Role.TEXT, Role.CAPTION} and not heading_like(block.text) and not is_date(block.text)


def _trimmed(blocks: Sequence[Block], span: range) -> range:
    """Leave out lines at the end that open the next item, and the whole span if it holds no running text."""
    low, high = span.start, span.stop
    while (
        high > low
        and not _is_text(blocks[high - 1])
        and blocks[high - 1].role in {Role.HEADING, Role.BYLINE, Role.TEXT}
    ):
        if is_date(blocks[high - 1].text) or blocks[high - 1].role is Role.SIGNATURE:
            break
        high -= 1
    # Without running text it is a name over a picture: one writer signs several articles of a page.
    return range(low, high if any(b.role is Role.TEXT and _is_text(b) for b in blocks[low:high]) else low)


@dataclass(frozen=True, slots=True)
class _Copies:
    """What a page's copies are weighed by."""

    twice: Container[int]  #: the blocks that are printed twice
    opens: Sequence[bool]  #: whether each block may open an item
    habits: Habits


def _near(runs: Grams, blocks: Sequence[Block], around: range, copies: _Copies) -> Grams:
    """Return which of the runs a section says too, with the headline above it and without what is printed twice."""
    low = around.start
    while low > 0 and around.start - low < MOST_LINES and copies.opens[low - 1]:
        low -= 1
    texts = [blocks[i].text for i in range(low, around.stop) if i not in copies.twice]
    return frozenset().union(*[runs & pairs(text[:2000]) for text in texts])


def _goes_on(blocks: Sequence[Block], at: int) -> bool:
    """Whether the text before ``at``, past any picture, breaks off and so may go on there."""
    at -= 1
    while at >= 0 and blocks[at].role in PICTURES:
        at -= 1
    return at >= 0 and blocks[at].role is Role.TEXT and ends_open(blocks[at].text)


def _seam(blocks: Sequence[Block], at: int, habits: Habits) -> float:
    """Return how well the block at ``at`` continues the text before it, past any picture."""
    before = at - 1
    while before >= 0 and blocks[before].role in PICTURES:
        before -= 1
    if before < 0 or blocks[before].role is not Role.TEXT or ends_closed(blocks[before].text):
        return _CLOSED
    return max(_CLOSED, habits.link(blocks[before].text, blocks[at].text)) + _OPENED


def _is_before_lead(blocks: Sequence[Block], copy: range) -> bool:
    """Whether a report's opening stands right after the copy: nothing of the report can stand before it."""
    return copy.stop < len(blocks) and is_lead(blocks[copy.stop].text) and not is_lead(blocks[copy.start].text)


def _stray(blocks: Sequence[Block], one: range, two: range, copies: _Copies, wrong: int) -> tuple[range, str]:
    """Return which of two equal copies stands in the wrong place, and why; ``wrong``: how much worse the first is."""
    section_one, section_two = section(copies.opens, one), section(copies.opens, two)
    if section_one == section_two:
        return two, "printed again in the same item"
    text = frozenset().union(*(pairs(blocks[i].text[:2000]) for i in two[:FAR]))
    said_one, said_two = _near(text, blocks, section_one, copies), _near(text, blocks, section_two, copies)
    near_one, near_two = rare(said_one - said_two), rare(said_two - said_one)
    to_the_end = all(at in copies.twice for at in range(one.stop, section_one.stop))
    early = to_the_end and section_two.start > section_one.stop
    # A copy that continues an open line stands well, whatever it shares; a copy just before a headline stands badly.
    shares = max(-_MOST_SHARE, min(_MOST_SHARE, (near_two - near_one) * _A_WORD))
    seams = _seam(blocks, two.start, copies.habits) - _seam(blocks, one.start, copies.habits)
    letters = max(-_MOST_WRONG, min(_MOST_WRONG, wrong)) * _A_LETTER
    leads = _BEFORE_LEAD * (_is_before_lead(blocks, one) - _is_before_lead(blocks, two))
    if shares + (0.25 if early else 0) + 0.5 * seams + letters + leads > 0:
        return one, f"{near_one:.0f} runs of words are those of the text around it, {near_two:.0f} of its twin's"
    return two, f"{near_two:.0f} runs of words are those of the text around it, {near_one:.0f} of its twin's"


def _runs_on(blocks: Sequence[Block], span: range, habits: Habits) -> bool:
    """Whether one short piece continues the open line before it: reports say again what their headline says."""
    if len(span) != 1 or size(blocks[span.start].text) > _PIECE:
        return False
    return _seam(blocks, span.start, habits) - _OPENED > _RUNS_ON


def _is_headline(page: Print, blocks: Sequence[Block], span: tuple[int, int]) -> bool:
    """Whether the text is a headline: a report that says it again at its beginning is no copy."""
    low, high = span
    return all(may_open(blocks[at]) for at in range(page.at(low), page.at(high - 1) + 1))


@dataclass(frozen=True, slots=True)
class _Stray:
    """A copy that is to go, the block that its twin starts in, and why."""

    span: range
    twin: int
    why: str
    shift: int | None = None  #: how far on the page its twin stands, in characters


def _choose(page: Print, blocks: Sequence[Block], overlap: Overlap, copies: _Copies) -> _Stray | None:
    one = _trimmed(blocks, page.covered(overlap.first))
    two = _trimmed(blocks, page.covered(overlap.second))
    if two and one.start <= two.start < one.stop:
        one = range(one.start, two.start)
    if not one and not two:
        return None
    length_one = sum(len(page.piece(i)) for i in one)
    length_two = sum(len(page.piece(i)) for i in two)
    if not one or not two or abs(length_one - length_two) > 2 * EDGE:
        first = length_one > length_two
        span, twin = (one, overlap.second) if first else (two, overlap.first)
        if (
            _is_headline(page, blocks, twin)
            or is_quote(page, blocks, span, twin)
            or _runs_on(blocks, span, copies.habits)
        ):
            return None
        why = "its text is part of a longer block elsewhere"
    else:
        wrong = worse(page.text[slice(*overlap.first)], page.text[slice(*overlap.second)]) if overlap.errors else 0
        span, why = _stray(blocks, one, two, copies, wrong)
        first = span == one
    # A twin that starts a character or two into the span has lost its wrong first character; its place is the middle.
    middle = sum(overlap.second if first else overlap.first) // 2
    apart = overlap.second[0] - overlap.first[0]
    return _Stray(span=span, twin=page.at(middle), why=why, shift=apart if first else -apart)


class _Gone:
    """The blocks that go, each with the block that stays for it."""

    def __init__(self, kept_always: frozenset[int] = frozenset()) -> None:
        self.kept_always = kept_always
        self.why: dict[int, str] = {}
        self.twin: dict[int, int] = {}
        self.shift: dict[int, int] = {}

    def kept(self, index: int) -> int:
        """Return the block that in the end stays for ``index``."""
        seen = set()
        while index in self.twin and index not in seen:
            seen.add(index)
            index = self.twin[index]
        return index

    def take(self, stray: _Stray) -> None:
        """Let a copy go, unless what stays for it is the copy itself."""
        if self.kept(stray.twin) in stray.span or self.kept(stray.twin) in self.why:
            return
        for index in stray.span:
            if index not in self.why and index not in self.kept_always:
                self.why[index], self.twin[index] = stray.why, stray.twin
                if stray.shift is not None:
                    self.shift[index] = stray.shift


def _is_twin(one: str, two: str) -> bool:
    """Whether two short blocks are one but for the first character or two, which strays often have wrong."""
    return len(one) >= _TAIL_GRAM * 2 and abs(len(one) - len(two)) <= 1 and one[2:] == two[len(two) - len(one) + 2 :]


def _short_tails(page: Print, blocks: Sequence[Block], gone: Container[int]) -> Iterator[_Stray]:
    """Yield short blocks that print the last words of another block again, starting in mid-sentence."""
    ends: dict[str, list[int]] = {}
    for index in range(len(blocks)):
        piece = page.piece(index)
        if len(piece) >= _TAIL_GRAM * 2 and len(ends.setdefault(piece[-_TAIL_GRAM:], [])) < _ALIKE:
            ends[piece[-_TAIL_GRAM:]].append(index)
    for index, block in enumerate(blocks):
        piece = page.piece(index)
        if (
            index in gone
            or not _SHORTEST_TAIL <= len(piece) <= _LONGEST_TAIL
            or not ends_closed(piece)
            or block.role is not Role.TEXT
        ):
            continue
        for other in ends.get(piece[-_TAIL_GRAM:], ()):
            whole = page.piece(other)
            if other == index or other in gone:
                continue
            if _is_twin(piece, whole) and _goes_on(blocks, other) and not _goes_on(blocks, index):
                yield _Stray(span=range(index, index + 1), twin=other, why="its twin continues an open line")
                break
            if len(whole) < len(piece) + _SHORTEST_TAIL:
                continue
            before = whole[-len(piece) - 1]
            if (
                before not in "。！？“：”"
                and fuzz.ratio(piece, whole[-len(piece) :]) >= _SIMILAR
                and piece[2:] == whole[2 - len(piece) :]
            ):
                why = f"prints the last words of another block again ({whole[-len(piece) - 4 : -len(piece)]}…)"
                yield _Stray(span=range(index, index + 1), twin=other, why=why)
                break


def drop_repeats(blocks: tuple[Block, ...]) -> Cleaned:
    """Take out blocks that are printed elsewhere on the page too."""
    page = Print.of(blocks)
    gone = _Gone(frozenset(index for index, block in enumerate(blocks) if block.role in PICTURES))
    overlaps = [widened(overlap, page, blocks) for overlap in find_overlaps(page.text, page.starts[:-1], _LEAST)]
    twice = {at for overlap in overlaps for span in (overlap.first, overlap.second) for at in page.covered(span)}
    copies = _Copies(
        twice=twice,
        opens=[may_open(block) for block in blocks] if overlaps else (),
        habits=habits_of(block.text for block in blocks),
    )
    for overlap in sorted(overlaps, key=lambda o: o.first[0] - o.first[1]):
        stray = _choose(page, blocks, overlap, copies)
        if stray:
            gone.take(stray)
    for stray in _short_tails(page, blocks, gone.why):
        gone.take(stray)
    readings = better_readings(page, blocks, gone.shift)
    return _without(tuple(replace(b, text=readings[at]) if at in readings else b for at, b in enumerate(blocks)), gone)


def drop_exact_repeats(blocks: tuple[Block, ...]) -> Cleaned:
    """Take out only whole paragraphs that are printed again letter by letter, as in an article from a template."""
    seen: dict[str, int] = {}
    gone = _Gone()
    for index, block in enumerate(blocks):
        if block.role is Role.TEXT and len(block.text) >= _SHORTEST_EXACT and ends_closed(block.text):
            if block.text in seen:
                span = range(index, index + 1)
                gone.take(_Stray(span=span, twin=seen[block.text], why="the same paragraph stands before it"))
            seen.setdefault(block.text, index)
    return _without(blocks, gone)


def _without(blocks: tuple[Block, ...], gone: _Gone) -> Cleaned:
    if not gone.why:
        return Cleaned(blocks=blocks)
    twins = {gone.kept(index) for index in gone.why}
    order = sorted(gone.why)
    return Cleaned(
        blocks=tuple(
            replace(block, flags=block.flags | {Flag.REPEAT_REMOVED}) if index in twins else block
            for index, block in enumerate(blocks)
            if index not in gone.why
        ),
        removed=tuple(Removed(text=blocks[index].text, reason="repeat") for index in order),
        notes=tuple(
            Note(
                step="drop_repeats",
                text=blocks[index].text,
                done="removed as a repeat",
                evidence=gone.why[index],
                line=blocks[index].line,
            )
            for index in order
        ),
    )
