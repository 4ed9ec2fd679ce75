"""Heal hard line breaks that OCR or a fixed print width left inside paragraphs. Joins lines of one block only."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from worker.clean.block import Block, Cleaned, Note, Role
from worker.clean.evidence import is_lead
from worker.clean.forms import columns, ends_open, heading_like, is_latin, unclosed
from worker.clean.marks import is_date
from worker.clean.people import is_credit, read_people
from worker.clean.ragged import Ragged, ragged
from worker.clean.roles import ends_on_role

#: Narrower columns than this are tables and lists, not running text, characters.
_NARROWEST = 10
#: So many lines must reach the width before it is believed to be a width at all.
_ENOUGH = 3
_SHARE = 0.5
#: Where most lines are wider, a few that are alike are headlines.
_FEW = 0.15
_TRIED = 8
_IN_A_ROW = 2
#: A page has two scripts where each has so many lines.
_BOTH = 8
_STOPS = re.compile(r"[，。、；：]")
#: So many lines of running text hold a comma or a full stop, even in a narrow column.
_STOPPED = 0.3
#: A paragraph's first line is set in by so many characters.
_INDENT = 2
#: A credit that the width cut inside a name.
_BROKEN_NAME = re.compile(r"(?:[记記]者|通[讯訊][员員])[ \u3000]*[\u3400-\u9fff]{0,3}$")
#: So many characters before a seam tell whether words are parted by spaces there.
REACH = 24


@dataclass(frozen=True, slots=True)
class _Measure:
    """How a line's width is counted; paper counts columns, programs that cut every 20 characters count those."""

    name: str
    of: Callable[[str], int]
    slack: int  #: a closing mark may hang, a wide character may not have fitted
    unit: int  #: of one wide character


_COLUMNS = _Measure(name="columns", of=columns, slack=2, unit=2)
_CHARACTERS = _Measure(name="characters", of=len, slack=0, unit=1)


@dataclass(frozen=True, slots=True)
class _Width:
    """The width at which a page's lines were broken."""

    measure: _Measure
    width: int
    bare_indent: bool = False  #: first lines are short by an indent that the dump has lost

    def __str__(self) -> str:
        return f"a width of {self.width} {self.measure.name}"

    def of(self, block: Block) -> int:
        """Width of a printed line, with its indent."""
        return self.measure.of(block.text) + (_INDENT * self.measure.unit if block.indent else 0)

    def is_full(self, above: Block, below: Block, *, opens: bool = False) -> bool:
        """Whether the line's next piece would not have fitted on it; ``opens``: it is the first of its paragraph."""
        have = self.of(above)
        if have > self.width:
            return False
        need = self.measure.slack + _first_unit(below.text, self.measure)
        if have + need > self.width:
            return True
        lost = self.bare_indent and opens and not above.indent
        return lost and ends_open(above.text) and have + _INDENT * self.measure.unit + need > self.width


def _first_unit(text: str, measure: _Measure) -> int:
    """Width of the smallest piece that could have stood at the end of the line before."""
    if not text[0].isascii() or measure is _CHARACTERS:
        return measure.unit
    return measure.of(text.split(" ", 1)[0])


def _goes_on(two: Block) -> bool:
    return two.gap == 0 and not two.indent


def _widths(blocks: tuple[Block, ...], measure: _Measure) -> Iterator[tuple[int, _Width]]:
    """Yield (lines that fill it, width) for each width that the lines may have been broken at.

    Lines that are wider than the width were not broken at it, and say nothing: a page may hold both.
    """
    pairs = [pair for pair in pairwise(blocks) if _goes_on(pair[1])]
    if len(pairs) < _ENOUGH:
        return
    tally = Counter(_Width(measure, 0).of(one) for one, _ in pairs)
    near = {width: sum(tally[other] for other in range(width - measure.slack, width + 1)) for width in tally}
    likely = [width for width in tally if near[width] >= _ENOUGH and width >= _NARROWEST * measure.unit]
    for width in sorted(likely, key=lambda width: (-near[width], -width))[:_TRIED]:
        tried = _Width(measure, width)
        full = [one.text for one, two in pairs if tried.is_full(one, two)]
        held = sum(1 for one, _ in pairs if tried.of(one) <= width)
        needed = max(_ENOUGH, _SHARE * held, _FEW * (len(pairs) - held))
        if len(full) >= needed and _is_running(full) and _run(blocks, tried):
            yield len(full), tried


def _is_running(lines: Sequence[str]) -> bool:
    """Whether the lines are running text: headlines and the page's folio have hardly a comma."""
    return sum(1 for line in lines if is_latin(line) or _STOPS.search(line)) >= _STOPPED * len(lines)


def _run(blocks: tuple[Block, ...], tried: _Width) -> bool:
    """Whether some paragraph fills the width twice in a row: a headline over a byline does not."""
    run = 0
    for one, two in pairwise(blocks):
        run = run + 1 if _goes_on(two) and tried.is_full(one, two) else 0
        if run >= _IN_A_ROW:
            return True
    return False


