"""Weigh whether a lone short line opens a new item or is a subhead of the item above. Marks nothing itself."""

import re
from math import log

from worker.clean.forms import is_enumerated, size

#: So much two texts share by chance.
_FEW = 0.004
_PUNCTUATION = re.compile(r"[\W_]+")
_HALVES = (" ", "\u3000", "——")
_SPOKEN = re.compile(r"[！？]|”$")
_LONG = 26
_BRIEF = 8
#: What one kind of evidence can say at most.
_MOST = 1.7
_KIN = 3.0
#: A text of so many characters is half believed when it shares nothing.
_DOUBT = 60


def said_again(line: str, text: str) -> float:
    """Return the share of the line's pairs of characters that the text uses."""
    bare = _PUNCTUATION.sub("\n", line)
    pairs = {bare[at : at + 2] for at in range(len(bare) - 1) if "\n" not in bare[at : at + 2]}
    return sum(1 for pair in pairs if pair in text) / len(pairs) if pairs else 0.0


def _shared(near: float, limit: float, mass: float) -> float:
    """Return how much more than two hands the texts share; a short text that shares nothing by chance says little."""
    shrunk = (near * mass + limit * _DOUBT) / (mass + _DOUBT)
    return max(-_MOST, min(_KIN, log((shrunk + _FEW) / (limit + _FEW))))


def opens_item(line: str, *, near: float, limit: float, title: str, before: str, below: str) -> float:
    """Return how much speaks for a new item at a line: above 0 for, below 0 for a subhead or a piece of text.

    ``near`` is what the texts on both sides share, ``limit`` what two hands share on this page. A new headline's words
    come again below it and not above it, and the title above is not said again in a stranger's text. The weights were
    found by weighing headlines against subheads in 142 real articles of one newspaper.
    """
    score = -0.35 - 2.2 * _shared(near, limit, min(len(before), len(below)))
    score += 2.9 * said_again(line, below) - 2.8 * said_again(line, before) - 2.5 * said_again(title, below)
    if any(mark in line for mark in _HALVES):
        score += 2.2
    if "，" in line:
        score -= 1.5
    if _SPOKEN.search(line):
        score -= 0.8
    if size(line) > _LONG:
        score -= 1.4
    if size(line) < _BRIEF:
        score -= 0.4
    return score - (1.4 if is_enumerated(line) else 0.0)
