"""Who may do what on the board, and what protects it: every refusal over a real socket."""

import time

import pytest
import time_machine

from scheduler.board.security import POLICY
from tests.board import newsroom
from tests.board.conftest import PASSWORD
from tests.board.signing import ACCOUNT, origin, sign_in, token_in
from tests.factories import make_edition
from worker.domain import State

HEADED = ("/", "/nothing", "/editions/x", "/assets/board.css", "/assets/x.css", "/healthz", "/account", "/captures/1")


@pytest.fixture
def database_url(tmp_path, sqlite_template) -> str:
    """One database is enough here: nothing below depends on which it is."""
    path = tmp_path / "broadsheet.db"
    path.write_bytes(sqlite_template)
    return f"sqlite:///{path}"


@pytest.fixture
def failed(services):
    return make_edition(services, state=State.FAILED, error="answered 404")


# --- every answer -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", HEADED)
def test_every_answer_has_the_headers(board, path):
    answer = board.get(path)
    assert answer.headers["content-security-policy"] == POLICY
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "same-origin"
    assert answer.headers["x-frame-options"] == "DENY"
    assert "server" not in answer.headers


def test_an_unforeseen_error_has_them_too_and_tells_nothing(board, monkeypatch):
    from scheduler.board.views import front  # noqa: PLC0415  # patched here only

    def broken(*_):
        raise RuntimeError("postgresql://broadsheet:hunter2@db/")

    monkeypatch.setattr(front, "concerns", broken)
    answer = board.get("/")
    assert answer.status_code == 500
    assert answer.headers["content-security-policy"] == POLICY
    assert "hunter2" not in answer.text
    assert "Traceback" not in answer.text


def test_the_policy_allows_no_script_no_frame_and_nothing_from_elsewhere():
    rules = dict(rule.strip().split(" ", 1) for rule in POLICY.split(";"))
    assert rules["default-src"] == "'none'"
    assert "script-src" not in rules
    assert {rules[name] for name in ("style-src", "img-src", "form-action")} == {"'self'"}
    assert rules["frame-ancestors"] == rules["base-uri"] == "'none'"


@pytest.mark.parametrize(
    ("host", "status"),
    [("evil.example", 421), ("evil.example:5556", 421), ("", 421), ("127.0.0.1:1", 200), ("[::1]:1", 200),
     ("localhost", 200), ("LOCALHOST:5556", 200), ("localhost.evil.example", 421)],
)  # fmt: skip
def test_a_name_that_somebody_made_lead_here_is_refused(board, host, status):
    answer = board.get("/healthz", headers={"Host": host})
    assert answer.status_code == status
    if status == 421:
        assert "BROADSHEET_BOARD_TRUSTED_PROXIES" in answer.text


def test_behind_a_trusted_proxy_the_boards_name_is_the_proxys_affair(serve, browse):
    board = browse(serve(board_trusted_proxies="127.0.0.0/8"))
    assert board.get("/healthz", headers={"Host": "board.example.org"}).status_code == 200


# --- read-only -------------------------------------------------------------------------------------------------------


def test_without_an_account_nobody_can_act(board, services, failed):
    page = board.get(f"/editions/{failed}")
    assert "<form" not in page.text
    assert "read-only" in page.text
    form = {"token": token_in_nothing(), "reason": "x"}
    assert board.post(f"/editions/{failed}/retry", data=form, headers=origin(board)).status_code == 403
    assert newsroom.edition(services, failed).state is State.FAILED
    assert "BROADSHEET_BOARD_USER" in board.get("/account").text


def token_in_nothing():
    return "1.deadbeef"


def test_who_is_not_signed_in_sees_all_and_does_nothing(serve, browse, services, failed):
    board = browse(serve(**ACCOUNT))
    page = board.get(f"/editions/{failed}")
    assert page.status_code == 200
    assert "/retry" not in page.text
    token = token_in(board.get("/account"))
    answer = board.post(f"/editions/{failed}/retry", data={"token": token}, headers=origin(board))
    assert answer.status_code == 403
    assert newsroom.edition(services, failed).state is State.FAILED


# --- forms -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://127.0.0.1:1"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Referer": "http://evil.example/"}, 403),
        ({}, 403),
        ({"Sec-Fetch-Site": "same-origin"}, 303),
    ],
)
def test_a_form_from_elsewhere_is_refused(serve, browse, services, failed, headers, status):
    board = browse(serve(**ACCOUNT))
    sign_in(board)
    token = token_in(board.get(f"/editions/{failed}"))
    answer = board.post(f"/editions/{failed}/retry", data={"token": token}, headers=headers)
    assert answer.status_code == status
    assert (newsroom.edition(services, failed).state is State.FAILED) is (status == 403)


