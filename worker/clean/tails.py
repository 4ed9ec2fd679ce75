"""Weigh whether the last blocks of one item are the tail of the next. Moves nothing and decides nothing."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate, chain, compress
from math import log1p
from operator import or_

from worker.clean.block import Block, Role
from worker.clean.evidence import OF_TWO, Habits, all_runs_of, habits_of, runs_of
from worker.clean.forms import ends_open
from worker.clean.signs import is_over

#: A tail is no longer than this many blocks.
_LONGEST = 14
#: No newspaper page has more items.
_MOST_ITEMS = 100
#: A block is judged by its first characters.
_READ = 2000
#: What a seam says at most.
_LOUDEST, _LOWEST = 6.0, -4.0
#: What shared words add at most.
_MOST_NEAR = 14.0
#: Runs that two items say tell their hand; those of three little, those of more nothing.
_FEW = 3
_OF_THREE = 0.2
_LETTER = re.compile("[\u3400-\u9fff]")
_RARE, _RARE_SHARE = 2, 0.4
_TWO = 2

#: An item that opens with a picture and its credit can do without text.
_PICTURED = 0.5

Runs = frozenset[str]
#: A set of runs or of characters as a number with a bit for each: what two sets share is counted in a step.
Bits = int
#: No newspaper page says more runs twice; what a longer text says beyond them tells nothing.
_MOST_RUNS = 16_384


@dataclass(frozen=True)
class Item:
    """The running text of one item in printed order."""

    indexes: tuple[int, ...]
    over: frozenset[int]  #: places in ``indexes`` before which a sign-off or a writer's name ended the article
    top: float  #: how well the item can do without its first block: it has no headline, or is a picture's
    head: Bits  #: what the headline says
    said: tuple[Bits, ...]  #: what each block says; runs that other items say too
    letters: tuple[Bits, ...]  #: the characters of each block; but for those that most items use
    known: dict[int, float] = field(default_factory=dict)  #: what speaks for a tail from a place on, once weighed

    @cached_property
    def until(self) -> tuple[Bits, ...]:
        """What headline and blocks before each place say."""
        return tuple(accumulate(self.said, or_, initial=self.head))

    @cached_property
    def letters_until(self) -> tuple[Bits, ...]:
        """The characters of the blocks before each place."""
        return tuple(accumulate(self.letters, or_, initial=0))

    @cached_property
    def letters_since(self) -> tuple[Bits, ...]:
        """The characters of the blocks from each place on."""
        return tuple(accumulate(reversed(self.letters), or_, initial=0))[::-1]

    @cached_property
    def since(self) -> tuple[Bits, ...]:
        """What the blocks from each place on say."""
        return tuple(accumulate(reversed(self.said), or_, initial=0))[::-1]


#: Found by weighing true tails against every other place on pages of real articles that were broken at random;
#: `python -m tests.restoration` measures what they reach.
_WEIGHTS: Mapping[str, float] = {
    "start": -1.3,
    "seam": 0.65,
    "rival": -0.7,
    "opened": 1.7,
    "near": 2.0,
    "far": -1.6,
    "strange": -2.3,
    "first near": 0.4,
    "first far": -1.3,
    "before near": -0.3,
    "before far": 0.4,
    "top": 4.5,
    "over": 3.5,
    "open tail": -4.0,
    "long": -0.8,
    "letters near": 0.2,
    "letters far": -0.4,
    "first letters near": 0.5,
    "first letters far": -2.4,
    "letters before near": -1.6,
    "letters before far": 2.2,
}


def _sum(signs: Mapping[str, float]) -> float:
    return sum(_WEIGHTS[name] * value for name, value in signs.items() if value)


def _count(bits: Bits) -> float:
    return log1p(bits.bit_count())


def _letters(host: Item, low: int, own: Bits) -> Mapping[str, float]:
    """Return what single characters tell: texts of one subject share those that the rest of the page uses seldom."""
    tail, first, rest = host.letters_since[low], host.letters[low], host.letters_until[low]
    before, above = (host.letters[low - 1], host.letters_until[low - 1]) if low else (0, 0)
    return {
        "letters near": _count(tail & own & ~rest),
        "letters far": _count(tail & rest & ~own),
        "first letters near": _count(first & own & ~rest),
        "first letters far": _count(first & rest & ~own),
        "letters before near": _count(before & own & ~above),
        "letters before far": _count(before & above & ~own),
    }


def _seam(habits: Habits, one: str, two: str) -> float:
    return max(_LOWEST, min(_LOUDEST, habits.link(one, two)))


@dataclass(frozen=True)
class Page:
    """A page's blocks with what its runs and seams tell."""

    blocks: Sequence[Block]
    items: Sequence[Item]
    twos: Bits  #: the runs of two characters
    thrice: Bits  #: the runs that three items say
    habits: Habits

    def told(self, shared: Bits) -> float:
        """Return what shared runs tell; the hundredth tells less than the first."""
        if not shared:
            return 0.0
        few = shared & self.thrice
        return log1p(self._weight(shared ^ few) + _OF_THREE * self._weight(few))

    def _weight(self, runs: Bits) -> float:
        """See `evidence.told`."""
        twos = (runs & self.twos).bit_count()
        return twos * OF_TWO + (runs.bit_count() - twos)

    def alone(self, host: Item, low: int) -> float:
        """Return what speaks for a tail of another item at the host's blocks from ``low`` on, whoever that is."""
        if low not in host.known:
            first = self.blocks[host.indexes[low]].text
            before = self.blocks[host.indexes[low - 1]].text if low else ""
            opened = bool(before) and ends_open(before) and low not in host.over
            rest = host.until[low]
            host.known[low] = _sum(
                {
                    "start": 1.0,
                    "rival": _seam(self.habits, before, first) if opened else 0.0,
                    "opened": float(opened),
                    "far": self.told(host.since[low] & rest),
                    "first far": self.told(host.said[low] & rest),
                    "before far": self.told(host.said[low - 1] & host.until[low - 1]) if low else 0.0,
                    "top": 0.0 if low else host.top,
                    "over": float(low in host.over),
                    "open tail": float(ends_open(self.blocks[host.indexes[-1]].text)),
                    "long": log1p(len(host.indexes) - low),
                }
            )
        return host.known[low]

    def score(self, host: Item, low: int, owner: Item, high: int) -> float:
        """Return how much speaks for the host's blocks from ``low`` on going on from the owner's first ``high`` blocks.

        Log odds against there being no such tail.
        """
        own, tail = owner.until[high], host.since[low]
        alone = self.alone(host, low)
        seam = _seam(self.habits, self.blocks[owner.indexes[high - 1]].text, self.blocks[host.indexes[low]].text)
        so_far = alone + _WEIGHTS["seam"] * seam
        if so_far + _MOST_NEAR < 0:
            return so_far
        shared = tail & own
        return so_far + _sum(
            {
                "near": self.told(shared),
                "strange": float(not shared),
                "first near": self.told(host.said[low] & own),
                "before near": self.told(host.said[low - 1] & own) if low else 0.0,
                **_letters(host, low, owner.letters_until[high]),
            }
        )

    def may_end(self, item: Item, high: int) -> bool:
        """Whether the item's text may break off after its first ``high`` blocks."""
        if not high or high in item.over:
            return False
        return _may_break_off(self.blocks[item.indexes[high - 1]], self.habits)

    def lows(self, item: Item) -> Iterable[int]:
        """Return the places where another item's tail may start."""
        count = len(item.indexes)
        for low in range(max(0 if item.top else 1, count - _LONGEST), count):
            if self.blocks[item.indexes[low]].role is Role.TEXT:
                yield low


