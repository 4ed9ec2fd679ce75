"""Put back the tails that were printed before or away from their own headline. Joins no paragraphs, removes nothing."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from worker.clean.block import Block, Cleaned, Note
from worker.clean.flags import Flag
from worker.clean.tails import Item, Page, Run, gather

#: Behind the next item's end, or between the halves of one of its paragraphs, a tail must be so sure; elsewhere few
#: pages have one.
_BEHIND, _APART = 0.8, 5.0
#: A tail that stood behind another open end hid that end; so it is looked for again as long as something moves.
_PASSES = 14


@dataclass(frozen=True, slots=True)
class _Move:
    """A run of the host's blocks goes behind the owner's first ``high`` blocks."""

    score: float
    run: Run
    owner: Item
    high: int


def put_back_tails(blocks: tuple[Block, ...]) -> Cleaned:
    """Move each tail behind the open end that it continues: first those just before their headline, all at once."""
    notes: list[Note] = []
    page = gather(blocks)
    for find, done in ((_early, "moved behind its own headline"), (_astray, "moved to its own item")):
        for _ in range(_PASSES):
            moves = find(page) if page else []
            if not page or not moves:
                break
            notes += _notes(page, moves, done)
            blocks = _moved(page, moves)
            page = gather(blocks, page)
    return Cleaned(blocks=blocks, notes=tuple(notes))


def _early(page: Page) -> list[_Move]:
    """Return the tails that stand before their own headlines, by the best of all partings of the page.

    Where an item's own text ends depends on where the tail starts that stands behind it.
    """
    items = page.items
    runs = {item: {run.low: run for run in page.tails(item)} for item in items}
    best: dict[int, tuple[float, tuple[int, ...]]] = {len(items[0].indexes): (0.0, ())}
    best.update((low, (0.0, ())) for low in runs[items[0]])
    for host, owner in pairwise(items):
        whole = len(host.indexes)
        found: dict[int, tuple[float, tuple[int, ...]]] = {}
        for high in (len(owner.indexes), *runs[owner]):
            score, way = best[whole][0], (*best[whole][1], whole)
            if page.may_end(owner, high):
                for low, (so_far, before) in best.items():
                    if low < whole:
                        tried = so_far + page.score(runs[host][low], owner, high)
                        if tried > score:
                            score, way = tried, (*before, low)
            found[high] = (score, way)
        best = found
    last = len(items[-1].indexes)
    parting = [*best[last][1], last]
    return [
        _Move(page.score(runs[host][low], owner, high), runs[host][low], owner, high)
        for (host, owner), low, high in zip(pairwise(items), parting, parting[1:], strict=False)
        if low < len(host.indexes)
    ]


def _astray(page: Page) -> list[_Move]:
    """Return the tails that stand behind any other item, the surest first; an item gives or takes one, never both."""
    moves = []
    ends = [page.tails(item) for item in page.items]
    for place, owner in enumerate(page.items):
        high = len(owner.indexes)
        if not page.may_end(owner, high):
            continue
        for at, host in enumerate(page.items):
            if host is owner:
                continue
            least = _BEHIND if at == place + 1 else _APART
            for run in (*ends[at], *(page.strays(host) if at == place + 1 else ())):
                score = page.score(run, owner, high, least)
                if score > least:
                    moves.append(_Move(score - least, run, owner, high))
    kept: list[_Move] = []
    busy: set[Item] = set()
    for move in sorted(moves, key=lambda move: -move.score):
        if not busy & {move.run.host, move.owner}:
            kept.append(move)
            busy |= {move.run.host, move.owner}
    return kept


def _indexes(run: Run) -> Sequence[int]:
    return run.host.indexes[run.low : run.stop]


def _moved(page: Page, moves: Iterable[_Move]) -> tuple[Block, ...]:
    tails = {move.owner.indexes[move.high - 1]: _indexes(move.run) for move in moves}
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
    return tuple(out)


def _notes(page: Page, moves: Iterable[_Move], done: str) -> list[Note]:
    return [
        Note(
            step="put_back_tails",
            text=page.blocks[at].text,
            done=done,
            evidence=f"continues its item's open end: {move.score:+.1f} by words and seam",
            line=page.blocks[at].line,
        )
        for move in moves
        for at in _indexes(move.run)
    ]
