"""Commands on text alone, without database or network: ``restore``."""

import sys
from pathlib import Path
from typing import Annotated

import typer


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
    from scheduler.cli.proof import print_proof
    from worker.clean import explain_page, with_dateline, without_jump_lines
    from worker.parse.page_text import decode_page_text

    data = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
    printed = parse_day(day) if day else None
    page = decode_page_text(data, str(file))
    restored, notes = explain_page(page)
    restored = without_jump_lines(restored)
    restored = replace(restored, items=tuple(with_dateline(item, printed) for item in restored.items))
    if explain:
        print_proof(page, restored, notes)
    else:
        print_json(asdict(restored))
