"""Put back a tail that was printed before its own headline, and set a stranger's fragment aside. Joins no paragraphs."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from worker.clean.block import Block, Cleaned, Note, Role
from worker.clean.evidence import Grams, Habits, affinity, grams
from worker.clean.flags import Flag
from worker.clean.forms import ends_open, starts_inside
from worker.domain import Removed

#: A tail is looked for in so many items before and after its own.
_REACH = 3
#: The tail must share this with its owner, and so many times what it shares with its host.
_OWN = 0.03
_TIMES = 2.0
#: A fragment that shares less than this with its host, while the host's own parts share more, is a stranger's.
_STRANGE = 0.006
_KIN = 0.03
_ENOUGH_GRAMS = 60
#: Where the host does not break off before the tail, the seam with its owner must speak for the move.
_SEAM = 1.0


@dataclass(frozen=True, slots=True)
class _Item:
    number: int
    indexes: tuple[int, ...]  #: blocks of running text and captions, in printed order
    grams: tuple[Grams, ...]  #: of each of them
    head: Grams  #: of the headline

    def share(self, low: int, high: int) -> Grams:
        return frozenset().union(*self.grams[low:high])


def _items(blocks: Sequence[Block]) -> list[_Item]:
    grouped: dict[int, list[int]] = {}
    heads: dict[int, list[str]] = {}
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
            grams=tuple(grams(blocks[i].text[:4000]) for i in indexes),
            head=grams("\n".join(heads.get(number, ()))),
        )
        for number, indexes in grouped.items()
    ]


def _common(items: Sequence[_Item]) -> Grams:
    """Return what more than two items say: it tells nobody's hand."""
    seen: Counter[object] = Counter()
    for item in items:
        seen.update(item.share(0, len(item.grams)))
    return frozenset(gram for gram, times in seen.items() if times > 2)


@dataclass(frozen=True, slots=True)
class _Move:
    score: float
    host: int
    low: int
    owner: int
    near: float
    far: float


def _candidate(blocks: Sequence[Block], owner: _Item, host: _Item, habits: Habits, common: Grams) -> _Move | None:
    """Return the best run of blocks at the host's end that continues the owner's open end."""
    last = blocks[owner.indexes[-1]].text
    mine = owner.share(0, len(owner.grams)) | owner.head
    best: _Move | None = None
    running: Grams = frozenset()
    for low in range(len(host.indexes) - 1, 0, -1):
        running = running | host.grams[low]
        before, first = blocks[host.indexes[low - 1]], blocks[host.indexes[low]]
        if first.role is not Role.TEXT:
            continue
        near, far = affinity(running, mine, common), affinity(running, host.share(0, low) | host.head, common)
        seam = habits.link(last, first.text)
        rival = habits.link(before.text, first.text) if ends_open(before.text) else -1.5
        single = affinity(host.grams[low], mine, common) - affinity(host.grams[low], host.share(0, low) | host.head, common)
        if near < _OWN or near < far * _TIMES or (single < 0 and seam <= rival):
            continue
        if seam < _SEAM and not ends_open(before.text):
            continue
        score = (near - far) * 20 + (seam - rival) * 0.6 + (1.0 if ends_open(before.text) else 0.0) + len(running) / 2000
        if seam < -2 or (best is not None and best.score >= score):
            continue
        best = _Move(score=score, host=host.number, low=low, owner=owner.number, near=near, far=far)
    return best


def put_back_tails(blocks: tuple[Block, ...]) -> Cleaned:
    """Move each early tail behind the open end that it continues."""
    items = [item for item in _items(blocks) if item.indexes]
    order = {item.number: at for at, item in enumerate(items)}
    opened = [item for item in items if blocks[item.indexes[-1]].role is Role.TEXT and ends_open(blocks[item.indexes[-1]].text)]
    if not opened or len(items) < 2:  # noqa: PLR2004 - a tail needs an item to stand in and one to belong to
        return Cleaned(blocks=blocks)
    habits = Habits(block.text for block in blocks)
    common = _common(items)
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
        if move.owner in tails or move.host in {m.host for m in taken.values()}:
            continue
        run = items[move.host].indexes[move.low :]
        tails[move.owner] = list(run)
        taken.update(dict.fromkeys(run, move))
        evidence = f"continues its open end; shares {move.near:.2f} with it and {move.far:.2f} with the text where it stood"
        notes += [Note(step="put_back_tails", text=blocks[i].text, done="moved to its own item", evidence=evidence) for i in run]
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


def set_strangers_aside(blocks: tuple[Block, ...]) -> Cleaned:
    """Take out what follows an item's lost end and has nothing in common with it."""
    pairs = zip(blocks, blocks[1:], strict=False)
    if not any(one.role is two.role is Role.TEXT and ends_open(one.text) for one, two in pairs):
        return Cleaned(blocks=blocks)
    items = _items(blocks)
    common = _common(items)
    habits: Habits | None = None
    gone: dict[int, str] = {}
    flagged: set[int] = set()
    for item in items:
        for low in range(1, len(item.indexes)):
            before, first = blocks[item.indexes[low - 1]], blocks[item.indexes[low]]
            if before.role is not Role.TEXT or first.role is not Role.TEXT or not ends_open(before.text):
                continue
            tail, body = item.share(low, len(item.grams)), item.share(0, low)
            own = affinity(item.grams[low - 1], item.share(0, low - 1) | item.head) if low > 1 else affinity(body, item.head)
            if len(tail - common) < _ENOUGH_GRAMS or starts_inside(first.text) or own < _KIN:
                continue
            habits = habits or Habits(block.text for block in blocks)
            if affinity(tail, body | item.head, common) < _STRANGE and habits.link(before.text, first.text) < 0:
                gone.update(dict.fromkeys(item.indexes[low:], "follows a lost end and shares no words with it"))
                flagged.add(item.indexes[low - 1])
                break
    if not gone:
        return Cleaned(blocks=blocks)
    kept = tuple(
        replace(block, flags=block.flags | {Flag.ORPHAN_FRAGMENT}) if at in flagged else block
        for at, block in enumerate(blocks)
        if at not in gone
    )
    return Cleaned(
        blocks=kept,
        removed=tuple(Removed(text=blocks[at].text, reason="orphan_fragment") for at in sorted(gone)),
        notes=tuple(
            Note(step="set_strangers_aside", text=blocks[at].text, done="removed as an orphan fragment", evidence=gone[at])
            for at in sorted(gone)
        ),
    )
