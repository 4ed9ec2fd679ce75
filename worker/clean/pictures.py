"""Find picture texts that carry no mark of their own, by their place. Moves nothing."""

from collections.abc import Sequence
from dataclasses import replace
from statistics import median_high

from worker.clean.block import Block, Cleaned, Note, Role
from worker.clean.evidence import Habits, habits_of
from worker.clean.forms import ends_closed, ends_open, heading_like, is_latin, size

#: A picture text set apart by white space alone is no longer than this.
_SET_APART = 70
#: One that stands inside a cut paragraph is no longer than this.
_INSIDE = 40
#: One that has its own credit line may be a short report.
_CREDITED = 320
_SHORT = 90
#: The page says these last characters of a stray tail elsewhere too, but no picture text's.
_TAIL = 8
_SURE = 2.5


def _usual_gap(blocks: Sequence[Block]) -> int:
    return median_high([block.gap for block in blocks[1:]]) if len(blocks) > 1 else 1


def _heads_picture(blocks: Sequence[Block], at: int) -> bool:
    """Whether an English line without a full stop stands over a credit and running text, as a headline does."""
    text = blocks[at].text
    below = blocks[at + 2] if at + 2 < len(blocks) else None
    return (
        is_latin(text)
        and ends_open(text)
        and heading_like(text)
        and below is not None
        and below.role in {Role.TEXT, Role.CAPTION}
        and not heading_like(below.text)
    )


def find_captions(blocks: tuple[Block, ...]) -> Cleaned:
    """Mark picture texts."""
    usual = _usual_gap(blocks)
    wide = sum(1 for block in blocks if block.gap > usual + 1)
    gaps_tell = wide * 5 <= len(blocks)
    habits: Habits | None = None
    out = list(blocks)
    notes = []
    for at, block in enumerate(blocks):
        if block.role is not Role.TEXT:
            continue
        before = blocks[at - 1] if at else None
        after = blocks[at + 1] if at + 1 < len(blocks) else None
        why = ""
        set_apart = at > 0 and gaps_tell and block.gap > usual + 1
        if after is not None and after.role is Role.CREDIT and not _heads_picture(blocks, at):
            long = size(block.text)
            alone = before is None or before.role is not Role.TEXT or heading_like(before.text)
            in_brackets = block.text[0] in "（(" and block.text[-1] in "）)"
            if not in_brackets and (long <= _SHORT or (long <= _CREDITED and (set_apart or alone))):
                why = "its credit follows"
        if (
            not why
            and set_apart
            and size(block.text) <= _SET_APART
            and ends_closed(block.text)
            and not heading_like(block.text)
        ):
            why = "short, and set apart by white space"
        if (
            not why
            and after is not None
            and after.role is Role.TEXT
            and before is not None
            and before.role is Role.TEXT
        ):
            inside = size(block.text) <= _INSIDE and "，" not in block.text and ends_closed(block.text)
            if inside and size(before.text) > size(block.text) and ends_open(before.text):
                habits = habits or habits_of(other.text for other in blocks)
                goes_past = habits.link(before.text, after.text) >= _SURE and habits.link(before.text, block.text) <= 0
                if goes_past and not habits.repeats(block.text[-_TAIL:]):
                    why = "the paragraph around it goes on past it"
        if why:
            out[at] = replace(block, role=Role.CAPTION)
            notes.append(Note(step="find_captions", text=block.text, done="is a caption", evidence=why))
    return Cleaned(blocks=tuple(out), notes=tuple(notes))
