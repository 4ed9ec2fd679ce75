"""Print a restored page as a marked-up proof: block by block, what was done and on what evidence. Restores nothing."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from worker.clean.block import Note
    from worker.domain import Restored

#: So much of a block's beginning and of its end is shown in the proof, characters.
_HEAD, _TAIL = 44, 24
#: What was done, by the note's first words: the mark in the margin and its colour.
_MARKS = (
    ("removed", "✗", "red strike"),
    ("joined", "⌒", "green"),
    ("moved", "↷", "magenta"),
    ("is a heading", "T", "bold cyan"),
    ("is no heading", "t", "cyan"),
    ("is a subhead", "t", "cyan"),
    ("is a byline", "@", "yellow"),
    ("is a credit", "@", "yellow"),
    ("is a caption", "▣", "blue"),
    ("is a sign-off", "§", "yellow"),
    ("is a jump", "»", "magenta"),
    ("is a furniture", "·", "dim"),
)


def print_proof(page: str, restored: "Restored", notes: "Sequence[Note]") -> None:
    """Print each printed block with its marks, then the items that came of them and what was taken out."""
    from rich.markup import escape

    from scheduler.cli.output import console

    out = console()
    out.print(
        "[bold]proof[/]  ✗ taken out  ⌒ joined to the text before  ↷ moved  T headline  @ people  ▣ picture  § sign-off"
    )
    for block, marks in _marked(page, notes):
        first = _mark(marks[0].done) if marks else (" ", "")
        style = f"[{first[1]}]{escape(short(block))}[/]" if first[1] else escape(short(block))
        out.print(f"\n{first[0]} {style}", highlight=False)
        for note in marks:
            sign, colour = _mark(note.done)
            colour = colour.removesuffix(" strike") or "default"
            out.print(f"    [{colour}]{sign} {escape(note.done)}:[/] [dim]{escape(note.evidence)}[/]", highlight=False)
    out.print("\n[bold]items[/]")
    for number, item in enumerate(restored.items, 1):
        title = item.title or next(iter([*item.captions, *item.paragraphs]), "")
        made = f"{len(item.paragraphs)} paragraphs, {len(item.captions)} captions"
        flags = f" [yellow]{', '.join(item.flags)}[/]" if item.flags else ""
        out.print(f"  {number}. {item.kind} {escape(short(title))} [dim]{made}[/]{flags}", highlight=False)
    out.print("\n[bold]taken out[/]")
    for piece in restored.removed:
        out.print(f"  [red]{piece.reason}[/] {escape(short(piece.text))}", highlight=False)


def _mark(done: str) -> tuple[str, str]:
    return next(((sign, colour) for words, sign, colour in _MARKS if done.startswith(words)), ("•", "cyan"))


def _marked(page: str, notes: "Iterable[Note]") -> "Iterator[tuple[str, list[Note]]]":
    """Yield each block in printed order with the notes on it; lines that were healed stand as the block they became."""
    from worker.clean.linebreaks import heal_line_breaks
    from worker.clean.read import read

    of_text: dict[str | int, list[Note]] = defaultdict(list)
    for note in notes:
        of_text[note.text if note.line is None else note.line].append(note)
    given = read(page).blocks
    firsts = {note.text for note in notes if note.step == heal_line_breaks.__name__}
    for block in heal_line_breaks(given).blocks:
        healed = next((text for text in firsts if text != block.text and block.text.startswith(text)), None)
        gone = of_text.pop(block.line, [])
        marks = gone or of_text.pop(block.text, [])
        yield block.text, [*(of_text.pop(healed, []) if healed else []), *marks]


def short(text: str) -> str:
    """Return a block's beginning and end in one line."""
    line = " ".join(text.split())
    return line if len(line) <= _HEAD + _TAIL + 1 else f"{line[:_HEAD]}…{line[-_TAIL:]}"
