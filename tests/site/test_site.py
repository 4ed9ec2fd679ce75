"""The test site itself: three newspapers for any day, and every fault over real HTTP."""

import datetime as dt
import http.client
import json
import os
import signal
import subprocess
import sys
import threading
import time
import tomllib
import urllib.error
import urllib.request
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.site import Site

DAY = dt.date(2026, 3, 5)
SLUG = "linchuanribao"
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def site():
    with Site() as running:
        yield running


def get(url, timeout=10):
    with urllib.request.urlopen(url, timeout=timeout) as response:
        return response.read()


def status(url):
    try:
        with urllib.request.urlopen(url, timeout=10) as response:
            return response.status
    except urllib.error.HTTPError as error:
        error.close()
        return error.code


def test_three_newspapers_on_any_day(site):
    assert {paper.family for paper in site.papers} == {"huaguang", "founder-classic", "founder-new"}
    for paper in site.papers:
        for day in (DAY, dt.date(2019, 12, 31), dt.datetime.now(dt.UTC).date()):
            assert status(day.strftime(paper.edition_url)) == 200
        items = site.expected(paper.slug, DAY)
        assert (paper.pages, len(items)) == (4, paper.articles)
        assert len(items) >= 20
        assert {"article", "photo", "notice", "advert"} == {item["kind"] for item in items}
        assert any(item["paragraphs"][-1:] == ["（下转第三版）"] and item["page"] == "01" for item in items)
        assert any(item["paragraphs"][:1] == ["（上接第一版）"] and item["page"] == "03" for item in items)
        assert {item["continues"] for item in items if item["continues"]} == {
            item["key"] for item in items if item["key"]
        }
        assert any(item["table"] for item in items)
        assert any(item["furniture"] for item in items)
        assert all(status(item["url"]) == 200 for item in items)


def test_the_texts_are_all_different(site):
    texts = [text for paper in site.papers for item in site.expected(paper.slug, DAY) for text in item["paragraphs"]]
    long = [text for text in texts if len(text) > 20]
    assert len(long) == len(set(long)) > 100
    assert not any("{" in text for text in texts)


def test_the_huaguang_paper_is_in_gbk_and_says_gb2312(site):
    data = get(site.edition_url(SLUG, DAY))
    assert "霖川日报" in data.decode("gbk")
    assert b"charset=gb2312" in data


def test_unknown_paths_and_impossible_days_are_missing(site):
    for path in ("/nowhere/x.htm", f"/{SLUG}/content/20261345/Page01LC.htm", f"/{SLUG}/content/20260305/Page99LC.htm"):
        assert status(site.url + path) == 404
    assert status(site.url + "/") == status(site.url + "/robots.txt") == 200


def test_requests_are_recorded(site):
    before = time.time()
    get(site.url + "/robots.txt?a=1")
    request = site.requests[-1]
    assert request.path == "/robots.txt?a=1"
    assert before - 1 <= request.at <= time.time() + 1
    assert "Host" in request.headers


def test_a_failure_that_passes(site):
    site.fail("robots", status=503, times=2, retry_after=7)
    with pytest.raises(urllib.error.HTTPError) as caught:
        get(site.url + "/robots.txt")
    assert (caught.value.code, caught.value.headers["Retry-After"]) == (503, "7")
    caught.value.close()
    assert [status(site.url + "/robots.txt") for _ in range(2)] == [503, 200]


@pytest.mark.parametrize("how", ["404", "yesterday", "empty", "refresh", "script"])
def test_an_edition_that_is_not_out(site, how):
    url = site.edition_url(SLUG, DAY)
    site.not_yet(SLUG, DAY, how)
    if how == "404":
        assert status(url) == 404
    else:
        text = get(url).decode("gbk")
        assert ("2026年03月04日" in text) == (how == "yesterday")
        assert ("20260304/Page01" in text) == (how in {"refresh", "script"})
        assert "Articel" not in text or how == "yesterday"
    assert status(url.replace("Page01", "Page02")) == 404
    assert status(site.edition_url(SLUG, DAY - dt.timedelta(days=1))) == 200
    site.publish(SLUG, DAY)
    assert "2026年03月05日" in get(url).decode("gbk")


