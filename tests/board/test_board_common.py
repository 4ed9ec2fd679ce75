"""What all pages of the board share: languages, caching, errors, zones."""

import re
from datetime import date

import pytest
from selectolax.lexbor import LexborHTMLParser
from sqlalchemy import update

from tests.board import newsroom
from tests.board.look import page, words
from tests.factories import make_edition
from worker.domain import State
from worker.errors import Unusable
from worker.store import schema
from worker.store.tables import Edition

PATHS = ("/", "/publications", "/faults", "/backfills", "/account", "/nothing")


@pytest.mark.parametrize("path", PATHS)
def test_every_page_is_there_in_chinese(board, path):
    answer = board.get(path, headers={"Accept-Language": "zh-CN,zh;q=0.9"})
    assert '<html lang="zh-Hans">' in answer.text
    words_left = LexborHTMLParser(answer.text).css_first("main").text()
    assert not re.search(r"\b(the|and|none|edition|page)\b", words_left), words_left


def test_a_chosen_language_is_remembered(board):
    assert '<html lang="zh-Hans">' in board.get("/?lang=zh").text
    assert '<html lang="zh-Hans">' in board.get("/faults").text
    assert '<html lang="en">' in board.get("/faults?lang=en").text
    assert '<html lang="en">' in board.get("/?lang=xx").text


def test_a_page_that_has_not_changed_is_not_sent_again_and_what_is_sent_is_small(board, services):
    newsroom.fill(services, papers=20)
    first = board.get("/")
    assert first.headers["content-encoding"] == "gzip"
    assert int(first.headers["content-length"]) < len(first.text.encode()) / 5
    again = board.get("/", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    make_edition(services, state=State.FAILED, date=newsroom.DAY)
    assert board.get("/", headers={"If-None-Match": first.headers["etag"]}).status_code == 200
    plain = board.get("/", headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers
    style = re.search(r'href="(/assets/board\.css\?[0-9a-f]+)"', first.text)[1]
    assert "immutable" in board.get(style).headers["cache-control"]


@pytest.mark.parametrize(
    "path",
    ["/editions/0", "/editions/-1", "/editions/x", "/editions/99999999999999999999", "/editions/１", "/pages/7",
     "/articles/7", "/captures/7", "/captures/7/body", "/backfills/7", "/publications/x", "/assets/../app.py"],
)  # fmt: skip
def test_what_is_not_there_is_a_page_that_says_so(board, path):
    assert "There is no such page." in words(page(board, path, 404))


def test_posting_where_nothing_takes_it(board):
    assert board.post("/").status_code == 405
    assert board.get("/account/sign-in").status_code == 405


def test_a_database_that_is_away_is_a_notice_and_its_return_mends_it(serve, browse, database_url):
    away = (
        "postgresql+psycopg://nobody:hunter2@127.0.0.1:1/none"
        if "postgresql" in database_url
        else "sqlite:////nowhere/x.db"
    )
    board = browse(serve(database_url=away), timeout=30)
    answer = board.get("/")
    assert answer.status_code == 503
    assert "The database is away" in answer.text
    assert "Traceback" not in answer.text
    assert "hunter2" not in answer.text
    assert board.get("/healthz").json() == {"board": "ok"}
    assert board.get("/readyz").status_code == 503
    assert browse(serve()).get("/readyz").json() == {"board": "ok", "database": "ok"}


def test_a_database_of_another_schema_is_a_notice(serve, browse, services, monkeypatch):
    def other(*_args, **_how):
        raise Unusable("the database has schema 9; run `broadsheet migrate`")

    monkeypatch.setattr(schema, "require", other)
    answer = browse(serve()).get("/")
    assert answer.status_code == 503
    assert "broadsheet migrate" in answer.text


def test_a_second_reading_does_not_hide_what_stands(board, services):
    edition_id = make_edition(services, state=State.FETCHING, settled=State.COMPLETE, date=newsroom.DAY)
    tree = page(board, f"/editions/{edition_id}")
    assert "complete" in words(tree, "h1")
    assert "It is being read again" in words(tree)


def test_a_hold_says_who_and_why(board, services):
    edition_id = make_edition(services, state=State.SCHEDULED, date=newsroom.DAY)
    with services.database.begin() as session:
        session.execute(
            update(Edition).where(Edition.id == edition_id)
            .values(held_at=newsroom.NOW, held_by="operator:li", hold_reason="their server moves")
        )  # fmt: skip
    said = words(page(board, f"/editions/{edition_id}"))
    assert "on hold" in said
    assert "operator:li : their server moves" in said


def test_dates_are_those_of_the_papers_own_zone(board, services, clock):
    clock.now = clock.now.replace(day=5, hour=20)  # already the 6th in Shanghai
    make_edition(services, state=State.COMPLETE, date=date(2026, 3, 6))
    assert page(board, "/").css_first("thead th:nth-child(2)").text().startswith("03-06")
