"""Alert rules and dashboard against the real endpoint and, where they are installed, promtool and Prometheus."""

import json
import re
import shutil
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request
from datetime import UTC, datetime, timedelta

import pytest
from prometheus_client.parser import text_string_to_metric_families

from scheduler import supervisor
from tests.acceptance.processes import ROOT, Service
from tests.conftest import wait_until
from tests.factories import make_capture, make_edition, make_found, make_page, make_publication
from worker import embedded
from worker.domain import BackfillState, Failure, PageState, State
from worker.fetch.shared import KNOWN, keys
from worker.services import open_services
from worker.store import articles
from worker.store.tables import Backfill, Event, Heartbeat, Notification, Page

RULES = ROOT / "deploy" / "prometheus" / "rules.yml"
RULES_TEST = RULES.with_name("rules_test.yml")
DASHBOARD = ROOT / "deploy" / "grafana" / "dashboards" / "broadsheet.json"

ALERTS = {
    "EditionLate", "EditionMissing", "EditionFailed", "NoProgress", "NoWorker", "NoBeat", "HostBlocked", "Drift",
    "FallbackRising", "DiskLow", "BacklogGrowing", "OldestMessageOld", "SchemaMismatch", "QuarantinedPage",
    "DatabaseDown", "RedisDown",
}  # fmt: skip

#: Labels that Prometheus adds, and those that functions and variables of PromQL bring.
FOREIGN = {"instance", "job", "alertstate"}


def fields(text: str, name: str) -> list[str]:
    """The values of a field of the rules, which are YAML in the one form that we write; folded ones in one line."""
    found = re.findall(rf"^( +)(?:- )?{name}: (?:(?!>-)(.*)|>-((?:\n\1 +\S.*)+))$", text, re.MULTILINE)
    return [" ".join(f"{plain} {folded}".split()) for _, plain, folded in found]


def queries() -> dict[str, str]:
    """Every query of the dashboard by its panel."""
    dashboard = json.loads(DASHBOARD.read_text("utf-8"))
    return {
        f"{panel['title']} {target['refId']}": target["expr"]
        for panel in dashboard["panels"]
        for target in panel.get("targets", ())
    }


def used(expression: str) -> dict[str, set[str]]:
    """The metrics of a query, each with the labels by which it is picked or put together."""
    # A text between quotes is a value.
    bare = re.sub(r'"[^"]*"', '""', expression)
    metrics = {name: set() for name in re.findall(r"\bbroadsheet_\w+", bare)}
    for name, matchers in re.findall(r"\b(broadsheet_\w+)\{([^}]*)\}", bare):
        metrics[name] |= set(re.findall(r"(\w+)\s*(?:=~|!~|!=|=)", matchers))
    # A grouping concerns the metrics in the brackets behind it.
    for labels, inner in re.findall(r"\bby \(([^)]*)\) \(((?:[^()]|\([^()]*\))*)\)", bare):
        for name in re.findall(r"\bbroadsheet_\w+", inner):
            metrics[name] |= {label.strip() for label in labels.split(",")}
    return metrics


@pytest.fixture
def served(tmp_path, database_url):
    """The real endpoint on a database and a Redis with something of everything; gives its address."""
    service = Service(tmp_path, database_url, "")
    service.settings.var_dir.mkdir(exist_ok=True)
    service.settings.archive.mkdir(exist_ok=True)
    embedded.ensure(service.settings)
    fill(service)
    port = supervisor.free_port()
    service.environment["BROADSHEET_METRICS_PORT"] = str(port)
    service.start("metrics", supervisor.metrics())
    address = f"127.0.0.1:{port}"
    wait_until(lambda: get(f"http://{address}/healthcheck"), 30, "the metrics to be served")
    yield address
    service.stop()


