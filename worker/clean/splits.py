"""Rejoin paragraphs cut by a column break. Works inside one item; removes nothing and moves nothing past a heading."""

from collections.abc import Sequence
from dataclasses import replace

from worker.clean.block import Block, Cleaned, Note, Role
from worker.clean.evidence import Habits, is_lead
from worker.clean.flags import Flag
from worker.clean.forms import ends_open, has_stop_inside, is_enumerated, size, starts_inside
from worker.clean.linebreaks import join

#: Lines that may stand between the halves of a paragraph.
_PASSED = frozenset({Role.CAPTION, Role.CREDIT, Role.FURNITURE})
_SHORT = 25
#: A summary or a quotation set before the body is shorter than this.
_SUMMARY = 90
#: Below this the seam speaks against a join so loudly that place alone does not outweigh it.
_AGAINST = -1.0
#: A block that holds whole sentences and breaks off is running text for certain: only a new report's opening or a
#: numbered point parts it from what follows.
_LOUD = -2.8


def _next_text(blocks: Sequence[Block], at: int) -> int | None:
    for index in range(at + 1, len(blocks)):
        if blocks[index].item != blocks[at].item:
            return None
        if blocks[index].role is Role.TEXT:
            return index
        if blocks[index].role not in _PASSED:
            return None
    return None


def _belongs(one: str, two: str, link: float, *, first: bool) -> bool:
    """Whether an open block goes on in the next one."""
    if is_enumerated(one) and is_enumerated(two):
        return False
    if starts_inside(two):
        return True
    body = has_stop_inside(one)
    if size(one) < _SHORT and not body:
        return link > 0.5
    if first and not body:
        # A summary before the body ends without a full stop too, so that the seam must speak for itself.
        return link > 0
    return link > (_LOUD if body else _AGAINST)


def join_splits(blocks: tuple[Block, ...]) -> Cleaned:
    """Join each open block to the block of running text after it."""
    if not any(block.role is Role.TEXT and ends_open(block.text) for block in blocks):
        return Cleaned(blocks=blocks)
    habits = Habits(block.text for block in blocks)
    pieces: dict[int, list[str]] = {}
    head: dict[int, int] = {}
    notes = []
    first_text: dict[int, int] = {}
    for at, block in enumerate(blocks):
        if block.role is not Role.TEXT:
            continue
        first_text.setdefault(block.item, at)
        if not ends_open(block.text):
            continue
        after = _next_text(blocks, at)
        if after is None:
            continue
        link = habits.link(block.text, blocks[after].text)
        opens = first_text[block.item] == at and not is_lead(block.text) and size(block.text) < _SUMMARY
        if Flag.ORPHAN_FRAGMENT not in blocks[after].flags and _belongs(block.text, blocks[after].text, link, first=opens):
            start = head.get(at, at)
            pieces.setdefault(start, [block.text]).append(blocks[after].text)
            head[after] = start
            notes.append(
                Note(step="join_splits", text=blocks[after].text, done="joined to the paragraph before", evidence=f"it breaks off; seam {link:+.1f}")
            )
    if not pieces:
        return Cleaned(blocks=blocks)
    out = []
    for at, block in enumerate(blocks):
        if at in head:
            continue
        out.append(replace(block, text=_whole(pieces[at]), flags=block.flags | {Flag.SPLIT_JOINED}) if at in pieces else block)
    return Cleaned(blocks=tuple(out), notes=tuple(notes))


def _whole(parts: Sequence[str]) -> str:
    whole = [parts[0]]
    for part in parts[1:]:
        seam = join(whole[-1][-12:], part)
        whole[-1] = whole[-1][:-12]
        whole.append(seam)
    return "".join(whole)
