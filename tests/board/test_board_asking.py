"""Asking for a backfill on the board: what is refused, what is made of it, and that editions really open again."""

from datetime import date
from itertools import pairwise

import pytest
from selectolax.lexbor import LexborHTMLParser
from sqlalchemy import select

from scheduler import backfill, catalogue, register
from tests.board import newsroom
from tests.board.look import page
from tests.board.signing import ACCOUNT, origin, sign_in, token_in
from tests.factories import make_edition, make_page
from worker.domain import BackfillState, PageState, State
from worker.store import decisions
from worker.store.moves import Change
from worker.store.tables import Backfill, Edition, Page

ROWS = """
[hedongbao]
name = "河东报"
family = "huaguang"
edition_url = "http://paper.example/hd/%Y%m%d/"
verified = 2026-01-01

[linzebao]
name = "临泽报"
family = "huaguang"
edition_url = "http://paper.example/lz/%Y%m%d/"
enabled = false
"""
MARCH = {"first": "2026-03-01", "last": "2026-03-05"}


@pytest.fixture
def own(tmp_path):
    path = tmp_path / "own.toml"
    path.write_text(ROWS, encoding="utf-8")
    return path


@pytest.fixture
def board(serve, browse, own):
    """A client of a board on which wei is signed in, with two newspapers of its own."""
    client = browse(serve(catalogue=own, **ACCOUNT), follow_redirects=False)
    sign_in(client)
    client.get("/")
    return client


def ask(board, **fields):
    """Send the form; gives the page that the board leads to."""
    answer = board.post(
        "/backfills", data={"token": token_in(board.get("/backfills")), **fields}, headers=origin(board)
    )
    assert answer.status_code == 303, answer.text
    return page(board, answer.headers["location"])


def message(tree):
    found = tree.css_first(".message")
    return found.attributes["class"].split()[-1], found.text()


def made(services):
    with services.database.read() as session:
        return session.scalars(select(Backfill)).all()


def feed(services, own):
    """Let the scheduler go on with what was asked for."""
    rows = catalogue.load(own).rows
    change = Change(actor="tick:test", at=services.clock(), reason="due")

    def work(session):
        ids = register.publications(session, rows.values(), change)
        return backfill.feed(session, rows, ids, services.clock(), "tick:test")

    return services.database.run(work)


def test_a_backfill_is_asked_for_as_the_form_says(board, services):
    tree = ask(
        board, publications="hedongbao, linzebao", reason=" the  archive ", window="7", oldest_first="1", **MARCH
    )
    assert message(tree) == ("done", "Asked for: 10 editions. The service reads them, a few at a time.")
    (row,) = made(services)
    assert (row.publications, row.total, row.cap) == (["hedongbao", "linzebao"], 10, 7)
    assert (row.first_date, row.last_date, row.newest_first) == (date(2026, 3, 1), date(2026, 3, 5), False)
    assert (row.created_by, row.reason, row.include, row.state) == (
        "operator:wei", "the archive", None, BackfillState.RUNNING,
    )  # fmt: skip


