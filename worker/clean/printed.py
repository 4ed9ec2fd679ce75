"""The page as one string without spaces, and where each block lies in it. Judges nothing."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from worker.clean.block import Block, Role

#: A copy may differ by so many characters at each end of a block.
EDGE = 3
PICTURES = frozenset({Role.CAPTION, Role.CREDIT})


@dataclass(frozen=True, slots=True)
class Print:
    """The page as one string without spaces, and where each block lies in it."""

    text: str
    starts: tuple[int, ...]

    @classmethod
    def of(cls, blocks: Sequence[Block]) -> "Print":
        """Print the blocks in a row."""
        # A picture that stands inside one copy must not hide that the text around it goes on as in the other.
        bare = ["" if block.role in PICTURES else "".join(block.text.split()) for block in blocks]
        starts, at = [], 0
        for piece in bare:
            starts.append(at)
            at += len(piece)
        return cls(text="".join(bare), starts=(*starts, at))

    def piece(self, index: int) -> str:
        """Return a block's text without spaces."""
        return self.text[self.starts[index] : self.starts[index + 1]]

    def at(self, place: int) -> int:
        """Return the block that the character at a place is in."""
        return bisect_right(self.starts, place) - 1

    def covered(self, span: tuple[int, int]) -> range:
        """Return the blocks that lie in the span as a whole, but for a few characters at either end."""
        low, high = span
        first = bisect_right(self.starts, low) - 1
        last = min(bisect_right(self.starts, high) - 1, len(self.starts) - 2)

        def slack(index: int) -> int:
            return min(EDGE, max(1, (self.starts[index + 1] - self.starts[index]) // 5))

        while first <= last and low - self.starts[first] > slack(first):
            first += 1
        while last >= first and self.starts[last + 1] - high > slack(last):
            last -= 1
        return range(first, last + 1)
