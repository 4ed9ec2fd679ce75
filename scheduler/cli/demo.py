"""The ``demo`` command: the real service on three invented newspapers, published today by a web server on loopback."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from scheduler.cli.output import note, say

if TYPE_CHECKING:
    from scheduler.catalogue import Row
    from scheduler.supervisor import Supervisor
    from worker.services import Services
    from worker.settings import Settings


def demo(
    keep: Annotated[
        bool, typer.Option("--keep", help="Leave the service running, with Flower and the board, until Ctrl-C.")
    ] = False,
) -> None:
    """Show the service at work: three invented newspapers of today, from schedule to database, in under a minute."""
    from scheduler import supervisor
    from scheduler.cli import story
    from scheduler.cli.signals import stop_signals
    from worker import embedded
    from worker.actors import operator_name
    from worker.services import open_services
    from worker.settings import get_settings
    from worker.store.opening import make_var_dir

    # Whatever is configured, the demo keeps to its own folder: it must not write into anybody's real database.
    settings = get_settings().model_copy(update={"database_url": None, "redis_url": None, "archive_dir": None})
    make_var_dir(settings)
    catalogue_file = settings.var_dir.absolute() / "demo-catalogue.toml"
    logs = settings.var_dir / "log"
    logs.mkdir(exist_ok=True)
    environment = supervisor.child_environment(
        {
            "BROADSHEET_VAR_DIR": str(settings.var_dir.absolute()),
            "BROADSHEET_DATABASE_URL": "",
            "BROADSHEET_REDIS_URL": "",
            "BROADSHEET_ARCHIVE_DIR": "",
            "BROADSHEET_CATALOGUE": str(catalogue_file),
            "BROADSHEET_TICK_SECONDS": "1",
            "BROADSHEET_LEASE_SECONDS": "20",
            "BROADSHEET_RETRY_BASE_SECONDS": "2",
            "BROADSHEET_CATCH_UP_DAYS": "0",
            "BROADSHEET_SOFT_SHUTDOWN_SECONDS": "3",
            "BROADSHEET_LOG_FORMAT": "json",
        }
    )
    services = open_services(settings, operator_name())
    ours = embedded.ensure(settings)
    service = supervisor.Supervisor(environment)
    editions: list[dict[str, Any]] = []
    try:
        with stop_signals(), _site(catalogue_file, environment) as address:
            rows = _rows(catalogue_file)
            before = story.counts(services)
            again = _open_again(services, rows)
            say(f"Three invented newspapers are published today at {address}")
            say("Started: Redis (embedded), a Celery worker, Celery beat. Beat's next tick finds the editions due.")
            if again:
                say(f"{again} of them were read before and are read again: nothing may be stored twice.")
            service.add("worker", supervisor.worker("daily", "daily", 2), logs / "worker.log")
            service.add("beat", supervisor.beat(), logs / "beat.log")
            watching = _start_watching(service, settings, logs) if keep else []
            editions = story.watch(services, rows, service)
            story.tell(services, editions, before, again=bool(again))
            if keep:
                say("\n" + "   ".join(["The service goes on.", *watching, "Ctrl-C stops everything."]))
                sys.stdout.flush()
                _keep(service)
    except KeyboardInterrupt:
        note("broadsheet: stopping")
    finally:
        service.stop(supervisor.grace(settings))
        if ours:
            embedded.stop(settings)
        services.close()
    if not editions or any(edition["state"] != "complete" for edition in editions):
        note(f"broadsheet: not every edition is complete; the logs lie in {logs}")
        raise typer.Exit(1)


def _start_watching(service: "Supervisor", settings: "Settings", logs: Path) -> list[str]:
    """Start Flower and the edition board; gives their addresses in words."""
    from scheduler import supervisor

    port = settings.flower_port or supervisor.free_port()
    service.add("flower", supervisor.flower(port), logs / "flower.log")
    told = [f"Flower: http://127.0.0.1:{port}/"]
    if settings.board:
        port = settings.board_port or supervisor.free_port()
        service.add("board", supervisor.board(settings, port), logs / "board.log")
        told.append(f"Edition board: http://{settings.board_host}:{port}/")
    return told


@contextmanager
def _site(catalogue_file: Path, environment: dict[str, str]) -> Iterator[str]:
    """Run the e-paper web server, which writes the catalogue of its newspapers; gives its address."""
    from worker.errors import Unusable

    checkout = Path(__file__).parents[2]
    if not (checkout / "tests" / "site").exists():
        raise Unusable("the demo's newspapers are part of the source checkout: run it there, with `make demo`")
    server = subprocess.Popen(  # noqa: S603  # our own module
        [sys.executable, "-m", "tests.site", "--port", "0", "--catalogue", str(catalogue_file)],
        cwd=checkout,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        start_new_session=True,
        text=True,
    )
    try:
        assert server.stdout is not None
        address = server.stdout.readline().strip()
        if not address:
            raise Unusable("the demo's web server does not start")
        # The packaged newspapers are real; the demo is not to ask them for anything.
        with catalogue_file.open("a", encoding="utf-8") as file:
            file.writelines(f"\n[{slug}]\nenabled = false\n" for slug in _packaged())
        yield address
    finally:
        server.terminate()
        server.wait()
        assert server.stdout is not None
        server.stdout.close()


def _packaged() -> list[str]:
    from scheduler import catalogue

    return list(catalogue.load(None).rows)


def _rows(catalogue_file: Path) -> list["Row"]:
    from scheduler import catalogue
    from worker.errors import Unusable

    found = catalogue.load(catalogue_file)
    if found.errors:
        raise Unusable(found.errors[0])
    return [row for row in found.rows.values() if row.enabled]


def _open_again(services: "Services", rows: list["Row"]) -> int:
    """Open today's editions again that an earlier demo has read; gives how many there were."""
    from scheduler import actions
    from scheduler.cli import story
    from worker.domain import ENDED
    from worker.store.moves import Change

    again = 0
    change = Change(actor=services.actor, at=services.clock(), reason="the demo reads it again")
    for edition in story.editions(services, rows):
        if edition["state"] in ENDED:
            with services.database.begin() as session:
                found = actions.find(session, edition["publication"], edition["date"])
                actions.retry(session, found, change, whole=True)
            again += 1
    return again


def _keep(service: Any) -> None:
    while True:
        for line in service.check():
            note(f"broadsheet: {line}")
        time.sleep(0.5)
