"""What commands print: tables for people, JSON for programs, progress on terminals and plain lines elsewhere."""

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from typing import Annotated, Any, Protocol

import typer
from rich.console import Console
from rich.table import Table

from worker.errors import BroadsheetError

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


class WrongUsage(BroadsheetError):
    """The command was called wrongly: exit status 2."""


class Progress(Protocol):
    """Long work as it goes on."""

    def __call__(self, line: str, done: int, total: int, /) -> None:
        """Tell what was just done, and how much is."""


def console() -> Console:
    """Standard output for people; wide where it is not a terminal, so that no line is broken there."""
    return Console(width=None if sys.stdout.isatty() else 10_000, highlight=False)


def say(line: str) -> None:
    """Print one line to standard output."""
    sys.stdout.write(f"{line}\n")


def note(line: str) -> None:
    """Print one line to standard error, where it does not disturb what a program reads."""
    sys.stderr.write(f"{line}\n")


def print_json(value: Any) -> None:
    """Print a value as indented JSON."""
    say(json.dumps(value, ensure_ascii=False, indent=1, default=plain))


def json_line(value: Any) -> str:
    """A value as one line of JSON."""
    return json.dumps(value, ensure_ascii=False, default=plain)


def plain(value: Any) -> str:
    """Dates and moments in ISO 8601, everything else as text."""
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds").replace("+00:00", "Z")
    return value.isoformat() if isinstance(value, date) else str(value)


def print_table(rows: Sequence[Mapping[str, Any]], columns: Sequence[str], empty: str) -> None:
    """Print rows as a table of the named columns, or a sentence if there are none."""
    if not rows:
        say(empty)
        return
    console().print(table(rows, columns))


def table(rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> Table:
    """Rows as a table of the named columns, states in colour."""
    made = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        made.add_column(column.replace("_", " "), no_wrap=column != "error", overflow="fold")
    for row in rows:
        made.add_row(*(_cell(column, row[column]) for column in columns))
    return made


def _cell(column: str, value: Any) -> str:
    from rich.markup import escape

    text = "" if value is None else escape(plain(value) if not isinstance(value, str | int) else str(value))
    colours = {
        "complete": "green",
        "done": "green",
        "partial": "yellow",
        "suspect": "yellow",
        "waiting": "yellow",
        "failed": "red",
        "missing": "red",
    }
    colour = colours.get(text) if column == "state" else None
    return f"[{colour}]{text}[/]" if colour else text


@contextmanager
def progress(title: str, *, quiet: bool = False) -> Iterator[Progress]:
    """Show long work on standard error: a bar on a terminal, plain lines elsewhere."""
    if quiet:
        yield lambda _line, _done, _total: None
    elif not sys.stderr.isatty():
        yield lambda line, done, total: note(f"[{done}/{total}] {line}")
    else:
        from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
        from rich.progress import Progress as Bar

        error_console = Console(stderr=True, highlight=False)
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
        with Bar(*columns, console=error_console, transient=True) as bar:
            task = bar.add_task(title, total=None)

            def tell(line: str, done: int, total: int) -> None:
                bar.console.print(line, markup=False)
                bar.update(task, completed=done, total=total)

            yield tell
