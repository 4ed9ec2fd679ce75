"""Put back the tails that stand just before their own headline, weighed for all items of a page at once.

Joins no paragraphs, removes nothing; a tail that stands elsewhere is another step's.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import accumulate, pairwise
from math import log1p
from operator import or_

from worker.clean.block import Block, Cleaned, Note, Role
from worker.clean.evidence import Habits, habits_of, runs_of, told
from worker.clean.flags import Flag
from worker.clean.forms import breaks_off, ends_open
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
_OF_THREE = 0.2

#: An item that opens with a picture and its credit can do without text.
_PICTURED = 0.5

Runs = frozenset[str]
_NOTHING: Runs = frozenset()


@dataclass(frozen=True)
class _Item:
    """The running text of one item in printed order."""

    indexes: tuple[int, ...]
    over: frozenset[int]  #: places in ``indexes`` before which a sign-off or a writer's name ended the article
    top: float  #: how well the item can do without its first block: it has no headline, or is a picture's
    head: Runs  #: what the headline says
    said: tuple[Runs, ...]  #: what each block says; runs that other items say too
    known: dict[int, float] = field(default_factory=dict)  #: what speaks for a tail from a place on, once weighed

    @cached_property
    def until(self) -> tuple[Runs, ...]:
        """What headline and blocks before each place say."""
        return tuple(accumulate(self.said, or_, initial=self.head))

    @cached_property
    def since(self) -> tuple[Runs, ...]:
        """What the blocks from each place on say."""
        return tuple(accumulate(reversed(self.said), or_, initial=_NOTHING))[::-1]


#: Found by weighing true tails against every other place on pages of real articles that were broken at random;
#: `python -m tests.restoration` measures what they reach.
_WEIGHTS: Mapping[str, float] = {
    "start": -3.0,
    "seam": 0.9,
    "rival": -0.6,
    "opened": 1.8,
    "near": 3.0,
    "far": -1.2,
    "strange": -2.6,
    "first near": 0.8,
    "first far": -3.4,
    "before near": -1.3,
    "before far": 1.9,
    "top": 6.5,
    "over": 4.5,
    "open tail": -5.5,
    "long": -3.0,
}


def _sum(signs: Mapping[str, float]) -> float:
    return sum(_WEIGHTS[name] * value for name, value in signs.items() if value)


def _seam(habits: Habits, one: str, two: str) -> float:
    return max(_LOWEST, min(_LOUDEST, habits.link(one, two)))


@dataclass(frozen=True)
class _Page:
    """A page's blocks with what its runs and seams tell."""

    blocks: Sequence[Block]
    items: Sequence[_Item]
    thrice: Runs  #: the runs that three items say
    habits: Habits

    def told(self, shared: Runs) -> float:
        """Return what shared runs tell; the hundredth tells less than the first."""
        few = shared & self.thrice
        return log1p(told(shared - few) + _OF_THREE * told(few)) if shared else 0.0

    def alone(self, host: _Item, low: int) -> float:
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

    def score(self, host: _Item, low: int, owner: _Item, high: int) -> float:
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
            }
        )

    def may_end(self, item: _Item, high: int) -> bool:
        """Whether the item's text may break off after its first ``high`` blocks."""
        if not high or high in item.over:
            return False
        return _may_break_off(self.blocks[item.indexes[high - 1]], self.habits)

    def lows(self, item: _Item) -> Iterable[int]:
        """Return the places where another item's tail may start."""
        count = len(item.indexes)
        for low in range(max(0 if item.top else 1, count - _LONGEST), count):
            if self.blocks[item.indexes[low]].role is Role.TEXT:
                yield low


