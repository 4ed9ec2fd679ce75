"""Commands on the catalogue: ``publications`` and its ``search``, ``show``, ``enable``, ``disable``, ``reset``.

The other commands of the group stand in ``adding.py`` and ``templates.py``.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer

from scheduler.cli.output import Json, WrongUsage, note, plain, print_json, print_table, say

if TYPE_CHECKING:
    from scheduler.catalogue import Catalogue, Row
    from worker.store.database import Database
    from worker.store.tables import Decision

Slugs = Annotated[list[str], typer.Argument(metavar="SLUG...", help="Slugs of publications, such as weifangdaily.")]
Reason = Annotated[str, typer.Option(help="Why, one line; kept with the decision.")]

_COLUMNS = ("slug", "name", "region", "family", "enabled", "verified", "edition_url")

#: So many of its editions are shown with a publication.
_EDITIONS = 10

#: Days ahead in which the next edition is looked for.
_AHEAD = 400

app = typer.Typer(
    help="The newspapers: list, search and show them, switch them on and off, add one, check whether templates fit.",
    invoke_without_command=True,
    rich_markup_mode=None,
)


@app.callback()
def publications(
    context: typer.Context,
    every: Annotated[bool, typer.Option("--all", help="Also those that are not enabled.")] = False,
    as_json: Json = False,
) -> None:
    """List the newspapers of the catalogue, search and show them, switch them on and off, add one, check templates."""
    if context.invoked_subcommand is None:
        found, rows, decided = _read()
        chosen = [row for row in rows.values() if row.enabled or every]
        empty = "no publication is enabled: `broadsheet publications --all` lists all"
        _print_rows(chosen, found, decided, empty, as_json=as_json)


@app.command()
def search(
    text: Annotated[str, typer.Argument(help="Part of a name, slug, region, host or note.")],
    as_json: Json = False,
) -> None:
    """Search the whole catalogue, also what is not enabled."""
    from urllib.parse import urlsplit

    found, rows, decided = _read()
    wanted = text.casefold()

    def matches(row: "Row") -> bool:
        host = urlsplit(row.edition_url).netloc
        return any(wanted in part.casefold() for part in (row.slug, row.name, row.region, host, row.note))

    chosen = [row for row in rows.values() if matches(row)]
    _print_rows(chosen, found, decided, f"no publication matches {text!r}", as_json=as_json)


@app.command()
def show(
    slug: Annotated[str, typer.Argument(help="Slug of a publication, such as weifangdaily.")], as_json: Json = False
) -> None:
    """Show a publication: its row, its calendar in words, its next edition, and how its last editions went."""
    from scheduler.cli.almanac import in_words

    found, rows, decided = _read()
    row = known(found, rows, slug)
    decision = decided.get(slug)
    following = _next_edition(row)
    past = _editions(slug)
    facts: dict[str, Any] = {
        **_shown(row),
        "source": found.sources[slug],
        "decided": _decided(decision) if decision else None,
        "calendar": in_words(row),
        "next_edition": following,
        "editions": past,
    }
    if as_json:
        print_json(facts)
        return
    for name, value in facts.items():
        if name != "editions" and value not in ("", (), {}, None):
            say(f"{name.replace('_', ' ')}: {_line(value)}")
    say("last editions:")
    print_table(past, ("date", "label", "state", "pages", "articles", "error"), "  none yet")


@app.command()
def enable(slugs: Slugs, reason: Reason = "", as_json: Json = False) -> None:
    """Have publications ingested from the next tick on; kept in the database, whatever the catalogue says."""
    _decide(slugs, reason, enabled=True, as_json=as_json)


@app.command()
def disable(slugs: Slugs, reason: Reason = "", as_json: Json = False) -> None:
    """Have publications not ingested any more; editions that are being worked on are finished."""
    _decide(slugs, reason, enabled=False, as_json=as_json)


@app.command()
def reset(slugs: Slugs, reason: Reason = "", as_json: Json = False) -> None:
    """Let the catalogue decide again whether publications are ingested."""
    _decide(slugs, reason, enabled=None, as_json=as_json)


def known(found: "Catalogue", rows: "Mapping[str, Row]", slug: str) -> "Row":
    """The row of a slug.

    Raises:
        WrongUsage: there is none, or it is not sound.
    """
    if slug in rows:
        return rows[slug]
    broken = next((line for line in found.errors if f"[{slug}]" in line), None)
    raise WrongUsage(broken or f"{slug}: no such publication; `broadsheet publications search TEXT` finds them")


def _read() -> "tuple[Catalogue, Mapping[str, Row], Mapping[str, Decision]]":
    """The catalogue, its rows with operators' decisions applied, and those decisions."""
    from scheduler import catalogue, decisions
    from worker.settings import get_settings
    from worker.store import decisions as stored

    found = catalogue.load(get_settings().catalogue)
    for line in found.errors:
        note(f"broadsheet: {line}")
    with _database() as database:
        if database is None:
            return found, found.rows, {}
        with database.read() as session:
            return found, decisions.applied(session, found.rows), stored.newest(session)


