"""Commands for those who watch the service: ``flower``, ``metrics``, ``notify``."""

import contextlib
import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from scheduler.cli.output import Json, note, plain, print_json, print_table, say

if TYPE_CHECKING:
    from scheduler.notify.tell import Channel


def flower(
    port: Annotated[int | None, typer.Option(min=0, max=65535, help="Another port than the setting's.")] = None,
) -> None:
    """Run Flower: tasks, workers and queues in a browser; its history survives a restart."""
    from scheduler import supervisor
    from worker import embedded
    from worker.settings import get_settings
    from worker.store.opening import make_var_dir

    settings = get_settings()
    make_var_dir(settings)
    embedded.ensure(settings)
    chosen = settings.flower_port if port is None else port
    command = supervisor.flower(chosen or supervisor.free_port())
    note(f"broadsheet: Flower listens on http://{settings.flower_host}:{command[-1].partition('=')[2]}/")
    # The same process goes on as Flower, so that whoever supervises us supervises it.
    os.execv(sys.executable, command)  # noqa: S606  # our own command


def metrics(
    once: Annotated[bool, typer.Option("--once", help="Print the metrics once, serve nothing.")] = False,
    port: Annotated[int | None, typer.Option(min=1, max=65535, help="Another port than the setting's.")] = None,
) -> None:
    """Serve the service's metrics to Prometheus, from the database and Redis: right with no worker alive."""
    from prometheus_client import generate_latest

    from scheduler.cli.output import WrongUsage
    from scheduler.cli.signals import stop_signals
    from scheduler.metrics import server, sources
    from worker import log
    from worker.errors import Unusable
    from worker.settings import get_settings

    settings = get_settings()
    with sources.opened(settings) as registry:
        if once:
            say(generate_latest(registry).decode().rstrip())
            return
        chosen = port or settings.metrics_port
        if not chosen:
            raise WrongUsage("BROADSHEET_METRICS_PORT is 0: give a port with --port")
        try:
            serving = server.make(registry, settings.metrics_host, chosen)
        except OSError as error:
            place = f"{settings.metrics_host}:{chosen}"
            raise Unusable(f"metrics: {place}: {error.strerror}; set BROADSHEET_METRICS_PORT") from error
        # From here on we are one of the service's processes, whose log tells what was away.
        log.configure(settings)
        note(f"broadsheet: metrics at http://{settings.metrics_host}:{chosen}/metrics")
        with serving, stop_signals(), contextlib.suppress(KeyboardInterrupt):
            serving.serve_forever()


def notify(
    test: Annotated[bool, typer.Option("--test", help="Send a test message by every way that is configured.")] = False,
    as_json: Json = False,
) -> None:
    """List what people are told of by webhook and mail; ``--test`` tries whether they can be reached."""
    from scheduler.notify import book, tell
    from worker.settings import get_settings
    from worker.store.opening import open_database

    settings = get_settings()
    ways = tell.channels(settings)
    if test:
        _try(ways)
        return
    database = open_database(settings)
    try:
        with database.read() as session:
            rows = [
                {
                    "since": plain(row.first_at),
                    "problem": row.problem,
                    "count": row.count,
                    "told": plain(row.sent_at) if row.sent_at else None,
                    "text": row.text,
                    "error": row.error,
                }
                for row in book.standing(session)
            ]
    finally:
        database.close()
    if as_json:
        print_json(rows)
        return
    if not ways:
        note("broadsheet: nobody is told: set BROADSHEET_NOTIFY_WEBHOOK or BROADSHEET_NOTIFY_SMTP_URL")
    print_table(rows, ("since", "problem", "count", "told", "text", "error"), "nothing to tell")


def _try(ways: "Sequence[Channel]") -> None:
    from scheduler.notify import message
    from worker.errors import BroadsheetError, Unusable

    if not ways:
        raise Unusable("nobody can be told: set BROADSHEET_NOTIFY_WEBHOOK or BROADSHEET_NOTIFY_SMTP_URL")
    failed = False
    for way in ways:
        try:
            way.send(message.trial())
        except BroadsheetError as error:
            failed = True
            note(f"broadsheet: {error}")
        else:
            say(f"{way.name}: sent")
    if failed:
        raise typer.Exit(1)
