"""Learn from a page's proved items how much two texts of one hand share. Judges no text itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from worker.clean.block import Block, Role
from worker.clean.evidence import Grams, affinity, grams_of, said_often

#: Text on both sides of a line that shares less than this is by different hands.
_SAME_HAND = 0.025
_SAMPLED_ITEMS = 12
_SAMPLED_TEXTS = 40
_LEARNT_FROM = 250
#: So many characters of a text show its hand.
CONTEXT = 2500


@dataclass(frozen=True, slots=True)
class Hands:
    """What the proved items of this page say in common, and how much two texts of one hand share beyond that."""

    said: Mapping[int, Grams]  #: what each item says, by its first block
    twice: Grams  #: what at least two items say
    thrice: Grams  #: what at least three items say
    limit: float
    items: int  #: how many proved headlines there are

    def of(self, at: int) -> Grams:
        """Return what tells nobody's hand in the item that holds block ``at``: at least two others say it."""
        start = max((first for first in self.said if first <= at), default=None)
        return frozenset() if start is None else self.thrice | (self.twice - self.said[start])


def learn_hands(blocks: Sequence[Block]) -> Hands:
    """Learn from the proved items.

    A local page repeats its town and its slogans in every item, so what several items say is left out. The limit lies
    between what two items share and what the halves of one item share.
    """
    items: dict[int, list[str]] = {}
    start = proved = 0
    for at, block in enumerate(blocks):
        if block.role is Role.HEADING:
            if at == 0 or blocks[at - 1].role is not Role.HEADING:
                proved += 1
            start = at
        elif block.role is Role.TEXT and (start in items or len(items) < _SAMPLED_ITEMS):
            texts = items.setdefault(start, [])
            if len(texts) < _SAMPLED_TEXTS:
                texts.append(block.text[:CONTEXT])
    said: dict[int, Grams] = {}
    halves: list[tuple[Grams, Grams]] = []
    for first, texts in items.items():
        one, two = grams_of(texts[: len(texts) // 2]), grams_of(texts[len(texts) // 2 :])
        said[first] = one | two
        if len(texts) > 1 and sum(map(len, texts)) > _LEARNT_FROM:
            halves.append((one, two))
    twice, thrice = said_often(said.values())
    if len(halves) < 3:  # noqa: PLR2004 - two items show no habit
        return Hands(said=said, twice=twice, thrice=thrice, limit=_SAME_HAND, items=proved)
    within = median(affinity(one, two, thrice) for one, two in halves)
    between = median(affinity(one[1], two[0], thrice) for one, two in pairwise(halves))
    mean = (max(between, 0.004) * max(within, 0.004)) ** 0.5
    return Hands(
        said=said, twice=twice, thrice=thrice, limit=min(max(mean, _SAME_HAND * 0.8), _SAME_HAND * 1.5), items=proved
    )
