"""Restore a whole page dump. Ties reading, the steps and assembling together; holds no rules of its own."""

from worker.clean.assemble import assemble
from worker.clean.block import Note
from worker.clean.read import read
from worker.clean.steps import run
from worker.domain import Restored


def restore_page(text: str) -> Restored:
    """Restore a page dump: part it into items and mend them."""
    return explain_page(text)[0]


def explain_page(text: str) -> tuple[Restored, tuple[Note, ...]]:
    """Restore a page dump and tell, block by block, what was done and on what evidence."""
    given = read(text)
    cleaned = run(given.blocks)
    items, removed = assemble(cleaned.blocks)
    return Restored(items=items, removed=(*given.removed, *cleaned.removed, *removed)), cleaned.notes
