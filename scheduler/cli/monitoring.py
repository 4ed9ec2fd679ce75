"""Commands for those who watch the service: ``flower``."""

import os
import sys
from typing import Annotated

import typer

from scheduler.cli.output import note


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
