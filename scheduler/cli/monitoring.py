"""Commands for those who watch the service: ``flower``, ``metrics``."""

import contextlib
import os
import sys
from typing import Annotated

import typer

from scheduler.cli.output import note, say


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
