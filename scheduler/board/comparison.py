"""Compare two revisions of an article, paragraph by paragraph and, where one was edited, word by word. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from rapidfuzz.distance import Indel
from rapidfuzz.fuzz import ratio

#: Paragraphs longer than this are not compared inside: the time grows with the product of their lengths.
_LONGEST = 20_000
#: Paragraphs less alike than this, of 100, are one removed and one added, not one edited.
_ALIKE = 40


class Change(StrEnum):
    """What happened to a piece of text."""

    SAME = "same"
    ADDED = "added"
    REMOVED = "removed"


Piece = tuple[Change, str]
Paragraph = tuple[Piece, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One field of the two revisions."""

    field: str
    paragraphs: tuple[Paragraph, ...]


def compare(before: Sequence[str], after: Sequence[str], *, inside: bool = True) -> tuple[Paragraph, ...]:
    """The paragraphs of both texts in order, each as pieces that stayed, came or went.

    ``inside``: an edited paragraph is compared character by character; words of a fixed set are not.
    """
    numbers: dict[str, int] = {}
    old = [numbers.setdefault(text, len(numbers)) for text in before]
    new = [numbers.setdefault(text, len(numbers)) for text in after]
    made: list[Paragraph] = []
    for step in _blocks(old, new):
        gone, came = before[step[0] : step[1]], after[step[2] : step[3]]
        if old[step[0] : step[1]] == new[step[2] : step[3]]:
            made += [((Change.SAME, text),) for text in gone]
        else:
            made += _edited(gone, came, inside=inside)
    return tuple(made)


def _blocks(old: list[int], new: list[int]) -> list[tuple[int, int, int, int]]:
    """Runs that are equal and runs that differ, neighbours of the latter merged."""
    merged: list[list[int]] = []
    last_equal = True
    for step in Indel.opcodes(old, new):
        equal = step.tag == "equal"
        if not equal and not last_equal:
            merged[-1][1], merged[-1][3] = step.src_end, step.dest_end
        else:
            merged.append([step.src_start, step.src_end, step.dest_start, step.dest_end])
        last_equal = equal
    return [(a, b, c, d) for a, b, c, d in merged]


def _edited(gone: Sequence[str], came: Sequence[str], *, inside: bool) -> list[Paragraph]:
    made: list[Paragraph] = []
    for place in range(max(len(gone), len(came))):
        before = gone[place] if place < len(gone) else None
        after = came[place] if place < len(came) else None
        if inside and before is not None and after is not None and _comparable(before, after):
            made.append(_pieces(before, after))
            continue
        if before is not None:
            made.append(((Change.REMOVED, before),))
        if after is not None:
            made.append(((Change.ADDED, after),))
    return made


def _comparable(before: str, after: str) -> bool:
    return max(len(before), len(after)) <= _LONGEST and ratio(before, after) >= _ALIKE


def _pieces(before: str, after: str) -> Paragraph:
    pieces: list[Piece] = []
    for step in Indel.opcodes(before, after):
        if step.tag == "equal":
            pieces.append((Change.SAME, before[step.src_start : step.src_end]))
        elif step.tag == "delete":
            pieces.append((Change.REMOVED, before[step.src_start : step.src_end]))
        else:
            pieces.append((Change.ADDED, after[step.dest_start : step.dest_end]))
    return tuple(pieces)