def test_a_token_is_good_for_its_owner_and_not_for_ever(serve, browse, services, failed):
    address = serve(**ACCOUNT)
    board, other = browse(address), browse(address)
    nobodys = token_in(board.get("/account"))
    sign_in(board)
    sign_in(other)
    others = token_in(other.get(f"/editions/{failed}"))
    own = token_in(board.get(f"/editions/{failed}"))
    shown, _, signature = own.partition(".")
    for token in ("", nobodys, others, f"{int(shown) + 1}.{signature}", "x.y", f"{shown}."):
        answer = board.post(f"/editions/{failed}/retry", data={"token": token}, headers=origin(board))
        assert answer.status_code == 403
        assert "reload the page" in answer.text
    with time_machine.travel(time.time() + 13 * 3600):
        late = board.post(f"/editions/{failed}/retry", data={"token": own}, headers=origin(board))
    assert late.status_code == 403
    assert newsroom.edition(services, failed).state is State.FAILED
    assert board.post(f"/editions/{failed}/retry", data={"token": own}, headers=origin(board)).status_code == 303


def test_a_page_with_a_form_is_neither_kept_nor_compressed(serve, browse, failed):
    board = browse(serve(**ACCOUNT))
    sign_in(board)
    board.get("/")
    for path, has_form in ((f"/editions/{failed}", True), ("/account", True), ("/", False)):
        answer = board.get(path)
        assert ('name="token"' in answer.text) is has_form
        assert (answer.headers["cache-control"] == "no-store") is has_form
        assert ("content-encoding" not in answer.headers) is has_form
        assert ("etag" not in answer.headers) is has_form


@pytest.mark.parametrize("body", [b"a=1&" * 5000, b"\xff\xfe", b"&".join(b"a%d=1" % n for n in range(50)), b""])
def test_a_form_that_is_none_of_ours_is_refused(serve, browse, failed, body):
    board = browse(serve(**ACCOUNT))
    sign_in(board)
    answer = board.post(f"/editions/{failed}/retry", content=body, headers=origin(board))
    assert answer.status_code in {400, 403, 413}


@pytest.mark.parametrize("back", ["//evil.example/", "/\\evil.example", "http://evil.example/", "/a\r\nX: 1", "x"])
def test_signing_in_leads_nowhere_else(serve, browse, back):
    board = browse(serve(**ACCOUNT))
    token = token_in(board.get("/account"))
    form = {"user": "wei", "password": PASSWORD, "token": token, "back": back}
    answer = board.post("/account/sign-in", data=form, headers=origin(board))
    assert answer.headers["location"] == "/"


# --- a proxy that signs people in ------------------------------------------------------------------------------


PROXY = {"board_proxy_header": "X-Forwarded-User", "board_trusted_proxies": "127.0.0.1"}


def test_a_trusted_proxys_word_is_taken(serve, browse, services, failed):
    board = browse(serve(**PROXY))
    as_li = {"X-Forwarded-User": "li.na@example.org"}
    page = board.get(f"/editions/{failed}", headers=as_li)
    form = {"token": token_in(page)}
    assert board.post(f"/editions/{failed}/retry", data=form, headers=as_li | origin(board)).status_code == 303
    assert newsroom.events(services, failed)[-1].actor == "operator:li.na@example.org"
    other = {"X-Forwarded-User": "somebody"}
    assert board.post(f"/editions/{failed}/retry", data=form, headers=other | origin(board)).status_code == 403


@pytest.mark.parametrize("name", ["", "a b", "a,b", "x" * 65, "<b>", "名字".encode(), "a\tb"])
def test_a_name_that_is_none_signs_nobody_in(serve, browse, failed, name):
    board = browse(serve(**PROXY))
    assert 'name="token"' not in board.get(f"/editions/{failed}", headers={"X-Forwarded-User": name}).text


def test_two_names_sign_nobody_in(serve, browse, failed):
    board = browse(serve(**PROXY))
    headers = [("X-Forwarded-User", "wei"), ("X-Forwarded-User", "li")]
    assert 'name="token"' not in board.get(f"/editions/{failed}", headers=headers).text


def test_anybody_elses_word_is_not(serve, browse, failed):
    board = browse(serve(board_proxy_header="X-Forwarded-User", board_trusted_proxies="10.0.0.0/8"))
    assert 'name="token"' not in board.get(f"/editions/{failed}", headers={"X-Forwarded-User": "wei"}).text


def test_behind_https_the_session_cookie_is_secure(serve, browse):
    board = browse(serve(**ACCOUNT, board_trusted_proxies="127.0.0.1"))
    cookie = sign_in(board, **{"X-Forwarded-Proto": "https"}).headers.get_list("set-cookie")[-1]
    assert "secure" in cookie.lower()


def test_the_throttle_sees_the_reader_behind_the_proxy(serve, browse):
    board = browse(serve(**ACCOUNT, board_trusted_proxies="127.0.0.1"))
    for _ in range(6):
        sign_in(board, "wrong", **{"X-Forwarded-For": "203.0.113.9, 198.51.100.7"})
    assert sign_in(board, **{"X-Forwarded-For": "6.6.6.6, 198.51.100.7"}).status_code == 429, (
        "what a reader adds is not believed"
    )
    assert sign_in(board, **{"X-Forwarded-For": "198.51.100.8"}).status_code == 303
