"""Compare two copies of one text letter by letter: whether it is one, and which is the better. Removes nothing."""

from collections.abc import Mapping, Sequence

from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from worker.clean.block import Block, Role
from worker.clean.forms import ends_closed, ends_open, hangs, size
from worker.clean.language import binds, flow
from worker.clean.overlaps import Overlap
from worker.clean.printed import EDGE, Print

#: Copies are compared as far as this.
_READ = 2000
#: A copy's first clause may have so many wrong characters that it was not seen to be one; it is no longer than this.
_CLAUSE = 24
_ALIKE = 60
#: Shorter blocks may be alike by chance.
_LEAST = 8
#: A seam that runs through a word for certain; characters that stand in a row oftener than by chance.
_CERTAIN, _SOUND = 3.0, 1.0
#: A pull quote is shorter than this.
_DISPLAY = 100
_OPENERS = "“‘「『《（"
_SENTENCE_MARKS = "。！？；”：“，"


def worse(one: str, two: str) -> int:
    """Return how many more wrong characters ``one`` has than ``two``: where they differ, a sound one makes words."""
    one, two = one[:_READ], two[:_READ]
    found = 0
    for edit in Levenshtein.opcodes(one, two):
        if edit.tag == "equal":
            continue
        found += _strange(one, edit.src_start, edit.src_end) - _strange(two, edit.dest_start, edit.dest_end)
    return found


def _strange(text: str, start: int, end: int) -> int:
    return sum(_is_wrong(text[max(0, at - 1) : at], text[at : at + 2]) for at in range(start, end))


def _is_wrong(before: str, text: str) -> bool:
    """Whether a text's first character makes no word with the one before it nor with the next."""
    return max(binds(before, text), binds(text[0], text[1:])) < _SOUND


def widened(overlap: Overlap, page: Print, blocks: Sequence[Block]) -> Overlap:
    """Return the overlap with the beginning of a block that wrong characters hid, where both copies still agree.

    Only where one of the copies goes on in mid-sentence: a summary in words a little different is no copy.
    """
    (one, end_one), (two, end_two) = overlap.first, overlap.second
    for start in (one, two):
        missing = start - page.starts[page.at(start)]
        if (
            EDGE < missing <= min(_CLAUSE, end_one - one, one)
            and (_goes_on(page, blocks, one - missing) or _goes_on(page, blocks, two - missing))
            and fuzz.ratio(page.text[one - missing : one], page.text[two - missing : two]) >= _ALIKE
        ):
            return Overlap(
                first=(one - missing, end_one), second=(two - missing, end_two), errors=overlap.errors + missing
            )
    return overlap


def _goes_on(page: Print, blocks: Sequence[Block], place: int) -> bool:
    """Whether the text at a place stands in mid-sentence."""
    at = page.at(place)
    if page.starts[at] != place:
        # The copies may differ in length by a character.
        return not any(mark in _SENTENCE_MARKS for mark in page.text[max(0, place - 2) : place + 1])
    return at > 0 and blocks[at - 1].role is Role.TEXT and ends_open(blocks[at - 1].text)


def better_readings(page: Print, blocks: Sequence[Block], gone: Mapping[int, int]) -> Mapping[int, str]:
    """Return the texts of blocks that change places with their copies, so that the better first character stays.

    The first character of a tail is the one that is often wrong; the text before it tells which makes a word.

    Args:
        page: the page as it was printed.
        blocks: its blocks.
        gone: how far on the page the copy stands that stays for each block that goes, in characters.
    """
    found: dict[int, str] = {}
    for index, shift in gone.items():
        text = blocks[index].text
        place = page.starts[index] + shift + len(page.piece(index)) // 2
        if not 0 <= place < len(page.text):
            continue
        stays = page.at(place)
        whole = blocks[stays].text
        if (
            stays in gone
            or stays in found
            or {blocks[index].role, blocks[stays].role} != {Role.TEXT}
            or len(whole) < _LEAST
        ):
            continue
        before = blocks[stays - 1].text if stays else ""
        if whole[1:] == text[1:] and flow(before, text) > _CERTAIN and _is_wrong(before, whole):
            found[stays], found[index] = text, whole
    return found


def is_quote(page: Print, blocks: Sequence[Block], span: range, twin: tuple[int, int]) -> bool:
    """Whether one block repeats whole sentences of a body for display: a pull quote, which is no defect."""
    if len(span) != 1:
        return False
    low, high = twin
    text = blocks[span.start].text
    if ends_open(text) and not hangs(text) and size(text) < _DISPLAY and page.starts[span.start] < low:
        # Set before the body that says it again, in other words here and there.
        return True
    if text[0] in _OPENERS and page.text[low] not in _OPENERS and page.text[low - 1] not in _OPENERS:
        # A quotation of its own, which the body says without its marks.
        return True
    while low < high - 1 and page.text[low] in _SENTENCE_MARKS:
        # Marks before a sentence may agree by chance.
        low += 1
    whole = high in page.starts
    clean_end = whole or page.text[high] in "。！？；，”" or page.text[high - 1] in "。！？”"
    if low in page.starts:
        return clean_end and not (whole and ends_closed(blocks[span.start].text))
    # A stray tail starts in mid-sentence; a quotation starts with one.
    return clean_end and page.text[low - 1] in _SENTENCE_MARKS
