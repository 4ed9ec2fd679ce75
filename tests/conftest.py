"""What tests share: real databases, a real Redis, the e-paper site, and services on them with a clock of the test's."""

import functools
import itertools
import os
import ssl
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import hypothesis
import pytest

from tests import postgres
from tests.chromium import Browser, find_chromium
from tests.warm import warm
from worker import embedded
from worker.fetch.archive import Archive
from worker.fetch.client import Fetcher
from worker.services import Services
from worker.settings import Settings
from worker.store import schema
from worker.store.database import Database

#: Real material that tests use where it is there; it is no part of the project.
SHARED = Path(__file__).parents[2] / "shared"

_NAMES = itertools.count()

# A busy machine is no failure: time is bounded by the suite's own limit, not by example.
hypothesis.settings.register_profile(
    "suite", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow], print_blob=True
)
hypothesis.settings.load_profile("suite")


def shared(*parts: str) -> Path:
    """A path of the shared material; the test is skipped where it is not there."""
    path = SHARED.joinpath(*parts)
    if not path.exists():
        pytest.skip(f"needs the shared material {'/'.join(parts)}")
    return path


def wait_until(condition: Callable[[], object], deadline: float, what: str = "") -> object:
    """Wait until a condition holds and give its value; fail after ``deadline`` seconds."""
    end = time.monotonic() + deadline
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            pytest.fail(f"not within {deadline} s: {what or condition}")
        time.sleep(0.05)


def pytest_sessionfinish() -> None:
    if warm.cache_info().currsize:
        warm().close()


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.upper().startswith("BROADSHEET_")]:
        monkeypatch.delenv(name)


@pytest.fixture(autouse=True, scope="session")
def _authorities_are_read_once() -> Iterator[None]:
    """Hundreds of clients share one TLS context: to read the system's authorities takes longer than most tests."""
    create = httpx.create_ssl_context
    shared_by = functools.cache(lambda _file: create())

    def once(**how: object) -> ssl.SSLContext:
        usual = how in ({}, {"verify": True, "cert": None, "trust_env": True})
        return shared_by(os.environ.get("SSL_CERT_FILE")) if usual else create(**how)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(httpx, "create_ssl_context", once)
        patch.setattr("httpx._transports.default.create_ssl_context", once)
        yield


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[postgres.Server]:
    with postgres.running() as server:
        server.execute("CREATE DATABASE template")
        database = Database(server.url("template"))
        schema.migrate(database)
        database.close()
        yield server


@pytest.fixture
def empty_postgres_url(postgres_server) -> Iterator[str]:
    """The URL of a PostgreSQL database without any table."""
    with postgres_server.database(f"empty{next(_NAMES)}") as url:
        yield url


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory) -> bytes:
    path = tmp_path_factory.mktemp("template") / "broadsheet.db"
    database = Database(f"sqlite:///{path}")
    schema.migrate(database)
    database.close()
    return path.read_bytes()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request, tmp_path) -> Iterator[str]:
    """The URL of a fresh, migrated database; the test runs once on each kind."""
    if request.param == "sqlite":
        path = tmp_path / "broadsheet.db"
        path.write_bytes(request.getfixturevalue("sqlite_template"))
        yield f"sqlite:///{path}"
        return
    server = request.getfixturevalue("postgres_server")
    with server.database(f"test{next(_NAMES)}", template="template") as url:
        yield url


@pytest.fixture
def settings(tmp_path, database_url) -> Settings:
    """Settings for a test on a real database, with short waits."""
    return Settings(
        var_dir=tmp_path / "var",
        database_url=database_url,
        request_attempts=1,
        request_timeout_seconds=10,
        lease_seconds=60,
    )


@pytest.fixture
def redis_running(settings) -> Iterator[Settings]:
    """The embedded Redis server of these settings, running."""
    settings.var_dir.mkdir(exist_ok=True)
    embedded.ensure(settings)
    yield settings
    embedded.stop(settings)


class Clock:
    """A clock that stands still until the test moves it."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **how: float) -> None:
        self.now += timedelta(**how)


@pytest.fixture
def clock() -> Clock:
    return Clock(datetime(2026, 3, 5, 12, 0, tzinfo=UTC))


@pytest.fixture
def services(settings, clock) -> Iterator[Services]:
    """Services on a real database, with the test's clock."""
    made = Services(
        settings=settings,
        database=Database(settings.sqlalchemy_url),
        archive=Archive(settings.archive),
        fetcher=Fetcher(settings),
        clock=clock,
        actor="worker:test:1",
    )
    yield made
    made.close()


@pytest.fixture(scope="session")
def site() -> Iterator[object]:
    """The e-paper web server; faults that a test switches on are switched off by ``clean_site``."""
    from tests.site import Site  # noqa: PLC0415  # only where a test asks for it

    with Site() as running:
        yield running


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    program = find_chromium()
    if program is None:
        pytest.skip("needs Chromium on PATH: install chromium")
    with Browser(program) as running:
        yield running


@pytest.fixture
def browser(chromium) -> Browser:
    """A real browser in which nobody is signed in, on a desk."""
    chromium.call("Network.clearBrowserCookies")
    chromium.sign_in()
    chromium.view(width=1280, height=900)
    return chromium
