"""The commands as a user runs them: real processes, real exit statuses, one line for each error."""

import json
import os
import pty
import re
import shutil
import signal
import socket
import subprocess
from datetime import UTC, datetime

import httpx
import pytest

from tests.acceptance.processes import ROOT, Service, descendants, wait_gone
from tests.conftest import shared, wait_until
from tests.warm import BROADSHEET, warm
from worker.domain import State


@pytest.fixture
def run(tmp_path, sqlite_template):
    """A function that runs a broadsheet command in a folder with nothing but an empty database, the embedded one."""
    (tmp_path / "var").mkdir(mode=0o700)
    (tmp_path / "var" / "broadsheet.db").write_bytes(sqlite_template)

    def call(*words: str, **environment: str) -> subprocess.CompletedProcess:
        clean = {name: value for name, value in os.environ.items() if not name.startswith("BROADSHEET_")}
        if "PYTHONPATH" in environment:  # what it names is loaded before anything else
            return subprocess.run(
                [BROADSHEET, *words], cwd=tmp_path, env=clean | environment, capture_output=True, text=True,
                check=False, timeout=60,
            )  # fmt: skip
        return warm().run([BROADSHEET, *words], cwd=tmp_path, env=clean | environment)

    return call


def assert_one_line(done: subprocess.CompletedProcess, status: int, *words: str) -> None:
    assert done.returncode == status, done.stderr
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr
    assert done.stderr.startswith("broadsheet: ")
    for word in words:
        assert word in done.stderr


def test_a_page_dump_goes_through_the_pipeline_and_comes_out_of_export(run, tmp_path):
    dump = shared("seed", "weifang-daily-2026-03-05-page.txt")
    done = run("ingest", "weifangdaily", "2026-03-05", "--page-text", str(dump))
    assert done.returncode == 0, done.stderr
    lines = run("export", "--publication", "weifangdaily", "--date", "2026-03-05").stdout.splitlines()
    items = [json.loads(line) for line in lines]
    assert len(items) == 8
    restored = json.loads(run("restore", str(dump)).stdout)
    assert [item["title"] for item in items] == [item["title"] for item in restored["items"]]
    fields = {"id", "publication", "date", "page", "page_name", "revision", "source_url", "captured_at"}
    assert fields | set(restored["items"][0]) <= set(items[0])
    assert restored["removed"]
    assert all({"text", "reason"} <= set(piece) for piece in restored["removed"])
    status = json.loads(run("status", "--publication", "weifangdaily", "--json").stdout)
    assert [(row["state"], row["pages"], row["articles"]) for row in status] == [("complete", 1, 8)]
    again = run("ingest", "weifangdaily", "2026-03-05", "--page-text", str(dump))
    assert "0 new, 0 changed" in again.stderr
    assert len(run("export").stdout.splitlines()) == 8


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (("ingest", "nosuchpaper", "2026-03-05"), 2, "nosuchpaper"),
        (("ingest", "weifangdaily", "2999-01-01"), 2, "future"),
        (("ingest", "weifangdaily", "yesterday"), 2, "YYYY-MM-DD"),
        (("ingest", "weifangdaily"), 2, "DATE"),
        (("frobnicate",), 2, "frobnicate"),
        (("show", "12345"), 2, "12345"),
        (("status", "--date", "5.3.2026"), 2, "YYYY-MM-DD"),
        (("retry", "weifangdaily", "2026-03-05"), 2, "no such edition"),
        (("restore", "nosuchfile.txt"), 1, "nosuchfile.txt"),
    ],
)
def test_wrong_usage_is_one_line(run, words, status, said):
    assert_one_line(run(*words), status, said)


