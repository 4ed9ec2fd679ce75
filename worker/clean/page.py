"""Restore a whole page dump. Ties reading, the steps and assembling together; holds no rules of its own."""

from worker.clean.assemble import assemble
from worker.clean.block import Note
from worker.clean.flags import Flag
from worker.clean.read import read
from worker.clean.steps import run
from worker.domain import Article, Kind, Restored

#: No newspaper page holds as much; what does is a table, a log or a whole book, and passes as it is.
MOST_BLOCKS = 6_000
MOST_CHARACTERS = 3_000_000
#: Nor so many lines that are as short as this on the mean: those are tables and lists.
MOST_SHORT = 2_500
SHORT_LINE = 15


def restore_page(text: str) -> Restored:
    """Restore a page dump: part it into items and mend them."""
    return explain_page(text)[0]


def explain_page(text: str) -> tuple[Restored, tuple[Note, ...]]:
    """Restore a page dump and tell, block by block, what was done and on what evidence."""
    given = read(text)
    lines_most = MOST_BLOCKS if len(text) > len(given.blocks) * SHORT_LINE else MOST_SHORT
    if len(given.blocks) > lines_most or len(text) > MOST_CHARACTERS:
        lines = tuple(block.text for block in given.blocks)
        flags = (str(Flag.FALLBACK), str(Flag.NO_TITLE))
        whole = Article(kind=Kind.ARTICLE, paragraphs=lines, flags=flags)
        return Restored(items=(whole,) if lines else (), removed=given.removed), ()
    cleaned = run(given.blocks)
    items, removed = assemble(cleaned.blocks)
    return Restored(items=items, removed=(*given.removed, *cleaned.removed, *removed)), cleaned.notes
