"""Weigh whether the last blocks of one item are the tail of another. Moves nothing and decides nothing."""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, reduce
from itertools import accumulate, chain, repeat
from math import log1p
from operator import or_

from worker.clean.block import Block, Role
from worker.clean.evidence import LOUDEST, Habits, habits_of, pairs, worth
from worker.clean.forms import breaks_off, ends_open, is_latin
from worker.clean.language import opening
from worker.clean.signs import is_over

#: A tail is no longer than this many blocks.
_LONGEST = 14
#: What stands between the halves of a paragraph is no longer.
_LONGEST_STRAY = 4
#: No newspaper page has more items.
_MOST_ITEMS = 100
#: A block is judged by its first characters.
_READ = 2000
#: Pairs of characters that two items use tell their hand; those that three use little, those of more nothing.
_OF_THREE = 0.25
_FEW = 3
#: A rare pair has so many bits, a commoner one fewer.
_BITS = 8
#: No newspaper page uses more pairs twice; what a longer text uses beyond them tells nothing.
_MOST_PAIRS = 16_384

#: An item that opens with a picture and its credit can do without text.
_PICTURED = 0.5

#: A set of pairs as a number with more bits for what tells more: what two sets share is weighed in a step.
Bits = int


@dataclass(frozen=True, eq=False)
class Item:
    """The running text of one item in printed order."""

    indexes: tuple[int, ...]
    over: frozenset[int]  #: places in ``indexes`` before which a sign-off or a writer's name ended the article
    top: float  #: how well the item can do without its first block: it has no headline, or is a picture's
    head: Bits  #: what the headline says
    said: tuple[Bits, ...]  #: what each block says that another block of the page says too
    sizes: tuple[int, ...]  #: characters of the blocks before each place
    known: dict[tuple[int, int], float] = field(
        default_factory=dict
    )  #: what speaks for a run being another's, once weighed

    @cached_property
    def until(self) -> tuple[Bits, ...]:
        """What headline and blocks before each place say."""
        return tuple(accumulate(self.said, or_, initial=self.head))

    @cached_property
    def since(self) -> tuple[Bits, ...]:
        """What the blocks from each place on say."""
        return tuple(accumulate(reversed(self.said), or_, initial=0))[::-1]


@dataclass(frozen=True)
class Run:
    """Blocks of one item that may be another's: those at the places ``low`` to ``stop``."""

    host: Item
    low: int
    stop: int

    @cached_property
    def said(self) -> Bits:
        """What the run says."""
        since = self.host.since[self.low]
        return since if self.stop == len(self.host.indexes) else reduce(or_, self.host.said[self.low : self.stop])


#: Found by weighing true tails against every other place on pages of a newspaper's articles that were broken at random
#: (conditional logit, `tests.restoration.weigh`); `python -m tests.restoration` measures what they reach.
_WEIGHTS: Mapping[str, float] = {
    "start": 0.39,
    "opening": -0.19,
    "rival": -0.56,
    "opened": 0.50,
    "far": -2.40,
    "first far": -1.52,
    "before far": 0.81,
    "top": 6.44,
    "over": 3.19,
    "open tail": -8.43,
    "blocks": -1.32,
    "size before": 0.72,
    "line": -0.90,
    "near": 3.94,
    "first near": 0.03,
    "before near": -1.07,
    "owner's size": -0.91,
    "inside": -2.26,
    "seam": 0.55,
    "english": -0.60,
    # Set by hand: few pages tell.
    "within": -1.00,
    "closes": 0.75,
}


def _letter(first: str, *, opened: bool) -> float:
    """Return what an English text's first letter says of its beginning; behind an open end a small one says nothing."""
    begins = opening(first) / 2 if is_latin(first) else 0.0
    return max(0.0, begins) if opened else begins


def _sum(signs: Mapping[str, float]) -> float:
    return sum(_WEIGHTS[name] * value for name, value in signs.items() if value)


def _told(shared: Bits) -> float:
    """Return what shared pairs tell; the hundredth tells less than the first."""
    return log1p(shared.bit_count() / _BITS) if shared else 0.0


