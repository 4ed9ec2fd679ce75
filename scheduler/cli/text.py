"""Commands on text alone, without database or network: ``restore``."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from worker.clean.block import Note
    from worker.domain import Restored

#: So much of a block is shown in the proof, characters.
_SHOWN = 72


def restore(
    file: Annotated[Path, typer.Argument(help="A page dump: the text of one newspaper page; - reads standard input.")],
    explain: Annotated[
        bool, typer.Option("--explain", help="Show what was done to each block and on what evidence.")
    ] = False,
    day: Annotated[
        str | None, typer.Option("--date", help="Date of the edition, YYYY-MM-DD: gives datelines their year.")
    ] = None,
) -> None:
    """Restore a page dump: print its items, and what was taken out, as JSON."""
    from dataclasses import asdict, replace

    from scheduler.cli.options import parse_day
    from scheduler.cli.output import print_json
    from worker.clean import explain_page, with_dateline
    from worker.parse.page_text import decode_page_text

    data = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
    printed = parse_day(day) if day else None
    restored, notes = explain_page(decode_page_text(data, str(file)))
    restored = replace(restored, items=tuple(with_dateline(item, printed) for item in restored.items))
    if explain:
        _print_proof(restored, notes)
    else:
        print_json(asdict(restored))


def _print_proof(restored: "Restored", notes: "tuple[Note, ...]") -> None:
    from rich.markup import escape

    from scheduler.cli.output import console

    out = console()
    step = ""
    for note in notes:
        if note.step != step:
            step = note.step
            out.print(f"\n[bold]{step.replace('_', ' ')}[/]")
        colour = "red" if note.done.startswith("removed") else "green" if note.done.startswith("joined") else "cyan"
        out.print(
            f"  {escape(_short(note.text))}\n    [{colour}]{escape(note.done)}[/] [dim]{escape(note.evidence)}[/]"
        )
    out.print("\n[bold]items[/]")
    for number, item in enumerate(restored.items, 1):
        first = item.title or next(iter([*item.captions, *item.paragraphs]), "")
        made = f"{len(item.paragraphs)} paragraphs, {len(item.captions)} captions"
        flags = f" [yellow]{', '.join(item.flags)}[/]" if item.flags else ""
        out.print(f"  {number}. {item.kind} {escape(_short(first))} [dim]{made}[/]{flags}")
    out.print("\n[bold]taken out[/]")
    for piece in restored.removed:
        out.print(f"  [red]{piece.reason}[/] {escape(_short(piece.text))}")


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _SHOWN else f"{line[:_SHOWN]}…"
