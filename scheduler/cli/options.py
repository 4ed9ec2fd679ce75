"""What several commands take: names of editions, dates, reasons, dry runs; and the database that they work on."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from scheduler.cli.output import WrongUsage

if TYPE_CHECKING:
    from worker.store.database import Database
    from worker.store.moves import Change

Slug = Annotated[str, typer.Argument(metavar="PUB", help="Slug of a publication, such as weifangdaily.")]
Day = Annotated[str, typer.Argument(metavar="DATE", help="Date of the edition, YYYY-MM-DD.")]
Label = Annotated[str, typer.Option(help="Name of an extra edition of that day.")]
Reason = Annotated[str, typer.Option(help="Why, for those who read the events later.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would be done, and change nothing.")]


def parse_day(text: str) -> date:
    """Read a date as a user gives it."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise WrongUsage(f"{text!r} is not a date; write YYYY-MM-DD") from error


def change(reason: str) -> "Change":
    """A change by the person at the command line, now."""
    from worker.actors import operator_name
    from worker.store.moves import Change

    return Change(actor=operator_name(), at=datetime.now(UTC), reason=" ".join(reason.split()))


@contextmanager
def opened() -> Iterator["Database"]:
    """The database that the settings name."""
    from worker.settings import get_settings
    from worker.store.opening import open_database

    database = open_database(get_settings())
    try:
        yield database
    finally:
        database.close()
