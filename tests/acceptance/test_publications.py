"""The commands on publications as an operator runs them: real processes, a real site, a database between them."""

import json
import os
import subprocess
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select, update

from tests.warm import BROADSHEET, warm
from worker.domain import State
from worker.store.database import Database
from worker.store.tables import Edition, Event, ProfileRow


@pytest.fixture
def run(tmp_path):
    """A function that runs a broadsheet command in an empty folder; a user's own catalogue may stand in own.toml."""

    def call(*words: str) -> subprocess.CompletedProcess:
        clean = {name: value for name, value in os.environ.items() if not name.startswith("BROADSHEET_")}
        own = tmp_path / "own.toml"
        named = {"BROADSHEET_CATALOGUE": str(own)} if own.exists() else {}
        return warm().run([BROADSHEET, *words], cwd=tmp_path, env=clean | named)

    return call


@pytest.fixture
def own(tmp_path, site):
    """The site's newspapers in the user's own file."""
    site.clear()
    (tmp_path / "own.toml").write_text(site.catalogue(), encoding="utf-8")
    yield tmp_path / "own.toml"
    site.clear()


def rows(done):
    assert done.returncode == 0, done.stderr
    return {row["slug"]: row for row in json.loads(done.stdout)}


def one_line(done, status, *words):
    assert done.returncode == status, done.stdout + done.stderr
    line = done.stderr.strip().splitlines()[-1]
    assert line.startswith("broadsheet: ")
    for word in words:
        assert word in line


def test_the_listing_has_the_enabled_ones_and_all_on_demand_and_makes_no_database(run, tmp_path):
    assert list(rows(run("publications", "--json"))) == ["weifangdaily"]
    every = rows(run("publications", "--all", "--json"))
    assert len(every) >= 511
    assert every["weifangwanbao"]["source"] == "shandong.toml"
    assert "weifangdaily" in run("publications").stdout
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("text", ["潍坊晚", "WEIFANGWAN", "wfwb.wfnews"])
def test_a_search_looks_at_name_slug_and_host_of_all(run, text):
    assert list(rows(run("publications", "search", text, "--json"))) == ["weifangwanbao"]


def test_a_search_by_region_and_one_without_a_hit(run):
    found = rows(run("publications", "search", "西藏", "--json"))
    assert {row["region"] for row in found.values()} == {"西藏"}
    assert "nosuchpaper" in run("publications", "search", "nosuchpaper").stdout


def test_a_decision_is_kept_with_who_and_why_and_undone(run):
    assert run("publications", "enable", "weifangwanbao", "--reason", "seen today").returncode == 0
    assert run("publications", "disable", "weifangdaily").returncode == 0
    assert list(rows(run("publications", "--json"))) == ["weifangwanbao"]
    shown = json.loads(run("publications", "show", "weifangwanbao", "--json").stdout)
    assert shown["enabled"] is True
    assert shown["decided"]["reason"] == "seen today"
    assert shown["decided"]["actor"].startswith("operator:")
    again = json.loads(run("publications", "enable", "weifangwanbao", "--json").stdout)
    assert again == [{"slug": "weifangwanbao", "enabled": True, "changed": False}]
    assert run("publications", "reset", "weifangwanbao", "weifangdaily").returncode == 0
    assert list(rows(run("publications", "--json"))) == ["weifangdaily"]


def test_a_publication_is_shown_with_its_next_edition(run):
    done = run("publications", "show", "weifangdaily")
    assert done.returncode == 0, done.stderr
    for word in (
        "潍坊日报",
        "shandong.toml",
        "every day",
        "out by 06:00, missing after 20:00 (Asia/Shanghai)",
        "wfrb.wfnews.com.cn/content/20",
        "none yet",
    ):
        assert word in done.stdout


def test_enabling_both_start_pages_of_a_newspaper_is_said(run):
    done = run("publications", "enable", "haikoudaily", "haikoudaily-2")
    assert done.returncode == 0
    assert "haikoudaily and haikoudaily-2 are start pages of the same newspaper" in done.stderr


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (("publications", "show", "nosuch"), 2, "nosuch: no such publication"),
        (("publications", "enable", "weifangdaily", "nosuch"), 2, "nosuch: no such publication"),
        (("publications", "enable"), 2, "SLUG"),
        (("publications", "frobnicate"), 2, "frobnicate"),
        (("publications", "check", "nosuch"), 2, "nosuch"),
        (("publications", "check", "weifangdaily", "--date", "today"), 2, "YYYY-MM-DD"),
        (("accept", "weifangdaily", "2026-03-05"), 2, "no such edition"),
        (("publications", "add", "http://127.0.0.1:9/"), 1, "127.0.0.1"),
        (("publications", "add", "http://x.example/", "--write"), 2, "BROADSHEET_CATALOGUE"),
        (("publications", "add", "http://x.example/", "--slug", "weifangdaily"), 2, "in the catalogue already"),
    ],
)
def test_an_error_is_one_line(run, words, status, said):
    one_line(run(*words), status, said)


