"""Operators' commands as a user runs them: what they print, what a dry run leaves alone, what they refuse."""

import json
import sqlite3
from contextlib import closing

from tests.acceptance.test_commands import assert_one_line, run

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