@dataclass(frozen=True)
class Page:
    """A page's blocks with what its pairs and seams tell."""

    blocks: Sequence[Block]
    items: Sequence[Item]
    habits: Habits
    told: Mapping[str, Bits]  #: what each headline and block says

    def alone(self, run: Run) -> float:
        """Return what speaks for a run of the host's blocks being another item's, whoever that is."""
        place = (run.low, run.stop)
        if place not in run.host.known:
            run.host.known[place] = _sum(self.signs_alone(run))
        return run.host.known[place]

    def signs_alone(self, run: Run) -> Mapping[str, float]:
        """Return each sign for or against a run being another item's."""
        host, low, stop = run.host, run.low, run.stop
        first = self.blocks[host.indexes[low]].text
        before = self.blocks[host.indexes[low - 1]].text if low else ""
        opened = bool(before) and ends_open(before) and low not in host.over
        within = stop < len(host.indexes)
        rest = host.until[low] | (host.since[stop] if within else 0)
        return {
            "start": 1.0,
            "opening": opening(first),
            "english": _letter(first, opened=opened),
            "rival": self.habits.seam(before, first) if opened else 0.0,
            "opened": float(opened),
            "far": _told(run.said & rest),
            "first far": _told(host.said[low] & rest),
            "before far": _told(host.said[low - 1] & host.until[low - 1]) if low else 0.0,
            "top": 0.0 if low else host.top,
            "over": float(low in host.over),
            "open tail": float(ends_open(self.blocks[host.indexes[stop - 1]].text)),
            "blocks": log1p(stop - low),
            "size before": log1p(host.sizes[low]),
            "within": float(within),
            "closes": self.habits.seam(before, self.blocks[host.indexes[stop]].text) if within else 0.0,
        }

    def score(self, run: Run, owner: Item, high: int, least: float = 0.0) -> float:
        """Return how much speaks for a run going on from the owner's first ``high`` blocks.

        Log odds against there being no such tail; the seam is not looked at where they are below ``least`` anyhow.
        """
        so_far = self.alone(run) + _sum(self.signs_beside(run, owner, high))
        if so_far + _WEIGHTS["seam"] * LOUDEST < least:
            return so_far
        return so_far + _WEIGHTS["seam"] * self.seam(run, owner, high)

    def seam(self, run: Run, owner: Item, high: int) -> float:
        """Return how well the run continues the owner's block before ``high``."""
        one, two = self.blocks[owner.indexes[high - 1]], self.blocks[run.host.indexes[run.low]]
        return self.habits.seam(one.text, two.text)

    def signs_beside(self, run: Run, owner: Item, high: int) -> Mapping[str, float]:
        """Return each sign that the owner's first ``high`` blocks give, but for the seam."""
        host, low = run.host, run.low
        own, last = owner.until[high], self.blocks[owner.indexes[high - 1]].text
        return {
            # Names, labels and verse have no full stop either.
            "line": float(not breaks_off(last)),
            "near": _told(run.said & own),
            "first near": _told(host.said[low] & own),
            "before near": _told(host.said[low - 1] & own) if low else 0.0,
            "owner's size": log1p(owner.sizes[high]),
            "inside": float(high < len(owner.indexes)),
        }

    def may_end(self, item: Item, high: int) -> bool:
        """Whether the item's text may break off after its first ``high`` blocks."""
        if not high or high in item.over:
            return False
        return _may_break_off(self.blocks[item.indexes[high - 1]], last=high == len(item.indexes))

    def tails(self, host: Item) -> Sequence[Run]:
        """Return the runs at the host's end that may be another item's tail."""
        count = len(host.indexes)
        places = range(max(0 if host.top else 1, count - _LONGEST), count)
        return [Run(host, low, count) for low in places if self.blocks[host.indexes[low]].role is Role.TEXT]

    def strays(self, host: Item) -> Sequence[Run]:
        """Return the runs that may stand between the halves of one of the host's paragraphs."""
        count = len(host.indexes)
        return [
            Run(host, low, stop)
            for low in range(1, count - 1)
            if low not in host.over and breaks_off(self.blocks[host.indexes[low - 1]].text)
            for stop in range(low + 1, min(count, low + _LONGEST_STRAY + 1))
            if all(self.blocks[host.indexes[at]].role is Role.TEXT for at in range(low, stop + 1))
        ]


def gather(blocks: Sequence[Block], before: Page | None = None) -> Page | None:
    """Gather the page's items, or None if no tail is missed; ``before``: the page as it stood, its texts are known."""
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
        elif block.role in {Role.CREDIT, Role.CAPTION} and not mine:
            top[block.item] = max(top.get(block.item, 0.0), _PICTURED)
    habits = habits_of(block.text for block in blocks)
    if not 1 < len(texts) <= _MOST_ITEMS or not any(
        mine and len(mine) not in over[item] and _may_break_off(blocks[mine[-1]], last=True)
        for item, mine in texts.items()
    ):
        return None
    read = {item: tuple(blocks[at].text[:_READ] for at in mine) for item, mine in texts.items()}
    head = {item: "\n".join(heads.get(item, ())) for item in texts}
    told = before.told if before else _weighed([[head[item], *read[item]] for item in texts])
    items = [
        Item(
            indexes=tuple(mine),
            over=frozenset(over[item]),
            top=top.get(item, 0.0),
            head=told[head[item]],
            said=tuple(told[text] for text in read[item]),
            sizes=tuple(accumulate(map(len, read[item]), initial=0)),
        )
        for item, mine in texts.items()
    ]
    return Page(blocks=blocks, items=items, habits=habits, told=told)


def _may_break_off(block: Block, *, last: bool) -> bool:
    """Whether a block's text goes on elsewhere, as far as its form tells; a subhead may, if nothing stands under it."""
    return (block.role is Role.TEXT or (last and block.role is Role.SUBHEAD)) and ends_open(block.text)


def _weighed(items: Sequence[Sequence[str]]) -> Mapping[str, Bits]:
    """Return each text's pairs as bits: those that two texts use, and no more than three items."""
    once: set[str] = set()
    again: set[str] = set()
    for text in chain.from_iterable(items):
        mine = pairs(text)
        again |= once & mine
        once |= mine
    told = [[pairs(text) & again for text in texts] for texts in items]
    by_items: list[set[str]] = [set() for _ in range(_FEW + 1)]
    for texts in told:
        own = set().union(*texts)
        for many in range(_FEW, 0, -1):
            by_items[many] |= by_items[many - 1] & own
        by_items[0] |= own
    bits = _bits_of(again - by_items[_FEW], by_items[_FEW - 1])
    each = zip(chain.from_iterable(items), chain.from_iterable(told), strict=True)
    return {text: sum(map(bits.get, mine, repeat(0))) for text, mine in each}


def _bits_of(known: set[str], thrice: Container[str]) -> Mapping[str, Bits]:
    bits: dict[str, Bits] = {}
    place = 0
    for pair in known if len(known) <= _MOST_PAIRS else sorted(known)[:_MOST_PAIRS]:
        width = round(worth(pair) * _BITS * (_OF_THREE if pair in thrice else 1.0))
        if width:
            bits[pair] = ((1 << width) - 1) << place
            place += width
    return bits
