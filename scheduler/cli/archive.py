"""Commands on the raw archive: ``captures`` and ``reprocess``."""

import sys
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from scheduler.cli.options import Slug, parse_day
from scheduler.cli.output import Json, WrongUsage, note, print_json, print_table, progress, say

if TYPE_CHECKING:
    from datetime import date

    from worker.reprocess import Report
    from worker.services import Services

_COLUMNS = ("id", "publication", "date", "fetched_at", "status", "size", "revisit_of", "url")
_SHOWN = ("date", "label", "before", "after", "pages", "new", "changed", "same", "withdrawn", "error")


def captures(
    what: Annotated[
        str | None, typer.Argument(metavar="[PUB]", help="Slug of a publication; or `show ID`; or `verify`.")
    ] = None,
    ids: Annotated[list[int] | None, typer.Argument(metavar="[ID]...", help="With `show`: ids of captures.")] = None,
    day: Annotated[str | None, typer.Option("--date", help="Only editions of this date, YYYY-MM-DD.")] = None,
    url: Annotated[str | None, typer.Option(help="Only addresses that contain this.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="Most captures to list, newest first.")] = 200,
    headers: Annotated[bool, typer.Option("--headers", help="With `show`: only the HTTP headers.")] = False,
    body: Annotated[
        bool, typer.Option("--body", help="With `show`: only the body, as it was before compression.")
    ] = False,
    as_json: Json = False,
) -> None:
    """List the raw archive's captures; `captures show ID` prints one, `captures verify` checks index and files."""
    if (what == "show") != bool(ids):
        raise WrongUsage("captures show ID prints a capture; captures [PUB] lists them; captures verify checks them")
    if what == "show":
        for capture_id in ids or []:
            _show(capture_id, headers=headers, body=body, as_json=as_json)
    elif what == "verify":
        _verify(as_json=as_json)
    else:
        _list(what, parse_day(day) if day else None, url, limit, as_json=as_json)


def reprocess(
    publication: Slug,
    first: Annotated[str, typer.Argument(metavar="FROM", help="First date, YYYY-MM-DD.")],
    last: Annotated[str, typer.Argument(metavar="TO", help="Last date, YYYY-MM-DD.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only report what would be stored.")] = False,
    as_json: Json = False,
) -> None:
    """Read editions again from the raw archive, without one request; only changed content is stored."""
    from worker import reprocess as again

    since, until = parse_day(first), parse_day(last)
    if since > until:
        raise WrongUsage(f"{first} is after {last}")
    services = _offline_services()
    reports: list[Report] = []
    try:
        with services.database.read() as session:
            found = again.editions_between(session, publication, since, until)
        if not found:
            raise WrongUsage(f"{publication} has no editions from {first} to {last}; `broadsheet status` lists them")
        with progress("editions", quiet=as_json) as tell:
            for done, edition_id in enumerate(found, 1):

                def line(text: str, done: int = done) -> None:
                    tell(text, done - 1, len(found))

                report = again.reprocess(services, edition_id, dry_run=dry_run, tell=line)
                reports.append(report)
                tell(_told(publication, report, dry_run=dry_run), done, len(found))
    finally:
        services.close()
    _print_reports(publication, reports, dry_run=dry_run, as_json=as_json)
    if any(report.failures for report in reports):
        raise typer.Exit(1)


def _offline_services() -> "Services":
    from dataclasses import replace

    from worker.actors import operator_name
    from worker.fetch.offline import NoFetcher
    from worker.services import open_services
    from worker.settings import get_settings

    services = open_services(get_settings(), operator_name())
    services.fetcher.close()
    return replace(services, fetcher=NoFetcher())


def _told(publication: str, report: "Report", *, dry_run: bool) -> str:
    name = " ".join(filter(None, (publication, str(report.date), report.label)))
    if report.skipped:
        return f"{name}: skipped, {report.skipped}"
    stored = report.stored
    would = "would be " if dry_run else ""
    return (
        f"{name}: {would}{report.after}: {report.pages} pages, articles: {stored.new} new, {stored.changed} changed, "
        f"{stored.same} same, {stored.withdrawn} withdrawn"
    )


def _print_reports(publication: str, reports: "list[Report]", *, dry_run: bool, as_json: bool) -> None:
    rows = [
        {
            "publication": publication,
            "date": report.date,
            "label": report.label,
            "before": report.before.value,
            "after": report.after.value,
            "pages": report.pages,
            **asdict(report.stored),
            "skipped": report.skipped,
            "failures": [{"page": page, "error": why} for page, why in report.failures],
        }
        for report in reports
    ]
    if as_json:
        totals = {name: sum(row[name] for row in rows) for name in ("pages", "new", "changed", "same", "withdrawn")}
        print_json({"dry_run": dry_run, **totals, "editions": rows})
        return
    lines = [
        row | {"error": row["skipped"] or "; ".join(f"page {one['page']}: {one['error']}" for one in row["failures"])}
        for row in rows
    ]
    print_table(lines, _SHOWN, "")
    if dry_run:
        note("broadsheet: nothing was stored (--dry-run)")


def _list(publication: str | None, day: "date | None", url: str | None, limit: int, *, as_json: bool) -> None:
    from worker.settings import get_settings
    from worker.store import captures as index
    from worker.store import editions
    from worker.store.opening import open_database

    database = open_database(get_settings())
    try:
        with database.read() as session:
            if publication is not None and editions.find_publication(session, publication) is None:
                raise WrongUsage(
                    f"{publication}: no publication of this name was ever read; `broadsheet publications` lists them"
                )
            rows = list(index.listing(session, publication=publication, day=day, url=url, limit=limit))
    finally:
        database.close()
    if as_json:
        print_json(rows)
    else:
        print_table(rows, _COLUMNS, "no captures")


def _show(capture_id: int, *, headers: bool, body: bool, as_json: bool) -> None:
    from worker.fetch.archive import Archive
    from worker.settings import get_settings
    from worker.store import captures as index
    from worker.store.opening import open_database
    from worker.store.tables import Capture

    settings = get_settings()
    database = open_database(settings)
    try:
        with database.read() as session:
            row = session.get(Capture, capture_id)
            if row is None:
                raise WrongUsage(f"{capture_id}: no such capture; `broadsheet captures` lists them")
            values = next(index.listing(session, capture_id=capture_id))
            holder = index.original(session, row)
    finally:
        database.close()
    archive = Archive(settings.archive)
    whole = archive.response(index.location(holder), url=row.url, fetched_at=row.fetched_at)
    own = whole if holder is row else archive.response(index.location(row), url=row.url, fetched_at=row.fetched_at)
    if as_json:
        print_json(values | {"headers": [list(pair) for pair in own.headers]})
    elif body:
        sys.stdout.flush()
        sys.stdout.buffer.write(whole.body)
        sys.stdout.buffer.flush()
    else:
        if not headers:
            for name, value in values.items():
                if value not in {None, ""}:
                    say(f"{name}: {_plain(value)}")
            say("")
        if own.status:
            say(f"HTTP/1.1 {own.status} {own.reason}".rstrip())
        for name, value in own.headers:
            say(f"{name}: {value}")


def _plain(value: Any) -> str:
    from scheduler.cli.output import plain

    return plain(value)


def _verify(*, as_json: bool) -> None:
    from worker.verification import verify

    services = _offline_services()
    try:
        repaired = services.archive.repair(services.indexed)
        with progress("files", quiet=as_json) as tell:
            found = verify(services, tell)
    finally:
        services.close()
    if as_json:
        print_json(asdict(found) | {"repaired": repaired})
    else:
        for problem in found.problems:
            place = f"{problem.file}{'' if problem.offset is None else f' at {problem.offset}'}"
            row = "" if problem.capture is None else f" (capture {problem.capture})"
            say(f"{place}{row}: {problem.what}")
        say(
            f"{found.files} files, {found.rows} captures, {found.records} records: "
            + (f"{len(found.problems)} problems" if found.problems else "all in order")
        )
    if found.problems:
        raise typer.Exit(1)