def test_a_start_page_is_tried_printed_and_written_and_the_row_works(run, tmp_path, site):
    site.clear()
    (tmp_path / "own.toml").write_text("# my newspapers\n", encoding="utf-8")
    entry = site.publication("linchuanribao").entry_url
    words = ("publications", "add", entry, "--allow-private-addresses", "--slug", "lin")
    shown = run(*words)
    assert shown.returncode == 0, shown.stderr
    assert '[lin]\nname = "霖川日报"\nfamily = "huaguang"' in shown.stdout
    assert "4 pages, " in shown.stdout
    assert "[lin]" not in (tmp_path / "own.toml").read_text("utf-8")
    told = json.loads(run(*words, "--write", "--json").stdout)
    assert told["row"]["edition_url"] == site.publication("linchuanribao").edition_url
    assert told["found"]["pages"] == 4
    assert len(told["titles"]) == 5
    assert (tmp_path / "own.toml").read_text("utf-8") == f"# my newspapers\n\n{told['toml']}"
    one_line(run(*words), 2, "lin is in the catalogue already")
    yesterday = str(datetime.now(UTC).date() - timedelta(days=1))
    assert run("ingest", "lin", yesterday).returncode == 0
    assert rows(run("publications", "--json"))["lin"]["enabled"] is True


def test_what_cannot_be_read_is_told_and_not_written(run, own, site):
    before = own.read_text("utf-8")
    site.block("Articel")
    entry = site.publication("linchuanribao").entry_url
    done = run("publications", "add", entry, "--allow-private-addresses", "--slug", "lin", "--write")
    one_line(done, 1, "nothing is written")
    assert own.read_text("utf-8") == before


@pytest.mark.usefixtures("own")
def test_a_check_tells_sound_from_changed_templates_by_its_exit_status(run, site):
    done = run("publications", "check", "linchuanribao", "yunduwanbao", "--json")
    assert done.returncode == 0, done.stdout
    assert [(one["publication"], one["template"]) for one in json.loads(done.stdout)] == [
        ("linchuanribao", "fits"),
        ("yunduwanbao", "fits"),
    ]
    site.fail("yunduwanbao.*content_", status=200, body="<html><body><p>改版了。</p></body></html>".encode())
    done = run("publications", "check", "linchuanribao", "yunduwanbao")
    assert done.returncode == 1
    assert "fits" in done.stdout
    assert "changed" in done.stdout
    assert "[2/2]" in done.stderr
    done = run("publications", "check", "linchuanribao", "yunduwanbao", "--sample", "1", "--json")
    seed = done.stderr.partition("--seed ")[2].split()[0]
    assert "a sample of 1 of 2 publications" in done.stderr
    again = run("publications", "check", "linchuanribao", "yunduwanbao", "--sample", "1", "--seed", seed, "--json")
    drawn = [[one["publication"] for one in json.loads(one.stdout)] for one in (done, again)]
    assert drawn[0] == drawn[1]
    assert len(drawn[0]) == 1


@pytest.mark.usefixtures("own")
def test_a_suspect_edition_is_accepted_by_name_and_becomes_history(run, tmp_path):
    day = date(2026, 3, 5)
    assert run("ingest", "linchuanribao", str(day)).returncode == 0
    one_line(run("accept", "linchuanribao", str(day)), 2, "only one that is partial or suspect is accepted")
    database = Database(f"sqlite:///{tmp_path / 'var' / 'broadsheet.db'}")
    try:
        with database.begin() as session:
            session.execute(update(Edition).values(state=State.SUSPECT, error="unlike its own 20 editions: pages 4"))
        assert "suspect" in run("publications", "show", "linchuanribao").stdout
        done = run("accept", "linchuanribao", str(day), "--from-now-on", "--reason", "new design")
        assert done.returncode == 0, done.stderr
        with database.read() as session:
            edition = session.scalars(select(Edition)).one()
            event = session.scalars(select(Event).order_by(Event.id.desc()).limit(1)).one()
            profile = session.get_one(ProfileRow, edition.id)
    finally:
        database.close()
    assert (edition.state, edition.error) == (State.COMPLETE, None)
    assert (event.from_state, event.to_state, event.reason) == ("suspect", "complete", "new design")
    assert event.actor.startswith("operator:")
    assert (profile.accepted, profile.starts_history) == (True, True)
