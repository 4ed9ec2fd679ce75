"""Put back a tail that was printed before its own headline. Joins no paragraphs and removes nothing."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property

from worker.clean.block import Block, Cleaned, Note, Role
from worker.clean.evidence import Grams, Habits, all_runs_of, habits_of, runs_of, said_often, told
from worker.clean.flags import Flag
from worker.clean.forms import breaks_off, ends_open, size

#: A tail is looked for in so many items before and after its own.
_REACH = 3
#: What one run of characters says that only one of two texts uses too.
_A_WORD = 0.3
#: A tail is no longer than this many blocks.
_LONGEST = 14
_PASSES = 14
#: No newspaper page has more items.
_MOST_ITEMS = 300
#: A block is judged by its first characters.
_READ = 2000
_SOME = 2
_NAME = 6
_SEAM = 0.5
_CERTAIN_SEAM = 3.5
_LEAST_CERTAIN = 0.0
_HOMELESS = 1.5
_NO_LEAST = -4.0
_LEAST_NEAR = 0.5
_LEAST_FAR = 2.0
_SURE = 2.0
_SEAM_NEAR = -2
#: The seam that a text behind a full stop has.
_CLOSED = -1.5
#: Away from its headline, and behind a text that is complete, the seam with its owner must speak for the move.
_SEAM_FAR = 1.0


@dataclass(frozen=True)
class _Said:
    """What an item says; worked out once, however many passes ask."""

    head: str  #: the headline's lines
    texts: tuple[str, ...]  #: of the blocks

    @cached_property
    def each(self) -> tuple[Grams, ...]:
        """The runs of the headline, and then of each block."""
        return tuple(map(runs_of, (self.head, *self.texts)))

    @cached_property
    def all(self) -> Grams:
        """Every run that the item says."""
        return all_runs_of((self.head, *self.texts))

    def since(self, low: int, those: Grams) -> Grams:
        """Return which of those runs the blocks from ``low`` on say."""
        return frozenset().union(*[those & runs for runs in self.each[low + 1 :]])

    def twice(self, low: int) -> Grams:
        """Return the runs that the blocks from ``low`` on say, and headline or blocks before them too."""
        tail = frozenset().union(*self.each[low + 1 :])
        return frozenset().union(*[tail & runs for runs in self.each[: low + 1]])


@dataclass(frozen=True)
class _Item:
    number: int
    indexes: tuple[int, ...]  #: blocks of running text and captions, in printed order
    headless: bool  #: it stands first on the page, without headline and byline
    said: _Said


def _items(blocks: Sequence[Block], said: Callable[[str, tuple[str, ...]], _Said]) -> list[_Item]:
    grouped: dict[int, list[int]] = {}
    heads: dict[int, list[str]] = {}
    signed = {block.item for block in blocks if block.role in {Role.HEADING, Role.BYLINE}}
    for at, block in enumerate(blocks):
        grouped.setdefault(block.item, [])
        if block.role in {Role.TEXT, Role.SUBHEAD}:
            grouped[block.item].append(at)
        elif block.role is Role.HEADING:
            heads.setdefault(block.item, []).append(block.text)
    return [
        _Item(
            number=number,
            indexes=tuple(indexes),
            headless=number == 0 and number not in signed,
            said=said("\n".join(heads.get(number, ())), tuple(blocks[i].text[:_READ] for i in indexes)),
        )
        for number, indexes in grouped.items()
        if indexes
    ]


def _has_open_end(blocks: Sequence[Block], item: _Item) -> bool:
    """Whether an item's last line breaks off; without a comma it must stand behind running text, to be no mere name."""
    last = blocks[item.indexes[-1]]
    if last.role is not Role.TEXT or not ends_open(last.text):
        return False
    return breaks_off(last.text) or (len(item.indexes) > _SOME and size(last.text) > _NAME and " " not in last.text)


class _Common:
    """The runs that more than two items say: they tell nobody's hand. Each is looked up when it is met."""

    def __init__(self, items: Sequence[_Item]) -> None:
        self._items = items
        self._met: set[str] = set()
        self._many: set[str] = set()

    def told(self, shared: Grams) -> float:
        """Return how much shared runs tell, but for those."""
        fresh = shared - self._met
        if fresh:
            self._met |= fresh
            self._many |= said_often(fresh & item.said.all for item in self._items)[1]
        return told(shared - self._many)


@dataclass(frozen=True, slots=True)
class _Move:
    score: float
    host: int
    low: int
    owner: int
    near: float
    far: float


