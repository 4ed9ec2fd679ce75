"""The ``demo`` command: the real service on three invented newspapers, published today by a web server on loopback."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from scheduler.cli.output import console, note, say, table

if TYPE_CHECKING:
    from scheduler.catalogue import Row
    from scheduler.supervisor import Supervisor
    from worker.services import Services
    from worker.settings import Settings

#: The editions are given up after so long, seconds.
_DEADLINE = 50.0

_COLUMNS = ("publication", "date", "state", "pages", "read", "articles", "error")


def demo(
    keep: Annotated[
        bool, typer.Option("--keep", help="Leave the service running, with Flower and the board, until Ctrl-C.")
    ] = False,
) -> None:
    """Show the service at work: three invented newspapers of today, from schedule to database, in under a minute."""
    from scheduler import supervisor
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
            before = _counts(services)
            again = _open_again(services, rows)
            say(f"Three invented newspapers are published today at {address}")
            say("Started: Redis (embedded), a Celery worker, Celery beat. Beat's next tick finds the editions due.")
            if again:
                say(f"{again} of them were read before and are read again: nothing may be stored twice.")
            service.add("worker", supervisor.worker("daily", "daily", 2), logs / "worker.log")
            service.add("beat", supervisor.beat(), logs / "beat.log")
            watching = _start_watching(service, settings, logs) if keep else []
            editions = _watch(services, rows, service)
            _tell(services, editions, before, again=bool(again))
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
    from worker.domain import ENDED
    from worker.store.moves import Change

    again = 0
    change = Change(actor=services.actor, at=services.clock(), reason="the demo reads it again")
    for edition in _editions(services, rows):
        if edition["state"] in ENDED:
            with services.database.begin() as session:
                found = actions.find(session, edition["publication"], edition["date"])
                actions.retry(session, found, change, whole=True)
            again += 1
    return again


@dataclass(frozen=True, slots=True, kw_only=True)
class _Counts:
    articles: int
    revisions: int


def _counts(services: "Services") -> _Counts:
    from sqlalchemy import func, select

    from worker.store.tables import Article, Revision

    with services.database.read() as session:
        return _Counts(
            articles=session.scalars(select(func.count()).select_from(Article)).one(),
            revisions=session.scalars(select(func.count()).select_from(Revision)).one(),
        )


def _editions(services: "Services", rows: list["Row"]) -> list[dict[str, Any]]:
    from sqlalchemy import select

    from worker.domain import PAGE_ENDED
    from worker.store import editions
    from worker.store.tables import Edition, Publication

    now = services.clock()
    found = []
    with services.database.read() as session:
        for row in rows:
            day = row.calendar.today(now)
            query = select(Edition).join(Publication).where(Publication.slug == row.slug, Edition.date == day)
            edition = session.scalars(query).one_or_none()
            if edition is None:
                continue
            pages = editions.pages_of(session, edition.id)
            found.append(
                {
                    "id": edition.id,
                    "publication": row.slug,
                    "date": edition.date,
                    "state": edition.state.value,
                    "pages": edition.pages,
                    "read": sum(page.state in PAGE_ENDED for page in pages),
                    "articles": editions.standing_articles(session, edition.id),
                    "error": edition.error,
                }
            )
    return found


def _watch(services: "Services", rows: list["Row"], service: Any) -> list[dict[str, Any]]:
    """Show the editions as they go through until all have ended or time is over."""
    from rich.live import Live

    from worker.domain import ENDED

    deadline = time.monotonic() + _DEADLINE
    started = time.monotonic()
    with _shown(Live) as show:
        while True:
            for line in service.check():
                note(f"broadsheet: {line}")
            found = _editions(services, rows)
            show(found, time.monotonic() - started)
            over = len(found) == len(rows) and all(edition["state"] in ENDED for edition in found)
            if over or time.monotonic() > deadline:
                return found
            time.sleep(0.1)


@contextmanager
def _shown(live: type[Any]) -> Iterator[Callable[[list[dict[str, Any]], float], None]]:
    if sys.stdout.isatty():
        with live(console=console(), refresh_per_second=10, transient=True) as display:
            yield lambda found, _seconds: display.update(table(found, _COLUMNS))
        return
    last: dict[str, tuple[Any, ...]] = {}

    def lines(found: list[dict[str, Any]], seconds: float) -> None:
        for edition in found:
            now = (edition["state"], edition["read"], edition["articles"])
            if last.get(edition["publication"]) != now:
                last[edition["publication"]] = now
                read = f"{edition['read']} of {edition['pages']} pages, {edition['articles']} articles"
                say(f"{seconds:5.1f} s  {edition['publication']:<20} {edition['state']:<10} {read}")

    yield lines


def _tell(services: "Services", editions: list[dict[str, Any]], before: _Counts, *, again: bool) -> None:
    from scheduler.cli.export import article_lines
    from worker.store import reading

    after = _counts(services)
    new, changed = after.articles - before.articles, after.revisions - before.revisions
    say("")
    console().print(table(editions, _COLUMNS))
    say(f"\nStored in this run: {new} new articles, {changed} revisions.")
    if again:
        same = sum(edition["articles"] for edition in editions)
        say(f"Nothing was stored twice: {same} articles were read again and found unchanged." if not changed else "")
    chosen = _whole_article(services, editions)
    if chosen is not None:
        with services.database.read() as session:
            found = reading.one(session, chosen)
        assert found is not None
        say("\nOne of them, whole:\n")
        for line in article_lines(found):
            say(line)
    folder = services.settings.var_dir
    prefix = "" if folder == Path("var") else f"BROADSHEET_VAR_DIR={folder} "
    command = f"{prefix}{Path(sys.argv[0])}"
    say(f"\nDatabase: {folder / 'broadsheet.db'}   raw archive: {services.settings.archive}")
    say("Try next:")
    for words in ("status", "export | head -n 3", f"show {chosen or 1}", "ingest weifangdaily 2026-03-05", "up"):
        say(f"  {command} {words}")


def _whole_article(services: "Services", editions: list[dict[str, Any]]) -> int | None:
    """The id of the stored article with the most text among these editions."""
    from worker.store import reading

    best: tuple[int, int] | None = None
    slugs = {edition["publication"] for edition in editions}
    with services.database.read() as session:
        for row in reading.current(session, since=min((edition["date"] for edition in editions), default=None)):
            size = sum(map(len, row["paragraphs"]))
            if row["publication"] in slugs and (best is None or size > best[0]):
                best = (size, row["id"])
    return best[1] if best else None


def _keep(service: Any) -> None:
    while True:
        for line in service.check():
            note(f"broadsheet: {line}")
        time.sleep(0.5)
