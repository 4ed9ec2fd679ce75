"""The command ``ingest``: one edition, now, in this process."""

from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from scheduler.cli.options import Day, Label, Slug, parse_day
from scheduler.cli.output import Json, WrongUsage, note, print_json, print_table, progress
from scheduler.cli.status import COLUMNS, edition_rows
from worker.domain import ENDED, State

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from worker.outcome import Outcome
    from worker.services import Services


def ingest(
    publication: Slug,
    day: Day,
    more: Annotated[list[Path] | None, typer.Argument(metavar="[FILE]...", help="Further page dumps.")] = None,
    page_text: Annotated[
        list[Path] | None,
        typer.Option(help="Take page dumps instead of fetching: one file a page, in order."),
    ] = None,
    label: Label = "",
    url: Annotated[str | None, typer.Option(help="Address of an extra edition's index; goes with --label.")] = None,
    enqueue: Annotated[bool, typer.Option(help="Leave the work to the running service.")] = False,
    as_json: Json = False,
) -> None:
    """Ingest one edition now, in this process; an edition that was read before is read again."""
    from worker.actors import operator_name
    from worker.services import open_services
    from worker.settings import get_settings

    dumps = _read_dumps([*(page_text or []), *(more or [])] if page_text else [], more)
    if dumps and enqueue:
        raise WrongUsage("--enqueue does not go with --page-text")
    if url and (dumps or not label):
        raise WrongUsage("--url is the index of an extra edition: it goes with --label, and not with --page-text")
    services = open_services(get_settings(), operator_name())
    try:
        edition_id = _open_edition(
            services, publication, parse_day(day), label, url=url, dumps=bool(dumps), enqueue=enqueue
        )
        if enqueue:
            _enqueue(services, edition_id)
            note(f"{publication} {day}: enqueued; watch it with `broadsheet status --publication {publication}`")
            return
        failed = _run(services, edition_id, dumps, quiet=as_json)
        rows = edition_rows(services.database, edition_id=edition_id)
    finally:
        services.close()
    if as_json:
        print_json(rows[0])
    else:
        print_table(rows, COLUMNS, "")
    if failed:
        note(f"broadsheet: {failed}")
        raise typer.Exit(1)


def _read_dumps(paths: list[Path], more: list[Path] | None) -> list[tuple[str, bytes]]:
    from worker.errors import BadInput
    from worker.parse.page_text import decode_page_text

    if more and not paths:
        raise WrongUsage(f"{more[0]}: page dumps are given with --page-text")
    dumps = []
    names = [path.name for path in paths]
    for number, path in enumerate(paths, 1):
        try:
            data = path.read_bytes()
        except OSError as error:
            raise BadInput(f"{path}: {error.strerror}") from error
        # Looked at before anything is stored, so that a bad file changes nothing.
        decode_page_text(data, str(path))
        dumps.append((path.name if names.count(path.name) == 1 else f"{path.name}#{number}", data))
    return dumps


def _open_edition(
    services: "Services", slug: str, day: date, label: str, *, url: str | None, dumps: bool, enqueue: bool
) -> int:
    from scheduler import catalogue, decisions, planner, register
    from worker.store import editions, moves
    from worker.store.moves import Change
    from worker.store.tables import Edition

    found = catalogue.load(services.settings.catalogue)
    row = found.rows.get(slug)
    if row is None:
        broken = next((line for line in found.errors if f"[{slug}]" in line), None)
        raise WrongUsage(broken or f"{slug}: no such publication; `broadsheet publications --all` lists them")
    now = services.clock()
    if day > row.calendar.today(now):
        raise WrongUsage(f"{slug} {day} is in the future: in {row.time_zone} it is {row.calendar.today(now)}")
    change = Change(actor=services.actor, at=now, reason="asked for")
    with services.database.begin() as session:
        row = decisions.applied(session, {slug: row})[slug]
        publication_id = register.publications(session, [row], change)[slug]
        due = planner.edition(row, day, now)
        edition_id, _ = register.edition(session, publication_id, due, change, label=label)
        edition = session.get_one(Edition, edition_id)
        _refuse_mixture(session, edition_id, f"{slug} {day}", dumps=dumps)
        edition.index_url = url or edition.index_url
        if label and not dumps and not edition.index_url:
            raise WrongUsage(f"{slug} {day} {label}: an extra edition has an index of its own: give it with --url")
        if edition.state in ENDED:
            moves.move_edition(session, edition_id, State.SCHEDULED, change, attempts=0)
        elif edition.state not in {State.SCHEDULED, State.WAITING}:
            raise WrongUsage(
                f"{slug} {day} is being worked on ({edition.state}); `broadsheet status` shows how far it is"
            )
        elif edition.state is State.WAITING:
            moves.move_edition(session, edition_id, State.SCHEDULED, change)
        # Work in this process is left alone by a running service, which takes it over should this process die.
        grace = timedelta(0) if enqueue else timedelta(seconds=services.settings.lease_seconds)
        editions.mark_due(session, edition_id, now + grace)
    return edition_id


def _refuse_mixture(session: "Session", edition_id: int, name: str, *, dumps: bool) -> None:
    from worker.store import editions

    other = "web" if dumps else "text"
    if any(page.source == other for page in editions.pages_of(session, edition_id)):
        came = "from the web" if dumps else "from page dumps"
        raise WrongUsage(f"{name} is stored {came} already; give this one a --label to keep both")


def _enqueue(services: "Services", edition_id: int) -> None:
    from worker import embedded, tasks

    embedded.ensure(services.settings)
    tasks.send_indexes(services, [edition_id])


def _run(services: "Services", edition_id: int, dumps: list[tuple[str, bytes]], *, quiet: bool) -> str | None:
    """Read an edition to its end in this process; gives why it is not complete, if it is not."""
    from worker import ingest as story

    with progress("pages", quiet=quiet) as tell:
        outcome: Outcome = (
            story.index_text(services, edition_id, dumps) if dumps else story.index(services, edition_id, by_hand=True)
        )
        for done, page_id in enumerate(outcome.pages, 1):
            page = story.page(services, page_id, by_hand=True)
            tell(page.text, done, len(outcome.pages))
        if outcome.pages:
            outcome = story.finish(services, edition_id)
            if outcome.state is None:
                outcome = _wait_for_others(services, edition_id)
    return None if outcome.state in {State.COMPLETE, State.SUSPECT} else outcome.text


def _wait_for_others(services: "Services", edition_id: int) -> "Outcome":
    """A running service has taken some of the pages: let it finish them."""
    import time

    from worker.outcome import Outcome
    from worker.store.tables import Edition

    deadline = time.monotonic() + 2 * services.settings.lease_seconds
    while True:
        with services.database.read() as session:
            edition = session.get_one(Edition, edition_id)
        if edition.state in ENDED:
            return Outcome(state=edition.state, text=edition.error or "")
        if time.monotonic() > deadline:
            return Outcome(text="the service has not finished its pages; `broadsheet status` shows how far it is")
        time.sleep(0.2)
