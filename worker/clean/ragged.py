"""Tell lines that were broken at about one width, where white space parts the paragraphs. Joins nothing itself."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from worker.clean.block import Block
from worker.clean.forms import columns, ends_open

#: Paragraphs in lines and lines that go on, so that a habit shows.
_PARAGRAPHS, _LINES = 3, 8
_TALLEST = 3
#: A column of running text, in half-width columns.
_NARROWEST, _WIDEST = 24, 90
#: Lines are of one width within this share, nearly all of them.
_LEAST, _MOST, _NEARLY_ALL = 0.72, 1.3, 0.9
#: Hardly a line ends on a full stop inside a paragraph: where they do, paragraphs stand under one another.
_OPEN, _CLOSED_EACH = 0.75, 0.7
_STOPS = re.compile(r"[，。、；：,.;]")
_STOPPED = 0.3


@dataclass(frozen=True, slots=True)
class Ragged:
    """Lines of about one width, each paragraph's together and white space between paragraphs."""

    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.low:.0f} to {self.high:.0f} columns"

    def is_full(self, above: Block, below: Block, *, opens: bool = False) -> bool:
        """Whether the line goes on in the next; ``below`` and ``opens`` tell nothing more here."""
        del below, opens
        return self.low <= columns(above.text) <= self.high


def _paragraphs(blocks: Sequence[Block]) -> Iterator[Sequence[Block]]:
    """Yield the blocks that stand under one another without white space."""
    start = 0
    for at in range(1, len(blocks) + 1):
        if at == len(blocks) or blocks[at].gap:
            yield blocks[start:at]
            start = at


def ragged(blocks: Sequence[Block]) -> Ragged | None:
    """Return the width at about which paragraphs were broken into lines, if white space parts them."""
    if any(block.indent for block in blocks):
        # Then first lines are set in, and white space need not part them.
        return None
    tall = [lines for lines in _paragraphs(blocks) if len(lines) >= _TALLEST]
    inner = [line.text for lines in tall for line in lines[:-1]]
    if len(tall) < _PARAGRAPHS or len(inner) < _LINES:
        return None
    usual = median(map(columns, inner))
    found = Ragged(_LEAST * usual, _MOST * usual)
    alike = sum(found.low <= columns(text) <= found.high for text in inner)
    opened = sum(map(ends_open, inner))
    if not _NARROWEST <= usual <= _WIDEST or alike < _NEARLY_ALL * len(inner):
        return None
    if opened < _OPEN * len(inner) or len(inner) - opened > _CLOSED_EACH * len(tall):
        return None
    stopped = sum(bool(_STOPS.search(text)) for text in inner)
    return found if stopped >= _STOPPED * len(inner) else None
