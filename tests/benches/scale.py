"""Print what a tick, ``status``, the board and a backfill cost with ten years of two thousand newspapers.

``python -m tests.benches.scale [--years 0.1 1 10] [--backfills 1000 10000 100000]``, or ``make bench-scale``. Nothing
is asserted. Runs on a PostgreSQL of its own that waits for its disk (``fsync``), and on the embedded Redis. Needs 8 GB
in the temporary folder. Beside the time that passed stands the processor time of the process that asked, since others
may keep the machine busy.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from statistics import fmean, median

import httpx
import psutil
import redis
import structlog
from sqlalchemy import text

from scheduler import backfill, catalogue, decisions, register
from scheduler.glance import glance
from scheduler.metrics.database import DatabaseFigures
from scheduler.tick import tick
from tests import postgres
from tests.benches import history
from tests.board.conftest import running
from worker import embedded
from worker.services import Services, open_services, utc_now
from worker.settings import Settings, get_settings
from worker.store import backfills, schema
from worker.store.database import Database
from worker.store.moves import Change

#: How often each thing is done.
TICKS, LOOKS, COMMANDS = 15, 9, 5

_NEEDED = 8 * 2**30


def papers(path: Path) -> dict:
    return {slug: row for slug, row in catalogue.load(path).rows.items() if slug.startswith("paper")}


@dataclass(frozen=True)
class Spent:
    """What one time took, milliseconds."""

    passed: float
    worked: float  #: processor time of this process and its children
    database: float  #: processor time of PostgreSQL's processes, which count in hundredths of a second


class Watch:
    """Measures work; knows the database's processes."""

    def __init__(self, services: Services) -> None:
        with services.database.read() as session:
            self._server = psutil.Process(session.scalar(text("SELECT pg_backend_pid()"))).parent()

    def times(self, work: Callable[[], object], times: int) -> list[Spent]:
        """What each time took, without the first, which warms up."""
        work()
        return [self.once(work) for _ in range(times)]

    def once(self, work: Callable[[], object]) -> Spent:
        before, begun = self._processors(), time.perf_counter()
        work()
        passed, after = time.perf_counter() - begun, self._processors()
        return Spent(passed * 1000, (after[0] - before[0]) * 1000, (after[1] - before[1]) * 1000)

    def _processors(self) -> tuple[float, float]:
        children, database = os.times(), 0.0
        for process in self._server.children():
            with suppress(psutil.NoSuchProcess):
                database += sum(process.cpu_times()[:2])
        return time.process_time() + children.children_user + children.children_system, database


def measure() -> dict[str, list[Spent]]:
    """Everything that looks at the database, in a process of its own."""
    settings = get_settings()
    embedded.ensure(settings)
    # The embedded server goes when nobody has been connected for a minute.
    client = embedded.connect(settings)
    client.ping()
    services = open_services(settings, "tick:bench")
    timed = Watch(services).times

    def one_tick() -> None:
        tick(services, papers(settings.catalogue))

    found = {"tick, nothing due": timed(one_tick, TICKS)}
    database = services.database
    found["status, in process"] = timed(lambda: glance(database, settings, utc_now(), 200), LOOKS)
    command = [Path(sys.executable).with_name("broadsheet"), "status", "--json", "--summary"]
    found["status, whole command"] = timed(lambda: subprocess.run(command, check=True, capture_output=True), COMMANDS)
    with running(settings, utc_now) as address, httpx.Client(timeout=120) as browser:
        found["board's front page"] = timed(lambda: browser.get(address).raise_for_status(), LOOKS)
    source = DatabaseFigures(settings)
    found["metrics scrape"] = timed(lambda: list(source.read()), LOOKS)
    source.close()
    found |= whole_day(services, settings, client, Watch(services))
    client.close()
    services.close()
    return found


def whole_day(services: Services, settings: Settings, client: redis.Redis, watch: Watch) -> dict[str, list[Spent]]:
    """Ticks that have a whole day's editions to make and to send, until nothing is left to do: those of coming days."""
    rounds: list[list[Spent]] = []
    rows = papers(settings.catalogue)
    for ahead in range(1, 4):
        later = replace(services, clock=lambda ahead=ahead: utc_now() + timedelta(days=ahead))
        client.delete("daily", "backfill")
        rounds.append([watch.once(lambda: tick(later, rows)) for _ in range(3)])  # noqa: B023  # called at once
        if (waiting := client.llen("daily")) < history.PAPERS:
            raise RuntimeError(f"{waiting} messages instead of {history.PAPERS}")
        client.delete("daily", "backfill")
        with services.database.begin() as session:
            history.forget(session.connection(), utc_now().date() + timedelta(days=1), date.max)
    names = ("tick that makes and sends a day", "the tick after it", "and after that")
    return {name: [times[place] for times in rounds] for place, name in enumerate(names)}


