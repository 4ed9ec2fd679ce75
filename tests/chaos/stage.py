"""Everything real that a trial needs: workers, beat, Redis, database and web site, and editions to read."""

import signal
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

import psutil
import pytest
import redis
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError

from tests.acceptance.processes import Service
from tests.chaos.broker import Broker, EmbeddedBroker, left_over
from tests.chaos.history import Watch
from tests.chaos.truth import Planned
from tests.conftest import wait_until
from tests.postgres import Server
from tests.site import Site
from worker.domain import ENDED, BackfillState, State
from worker.store import backfills, schema
from worker.store.database import Database
from worker.store.moves import Change
from worker.store.tables import Backfill, Edition, Page, Publication

#: Short waits: the code goes the same ways. As in the defaults, a lease is longer than any one request. More attempts
#: than by default, so that one page is not given up because 200 kills in a few minutes met it five times by chance.
WAITS = {
    "max_attempts": "15",
    "tick_seconds": "1",
    "lease_seconds": "5",
    "retry_base_seconds": "2",
    "retry_max_seconds": "8",
    "host_rest_seconds": "1",
    "host_rest_max_seconds": "4",
    "request_timeout_seconds": "4",
    "first_byte_timeout_seconds": "3",
    "redelivery_seconds": "10",
    "task_soft_seconds": "14",
    "task_hard_seconds": "17",
    "visibility_timeout_seconds": "20",
    "soft_shutdown_seconds": "10",
}

#: How long an answer of the site takes, so that there is a moment in which something can break, seconds.
PACE = 0.05