def test_help_names_every_command(run):
    text = run("--help").stdout
    for command in ("demo", "up", "ingest", "status", "show", "retry", "restore", "export", "publications", "doctor"):
        assert command in text


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [("empty.txt", b"", "empty"), ("blank.txt", b" \n\n ", "blank"), ("binary.txt", bytes(range(256)) * 9, "binary")],
)
def test_a_bad_page_dump_is_one_line_and_touches_nothing(run, tmp_path, name, content, said):
    good = tmp_path / "good.txt"
    good.write_text(
        "河东镇新桥通车\n\n本报讯（记者 安一）3月5日，河东镇新桥通车，两岸居民往来不再绕行。\n", encoding="utf-8"
    )
    assert run("ingest", "weifangdaily", "2026-03-05", "--page-text", str(good)).returncode == 0
    before = run("export").stdout
    (tmp_path / name).write_bytes(content)
    done = run("ingest", "weifangdaily", "2026-03-05", "--page-text", str(tmp_path / name))
    assert_one_line(done, 1, name)
    assert said in done.stderr.lower()
    assert run("export").stdout == before
    assert json.loads(run("status", "--json").stdout)[0]["state"] == "complete"
    assert_one_line(run("restore", str(tmp_path / name)), 1, name)


def test_a_page_dump_in_gbk_is_read(run, tmp_path):
    dump = tmp_path / "gbk.txt"
    dump.write_bytes(
        "河东镇新桥通车\n\n本报讯（记者 安一）3月5日，河东镇新桥通车，两岸居民往来不再绕行。\n".encode("gb18030")
    )
    assert run("ingest", "weifangdaily", "2026-03-05", "--page-text", str(dump)).returncode == 0
    assert json.loads(run("export").stdout)["title"] == "河东镇新桥通车"


@pytest.mark.parametrize("fault", ["fail", "garbage", "empty", "block", "reset"])
def test_an_edition_url_that_answers_badly_is_one_line_and_a_reason(run, site, tmp_path, fault):
    site.clear()
    getattr(site, fault)("Page01")
    (tmp_path / "own.toml").write_text(site.catalogue(), encoding="utf-8")
    today = str(datetime.now(UTC).date())
    done = run("ingest", "linchuanribao", today, BROADSHEET_CATALOGUE="own.toml", BROADSHEET_REQUEST_ATTEMPTS="1")
    site.clear()
    assert_one_line(done, 1, "linchuanribao", today, "failed")
    row = json.loads(run("status", "--json").stdout)[0]
    assert row["state"] == "failed"
    assert row["error"]


def test_a_machine_with_no_way_out_says_so_in_one_line_and_in_the_row(run, tmp_path):
    (tmp_path / "own.toml").write_text(
        '[weifangdaily]\nedition_url = "http://name.invalid/%Y%m%d/Page01JQ.htm"\n', encoding="utf-8"
    )
    done = run("ingest", "weifangdaily", "2026-03-05", BROADSHEET_CATALOGUE="own.toml", BROADSHEET_REQUEST_ATTEMPTS="1")
    assert_one_line(done, 1, "name.invalid")
    row = json.loads(run("status", "--json").stdout)[0]
    assert (row["state"], "name.invalid" in row["error"]) == ("failed", True)


def test_no_database_is_one_line(run):
    url = "postgresql+psycopg://nobody:secretword@127.0.0.1:9/none"
    for words in (("status",), ("ingest", "weifangdaily", "2026-03-05"), ("migrate",)):
        done = run(*words, BROADSHEET_DATABASE_URL=url)
        assert_one_line(done, 1, "127.0.0.1")
        assert "secretword" not in done.stderr


def test_an_empty_database_asks_for_migrate(run, empty_postgres_url):
    assert_one_line(run("status", BROADSHEET_DATABASE_URL=empty_postgres_url), 1, "broadsheet migrate")
    assert run("migrate", BROADSHEET_DATABASE_URL=empty_postgres_url).returncode == 0
    assert run("status", BROADSHEET_DATABASE_URL=empty_postgres_url).returncode == 0


def test_no_redis_is_one_line(run):
    environment = {"BROADSHEET_REDIS_URL": "redis://:secretword@127.0.0.1:9/0"}
    done = run("ingest", "weifangdaily", "2026-03-05", "--enqueue", **environment)
    assert_one_line(done, 1, "Redis")
    assert "secretword" not in done.stderr
    assert_one_line(run("up", **environment), 1, "Redis")


@pytest.mark.parametrize("url", ["http://:secretword@host/0", "secretword"])
def test_a_redis_url_that_is_none_is_one_line(run, url):
    for words in (("up",), ("ingest", "weifangdaily", "2026-03-05", "--enqueue"), ("config",)):
        done = run(*words, BROADSHEET_REDIS_URL=url)
        assert_one_line(done, 1, "BROADSHEET_REDIS_URL", "redis://")
        assert "secretword" not in done.stderr


