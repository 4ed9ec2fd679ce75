"""The form that asks for a backfill: read, made, filled in again. What may be asked, ``scheduler.asking`` decides."""

from collections.abc import Mapping
from datetime import datetime
from urllib.parse import urlencode

from sqlalchemy.orm import Session

from scheduler.asking import Asked, asked
from scheduler.catalogue import Row
from worker.domain import State
from worker.errors import Refused
from worker.settings import Settings
from worker.store import backfills
from worker.store.backfills import INCLUDABLE
from worker.store.moves import Change
from worker.store.tables import Backfill

#: Dates of newspapers that are looked through while somebody waits: a few seconds' worth.
_MOST = 5_000_000

#: Most editions under way that a form may ask for.
_WIDEST = 100_000

#: The boxes of the states in which editions are opened again begin with this.
_BOX = "include_"


def read(form: Mapping[str, str], rows: Mapping[str, Row], now: datetime) -> Asked:
    """What a form asks for.

    Raises:
        Refused: it cannot be made, in one line.
    """
    return asked(
        rows,
        form.get("publications", "").replace(",", " ").split(),
        every="all" in form,
        first=form.get("first", ""),
        last=form.get("last", ""),
        include=",".join(name.removeprefix(_BOX) for name in form if name.startswith(_BOX)),
        now=now,
        most=_MOST,
    )


def make(session: Session, form: Mapping[str, str], wanted: Asked, change: Change, settings: Settings) -> int:
    """Make the backfill's row; gives its number.

    Raises:
        Refused: the number of editions under way is none.
    """
    row = backfills.add(
        session,
        slugs=wanted.slugs,
        first=wanted.first,
        last=wanted.last,
        newest_first="oldest_first" not in form,
        cap=_cap(form.get("window", ""), settings),
        total=wanted.total,
        change=change,
        include=wanted.include,
    )
    return row.id


def address(form: Mapping[str, str]) -> str:
    """Where the form is shown with what stood in it, so that a refused one need not be filled in anew."""
    return f"/backfills?{urlencode({name: value for name, value in form.items() if name != 'token'})}#ask"


def again(row: Backfill) -> str | None:
    """Where the form stands filled in to open again what did not come out well in a backfill; None if all did."""
    bad = [state for state in INCLUDABLE if getattr(row, state)]
    if not bad:
        return None
    span = {"publications": " ".join(row.publications), "first": str(row.first_date), "last": str(row.last_date)}
    return address(span | {f"{_BOX}{State(state)}": "1" for state in bad})


def _cap(text: str, settings: Settings) -> int:
    if not text.strip():
        return settings.backfill_window
    number = int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0  # noqa: PLR2004  # of digits
    if not 0 < number <= _WIDEST:
        raise Refused(f"{text[:40]!r} is no number of editions under way; write 1 to {_WIDEST}")
    return number
