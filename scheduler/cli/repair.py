"""Commands that change how editions stand: ``retry``, ``skip``, ``hold``, ``release``, ``accept``."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from scheduler.cli.options import Day, DryRun, Label, Reason, Slug, change, opened, parse_day
from scheduler.cli.output import Json, WrongUsage, note, print_json, print_table, progress

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from worker.store.database import Database
    from worker.store.moves import Change
    from worker.store.tables import Edition

_COLUMNS = ("publication", "date", "label", "state", "pages", "articles", "error")

#: Editions that are listed at most, other than by ``--json``.
_SHOWN = 50

Act = Callable[["Session", "Edition", "Change"], str]


class _Undone(Exception):
    """Ends a dry run's transaction without a trace."""


def retry(
    publication: Annotated[str | None, typer.Argument(metavar="[PUB]", help="Slug of a publication.")] = None,
    day: Annotated[str | None, typer.Argument(metavar="[DATE]", help="Date of the edition, YYYY-MM-DD.")] = None,
    page: Annotated[
        list[str] | None, typer.Option(help="Number of a single page, bad or not; may be repeated.")
    ] = None,
    whole: Annotated[bool, typer.Option("--whole", help="Its index and every page, not only the bad ones.")] = False,
    fingerprint: Annotated[str | None, typer.Option(help="All ended editions with this fault, see `faults`.")] = None,
    label: Label = "",
    reason: Reason = "",
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Open ended editions again: their bad pages if they have such, else all of them. The service does the work."""
    from scheduler import actions

    if page and whole:
        raise WrongUsage("--page and --whole do not go together")

    def act(session: "Session", edition: "Edition", how: "Change") -> str:
        pages = actions.retry(session, edition, how, pages=page or (), whole=whole)
        return f"pages {', '.join(pages)} opened again" if pages else "opened again as a whole"

    if fingerprint is None:
        if publication is None or day is None:
            raise WrongUsage("say which: PUB DATE, or --fingerprint F")
        _act(publication, day, label, act, reason, dry_run=dry_run, as_json=as_json)
        return
    if publication or page:
        raise WrongUsage("--fingerprint takes every edition with that fault; leave PUB, DATE and --page out")
    _all_with(fingerprint, act, reason, dry_run=dry_run, as_json=as_json)


def skip(
    publication: Slug, day: Day, label: Label = "", reason: Reason = "", dry_run: DryRun = False, as_json: Json = False
) -> None:
    """Say that there is no such edition: nobody looks for it any more. `retry` takes that back."""
    from scheduler import actions

    _act(publication, day, label, _plainly(actions.skip, "skipped"), reason, dry_run=dry_run, as_json=as_json)


def hold(
    publication: Slug, day: Day, label: Label = "", reason: Reason = "", dry_run: DryRun = False, as_json: Json = False
) -> None:
    """Put an edition on hold: nothing of it is sent or begun until `release`."""
    from scheduler import actions

    _act(publication, day, label, _plainly(actions.hold, "on hold"), reason, dry_run=dry_run, as_json=as_json)


def release(
    publication: Slug, day: Day, label: Label = "", reason: Reason = "", dry_run: DryRun = False, as_json: Json = False
) -> None:
    """Let an edition that is on hold go on."""
    from scheduler import actions

    _act(publication, day, label, _plainly(actions.release, "released"), reason, dry_run=dry_run, as_json=as_json)


def accept(
    publication: Slug,
    day: Day,
    label: Label = "",
    from_now_on: Annotated[
        bool, typer.Option("--from-now-on", help="The newspaper looks like this now: forget how it looked before.")
    ] = False,
    reason: Reason = "",
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Say that a partial or suspect edition is sound: it is complete from now on, and part of the history."""
    from functools import partial

    from scheduler import actions

    act = _plainly(partial(actions.accept, starts_history=from_now_on), "accepted")
    _act(publication, day, label, act, reason, dry_run=dry_run, as_json=as_json)


def _plainly(action: Callable[["Session", "Edition", "Change"], None], words: str) -> Act:
    def act(session: "Session", edition: "Edition", how: "Change") -> str:
        action(session, edition, how)
        return words

    return act


def _act(slug: str, day: str, label: str, act: Act, reason: str, *, dry_run: bool, as_json: bool) -> None:
    from scheduler import actions

    wanted = parse_day(day)

    def one(session: "Session") -> Sequence["Edition"]:
        return [actions.find(session, slug, wanted, label)]

    with opened() as database:
        done = _once(database, one, act, reason, dry_run=dry_run)
    _tell([row for _, row in done], dry_run=dry_run, as_json=as_json)


def _all_with(fingerprint: str, act: Act, reason: str, *, dry_run: bool, as_json: bool) -> None:
    """All editions with a fault, a batch a transaction: what is done stands if a later one fails."""
    from functools import partial

    from scheduler import actions

    rows: list[dict[str, Any]] = []
    with opened() as database, progress("opening again", quiet=as_json) as show:
        with database.read() as session:
            total = actions.count_with_fingerprint(session, fingerprint)
        if not total:
            raise WrongUsage(f"no ended edition has the fault {fingerprint}; `broadsheet faults` lists them")
        last: Edition | None = None
        while True:
            after = (last.date, last.id) if last else None
            chosen = partial(actions.with_fingerprint, fingerprint=fingerprint, after=after)
            done = _once(database, chosen, act, reason, dry_run=dry_run)
            if not done:
                break
            last = done[-1][0]
            rows += [row for _, row in done]
            if total > actions.MOST:
                show(f"editions down to {last.date}", len(rows), max(total, len(rows)))
    _tell(rows, dry_run=dry_run, as_json=as_json)


def _once(
    database: "Database", chosen: Callable[["Session"], Sequence["Edition"]], act: Act, reason: str, *, dry_run: bool
) -> list[tuple["Edition", dict[str, Any]]]:
    """Act on the chosen editions in one transaction; a dry run's is rolled back."""
    from worker.errors import Refused

    done: list[tuple[Edition, dict[str, Any]]] = []

    def work(session: "Session") -> None:
        done.clear()
        how = change(reason)
        for edition in chosen(session):
            said = act(session, edition, how)
            session.refresh(edition)
            done.append((edition, _row(session, edition) | {"done": said}))
        session.expunge_all()
        if dry_run:
            raise _Undone

    try:
        database.run(work)
    except _Undone:
        pass
    except Refused as error:
        raise WrongUsage(str(error)) from error
    return done


def _tell(rows: list[dict[str, Any]], *, dry_run: bool, as_json: bool) -> None:
    if dry_run:
        note(f"dry run: nothing was changed; {len(rows)} edition{'s' * (len(rows) != 1)} would be")
    if as_json:
        print_json(rows)
        return
    print_table(rows[:_SHOWN], ("done", *_COLUMNS), "")
    if len(rows) > _SHOWN:
        note(f"broadsheet: {len(rows)} editions, {_SHOWN} are shown; --json lists all")


def _row(session: "Session", edition: "Edition") -> dict[str, Any]:
    from scheduler.glance import edition_row
    from worker.store.tables import Publication

    return edition_row(edition, session.get_one(Publication, edition.publication_id).slug)
