"""Planted passwords come out nowhere: not in logs, rows, errors, listings, nor in what workers tell Flower."""

import json
import signal
import subprocess
import sys

import pytest
import redis
from sqlalchemy import select

from tests.acceptance.processes import ROOT, Service
from tests.conftest import wait_until
from tests.servers import redis_server
from worker.domain import ENDED
from worker.store.tables import Base

DATABASE, QUEUE, SITE, FLOWER = "plantedDATABASEword", "plantedQUEUEword", "plantedSITEword", "plantedFLOWERword"
#: Many commands, each a process of its own.
pytestmark = pytest.mark.timeout(300)

PLANTED = (DATABASE, QUEUE, SITE, FLOWER)


@pytest.fixture
def service(tmp_path, site, postgres_server, empty_postgres_url):
    site.clear()
    catalogue = site.catalogue().replace("http://127", f"http://reader:{SITE}@127")
    url = empty_postgres_url.replace("postgres@", f"postgres:{DATABASE}@")
    made = Service(tmp_path, url, catalogue + "\n[weifangdaily]\nenabled = false\n")
    with redis_server(tmp_path, "--requirepass", QUEUE) as port:
        made.environment |= {
            "BROADSHEET_REDIS_URL": f"redis://:{QUEUE}@127.0.0.1:{port}/0",
            "BROADSHEET_LOG_LEVEL": "DEBUG",
            "BROADSHEET_MAX_ATTEMPTS": "1",
            "BROADSHEET_REQUEST_ATTEMPTS": "1",
            "BROADSHEET_FLOWER_USER": "me",
            "BROADSHEET_FLOWER_PASSWORD": FLOWER,
        }
        yield made
        site.clear()
        made.stop()


def test_no_output_and_no_row_has_a_planted_password(service, site, tmp_path):
    said = [run.stdout + run.stderr for run in [service.command("migrate")]]
    # One newspaper fails with its address in the error, one page of another does.
    site.fail("linchuanribao/content/.*Page01")
    service.worker()
    service.beat()
    wait_until(lambda: service.states() and all(s in ENDED for s in service.states().values()), 60, service.states())
    inspect = [sys.executable, "-m", "celery", "-A", "worker.app", "inspect", "-t", "5", "conf"]
    done = subprocess.run(inspect, cwd=ROOT, env=service.environment, capture_output=True, text=True, check=False)
    assert "OK" in done.stdout, done.stdout + done.stderr
    said.append(done.stdout + done.stderr)
    for line in ("config", "doctor", "status --json", "publications --json"):
        done = service.command(*line.split())
        said.append(done.stdout + done.stderr)
    assert "127.0.0.1" in "".join(said)
    # What goes wrong tells more than what goes well.
    for name, value in (
        ("BROADSHEET_DATABASE_URL", f"postgresql+psycopg://me:{DATABASE}@127.0.0.1:9/x"),
        ("BROADSHEET_DATABASE_URL", f"postgresql+psycopg://127.0.0.1:9/x?password={DATABASE}"),
        ("BROADSHEET_DATABASE_URL", f"nonsense://me:{DATABASE}@x"),
        ("BROADSHEET_REDIS_URL", f"redis://:{QUEUE}@127.0.0.1:9/0"),
        ("BROADSHEET_REDIS_URL", f"http://:{QUEUE}@127.0.0.1:9/0"),
    ):
        service.environment[name], kept = value, service.environment[name]
        done = service.command("doctor", "--only", "database", "--only", "redis")
        said.append(f"{name}: {done.stdout}{done.stderr}")
        service.environment[name] = kept
    for process in service.processes:
        process.send_signal(signal.SIGTERM)
        process.wait(30)
    logs = {path.name: path.read_text("utf-8") for path in tmp_path.glob("*.log")}
    assert any("attempt_failed" in text for text in logs.values())
    said += [f"{name}: {line}" for name, text in logs.items() for line in text.splitlines()]
    with service.database.read() as session:
        for table in ("editions", "pages", "events"):
            rows = session.execute(select(Base.metadata.tables[table])).mappings().all()
            shown = ("error", "reason", "actor", "lease_owner", "hold_reason")
            said += [f"{table}: {[row[name] for name in shown if name in row]}" for row in rows]
    told = [line for line in said if any(word in line for word in PLANTED)]
    assert told == []


def test_messages_in_the_queue_are_json_without_a_secret(service, site):
    service.command("migrate")
    service.beat()
    client = redis.Redis.from_url(service.environment["BROADSHEET_REDIS_URL"])
    wait_until(lambda: client.llen("daily"), 40, "messages")
    for raw in client.lrange("daily", 0, -1):
        message = json.loads(raw)
        assert message["content-type"] == "application/json"
        assert not any(word in raw.decode() for word in PLANTED)
    client.close()