def gather(blocks: Sequence[Block]) -> Page | None:
    """Gather the page's items, or None if no tail is missed."""
    texts: dict[int, list[int]] = {}
    heads: dict[int, list[str]] = {}
    over: dict[int, set[int]] = {}
    top: dict[int, float] = {}
    for at, block in enumerate(blocks):
        mine = texts.setdefault(block.item, [])
        done = over.setdefault(block.item, set())
        if block.role in {Role.TEXT, Role.SUBHEAD}:
            top.setdefault(block.item, 1.0)
            mine.append(at)
            if is_over(block.text):
                done.add(len(mine))
        elif block.role is Role.SIGNATURE:
            done.add(len(mine))
        elif block.role is Role.HEADING:
            heads.setdefault(block.item, []).append(block.text)
            top.setdefault(block.item, 0.0)
        elif block.role is Role.BYLINE:
            top.setdefault(block.item, 0.0)
        elif block.role is Role.CREDIT and not mine:
            top[block.item] = max(top.get(block.item, 0.0), _PICTURED)
    habits = habits_of(block.text for block in blocks)
    if not 1 < len(texts) <= _MOST_ITEMS or not any(
        mine and len(mine) not in over[item] and _may_break_off(blocks[mine[-1]], habits)
        for item, mine in texts.items()
    ):
        return None
    read = {item: tuple(blocks[at].text[:_READ] for at in mine) for item, mine in texts.items()}
    head = {item: "\n".join(heads.get(item, ())) for item in texts}
    known, thrice = _said([all_runs_of((head[item], *read[item])) for item in texts])
    bits = {
        run: 1 << place for place, run in enumerate(known if len(known) <= _MOST_RUNS else sorted(known)[:_MOST_RUNS])
    }
    if len(bits) < len(known):
        known, thrice = frozenset(bits), thrice & bits.keys()
    seldom = _seldom([frozenset("".join(mine)) for mine in read.values() if mine])
    letter_bits = {letter: 1 << place for place, letter in enumerate(seldom)}
    items = [
        Item(
            indexes=tuple(mine),
            over=frozenset(over[item]),
            top=top.get(item, 0.0),
            head=_bits(runs_of(head[item]) & known, bits),
            said=tuple(_bits(runs_of(text) & known, bits) for text in read[item]),
            letters=tuple(_bits(seldom.intersection(text), letter_bits) for text in read[item]),
        )
        for item, mine in texts.items()
    ]
    twos = _bits((run for run in bits if len(run) == _TWO), bits)
    return Page(blocks=blocks, items=items, twos=twos, thrice=_bits(thrice, bits), habits=habits)


def _bits(members: Iterable[str], bits: Mapping[str, Bits]) -> Bits:
    return sum(map(bits.__getitem__, members))


def _may_break_off(block: Block, habits: Habits) -> bool:
    return block.role is Role.TEXT and ends_open(block.text) and not habits.says_whole(block.text)


def _said(items: Sequence[Runs]) -> tuple[Runs, Runs]:
    """Return the runs that two or three items say, and those of them that three say."""
    tally = Counter(chain.from_iterable(items))
    # Nearly all runs are said once; they are passed over without a look at each.
    several = compress(tally, map((1).__lt__, tally.values()))
    known = {run: count for run in several if (count := tally[run]) <= _FEW}
    return frozenset(known), frozenset(run for run, count in known.items() if count == _FEW)


def _seldom(items: Sequence[Runs]) -> Runs:
    """Return the characters that no more than two items, or two of five, use."""
    tally = Counter(chain.from_iterable(items))
    most = max(_RARE, _RARE_SHARE * len(items))
    return frozenset(letter for letter, count in tally.items() if count <= most and _LETTER.match(letter))
