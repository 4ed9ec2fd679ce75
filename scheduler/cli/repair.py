"""Commands that change how editions stand: ``retry``, ``skip``, ``hold``, ``release``, ``accept``."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from scheduler.cli.options import Day, DryRun, Label, Reason, Slug, change, opened, parse_day
from scheduler.cli.output import Json, WrongUsage, note, print_json, print_table

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from worker.store.moves import Change
    from worker.store.tables import Edition

_COLUMNS = ("publication", "date", "label", "state", "pages", "articles", "error")

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
    _run(lambda session: [actions.find(session, slug, wanted, label)], act, reason, dry_run=dry_run, as_json=as_json)


def _all_with(fingerprint: str, act: Act, reason: str, *, dry_run: bool, as_json: bool) -> None:
    from scheduler import actions

    def chosen(session: "Session") -> Sequence["Edition"]:
        found = actions.with_fingerprint(session, fingerprint)
        if not found:
            raise WrongUsage(f"no ended edition has the fault {fingerprint}; `broadsheet faults` lists them")
        return found

    done = _run(chosen, act, reason, dry_run=dry_run, as_json=as_json)
    if done == actions.MOST:
        note(f"broadsheet: {done} editions; call it again for the rest")


def _run(
    chosen: Callable[["Session"], Sequence["Edition"]], act: Act, reason: str, *, dry_run: bool, as_json: bool
) -> int:
    from worker.errors import Refused

    rows: list[dict[str, Any]] = []

    def work(session: "Session") -> None:
        rows.clear()
        how = change(reason)
        for edition in chosen(session):
            said = act(session, edition, how)
            session.refresh(edition)
            rows.append(_row(session, edition) | {"done": said})
        if dry_run:
            raise _Undone

    with opened() as database:
        try:
            database.run(work)
        except _Undone:
            note("dry run: nothing was changed")
        except Refused as error:
            raise WrongUsage(str(error)) from error
    if as_json:
        print_json(rows)
    else:
        print_table(rows, ("done", *_COLUMNS), "")
    return len(rows)


def _row(session: "Session", edition: "Edition") -> dict[str, Any]:
    from scheduler.glance import edition_row
    from worker.store.tables import Publication

    return edition_row(edition, session.get_one(Publication, edition.publication_id).slug)
