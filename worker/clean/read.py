"""Read a page dump into blocks, one a printed line, in Unicode's composed form. Judges nothing."""

import re
import unicodedata

from worker.clean.block import Block, Cleaned
from worker.domain import Removed

#: Spaces of odd widths. The ideographic space stays: it parts the halves of a printed headline.
_SPACES = re.compile(r"[\t\xa0\u1680\u2000-\u200a\u202f\u205f]")
#: Marks without width that only tell a typesetter's program something.
_INVISIBLE = re.compile("[\u00ad\u200b\u2060\ufeff]")
_LINES = re.compile(r"\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")
_SOFT_BREAK = re.compile("\u00ad[ \t]*(?:\r\n|\r|\n)[ \t]*(?=\\w)")


def compose(text: str) -> tuple[str, tuple[Removed, ...]]:
    """Return the text in NFC with plain spaces, and the invisible marks that were in it.

    Full-width digits and punctuation stay as printed.
    """
    whole = unicodedata.normalize("NFC", text)
    if "\u00ad" in whole:
        whole = _SOFT_BREAK.sub("\u00ad", whole)
    marks = "".join(_INVISIBLE.findall(whole))
    if marks:
        # Taking a mark away may bring together what composes; composing again would then change nothing that is seen.
        whole = _INVISIBLE.sub("", whole)
    removed = (Removed(text=marks, reason="invisible"),) if marks else ()
    return _SPACES.sub(" ", whole), removed


def read(text: str) -> Cleaned:
    """Return one block a line that holds anything, each with the number of blank lines before it."""
    whole, removed = compose(text)
    blocks: list[Block] = []
    gap = 0
    for line in _LINES.split(whole):
        bare = line.strip()
        if not bare:
            gap += 1
            continue
        indent = line.startswith(("\u3000", "  "))
        blocks.append(Block(text=bare, gap=gap, indent=indent, line=len(blocks)))
        gap = 0
    return Cleaned(blocks=tuple(blocks), removed=removed)
