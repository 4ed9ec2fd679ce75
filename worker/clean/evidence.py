"""Weigh whether two pieces of print belong together, by the page's own pairs and words. Decides nothing."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache
from math import log1p
from operator import add

from worker.clean import english
from worker.clean.forms import (
    hangs,
    has_stop_inside,
    is_enumerated,
    is_latin,
    starts_inside,
    unclosed,
    unopened,
)
from worker.clean.language import flow, opening, rarity

#: A page is judged by its first characters; what a longer text adds would not change its habits.
_SAMPLE = 40_000
#: Searching a short page is quicker than indexing it.
_SEARCHED = 20_000
_TAIL = 6
_LONG_TAIL = 11
_ENDS = re.compile("[。！？；，”]")
#: What three characters at a seam that the page uses elsewhere say.
_USED = 1.7
_FLOW, _OPENS = 0.75, 0.6
#: The flow says already how unlikely a beginning is.
_NO_OPENING = -0.65
#: What one seam among other signs says at most.
LOUDEST, _LOWEST = 8.0, -6.0
_LEAD = re.compile(
    r"^(?:本报|本刊|本報|本社|新华社|新華社|中新社|中新网|据)[^，。]{0,24}?(?:讯|訊|电|電|消息)(?![\u4e00-\u9fff]{0,2}[话视力器])"
    r"|^[〔【\[（(][^〔【〕】\[\]（）()。，]{1,30}(?:报道|報道|報導|报导|电|電|讯|訊)[〕】\]）)]"
    r"|^[A-Z][A-Z .'’-]{2,30}(?:, [A-Z][\w.]*(?: [A-Z]\w*)?)??(?:, \w+\.? \d+)? ?(?:\([\w ]+\) ?)?[—–-]{1,2} ?[A-Z“\"]"
)
#: A paragraph's first sentence is not over after a word or two, and no list starts with one character.
_BROKEN_START = re.compile(r"^(?:[^，。、；：！？“”（）《》]{1,5}[。；]|[^，。、；：！？“”（）《》]{1,2}、)")
#: Words that open a sentence or a paragraph and do not stand inside one.
_OPENER = re.compile(
    r"^(?:据(?:了解|介绍|悉|统计|报道)|據(?:了解|介紹|悉|統計|報導)|记者|記者|近日|日前|目前|如今|当前|當前|眼下|此外|同时|同時|与此同时|與此同時|随着"
    r"|隨著|截至|截止|近年来|近年來|连日来|連日來|多年来|下一步|接下来|今年|去年|为此|為此|对此|對此|为了|為了|其实|其實|不过|不過|然而|但是"
    r"|一方面|另一方面|首先|其次|最后|最後|活动中|会议|會議|\d{1,2}月\d{1,2}日)"
)
_OPENING = re.compile(r"[\n。](?=(..))")
_COUNTED = re.compile(r"\d$")
_COUNTING = re.compile(r"^[\d年月日时点分秒个名人亿万千百元户家项次米公吨亩岁歲%％.]")


def is_lead(text: str) -> bool:
    """Whether the text opens as a news report does (本报讯, 新华社北京3月4日电, LONDON —)."""
    return bool(_LEAD.match(text))


class Habits:
    """Which characters follow one another on this page, and what its sentences start with."""

    def __init__(self, page: str) -> None:
        self._page = page
        self._pairs: frozenset[str] | None = None
        self._openings: Counter[str] | None = None
        self._ends: dict[int, frozenset[str]] = {}  #: the last characters of its clauses, by how many
        self._links: dict[tuple[str, str], float] = {}

    def _has(self, pair: str) -> bool:
        """Whether the page uses this run of two characters."""
        if len(self._page) <= _SEARCHED:
            return pair in self._page
        if self._pairs is None:
            self._pairs = frozenset(map(add, self._page, self._page[1:]))
        return pair in self._pairs

    def repeats(self, run: str) -> bool:
        """Whether the page prints this run twice."""
        return self._page.count(run) > 1

    def says_whole(self, text: str) -> bool:
        """Whether the page says the text's last words elsewhere as the end of a clause: then nothing is cut off.

        Whole sentences are said again in more words than a line is: a summary's, set before the body.
        """
        size = _LONG_TAIL if has_stop_inside(text) else _TAIL
        if len(text) <= size:
            return False
        if size not in self._ends:
            ends = [match.start() for match in _ENDS.finditer(self._page, size)]
            self._ends[size] = frozenset([self._page[at - size : at] for at in ends])
        return text[-size:] in self._ends[size]

    def _starts(self, run: str) -> bool:
        """Whether other sentences of the page start so too."""
        if self._openings is None:
            self._openings = Counter(_OPENING.findall(self._page, 0, _SEARCHED))
        return self._openings[run] > 1

    def link(self, one: str, two: str) -> float:
        """Return how much speaks for ``two`` being the rest of ``one``: above 0 for, below 0 against."""
        seam = (one, two)
        if seam not in self._links:
            self._links[seam] = self._link(one, two)
        return self._links[seam]

    def seam(self, one: str, two: str) -> float:
        """Return the link within the bounds of one sign among others."""
        return max(_LOWEST, min(LOUDEST, self.link(one, two)))

    def _link(self, one: str, two: str) -> float:  # noqa: C901 - one line a piece of evidence
        if not one or not two:
            return -9.0
        score = 0.0
        if starts_inside(two) and not two[0].isascii():
            score += 1
        if closes(one, two):
            score += 3.7
        elif unopened(two):
            score -= 1
        if hangs(one):
            score += 1
        if _COUNTED.search(one) and _COUNTING.match(two):
            score += 1
        if is_latin(one) and is_latin(two):
            return score + english.flow(one, two, self._page.__contains__)
        if _BROKEN_START.match(two):
            score += 0.7
        score += _FLOW * flow(one, two) - _OPENS * max(_NO_OPENING, opening(two))
        if self._says_seam(one, two):
            score += _USED
        if is_lead(two) or is_enumerated(two):
            score -= 3
        if _OPENER.match(two):
            score -= 1.7
        elif self._starts(two[:2]):
            score -= 1.1
        return score

    def _says_seam(self, one: str, two: str) -> bool:
        """Whether the page says the characters at the seam elsewhere, with one more before or after."""
        if not self._has(one[-1] + two[0]):
            return False
        return (len(one) > 1 and one[-2:] + two[0] in self._page) or (len(two) > 1 and one[-1] + two[:2] in self._page)


@lru_cache(maxsize=2)
def _habits(page: str) -> Habits:
    return Habits(page)


def habits_of(texts: Iterable[str]) -> Habits:
    """Return the habits of a page of these texts; steps in a row ask for those of the same page."""
    return _habits("\n" + "\n".join(texts)[:_SAMPLE])


def closes(one: str, two: str) -> bool:
    """Whether ``two`` closes the bracket or quotation that ``one`` leaves open."""
    lost = unopened(two)
    left = unclosed(one) if lost else ""
    return bool(left) and lost[0] == _CLOSING[left[-1]]


_CLOSING = {"“": "”", "‘": "’", "「": "」", "『": "』", "（": "）", "《": "》", "〈": "〉", "【": "】"}

_PLAIN = re.compile(r"[\s，。、；：！？“”‘’（）《》—…,.;:!?\"'()\-]+")
_WORD = re.compile(r"[a-z]{6,}")

_TWO = 2

#: Runs of three characters, or words where words are parted by spaces.
Grams = frozenset[str]


@lru_cache(maxsize=2048)
def grams(text: str) -> Grams:
    """Return the text's runs of three characters (words in Latin script), without punctuation."""
    if is_latin(text):
        return frozenset(_WORD.findall(text.lower()))
    bare = _PLAIN.sub("", text)
    return frozenset([bare[at : at + 3] for at in range(len(bare) - 2)])


