"""The real Flower, over its API and in a real browser: a failed task is found and named, its worker is steered."""

import base64
import json
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

import psutil
import pytest

from scheduler import supervisor
from tests.acceptance.processes import ROOT, Service, alive
from tests.conftest import wait_until
from worker import embedded
from worker.app import make_app
from worker.domain import State

BROADSHEET = str(Path(sys.executable).with_name("broadsheet"))
PASSWORD = "k9,:x $'7"  # with what a variable, an URL or a shell would split
PAGE_TWO_FAILS = r"/linchuanribao/.*node_02|/linchuanribao/content/.*/Articel02"


class Flower:
    def __init__(self, service: Service) -> None:
        self.port = supervisor.free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        service.environment |= {"BROADSHEET_FLOWER_USER": "duty", "BROADSHEET_FLOWER_PASSWORD": PASSWORD}
        self._service = service
        self.process = None

    def start(self) -> None:
        self.process = self._service.start("flower", [BROADSHEET, "flower", "--port", str(self.port)])
        wait_until(self.up, 40, "Flower to answer")

    def up(self) -> bool:
        try:
            return self.get("/healthcheck", user=None)[0] == 200
        except OSError:
            return False

    def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(20)

    def get(self, path: str, user="duty", **fields):
        return self._ask(f"{path}?{urllib.parse.urlencode(fields)}" if fields else path, None, user)

    def post(self, path: str, user="duty", **fields):
        return self._ask(path, urllib.parse.urlencode(fields).encode(), user)

    def _ask(self, path: str, data, user):
        request = urllib.request.Request(self.url + path, data)
        if user:
            request.add_header("Authorization", "Basic " + base64.b64encode(f"{user}:{PASSWORD}".encode()).decode())
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                body = answer.read()
                return answer.status, json.loads(body) if body[:1] in {b"{", b"["} else body.decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def tasks(self, search: str) -> dict:
        status, found = self.get("/api/tasks", search=search)
        assert status == 200, found
        return dict(found)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_flower_shows_finds_and_steers(service, site):
    site.fail(PAGE_TWO_FAILS, status=404)
    flower = Flower(service)
    flower.start()
    worker = service.worker()
    service.beat()
    wait_until(lambda: State.PARTIAL in service.states().values() and len(service.states()) == 3, 60, "a failed page")
    name = f"one@{_host()}"

    # Found by what a person knows of it, and named.
    search = 'args:linchuanribao "page 02" state:FAILURE'
    (failed,) = wait_until(lambda: flower.tasks(search).values(), 30, "Flower to hear of the failed task")
    day = failed["args"].split()[2]
    assert failed["name"] == "page.ingest"
    assert failed["args"].endswith(f"linchuanribao {day} page 02)")
    assert f"linchuanribao {day} page 02: " in failed["exception"]
    assert "404" in failed["exception"]
    assert flower.tasks(f"name:edition.finish linchuanribao {day}")
    (index,) = flower.tasks(f"name:edition.fetch_index linchuanribao {day}").values()
    assert index["result"].startswith(f"'linchuanribao {day}: ")

    # Nothing without the password, which stands in no process's command line.
    for path in ("/", "/tasks", "/broker", "/api/workers", "/api/tasks"):
        assert flower.get(path, user=None)[0] == 401, path
        assert flower.get(path, user="guest")[0] == 401, path
    assert flower.get("/metrics", user=None)[0] == 200, "Flower leaves its metrics open: that is why it is on loopback"
    assert PASSWORD not in " ".join(psutil.Process(flower.process.pid).cmdline())

    wait_until(lambda: name in flower.get("/api/workers", refresh="true")[1], 30, "Flower to see the worker")
    # Steered over the API; the worker itself is asked what it took.
    inspect = make_app(service.settings).control.inspect([name], timeout=5)
    status, told = flower.post("/api/task/rate-limit/page.ingest", workername=name, ratelimit="30/m")
    assert (status, told["message"]) == (200, "new rate limit set successfully")
    (registered,) = inspect.registered("rate_limit").values()
    assert "page.ingest [rate_limit=30/m]" in registered
    status, told = flower.post("/api/task/timeout/page.ingest", workername=name, soft=100, hard=200)
    assert (status, told["message"]) == (200, "time limits set successfully")
    (registered,) = inspect.registered("soft_time_limit", "time_limit").values()
    assert any("time_limit=200" in line and "soft_time_limit=100" in line for line in registered if "page.i" in line)

    # The history is there after a restart.
    flower.stop()
    flower.start()
    (after,) = flower.tasks(search).values()
    shown = ("uuid", "name", "args", "state", "exception", "received")
    assert [after[name] for name in shown] == [failed[name] for name in shown]

    # Its shutdown is the soft one; what is sent then waits, and Flower counts it.
    wait_until(lambda: name in flower.get("/api/workers", refresh="true")[1], 30, "Flower to see the worker again")
    status, told = flower.post(f"/api/worker/shutdown/{name}")
    assert (status, told["message"]) == (200, "Shutting down!")
    wait_until(lambda: not alive(worker.pid), 30, "the worker to end")
    assert service.command("retry", "linchuanribao", day).returncode == 0
    client = embedded.connect(service.settings)
    wait_until(lambda: client.llen("daily") == 1, 30, "the tick to send the page again")
    client.close()
    lengths = {queue["name"]: queue["messages"] for queue in flower.get("/api/queues/length")[1]["active_queues"]}
    assert lengths == {"daily": 1, "backfill": 0}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_person_finds_the_failed_page_and_steers_the_worker_in_the_browser(service, site, browser):
    site.fail(PAGE_TWO_FAILS, status=404)
    flower = Flower(service)
    flower.start()
    worker = service.worker()
    service.beat()
    wait_until(lambda: flower.tasks('linchuanribao "page 02" state:FAILURE'), 60, "the failed task")
    day = next(iter(flower.tasks('linchuanribao "page 02" state:FAILURE').values()))["args"].split()[2]
    browser.sign_in("duty", PASSWORD)
    browser.open(f"{flower.url}/tasks")
    browser.until("document.querySelectorAll('#tasks-table tbody tr').length > 5")
    # The edition that lost its page fails as well, a moment later.
    browser.fill("input[type=search]", f'args:"linchuanribao {day} page 02" state:FAILURE')
    browser.press("Enter")
    browser.until("document.querySelectorAll('#tasks-table tbody tr').length == 1")
    row = browser.text("#tasks-table tbody tr")
    for words in ("page.ingest", f"linchuanribao {day} page 02", "HTTP 404"):
        assert words in row, "the edition, the page and the reason stand in the listing"
    browser.click("#tasks-table tbody tr a[href^='/task/']")
    assert "/task/" in browser.address()
    assert f"linchuanribao {day}" in browser.text()
    assert "404" in browser.text()

    # What the pages' buttons did, the worker itself is asked.
    name = f"one@{_host()}"
    inspect = make_app(service.settings).control.inspect([name], timeout=5)
    browser.open(f"{flower.url}/worker/{name}")
    browser.tap("#worker-tab-limits")

    def limits() -> str:
        (registered,) = inspect.registered("rate_limit", "soft_time_limit", "time_limit").values()
        return next(line for line in registered if line.startswith("page.ingest"))

    # Flower's page takes a rate as so many a second, and of the two time limits the one that is not set goes.
    for field, number, button, taken in (
        ("Rate limit", "12", "task-rate-limit-page.ingest", "rate_limit=12 "),
        ("Timeout", "90", "task-timeout-soft-page.ingest", "soft_time_limit=90"),
        ("Timeout", "190", "task-timeout-hard-page.ingest", " time_limit=190"),
    ):
        browser.fill(f"#tab-limits input[aria-label='{field} for page.ingest']", number)
        browser.tap(f"[id='{button}']")
        browser.until("document.body.innerText.includes('set successfully')")
        wait_until(lambda wanted=taken: wanted in limits(), 20, taken)
    assert "soft_time_limit" not in limits()

    browser.open(f"{flower.url}/broker")
    assert {text.split()[0] for text in browser.texts("#queue-table tbody tr")} == {"daily", "backfill"}

    browser.open(f"{flower.url}/worker/{name}")
    browser.tap("#worker-group")
    browser.tap("#worker-shutdown")
    wait_until(lambda: not alive(worker.pid), 30, "the worker to end")


@pytest.mark.parametrize(
    ("variables", "told"),
    [
        ({"BROADSHEET_FLOWER_HOST": "0.0.0.0"}, "no loopback address: set BROADSHEET_FLOWER_USER"),
        ({"BROADSHEET_FLOWER_USER": "duty"}, "both, or neither"),
        ({"BROADSHEET_FLOWER_USER": "duty", "BROADSHEET_FLOWER_PASSWORD": "密码"}, "must be ASCII"),
    ],
)
def test_flower_does_not_start_open_to_everybody(tmp_path, variables, told):
    environment = supervisor.child_environment(
        {"BROADSHEET_VAR_DIR": str(tmp_path), "BROADSHEET_REDIS_URL": "redis://127.0.0.1:1/0", **variables}
    )
    ended = subprocess.run(
        supervisor.flower(supervisor.free_port()),
        cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert ended.returncode == 1
    assert told in ended.stderr
    assert "Traceback" not in ended.stderr


def _host() -> str:
    return socket.gethostname()
