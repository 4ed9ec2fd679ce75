"""The grid as an HTML table, made by joining strings: thousands of cells are too many for a template's loop."""

from collections.abc import Sequence
from datetime import date

from markupsafe import Markup, escape

from scheduler.board.grid import Cell, Grid, Line
from scheduler.board.languages import Words
from scheduler.board.marks import mark
from scheduler.board.text import foreign, plain

_SATURDAY = 5


def table(grid: Grid, t: Words) -> Markup:
    """The table; each cell is a link whose name says day and state, for those who see neither colour nor place."""
    heads = "".join(_head(day, t) for day in grid.days)
    parts = [
        f'<table class="grid"><caption class="vh">{escape(t("front.grid"))}</caption>',
        f'<thead><tr><th scope="col">{escape(t("publication.one"))}</th>{heads}</tr></thead><tbody>',
    ]
    shown: dict[str, tuple[str, str]] = {}
    parts += [_row(line, grid.days, shown, t) for line in grid.lines]
    parts.append("</tbody></table>")
    return Markup("".join(parts))  # noqa: S704  # every foreign piece is escaped where it is put in


def _head(day: date, t: Words) -> str:
    weekend = ' class="weekend"' if day.weekday() >= _SATURDAY else ""
    return f'<th scope="col"{weekend}>{day:%m-%d}<br>{escape(t(f"weekday.{day.weekday()}"))}</th>'


def _row(line: Line, days: Sequence[date], shown: dict[str, tuple[str, str]], t: Words) -> str:
    cells = "".join(
        f"<td>{''.join(_cell(cell, day, shown, t) for cell in line.cells.get(day, ())) or '·'}</td>" for day in days
    )
    name = f'<a href="/publications/{escape(line.slug)}" lang="{escape(plain(line.language))}">{foreign(line.name)}</a>'
    return f'<tr><th scope="row">{name}<small>{escape(line.slug)}</small></th>{cells}</tr>\n'


def _cell(cell: Cell, day: date, shown: dict[str, tuple[str, str]], t: Words) -> str:
    if cell.word not in shown:
        word = t(f"state.{cell.word}") if t.has(f"state.{cell.word}") else cell.word
        shown[cell.word] = (str(escape(word)), mark(cell.word))
    word, sign = shown[cell.word]
    label = f" {escape(plain(cell.label))}" if cell.label else ""
    name = f"{day:%m-%d}{label} {word}"
    return f'<a href="/editions/{cell.id}" class="s-{cell.word}" aria-label="{name}" title="{name}">{sign}</a>'