class Stage:
    """One database, one Redis, workers and beat on them. ``server`` is the PostgreSQL; without it, SQLite.

    On SQLite the service brings its own Redis; beside PostgreSQL it is given one, as in production.
    """

    def __init__(self, folder: Path, site: Site, server: Server | None = None, *, archive: Path | None = None) -> None:
        self.folder, self.site, self.server = folder, site, server
        if server is None:
            url = f"sqlite:///{folder / 'broadsheet.db'}"
        else:
            name = f"chaos{time.time_ns()}"
            server.execute(f"CREATE DATABASE {name}")
            url = server.url(name)
        database = Database(url)
        schema.migrate(database)
        database.close()
        self.broker: Broker = EmbeddedBroker(folder) if server is None else Broker(folder)
        more = WAITS | self.broker.settings() | ({"archive_dir": str(archive)} if archive else {})
        catalogue = f"{site.catalogue()}\n[weifangdaily]\nenabled = false\n"
        self.service = Service(folder, url, catalogue, more)
        self.database, self.settings = self.service.database, self.service.settings
        self.processes: dict[str, object] = {}
        self.watch = Watch(self.database)
        self._next_day = datetime.now(UTC).date() - timedelta(days=700)
        self._refused: list[str] = []

    @property
    def kind(self) -> str:
        return "sqlite" if self.server is None else "postgresql"

    def __enter__(self) -> Self:
        self.broker.start(self.settings)
        self.watch.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.watch.close()
        self.site.clear()
        for process in self.processes.values():
            with suppress(psutil.NoSuchProcess):
                process.send_signal(signal.SIGCONT)
        self.service.stop()
        self.broker.stop(self.settings)

    def strays(self) -> list[str]:
        """Processes of this stage that still run after its end; what stops by itself is given some time."""
        with suppress(pytest.fail.Exception):
            wait_until(lambda: not self._strays(), 15)
        return self._strays()

    def _strays(self) -> list[str]:
        found = ((one.pid, " ".join(one.info["cmdline"] or [])) for one in psutil.process_iter(["cmdline"]))
        return [f"{pid} {words}" for pid, words in found if str(self.folder) in words]

    # --- processes ------------------------------------------------------------------------------------------------

    def ensure(self, *names: str) -> None:
        """Start what does not run: ``worker-one``, ``worker-two``, ``beat-one`` …"""
        for name in names:
            running = self.processes.get(name)
            if running is None or running.poll() is not None:
                kind, _, which = name.partition("-")
                start = self.service.worker if kind == "worker" else self.service.beat
                self.processes[name] = start(which)

    def kill(self, name: str) -> None:
        self.service.kill(self.processes.pop(name))

    def stop(self, *names: str) -> None:
        """Let processes end as their operator would."""
        running = [self.processes.pop(name) for name in names]
        for process in running:
            process.send_signal(signal.SIGTERM)
        for process in running:
            process.wait(60)

    # --- work -----------------------------------------------------------------------------------------------------

    def order(self, days: int) -> list[Planned]:
        """Ask for so many days of all newspapers as a backfill; one edition never came out, one lacks an article."""
        slugs = [paper.slug for paper in self.site.papers]
        first, self._next_day = self._next_day, self._next_day + timedelta(days=days)
        planned = [Planned(slug, first + timedelta(days=day)) for day in range(days) for slug in slugs]
        self.site.not_yet(planned[0].slug, planned[0].day)
        planned[0] = Planned(planned[0].slug, planned[0].day, State.MISSING)
        items = self.site.expected(planned[1].slug, planned[1].day)
        plain = next(item for item in items if item["kind"] == "article" and not (item["continues"] or item["key"]))
        planned[1] = Planned(planned[1].slug, planned[1].day, State.PARTIAL, plain["url"])
        self._refused.append(plain["url"])
        self.weather()
        change = Change(actor="operator:chaos", at=datetime.now(UTC), reason="chaos")
        self.database.run(
            lambda session: backfills.add(
                session, slugs=slugs, first=first, last=planned[-1].day, newest_first=False, cap=200,
                total=len(planned), change=change,
            )
        )  # fmt: skip
        return planned

    def weather(self, *switches: Callable[[Site], object]) -> None:
        """How the site answers from now on; without arguments, well but not at once. What it refuses, it refuses."""
        self.site.clear()
        self.site.slow(".", delay=PACE)
        for switch in switches:
            switch(self.site)
        for url in self._refused:
            self.site.fail(f"{urlsplit(url).path}$", status=404)

    def wait_quiet(self, deadline: float) -> None:
        """Wait until today's editions and all others have ended."""
        papers = len(self.site.papers)
        wait_until(
            lambda: self._look(lambda: len(self._states()) >= papers and self._over()), deadline, "a quiet start"
        )

    def under_way(self, planned: list[Planned]) -> int:
        """How many of these editions have not ended, those without a row among them."""
        states = self._look(self._states) or {}
        return sum(states.get((edition.slug, edition.day)) not in ENDED for edition in planned)

    def wait_under_way(self, deadline: float = 240) -> None:
        """Wait until a page is being read."""
        wait_until(lambda: self._look(self._pages_held), deadline, f"a page to be read; {self.service.errors()}")

    def wait_over(self, planned: list[Planned], deadline: float) -> None:
        """Wait until these editions have ended and nobody holds anything."""
        wanted = {(edition.slug, edition.day) for edition in planned}
        wait_until(lambda: self._look(lambda: wanted <= set(self._states()) and self._over()), deadline, "all ends")

    def wait_empty(self, deadline: float) -> None:
        """Wait until no message is left and every backfill is done."""
        wait_until(lambda: self._look(lambda: not self.leftovers()), deadline, "the queues to be empty")

    def leftovers(self) -> list[str]:
        """Leases, messages and backfills that are left, a line each."""
        found = [f"{count} messages in {name}" for name, count in left_over(self.settings).items()]
        with self.database.read() as session:
            for table in (Edition, Page):
                held = session.scalars(select(table.id).where(table.lease_owner.is_not(None))).all()
                found += [f"{table.__tablename__} {row_id} has a lease" for row_id in held]
            going_on = session.scalars(select(Backfill.id).where(Backfill.state != BackfillState.DONE)).all()
        return found + [f"backfill {row_id} is not done" for row_id in going_on]

    @staticmethod
    def _look(question: Callable[[], object]) -> object:
        # Whoever asks must bear what the service bears.
        with suppress(DBAPIError, OSError, redis.RedisError):
            return question()
        return None

    def _pages_held(self) -> int:
        with self.database.read() as session:
            return session.scalar(select(func.count()).select_from(Page).where(Page.lease_owner.is_not(None)))

    def _states(self) -> dict[tuple[str, date], State]:
        with self.database.read() as session:
            rows = session.execute(
                select(Publication.slug, Edition.date, Edition.state).join_from(Edition, Publication)
            )
            return {(row.slug, row.date): row.state for row in rows}

    def _over(self) -> bool:
        return set(self._states().values()) <= ENDED and not self._pages_held()