def _page(blocks: Sequence[Block]) -> _Page | None:
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
    head = {item: frozenset().union(*map(runs_of, heads.get(item, ()))) for item in texts}
    said = {item: [runs_of(blocks[at].text[:_READ]) for at in mine] for item, mine in texts.items()}
    known, thrice = _said([head[item].union(*said[item]) for item in texts])
    items = [
        _Item(
            indexes=tuple(mine),
            over=frozenset(over[item]),
            top=top.get(item, 0.0),
            head=head[item] & known,
            said=tuple(runs & known for runs in said[item]),
        )
        for item, mine in texts.items()
    ]
    return _Page(blocks=blocks, items=items, thrice=thrice, habits=habits)


def _may_break_off(block: Block, habits: Habits) -> bool:
    return block.role is Role.TEXT and ends_open(block.text) and not habits.says_whole(block.text)


def _said(items: Sequence[Runs]) -> tuple[Runs, Runs]:
    """Return the runs that two or three items say, and those of them that three say."""
    once: set[str] = set()
    twice: set[str] = set()
    for own in items:
        twice |= once & own
        once |= own
    said: list[set[str]] = [set(), set(), set(), set()]  # by one item at least, by two, three, four
    for own in items:
        few = twice & own
        for fewer, more in ((2, 3), (1, 2), (0, 1)):
            said[more] |= said[fewer] & few
        said[0] |= few
    return frozenset(twice - said[3]), frozenset(said[2] - said[3])


def put_back_early_tails(blocks: tuple[Block, ...]) -> Cleaned:
    """Move each tail that stands before its own headline behind the open end that it continues."""
    if not any(block.role is Role.TEXT and breaks_off(block.text) for block in blocks):
        return Cleaned(blocks=blocks)
    page = _page(blocks)
    return _moved(page, _best_parting(page)) if page else Cleaned(blocks=blocks)


def _best_parting(page: _Page) -> list[int]:
    """Return for each item the place from which its blocks are the next item's tail; its length where none is.

    The best of all partings: where an item's own text ends depends on where the tail starts that stands behind it.
    """
    items = page.items
    best: dict[int, tuple[float, tuple[int, ...]]] = {len(items[0].indexes): (0.0, ())}
    best.update((low, (0.0, ())) for low in page.lows(items[0]))
    for host, owner in pairwise(items):
        whole = len(owner.indexes)
        plain = max(best.items(), key=lambda one: one[1][0] if one[0] == len(host.indexes) else -1e9)
        found: dict[int, tuple[float, tuple[int, ...]]] = {}
        for high in (whole, *page.lows(owner)):
            score, way = best[plain[0]][0], (*best[plain[0]][1], plain[0])
            if page.may_end(owner, high):
                for low, (so_far, before) in best.items():
                    if low < len(host.indexes):
                        tried = so_far + page.score(host, low, owner, high)
                        if tried > score:
                            score, way = tried, (*before, low)
            found[high] = (score, way)
        best = found
    last = len(items[-1].indexes)
    return [*best[last][1], last]


def _moved(page: _Page, parting: Sequence[int]) -> Cleaned:
    tails: dict[int, Sequence[int]] = {}
    notes = []
    for (host, owner), low, high in zip(pairwise(page.items), parting, parting[1:], strict=False):
        run = host.indexes[low:]
        if not run:
            continue
        tails[owner.indexes[high - 1]] = run
        score = page.score(host, low, owner, high)
        notes += [
            Note(
                step="put_back_early_tails",
                text=page.blocks[at].text,
                done="moved behind its own headline",
                evidence=f"continues its item's open end: {score:+.1f} by words and seam",
                line=page.blocks[at].line,
            )
            for at in run
        ]
    if not tails:
        return Cleaned(blocks=tuple(page.blocks))
    taken = {at for run in tails.values() for at in run}
    out: list[Block] = []
    for at, block in enumerate(page.blocks):
        if at in taken:
            continue
        out.append(block)
        out += [
            replace(page.blocks[i], item=block.item, flags=page.blocks[i].flags | {Flag.REORDERED})
            for i in tails.get(at, ())
        ]
    return Cleaned(blocks=tuple(out), notes=tuple(notes))
