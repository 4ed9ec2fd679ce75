"""What operators do to editions: each act changes what it should, tells who and why, and refuses the rest."""

import pytest
from sqlalchemy import select

from scheduler import actions
from tests.factories import DAY, make_edition, make_page, make_publication
from worker.domain import BackfillState, Failure, PageState, State
from worker.errors import Refused
from worker.job import Job
from worker.store import backfills
from worker.store.moves import Change
from worker.store.tables import Backfill, Edition, Event, Page


@pytest.fixture
def act(services):
    """A function that does something to an edition as an operator."""

    def do(action, edition_id, reason="because", **how):
        change = Change(actor="operator:ann", at=services.clock(), reason=reason)
        with services.database.begin() as session:
            return action(session, session.get_one(Edition, edition_id), change, **how)

    return do


def get(services, table, row_id):
    with services.database.read() as session:
        return session.get_one(table, row_id)


def told(services, edition_id):
    with services.database.read() as session:
        query = select(Event.actor, Event.reason).where(Event.edition_id == edition_id).order_by(Event.id.desc())
        return tuple(session.execute(query).first())


def test_an_edition_is_found_by_its_name(services):
    slug_id = make_publication(services, slug="paper")
    edition_id = make_edition(services, publication_id=slug_id, label="extra")
    with services.database.read() as session:
        assert actions.find(session, "paper", DAY, "extra").id == edition_id
        with pytest.raises(Refused, match="no such edition"):
            actions.find(session, "paper", DAY)
        with pytest.raises(Refused, match="other 2026-03-05: no such edition; `broadsheet ingest"):
            actions.find(session, "other", DAY)


def test_retry_opens_the_bad_pages_alone_and_what_is_stored_stands(services, act):
    edition = make_edition(services, state=State.PARTIAL, error="page 02: HTTP 404")
    good = make_page(services, edition, state=PageState.DONE, number="01")
    bad = [
        make_page(services, edition, state=state, number=f"{number:02}", attempts=5, deaths=2)
        for number, state in enumerate((PageState.FAILED, PageState.PARTIAL, PageState.QUARANTINED), 2)
    ]
    assert act(actions.retry, edition) == ("02", "03", "04")
    row = get(services, Edition, edition)
    assert (row.state, row.settled) == (State.PROCESSING, State.PARTIAL)
    assert get(services, Page, good).state is PageState.DONE
    for page_id in bad:
        page = get(services, Page, page_id)
        assert (page.state, page.attempts, page.deaths, page.next_attempt_at) == (
            PageState.PENDING,
            0,
            0,
            services.clock(),
        )
    assert told(services, edition) == ("operator:ann", "because")


def test_retry_of_single_pages_or_the_whole(services, act):
    edition = make_edition(services, state=State.COMPLETE)
    page = make_page(services, edition, state=PageState.DONE, number="A01")
    with pytest.raises(Refused, match="no page 09; it has A01"):
        act(actions.retry, edition, pages=["09"])
    assert act(actions.retry, edition, pages=["A01"]) == ("A01",)
    assert get(services, Page, page).settled is PageState.DONE
    with pytest.raises(Refused, match="is processing: only an edition that has ended"):
        act(actions.retry, edition)
    other = make_edition(services, state=State.PARTIAL)
    make_page(services, other, state=PageState.FAILED)
    assert act(actions.retry, other, whole=True) == ()
    assert get(services, Edition, other).state is State.SCHEDULED


def test_all_editions_with_one_fault_are_found_by_it(services, act):
    fault = {"fingerprint": "abc", "failure": Failure.BUG}
    one = make_edition(services, state=State.FAILED, **fault)
    two = make_edition(services, state=State.PARTIAL)
    make_page(services, two, state=PageState.FAILED, **fault)
    make_edition(services, state=State.FAILED, fingerprint="other", failure=Failure.BUG)
    make_edition(services, state=State.SCHEDULED, **fault)
    make_edition(services, state=State.FAILED, held_at=services.clock(), held_by="operator:bob", **fault)
    with services.database.read() as session:
        assert {edition.id for edition in actions.with_fingerprint(session, "abc")} == {one, two}


