"""Common Chinese words of two characters, to tell whether a seam runs through a word. Holds no names and no titles.

``words.txt`` holds the 20,000 most frequent of jieba's dictionary (MIT licence), 100 a line, without any space.
"""

from functools import cache
from importlib.resources import files


@cache
def _words() -> frozenset[str]:
    lines = (files("worker.clean") / "words.txt").read_text(encoding="utf-8").split()
    return frozenset(line[at : at + 2] for line in lines for at in range(0, len(line), 2))


def is_common(pair: str) -> bool:
    """Whether two characters are a common word."""
    return pair in _words()


def through_word(one: str, two: str) -> float:
    """Return how much speaks for the seam running through a common word, as log odds; 0 if it makes none.

    In real text 30 of 100 column breaks in mid-sentence make a word of the characters at the seam and none with what
    follows, and 3 of 1,000 other seams; where the characters before the seam make a word too, it is 2 of 100 and 1.
    """
    words = _words()
    if one[-1:] + two[:1] not in words or two[:2] in words:
        return 0.0
    return 2.0 if one[-2:] in words else 3.8


def makes_word(before: str, mark: str, after: str) -> bool:
    """Whether a character makes a common word with the one before or after it."""
    words = _words()
    return before + mark in words or mark + after in words