def test_what_is_ticked_is_really_opened_again_and_nothing_else(board, services, own):
    change = Change(actor="tick:test", at=services.clock(), reason="due")
    with services.database.begin() as session:
        paper = register.publications(session, catalogue.load(own).rows.values(), change)["hedongbao"]

    def there(day, state):
        return make_edition(services, publication_id=paper, date=date(2026, 3, day), state=state, attempts=5, error="x")

    failed, missing, complete, suspect = (
        there(day, state) for day, state in enumerate((State.FAILED, State.MISSING, State.COMPLETE, State.SUSPECT), 1)
    )
    partial = there(5, State.PARTIAL)
    good = make_page(services, partial, state=PageState.DONE, number="01", position=1)
    bad = make_page(services, partial, state=PageState.FAILED, number="02", position=2)
    ask(board, publications="hedongbao", include_failed="1", include_partial="1", window="", **MARCH)
    assert feed(services, own) == 2
    (row,) = made(services)
    assert (sorted(row.include), row.made, row.existing) == (["failed", "partial"], 2, 3)
    states = {edition: newsroom.edition(services, edition).state for edition in (failed, missing, complete, suspect)}
    assert states == {
        failed: State.SCHEDULED, missing: State.MISSING, complete: State.COMPLETE, suspect: State.SUSPECT,
    }  # fmt: skip
    assert newsroom.edition(services, partial).state is State.PROCESSING
    with services.database.read() as session:
        assert session.get_one(Page, good).state is PageState.DONE
        assert session.get_one(Page, bad).state is PageState.PENDING
        opened = session.scalars(select(Edition.id).where(Edition.open_backfill_id == row.id)).all()
    assert set(opened) == {failed, partial}
    event = newsroom.events(services, failed)[-1]
    assert (event.actor, event.reason) == ("operator:wei", f"backfill {row.id}: opened again")
    facts = page(board, f"/backfills/{row.id}").css(".facts dt, .facts dd")
    told = next(after for name, after in pairwise(facts) if name.text() == "Open again, too")
    assert [state.attributes["class"].split()[-1] for state in told.css(".state")] == ["s-partial", "s-failed"]


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"publications": "nobody"} | MARCH, "nobody: no such publication"),
        (MARCH, "say which newspapers"),
        ({"publications": "hedongbao", "all": "1"} | MARCH, "leave the single newspapers out"),
        ({"publications": "hedongbao", "first": "2026-03-05", "last": "2026-03-01"}, "2026-03-01 is before 2026-03-05"),
        ({"publications": "hedongbao", "first": "2026-03-05", "last": "2026-03-06"}, "is in the future"),
        ({"publications": "hedongbao", "first": "soon", "last": "2026-03-06"}, "'soon' is not a date"),
        ({"publications": "hedongbao", "include_complete": "1"} | MARCH, "'complete' is none of failed, missing,"),
        ({"publications": "hedongbao", "window": "0"} | MARCH, "'0' is no number of editions under way"),
        ({"publications": "hedongbao", "window": "²"} | MARCH, "'²' is no number of editions under way"),
        ({"publications": "hedongbao", "window": "9" * 30} | MARCH, "is no number of editions under way"),
    ],
)  # fmt: skip
def test_what_cannot_be_made_is_refused_and_need_not_be_filled_in_anew(board, services, fields, why):
    tree = ask(board, **fields)
    tone, text = message(tree)
    assert tone == "refused"
    assert why in text
    assert made(services) == []
    form = tree.css_first('form[action="/backfills"]')
    for name, value in fields.items():
        field = form.css_first(f'input[name="{name}"]')
        assert field is None or field.attributes.get("value") == value
        assert field is not None or name == "include_complete"
        assert field is None or field.attributes.get("type") != "checkbox" or "checked" in field.attributes


def test_a_span_that_would_take_minutes_to_count_is_refused_at_once(board, services, own):
    papers = "\n".join(
        f'[p{number}]\nname = "p"\nfamily = "huaguang"\nedition_url = "http://p.example/%Y%m%d/"\nenabled = true'
        for number in range(20)
    )
    own.write_text(papers, encoding="utf-8")
    assert "too many at once" in message(ask(board, all="1", first="0001-01-01", last="2026-03-05"))[1]
    assert made(services) == []


def test_all_are_those_that_operators_have_switched_on(board, services, own):
    change = Change(actor="operator:li", at=services.clock(), reason="")
    with services.database.begin() as session:
        decisions.decide(session, list(catalogue.load(own).rows), change, enabled=False)
        decisions.decide(session, ["linzebao"], change, enabled=True)
    ask(board, all="1", **MARCH)
    assert [row.publications for row in made(services)] == [["linzebao"]]


def test_a_catalogue_that_cannot_be_read_is_named(board, services, own):
    own.write_text("[", encoding="utf-8")
    assert "is not TOML" in message(ask(board, publications="hedongbao", **MARCH))[1]


def test_what_did_not_come_out_well_is_asked_for_again_from_its_backfill(board, services, own):
    ask(board, publications="hedongbao linzebao", **MARCH)
    link = 'a[href^="/backfills?"]'
    assert page(board, "/backfills/1").css_first(link) is None
    with services.database.begin() as session:
        row = session.get_one(Backfill, 1)
        row.failed, row.suspect = 2, 1
    tree = page(board, page(board, "/backfills/1").css_first(link).attributes["href"])
    form = tree.css_first('form[action="/backfills"]')
    ticked = {box.attributes["name"] for box in form.css("input[type=checkbox]") if "checked" in box.attributes}
    assert ticked == {"include_failed", "include_suspect"}
    assert form.css_first("input[name=publications]").attributes["value"] == "hedongbao linzebao"
    assert form.css_first("input[name=last]").attributes["value"] == "2026-03-05"


def test_who_is_not_signed_in_is_shown_no_form_and_refused(serve, browse, services):
    board = browse(serve(**ACCOUNT), follow_redirects=False)
    assert not page(board, "/backfills").css('form[method="post"]')
    token = token_in(board.get("/account"))
    answer = board.post(
        "/backfills", data={"token": token, "publications": "weifangdaily", **MARCH}, headers=origin(board)
    )
    assert answer.status_code == 403
    assert made(services) == []


def test_a_publications_page_leads_to_the_form(board, services, own):
    feed(services, own)
    link = page(board, "/publications/linzebao").css_first('a[href^="/backfills?"]').attributes["href"]
    assert (
        LexborHTMLParser(board.get(link).text).css_first("input[name=publications]").attributes["value"] == "linzebao"
    )
