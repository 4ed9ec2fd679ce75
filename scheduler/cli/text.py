"""Commands on text alone, without database or network: ``restore``."""

import sys
from pathlib import Path
from typing import Annotated

import typer


def restore(
    file: Annotated[Path, typer.Argument(help="A page dump: the text of one newspaper page; - reads standard input.")],
) -> None:
    """Restore a page dump: print its items, and what was taken out, as JSON."""
    from dataclasses import asdict

    from scheduler.cli.output import print_json
    from worker.clean import restore_page
    from worker.parse.page_text import decode_page_text

    data = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
    restored = restore_page(decode_page_text(data, str(file)))
    print_json(asdict(restored))
