"""Weigh what a doubtful run of short lines is: headline, subhead or pieces of cut paragraphs. Marks nothing itself."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from worker.clean.around import look_around, past_pictures, returning
from worker.clean.block import Block, Role
from worker.clean.evidence import Habits
from worker.clean.forms import breaks_off, ends_open, hangs, is_enumerated, is_latin, size, starts_inside
from worker.clean.language import opening
from worker.clean.signs import signs_of

_LOUDEST, _LOWEST = 8.0, -6.0
#: So many signs of a broken page are certain.
_MOST_CUTS = 5
_LONG, _BRIEF, _VERY_BRIEF = 30, 8, 5
_MARKS = "”’！？!?）》」』"
#: The text below goes on above the line: unless the seam speaks against it no less, and if the rest outweighs this.
_AGAINST, _TAIL_ABOVE, _SEAM = -1.0, 1.5, 2.5

#: What each sign says for a headline and for a piece of a paragraph, against a subhead. Found by weighing lines of all
#: three kinds on broken and whole pages (multinomial logit); `python -m tests.restoration` measures what they reach.
_WEIGHTS: Mapping[str, tuple[float, float]] = {
    "start": (6.35, 2.40),
    "under byline": (4.04, -0.35),
    "open above": (2.31, 3.61),
    "seam above": (0.07, 0.90),
    "over text": (-3.93, -2.33),
    "seam below": (-0.15, 0.50),
    "opening": (-0.03, 0.22),
    "opening below": (0.03, -0.60),
    "cut below": (-0.12, 2.10),
    "broken page": (0.23, 1.79),
    "clauses": (-1.69, 1.54),
    "pauses": (-0.77, -0.43),
    "marks": (-0.50, -1.62),
    "hangs": (-0.61, 2.56),
    "very long": (-1.81, 1.50),
    "very brief": (-1.55, -0.39),
    "latin": (2.41, 1.95),
    "numbered": (-1.79, -0.47),
    "hand": (0.35, 0.16),
    "said below": (2.20, -1.73),
    "before": (-1.13, 3.61),
    "title": (-3.89, 0.59),
    "halves": (1.52, -1.65),
    "spoken": (-0.54, -1.16),
    "long": (-0.42, 1.65),
    "brief": (-0.01, -1.36),
    "discourse": (-0.44, 2.23),
    "when": (0.61, 0.00),
    "over": (4.90, -0.34),
    "far": (0.19, -0.61),
    "alike": (-0.39, -0.47),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What the whole page tells of each of its lines."""

    habits: Habits
    cuts: int  #: the signs that it is broken


def weigh(blocks: Sequence[Block], run: range, page: Page) -> tuple[Role, str]:
    """Return what a run of short lines under some text most likely is, and the evidence."""
    readings = list(_readings(blocks, run, page))
    heading, signs = max(((sway + _sum(signs, 0), signs) for sway, signs in readings), key=lambda reading: reading[0])
    text = _sum(readings[0][1], 1)
    if text > max(heading, 0.0):
        return Role.TEXT, f"goes on in the text around it ({text:+.1f}; a headline {heading:+.1f})"
    if heading > 0:
        return Role.HEADING, f"opens an item: {_loudest(signs)} ({heading:+.1f})"
    return Role.SUBHEAD, f"the text around it is of one hand (a headline {heading:+.1f}, a piece of text {text:+.1f})"


def _readings(blocks: Sequence[Block], run: range, page: Page) -> Iterable[tuple[float, Mapping[str, float]]]:
    """Yield (what speaks for it, signs) as the page stands, and as if the text above were the tail of that below."""
    yield 0.0, signs_at(blocks, run, page)
    for low, seam in returning(blocks, run, page.habits):
        if seam > _AGAINST:
            yield min(_SEAM, seam) - _TAIL_ABOVE, signs_at(blocks, run, page, low)


def signs_at(blocks: Sequence[Block], run: range, page: Page, above: int | None = None) -> Mapping[str, float]:
    """Return each sign of a run of short lines; ``above``: as if the text above it ended before that block."""
    start, end = run.start, run.stop
    before = blocks[(start if above is None else above) - 1]
    first, last = blocks[start].text, blocks[end - 1].text
    rest = past_pictures(blocks, end)
    opened = before.role is Role.TEXT and ends_open(before.text)
    around = look_around(blocks, run, above)
    lines = [signs_of(blocks[at].text, around) for at in run]
    return {
        "start": 1.0,
        "under byline": float(before.role is Role.BYLINE),
        "open above": float(opened and breaks_off(before.text)),
        "seam above": _seam(page.habits, before.text, first) if opened else 0.0,
        "over text": float(rest is not None),
        "seam below": _seam(page.habits, last, rest.text) if rest is not None else 0.0,
        "opening": opening(first),
        "opening below": opening(rest.text) if rest is not None else 0.0,
        "cut below": float(rest is not None and starts_inside(rest.text)),
        "broken page": min(_MOST_CUTS, page.cuts) / _MOST_CUTS,
        "clauses": float("，" in last),
        "pauses": float("、" in first),
        "marks": float(last[-1] in _MARKS),
        "hangs": float(any(hangs(blocks[at].text) for at in run)),
        "very long": float(size(last) > _LONG),
        "very brief": float(size(first) <= _VERY_BRIEF),
        "latin": float(is_latin(first)),
        "numbered": float(is_enumerated(first)),
        **{name: max(signs[name] for signs in lines) for name in lines[0]},
    }


def _seam(habits: Habits, one: str, two: str) -> float:
    return max(_LOWEST, min(_LOUDEST, habits.link(one, two)))


def _sum(signs: Mapping[str, float], kind: int) -> float:
    return sum(_WEIGHTS[name][kind] * value for name, value in signs.items() if value)


def _loudest(signs: Mapping[str, float]) -> str:
    """Return the two signs that speak most for a headline."""
    told = sorted(((_WEIGHTS[name][0] * value, name) for name, value in signs.items() if name != "start"), reverse=True)
    return ", ".join(f"{name} {value:+.1f}" for value, name in told[:2])
