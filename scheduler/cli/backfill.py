"""Commands on backfills: ``backfill`` asks for a range of editions, ``backfills`` lists and steers them."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from scheduler.cli.options import DryRun, Reason, change, opened
from scheduler.cli.output import Json, WrongUsage, note, print_json, print_table, say

if TYPE_CHECKING:
    from scheduler.asking import Asked
    from worker.store.database import Database

_COLUMNS = (
    *("id", "state", "publications", "first_date", "last_date", "total", "done", "to_do", "under_way", "failed"),
    *("missing", "an_hour", "expected_end"),
)


class Step(StrEnum):
    """What may be done to a backfill."""

    SHOW = "show"
    PAUSE = "pause"
    RESUME = "resume"
    CANCEL = "cancel"


def backfill(
    words: Annotated[
        list[str],
        typer.Argument(metavar="[PUB]... FROM TO", help="Slugs, then the first and the last date, YYYY-MM-DD."),
    ],
    every: Annotated[bool, typer.Option("--all", help="Every newspaper that is enabled.")] = False,
    oldest_first: Annotated[bool, typer.Option("--oldest-first", help="Begin with FROM instead of TO.")] = False,
    window: Annotated[
        int | None, typer.Option(min=1, help="Most editions under way at the same time.", show_default="the setting")
    ] = None,
    include: Annotated[
        str,
        typer.Option(metavar="STATES", help="Open these again, too: failed,missing,partial,suspect, or some of it."),
    ] = "",
    reason: Reason = "",
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Ask for a range of past editions; the service reads them, a few at a time, behind today's.

    Editions that are there already are left alone, but for those in the states of --include: they are tried again, as
    `retry` does it. `broadsheet backfills` shows how far it is.
    """
    from scheduler import catalogue, decisions
    from scheduler.asking import asked
    from worker.errors import Refused
    from worker.settings import get_settings
    from worker.store import backfills

    if len(words) < 2:  # noqa: PLR2004  # two dates
        raise WrongUsage("write PUB… FROM TO, such as: broadsheet backfill weifangdaily 2025-01-01 2025-12-31")
    *slugs, first, last = words
    settings = get_settings()
    with opened() as database:
        with database.read() as session:
            rows = decisions.applied(session, catalogue.load(settings.catalogue).rows)
        try:
            wanted = asked(rows, slugs, every=every, first=first, last=last, include=include, now=datetime.now(UTC))
        except Refused as error:
            raise WrongUsage(str(error)) from error
        if dry_run:
            there, again = _there(database, wanted)
            found: dict[str, Any] = {
                "publications": wanted.slugs, "first_date": wanted.first, "last_date": wanted.last,
                "total": wanted.total, "there": sum(there.values()), "there_by_state": there, "opened_again": again,
                "dry_run": True,
            }  # fmt: skip
            if as_json:
                print_json(found)
            else:
                say(_told(found))
                note("dry run: nothing was changed")
            return
        how = change(reason)
        made = database.run(
            lambda session: (
                backfills.add(
                    session,
                    slugs=wanted.slugs,
                    first=wanted.first,
                    last=wanted.last,
                    newest_first=not oldest_first,
                    cap=window or settings.backfill_window,
                    total=wanted.total,
                    change=how,
                    include=wanted.include,
                ).id
            )
        )
        _print(database, [made], as_json=as_json)
    note(
        f"backfill {made}: {wanted.total} editions; the service reads them, `broadsheet backfills` shows how far it is"
    )


def backfills(
    step: Annotated[Step | None, typer.Argument(metavar="[show|pause|resume|cancel]", help="What to do.")] = None,
    number: Annotated[int | None, typer.Argument(metavar="[ID]", help="Which backfill.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="Most backfills to list, the newest first.")] = 20,
    reason: Reason = "",
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """List backfills and how far they are, or show, pause, resume or cancel one.

    A paused one begins nothing until it is resumed; a cancelled one skips what it has not begun.
    """
    from worker.domain import BackfillState
    from worker.errors import Refused
    from worker.store import backfills as stored

    with opened() as database:
        if step is None:
            with database.read() as session:
                ids = [row.id for row in stored.latest(session, limit)]
            _print(database, ids, as_json=as_json)
            return
        if number is None:
            raise WrongUsage(f"say which: broadsheet backfills {step} ID")
        if step is not Step.SHOW:
            to = {
                Step.PAUSE: BackfillState.PAUSED,
                Step.RESUME: BackfillState.RUNNING,
                Step.CANCEL: BackfillState.CANCELLED,
            }[step]
            how = change(reason)
            try:
                with database.begin() as session:
                    stored.move(session, number, to, how)
                    if dry_run:
                        session.rollback()
            except Refused as error:
                raise WrongUsage(str(error)) from error
            if dry_run:
                note("dry run: nothing was changed")
        _print(database, [number], as_json=as_json, detail=step is Step.SHOW)


def _there(database: "Database", wanted: "Asked") -> tuple[dict[str, int], int]:
    """Editions that are there, by state, and how many of them would be opened again."""
    from sqlalchemy import func, select

    from worker.store.tables import Edition, Publication

    free = Edition.held_at.is_(None) & Edition.off_calendar.is_(False)
    query = select(Edition.state, free, func.count()).join(Publication).where(Publication.slug.in_(wanted.slugs))
    query = query.where(Edition.date.between(wanted.first, wanted.last), Edition.label == "").group_by(
        Edition.state, free
    )
    there: dict[str, int] = {}
    again = 0
    with database.read() as session:
        for state, may_be_opened, count in session.execute(query):
            there[state.value] = there.get(state.value, 0) + count
            again += count if state in wanted.include and may_be_opened else 0
    return there, again


def _told(found: dict[str, Any]) -> str:
    span = f"{len(found['publications'])} newspapers, {found['first_date']} to {found['last_date']}"
    there = ", ".join(f"{count} {state}" for state, count in sorted(found["there_by_state"].items()))
    again = f", {found['opened_again']} of which would be opened again" if found["opened_again"] else ""
    listed = f" ({there})" if there else ""
    return f"{span}: {found['total']} editions, {found['there']} are there already{listed}{again}"


def _print(database: "Database", ids: list[int], *, as_json: bool, detail: bool = False) -> None:
    from scheduler.glance import backfill_row
    from worker.store import backfills as stored
    from worker.store.tables import Backfill

    now = datetime.now(UTC)
    rows = []
    with database.read() as session:
        for number in ids:
            row = session.get(Backfill, number)
            if row is None:
                raise WrongUsage(f"there is no backfill {number}; `broadsheet backfills` lists them")
            rows.append(backfill_row(row, stored.progress(session, row, now)))
    if as_json:
        print_json(rows)
        return
    shown = [row | {"publications": _some(row["publications"])} for row in rows]
    print_table(shown, _COLUMNS, "no backfills: `broadsheet backfill PUB FROM TO` asks for one")
    if detail and rows:
        hidden = ("complete", "partial", "suspect", "skipped", "existing", "made", "include", "cap", "cursor_date")
        facts = (*hidden, "created_by", "created_at", "reason")
        say("  ".join(f"{name.replace('_', ' ')}: {rows[0][name]}" for name in facts))
        say(f"`broadsheet status --backfill {ids[0]} --state failed` lists what failed")


def _some(names: list[str]) -> str:
    return names[0] + (f" and {len(names) - 1} more" if len(names) > 1 else "")
