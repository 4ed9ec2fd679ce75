"""The values that the restoration steps hand on: blocks of print with a role. Holds no rules."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from worker.domain import Removed


class Role(StrEnum):
    """What a block is on the page."""

    TEXT = "text"  #: running text
    HEADING = "heading"  #: a line of a headline group
    SUBHEAD = "subhead"  #: a heading inside a body; it stays a paragraph
    BYLINE = "byline"  #: a line that names who wrote
    CREDIT = "credit"  #: a line that names who took or gave a picture
    CAPTION = "caption"  #: picture text
    SIGNATURE = "signature"  #: a sign-off line
    JUMP = "jump"  #: points to the other half on another page
    FURNITURE = "furniture"  #: page numbers, editors of the page, rules: no item's text


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A printed block: a paragraph, or a line that stands alone."""

    text: str
    role: Role = Role.TEXT
    gap: int = 1  #: blank lines printed before it
    indent: bool = False  #: printed with a first-line indent
    line: int = 0  #: its place among the printed lines
    item: int = 0  #: number of the item that it belongs to
    untitled: bool = False  #: its item has no headline
    flags: frozenset[str] = frozenset()  #: what was done to it, or could not be done

    def of_item(self, item: int, *, untitled: bool) -> "Block":
        """Return the block with its item's number; written out, because a page has each block done so."""
        return Block(
            text=self.text,
            role=self.role,
            gap=self.gap,
            indent=self.indent,
            line=self.line,
            item=item,
            untitled=untitled,
            flags=self.flags,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """One line of the trace: what a step did to a block, and on what evidence."""

    step: str  #: the step's name
    text: str  #: the block, as it was
    done: str  #: what was done
    evidence: str  #: why
    line: int | None = None  #: the block's place, where another has the same text


@dataclass(frozen=True, slots=True, kw_only=True)
class Cleaned:
    """What a step returns; blocks and removed together hold every character that it was given."""

    blocks: tuple[Block, ...]
    removed: tuple[Removed, ...] = ()
    notes: tuple[Note, ...] = ()


Step = Callable[[tuple[Block, ...]], Cleaned]
