"""Restore the text of a page dump or of a parsed article. Pure functions: no files, no network, no database."""

from worker.clean.article import restore_article
from worker.clean.datelines import with_dateline
from worker.clean.jumps import join_jumps, without_jump_lines
from worker.clean.page import explain_page, restore_page
from worker.clean.quality import quality

__all__ = [
    "explain_page",
    "join_jumps",
    "quality",
    "restore_article",
    "restore_page",
    "with_dateline",
    "without_jump_lines",
]
