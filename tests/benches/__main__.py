"""Print how fast fetching and storing is beside Scrapy, what a turn costs, and whether a worker's memory grows.

``python -m tests.benches [speed|turns|memory] [--pages N]``. Figures only; nothing is asserted. Compare the ratios:
both sides run one after the other, several times, on the same machine.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import psutil
import structlog

from scheduler import planner, register
from scheduler.catalogue import Row
from tests.benches import server
from worker import embedded, ingest
from worker.fetch.client import Fetcher, Manners
from worker.job import Job
from worker.services import Services, open_services
from worker.settings import Settings
from worker.store.moves import Change

FIRST = date(2026, 1, 1)


@contextmanager
def serving() -> Iterator[str]:
    process = subprocess.Popen([sys.executable, "-m", "tests.benches.server"], stdout=subprocess.PIPE, text=True)
    try:
        yield process.stdout.readline().strip()
    finally:
        process.terminate()
        process.wait()
        process.stdout.close()


@contextmanager
def service(*, shared: bool = True) -> Iterator[Services]:
    """Services on SQLite and the embedded Redis, as one worker process has them."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(var_dir=Path(folder))
        if shared:
            embedded.ensure(settings)
        services = open_services(settings, "worker:bench:1")
        try:
            yield services
        finally:
            services.close()
            if shared:
                embedded.stop(settings)


