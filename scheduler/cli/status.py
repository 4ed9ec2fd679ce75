"""Commands that show how editions stand: ``status``, ``events``, ``faults``. They change nothing."""

import sys
import time
from collections import deque
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer

from scheduler.cli.options import Label, opened, parse_day
from scheduler.cli.output import Json, WrongUsage, json_line, note, plain, print_json, print_table, say

if TYPE_CHECKING:
    from worker.store.database import Database

COLUMNS = ("publication", "date", "label", "state", "pages", "articles", "updated_at", "error")

#: How far back the glance and the faults look, days.
_DAYS = 7


def status(
    publication: Annotated[str | None, typer.Argument(metavar="[PUB]", help="Only this publication.")] = None,
    day: Annotated[str | None, typer.Argument(metavar="[DATE]", help="With PUB: the life of that edition.")] = None,
    label: Label = "",
    slug: Annotated[str | None, typer.Option("--publication", help="Only this publication.")] = None,
    date_: Annotated[str | None, typer.Option("--date", help="Only this date, YYYY-MM-DD.")] = None,
    state: Annotated[list[str] | None, typer.Option(help="Only editions in this state; may be repeated.")] = None,
    backfill: Annotated[int | None, typer.Option(help="Only editions of this backfill.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="Most editions to list.")] = 200,
    summary: Annotated[bool, typer.Option("--summary", help="The numbers alone; with --json one object.")] = False,
    as_json: Json = False,
) -> None:
    """Show where editions stand: today at a glance, with PUB DATE the life of one edition, with options a list.

    Also shows which publishers' hosts are left alone or slowed, and with PUB how that one's is treated.
    """
    from scheduler.cli.glance import host_line
    from scheduler.glance import host_of
    from worker.settings import get_settings

    states = _states(state or [])
    text = day or date_
    wanted = parse_day(text) if text else None
    slug = publication or slug
    with opened() as database:
        if publication and wanted and not date_:
            _life(database, publication, wanted, label, as_json=as_json)
        elif summary or not (slug or wanted or states or backfill or as_json):
            _glance(database, limit, summary=summary, as_json=as_json)
        else:
            rows = edition_rows(database, slug=slug, day=wanted, states=states, backfill=backfill, limit=limit)
            host = host_of(database, get_settings(), slug) if slug else None
            if as_json:
                print_json([row | {"host": host} for row in rows] if slug else rows)
                return
            print_table(rows, COLUMNS, "no such editions: `broadsheet ingest PUB DATE` reads one")
            if host:
                say(host_line(host))


def events(
    follow: Annotated[bool, typer.Option("--follow", help="Go on with new ones until Ctrl-C.")] = False,
    publication: Annotated[str | None, typer.Option(help="Only this publication.")] = None,
    since: Annotated[str | None, typer.Option(help="From this on: YYYY-MM-DD[THH:MM] in UTC, or 30m, 6h, 2d.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="Most events to begin with, the newest.")] = 100,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, one event a line.")] = False,
) -> None:
    """Show what happened to editions and pages: every change with who, why, attempt and token; oldest first."""
    from sqlalchemy.exc import OperationalError

    from worker.store import events as stored
    from worker.store.database import unusable

    moment = _moment(since) if since else None
    with opened() as database:
        with database.read() as session:
            first = last = stored.last_id(session)
            rows = stored.newest(session, publication=publication, since=moment, limit=limit)
        seen: deque[int] = deque(maxlen=10_000)
        away = False
        while True:
            for row in rows:
                if row["id"] not in seen:
                    seen.append(row["id"])
                    say(json_line(row) if as_json else _event_line(row))
            if not follow:
                return
            sys.stdout.flush()
            time.sleep(1)
            try:
                with database.read() as session:
                    rows = [row for row in stored.after(session, last, publication=publication) if row["id"] > first]
            except OperationalError as error:
                # Who follows wants to see what comes after; told once.
                if not away:
                    note(f"{unusable(error, database.name)}; goes on when it is back")
                rows, away = [], True
                continue
            last, away = max([last, *(row["id"] for row in rows)]), False


def faults(
    days: Annotated[int, typer.Option(min=1, help="How many days back.")] = _DAYS, as_json: Json = False
) -> None:
    """Group what went wrong: the same fault of many editions is one line, with the command that retries them all."""
    from worker.store import overview

    with opened() as database, database.read() as session:
        found = overview.faults(session, datetime.now(UTC).date() - timedelta(days=days))
    rows: list[dict[str, Any]] = [
        {
            "fingerprint": group.fingerprint,
            "failure": group.failure.value,
            "editions": group.editions,
            "pages": group.pages,
            "publications": list(group.publications),
            "newest": group.newest,
            "error": group.example,
            "command": f"broadsheet retry --fingerprint {group.fingerprint}",
        }
        for group in found
    ]
    if as_json:
        print_json(rows)
        return
    shown = [row | {"publications": _some(row["publications"])} for row in rows]
    columns = ("fingerprint", "failure", "editions", "pages", "publications", "newest", "error")
    print_table(shown, columns, f"no faults in {days} days")
    if rows:
        say("\n`broadsheet retry --fingerprint F` opens all editions with a fault again; mend its cause first.")


def edition_rows(
    database: "Database",
    *,
    slug: str | None = None,
    day: date | None = None,
    states: tuple[str, ...] = (),
    backfill: int | None = None,
    edition_id: int | None = None,
    limit: int = 1,
) -> list[dict[str, Any]]:
    """Editions as they are listed, the newest first."""
    from sqlalchemy import select

    from scheduler.glance import edition_row
    from worker.store.tables import Edition, Publication

    query = select(Edition, Publication.slug).join(Publication)
    if slug is not None:
        query = query.where(Publication.slug == slug)
    if day is not None:
        query = query.where(Edition.date == day)
    if states:
        query = query.where(Edition.state.in_(states))
    if backfill is not None:
        query = query.where(Edition.backfill_id == backfill)
    if edition_id is not None:
        query = query.where(Edition.id == edition_id)
    query = query.order_by(Edition.date.desc(), Publication.slug, Edition.label).limit(limit)
    with database.read() as session:
        return [edition_row(edition, found) for edition, found in session.execute(query)]


def _glance(database: "Database", limit: int, *, summary: bool, as_json: bool) -> None:
    from scheduler.cli.glance import print_glance
    from scheduler.glance import glance
    from worker.settings import get_settings

    found = glance(database, get_settings(), datetime.now(UTC), limit)
    if as_json:
        print_json(found)
    else:
        print_glance(database, found, limit, summary=summary)


def _life(database: "Database", slug: str, day: date, label: str, *, as_json: bool) -> None:
    from scheduler import actions
    from scheduler.cli.glance import host_line
    from scheduler.glance import edition_row, host_of
    from worker.errors import Refused
    from worker.settings import get_settings
    from worker.store import editions
    from worker.store import events as stored

    with database.read() as session:
        try:
            edition = actions.find(session, slug, day, label)
        except Refused as error:
            raise WrongUsage(str(error)) from error
        row = edition_row(edition, slug)
        pages = [_page_row(page) for page in editions.pages_of(session, edition.id)]
        told = stored.of_edition(session, edition.id)
    host = host_of(database, get_settings(), slug)
    if as_json:
        print_json(row | {"host": host, "pages_in_detail": pages, "events": told})
        return
    print_table([row], COLUMNS, "")
    for line in _remarks(row):
        say(line)
    if host:
        say(host_line(host))
    if pages:
        say("")
        print_table(pages, ("page", "name", "state", "listed", "attempts", "next_attempt_at", "error"), "")
    say("")
    for event in told:
        say(_event_line(event, short=True))


def _remarks(row: dict[str, Any]) -> list[str]:
    lines = []
    if row["held_at"]:
        why = f": {row['hold_reason']}" if row["hold_reason"] else ""
        lines.append(f"on hold since {plain(row['held_at'])} by {row['held_by']}{why}")
    if row["reading_again"]:
        lines.append(f"it is being read again; what is stored stands as {row['state']}")
    if row["off_calendar"]:
        lines.append("its calendar has no edition on this day")
    if row["reread_at"]:
        lines.append(f"read again at {plain(row['reread_at'])} for late pages and corrections")
    if row["usual_pages"]:
        lines.append(f"{row['pages']} pages of usually {row['usual_pages']}")
    if row["fingerprint"]:
        lines.append(f"failure: {row['failure']}, fingerprint {row['fingerprint']}")
    return lines


def _page_row(page: Any) -> dict[str, Any]:
    names = ("name", "listed", "error", "fingerprint", "attempts", "deaths", "next_attempt_at", "url", "updated_at")
    return {
        "page": page.number,
        "state": page.state.value,
        "settled": page.settled.value if page.settled else None,
        "failure": page.failure.value if page.failure else None,
        **{name: getattr(page, name) for name in names},
    }


def _event_line(row: dict[str, Any], *, short: bool = False) -> str:
    what = [] if short else [row["publication"], str(row["date"]), *([row["label"]] if row["label"] else [])]
    place = " ".join([*what, *([f"page {row['page']}"] if row["page"] else ["edition"] if short else [])])
    moved = row["to"] if row["from"] == row["to"] else f"{row['from'] or 'new'} -> {row['to']}"
    count = f" (attempt {row['attempt']}, token {row['token']})" if row["token"] else ""
    return f"{plain(row['at'])}  {place}  {moved}  {row['actor']}{count}: {row['reason']}"


def _states(words: list[str]) -> tuple[str, ...]:
    from worker.domain import State

    unknown = [word for word in words if word not in set(State)]
    if unknown:
        raise WrongUsage(f"{unknown[0]!r} is not a state; there are {', '.join(State)}")
    return tuple(words)


def _moment(text: str) -> datetime:
    units = {"m": "minutes", "h": "hours", "d": "days"}
    if text[:-1].isdigit() and text[-1:] in units:
        return datetime.now(UTC) - timedelta(**{units[text[-1]]: int(text[:-1])})
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise WrongUsage(f"{text!r} is no time; write YYYY-MM-DD, YYYY-MM-DDTHH:MM, 30m, 6h or 2d") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _some(names: list[str], most: int = 3) -> str:
    return ", ".join(names[:most]) + (f" and {len(names) - most} more" if len(names) > most else "")
