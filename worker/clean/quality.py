"""Score how far an item can be trusted, between 0 and 1, from its flags alone. Reads no text."""

from collections.abc import Iterable, Mapping

from worker.clean.flags import Flag

#: What each remark takes from the trust in an item. What was mended well costs little; what is missing costs much.
COST: Mapping[str, float] = {
    Flag.SPLIT_JOINED: 0.02,  # the seam was judged, and may be one of a hundred that is wrong
    Flag.REPEAT_REMOVED: 0.02,  # the better copy was kept; a wrong character may be in it
    Flag.JUMP_JOINED: 0.03,  # two pages had to agree
    Flag.REORDERED: 0.10,  # judged by shared words
    Flag.NO_TITLE: 0.10,  # a photo may have none; an article is hard to find without
    Flag.FALLBACK: 0.25,  # fields may be mixed up
    Flag.JUMP_UNRESOLVED: 0.30,  # half of the text is elsewhere
    Flag.TRUNCATED_END: 0.35,  # the end is lost
    Flag.ORPHAN_FRAGMENT: 0.35,  # something stood here that is not understood
}
#: A remark that is not listed (a parser's own) still lowers the trust.
UNKNOWN = 0.05


def quality(flags: Iterable[str]) -> float:
    """Return 1.0 for an item without remarks; each remark leaves its share of what the others left."""
    score = 1.0
    for flag in set(flags):
        score *= 1.0 - COST.get(flag, UNKNOWN)
    return round(score, 4)