def fill(service: Service) -> None:
    services = open_services(service.settings, "worker:test:1")
    now, today = datetime.now(UTC), datetime.now(UTC).date()
    one = make_publication(services, slug="hedongbao")
    make_edition(services, publication_id=one, date=today, state=State.WAITING, expected_at=now - timedelta(hours=5))
    late = make_edition(
        services, publication_id=one, date=today, label="号外", state=State.PARTIAL, failure=Failure.BLOCKED,
        fingerprint="ab",
    )  # fmt: skip
    make_edition(services, publication_id=one, date=today - timedelta(days=1), state=State.SUSPECT)
    page = make_page(services, late, state=PageState.QUARANTINED, failure=Failure.BUG, fingerprint="cd")
    capture = make_capture(services, late, host="paper.example", elapsed_seconds=0.2)
    with services.database.begin() as session:
        articles.store(session, session.get_one(Page, page), [make_found(capture)], now, whole=True)
        session.add(Heartbeat(actor="tick:one", at=now, seconds=0.1, report={}))
        session.add(
            Event(
                at=now,
                edition_id=late,
                page_id=page,
                from_state="fetching",
                to_state="pending",
                actor="worker:one:1",
                reason="HTTP 503",
                attempt=1,
                token=1,
            )
        )
        session.add(
            Backfill(
                state=BackfillState.RUNNING,
                publications=["hedongbao"],
                first_date=today,
                last_date=today,
                newest_first=True,
                cap=1,
                total=9,
                made=3,
                complete=1,
                created_by="operator:test",
                created_at=now,
                updated_at=now,
            )
        )
        session.add(
            Notification(
                cause="x", problem="failed", text="x", editions=[], count=1, first_at=now, last_at=now, told=[]
            )
        )
    services.close()
    client = embedded.connect(service.settings)
    client.zadd(KNOWN, {"rests.example": now.timestamp() * 1000})
    client.hset(keys("rests.example")[0], mapping={"until": int(now.timestamp() * 1000 + 3_600_000), "failures": 9})
    client.lpush("daily", json.dumps({"headers": {"expires": (now + timedelta(minutes=10)).isoformat()}}))
    client.close()


def get(url: str, **fields: str):
    try:
        with urllib.request.urlopen(f"{url}?{urllib.parse.urlencode(fields)}" if fields else url, timeout=15) as answer:
            return answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.read().decode()
    except OSError:
        return None


@pytest.mark.parametrize("database_url", ["sqlite", "postgresql"], indirect=True)
def test_every_metric_and_label_of_rules_and_dashboard_is_at_the_real_endpoint(served):
    families = list(text_string_to_metric_families(get(f"http://{served}/metrics")))
    there = {sample.name: set(sample.labels) for family in families for sample in family.samples}
    assert sorted(family.name for family in families if not family.samples) == [], "the test fills every metric"
    asked = fields(RULES.read_text("utf-8"), "expr") + list(queries().values())
    assert len(asked) > 40
    named: set[str] = set()
    for expression in asked:
        for name, labels in used(expression).items():
            named.add(name)
            assert name in there, expression
            assert labels - FOREIGN <= there[name], expression
    assert {name for name in there if name not in named} <= {"broadsheet_hosts", "broadsheet_archive_bytes"}


def test_the_rules_are_complete():
    text = RULES.read_text("utf-8")
    assert set(fields(text, "alert")) == ALERTS
    names = fields(text, "alert")
    assert fields(text, "runbook_url") == [f"deploy/runbook/{name}.md" for name in names]
    for name, summary, description in zip(names, fields(text, "summary"), fields(text, "description"), strict=True):
        assert re.search(r": (broadsheet|celery|du) ", description), f"{name} says one command that helps"
        if name.startswith("Edition"):
            assert "$labels.publication" in summary
            assert "$labels.date" in description
    for block in text.split("- alert: ")[1:]:
        assert "severity: critical" in block or "severity: warning" in block


