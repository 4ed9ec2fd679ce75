"""Find stretches of a text that are printed twice, letter by letter or nearly. Knows nothing of blocks and roles."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from operator import eq

#: A stretch is looked up by this many characters after each punctuation mark; a copy with a few wrong ones still has
#: many sound clauses.
_GRAM = 9
_CLAUSE = re.compile(r"[，。；、：！？,.;:!?“”\n]+")
_LATEST = 4
_STEPS = (128, 32, 8, 2, 1)
_SHIFTS = ((1, 1), (1, 0), (0, 1), (2, 2), (2, 0), (0, 2), (1, 2), (2, 1), (3, 3))
_RESYNC = 5
#: Two wrong characters close together leave no five that agree between them, but most of ten.
_WINDOW, _ALIKE = 10, 6
#: No page that is broken needs more comparisons than this, nor longer ones together (characters).
_RUNS, _RUN_EVERY = 500, 80
_LONGEST = 1_000_000
_DRIFTS = (0, -1, 1, -2, 2)
_SAMPLED_LETTERS = re.compile(r"\w")


@dataclass(frozen=True, slots=True)
class Overlap:
    """Characters first[0]:first[1] are printed again at second[0]:second[1]."""

    first: tuple[int, int]
    second: tuple[int, int]
    errors: int


def _run(text: str, one: int, two: int) -> tuple[int, int, int]:
    """Follow two copies to the right as long as they agree; return both ends and the number of faults."""
    start, errors, last = two, 0, len(text)
    while two < last:
        for step in _STEPS:
            while two + step <= last and text[one : one + step] == text[two : two + step]:
                one, two = one + step, two + step
        if two >= last:
            break
        if errors > 2 + (two - start) // 12:
            break
        shift = next(
            (
                s
                for s in _SHIFTS
                if text[one + s[0] : one + s[0] + _RESYNC] == text[two + s[1] : two + s[1] + _RESYNC]
                and two + s[1] + _RESYNC <= last
            ),
            None,
        )
        if shift is None:
            alike = sum(map(eq, text[one : one + _WINDOW], text[two : two + _WINDOW]))
            if alike < _ALIKE or two + _WINDOW > last:
                break
            one, two, errors = one + _WINDOW, two + _WINDOW, errors + _WINDOW - alike
            continue
        one, two, errors = one + shift[0], two + shift[1], errors + 1
    return one, two, errors


def find_overlaps(text: str, starts: Sequence[int], least: int) -> list[Overlap]:
    """Return the stretches of at least ``least`` characters that are printed again further on.

    Work is linear in the text: every clause is compared with its latest few copies only, and a stretch that is
    already known is not followed again.
    """
    spots = sorted({*starts, *[match.end() for match in _CLAUSE.finditer(text)]})
    mirror = text[::-1]
    size = len(text)
    # Most clauses stand once: a number each, and a list only for those that do not.
    first: dict[str, int] = {}
    again: dict[str, list[int]] = {}
    known: dict[int, int] = {}
    found = []
    runs, most = 0, _RUNS + size // _RUN_EVERY
    followed, longest = 0, _LONGEST + size
    for spot in spots:
        gram = text[spot : spot + _GRAM]
        if first.setdefault(gram, spot) == spot:
            continue
        if len(gram) < _GRAM or (not gram.isalnum() and len(_SAMPLED_LETTERS.findall(gram)) < _GRAM - 3):
            continue
        earlier = again.setdefault(gram, [first[gram]])
        for other in reversed(earlier):
            distance = spot - other
            if runs > most or followed > longest:
                break
            if known.get(distance, -1) > spot:
                continue
            runs += 1
            end_one, end_two, after = _run(text, other, spot)
            back_two, back_one, before = _run(mirror, size - spot, size - other)
            for near in (*_DRIFTS, *(end_two - end_one - distance + drift for drift in _DRIFTS)):
                known[distance + near] = max(end_two, known.get(distance + near, -1))
            length = end_two - spot + (back_two - (size - spot))
            followed += length
            if length >= least:
                found.append(
                    Overlap(first=(size - back_one, end_one), second=(size - back_two, end_two), errors=after + before)
                )
        earlier.append(spot)
        if len(earlier) > _LATEST:
            del earlier[0]
    return found
