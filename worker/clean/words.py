"""Common Chinese words of two characters, to tell whether a seam runs through a word. Holds no names and no titles.

``words.txt`` holds the 20,000 most frequent of jieba's dictionary (MIT licence), 100 a line, without any space;
``traditional.txt`` the traditional characters of OpenCC's table (Apache licence) that they are written with elsewhere,
each before its simplified one, 50 a line.
"""

from functools import cache
from importlib.resources import files
from itertools import chain, product


def _pairs(name: str) -> list[str]:
    lines = (files("worker.clean") / name).read_text(encoding="utf-8").split()
    return [line[at : at + 2] for line in lines for at in range(0, len(line), 2)]


@cache
def _words() -> frozenset[str]:
    variants: dict[str, str] = {}
    for pair in _pairs("traditional.txt"):
        variants[pair[1]] = variants.get(pair[1], pair[1]) + pair[0]
    written = (product(*(variants.get(mark, mark) for mark in word)) for word in _pairs("words.txt"))
    return frozenset(map("".join, chain.from_iterable(written)))


def is_common(pair: str) -> bool:
    """Whether two characters are a common word, in simplified or traditional characters."""
    return pair in _words()


def through_word(one: str, two: str) -> float:
    """Return how much speaks for the seam running through a common word, as log odds; 0 if it makes none.

    In real text 30 of 100 column breaks in mid-sentence make a word of the characters at the seam and none with what
    follows, and 3 of 1,000 other seams; where the characters before the seam make a word too, it is 2 of 100 and 1.
    """
    if not is_common(one[-1:] + two[:1]) or is_common(two[:2]):
        return 0.0
    return 2.0 if is_common(one[-2:]) else 3.8


def makes_word(before: str, mark: str, after: str) -> bool:
    """Whether a character makes a common word with the one before or after it."""
    return is_common(before + mark) or is_common(mark + after)