@pytest.mark.parametrize("state", [State.SCHEDULED, State.WAITING, State.MISSING, State.FAILED])
def test_skip_says_that_there_is_none(services, act, state):
    edition = make_edition(services, state=state)
    act(actions.skip, edition, "strike")
    row = get(services, Edition, edition)
    assert (row.state, row.error, row.next_attempt_at) == (State.SKIPPED, "strike", None)
    act(actions.retry, edition)
    assert get(services, Edition, edition).state is State.SCHEDULED


@pytest.mark.parametrize("state", [State.FETCHING, State.PROCESSING, State.COMPLETE, State.PARTIAL])
def test_what_is_there_or_in_work_is_not_skipped(services, act, state):
    with pytest.raises(Refused, match=f"is {state}"):
        act(actions.skip, make_edition(services, state=state))
    with pytest.raises(Refused, match="being read again"):
        act(actions.skip, make_edition(services, state=State.SCHEDULED, settled=State.COMPLETE))


def test_a_held_edition_and_its_pages_are_not_begun_until_released(services, act):
    edition = make_edition(services, state=State.PROCESSING)
    page = make_page(services, edition)
    act(actions.hold, edition, "the site asked")
    with pytest.raises(Refused, match="on hold by operator:ann: the site asked"):
        Job.claim_page(services, page, even_if_not_due=True)
    assert told(services, edition) == ("operator:ann", "on hold: the site asked")
    with pytest.raises(Refused, match="on hold already, by operator:ann"):
        act(actions.hold, edition)
    act(actions.release, edition)
    assert Job.claim_page(services, page, even_if_not_due=True).page.id == page
    with pytest.raises(Refused, match="not on hold"):
        act(actions.release, edition)


def test_a_held_edition_is_not_opened_and_one_of_a_paused_backfill_not_released(services, act):
    held = {"held_at": services.clock(), "held_by": "backfill:3"}
    edition = make_edition(services, state=State.FAILED, **held)
    with pytest.raises(Refused, match="on hold; release it first"):
        act(actions.retry, edition)
    with pytest.raises(Refused, match="part of backfill 3, which is paused"):
        act(actions.release, edition)


@pytest.mark.parametrize("state", [State.PARTIAL, State.SUSPECT])
def test_accept_makes_it_complete(services, act, state):
    edition = make_edition(services, state=state, error="page 08 missing", reread_at=services.clock())
    act(actions.accept, edition, "")
    row = get(services, Edition, edition)
    assert (row.state, row.error, row.reread_at) == (State.COMPLETE, None, None)
    assert told(services, edition) == ("operator:ann", "accepted as it is")


def test_nothing_else_is_accepted(services, act):
    for state in set(State) - {State.PARTIAL, State.SUSPECT}:
        with pytest.raises(Refused, match=f"is {state}: only one that is partial or suspect"):
            act(actions.accept, make_edition(services, state=state))


def test_an_edition_of_a_backfill_that_is_opened_again_is_counted_anew(services, act):
    change = Change(actor="operator:ann", at=services.clock(), reason="")
    with services.database.begin() as session:
        how = {"first": DAY, "last": DAY, "newest_first": True, "cap": 1, "total": 1, "change": change}
        number = backfills.add(session, slugs=["paper"], **how).id
    edition = make_edition(services, state=State.FAILED, backfill_id=number, open_backfill_id=number)
    with services.database.begin() as session:
        assert backfills.count_ended(session) == 1
        assert backfills.count_ended(session) == 0
        backfills.move(session, number, BackfillState.DONE, change)
    assert get(services, Backfill, number).failed == 1
    act(actions.retry, edition)
    row = get(services, Backfill, number)
    assert (row.failed, row.state) == (0, BackfillState.RUNNING)
    assert get(services, Edition, edition).open_backfill_id == number