@dataclass(frozen=True)
class Speed:
    """How fast a run was."""

    pages: int
    seconds: float
    processor: float  #: seconds of processor time

    @property
    def rate(self) -> float:
        return self.pages / self.seconds

    @property
    def cost(self) -> float:
        return self.processor / self.pages * 1000

    @classmethod
    def median(cls, runs: list["Speed"]) -> "Speed":
        return sorted(runs, key=lambda run: run.rate)[len(runs) // 2]


class Stopwatch:
    def __init__(self) -> None:
        self._wall, self._processor = time.perf_counter(), time.process_time()

    def speed(self, pages: int) -> Speed:
        return Speed(pages, time.perf_counter() - self._wall, time.process_time() - self._processor)


def open_edition(services: Services, site: str, day: date) -> int:
    row = Row(
        slug="bench", name="测试报", family="founder-new", edition_url=f"{site}/pc/layout/%Y%m/%d/node_01.html",
        enabled=True, time_zone="UTC", requests_per_second=0, concurrency=16, allow_private_addresses=True,
        obey_robots=False,
    )  # fmt: skip
    change = Change(actor="operator:bench", at=datetime.now(UTC), reason="bench")
    with services.database.begin() as session:
        publication_id = register.publications(session, [row], change)[row.slug]
        return register.edition(session, publication_id, planner.edition(row, day, change.at), change)[0]


def ingest_days(services: Services, site: str, days: list[date]) -> int:
    """Read one edition a day as workers do; gives the number of articles' documents."""
    articles = 0
    for day in days:
        edition_id = open_edition(services, site, day)
        for page_id in ingest.index(services, edition_id, by_hand=True).pages:
            outcome = ingest.page(services, page_id, by_hand=True)
            articles += outcome.stored.new if outcome.stored else 0
        ingest.finish(services, edition_id)
    return articles


def days_of(pages: int, start: int = 0) -> list[date]:
    """Days whose editions have so many articles in all."""
    editions = max(1, round(pages / (server.PAGES * server.ARTICLES)))
    return [FIRST + timedelta(days=start + number) for number in range(editions)]


def make_scrapy(folder: Path) -> Path | str:
    """Scrapy in an environment of its own; gives its Python, or why there is none."""
    python = folder / "bin" / "python"
    try:
        subprocess.run([sys.executable, "-m", "venv", folder], check=True, capture_output=True, text=True)
        subprocess.run([python, "-m", "pip", "install", "-q", "scrapy"], check=True, capture_output=True, text=True)
    except (subprocess.CalledProcessError, OSError) as error:
        return (getattr(error, "stderr", "") or str(error)).strip().splitlines()[-1]
    return python


def run_scrapy(python: Path, site: str, days: list[date], what: str) -> "Speed":
    with tempfile.TemporaryDirectory() as folder:
        spider, written = Path(__file__).with_name("spider.py"), [f"{day:%Y%m/%d}" for day in days]
        told = subprocess.run(
            [python, spider, site, f"{folder}/a.db", what, *written],
            check=True, stdout=subprocess.PIPE, text=True, cwd=folder,
        ).stdout  # fmt: skip
    found = json.loads(told)
    return Speed(found["articles"], found["seconds"], found["processor"])


def run_fetch(site: str, days: list[date]) -> "Speed":
    """Fetch every page's articles and file them in the raw archive and its index, as a job does; parse nothing."""
    with service() as services:
        clock = Stopwatch()
        articles = 0
        for day in days:
            edition_id = open_edition(services, site, day)
            for page_id in ingest.index(services, edition_id, by_hand=True).pages:
                job = Job.claim_page(services, page_id, even_if_not_due=True)
                number = int(job.page.number) * 100
                urls = [
                    f"{site}/pc/content/{day:%Y%m/%d}/content_{number + n}.html" for n in range(1, server.ARTICLES + 1)
                ]
                articles += sum(isinstance(got, tuple) for got in job.acquire(urls))
        return clock.speed(articles)


def run_whole(site: str, days: list[date]) -> "Speed":
    with service() as services:
        clock = Stopwatch()
        return clock.speed(ingest_days(services, site, days))


#: What is compared: name, how the service does it, what Scrapy does for it (see ``spider.py``).
_JOBS = (
    ("fetch, keep each answer on disk, index it", run_fetch, "raw"),
    ("the same, parse, restore and store articles", run_whole, "all"),
)


def bench_speed(pages: int, scrapy: str | None, rounds: int = 3) -> None:
    days = days_of(pages)
    with serving() as site, tempfile.TemporaryDirectory() as folder:
        # The server makes each document once; nobody is to pay for that.
        run_whole(site, days)
        python = Path(scrapy) if scrapy else make_scrapy(Path(folder))
        ours: dict[str, list[Speed]] = {}
        theirs: dict[str, list[Speed]] = {}
        for _ in range(rounds):
            for name, run, what in _JOBS:
                ours.setdefault(name, []).append(run(site, days))
                if isinstance(python, Path):
                    theirs.setdefault(what, []).append(run_scrapy(python, site, days, what))
            if isinstance(python, Path):
                theirs.setdefault("nothing", []).append(run_scrapy(python, site, days, "nothing"))
    documents = next(iter(ours.values()))[0].pages
    print(f"{documents} documents of 32 KB, one process, 16 requests at a time; medians of {rounds} rounds")
    print(f"{'':<52} pages/s   processor ms a page")
    idle = Speed.median(theirs["nothing"]) if theirs else None
    for name, _, what in _JOBS:
        speed = Speed.median(ours[name])
        _tell(name, speed)
        if theirs and idle:
            them = Speed.median(theirs[what])
            _tell(f"  Scrapy: {_SCRAPY[what]}", them)
            _compare("  times Scrapy at the same work", speed, them)
            _compare("  times Scrapy that stores nothing", speed, idle)
    if idle:
        _tell(f"Scrapy: {_SCRAPY['nothing']}", idle)
    else:
        print(f"Scrapy cannot be installed here, so there is nothing to compare with: {python}")


_SCRAPY = {
    "raw": "fetch, answer and row in one commit",
    "all": "the same and parse, one commit an item",
    "nothing": "fetch and parse, nothing stored",
}


def _tell(name: str, speed: Speed) -> None:
    print(f"{name:<50} {speed.rate:8.0f}   {speed.cost:8.2f}")


def _compare(name: str, speed: Speed, them: Speed) -> None:
    print(f"{name:<50} {speed.rate / them.rate:8.2f}   {them.cost / speed.cost:8.2f}")


def bench_turns(requests: int) -> None:
    """What sharing turns through Redis costs."""
    with serving() as site:
        urls = [f"{site}/pc/content/202601/01/content_{100 + n % 20}.html" for n in range(20)]
        manners = Manners(requests_per_second=0, concurrency=16, allow_private_addresses=True, publication="bench")
        for name, shared in (("alone", False), ("shared through Redis", True), ("alone", False), ("shared", True)):
            with service(shared=shared) as services:
                fetcher = services.fetcher if shared else Fetcher(services.settings)
                fetcher.get_all(urls, manners, lambda: None)
                start = time.perf_counter()
                for _ in range(max(1, requests // 20)):
                    fetcher.get_all(urls, manners, lambda: None)
                spent = time.perf_counter() - start
                print(f"fetch 32 KB, turns {name:<24} {max(1, requests // 20) * 20 / spent:8.0f} pages/s")
                if not shared:
                    fetcher.close()


def bench_memory(pages: int) -> None:
    """The memory of a worker after a tenth of the pages, and after all."""
    process, early, day, done = psutil.Process(), None, 0, 0
    with serving() as site, service() as services:
        while done < pages:
            done += ingest_days(services, site, days_of(200, start=day))
            day += 1
            if early is None and done >= pages / 10:
                early = process.memory_info().rss
                print(f"memory after {done:6} pages  {early / 1e6:8.1f} MB")
        late = process.memory_info().rss
        print(f"memory after {done:6} pages  {late / 1e6:8.1f} MB, {(late - early) / 1e6:+.1f} MB")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benches", description=__doc__)
    parser.add_argument("what", nargs="?", choices=["speed", "turns", "memory"], help="one of them; default all")
    parser.add_argument("--pages", type=int, help="articles to fetch; default 2,000, and 10,000 for memory")
    parser.add_argument("--scrapy", help="a Python that has Scrapy; default an environment of its own is made")
    options = parser.parse_args()
    if options.what in {None, "speed"}:
        bench_speed(options.pages or 2000, options.scrapy)
    if options.what in {None, "turns"}:
        bench_turns(options.pages or 2000)
    if options.what in {None, "memory"}:
        bench_memory(options.pages or 10_000)


if __name__ == "__main__":
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    main()