def test_our_own_bug_is_one_line_and_its_traceback_is_there_for_those_who_ask(run, tmp_path):
    (tmp_path / "sitecustomize.py").write_text(
        "import worker.clean\ndef broken(text): raise ZeroDivisionError('a bug')\nworker.clean.explain_page = broken\n"
    )
    (tmp_path / "page.txt").write_text("河东镇新桥通车", encoding="utf-8")
    assert_one_line(run("restore", "page.txt", PYTHONPATH=str(tmp_path)), 1, "internal error: ZeroDivisionError: a bug")
    loud = run("restore", "page.txt", PYTHONPATH=str(tmp_path), BROADSHEET_LOG_LEVEL="DEBUG")
    assert "sitecustomize.py" in loud.stderr


def test_a_full_disk_is_one_line_and_a_reason(run, site, tmp_path):
    site.clear()
    (tmp_path / "own.toml").write_text(site.catalogue(), encoding="utf-8")
    (tmp_path / "file").write_text("not a folder")
    today = str(datetime.now(UTC).date())
    done = run("ingest", "linchuanribao", today, BROADSHEET_CATALOGUE="own.toml", BROADSHEET_ARCHIVE_DIR="file/archive")
    assert_one_line(done, 1, "archive")
    assert "archive" in json.loads(run("status", "--json").stdout)[0]["error"]


def test_a_bad_setting_is_one_line(run):
    assert_one_line(run("status", BROADSHEET_LEASE_SECONDS="soon"), 1, "BROADSHEET_LEASE_SECONDS", "soon")


def test_config_masks_secrets_and_names_sources(run):
    url = "postgresql+psycopg://reader:secretword@db/papers"
    done = run("config", BROADSHEET_DATABASE_URL=url, BROADSHEET_LEASE_SECOND="9")
    assert "secretword" not in done.stdout + done.stderr
    assert "reader" in done.stdout
    assert "BROADSHEET_DATABASE_URL" in done.stdout
    assert "did you mean BROADSHEET_LEASE_SECONDS" in done.stderr
    assert json.loads(run("config", "--json").stdout)[0]["setting"] == "var_dir"


def test_doctor_tells_what_is_wrong(run):
    assert run("migrate").returncode == 0
    done = run("doctor")
    assert done.returncode == 0, done.stdout
    bad = run("doctor", BROADSHEET_LEASE_SECOND="9")
    assert bad.returncode == 1
    assert "BAD" in bad.stdout


def test_on_a_terminal_long_work_shows_a_bar(tmp_path):
    good = tmp_path / "good.txt"
    good.write_text(
        "河东镇新桥通车\n\n本报讯（记者 安一）3月5日，河东镇新桥通车，两岸居民往来不再绕行。\n", encoding="utf-8"
    )
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [BROADSHEET, "ingest", "weifangdaily", "2026-03-05", "--page-text", str(good)],
        cwd=tmp_path, stdin=theirs, stdout=theirs, stderr=theirs,
    )  # fmt: skip
    os.close(theirs)
    seen = b""
    try:
        while chunk := os.read(ours, 4096):
            seen += chunk
    except OSError:
        pass
    os.close(ours)
    assert process.wait(30) == 0
    assert "complete" in seen.decode(errors="replace")
    assert b"\x1b[" in seen


def answers(address: str) -> bool:
    try:
        return httpx.get(address).status_code == 200
    except httpx.TransportError:
        return False


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_board_serves_alone_and_stops_when_asked(tmp_path, number):
    log = tmp_path / "board.log"
    with log.open("wb") as output:
        board = subprocess.Popen(
            [BROADSHEET, "board", "--port", "0"],
            cwd=tmp_path,
            env={**os.environ, "BROADSHEET_VAR_DIR": str(tmp_path / "var")},
            stdout=output,
            stderr=output,
        )
    try:
        wait_until(lambda: "(read-only)" in log.read_text() or board.poll() is not None, 40, "the board's address")
        address = log.read_text().split("board: ")[1].split()[0]
        wait_until(lambda: answers(address), 40, "the board to answer")
        assert "No editions yet" in httpx.get(address).text
        board.send_signal(number)
        assert board.wait(20) == 0, log.read_text()
        assert "Traceback" not in log.read_text()
    finally:
        board.kill()
        board.wait()


