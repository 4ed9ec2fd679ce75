"""The table of a chaos run, for people and as JSON."""

import json
import sys
from collections.abc import Sequence
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from tests.chaos.trial import Result

_COLUMNS = ("fault", "database", "injected", "editions", "lost", "doubled", "to recover", "picked up", "verdict")

#: Most problems of a trial that people are shown.
_SHOWN = 10


def show(results: Sequence[Result]) -> None:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in _COLUMNS:
        table.add_column(column, justify="left" if column in {"fault", "database", "verdict"} else "right")
    for result in results:
        table.add_row(*map(escape, _cells(result)))
    console = Console(width=None if sys.stdout.isatty() else 160, highlight=False)
    console.print(table)
    for result in results:
        for problem in result.problems[:_SHOWN]:
            console.print(f"{result.fault}, {result.database}: {problem}", markup=False, soft_wrap=True)
        if len(result.problems) > _SHOWN:
            console.print(
                f"{result.fault}, {result.database}: and {len(result.problems) - _SHOWN} more; --json has all"
            )
    console.print(
        "to recover: from the end of the fault until every edition had ended; "
        "picked up: from a dead worker's lease's end, within two ticks",
        soft_wrap=True,
    )


def write_json(results: Sequence[Result], **about: Any) -> None:
    rows = [result.plain() for result in results]
    sys.stdout.write(json.dumps(about | {"trials": rows}, ensure_ascii=False, indent=1) + "\n")


def _cells(result: Result) -> list[str]:
    if result.skipped:
        return [result.fault, result.database, *[""] * 6, result.verdict]
    numbers = map(str, (result.injected, result.editions, result.lost, result.doubled))
    times = (f"{seconds:.1f} s" if seconds is not None else "" for seconds in (result.seconds, result.pick_up))
    return [result.fault, result.database, *numbers, *times, result.verdict]
