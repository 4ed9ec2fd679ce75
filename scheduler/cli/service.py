"""Commands on the service itself: ``up``, ``migrate``, ``config``, ``doctor``."""

import time
from typing import Annotated, Any

import typer

from scheduler.cli.output import Json, WrongUsage, console, note, plain, print_json, print_table, say

#: Settings that are shown but for their password.
_URLS = frozenset({"database_url", "redis_url"})


def up(
    flower: Annotated[bool, typer.Option(help="Also run Flower.")] = True,
    board: Annotated[
        bool | None, typer.Option("--board/--no-board", help="Also run the edition board.  [default: BROADSHEET_BOARD]")
    ] = None,
) -> None:
    """Run the service on this machine: two workers, beat, Flower, the edition board and the metrics, until Ctrl-C."""
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
            service.add("flower", supervisor.flower(port))
        if settings.metrics_port:
            service.add("metrics", supervisor.metrics())
        look_only = "" if settings.flower_user else ", to look only: BROADSHEET_FLOWER_USER is not set"
        addresses = [f"Flower: http://{settings.flower_host}:{port}/{look_only}"] if flower else []
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
            "value": masked(name, getattr(settings, name)),
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


def doctor(
    only: Annotated[
        list[str] | None,
        typer.Option(help="One check, such as redis or 'progress daily'; may be repeated."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Check everything the service depends on and say how to mend it; exit 1 if something is really wrong."""
    from rich.markup import escape

    from scheduler.checks import CHECKS, run_checks
    from worker.settings import get_settings

    for name in only or ():
        if not any(name == check or name.startswith(f"{check} ") for check in CHECKS):
            raise WrongUsage(f"--only {name}: there is no such check; there are {', '.join(CHECKS)}")
    findings = []
    colours = {"ok": "[green]ok  [/]", "warn": "[yellow]warn[/]", "bad": "[red]BAD [/]"}
    for finding in run_checks(get_settings(), only or ()):
        findings.append(finding)
        if not as_json:
            console().print(colours[finding.level], escape(f"{finding.check}: {finding.text}"))
            if finding.remedy:
                console().print(f"       -> {escape(finding.remedy)}")
    if as_json:
        print_json(
            [
                {
                    "check": finding.check,
                    "ok": finding.ok,
                    "level": finding.level,
                    "finding": finding.text,
                    "remedy": finding.remedy or None,
                }
                for finding in findings
            ]
        )
    if not all(finding.ok for finding in findings):
        raise typer.Exit(1)


def masked(name: str, value: Any) -> Any:
    """A setting's value as it may be shown: of secrets only the database and broker URLs, without their passwords."""
    from pydantic import SecretStr
    from sqlalchemy import make_url
    from sqlalchemy.exc import ArgumentError

    from worker.redact import without_secrets

    if not isinstance(value, SecretStr):
        return value if isinstance(value, int | float | str | None) else plain(value)
    try:
        # Other addresses, such as a webhook's, are secrets as a whole.
        shown = make_url(value.get_secret_value()).render_as_string(hide_password=True)
        return without_secrets(shown) if name in _URLS else "***"
    except ArgumentError:
        return "***"