def test_the_commands_in_the_rules_exist():
    from scheduler.cli import app  # noqa: PLC0415  # only here

    known = {command.callback.__name__ for command in app.registered_commands}
    named = set(re.findall(r"\bbroadsheet ([a-z]+)", " ".join(fields(RULES.read_text("utf-8"), "description"))))
    assert named
    assert named <= known


def test_the_dashboard_is_sound():
    dashboard = json.loads(DASHBOARD.read_text("utf-8"))
    places = [panel["gridPos"] for panel in dashboard["panels"]]
    cells = [(x, y) for p in places for x in range(p["x"], p["x"] + p["w"]) for y in range(p["y"], p["y"] + p["h"])]
    assert len(cells) == len(set(cells)), "no panel lies on another"
    assert max(x for x, _ in cells) == 23
    assert len({panel["id"] for panel in dashboard["panels"]}) == len(places)
    assert {target["datasource"]["uid"] for panel in dashboard["panels"] for target in panel.get("targets", ())} == {
        "prometheus"
    }


def test_the_rules_do_what_their_tests_say():
    promtool = shutil.which("promtool")
    if promtool is None:
        pytest.skip("needs promtool: install prometheus")
    config = RULES.with_name("prometheus.yml")
    for command in (
        ["check", "config", "--lint=all", "--lint-fatal", config],
        ["check", "rules", "--lint=all", "--lint-fatal", RULES],
        ["test", "rules", RULES_TEST],
    ):
        done = subprocess.run([promtool, *command], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
    tested = set(fields(RULES_TEST.read_text("utf-8"), "alertname"))
    assert tested == ALERTS


@pytest.fixture
def prometheus(served, tmp_path):
    """The real Prometheus, with our rules, reading the real endpoint; gives its address."""
    program = shutil.which("prometheus")
    if program is None:
        pytest.skip("needs prometheus")
    (tmp_path / "prometheus.yml").write_text(
        f"global: {{scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s}}\nrule_files: [{RULES}]\n"
        f"scrape_configs: [{{job_name: broadsheet, scrape_timeout: 10s, scrape_interval: 10s,"
        f" static_configs: [{{targets: ['{served}']}}]}}]\n"
    )
    port = supervisor.free_port()
    with (tmp_path / "prometheus.log").open("wb") as log:
        process = subprocess.Popen(
            [
                program, f"--config.file={tmp_path / 'prometheus.yml'}", f"--storage.tsdb.path={tmp_path / 'tsdb'}",
                f"--web.listen-address=127.0.0.1:{port}",
            ],
            stdin=subprocess.DEVNULL, stdout=log, stderr=log,
        )  # fmt: skip
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(30)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_prometheus_itself_scrapes_the_endpoint_and_answers_every_query(prometheus):
    def scraped() -> bool:
        answer = get(f"{prometheus}/api/v1/query", query='broadsheet_up{component="database"}')
        return bool(answer and answer.startswith("{") and json.loads(answer)["data"]["result"])

    wait_until(scraped, 60, "Prometheus to scrape")
    for panel, query in queries().items():
        answer = json.loads(
            get(f"{prometheus}/api/v1/query", query=query.replace("$publication", ".*"), time=str(time.time()))
        )
        assert answer["status"] == "success", (panel, answer)
        assert answer["data"]["result"], f"{panel} has something to show: {query}"

    def fired() -> set[str]:
        answer = json.loads(get(f"{prometheus}/api/v1/rules") or "{}")
        rules = [rule for group in answer["data"]["groups"] for rule in group["rules"]]
        assert {rule["name"] for rule in rules} == ALERTS
        if not all(rule["health"] == "ok" for rule in rules):
            assert not [rule for rule in rules if rule["health"] == "err"], answer
            return set()
        return {rule["name"] for rule in rules if rule["alerts"]}

    alerts = wait_until(lambda: {"EditionLate", "QuarantinedPage", "HostBlocked"} <= (fired() or set()) and fired(), 60)
    assert not alerts & {"DatabaseDown", "RedisDown", "SchemaMismatch", "NoBeat"}
