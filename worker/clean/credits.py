"""Part a credit from the line of the picture text that it ends, and tell briefs under a bullet from picture texts.

Who took the picture stands behind the full stop or a blank, with or without brackets, as it would on a line of its own;
who gave it (（主办方供图）) stays with the sentence. Marks nothing by its neighbours but runs of bullets.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from worker.clean.block import Block, Cleaned, Note, Role
from worker.clean.forms import has_stop_inside, heading_like
from worker.clean.marks import shows_picture
from worker.clean.people import is_credit

_PEOPLE = r"(?:记者|記者|通[讯訊][员員])"
_HAN = r"[\u3400-\u9fff]"
_ENDS = r"(?:[摄攝]影?(?:[报報][道導导])?|航拍|供[图圖])(?:[（(][^（）()]{1,20}[）)])?$"
#: Behind the full stop, or behind a blank if the paper's people are named as such.
_AT_END = re.compile(
    rf"(?:(?<=[。！？”）])[ \u3000]*|[ \u3000]+(?=(?:本[报報]|{_HAN}{{2,6}}[报報社])?{_HAN}{{0,4}}{_PEOPLE}))"
    rf"((?=[^（(])[{_HAN[1:-1]}· \u3000、/／]{{3,40}}?{_ENDS})"
)
#: In brackets as papers in simplified characters print it; others print it as part of the text. In English.
_IN_BRACKETS = re.compile(rf"(?<=[。！？”」])[ \u3000]*([（(][{_HAN[1:-1]}· \u3000、/／]{{2,40}}摄影?[）)])$")
_ENGLISH = re.compile(r"(?<=[.!?”\"]) ((?:Staff )?[Pp]hotos? by [A-Z][\w.' -]{3,40})$")
_REACH = 60
#: Marks that point at a picture, or open the briefs of a column.
_POINTERS = "▲△▼▶"
_FEW = 2


def part_credits(blocks: tuple[Block, ...]) -> Cleaned:
    """Give each credit at a picture text's end a block of its own."""
    out: list[Block] = []
    notes = []
    briefs = _briefs(blocks)
    for at, block in enumerate(blocks):
        if at in briefs:
            out.append(replace(block, role=Role.TEXT))
            notes.append(
                Note(step="part_credits", text=block.text, done="is a text", evidence="one of a row of briefs")
            )
            continue
        found = _at_end(block) if block.role is Role.CAPTION else None
        if not found:
            out.append(block)
            continue
        out.append(replace(block, text=block.text[: found.start()].rstrip()))
        out.append(Block(text=found[1], role=Role.CREDIT, gap=0, line=block.line))
        why = "names who took the picture, behind the end of its text"
        notes.append(Note(step="part_credits", text=block.text, done="is a picture text and its credit", evidence=why))
    return Cleaned(blocks=tuple(out), notes=tuple(notes))


def _at_end(block: Block) -> re.Match[str] | None:
    start = max(0, len(block.text) - _REACH)
    for form in (_AT_END, _IN_BRACKETS, _ENGLISH):
        found = form.search(block.text, start)
        if found and found.start() and is_credit(found[1]):
            return found
    return None


def _briefs(blocks: Sequence[Block]) -> set[int]:
    """Return the picture texts that are briefs: a row of reports under one mark that speak of no picture."""
    marked: dict[str, list[int]] = {}
    for at, block in enumerate(blocks):
        if block.role is Role.CAPTION and block.text[0] in _POINTERS:
            marked.setdefault(block.text[0], []).append(at)
    return {at for row in marked.values() if _is_row(blocks, row) for at in row}


def _is_row(blocks: Sequence[Block], row: Sequence[int]) -> bool:
    if len(row) < _FEW or any(shows_picture(blocks[at].text[1:]) for at in row):
        return False
    if any(at + 1 < len(blocks) and blocks[at + 1].role is Role.CREDIT for at in row):
        return False
    told = sum(1 for at in row if has_stop_inside(blocks[at].text))
    first = row[0]
    return told * 2 >= len(row) and first > 0 and (heading_like(blocks[first - 1].text) or first + 1 in row)
