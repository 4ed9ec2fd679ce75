"""Tell a table of data from one that only lays out a page, and read its rows. Changes no tree."""

from worker.parse.select import text_of
from worker.parse.text import tidy
from worker.parse.tree import Node, children

Rows = tuple[tuple[str, ...], ...]
_LONG_CELL = 60
_MOST_CELLS = 5_000


def data_rows(table: Node) -> Rows | None:
    """The cells of a table of data, row by row; None where the table is layout: one column, prose, pictures, tables."""
    if any(inner.mem_id != table.mem_id for inner in table.css("img, table")):  # a node finds itself, too
        return None
    rows: list[tuple[str, ...]] = []
    for row in table.css("tr")[:_MOST_CELLS]:
        cells = tuple(tidy(text_of(cell)) for cell in children(row) if cell.tag in {"td", "th"})
        if any(cells):
            rows.append(cells)
    wide = [row for row in rows if sum(bool(cell) for cell in row) > 1]
    if len(rows) < 2 or 2 * len(wide) < len(rows):  # noqa: PLR2004
        return None
    filled = [cell for row in rows for cell in row if cell]
    if sum(len(cell) > _LONG_CELL for cell in filled) * 4 > len(filled):
        return None
    return tuple(rows)
