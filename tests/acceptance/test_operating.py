"""Operators' commands as a user runs them: what they print, what a dry run leaves alone, what they refuse."""

import json
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select

from tests.acceptance.test_commands import assert_one_line, run
from worker.domain import State
from worker.store.database import Database
from worker.store.tables import Edition, Publication

__all__ = ["run"]

NAME = ("weifangdaily", "2026-03-05")


def states(run) -> list:
    return [row["state"] for row in json.loads(run("status", "--json").stdout)]


def test_an_edition_through_an_operators_hands(run, tmp_path):
    text = "河东镇新桥通车\n\n本报讯（记者 安一）3月5日，河东镇新桥通车，两岸居民往来不再绕行。\n"
    (tmp_path / "page.txt").write_text(text, encoding="utf-8")
    assert run("ingest", *NAME, "--page-text", "page.txt").returncode == 0
    life = json.loads(run("status", *NAME, "--json").stdout)
    assert [page["state"] for page in life["pages_in_detail"]] == ["done"]
    assert [event["to"] for event in life["events"] if event["page"] is None][-1] == "complete"
    assert "processing -> complete" in run("status", *NAME).stdout

    dry = run("hold", *NAME, "--dry-run")
    assert (dry.returncode, "dry run: nothing was changed" in dry.stderr) == (0, True)
    assert json.loads(run("status", "--json").stdout)[0]["held_at"] is None
    (held,) = json.loads(run("hold", *NAME, "--reason", "the site asked", "--json").stdout)
    assert (held["done"], held["hold_reason"]) == ("on hold", "the site asked")
    assert_one_line(run("retry", *NAME), 2, "on hold; release it first")
    assert run("release", *NAME).returncode == 0
    assert_one_line(run("skip", *NAME), 2, "only one that is scheduled")
    assert_one_line(run("retry", "--fingerprint", "abc"), 2, "broadsheet faults")
    assert run("retry", *NAME, "--page", "01").returncode == 0
    assert states(run) == ["complete"], "what is stored stands while it is read again"
    lines = [json.loads(line) for line in run("events", "--json", "--since", "1h").stdout.splitlines()]
    assert "on hold: the site asked" in {line["reason"] for line in lines}


def test_the_glance_says_whether_anybody_ticks(run):
    told = run("status").stdout
    assert "Today: 0 of 0 in" in told
    assert "has never ticked" in told
    found = json.loads(run("status", "--summary", "--json").stdout)
    assert (found["scheduler"]["well"], found["today"]["late"], found["queues"]) == (False, 0, None)


def test_a_backfills_dry_runs_change_nothing(run):
    span = ("backfill", "weifangdaily", "2025-01-01", "2025-12-31")
    found = json.loads(run(*span, "--dry-run", "--json").stdout)
    assert (found["total"], found["there"]) == (365, 0)
    assert json.loads(run("backfills", "--json").stdout) == []
    assert run(*span).returncode == 0
    assert run("backfills", "cancel", "1", "--dry-run").returncode == 0
    (row,) = json.loads(run("backfills", "show", "1", "--json").stdout)
    assert (row["state"], row["to_do"], row["expected_end"]) == ("running", 365, None)
    assert run("backfills", "cancel", "1").returncode == 0
    assert_one_line(run("backfills", "pause", "1"), 2, "cancelled already")
    assert_one_line(run("backfills", "pause", "7"), 2, "no backfill 7")
    assert_one_line(run("backfill", "weifangdaily", "2026-01-02", "2026-01-01"), 2, "is before")
    assert_one_line(run("backfill", "2026-01-02", "2026-01-03"), 2, "say which newspapers")
    assert run("publications", "disable", "weifangdaily").returncode == 0
    assert_one_line(run("backfill", "--all", "2026-01-02", "2026-01-03"), 2, "no newspaper is enabled")
    assert_one_line(run("backfill", "--all", "p", "2026-01-02", "2026-01-03"), 2, "leave the single newspapers out")


def test_a_backfill_that_opens_ended_editions_again_says_so_before_and_after(run, tmp_path):
    (tmp_path / "page.txt").write_text("河东镇新桥通车\n\n本报讯（记者 安一）河东镇新桥通车。\n", encoding="utf-8")
    assert run("ingest", *NAME, "--page-text", "page.txt").returncode == 0
    assert run("ingest", "weifangdaily", "2026-03-04", "--page-text", "page.txt").returncode == 0
    with closing(sqlite3.connect(tmp_path / "var" / "broadsheet.db")) as connection, connection:
        connection.execute("UPDATE editions SET state = 'missing' WHERE date = '2026-03-04'")
    span = ("backfill", "weifangdaily", "2026-03-01", "2026-03-05", "--include", "failed,missing")
    found = json.loads(run(*span, "--dry-run", "--json").stdout)
    assert (found["total"], found["there"], found["opened_again"]) == (5, 2, 1)
    assert found["there_by_state"] == {"complete": 1, "missing": 1}
    told = run(*span, "--dry-run").stdout
    assert "2 are there already (1 complete, 1 missing), 1 of which would be opened again" in told
    assert_one_line(run(*span[:-1], "failed,complete"), 2, "'complete' is none of failed, missing, partial, suspect")
    assert run(*span).returncode == 0
    (row,) = json.loads(run("backfills", "--json").stdout)
    assert sorted(row["include"]) == ["failed", "missing"]


def test_a_fault_of_many_editions_is_opened_again_to_the_last_of_them(run, tmp_path):
    database = Database(f"sqlite:///{tmp_path / 'var' / 'broadsheet.db'}")
    at = datetime(2026, 3, 5, tzinfo=UTC)
    with database.begin() as session:
        paper = Publication(
            slug="hedongbao", name="河东报", family="huaguang", edition_url="http://paper.example/%Y%m%d/",
            language="zh-Hans", time_zone="Asia/Shanghai", overrides={}, requests_per_second=1, concurrency=1,
            allow_private_addresses=False, enabled=True, recheck_seconds=600, updated_at=at,
        )  # fmt: skip
        session.add(paper)
        session.flush()
        session.add_all(
            Edition(
                publication_id=paper.id, date=at.date() - timedelta(days=back), state=State.FAILED, queue="daily",
                expected_at=at, deadline_at=at, created_at=at, updated_at=at, fingerprint="abc", error="HTTP 500",
            )
            for back in range(1203)
        )  # fmt: skip
    dry = run("retry", "--fingerprint", "abc", "--dry-run")
    assert "nothing was changed; 1203 editions would be" in dry.stderr
    assert run("retry", "--fingerprint", "abc", "--dry-run", "--json").stderr.count("\n") == 1
    done = run("retry", "--fingerprint", "abc", "--reason", "mended")
    assert done.returncode == 0, done.stderr
    assert "[1203/1203] editions down to 2022-11-19" in done.stderr
    assert "1203 editions, 50 are shown" in done.stderr
    with database.read() as session:
        states = dict(session.execute(select(Edition.state, func.count()).group_by(Edition.state)).all())
    database.close()
    assert states == {State.SCHEDULED: 1203}
    assert_one_line(run("retry", "--fingerprint", "abc"), 2, "no ended edition")
