"""The ``hosts`` command: how publishers' hosts are treated now, and the end of a host's rest by hand."""

from dataclasses import asdict
from typing import Annotated

import typer

from scheduler.cli.output import Json, WrongUsage, note, print_json, print_table

_COLUMNS = (
    *("host", "state", "until", "failures", "requests_per_second", "concurrency", "requests", "slowed", "error"),
)


def hosts(
    action: Annotated[
        str | None, typer.Argument(metavar="[release]", help="`release HOST` ends a host's rest.")
    ] = None,
    host: Annotated[str | None, typer.Argument(metavar="[HOST]", help="As the list names it.")] = None,
    as_json: Json = False,
) -> None:
    """List the hosts that were visited within a day; `hosts release HOST` lets one be asked again at once."""
    from worker import embedded
    from worker.fetch.hosts import host_states, release
    from worker.settings import get_settings

    if action not in {None, "release"} or (action == "release") != (host is not None):
        raise WrongUsage("hosts lists the hosts; hosts release HOST ends a host's rest")
    settings = get_settings()
    client = embedded.connect(settings)
    try:
        if host is not None:
            if not release(client, host):
                raise WrongUsage(f"{host}: no such host; `broadsheet hosts` lists them")
            note(f"{host} is asked again at once")
            return
        rows = [asdict(state) for state in host_states(client)]
    finally:
        client.close()
    if as_json:
        print_json(rows)
    else:
        print_table([row | {"error": row["why"]} for row in rows], _COLUMNS, "no host was visited within a day")
