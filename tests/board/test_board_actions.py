"""Acting on the board: the row changes, the event says who, the next page says what happened. On both databases."""

import pytest
from selectolax.lexbor import LexborHTMLParser

from scheduler import actions
from tests.board import newsroom
from tests.board.signing import ACCOUNT, origin, sign_in, token_in
from tests.factories import make_edition, make_page
from worker.domain import BackfillState, PageState, State
from worker.errors import Refused
from worker.store import backfills
from worker.store.moves import Change
from worker.store.tables import Backfill, Page


@pytest.fixture
def board(serve, browse):
    """A client of a board on which wei is signed in."""
    client = browse(serve(**ACCOUNT), follow_redirects=False)
    sign_in(client)
    client.get("/")
    return client


def act(board, path, *, shown_on=None, **fields):
    """Send a form that a page shows, and give the page that the board leads to."""
    page = board.get(shown_on or path.rpartition("/")[0])
    answer = board.post(path, data={"token": token_in(page), **fields}, headers=origin(board))
    assert answer.status_code == 303, answer.text
    assert answer.headers["cache-control"] == "no-store"
    return LexborHTMLParser(board.get(answer.headers["location"]).text)


def message(tree):
    found = tree.css_first(".message")
    return found.attributes["class"].split()[-1], found.text()


def test_retrying_opens_only_what_failed(board, services):
    edition = make_edition(services, state=State.PARTIAL, error="page 02")
    good = make_page(services, edition, state=PageState.DONE, number="01", position=1)
    bad = make_page(services, edition, state=PageState.FAILED, number="02", position=2)
    assert message(act(board, f"/editions/{edition}/retry"))[0] == "done"
    assert newsroom.edition(services, edition).state is State.PROCESSING
    with services.database.read() as session:
        assert session.get_one(Page, good).state is PageState.DONE
        assert session.get_one(Page, bad).state is PageState.PENDING
    assert newsroom.events(services, edition)[0].actor == "operator:wei"


def test_retrying_the_whole_edition(board, services):
    edition = make_edition(services, state=State.PARTIAL)
    make_page(services, edition, state=PageState.FAILED)
    act(board, f"/editions/{edition}/retry", whole="1")
    row = newsroom.edition(services, edition)
    assert (row.state, row.settled) == (State.SCHEDULED, State.PARTIAL)


@pytest.mark.parametrize(
    ("action", "before", "after"),
    [
        ("skip", State.MISSING, State.SKIPPED),
        ("accept", State.SUSPECT, State.COMPLETE),
        ("accept", State.PARTIAL, State.COMPLETE),
    ],
)
def test_a_state_is_set_with_a_reason_and_a_name(board, services, action, before, after):
    edition = make_edition(services, state=before)
    tree = act(board, f"/editions/{edition}/{action}", reason="  spoke to\r\n\tthe publisher ")
    assert message(tree)[0] == "done"
    assert newsroom.edition(services, edition).state is after
    event = newsroom.events(services, edition)[-1]
    assert (event.actor, event.to_state) == ("operator:wei", after)
    assert event.reason == "spoke to the publisher"


def test_holding_and_releasing(board, services):
    edition = make_edition(services, state=State.SCHEDULED)
    act(board, f"/editions/{edition}/hold", reason="their server moves")
    row = newsroom.edition(services, edition)
    assert (row.held_by, row.hold_reason) == ("operator:wei", "their server moves")
    tree = act(board, f"/editions/{edition}/release")
    assert newsroom.edition(services, edition).held_at is None
    assert [event.actor for event in newsroom.events(services, edition)] == ["operator:wei"] * 2
    assert tree.css_first('form[action$="/hold"]')


def test_a_refusal_is_told_and_changes_nothing(board, services):
    edition = make_edition(services, state=State.COMPLETE)
    stale = token_in(board.get(f"/editions/{edition}"))
    answer = board.post(f"/editions/{edition}/skip", data={"token": stale, "reason": "x"}, headers=origin(board))
    tree = LexborHTMLParser(board.get(answer.headers["location"]).text)
    tone, text = message(tree)
    assert tone == "refused"
    assert "is complete" in text
    assert tree.css_first(".message").attributes["role"] == "alert"
    assert newsroom.edition(services, edition).state is State.COMPLETE
    assert newsroom.events(services, edition) == []
    assert not LexborHTMLParser(board.get(f"/editions/{edition}").text).css(".message"), "it is told once"


def test_only_what_the_state_allows_is_offered(board, services):
    def offered(state, **values):
        tree = LexborHTMLParser(board.get(f"/editions/{make_edition(services, state=state, **values)}").text)
        return {form.attributes["action"].rsplit("/", 1)[1] for form in tree.css(".actions form")}

    assert offered(State.COMPLETE) == {"retry"}
    assert offered(State.SUSPECT) == {"retry", "accept", "hold"}
    assert offered(State.FAILED) == {"retry", "skip", "hold"}
    assert offered(State.SCHEDULED) == {"hold", "skip"}
    assert offered(State.FETCHING) == {"hold"}
    assert "release" in offered(State.FAILED, held_at=newsroom.NOW, held_by="operator:li")
    assert "release" not in offered(State.SCHEDULED, held_at=newsroom.NOW, held_by="backfill:1")


