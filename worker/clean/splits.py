"""Rejoin paragraphs cut by a column break. Works inside one item; removes nothing and moves nothing past a heading."""

from collections.abc import Container, Mapping, Sequence
from dataclasses import replace

from worker.clean.block import Block, Cleaned, Note, Role
from worker.clean.evidence import by_another_hand, closes, habits_of, is_lead
from worker.clean.flags import Flag
from worker.clean.forms import (
    ends_closed,
    ends_open,
    hangs,
    has_stop_inside,
    heading_like,
    is_enumerated,
    is_latin,
    size,
    starts_inside,
)
from worker.clean.linebreaks import REACH, join
from worker.clean.parts import in_halves
from worker.clean.printed import PICTURES

#: Lines that may stand between the halves of a paragraph.
_PASSED = frozenset({Role.CAPTION, Role.CREDIT, Role.FURNITURE})
#: A page on which something was mended already is broken.
_MENDED = frozenset({Flag.REPEAT_REMOVED, Flag.REORDERED})
_SHORT = 25
#: Lines as short as this together are verse.
_VERSE = 16
#: Verse and addresses keep to shorter lines.
_LINE = 8
#: A certain cut leaves at least this much, and its seam speaks at least this loudly.
_LONG = 40
_SEAM = 1.5
#: A summary or a quotation set before the body is shorter than this.
_SUMMARY = 90
#: Below this the seam speaks against a join so loudly that place alone does not outweigh it.
_AGAINST = -2.0
#: A block that holds whole sentences and breaks off is running text for certain: only a new report's opening or a
#: numbered point parts it from what follows.
_LOUD = -5.0
#: So sure it must be that a text behind an open end is by another hand: few are. What the seam says against it.
_STRANGE, _SEAM_AGAINST = 3.5, 0.6
#: A seam that speaks more for the text than this is believed.
_AGAINST_STRANGER = 0.5
_NEAR = 10
#: No newspaper page has so many open ends that strangers are worth looking for.
_MOST_SEAMS = 400
_SAMPLE = 2000
#: So loudly a seam must speak for an English line that may stand for itself to be cut.
_LABEL, _STANDS = 60, 1.0
#: A seam that runs through a word.
_WORD_CUT = 3.5
_HALF_STOPS = "；;"
#: A seam that hardly any paragraph has with the next.
_LIKELY = 2.5
#: What the other cuts of a page say for one more, at running text and at a line that may stand for itself.
_CUT, _CUT_LINE = 3.5, 2.0
#: So many seams that speak so loudly show that a page is broken.
_ENOUGH = 2
_VERY_LOUD = 2.5
_LOUDEST = 4.0
#: Whole sentences before an open end outweigh a seam that speaks against it no more than this.
_MUCH_AGAINST = -3.0


def _next_text(blocks: Sequence[Block], at: int) -> int | None:
    for index in range(at + 1, len(blocks)):
        if blocks[index].item != blocks[at].item:
            if blocks[index].role in PICTURES:
                # A picture with news of its own stood in the column.
                continue
            return None
        if blocks[index].role is Role.TEXT:
            return index
        if blocks[index].role not in _PASSED:
            return None
    return None


def _belongs(one: str, two: str, link: float, *, first: bool, cut: bool) -> bool:  # noqa: PLR0911 - one verdict a line
    """Whether an open block goes on in the next one; ``cut``: the page's paragraphs are cut for certain."""
    if (is_enumerated(one) and is_enumerated(two)) or size(one) + size(two) < _VERSE:
        return False
    if is_lead(one):
        return not is_lead(two)
    if starts_inside(two):
        return True
    body = has_stop_inside(one)
    if is_latin(one) and len(one) <= _LABEL and heading_like(one) and not hangs(one):
        # A score, a label or a summary in a line of its own: capitals tell that the next text is another.
        return link > _STANDS
    if cut and _is_running(two) and not is_enumerated(two):
        # Where other paragraphs are cut, what breaks off was cut too, unless it is a line that may stand for itself.
        link += _CUT if body or "，" in one or size(one) > _SHORT else _CUT_LINE
    if size(one) < _SHORT and not body:
        return link > (_AGAINST if "，" in one else 0.0)
    if first and not body and "，" not in one:
        # A summary before the body ends without a full stop too, so that the seam must not speak against it.
        return link > _AGAINST
    return link > (_LOUD if body else _MUCH_AGAINST if "，" in one else _AGAINST)