def test_a_port_that_is_taken_is_one_line(run):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        assert_one_line(run("board", "--port", port), 1, port, "BROADSHEET_BOARD_PORT")


def test_up_runs_the_service_and_ctrl_c_stops_it_without_losing_a_task(tmp_path, site, sqlite_template):
    site.clear()
    path = tmp_path / "broadsheet.db"
    path.write_bytes(sqlite_template)
    service = Service(tmp_path, f"sqlite:///{path}", site.catalogue() + "\n[weifangdaily]\nenabled = false\n")
    held = site.hold("/linchuanribao/content/.*/Articel02")
    try:
        up = service.start("up", [str(BROADSHEET), "up"])
        assert held.wait_arrived(40), service.log("up").read_text()
        assert "Flower: http://127.0.0.1:" in service.log("up").read_text()
        address = re.search(r"board: (http://127.0.0.1:\d+/);", service.log("up").read_text())[1]
        wait_until(lambda: answers(address), 40, "the board to answer")
        assert "霖川日报" in httpx.get(address).text
        children = descendants(up.pid)
        up.send_signal(signal.SIGINT)
        assert up.wait(40) == 0, service.log("up").read_text()
        wait_gone(children)
        site.clear()
        service.start("up", [str(BROADSHEET), "up", "--no-flower", "--no-board"])
        service.wait_all(State.COMPLETE, 3)
        service.assert_sound(sum(paper.articles for paper in site.papers), jumps=3)
    finally:
        site.clear()
        service.stop()


def test_the_demo_ends_by_itself_with_three_complete_editions_and_stores_nothing_twice(tmp_path):
    path = os.pathsep.join(
        folder for folder in os.environ["PATH"].split(os.pathsep) if not shutil.which("redis-server", path=folder)
    )
    environment = {**os.environ, "BROADSHEET_VAR_DIR": str(tmp_path / "var"), "PATH": path}
    first, second = (
        subprocess.run(
            [BROADSHEET, "demo"], cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=100
        )
        for _ in range(2)
    )
    assert first.returncode == 0, first.stdout + first.stderr
    assert second.returncode == 0, second.stdout + second.stderr
    assert "Nothing was stored twice" in second.stdout
    assert "0 new articles, 0 revisions" in second.stdout
    assert (tmp_path / "var" / "broadsheet.db").exists()


def test_the_demo_can_be_left_running_with_flower(tmp_path):
    ports = {"BROADSHEET_FLOWER_PORT": "0", "BROADSHEET_BOARD_PORT": "0"}
    environment = {**os.environ, "BROADSHEET_VAR_DIR": str(tmp_path / "var"), **ports}
    log = tmp_path / "demo.log"
    with log.open("wb") as output:
        demo = subprocess.Popen(
            [BROADSHEET, "demo", "--keep"],
            cwd=ROOT,
            env=environment,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    try:
        wait_until(lambda: "Flower: http" in log.read_text() or demo.poll() is not None, 90, "Flower's address")
        address = log.read_text().split("Flower: ")[1].split()[0]

        def page() -> str:
            try:
                return httpx.get(f"{address}tasks", timeout=5).text
            except httpx.HTTPError:
                return ""

        wait_until(lambda: "Flower" in page(), 30, "Flower's page")
    finally:
        demo.send_signal(signal.SIGINT)
        assert demo.wait(40) == 0, log.read_text()


def test_explain_shows_what_was_done_and_on_what_evidence(run, tmp_path):
    body = "本报讯（记者 安一）3月5日，河东镇新桥通车，两岸居民往来不再绕行，从镇东到镇西的路程缩短\n\n了一半。"
    (tmp_path / "page.txt").write_text(f"河东镇新桥通车\n\n{body}\n", encoding="utf-8")
    done = run("restore", "page.txt", "--explain")
    assert done.returncode == 0, done.stderr
    for words in ("is a heading", "joined", "items", "taken out", "split_joined"):
        assert words in done.stdout
