"""Heal hard line breaks that OCR or a fixed print width left inside paragraphs. Joins lines of one block only."""

from collections import Counter
from dataclasses import replace
from itertools import pairwise

from worker.clean.block import Block, Cleaned, Note, Role
from worker.clean.evidence import is_lead
from worker.clean.forms import is_latin, unclosed
from worker.clean.marks import is_date
from worker.clean.people import is_credit, read_people

#: Narrower columns than this are tables and lists, not running text.
_NARROWEST = 12
#: So many lines must reach the width before it is believed to be a width at all.
_ENOUGH = 3
_SHARE = 0.5
_SLACK = 2


def columns(text: str) -> int:
    """Width in half-width columns."""
    return len(text) + sum(1 for mark in text if mark > "\u2e7f")


def _first_unit(text: str) -> int:
    """Width of the smallest piece that could have stood at the end of the line before."""
    if not text[0].isascii():
        return 2
    return columns(text.split(" ", 1)[0])


def _width(blocks: tuple[Block, ...]) -> int | None:
    """Return the width at which lines were broken, or None if they were not."""
    pairs = [
        (columns(one.text), _first_unit(two.text)) for one, two in pairwise(blocks) if two.gap == 0 and not two.indent
    ]
    if len(pairs) < _ENOUGH:
        return None
    tally = Counter(width for width, _ in pairs)
    wide = [width for width in tally if sum(tally[near] for near in range(width - 3, width + 4)) >= _ENOUGH]
    if not wide:
        return None
    width = max(wide)
    full = sum(1 for have, unit in pairs if _is_full(have, unit, width))
    return width if width >= _NARROWEST * 2 - 4 and full >= max(_ENOUGH, _SHARE * len(pairs)) else None


def _is_full(have: int, unit: int, width: int) -> bool:
    """Whether the next line's first piece would not have fitted on this line."""
    return have + unit + _SLACK > width


def join(one: str, two: str) -> str:
    """Join two halves of a text, healing an English hyphen; a space only where words are parted by spaces."""
    if not one or not two:
        return one + two
    if (
        one.endswith("-")
        and len(one) > 1
        and one[-2].isalpha()
        and one[-2].isascii()
        and two[0].islower()
        and two[0].isascii()
    ):
        return one[:-1] + two
    if one[-1] == "-" and two[0].isdigit():
        return one + two
    if one[-1].isascii() and two[0].isascii() and not one[-1].isdigit() | (two[0] in ",.;:!?)]%"):
        return f"{one} {two}"
    if one[-1].isdigit() and two[0].isascii() and two[0].isalpha() and is_latin(one):
        return f"{one} {two}"
    return one + two


def _complete_byline(above: str, below: str) -> bool:
    """Whether the line above is a byline of its own that the line below does not go on with."""
    if is_lead(above) or unclosed(above) or not read_people(above):
        return False
    return not read_people(join(above, below)) or bool(read_people(below))


def heal_line_breaks(blocks: tuple[Block, ...]) -> Cleaned:
    """Join each line that reaches the width to the line under it."""
    width = _width(blocks)
    if width is None:
        return Cleaned(blocks=blocks)
    healed: list[list[Block]] = []
    for block in blocks:
        above = healed[-1][-1] if healed else None
        if (
            above is not None
            and block.gap == 0
            and not block.indent
            and _is_full(columns(above.text), _first_unit(block.text), width)
            and not _complete_byline(above.text, block.text)
            and not is_credit(block.text)
            and not is_date(block.text)
        ):
            healed[-1].append(block)
        else:
            healed.append([block])
    joined = tuple(lines[0] if len(lines) == 1 else _joined(lines) for lines in healed)
    notes = tuple(
        Note(
            step="heal_line_breaks",
            text=lines[0].text,
            done=f"joined {len(lines)} lines",
            evidence=f"broken at width {width}",
        )
        for lines in healed
        if len(lines) > 1
    )
    return Cleaned(blocks=joined, notes=notes)


def _joined(lines: list[Block]) -> Block:
    pieces: list[str] = []
    for line in lines:
        if pieces and (tail := join(pieces[-1][-12:], line.text)) != pieces[-1][-12:] + line.text:
            pieces[-1] = pieces[-1][:-12] + tail
        else:
            pieces.append(line.text)
    return replace(lines[0], text="".join(pieces), role=Role.TEXT)
