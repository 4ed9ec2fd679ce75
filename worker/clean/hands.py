"""Learn from a page's proved items how much two texts of one hand share. Judges no text itself."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from worker.clean.block import Block, Role
from worker.clean.evidence import Grams, affinity, grams_of

#: Text on both sides of a line that shares less than this is by different hands.
_SAME_HAND = 0.03
_SAMPLED_ITEMS = 12
_SAMPLED_TEXTS = 40
_LEARNT_FROM = 250
#: So many characters of a text show its hand.
CONTEXT = 2500


@dataclass(frozen=True, slots=True)
class Hands:
    """What the proved items of this page say in common, and how much two texts of one hand share beyond that."""

    common: Mapping[int, Grams]  #: by the item's first block: what at least two other items say
    limit: float

    def of(self, at: int) -> Grams:
        """Return what tells nobody's hand in the item that holds block ``at``."""
        start = max((first for first in self.common if first <= at), default=-1)
        return self.common.get(start, frozenset())


def learn_hands(blocks: Sequence[Block]) -> Hands:
    """Learn from the proved items.

    A local page repeats its town and its slogans in every item, so what several items say is left out. The limit lies
    between what two items share and what the halves of one item share.
    """
    items: dict[int, list[str]] = {}
    start = 0
    for at, block in enumerate(blocks):
        if block.role is Role.HEADING:
            start = at
        elif block.role is Role.TEXT and (start in items or len(items) < _SAMPLED_ITEMS):
            texts = items.setdefault(start, [])
            if len(texts) < _SAMPLED_TEXTS:
                texts.append(block.text[:CONTEXT])
    said = {first: grams_of(texts) for first, texts in items.items()}
    times: Counter[str] = Counter()
    for own in said.values():
        times.update(own)
    often = frozenset(gram for gram, n in times.items() if n > 1)
    common = {first: frozenset(g for g in often if times[g] - (g in own) > 1) for first, own in said.items()}
    halves = [
        (grams_of(texts[: len(texts) // 2]), grams_of(texts[len(texts) // 2 :]), common[first])
        for first, texts in items.items()
        if len(texts) > 1 and sum(map(len, texts)) > _LEARNT_FROM
    ]
    if len(halves) < 3:  # noqa: PLR2004 - two items show no habit
        return Hands(common=common, limit=_SAME_HAND)
    within = median(affinity(one, two, known) for one, two, known in halves)
    between = median(affinity(one[1], two[0], one[2]) for one, two in pairwise(halves))
    mean = (max(between, 0.004) * max(within, 0.004)) ** 0.5
    return Hands(common=common, limit=min(max(mean, _SAME_HAND * 0.6), _SAME_HAND * 2.5))
