"""Word a message: one text and one subject for all that is to be told at a time, whatever carries it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from worker.store.tables import Notification

#: Editions of one cause that the text names.
_NAMED = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What is sent at a time."""

    subject: str  #: one line
    text: str  #: a line a cause
    particulars: list[dict[str, Any]]  #: the same for programs


def compose(rows: Sequence[Notification]) -> Message:
    """Word what is to be told; ``rows`` is not empty."""
    lines = [f"{'Over' if row.pending == 'resolved' else _word(row)}: {row.text}{_others(row)}" for row in rows]
    new = sum(row.pending == "open" for row in rows)
    over = len(rows) - new
    parts = [f"{new} to look at" if new else "", f"{over} over" if over else ""]
    subject = lines[0] if len(rows) == 1 else ", ".join(part for part in parts if part)
    return Message(
        subject=f"Broadsheet: {subject}"[:200],
        text="\n".join(lines),
        particulars=[
            {
                "cause": row.cause,
                "problem": row.problem,
                "state": row.pending,
                "text": row.text,
                "since": row.first_at.isoformat(timespec="seconds").replace("+00:00", "Z"),
                "count": row.count,
                "editions": row.editions,
            }
            for row in rows
        ],
    )


def trial() -> Message:
    """What ``broadsheet notify --test`` sends."""
    text = "Test: Broadsheet can reach you here."
    return Message(subject="Broadsheet: test", text=text, particulars=[])


def _word(row: Notification) -> str:
    return row.problem.replace("_", " ").capitalize()


def _others(row: Notification) -> str:
    if row.count < 2:  # noqa: PLR2004  # the text names the first
        return ""
    named = [
        " ".join(filter(None, (item["publication"], item["date"], item["label"]))) for item in row.editions[1:_NAMED]
    ]
    left = row.count - 1 - len(named)
    return f" — also {', '.join(named)}{f' and {left} more' if left else ''}"