def test_every_edition_with_a_fault_is_retried_at_once(board, services):
    same = [make_edition(services, state=State.FAILED, fingerprint="abc123", error="no list") for _ in range(3)]
    held = make_edition(services, state=State.FAILED, fingerprint="abc123", held_at=newsroom.NOW, held_by="operator:li")
    other = make_edition(services, state=State.FAILED, fingerprint="other0")
    tree = act(board, "/faults/abc123/retry")
    assert message(tree) == ("done", "Opened again: 3.")
    assert {newsroom.edition(services, edition).state for edition in same} == {State.SCHEDULED}
    assert {newsroom.edition(services, edition).state for edition in (held, other)} == {State.FAILED}
    assert {newsroom.events(services, edition)[-1].actor for edition in same} == {"operator:wei"}


def test_of_more_editions_than_a_click_opens_it_says_how_many_are_left(board, services, monkeypatch):
    monkeypatch.setattr("scheduler.board.reopening.PATIENCE", 0)
    monkeypatch.setattr(actions, "MOST", 2)
    same = [make_edition(services, state=State.FAILED, fingerprint="abc123", error="no list") for _ in range(5)]
    tree = act(board, "/faults/abc123/retry")
    command = "broadsheet retry --fingerprint abc123"
    told = f"Opened again: {{}}. Left: {{}}. Press again to go on, or let `{command}` open all of them."
    assert message(tree) == ("done", told.format(2, 3))
    assert tree.css_first('form[action="/faults/abc123/retry"] button').text() == "Retry all 3"
    assert message(act(board, "/faults/abc123/retry")) == ("done", told.format(2, 1))
    assert message(act(board, "/faults/abc123/retry")) == ("done", "Opened again: 1.")
    assert {newsroom.edition(services, edition).state for edition in same} == {State.SCHEDULED}
    assert all(len(newsroom.events(services, edition)) == 1 for edition in same)


def test_one_click_goes_through_many_batches_and_past_what_is_refused(board, services, monkeypatch):
    monkeypatch.setattr("scheduler.board.reopening.PATIENCE", 600)
    monkeypatch.setattr(actions, "MOST", 2)
    same = [make_edition(services, state=State.FAILED, fingerprint="abc123", error="no list") for _ in range(7)]
    taken, retry = same[3], actions.retry

    def quicker(session, edition, change, **how):
        if edition.id == taken:
            raise Refused("somebody else was quicker")
        return retry(session, edition, change, **how)

    monkeypatch.setattr(actions, "retry", quicker)
    status, text = message(act(board, "/faults/abc123/retry"))
    assert (status, text.partition(" Press")[0]) == ("done", "Opened again: 6. Left: 1.")
    assert [newsroom.edition(services, edition).state for edition in same] == [
        State.FAILED if edition == taken else State.SCHEDULED for edition in same
    ]


def test_a_fault_of_which_nothing_can_be_opened_says_so(board, services):
    held = make_edition(services, state=State.FAILED, fingerprint="abc123", held_at=newsroom.NOW, held_by="operator:li")
    assert not LexborHTMLParser(board.get("/faults/abc123").text).css(".actions"), "nothing that it could open"
    assert message(act(board, "/faults/abc123/retry", shown_on="/account"))[0] == "refused"
    assert newsroom.edition(services, held).state is State.FAILED


def test_a_backfill_is_paused_resumed_and_cancelled(board, services, clock):
    with services.database.begin() as session:
        row = backfills.add(
            session, slugs=["paper"], first=newsroom.DAY, last=newsroom.DAY, newest_first=True, cap=5, total=1,
            change=Change(actor="operator:li", at=clock(), reason=""),
        )  # fmt: skip
    edition = make_edition(services, state=State.SCHEDULED, backfill_id=row.id, open_backfill_id=row.id)

    def state():
        with services.database.read() as session:
            return session.get_one(Backfill, row.id).state

    act(board, f"/backfills/{row.id}/pause")
    assert state() is BackfillState.PAUSED
    assert newsroom.edition(services, edition).held_by == f"backfill:{row.id}"
    act(board, f"/backfills/{row.id}/resume")
    assert (state(), newsroom.edition(services, edition).held_by) == (BackfillState.RUNNING, None)
    tree = act(board, f"/backfills/{row.id}/cancel")
    assert state() is BackfillState.CANCELLED
    assert newsroom.edition(services, edition).state is State.SKIPPED
    assert not tree.css(".actions")
    assert newsroom.events(services, edition)[-1].actor == "operator:wei"


@pytest.mark.parametrize("path", ["/editions/7/retry", "/editions/x/retry", "/backfills/7/pause"])
def test_acting_on_what_is_not_there(board, path):
    token = token_in(board.get("/account"))
    answer = board.post(path, data={"token": token}, headers=origin(board))
    assert answer.status_code in {303, 404}
    if answer.status_code == 303:
        assert board.get(answer.headers["location"]).status_code == 404


def test_an_action_that_is_none(board, services):
    edition = make_edition(services, state=State.FAILED)
    token = token_in(board.get("/account"))
    assert board.post(f"/editions/{edition}/delete", data={"token": token}, headers=origin(board)).status_code == 404


def test_two_who_act_at_the_same_time_do_it_once(board, services):
    edition = make_edition(services, state=State.FAILED)
    token = token_in(board.get(f"/editions/{edition}"))
    for _ in range(2):
        board.post(f"/editions/{edition}/retry", data={"token": token}, headers=origin(board))
    assert len(newsroom.events(services, edition)) == 1