def _is_running(text: str) -> bool:
    """Whether a text is whole sentences, or the rest of one."""
    return ends_closed(text) and ("，" in text or has_stop_inside(text) or size(text) > _SHORT)


def _surely_belongs(one: str, two: str, link: float) -> bool:
    """Whether an open block goes on in the next one even on a page where nothing else is broken."""
    if is_lead(one) and not is_lead(two):
        return True
    if closes(one, two) and size(one) + size(two) > _SHORT:
        return True
    if size(one) > _LINE and _is_running(two):
        least = _MUCH_AGAINST if hangs(one) else _LIKELY if "，" in one or has_stop_inside(one) else _WORD_CUT
        if link >= least:
            return not is_enumerated(two)
    if size(one) < _LONG or is_enumerated(two) or link < _MUCH_AGAINST:
        return False
    return hangs(one) or (link >= 0 and starts_inside(two)) or (has_stop_inside(one) and link >= _SEAM)


def _seams(blocks: Sequence[Block]) -> list[tuple[int, int, float]]:
    """Return (open block, block after it, how much speaks for the seam)."""
    pairs = [
        (at, after)
        for at, block in enumerate(blocks)
        if block.role is Role.TEXT
        and (ends_open(block.text) or block.text[-1] in _HALF_STOPS)
        and not (in_halves(block.text) and heading_like(block.text) and not is_lead(block.text))
        and (after := _next_text(blocks, at)) is not None
        and (ends_open(block.text) or _is_cut_at_half_stop(blocks, at, after))
    ]
    if not pairs:
        return []
    habits = habits_of(block.text for block in blocks)
    return [
        (at, after, habits.link(blocks[at].text, blocks[after].text))
        for at, after in pairs
        if not habits.says_whole(blocks[at].text)
    ]


def _is_cut_at_half_stop(blocks: Sequence[Block], at: int, after: int) -> bool:
    """Whether a block that ends on a semicolon is half a paragraph: points of a list end so, but never one alone."""
    one, two = blocks[at].text, blocks[after].text
    around = (blocks[at - 1] if at else None, blocks[after + 1] if after + 1 < len(blocks) else None)
    in_a_list = any(other is not None and other.text[-1] in _HALF_STOPS for other in (*around, blocks[after]))
    return not in_a_list and has_stop_inside(one) and not is_enumerated(one) and not is_enumerated(two)


def _shows_damage(blocks: Sequence[Block], at: int, link: float, first_text: Mapping[int, int]) -> bool:
    """Whether a seam in the middle of a body shows that this page's paragraphs are cut.

    Quotations and summaries without a full stop stand before the body.
    """
    one = blocks[at].text
    inside = at > first_text[blocks[at].item] + 1
    return inside and link > _AGAINST and ("，" in one or has_stop_inside(one)) and not heading_like(one)


def _many_cuts(blocks: Sequence[Block], seams: Sequence[tuple[int, int, float]]) -> bool:
    """Whether several seams together show a broken page, though none alone is sure."""
    loud = sum(1 for at, _, link in seams if link >= _VERY_LOUD and ("，" in blocks[at].text or link > _LOUDEST))
    running = sum(1 for at, _, link in seams if link > _MUCH_AGAINST and has_stop_inside(blocks[at].text))
    return max(loud, running) >= _ENOUGH


