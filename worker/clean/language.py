"""How likely characters follow one another in printed Chinese: a language model of three characters. Knows no page.

``language.txt.gz`` holds counts; `tests.restoration.learn` makes it and says from what. Its first line is the number of
characters counted; then two lines a character: itself, how often it was seen, the share of what was not seen to follow
it, and each that follows with a letter for how often; the groups of triples, each with the second character, a letter
for the share not seen, and each third character with its letter.
"""

import gzip
from functools import cache, lru_cache
from importlib.resources import files
from math import log
from string import ascii_lowercase

from worker.clean import english
from worker.clean.forms import is_latin

#: Stands for the edge of a paragraph, and before each group of triples.
EDGE, GROUP = "\x02", "\x03"
#: Letters a doubling of counts.
STEPS = 1.5
#: What a seen pair or triple gives away to those that were not seen (absolute discounting, Ney et al. 1994).
DISCOUNT = 0.75
#: What one seam can say at most, as log odds.
_LEAST, _MOST = -5.0, 6.0
#: A pair that is one of so many tells nothing; what the rarest tell, in natural logarithms above it.
_COMMON, _SPAN = 300, 8.0
#: What was seen fewer times tells nothing of the company that it keeps.
_KNOWN = 40
#: A common word is seen so often (30 times), and its characters so much oftener together than by chance.
_OFTEN, _BOUND = "h", 2.0


@cache
def _variants() -> dict[int, str]:
    """Digits as one, Latin letters as one, traditional characters as their simplified ones."""
    table = {ord(digit): "0" for digit in "123456789"}
    table |= {ord(letter): "A" for letter in "BCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"}
    pairs = (files("worker.clean") / "traditional.txt").read_text(encoding="utf-8").split()
    return table | {ord(line[at]): line[at + 1] for line in pairs for at in range(0, len(line), 2)}


def plain(text: str) -> str:
    """Return the text as it was counted."""
    return text.translate(_variants())


class _Counts:
    """The counted characters, each with what follows it as one string that is searched."""

    def __init__(self, packed: bytes) -> None:
        lines = gzip.decompress(packed).decode("utf-8").split("\n")
        self.whole = float(lines[0])
        self.seen: dict[str, float] = {}
        self.rest: dict[str, float] = {}
        self.pairs: dict[str, str] = {}
        self.triples: dict[str, str] = {}
        for one, three in zip(lines[1::2], lines[2::2], strict=True):
            count, rest, followed = one[1:].split(" ", 2)
            self.seen[one[0]], self.rest[one[0]], self.pairs[one[0]] = float(count), float(rest), followed
            self.triples[one[0]] = three


@cache
def _counts() -> _Counts:
    return _Counts((files("worker.clean") / "language.txt.gz").read_bytes())


def _many(letter: str) -> float:
    return float(2.0 ** ((ord(letter) - ord("a")) / STEPS))


@lru_cache(maxsize=16_384)
def _one(mark: str) -> float:
    counts = _counts()
    return (counts.seen.get(mark, 0.0) + 0.5) / (counts.whole + len(counts.seen))


@lru_cache(maxsize=65_536)
def _two(before: str, mark: str) -> float:
    """Return how likely a character is behind another."""
    counts = _counts()
    followed = counts.pairs.get(before)
    if followed is None:
        return _one(mark)
    at = followed.find(mark)
    seen = max(0.0, _many(followed[at + 1]) - DISCOUNT) / (counts.seen[before] + 1) if at >= 0 else 0.0
    return seen + counts.rest[before] * _one(mark)


@lru_cache(maxsize=65_536)
def _three(first: str, before: str, mark: str) -> float:
    """Return how likely a character is behind two others."""
    counts = _counts()
    groups = counts.triples.get(first, "")
    start = groups.find(GROUP + before)
    if start < 0:
        return _two(before, mark)
    end = groups.find(GROUP, start + 1)
    at = groups.find(mark, start + 3, end if end >= 0 else len(groups))
    followed = counts.pairs[first]
    whole = _many(followed[followed.find(before) + 1]) + 0.5
    seen = max(0.0, _many(groups[at + 1]) - DISCOUNT) / whole if at >= 0 else 0.0
    return seen + _two(before, mark) / _many(groups[start + 2])


@lru_cache(maxsize=16_384)
def _flow(one: str, two: str) -> float:
    odds = log(_three(one[0], one[1], two[0]) / _one(two[0]))
    if len(two) > 1:
        odds += log(_three(one[1], two[0], two[1]) / _two(two[0], two[1]))
    return max(_LEAST, min(_MOST, odds))


def flow(one: str, two: str) -> float:
    """Return how much likelier ``two`` begins as it does behind ``one`` than anywhere, as log odds."""
    return _flow(plain((EDGE + EDGE + one)[-2:]), plain(two[:2]))


def opening(text: str) -> float:
    """Return how much likelier a paragraph begins as this text does than any place in a text, as log odds."""
    if is_latin(text):
        return english.opening(text)
    mark = plain(text[:2])
    odds = log(_two(EDGE, mark[0]) / _one(mark[0]))
    if len(mark) > 1:
        odds += log(_three(EDGE, mark[0], mark[1]) / _two(mark[0], mark[1]))
    return max(_LEAST, min(_MOST, odds))


def closing(text: str) -> float:
    """Return how much likelier a paragraph or a line of its own ends as this text does than any text, as log odds."""
    return _closing(plain((EDGE + EDGE + text)[-2:]))


@lru_cache(maxsize=16_384)
def _closing(last: str) -> float:
    return max(_LEAST, min(_MOST, log(_three(last[0], last[1], EDGE) / _one(EDGE))))


def _letter(pair: str) -> str:
    """Return the letter for how often two characters were seen in a row, or nothing."""
    followed = _counts().pairs.get(pair[0], "")
    at = followed.find(pair[1])
    if at < 0:
        marks = plain(pair)
        followed = _counts().pairs.get(marks[0], "")
        at = followed.find(marks[1])
    return followed[at + 1] if at >= 0 else ""


@lru_cache(maxsize=65_536)
def rarity(pair: str) -> float:
    """Return how much it tells that two texts use the same two characters: 0 for common ones, 1 for rare ones."""
    return _tells()[_letter(pair)] if pair.isalpha() else 0.0


@cache
def _tells() -> dict[str, float]:
    whole = _counts().whole / _COMMON
    seen = {"": 0.0} | {letter: _many(letter) for letter in ascii_lowercase}
    return {letter: max(0.0, min(1.0, log(whole / (count + 1)) / _SPAN)) for letter, count in seen.items()}


def binds(one: str, two: str) -> float:
    """Return how much likelier the last character of ``one`` and the first of ``two`` stand in a row than by chance."""
    return _binds(one[-1], two[0]) if one and two else 0.0


@lru_cache(maxsize=16_384)
def _binds(one: str, two: str) -> float:
    before, mark = plain(one), plain(two)
    if _counts().seen.get(mark, 0.0) < _KNOWN:
        return 0.0
    return log(_two(before, mark) / _one(mark))


def is_word(pair: str) -> bool:
    """Whether two characters are a common word, as far as counts tell."""
    return _letter(pair) >= _OFTEN and binds(pair[0], pair[1]) > _BOUND