def _candidate(blocks: Sequence[Block], owner: _Item, host: _Item, habits: Habits, common: _Common) -> _Move | None:
    """Return the best run of blocks at the host's end that continues the owner's open end.

    Words of the run that the owner uses too speak for it, words that what stays of the host uses speak against it; the
    run starts where that and the seams are best.
    """
    last = blocks[owner.indexes[-1]].text
    adjacent = host.number + 1 == owner.number
    best: _Move | None = None
    lowest = -1 if host.headless else 0
    for low in range(len(host.indexes) - 1, max(lowest, len(host.indexes) - _LONGEST - 1), -1):
        before, first = blocks[host.indexes[low - 1]] if low else None, blocks[host.indexes[low]]
        if first.role is not Role.TEXT:
            continue
        opened = before is not None and ends_open(before.text)
        seam = habits.link(last, first.text)
        if seam < (_SEAM_NEAR if opened or adjacent else _SEAM_FAR):
            continue
        # What stands first on the page without a headline must belong somewhere; a seam through a word is proof enough.
        certain = adjacent and seam >= _CERTAIN_SEAM
        least = _NO_LEAST if low == 0 else _LEAST_CERTAIN if certain else _LEAST_NEAR if adjacent else _LEAST_FAR
        shared = host.said.since(low, owner.said.all)
        if _A_WORD * told(shared) <= least:
            continue
        rival = habits.link(before.text, first.text) if before and opened else _CLOSED
        beside = (seam - rival) * _SEAM + (0.7 if opened else 0.0) + (0.7 if adjacent else 0.0)
        beside += _HOMELESS if low == 0 else 0.0
        enough = best.score if best else _SURE
        # What is common and what speaks against the run take long to tell, and can only make it less.
        if _A_WORD * told(shared) + beside <= enough:
            continue
        near = common.told(shared)
        if _A_WORD * near + beside <= enough:
            continue
        far = common.told(host.said.twice(low))
        words = _A_WORD * (near - far)
        if words + beside > enough and words > least:
            best = _Move(score=words + beside, host=host.number, low=low, owner=owner.number, near=near, far=far)
    return best


def put_back_tails(blocks: tuple[Block, ...]) -> Cleaned:
    """Move each early tail behind the open end that it continues.

    A tail that stood behind another open end hid that end; so it is done again as long as something moves.
    """
    # Where nothing breaks off in mid-sentence for certain, a line without a full stop is a name, a label or verse.
    if not any(block.role is Role.TEXT and breaks_off(block.text) for block in blocks):
        return Cleaned(blocks=blocks)
    habits = habits_of(block.text for block in blocks)
    notes: tuple[Note, ...] = ()
    said = cache(_Said)
    for _ in range(_PASSES):
        done = _put_back_once(_items(blocks, said), blocks, habits)
        if not done.notes:
            break
        blocks, notes = done.blocks, notes + done.notes
    return Cleaned(blocks=blocks, notes=notes)


def _put_back_once(items: Sequence[_Item], blocks: tuple[Block, ...], habits: Habits) -> Cleaned:
    order = {item.number: at for at, item in enumerate(items)}
    opened = [item for item in items if _has_open_end(blocks, item)]
    if not opened or not 2 <= len(items) <= _MOST_ITEMS:  # noqa: PLR2004 - a tail needs an item to stand in and one to belong to
        return Cleaned(blocks=blocks)
    opened = [item for item in opened if not habits.says_whole(blocks[item.indexes[-1]].text)]
    common = _Common(items)
    moves = []
    for owner in opened:
        at = order[owner.number]
        for host in items[max(0, at - _REACH) : at + _REACH + 1]:
            if host.number != owner.number:
                move = _candidate(blocks, owner, host, habits, common)
                if move:
                    moves.append(move)
    return _moved(blocks, {item.number: item for item in items}, sorted(moves, key=lambda m: -m.score))


def _moved(blocks: tuple[Block, ...], items: dict[int, _Item], moves: Sequence[_Move]) -> Cleaned:
    taken: dict[int, _Move] = {}
    tails: dict[int, list[int]] = {}
    notes = []
    for move in moves:
        # An item gives or takes in one pass, never both: the end that a tail hangs on must not move itself.
        busy = {*tails, *(other.host for other in taken.values())}
        if move.owner in busy or move.host in busy:
            continue
        run = items[move.host].indexes[move.low :]
        tails[move.owner] = list(run)
        taken.update(dict.fromkeys(run, move))
        evidence = (
            f"continues its open end; {move.near:.0f} runs of words are its owner's, "
            f"{move.far:.0f} those of the text where it stood"
        )
        notes += [
            Note(step="put_back_tails", text=blocks[i].text, done="moved to its own item", evidence=evidence)
            for i in run
        ]
    if not taken:
        return Cleaned(blocks=blocks)
    out: list[Block] = []
    for at, block in enumerate(blocks):
        if at in taken:
            continue
        out.append(block)
        tail = tails.get(block.item)
        if tail and at == items[block.item].indexes[-1]:
            out += [replace(blocks[i], item=block.item, flags=blocks[i].flags | {Flag.REORDERED}) for i in tail]
    return Cleaned(blocks=tuple(out), notes=tuple(notes))