def join_splits(blocks: tuple[Block, ...]) -> Cleaned:
    """Join each open block to the block of running text after it."""
    seams = _seams(blocks)
    first_text: dict[int, int] = {}
    for at, block in enumerate(blocks):
        if block.role is Role.TEXT:
            first_text.setdefault(block.item, at)
    mended = any(block.flags & _MENDED for block in blocks)
    sure = sum(_surely_belongs(blocks[at].text, blocks[after].text, link) for at, after, link in seams)
    damage = sure > 0 or any(_shows_damage(blocks, at, link, first_text) for at, _, link in seams)
    if not mended and not damage and not _many_cuts(blocks, seams):
        # Nothing on this page is broken for certain: a line without a full stop is the way it was printed.
        return Cleaned(blocks=blocks)
    kept = []
    strangers: set[int] = set()
    for at, after, link in seams:
        one, two = blocks[at], blocks[after]
        opens = first_text[one.item] == at and not is_lead(one.text) and size(one.text) < _SUMMARY
        if Flag.ORPHAN_FRAGMENT in two.flags or not _belongs(
            one.text, two.text, link, first=opens, cut=sure >= _ENOUGH
        ):
            continue
        if len(seams) <= _MOST_SEAMS and _is_stranger(blocks, at, after, link):
            strangers.add(after)
        else:
            kept.append((at, after, link))
    return _join(_flagged(blocks, strangers), kept)


def _is_stranger(blocks: Sequence[Block], at: int, after: int, link: float) -> bool:
    """Whether the text after a lost end is by another hand: it shares few rare pairs of characters with its item."""
    text = blocks[after].text[:_SAMPLE]
    if is_lead(blocks[at].text) or is_latin(text) or link > _AGAINST_STRANGER:
        return False
    low, high = at, after + 1
    while low > 0 and blocks[low - 1].item == blocks[at].item and at - low < _NEAR:
        low -= 1
    while high < len(blocks) and blocks[high].item == blocks[at].item and high - after < _NEAR:
        high += 1
    own = [blocks[i].text[:_SAMPLE] for i in (*range(low, after), *range(after + 1, high))]
    return by_another_hand([text], own) - _SEAM_AGAINST * link > _STRANGE


def _flagged(blocks: tuple[Block, ...], strangers: Container[int]) -> tuple[Block, ...]:
    return tuple(
        replace(block, flags=block.flags | {Flag.ORPHAN_FRAGMENT}) if at in strangers else block
        for at, block in enumerate(blocks)
    )


def join_sure_splits(blocks: tuple[Block, ...]) -> Cleaned:
    """Join only where the seam leaves no doubt, as in an article whose template gave its paragraphs."""
    return _join(
        blocks,
        [seam for seam in _seams(blocks) if _surely_belongs(blocks[seam[0]].text, blocks[seam[1]].text, seam[2])],
    )


def _join(blocks: tuple[Block, ...], seams: Sequence[tuple[int, int, float]]) -> Cleaned:
    if not seams:
        return Cleaned(blocks=blocks)
    pieces: dict[int, list[str]] = {}
    head: dict[int, int] = {}
    joined_flags: dict[int, frozenset[str]] = {}
    notes = []
    for at, after, link in seams:
        start = head.get(at, at)
        pieces.setdefault(start, [blocks[start].text]).append(blocks[after].text)
        head[after] = start
        joined_flags[start] = joined_flags.get(start, frozenset()) | blocks[after].flags
        evidence = f"the paragraph before breaks off; seam {link:+.1f}"
        notes.append(
            Note(step="join_splits", text=blocks[after].text, done="joined to the paragraph before", evidence=evidence)
        )
    out = []
    for at, block in enumerate(blocks):
        if at in head:
            continue
        out.append(
            replace(block, text=_whole(pieces[at]), flags=block.flags | joined_flags[at] | {Flag.SPLIT_JOINED})
            if at in pieces
            else block
        )
    return Cleaned(blocks=tuple(out), notes=tuple(notes))


def _whole(parts: Sequence[str]) -> str:
    whole = [parts[0]]
    for part in parts[1:]:
        seam = join(whole[-1][-REACH:], part)
        whole[-1] = whole[-1][:-REACH]
        whole.append(seam)
    return "".join(whole)