def plan_backfill(editions: int) -> dict[str, float]:
    """Plan a backfill in a process of its own, as ticks do with the default window; what is made ends at once."""
    settings = get_settings()
    database, rows = Database(settings.sqlalchemy_url), papers(settings.catalogue)
    slugs = list(rows)[:100]
    last = date(1990, 1, 1) + timedelta(days=editions // len(slugs) - 1)
    change = Change(actor="operator:bench", at=utc_now(), reason="bench")

    def begin(session):
        how = {"first": date(1990, 1, 1), "last": last, "newest_first": True, "cap": settings.backfill_window}
        return backfills.add(session, slugs=slugs, total=editions, change=change, **how).id

    def step(session):
        # Stands for the workers.
        session.execute(
            text("UPDATE editions SET state = 'complete', next_attempt_at = NULL, ended_at = now()"
                 " WHERE open_backfill_id = :id AND state = 'scheduled'"), {"id": number},
        )  # fmt: skip
        ids = register.publications(session, decisions.applied(session, rows).values(), change)
        return backfill.feed(session, rows, ids, utc_now(), "tick:bench")

    database.run(lambda session: history.forget(session.connection(), date(1900, 1, 1), date(1999, 12, 31)))
    number = database.run(begin)
    begun, steps, slowest, made = time.perf_counter(), 0, 0.0, 0
    # Not ru_maxrss, which a child has from its parent.
    process = psutil.Process()
    before = peak = process.memory_info().rss
    while made < editions:
        started = time.perf_counter()
        made += database.run(step)
        slowest, steps = max(slowest, time.perf_counter() - started), steps + 1
        peak = max(peak, process.memory_info().rss)
    return {
        "seconds": time.perf_counter() - begun,
        "steps": steps,
        "slowest": slowest * 1000,
        "before": before / 2**20,
        "peak": peak / 2**20,
    }


def shown(times: list[Spent]) -> str:
    passed = sorted(one.passed for one in times)
    worked, database = fmean(one.worked for one in times), fmean(one.database for one in times)
    return f"{median(passed):.0f} ({passed[0]:.0f} to {passed[-1]:.0f}), {worked:.0f} + {database:.0f}"


def child(*arguments: str) -> dict:
    done = subprocess.run(
        [sys.executable, "-m", "tests.benches.scale", *arguments], check=False, stdout=subprocess.PIPE, text=True
    )
    if done.returncode:
        raise SystemExit(f"python -m tests.benches.scale {' '.join(arguments)}: exit status {done.returncode}")
    return json.loads(done.stdout)


def bench(lengths: list[float], sizes: list[int]) -> None:
    settings = get_settings()
    embedded.ensure(settings)
    database = Database(settings.sqlalchemy_url)
    schema.migrate(database)
    history.begin(database, list(papers(settings.catalogue).values()))
    # The day must not end while it is measured: the tick would have a new one to make.
    today = utc_now().date()
    days, figures, counts = 0, [], []
    for years in lengths:
        begun = time.perf_counter()
        more = round(years * 365) - days
        counts.append(history.extend(database, today, today - timedelta(days=days), more))
        days += more
        print(f"{years:g} years: {counts[-1]:,} editions, made in {time.perf_counter() - begun:.0f} s", flush=True)
        found = child("--measure")
        figures.append({name: [Spent(**one) for one in times] for name, times in found.items()})
    print("\nmilliseconds: median (least to most), and processor time of the service + of PostgreSQL, on average")
    print(f"{'':<33}" + "".join(f"{years:>22g} years" for years in lengths))
    print(f"{'editions':<33}" + "".join(f"{count:>28,}" for count in counts))
    for name in figures[0]:
        print(f"{name:<33}" + "".join(f"{shown(one[name]):>28}" for one in figures))
    heads = ("peak memory", "before it", "ticks", "slowest", "in all")
    print(f"\n{'a backfill of':<16}" + "".join(f"{head:>14}" for head in heads))
    for size in sizes:
        one = child("--plan", str(size))
        print(
            f"{size:<16,}{one['peak']:11.1f} MB{one['before']:11.1f} MB{one['steps']:14}{one['slowest']:11.0f} ms"
            f"{one['seconds']:12.1f} s", flush=True,
        )  # fmt: skip
    database.close()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benches.scale", description=__doc__)
    parser.add_argument("--years", nargs="+", type=float, default=[0.1, 1, 10], help="lengths of history, rising")
    parser.add_argument("--backfills", nargs="*", type=int, default=[1000, 10_000, 100_000], help="editions of each")
    parser.add_argument("--measure", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--plan", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure or options.plan:
        found = plan_backfill(options.plan) if options.plan else measure()
        print(json.dumps(found, default=asdict))
        return
    if (free := shutil.disk_usage(tempfile.gettempdir()).free) < _NEEDED:
        raise SystemExit(f"{tempfile.gettempdir()} has {free / 2**30:.0f} GB free, this needs {_NEEDED / 2**30:.0f}")
    tuned = {"fsync": "on", "shared_buffers": "512MB", "max_wal_size": "4GB", "jit": "off"}
    with postgres.running(lambda _: tuned) as server, tempfile.TemporaryDirectory() as folder:
        server.execute("CREATE DATABASE bench")
        own = Path(folder) / "papers.toml"
        own.write_text(history.CATALOGUE, encoding="utf-8")
        os.environ |= {
            "BROADSHEET_VAR_DIR": folder, "BROADSHEET_DATABASE_URL": server.url("bench"),
            "BROADSHEET_CATALOGUE": str(own),
        }  # fmt: skip
        get_settings.cache_clear()
        try:
            bench(options.years, options.backfills)
        finally:
            embedded.stop(get_settings())


if __name__ == "__main__":
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    main()
