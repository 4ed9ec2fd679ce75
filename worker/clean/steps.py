"""The restoration steps of a page in their order, each with the reason for its place. Runs them; holds no rules."""

from collections.abc import Iterable

from worker.clean.block import Block, Cleaned, Note, Step
from worker.clean.credits import part_credits
from worker.clean.doubts import judge_headings
from worker.clean.english_lines import mark_english_lines
from worker.clean.folio import find_folio
from worker.clean.headings import join_title_lines, prove_headings
from worker.clean.items import part_items, part_pictures, sign_offs
from worker.clean.linebreaks import heal_line_breaks
from worker.clean.marks import mark_lines
from worker.clean.names import find_names
from worker.clean.offers import part_offers
from worker.clean.pictures import find_captions
from worker.clean.reorder import put_back_tails
from worker.clean.repeats import drop_repeats
from worker.clean.splits import join_splits
from worker.domain import Removed

STEPS: tuple[Step, ...] = (
    # A line that a fixed width broke shows no form of its own: heal before anything is judged by form.
    heal_line_breaks,
    # Bylines and credits show by themselves what they are, and are the evidence for what stands beside them.
    mark_lines,
    # Behind the marks: what ends on a credit is a picture text.
    part_credits,
    # Half an English headline looks like running text, and hides what the lines around it are.
    join_title_lines,
    # English ones show it less: the lines around them tell, some of which are marked by now.
    mark_english_lines,
    # A section's name and the day over the first headline would pass for its rubric.
    find_folio,
    # Bylines without any mark need the lines around them, and prove the headlines above them.
    find_names,
    # A picture text inside a cut paragraph would pass for a headline.
    find_captions,
    # A sign-off's lines have a headline's form, and what follows a sign-off is a new item.
    sign_offs,
    # Their lines have a headline's form, and would pass for the headlines of what follows.
    part_offers,
    # Headlines bound the sections in which the two copies of a repeat are weighed.
    prove_headings,
    # Before anything is joined: a stray copy behind a lost end must not be glued to it. Before the doubtful lines are
    # judged: they are judged by the text around them, which must not be a stray's.
    drop_repeats,
    judge_headings,
    # Needs the headlines that are left.
    part_items,
    # Needs items; before joining, so that a tail is joined to its own head.
    put_back_tails,
    # A tail behind a picture hid that it stands alone.
    part_pictures,
    # Last: every block now stands where it belongs.
    join_splits,
)


def run(blocks: tuple[Block, ...], steps: Iterable[Step] = STEPS) -> Cleaned:
    """Run the steps in order and gather what they removed and noted."""
    removed: list[Removed] = []
    notes: list[Note] = []
    for step in steps:
        done = step(blocks)
        blocks = done.blocks
        removed += done.removed
        notes += done.notes
    return Cleaned(blocks=blocks, removed=tuple(removed), notes=tuple(notes))
