"""Tell rubric, kicker, title and subtitle apart in a headline group. Changes no text but blanks at seams."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from operator import add
from types import MappingProxyType

from worker.clean.forms import is_latin, size
from worker.clean.parts import DASHES, KICKER, RUBRIC, SUBTITLE, TITLE, Scores, lines_of, names_part, score

Pairs = frozenset[str]

#: No English headline ends on these.
_BREAKS_OFF = re.compile(
    r"(?:\b(?:a|an|and|as|at|but|by|for|from|in|into|its|of|on|or|over|than|that|the|their|to|with|is|are|was|were|after"
    r"|before|near)|[,;:–—-])$",
    re.IGNORECASE,
)
#: What a pair of characters tells that other items say too.
_SAID_ELSEWHERE = 0.35
#: Columns stand over the title; under it they need better proof.
_RUBRIC_BELOW = -2.8
#: A dash ties a subtitle to the title above it.
_TIED = 1.5
#: A title is set in two lines where it is too long for one; the lines are near each other in length.
_SET_LINE = (4, 18)
_LATIN_LINE = 60
#: Names and places have fewer.
_WORDS = 3
_MOST_UNLIKE = 2.3


@dataclass(frozen=True, slots=True)
class Headline:
    """The lines of a headline group by what they are."""

    title: str | None = None
    rubric: str | None = None
    kicker: str | None = None
    subtitle: str | None = None


def _said(lines: Sequence[str], body: str, elsewhere: Pairs) -> list[float]:
    """Return how much each line says of this body and of no other: rubrics say least."""
    found = []
    for line in lines:
        clauses = re.split(r"[\s，。、；：！？“”‘’（）《》—…·,.]+", line)
        pairs = {clause[at : at + 2] for clause in clauses for at in range(len(clause) - 1)}
        own = {pair for pair in pairs if pair in body}
        common = len(own & elsewhere)
        found.append((len(own) - common + _SAID_ELSEWHERE * common) / max(4, len(pairs)))
    return found


def _best(scores: Sequence[Scores]) -> list[int]:
    """Return the lines' parts in the best of all orders: one title, over and under it what does best there."""
    over = [max((line[RUBRIC], RUBRIC), (line[KICKER], KICKER)) for line in scores]
    under = [max((line[RUBRIC] + _RUBRIC_BELOW, RUBRIC), (line[SUBTITLE], SUBTITLE)) for line in scores]
    # As if every line stood under the title; then the title goes down, and the lines that it passes stand over it.
    others = sum(value for value, _ in under)
    found: list[float] = []
    for at, line in enumerate(scores):
        others -= under[at][0]
        found.append(others + line[TITLE])
        others += over[at][0]
    title = found.index(max(found))
    return [part for _, part in over[:title]] + [TITLE] + [part for _, part in under[title + 1 :]]


def arrange(
    lines: Sequence[str],
    body: str = "",
    elsewhere: Pairs = frozenset(),
    seen: Mapping[str, int] | None = None,
    tied: Sequence[bool] = (),
) -> Headline:
    """Return the group's lines by their parts.

    One line is the title; what stands over it is its kicker, what stands under it its subtitle, and either may name a
    column. Of all such orders the one is taken whose lines do best as what they then are.

    Args:
        lines: the group, as printed.
        body: the beginning of its item's text.
        elsewhere: what the body says and other items of the page say too.
        seen: how often each line heads an item of the page.
        tied: for each line whether it follows the one above without the white space that parts blocks on the page.
    """
    counts = seen or {}
    bonds = tied or [False] * len(lines)
    rest = _whole([(line, bond) for line, bond in zip(lines, bonds, strict=True) if line], counts)
    if not rest:
        return Headline()
    if len(rest) == 1:
        return Headline(title=rest[0])
    scores = [*map(score, lines_of(rest, _said(rest, body, elsewhere), [counts.get(line, 1) > 1 for line in rest]))]
    for at, line in enumerate(rest[1:]):
        if line.startswith(DASHES):
            rubric, kicker, title, subtitle = scores[at]
            scores[at] = (rubric, kicker, title + _TIED, subtitle)
    parts = _best(scores)
    found = (
        " ".join(line for line, part in zip(rest, parts, strict=True) if part == wanted) or None
        for wanted in (TITLE, RUBRIC, KICKER, SUBTITLE)
    )
    return Headline(*found)


def goes_on(above: str, below: str) -> bool:
    """Whether an English headline was set in two lines: it breaks off, or goes on in small letters."""
    return is_latin(above) and is_latin(below) and bool(below[0].islower() or _BREAKS_OFF.search(above))


def _whole(lines: Sequence[tuple[str, bool]], seen: Mapping[str, int]) -> list[str]:
    """Return the lines, a title that was set in two of them joined."""
    # Where all parts of a group are printed as one block, the block says nothing of any two of them.
    one_block = len(lines) > 2 and all(bond for _, bond in lines[1:])  # noqa: PLR2004 - title and another part
    whole: list[str] = []
    for line, bond in lines:
        if whole and (goes_on(whole[-1], line) or (bond and not one_block and are_halves(whole[-1], line, seen))):
            whole[-1] = f"{whole[-1]} {line}"
        else:
            whole.append(line)
    return whole


def are_halves(above: str, below: str, seen: Mapping[str, int] = MappingProxyType({})) -> bool:
    """Whether two lines of one block are halves of one title: alike in length, and neither shows that it is more."""
    if is_latin(above) != is_latin(below) or max(seen.get(above, 1), seen.get(below, 1)) > 1:
        return False
    if is_latin(above) and (above.isupper() != below.isupper() or min(len(above.split()), len(below.split())) < _WORDS):
        return False
    least, most = (1, _LATIN_LINE) if is_latin(above) else _SET_LINE
    short, long = sorted((size(above), size(below)))
    if short < least or long > most or long > short * _MOST_UNLIKE:
        return False
    return not any(names_part(line) for line in (above, below))


def pairs_of(text: str) -> Pairs:
    """Return the text's runs of two characters."""
    return frozenset(map(add, text, text[1:]))
