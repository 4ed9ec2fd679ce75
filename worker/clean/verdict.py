"""Weigh what a doubtful run of short lines is: headline, subhead or pieces of cut paragraphs. Marks nothing itself."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from worker.clean.around import Heads, look_around, past_pictures, rest_above, returning
from worker.clean.block import Block, Role
from worker.clean.evidence import LOUDEST, Habits
from worker.clean.forms import asks_for_more, breaks_off, ends_open, is_enumerated, is_latin, size, starts_inside
from worker.clean.language import closing, opening
from worker.clean.signs import signs_of

#: So many signs of a broken page are certain.
_MOST_CUTS = 5
_LONG = 30
#: Subheads are brief: each of these says something more.
_BRIEF = (4, 6, 8, 11)
_MARKS = "”’！？!?）》」』"
#: The text below may go on above the line, unless the seam speaks against it.
_AGAINST = -2.0

#: What each sign says for a headline and for a piece of a paragraph, against a subhead. Found by weighing lines of all
#: three kinds on broken and whole pages (`tests.restoration.weigh`); `python -m tests.restoration` measures what they
#: reach.
_WEIGHTS: Mapping[str, tuple[float, float]] = {
    "start": (7.02, 0.70),
    "under byline": (1.48, 0.83),
    "open above": (4.50, 4.87),
    "seam above": (-0.22, 1.03),
    "rest above": (-0.03, 0.16),
    "over text": (-4.51, 0.44),
    "seam below": (0.03, 0.79),
    "opening": (0.07, 0.14),
    "closing": (0.14, -0.17),
    "opening below": (0.33, -0.08),
    "cut below": (2.59, 1.53),
    "broken page": (-0.39, 1.93),
    "clauses": (-3.11, 0.56),
    "pauses": (-1.22, -1.01),
    "marks": (-0.60, -2.02),
    "hangs": (-0.54, 2.52),
    "very long": (-3.37, -0.63),
    "more lines": (2.51, 1.41),
    "up to 4": (-0.33, -1.16),
    "up to 6": (-0.12, 0.61),
    "up to 8": (-1.95, -3.56),
    "up to 11": (0.23, -0.93),
    "latin": (4.23, 2.60),
    "numbered": (-3.61, -1.89),
    "hand": (0.46, 0.02),
    "said below": (1.66, -3.97),
    "before": (-3.26, 1.85),
    "title": (-5.39, -0.82),
    "halves": (1.53, -1.35),
    "column": (7.65, 4.56),
    "label": (-3.00, -0.50),
    "spoken": (-1.61, -0.79),
    "long": (0.70, 1.87),
    "discourse": (-1.26, 3.98),
    "when": (-0.26, 0.31),
    "over": (7.24, -0.12),
    "far": (0.88, -0.72),
    "alike": (-0.18, -0.42),
    "company": (-0.51, -0.78),
    "shorter": (-0.13, -0.53),
    "tail above": (-0.62, 0.00),
    "its seam": (0.22, 0.00),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What the whole page tells of each of its lines."""

    habits: Habits
    heads: Heads
    cuts: int  #: the signs that it is broken


def weigh(blocks: Sequence[Block], run: range, page: Page) -> tuple[Role, str]:
    """Return what a run of short lines under some text most likely is, and the evidence."""
    readings = list(_readings(blocks, run, page))
    heading, signs = max(((_sum(signs, 0), signs) for signs in readings), key=lambda reading: reading[0])
    text = _sum(readings[0], 1)
    if text > max(heading, 0.0):
        return Role.TEXT, f"goes on in the text around it ({text:+.1f}; a headline {heading:+.1f})"
    if heading > 0:
        return Role.HEADING, f"{_loudest(signs)} ({heading:+.1f})"
    return Role.SUBHEAD, f"the text around it is of one hand (a headline {heading:+.1f}, a piece of text {text:+.1f})"


def _readings(blocks: Sequence[Block], run: range, page: Page) -> Iterable[Mapping[str, float]]:
    """Yield the signs as the page stands, and as they would be if the text above were the tail of that below."""
    yield signs_at(blocks, run, page)
    for low, seam in returning(blocks, run, page.habits):
        if seam > _AGAINST:
            yield {**signs_at(blocks, run, page, low), "tail above": 1.0, "its seam": min(LOUDEST, seam)}


def signs_at(blocks: Sequence[Block], run: range, page: Page, above: int | None = None) -> Mapping[str, float]:
    """Return each sign of a run of short lines; ``above``: as if the text above it ended before that block."""
    start, end = run.start, run.stop
    before = blocks[(start if above is None else above) - 1]
    first, last = blocks[start].text, blocks[end - 1].text
    rest = past_pictures(blocks, end)
    opened = before.role is Role.TEXT and ends_open(before.text)
    around = look_around(blocks, run, page.heads, above)
    lines = [signs_of(blocks[at].text, around) for at in run]
    longest = max(size(blocks[at].text) for at in run)
    return {
        "start": 1.0,
        "under byline": float(before.role is Role.BYLINE),
        "open above": float(opened and breaks_off(before.text)),
        "seam above": page.habits.seam(before.text, first) if opened else 0.0,
        "rest above": rest_above(blocks, end - 1, page.habits),
        "over text": float(rest is not None),
        "seam below": page.habits.seam(last, rest.text) if rest is not None else 0.0,
        "opening": opening(first),
        "closing": 0.0 if is_latin(last) else closing(last),
        "opening below": opening(rest.text) if rest is not None else 0.0,
        "cut below": float(rest is not None and starts_inside(rest.text)),
        "broken page": min(_MOST_CUTS, page.cuts) / _MOST_CUTS,
        "clauses": float("，" in last),
        "pauses": float("、" in first),
        "marks": float(last[-1] in _MARKS),
        "hangs": float(asks_for_more([blocks[at].text for at in run])),
        "very long": float(size(last) > _LONG),
        "more lines": float(min(2, len(run) - 1)),
        **{f"up to {most}": float(longest <= most) for most in _BRIEF},
        "latin": float(is_latin(first)),
        "numbered": float(is_enumerated(first)),
        **{name: max(signs[name] for signs in lines) for name in lines[0]},
    }


def _sum(signs: Mapping[str, float], kind: int) -> float:
    return sum(_WEIGHTS[name][kind] * value for name, value in signs.items() if value)


#: What a proof reader is told of the signs that speak for a headline.
_SAYS: Mapping[str, str] = {
    "hand": "the texts on both sides are by different hands",
    "over": "the text above says that it is over",
    "said below": "the text below begins with its words",
    "halves": "a blank sets two halves off",
    "when": "the text below says at once when it happened",
    "opening": "begins as lines that open something do",
    "open above": "the text above breaks off",
    "hangs": "asks for more",
    "latin": "in Latin script",
    "tail above": "the text above is the tail of the text below",
    "its seam": "the text above is the tail of the text below",
}


def _loudest(signs: Mapping[str, float]) -> str:
    """Return the two signs that speak most for a headline."""
    told = sorted(((_WEIGHTS[name][0] * value, name) for name, value in signs.items() if name in _SAYS), reverse=True)
    return ", ".join(_SAYS[name] for value, name in told[:2] if value > 0) or "nothing speaks against it"
