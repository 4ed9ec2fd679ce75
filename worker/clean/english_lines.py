"""Tell English bylines, credits and signatures of letters from headlines by the lines around. Reads no names."""

import re
from collections.abc import Sequence
from dataclasses import replace

from worker.clean.block import Block, Cleaned, Note, Role
from worker.clean.english_people import (
    is_address,
    is_affiliation,
    is_name,
    is_proper,
    is_taken,
    names_source,
    read_signed,
    writes,
)
from worker.clean.forms import ends_closed, has_stop_inside, heading_like, is_latin

#: A name, a rank or a place is no longer than this.
_LONGEST = 60
_RUNNING = 25
#: A letter is read back so many blocks; so many lines say who wrote it.
_LETTER, _LINES = 20, 4
_PAGE_OF_LETTERS = re.compile(
    r"\b(?:letters?|mailbag|postbag|inbox|readers? write|your (?:views?|say)|to the editor)\b", re.IGNORECASE
)
_CALLED = 40
_ADDRESSED = re.compile(r"(?:SIR|Sir|MADAM|Madam|Dear|To the|Editor)\b")
_QUOTED = re.compile(r"[“\"][^”\"]*(?:[”\"]|$)")
#: A letter's writer who does not wish to be named.
_WITHHELD = re.compile(
    r"(?:name|name and address|full name|address)s? (?:supplied|withheld|provided)\b.{0,20}", re.IGNORECASE
)
_I = re.compile(r"\b(?:I|my|me|we|our|us)\b")
#: So much must speak for a signature; each of its three signs says two.
_SURE = 4
#: A headline of a name is said again in the text below.
_OPENING = 160


def mark_english_lines(blocks: tuple[Block, ...]) -> Cleaned:
    """Mark the second lines of bylines, sources, credits and letters' signatures in Latin script."""
    if not any(block.text[0].isascii() and is_latin(block.text) for block in blocks):
        return Cleaned(blocks=blocks)
    out = list(blocks)
    notes: list[Note] = []
    for at, block in enumerate(blocks):
        if len(block.text) > _LONGEST or not block.text[0].isascii():
            continue
        role, why = _role(out, at)
        if role is not block.role and why:
            out[at] = replace(block, role=role)
            notes.append(Note(step="mark_english_lines", text=block.text, done=f"is a {role}", evidence=why))
    _sign(out, notes)
    return Cleaned(blocks=tuple(out), notes=tuple(notes))


def _role(blocks: Sequence[Block], at: int) -> tuple[Role, str]:  # noqa: PLR0911 - one proof a line
    block, above = blocks[at], blocks[at - 1] if at else None
    below = blocks[at + 1] if at + 1 < len(blocks) else None
    text = block.text
    if above is None or block.role not in {Role.TEXT, Role.BYLINE}:
        return block.role, ""
    if _is_running(above) and not writes(text) and (is_taken(text) or read_signed(text)):
        return Role.CREDIT, "a name and a house under a text"
    if block.role is Role.BYLINE:
        return block.role, ""
    if above.role is Role.BYLINE and block.gap <= 1 and is_affiliation(text):
        return Role.BYLINE, "says who the name above is"
    if below is None:
        return block.role, ""
    if is_name(text, least=2) and below.gap == 0 and _ranks(below.text):
        return Role.BYLINE, "a name over a rank"
    if (names_source(text) or is_address(text)) and _heads(above) and _is_body(below):
        return Role.BYLINE, "says between headline and text where it is from"
    return block.role, ""


def _ranks(text: str) -> bool:
    """Whether a line says whom the name above writes for; a letter's writer lives somewhere."""
    return is_affiliation(text) and (writes(text) or text.lower().startswith(("for ", "special ")))


def _is_running(block: Block) -> bool:
    if block.role is Role.CAPTION:
        return True
    return (
        block.role is Role.TEXT
        and (has_stop_inside(block.text) or len(block.text) > _RUNNING)
        and ends_closed(block.text)
    )


def _is_body(block: Block) -> bool:
    return block.role is Role.CAPTION or (block.role is Role.TEXT and not heading_like(block.text))


def _heads(block: Block) -> bool:
    return block.role in {Role.HEADING, Role.BYLINE} or (block.role is Role.TEXT and heading_like(block.text))


def _sign(out: list[Block], notes: list[Note]) -> None:
    """Mark the lines under letters that say who wrote them, and from where."""
    page = 2 * any(len(block.text) <= _CALLED and _PAGE_OF_LETTERS.search(block.text) for block in out)
    for at in range(1, len(out)):
        name, above = out[at], out[at - 1]
        if name.role is not Role.TEXT or len(name.text) > _LONGEST or not _is_running(above):
            continue
        if _WITHHELD.fullmatch(name.text):
            _mark(out, notes, range(at, at + 1), "says that a letter's writer is not named")
            continue
        writer, comma, rest = name.text.strip("—–- ").partition(", ")
        if above.role is not Role.TEXT or not is_name(writer, least=2) or not is_proper(rest):
            continue
        end = at + 1
        while end < len(out) and end - at < _LINES and _is_address_line(out[end]):
            end += 1
        lived = 2 * (end > at + 1 or bool(comma))
        if not lived and (name.text.isupper() or (end < len(out) and _is_body(out[end]))):
            # A section's name is printed so, too, and the headline of the next letter.
            continue
        if page + lived + _written(out, at) < _SURE or _is_told(writer, out, end):
            continue
        _mark(out, notes, range(at, end), "a writer's name and place under a letter")


def _mark(out: list[Block], notes: list[Note], lines: range, why: str) -> None:
    for index in lines:
        out[index] = replace(out[index], role=Role.SIGNATURE)
        notes.append(Note(step="mark_english_lines", text=out[index].text, done="is a sign-off", evidence=why))


def _is_address_line(block: Block) -> bool:
    text = block.text
    return (
        block.role is Role.TEXT
        and block.gap == 0
        and len(text) <= _LONGEST
        and not ends_closed(text)
        and is_latin(text)
        and is_proper(text)
    )


def _written(blocks: Sequence[Block], at: int) -> int:
    """Return what speaks for the text before ``at`` being a letter: its writer says I, outside of quotations."""
    for index in range(at - 1, max(-1, at - 1 - _LETTER), -1):
        block = blocks[index]
        if block.role is not Role.TEXT or heading_like(block.text):
            break
        if _ADDRESSED.match(block.text) or _I.search(_QUOTED.sub("", block.text)):
            return 2
    return 0


def _is_told(writer: str, blocks: Sequence[Block], at: int) -> bool:
    """Whether the text below tells of the person: then the name is its headline."""
    return at < len(blocks) and writer.rsplit(maxsplit=1)[-1].lower() in blocks[at].text[:_OPENING].lower()