@lru_cache(maxsize=2048)
def pairs(text: str) -> Grams:
    """Return the text's pairs of characters (words in Latin script); `worth` tells what each of them is worth."""
    return english.telling_words(text) if is_latin(text) else frozenset(map(add, text, text[1:]))


def worth(pair: str) -> float:
    """Return how much it tells that two texts share a pair: 0 for a common one, 1 for a rare one and for a word."""
    return rarity(pair) if len(pair) == _TWO else 1.0


def rare(shared: Iterable[str]) -> float:
    """Return how much shared pairs tell together, added up in order: a sum of fractions depends on it."""
    return sum(map(worth, sorted(shared)))


#: What speaks for another hand, as log odds: by itself, by the rare pairs that both share, and by how many pairs each
#: has that could have been shared. Found on a newspaper's articles: a paragraph against the rest of its own
#: article and against another.
_HANDS = (-9.42, -4.05, 1.68, 1.09)
#: The same of words, of which a text has fewer; found on English articles.
_HANDS_ENGLISH = (-5.9, -3.4, 1.07, 1.34)
#: What so many other texts of the page say as well tells nobody's hand.
_NOBODYS = 2


def by_another_hand(texts: Iterable[str], others: Iterable[str], elsewhere: Sequence[str] = ()) -> float:
    """Return how much speaks for texts not belonging to the others, as log odds; 0 is undecided.

    Args:
        texts: the texts in question.
        others: the texts that they may belong to.
        elsewhere: what the page says besides; pairs that stand in two of these too (its town) are nobody's own.
    """
    one, two = frozenset().union(*map(pairs, texts)), frozenset().union(*map(pairs, others))
    own = [pair for pair in one & two if worth(pair) and sum(pair in other for other in elsewhere) < _NOBODYS]
    signs = (1.0, log1p(rare(own)), log1p(len(one)), log1p(len(two)))
    weights = _HANDS_ENGLISH if any(len(word) > _TWO for word in one) else _HANDS
    return sum(weight * sign for weight, sign in zip(weights, signs, strict=True))


def affinity(one: Grams, two: Grams) -> float:
    """Return the share of the smaller set's runs that the other uses too, between 0 and 1."""
    return len(one & two) / min(len(one), len(two)) if one and two else 0.0
