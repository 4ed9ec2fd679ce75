"""Put back the tails that stand just before their own headline, weighed for all items of a page at once.

Joins no paragraphs, removes nothing; a tail that stands elsewhere is another step's.
"""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from worker.clean.block import Block, Cleaned, Note, Role
from worker.clean.flags import Flag
from worker.clean.forms import breaks_off
from worker.clean.tails import Page, gather


def put_back_early_tails(blocks: tuple[Block, ...]) -> Cleaned:
    """Move each tail that stands before its own headline behind the open end that it continues."""
    if not any(block.role is Role.TEXT and breaks_off(block.text) for block in blocks):
        return Cleaned(blocks=blocks)
    page = gather(blocks)
    return _moved(page, _best_parting(page)) if page else Cleaned(blocks=blocks)


def _best_parting(page: Page) -> list[int]:
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


def _moved(page: Page, parting: Sequence[int]) -> Cleaned:
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