def test_slow_answers(site):
    site.slow("robots", delay=0.3)
    start = time.monotonic()
    get(site.url + "/robots.txt")
    assert time.monotonic() - start >= 0.3
    site.clear()
    site.slow("Page01", dribble=0.02)
    start = time.monotonic()
    data = get(site.edition_url(SLUG, DAY))
    assert time.monotonic() - start >= 0.3
    assert data.endswith(b"</HTML>")


def test_bodies_that_are_not_what_they_should_be(site):
    url = site.edition_url(SLUG, DAY)
    site.cut("Page01", after=50, times=1)
    with pytest.raises(http.client.IncompleteRead) as caught:
        get(url)
    assert len(caught.value.partial) == 50
    site.garbage("Page01", times=1)
    assert b"\x00\x01\x02" in get(url)
    site.empty("Page01", times=1)
    assert get(url) == b""
    site.block("Page01", times=1)
    assert "验证码" in get(url).decode()
    site.huge("Page01", size=1_000_000, times=1)
    assert len(get(url)) > 1_000_000
    site.charset("Page01", "utf-8", times=1)
    with urllib.request.urlopen(url, timeout=10) as response:
        assert response.headers.get_content_charset() == "utf-8"
    assert "霖川日报" in get(url).decode("gbk")


def test_a_connection_reset(site):
    site.reset("robots", times=1)
    with pytest.raises((ConnectionResetError, http.client.RemoteDisconnected, urllib.error.URLError)):
        get(site.url + "/robots.txt")
    assert status(site.url + "/robots.txt") == 200


def test_redirects(site):
    site.redirect("^/old", "/robots.txt")
    assert get(site.url + "/old").startswith(b"User-agent")
    site.loop("^/round")
    with pytest.raises(urllib.error.HTTPError, match="infinite loop") as caught:
        get(site.url + "/round")
    caught.value.close()


def test_a_corrected_article(site):
    item = site.expected(SLUG, DAY)[1]
    site.correct(SLUG, DAY, item["title"], "更正：应为九十七万亩。")
    changed = site.expected(SLUG, DAY)[1]
    assert changed["paragraphs"] == [*item["paragraphs"][:-1], "更正：应为九十七万亩。"]
    assert "九十七万亩" in get(item["url"]).decode("gbk")
    assert site.expected(SLUG, DAY + dt.timedelta(days=1))[1]["paragraphs"][-1] != changed["paragraphs"][-1]


def test_held_requests_wait_until_released(site):
    hold = site.hold("robots")
    assert not hold.wait_arrived(deadline=0.05)
    answers = []
    threads = [threading.Thread(target=lambda: answers.append(status(site.url + "/robots.txt"))) for _ in range(3)]
    for thread in threads:
        thread.start()
    assert hold.wait_arrived(deadline=10, count=3)
    assert (answers, hold.arrived) == ([], 3)
    hold.release()
    for thread in threads:
        thread.join(10)
    assert answers == [200, 200, 200]


def test_it_stops_while_requests_are_held():
    with Site() as site:
        hold = site.hold("robots")
        thread = threading.Thread(target=lambda: status(site.url + "/robots.txt"), daemon=True)
        thread.start()
        assert hold.wait_arrived()
    thread.join(10)
    assert not thread.is_alive()


def test_one_connection_serves_many_requests_quickly(site):
    connection = http.client.HTTPConnection(urlsplit(site.url).netloc, timeout=10)
    path = urlsplit(site.edition_url(SLUG, DAY)).path
    start = time.monotonic()
    for _ in range(300):
        connection.request("GET", path)
        assert connection.getresponse().read().endswith(b"</HTML>")
    connection.close()
    assert 300 / (time.monotonic() - start) > 100  # several hundred; the rest is room for a busy machine


def test_it_runs_alone_and_writes_a_catalogue(tmp_path):
    catalogue = tmp_path / "papers.toml"
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "tests.site",
            "--port",
            "0",
            "--catalogue",
            str(catalogue),
            "--time-zone",
            "Asia/Shanghai",
        ],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    try:
        url = process.stdout.readline().strip()
        rows = tomllib.loads(catalogue.read_text(encoding="utf-8"))
        assert set(rows) == {"linchuanribao", "yunduwanbao", "qiwanshibao"}
        for row in rows.values():
            assert row["edition_url"].startswith(url)
            assert (row["time_zone"], row["allow_private_addresses"]) == ("Asia/Shanghai", True)
            assert status(DAY.strftime(row["edition_url"])) == 200
        assert json.dumps(rows, default=str)
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
        process.stdout.close()