def _width(blocks: tuple[Block, ...]) -> _Width | Ragged | None:
    """Return the width at which lines were broken, or None if they were not."""
    if uneven := ragged(blocks):
        return uneven
    found = [*_widths(blocks, _COLUMNS), *_widths(blocks, _CHARACTERS)]
    if not found:
        return None
    best = max(found, key=lambda one: one[0])[1]
    lost = replace(best, bare_indent=True)
    firsts = sum(
        1
        for at, (one, two) in enumerate(pairwise(blocks))
        if _goes_on(two)
        and not (at and _goes_on(one) and best.is_full(blocks[at - 1], one))
        and lost.is_full(one, two, opens=True)
        and not best.is_full(one, two)
        and best.of(one) + _INDENT * best.measure.unit <= best.width
    )
    return lost if firsts >= _ENOUGH else best


def join(one: str, two: str) -> str:
    """Join two halves of a text, healing an English hyphen; a space only where words are parted by spaces."""
    if not one or not two:
        return one + two
    if (
        one.endswith("-")
        and len(one) > 1
        and one[-2].isalpha()
        and one[-2].isascii()
        and two[0].islower()
        and two[0].isascii()
    ):
        return one[:-1] + two
    if one[-1] == "-" and two[0].isdigit():
        return one + two
    if not is_latin(one[-REACH:]) or not one[-1].isascii() or not two[0].isascii():
        # Letters and digits inside Chinese text stand together: a width or a column cuts them anywhere.
        return one + two
    if two[0].isalpha() if one[-1].isdigit() else two[0] not in ",.;:!?)]%":
        return f"{one} {two}"
    return one + two


def _complete_byline(above: str, below: str) -> bool:
    """Whether the line above is a byline of its own that the line below does not go on with."""
    if is_lead(above) or unclosed(above) or ends_on_role(above) or not read_people(above):
        return False
    return not read_people(join(above, below)) or bool(read_people(below))


def _opens_line(above: str, below: str) -> bool:
    """Whether the line below is one of its own under a line that may be a headline: a byline, a rubric, a subtitle."""
    if ends_on_role(above) or not heading_like(above):
        return False
    if above.endswith("——") and heading_like(below):
        return True
    return below.startswith(("——", "■", "【")) or bool(read_people(below))


def _widths_by_script(blocks: tuple[Block, ...]) -> Mapping[bool, _Width | Ragged | None]:
    """Return the widths of lines in Latin script (True) and in Chinese: a page of both breaks them at two."""
    latin = [is_latin(block.text) for block in blocks]
    if min(sum(latin), len(latin) - sum(latin)) < _BOTH:
        width = _width(blocks)
        return {True: width, False: width}
    found = {}
    for script in (True, False):
        own = tuple(
            # A line of the other script before it ends its paragraph.
            block if at and latin[at - 1] is script else replace(block, gap=max(1, block.gap))
            for at, block in enumerate(blocks)
            if latin[at] is script
        )
        found[script] = _width(own)
    return found


def heal_line_breaks(blocks: tuple[Block, ...]) -> Cleaned:
    """Join each line that reaches the width to the line under it."""
    widths = _widths_by_script(blocks)
    if not any(widths.values()):
        return Cleaned(blocks=blocks)
    healed: list[list[Block]] = []
    for block in blocks:
        above = healed[-1][-1] if healed else None
        width = widths[is_latin(healed[-1][0].text)] if healed else None
        if (
            above is not None
            and width is not None
            and _goes_on(block)
            and width.is_full(above, block, opens=len(healed[-1]) == 1)
            and not _complete_byline(above.text, block.text)
            and not _opens_line(above.text, block.text)
            and not (len(healed[-1]) == 1 and above.text.endswith("——") and heading_like(above.text))
            and (_BROKEN_NAME.search(above.text) or not is_credit(block.text))
            and not is_date(block.text)
        ):
            healed[-1].append(block)
        else:
            healed.append([block])
    joined = tuple(lines[0] if len(lines) == 1 else _joined(lines) for lines in healed)
    notes = tuple(
        Note(
            step="heal_line_breaks",
            text=lines[0].text,
            done=f"joined {len(lines)} lines",
            evidence=_broken_at(widths[is_latin(lines[0].text)]),
        )
        for lines in healed
        if len(lines) > 1
    )
    return Cleaned(blocks=joined, notes=notes)


def _broken_at(width: _Width | Ragged | None) -> str:
    return f"broken at {width}" if width else ""


def _joined(lines: list[Block]) -> Block:
    pieces: list[str] = []
    for line in lines:
        if pieces and (tail := join(pieces[-1][-REACH:], line.text)) != pieces[-1][-REACH:] + line.text:
            pieces[-1] = pieces[-1][:-REACH] + tail
        else:
            pieces.append(line.text)
    return replace(lines[0], text="".join(pieces), role=Role.TEXT)
