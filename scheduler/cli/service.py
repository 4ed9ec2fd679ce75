"""Commands on the service itself: ``up``, ``publications``, ``migrate``, ``config``, ``doctor``."""

import time
from typing import Annotated, Any

import typer

from scheduler.cli.output import Json, console, note, plain, print_json, print_table, say


def up(
    flower: Annotated[bool, typer.Option(help="Also run Flower.")] = True,
    board: Annotated[
        bool | None, typer.Option("--board/--no-board", help="Also run the edition board.  [default: BROADSHEET_BOARD]")
    ] = None,
) -> None:
    """Run the service on this machine: two workers, beat, Flower and the edition board, until Ctrl-C."""
    from scheduler import catalogue, supervisor
    from scheduler.checks import check_broker
    from scheduler.cli.signals import stop_signals
    from worker import embedded
    from worker.settings import get_settings
    from worker.store.opening import make_var_dir, open_database

    settings = get_settings()
    for line in catalogue.load(settings.catalogue).errors:
        note(f"broadsheet: {line}")
    make_var_dir(settings)
    open_database(settings).close()
    ours = embedded.ensure(settings)
    check_broker(settings)
    service = supervisor.Supervisor(supervisor.child_environment())
    port = settings.flower_port or supervisor.free_port()
    try:
        service.add("worker-daily", supervisor.worker("daily", "daily", settings.daily_processes))
        service.add("worker-backfill", supervisor.worker("backfill", "backfill", settings.backfill_processes))
        service.add("beat", supervisor.beat())
        if flower:
            service.add("flower", supervisor.flower(settings, port))
        addresses = [f"Flower: http://127.0.0.1:{port}/"] if flower else []
        if settings.board if board is None else board:
            board_port = settings.board_port or supervisor.free_port()
            service.add("board", supervisor.board(settings, board_port))
            addresses.insert(0, f"board: http://{settings.board_host}:{board_port}/")
        note("; ".join(("broadsheet is up; Ctrl-C stops it", *addresses)))
        with stop_signals():
            while True:
                for line in service.check():
                    note(f"broadsheet: {line}")
                time.sleep(0.5)
    except KeyboardInterrupt:
        note(f"broadsheet: stopping; tasks get {settings.soft_shutdown_seconds:.0f} s to end, the rest stays queued")
    finally:
        service.stop(supervisor.grace(settings))
        if ours:
            embedded.stop(settings)
    note("broadsheet: stopped")


def publications(
    every: Annotated[bool, typer.Option("--all", help="Also those that are not enabled.")] = False,
    as_json: Json = False,
) -> None:
    """List the newspapers of the catalogue."""
    from scheduler import catalogue
    from worker.settings import get_settings

    found = catalogue.load(get_settings().catalogue)
    rows = [row.model_dump() for row in found.rows.values() if row.enabled or every]
    for line in found.errors:
        note(f"broadsheet: {line}")
    if as_json:
        print_json(rows)
    else:
        columns = ("slug", "name", "family", "enabled", "verified", "edition_url")
        print_table(rows, columns, "no publication is enabled: `broadsheet publications --all` lists all")


def migrate(as_json: Json = False) -> None:
    """Bring the database to the schema of this version."""
    from worker.settings import get_settings
    from worker.store import schema
    from worker.store.database import Database
    from worker.store.opening import make_var_dir

    settings = get_settings()
    if settings.database_url is None:
        make_var_dir(settings)
    database = Database(settings.sqlalchemy_url)
    try:
        before, after = schema.migrate(database)
    finally:
        database.close()
    if as_json:
        print_json({"database": database.name, "before": before, "after": after})
    elif before == after:
        say(f"{database.name}: schema {after} already")
    else:
        say(f"{database.name}: schema {before or 'none'} -> {after}")


def config(
    markdown: Annotated[bool, typer.Option("--markdown", help="Print the README's table of settings.")] = False,
    as_json: Json = False,
) -> None:
    """List every setting with its value and where it comes from; secrets are masked."""
    from worker.settings import PREFIX, Settings, get_settings, sources, unknown_variables

    if markdown:
        say("| variable | default | meaning |\n|---|---|---|")
        for name, field in Settings.model_fields.items():
            default = "" if field.default in {None, ""} else f"`{field.default}`"
            say(f"| `{PREFIX}{name.upper()}` | {default} | {field.description} |")
        return
    settings, origin = get_settings(), sources()
    rows: list[dict[str, Any]] = [
        {
            "setting": name,
            "value": masked(getattr(settings, name)),
            "source": origin[name],
            "meaning": field.description,
        }
        for name, field in Settings.model_fields.items()
    ]
    if as_json:
        print_json(rows)
    else:
        print_table(rows, ("setting", "value", "source"), "")
    for name, meant in unknown_variables().items():
        note(f"broadsheet: {name} is not a setting" + (f"; did you mean {meant}?" if meant else ""))


def doctor(as_json: Json = False) -> None:
    """Check configuration, database, Redis, archive and catalogue; exit 1 if something is wrong."""
    from rich.markup import escape

    from scheduler.checks import run_checks
    from worker.settings import get_settings

    findings = list(run_checks(get_settings()))
    if as_json:
        print_json([{"check": name, "ok": ok, "finding": text} for name, ok, text in findings])
    else:
        for name, ok, text in findings:
            console().print("[green]ok [/]" if ok else "[red]BAD[/]", escape(f"{name}: {text}"))
    if not all(ok for _, ok, _ in findings):
        raise typer.Exit(1)


def masked(value: Any) -> Any:
    """A setting's value as it may be shown: URLs without their passwords."""
    from pydantic import SecretStr
    from sqlalchemy import make_url
    from sqlalchemy.exc import ArgumentError

    if not isinstance(value, SecretStr):
        return value if isinstance(value, int | float | str | None) else plain(value)
    try:
        return make_url(value.get_secret_value()).render_as_string(hide_password=True)
    except ArgumentError:
        return "***"
