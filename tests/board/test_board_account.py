"""Signing in to the board: who gets in, who is kept waiting, and what a session is good for."""

import time

import pytest
import time_machine

from scheduler.board.identity import COOKIE
from scheduler.board.keys import load_key
from scheduler.board.passwords import hash_password, verify
from scheduler.board.throttle import Throttle
from tests.board.conftest import PASSWORD
from tests.board.signing import ACCOUNT, origin, sign_in, token_in
from worker.errors import Unusable
from worker.settings import Settings, get_settings


@pytest.fixture
def database_url(tmp_path, sqlite_template) -> str:
    """One database is enough here: nothing below depends on which it is."""
    path = tmp_path / "broadsheet.db"
    path.write_bytes(sqlite_template)
    return f"sqlite:///{path}"


# --- signing in ------------------------------------------------------------------------------------------------------


def test_signing_in_and_out(serve, browse):
    board = browse(serve(**ACCOUNT))
    answer = sign_in(board)
    assert answer.status_code == 303
    flags = {part.strip().lower() for part in answer.headers.get_list("set-cookie")[-1].split(";")[1:]}
    assert {"httponly", "samesite=strict"} <= flags
    assert "secure" not in flags
    assert "operator:wei" in board.get("/account").text
    assert "Signed in as wei." not in board.get("/account").text, "a message is told once"
    token = token_in(board.get("/account"))
    board.post("/account/sign-out", data={"token": token}, headers=origin(board))
    assert COOKIE not in board.cookies
    assert "operator:wei" not in board.get("/account").text


@pytest.mark.parametrize(
    ("user", "password"), [("wei", "wrong"), ("other", PASSWORD), ("", ""), ("wei", ""), ("WEI", PASSWORD)]
)
def test_a_wrong_name_or_password_is_refused_in_the_same_words(serve, browse, user, password):
    board = browse(serve(**ACCOUNT))
    answer = sign_in(board, password, user)
    assert answer.status_code == 401
    assert "Name or password is wrong." in answer.text
    assert COOKIE not in board.cookies


def test_a_hashed_password_works_and_is_not_the_password(serve, browse):
    stored = hash_password(PASSWORD)
    board = browse(serve(board_user="wei", board_password=stored))
    assert sign_in(board, stored).status_code == 401
    assert sign_in(board).status_code == 303


def test_guessing_is_slowed_down_for_the_right_password_too(serve, browse):
    board = browse(serve(**ACCOUNT))
    for _ in range(6):
        assert sign_in(board, "wrong").status_code == 401
    answer = sign_in(board)
    assert answer.status_code == 429
    assert int(answer.headers["retry-after"]) >= 1


def test_waits_grow_end_and_are_forgotten_after_success():
    now = [0.0]
    throttle = Throttle(lambda: now[0])
    waits = []
    for _ in range(20):
        throttle.failed("10.0.0.1")
        waits.append(throttle.wait("10.0.0.1"))
    assert waits[:8] == [0, 0, 0, 0, 0, 2, 4, 8]
    assert max(waits) == 900
    assert throttle.wait("10.0.0.2") == 0
    now[0] += 900
    assert throttle.wait("10.0.0.1") == 0
    throttle.failed("2001:db8::1")
    throttle.succeeded("10.0.0.1")
    throttle.failed("10.0.0.1")
    assert throttle.wait("10.0.0.1") == 0


def test_a_whole_ipv6_network_counts_as_one_and_memory_is_bounded():
    throttle = Throttle(lambda: 0.0)
    for number in range(10):
        throttle.failed(f"2001:db8::{number:x}")
    assert throttle.wait("2001:db8::ffff") > 0
    for number in range(10_000):
        throttle.failed(f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}")
    assert len(throttle._failures) <= 4096


@pytest.mark.parametrize(
    "change", [lambda c: c[:-1] + ("0" if c[-1] != "0" else "1"), lambda c: "x" + c, lambda c: c.split(".")[0]]
)
def test_a_changed_session_is_none(serve, browse, change):
    board = browse(serve(**ACCOUNT))
    sign_in(board)
    forged = change(board.cookies[COOKIE])
    board.cookies.clear()
    assert "operator:wei" not in board.get("/account", headers={"Cookie": f"{COOKIE}={forged}"}).text


def test_a_session_ends_and_does_not_outlive_its_password(serve, browse):
    board = browse(serve(**ACCOUNT))
    sign_in(board)
    session = {"Cookie": f"{COOKIE}={board.cookies[COOKIE]}"}
    assert "operator:wei" in browse(serve(**ACCOUNT)).get("/account", headers=session).text, "a restart keeps it"
    other = browse(serve(board_user="wei", board_password="another"))
    assert "operator:wei" not in other.get("/account", headers=session).text
    with time_machine.travel(time.time() + 13 * 3600):
        assert "operator:wei" not in board.get("/account", headers=session).text


# --- settings ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("variables", "word"),
    [
        ({"BOARD_USER": "wei"}, "BROADSHEET_BOARD_PASSWORD"),
        ({"BOARD_PASSWORD": "hunter2"}, "BROADSHEET_BOARD_USER"),
        ({"BOARD_PROXY_HEADER": "X-User"}, "BROADSHEET_BOARD_TRUSTED_PROXIES"),
        ({"BOARD_TRUSTED_PROXIES": "caddy"}, "neither an address nor a network"),
        ({"BOARD_USER": "a b", "BOARD_PASSWORD": "hunter2"}, "BROADSHEET_BOARD_USER"),
    ],
)
def test_half_an_account_is_refused_without_telling_the_password(monkeypatch, variables, word):
    for name, value in variables.items():
        monkeypatch.setenv(f"BROADSHEET_{name}", value)
    get_settings.cache_clear()
    with pytest.raises(Unusable, match=word) as refused:
        get_settings()
    get_settings.cache_clear()
    assert "hunter2" not in str(refused.value)


def test_the_key_is_made_once_and_is_its_owners_alone(tmp_path):
    first = load_key(tmp_path / "var")
    assert load_key(tmp_path / "var") == first
    assert len(first) == 32
    path = tmp_path / "var" / "board.key"
    assert path.stat().st_mode & 0o777 == 0o600
    path.write_bytes(b"short")
    assert len(load_key(tmp_path / "var")) == 32
    (tmp_path / "file").write_text("")
    assert load_key(tmp_path / "file") != load_key(tmp_path / "file"), (
        "where it cannot be kept, each process has its own"
    )


@pytest.mark.parametrize(
    "stored", ["secret", "scrypt:", "scrypt:1:2:3:4:5", "scrypt:32768:8:1:!!!:!!!", ":::::", "密码"]
)
def test_any_password_checks_as_itself(stored):
    assert verify(stored, stored)
    assert not verify(stored + "x", stored)


def test_settings_never_print_it():
    assert PASSWORD not in repr(Settings(**ACCOUNT))
