"""Start the service's real processes for a test, look at its database, and end what was started."""

import signal
import subprocess
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import psutil
from sqlalchemy import func, select

from scheduler import supervisor
from tests.conftest import wait_until
from tests.warm import BROADSHEET, ROOT, warm
from worker import embedded
from worker.domain import ENDED, State
from worker.settings import Settings
from worker.store.database import Database
from worker.store.tables import Article, Edition, Event, Page, Publication, Revision

__all__ = ["ROOT", "Service", "alive", "descendants", "wait_gone"]


class Service:
    """Worker and beat processes on one database and one Redis, the embedded one by default, with short waits.

    ``more``: settings of the processes besides, by name, such as ``tick_seconds``.
    """

    def __init__(self, folder: Path, database_url: str, catalogue: str, more: Mapping[str, str] | None = None) -> None:
        self.folder = folder
        (folder / "catalogue.toml").write_text(catalogue, encoding="utf-8")
        self.settings = Settings(var_dir=folder / "var", database_url=database_url, **(more or {}))
        self.environment = supervisor.child_environment(
            {
                "BROADSHEET_VAR_DIR": str(folder / "var"),
                "BROADSHEET_DATABASE_URL": database_url,
                "BROADSHEET_CATALOGUE": str(folder / "catalogue.toml"),
                "BROADSHEET_TICK_SECONDS": "0.5",
                "BROADSHEET_LEASE_SECONDS": "5",
                "BROADSHEET_RETRY_BASE_SECONDS": "1",
                "BROADSHEET_CATCH_UP_DAYS": "0",
                "BROADSHEET_SOFT_SHUTDOWN_SECONDS": "3",
                "BROADSHEET_LOG_FORMAT": "json",
                "BROADSHEET_FLOWER_PORT": "0",
                "BROADSHEET_METRICS_PORT": "0",
                "BROADSHEET_BOARD_PORT": "0",
                **{f"BROADSHEET_{name.upper()}": value for name, value in (more or {}).items()},
            }
        )
        self.database = Database(database_url)
        self.processes: list[subprocess.Popen] = []

    def worker(self, name: str = "one") -> subprocess.Popen:
        return self.start(f"worker-{name}", supervisor.worker(name, "daily,backfill", 2))

    def beat(self, name: str = "one") -> subprocess.Popen:
        return self.start(f"beat-{name}", supervisor.beat())

    def start(self, name: str, command: list[str]) -> subprocess.Popen:
        with self.log(name).open("ab") as log:
            process = subprocess.Popen(
                command,
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self.processes.append(process)
        return process

    def command(self, *words: str) -> subprocess.CompletedProcess:
        """Run a broadsheet command to its end."""
        return warm().run([BROADSHEET, *words], cwd=ROOT, env=self.environment)

    def log(self, name: str) -> Path:
        return self.folder / f"{name}.log"

    def kill(self, process: subprocess.Popen) -> None:
        """SIGKILL a process and all its children at once, as a power cut would."""
        family = [psutil.Process(process.pid)]
        family += family[0].children(recursive=True)
        for member in family:
            with suppress(psutil.NoSuchProcess):
                member.kill()
        process.wait()

    def stop(self) -> None:
        for process in self.processes:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
        for process in self.processes:
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                self.kill(process)
        embedded.stop(self.settings)
        self.database.close()

    # --- what the database says -----------------------------------------------------------------------------------

    def states(self) -> dict[str, State]:
        with self.database.read() as session:
            rows = session.execute(select(Publication.slug, Edition.state).join_from(Edition, Publication)).all()
        return dict(rows)

    def wait_all(self, state: State, editions: int, deadline: float = 60) -> None:
        def over() -> bool:
            states = self.states()
            return len(states) == editions and all(found in ENDED for found in states.values())

        wait_until(over, deadline, f"{editions} ended editions, there are {self.states()}")
        assert set(self.states().values()) == {state}, self.errors()

    def errors(self) -> list:
        with self.database.read() as session:
            return session.execute(select(Edition.date, Edition.state, Edition.error)).all()

    def assert_sound(self, articles: int, jumps: int) -> None:
        """Each article exactly once, one revision each and one for each jump joined, no lease left, one finish each."""
        with self.database.read() as session:
            assert session.scalar(select(func.count()).select_from(Article)) == articles
            assert session.scalar(select(func.count()).select_from(Revision)) == articles + jumps
            for table in (Edition, Page):
                held = session.scalars(select(table.lease_owner).where(table.lease_owner.is_not(None))).all()
                assert held == []
            finishes = session.execute(
                select(Event.edition_id, func.count())
                .where(Event.page_id.is_(None), Event.to_state == State.COMPLETE)
                .group_by(Event.edition_id)
            ).all()
            assert {times for _, times in finishes} == {1}

    def events(self, reason: str) -> int:
        with self.database.read() as session:
            return session.scalar(select(func.count()).select_from(Event).where(Event.reason.contains(reason)))


def alive(pid: int) -> bool:
    return psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE


def wait_gone(pids: list[int], deadline: float = 20) -> None:
    wait_until(lambda: not any(alive(pid) for pid in pids), deadline, "processes to end")


def descendants(pid: int) -> list[int]:
    return [child.pid for child in psutil.Process(pid).children(recursive=True)]


def pool_children(worker: subprocess.Popen) -> list[psutil.Process]:
    """The processes of a worker that run tasks; it may also have started the guardian of the embedded Redis."""
    with suppress(psutil.NoSuchProcess):
        return [child for child in psutil.Process(worker.pid).children() if "celery" in " ".join(child.cmdline())]
    return []
