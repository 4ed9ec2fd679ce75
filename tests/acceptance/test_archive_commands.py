"""``captures``, ``reprocess`` and ``hosts`` as a user runs them, on newspapers that were really fetched."""

import json
import os

import pytest

from tests.warm import BROADSHEET, warm
from worker import embedded
from worker.fetch.shared import SharedTurns
from worker.fetch.turns import Ask, Done, Rules
from worker.settings import Settings

SLUG, DAY = "linchuanribao", "2026-03-05"


@pytest.fixture
def run(tmp_path, site, sqlite_template):
    """A function that runs a broadsheet command in a folder whose catalogue has the site's newspapers."""
    (tmp_path / "papers.toml").write_text(site.catalogue(), encoding="utf-8")
    (tmp_path / "var").mkdir(mode=0o700)
    (tmp_path / "var" / "broadsheet.db").write_bytes(sqlite_template)
    clean = {name: value for name, value in os.environ.items() if not name.startswith("BROADSHEET_")}

    def call(*words, status=0):
        environment = {**clean, "BROADSHEET_CATALOGUE": "papers.toml"}
        done = warm().run([BROADSHEET, *words], cwd=tmp_path, env=environment, text=False, timeout=100)
        assert done.returncode == status, done.stderr.decode()
        return done

    yield call
    site.clear()


def listed(done):
    return json.loads(done.stdout)


def one_line(done):
    text = done.stderr.decode()
    assert len(text.strip().splitlines()) == 1, text
    assert text.startswith("broadsheet: ")
    return text


def test_the_archive_is_listed_printed_verified_and_read_again(run, site, tmp_path):
    run("ingest", SLUG, DAY)
    captures = listed(run("captures", SLUG, "--date", DAY, "--json"))
    assert len(captures) > 20
    newest = captures[0]
    assert {"id", "url", "status", "sha256", "warc_file", "warc_offset", "warc_length", "host"} <= newest.keys()
    assert newest["url"] in run("captures", "--limit", "1").stdout.decode()
    only = listed(run("captures", "--url", newest["url"].rpartition("/")[2], "--json"))
    assert {row["url"] for row in only} == {newest["url"]}
    body = run("captures", "show", newest["id"], "--body").stdout
    assert len(body) == newest["size"]
    head = run("captures", "show", newest["id"], "--headers").stdout.decode()
    assert head.startswith("HTTP/1.1 200 OK\n")
    assert "Content-Type: text/html" in head
    assert b"all in order" in run("captures", "verify").stdout
    site.fail(".", status=500)
    asked = len(site.requests)
    report = listed(run("reprocess", SLUG, DAY, DAY, "--json"))
    (edition,) = report["editions"]
    assert (edition["before"], edition["after"], edition["failures"]) == ("complete", "complete", [])
    assert (report["new"], report["changed"], report["withdrawn"]) == (0, 0, 0)
    assert report["same"] > 10
    assert len(site.requests) == asked
    dry = run("reprocess", SLUG, DAY, DAY, "--dry-run")
    assert b"nothing was stored" in dry.stderr
    path = tmp_path / "var" / "archive" / newest["warc_file"]
    path.write_bytes(path.read_bytes()[:-10])
    broken = run("captures", "verify", status=1).stdout.decode()
    assert f"(capture {newest['id']})" in broken
    failed = listed(run("reprocess", SLUG, DAY, DAY, "--json", status=1))
    assert failed["editions"][0]["after"] == "complete", "what is stored stands"
    assert "no record" in failed["editions"][0]["failures"][0]["error"]


def test_wrong_usage_is_one_line(run):
    run("ingest", SLUG, DAY)
    assert "no such capture" in one_line(run("captures", "show", 99_999, status=2))
    assert "captures show ID" in one_line(run("captures", "show", status=2))
    assert "nobody" in one_line(run("captures", "nobody", status=2))
    assert "is after" in one_line(run("reprocess", SLUG, DAY, "2026-03-01", status=2))
    assert "no editions" in one_line(run("reprocess", SLUG, "2020-01-01", "2020-01-02", status=2))
    assert "Redis" in one_line(run("hosts", status=1))


def test_hosts_are_listed_and_released(run, tmp_path):
    settings = Settings(var_dir=tmp_path / "var")
    embedded.ensure(settings)
    client = embedded.connect(settings)
    try:
        assert b"no host was visited" in run("hosts").stdout
        turns = SharedTurns(client, Rules(failures=1, rest=600, rest_longest=600, place_expires=60))
        told = Done(place="1", alive=False, why="HTTP 502 Bad Gateway")
        turns.step(Ask(host="paper.example", publication="a", interval=0.5, concurrency=2, places=(), done=(told,)))
        (row,) = listed(run("hosts", "--json"))
        assert (row["host"], row["state"], row["why"]) == ("paper.example", "resting", "HTTP 502 Bad Gateway")
        assert b"resting" in run("hosts").stdout
        assert b"asked again" in run("hosts", "release", "paper.example").stderr
        (row,) = listed(run("hosts", "--json"))
        assert (row["state"], row["requests_per_second"]) == ("open", 2.0)
        assert "no such host" in one_line(run("hosts", "release", "other.example", status=2))
        assert "release HOST" in one_line(run("hosts", "drop", status=2))
    finally:
        client.close()
        embedded.stop(settings)