@contextmanager
def _database() -> "Iterator[Database | None]":
    """The database, or None where the embedded one was never made: looking at the catalogue makes none."""
    from worker.settings import get_settings
    from worker.store.opening import open_database

    settings = get_settings()
    if settings.database_url is None and not settings.var_dir.exists():
        yield None
        return
    database = open_database(settings)
    try:
        yield database
    finally:
        database.close()


def _decide(slugs: list[str], reason: str, *, enabled: bool | None, as_json: bool) -> None:
    from scheduler import catalogue, decisions
    from worker.actors import operator_name
    from worker.settings import get_settings
    from worker.store import decisions as stored
    from worker.store.moves import Change
    from worker.store.opening import open_database

    settings = get_settings()
    found = catalogue.load(settings.catalogue)
    for slug in slugs:
        known(found, found.rows, slug)
    change = Change(actor=operator_name(), at=datetime.now(UTC), reason=" ".join(reason.split()))
    database = open_database(settings)
    try:
        with database.begin() as session:
            fresh = stored.decide(session, slugs, change, enabled=enabled)
            rows = decisions.applied(session, found.rows)
    finally:
        database.close()
    told = [{"slug": slug, "enabled": rows[slug].enabled, "changed": slug in fresh} for slug in dict.fromkeys(slugs)]
    if as_json:
        print_json(told)
        return
    for line in told:
        state = "enabled" if line["enabled"] else "not enabled"
        say(f"{line['slug']}: {state}" + ("" if line["changed"] else " (so it was)"))
    for slug in fresh:
        _warn(rows, slug)


def _warn(rows: "Mapping[str, Row]", slug: str) -> None:
    row = rows[slug]
    if not row.enabled:
        return
    same = {row.alternate_of} | {other.slug for other in rows.values() if other.alternate_of == slug}
    for other in sorted(one for one in same if one is not None and rows[one].enabled):
        note(f"broadsheet: {slug} and {other} are start pages of the same newspaper, and both are enabled")
    if row.verified == "never":
        note(f"broadsheet: {slug} was never verified; `broadsheet publications check {slug}` looks whether it is right")


def _shown(row: "Row") -> dict[str, Any]:
    from worker.redact import without_secrets

    # An address may hold the password of a reader's account.
    return row.model_dump() | {"edition_url": without_secrets(row.edition_url)}


def _print_rows(
    chosen: "list[Row]", found: "Catalogue", decided: "Mapping[str, Decision]", empty: str, *, as_json: bool
) -> None:
    facts = [
        {
            **_shown(row),
            "source": found.sources[row.slug],
            "decided": _decided(decided[row.slug]) if row.slug in decided else None,
        }
        for row in chosen
    ]
    if as_json:
        print_json(facts)
    else:
        print_table(facts, _COLUMNS, empty)


def _decided(decision: "Decision") -> dict[str, Any]:
    return {name: getattr(decision, name) for name in ("enabled", "at", "actor", "reason")}


def _next_edition(row: "Row") -> dict[str, Any] | None:
    today = row.calendar.today(datetime.now(UTC))
    for ahead in range(_AHEAD):
        day = today + timedelta(days=ahead)
        if row.calendar.appears(day):
            return {"date": day, "url": day.strftime(row.edition_url), "expected_at": row.calendar.expected_at(day)}
    return None


def _editions(slug: str) -> list[dict[str, Any]]:
    from sqlalchemy import select

    from worker.store.tables import Edition, Publication

    names = ("date", "label", "state", "pages", "articles", "error")
    query = (
        select(*(getattr(Edition, name) for name in names))
        .join(Publication)
        .where(Publication.slug == slug)
        .order_by(Edition.date.desc(), Edition.label)
        .limit(_EDITIONS)
    )
    with _database() as database:
        if database is None:
            return []
        with database.read() as session:
            return [{**row, "state": row["state"].value} for row in session.execute(query).mappings()]


def _line(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {_line(one)}" for name, one in value.items() if one not in ("", None))
    if isinstance(value, list | tuple):
        return ", ".join(map(_line, value))
    return plain(value)
