import itertools
import os
import signal
import sys
from pathlib import Path

import pytest

from scheduler import supervisor
from scheduler.supervisor import Supervisor, child_environment, free_port
from tests.conftest import wait_until

#: Says that it runs, then waits for a signal.
WAITS = "import signal, time; print('up', flush=True); signal.pause()"
#: The same, but writes its name to a common file when it is asked to stop.
TELLS = """
import os, signal, sys
def stop(*_):
    with open('order', 'a') as file: file.write(sys.argv[1] + ' ')
    sys.exit(0)
signal.signal(signal.SIGTERM, stop)
print('up', flush=True)
while True: signal.pause()
"""
DEAF = (
    "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True)\nwhile True: signal.pause()"
)


@pytest.fixture
def started(tmp_path, monkeypatch):
    """A supervisor, and a function that starts ``python -c`` under it and waits until that says that it runs."""
    monkeypatch.chdir(tmp_path)
    made = Supervisor(child_environment())

    def start(name, program, *, ready="up"):
        log = tmp_path / f"{name}.log"
        child = made.add(name, [sys.executable, "-S", "-c", program, name], log)
        wait_until(lambda: ready in log.read_text(), 15, f"{name} runs")
        return child

    yield made, start
    made.stop(0)


@pytest.fixture
def later(monkeypatch):
    """A function that moves the supervisor's clock."""
    now = [1000.0]
    monkeypatch.setattr(supervisor.time, "monotonic", lambda: now[0])

    def forward(seconds):
        now[0] += seconds

    return forward


def test_a_child_that_dies_is_told_and_started_again_after_a_pause(tmp_path, monkeypatch, started, later):
    made, _ = started
    child = made.add("short", [sys.executable, "-S", "-c", "import sys; sys.exit(3)"])
    pauses = []
    for _ in range(9):
        child.process.wait(15)
        (told,) = made.check()
        assert told.startswith("short: ended with status 3")
        pauses.append(child.pause)
        assert made.check() == []
        later(child.pause - 0.01)
        assert made.check() == []
        later(0.02)
        assert made.check() == ["short: started again"]
    assert pauses[0] < 5
    assert all(after == min(60, before * 2) for before, after in itertools.pairwise(pauses))
    assert child.restarts == 9


def test_a_child_that_had_run_for_long_starts_again_soon(started, later):
    made, _ = started
    child = made.add("long", [sys.executable, "-S", "-c", "pass"])
    child.pause = 60
    child.process.wait(15)
    later(3600)
    made.check()
    assert child.pause == supervisor._FIRST_PAUSE


def test_others_go_on_when_one_dies(started):
    made, start = started
    healthy, ill = start("healthy", WAITS), start("ill", WAITS)
    pid = healthy.process.pid
    ill.process.kill()
    ill.process.wait(15)
    assert len(made.check()) == 1
    assert healthy.process.pid == pid
    assert healthy.process.poll() is None


def test_a_stop_asks_every_child_and_waits_for_it(tmp_path, started):
    made, start = started
    processes = [start(name, TELLS).process for name in ("beat", "worker")]
    made.stop(15)
    assert [process.returncode for process in processes] == [0, 0]
    assert sorted((tmp_path / "order").read_text().split()) == ["beat", "worker"]
    assert made.children == []


def test_a_child_that_does_not_stop_is_killed_after_the_grace_and_the_others_were_asked_first(tmp_path, started):
    made, start = started
    deaf, polite = start("deaf", DEAF).process, start("polite", TELLS).process
    made.stop(0.3)
    assert (deaf.returncode, polite.returncode) == (-signal.SIGKILL, 0)
    assert (tmp_path / "order").read_text() == "polite "


def test_a_child_that_is_killed_leaves_no_children_of_its_own(tmp_path, started):
    made, start = started
    program = (
        "import signal, subprocess, sys; signal.signal(signal.SIGTERM, signal.SIG_IGN); "
        "inner = subprocess.Popen([sys.executable, '-S', '-c', 'import time; time.sleep(120)']); "
        "print('inner', inner.pid, 'up', flush=True); inner.wait()"
    )
    start("pool", program)
    inner = int((tmp_path / "pool.log").read_text().split()[1])
    try:
        made.stop(0.1)
        wait_until(lambda: _gone(inner), 5, "the grandchild is gone")
    finally:
        if not _gone(inner):
            os.kill(inner, signal.SIGKILL)


def _gone(pid):
    stat = Path(f"/proc/{pid}/stat")
    return not stat.exists() or stat.read_text().rpartition(")")[2].split()[0] == "Z"


def test_a_stop_when_all_are_dead_already_is_nothing(started):
    made, _ = started
    made.add("short", [sys.executable, "-S", "-c", "pass"]).process.wait(15)
    made.stop(5)
    made.stop(5)


def test_a_child_has_a_session_of_its_own_and_our_environment(tmp_path, started, monkeypatch):
    _, start = started
    child = start("a", "import os; print('up', os.environ['REMAP_SIGTERM'], flush=True); import signal; signal.pause()")
    assert os.getsid(child.process.pid) == child.process.pid
    assert "SIGQUIT" in (tmp_path / "a.log").read_text()


def test_what_a_child_says_goes_to_its_log_and_is_added_to_it(tmp_path, started, later):
    made, _ = started
    log = tmp_path / "a.log"
    program = "import sys; print('out'); print('err', file=sys.stderr)"
    child = made.add("a", [sys.executable, "-S", "-c", program], log)
    child.process.wait(15)
    made.check()
    later(100)
    made.check()
    child.process.wait(15)
    assert sorted(log.read_text().split()) == ["err", "err", "out", "out"]


def test_extra_variables_go_over_ours(monkeypatch):
    monkeypatch.setenv("SOME_NAME", "ours")
    assert child_environment()["SOME_NAME"] == "ours"
    assert child_environment({"SOME_NAME": "theirs"})["SOME_NAME"] == "theirs"


def test_free_ports_are_ports():
    assert 1024 < free_port() < 65536
