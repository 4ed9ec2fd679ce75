import threading
from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.factories import DAY, make_edition, make_page, make_publication
from worker.domain import ENDED, PageState, State
from worker.store import editions, moves
from worker.store.database import Database
from worker.store.editions import NewEdition, NewPage
from worker.store.moves import Change
from worker.store.tables import Edition, Event, Page


@pytest.fixture
def change(clock):
    return Change(actor="tick:test", at=clock(), reason="due")


def new_edition(publication_id, clock, **values):
    times = {"expected_at": clock() + timedelta(hours=1), "deadline_at": clock() + timedelta(hours=9)}
    return NewEdition(**{"publication_id": publication_id, "date": DAY, "queue": "daily"} | times | values)


def get(services, table, row_id):
    with services.database.read() as session:
        return session.get_one(table, row_id)


def count(services, table):
    with services.database.read() as session:
        return len(session.scalars(select(table.id)).all())


def take(services, table, now, limit=100, redelivery=900, queue="daily"):
    with services.database.begin() as session:
        sent_before = now - timedelta(seconds=redelivery)
        return editions.take_due(session, table, queue, now=now, sent_before=sent_before, limit=limit)


def test_an_edition_is_made_once(services, clock, change):
    new = new_edition(make_publication(services), clock)
    with services.database.begin() as session:
        first = editions.ensure_edition(session, new, change)
        second = editions.ensure_edition(session, new, change)
    assert first[1]
    assert second == (first[0], False)
    assert count(services, Event) == 1


def test_a_label_or_a_date_makes_another_edition(services, clock, change):
    publication = make_publication(services)
    with services.database.begin() as session:
        made = {
            editions.ensure_edition(session, new_edition(publication, clock, **values), change)
            for values in ({}, {"label": "extra"}, {"date": DAY + timedelta(days=1)})
        }
    assert len(made) == 3
    assert all(new for _, new in made)


def test_a_daily_edition_is_due_when_it_is_expected_and_a_backfill_now(services, clock, change):
    publication = make_publication(services)
    with services.database.begin() as session:
        daily, _ = editions.ensure_edition(session, new_edition(publication, clock), change)
        old, _ = editions.ensure_edition(session, new_edition(publication, clock, label="b", queue="backfill"), change)
    assert get(services, Edition, daily).next_attempt_at == clock() + timedelta(hours=1)
    assert get(services, Edition, old).next_attempt_at == clock()


def test_pages_are_made_once_and_follow_a_changed_list(services, change):
    edition = make_edition(services, state=State.PROCESSING)
    with services.database.begin() as session:
        editions.ensure_pages(session, edition, [NewPage(number="01", name="要闻", url="u1")], change)
        ids = [page.id for page in editions.pages_of(session, edition)]
    again = [NewPage(number="A0", name=None, url="u0"), NewPage(number="01", name=None, url="u2")]
    with services.database.begin() as session:
        editions.ensure_pages(session, edition, again, change)
        editions.ensure_pages(session, edition, again, change)
    with services.database.read() as session:
        pages = editions.pages_of(session, edition)
        told = [(page.number, page.position, page.name, page.url, page.state) for page in pages]
    assert told == [("A0", 1, None, "u0", PageState.PENDING), ("01", 2, "要闻", "u2", PageState.PENDING)]
    assert pages[1].id == ids[0]
    assert count(services, Event) == 2


def test_due_rows_are_given_once_until_their_message_is_overdue(services, clock):
    first, second = make_edition(services), make_edition(services, state=State.WAITING)
    make_edition(services, next_attempt_at=clock() + timedelta(seconds=1))
    for state in set(State) - {State.SCHEDULED, State.WAITING}:
        make_edition(services, state=state, next_attempt_at=clock())
    assert take(services, Edition, clock()) == [first, second]
    assert take(services, Edition, clock()) == []
    assert get(services, Edition, first).enqueued_at == clock()
    later = clock() + timedelta(seconds=901)
    assert {first, second} <= set(take(services, Edition, later))


def test_a_page_is_due_only_while_its_edition_is_being_processed(services, clock):
    page = make_page(services)
    make_page(services, state=PageState.DONE, next_attempt_at=clock())
    for state in set(State) - {State.PROCESSING}:
        make_page(services, make_edition(services, state=state))
    assert take(services, Page, clock()) == [page]


def test_the_oldest_due_rows_go_first(services, clock):
    young = make_edition(services, next_attempt_at=clock() - timedelta(minutes=1))
    old = make_edition(services, next_attempt_at=clock() - timedelta(minutes=9))
    assert take(services, Edition, clock(), limit=1) == [old]
    assert take(services, Edition, clock(), limit=1) == [young]


def test_two_schedulers_never_get_the_same_row(services, clock):
    rounds, schedulers = 8, 2
    made = [[make_page(services, number=f"{number}") for number in range(5)] for _ in range(rounds)]
    ids = {page_id for pages in made for page_id in pages}
    start = threading.Barrier(schedulers, timeout=60)
    taken: list[int] = []
    wrong: list[BaseException] = []

    def run():
        database = Database(services.settings.sqlalchemy_url)
        try:
            for _ in range(rounds):
                start.wait()
                with database.begin() as session:
                    now = clock()
                    sent_before = now - timedelta(seconds=900)
                    taken.extend(editions.take_due(session, Page, "daily", now=now, sent_before=sent_before, limit=5))
        except BaseException as error:
            wrong.append(error)
            start.abort()
            raise
        finally:
            database.close()

    threads = [threading.Thread(target=run) for _ in range(schedulers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert len(taken) == len(set(taken))
    assert set(taken) == ids


def test_a_sent_mark_is_not_put_on_a_row_that_somebody_moved_on_meanwhile(services, clock, change):
    untouched, moved, for_edition = make_page(services), make_page(services), make_edition(services)
    sent_at = clock()
    clock.forward(seconds=1)
    later = Change(actor="worker:test", at=clock(), reason="failed at once")
    with services.database.begin() as session:
        moves.move_page(session, moved, PageState.FETCHING, later, lease_until=clock() + timedelta(seconds=60))
        moves.move_page(session, moved, PageState.PENDING, later, token=1, next_attempt_at=clock())
        editions.mark_sent(session, Page, [untouched, moved], sent_at)
        editions.mark_sent(session, Edition, [for_edition], sent_at)
    assert get(services, Page, untouched).enqueued_at == sent_at
    assert get(services, Page, moved).enqueued_at is None
    assert get(services, Edition, for_edition).enqueued_at == sent_at


def test_when_the_broker_was_emptied_every_message_is_sent_again(services, clock):
    edition, page = make_edition(services), make_page(services)
    take(services, Edition, clock())
    take(services, Page, clock())
    with services.database.begin() as session:
        assert editions.forget_sent(session, services.clock() + timedelta(seconds=1)) == 2
        assert editions.forget_sent(session, services.clock() + timedelta(seconds=1)) == 0
    assert take(services, Edition, clock()) == [edition]
    assert take(services, Page, clock()) == [page]


def test_expired_leases_are_those_of_rows_in_work_only(services, clock):
    edition = make_edition(services, state=State.FETCHING)
    page = make_page(services, state=PageState.FETCHING)
    make_edition(services)
    with services.database.read() as session:
        assert editions.expired(session, Edition, clock(), 9) == []
        later = clock() + timedelta(seconds=61)
        assert [row.id for row in editions.expired(session, Edition, later, 9)] == [edition]
        assert [row.id for row in editions.expired(session, Page, later, 9)] == [page]


def test_unfinished_is_an_edition_whose_pages_have_all_ended_and_whose_finish_is_not_under_way(services, clock):
    ended, running, empty, sent = (make_edition(services, state=State.PROCESSING) for _ in range(4))
    over = make_edition(services, state=State.COMPLETE)
    for edition in (ended, running, sent, over):
        make_page(services, edition, state=PageState.DONE)
        make_page(services, edition, state=PageState.FAILED)
    make_page(services, running, state=PageState.PENDING)
    with services.database.begin() as session:
        editions.mark_sent(session, Edition, [sent], clock())
    with services.database.read() as session:
        assert sorted(editions.unfinished(session, clock(), 9)) == [ended, empty]
        assert sorted(editions.unfinished(session, clock() + timedelta(seconds=1), 9)) == [ended, empty, sent]
        assert (editions.open_pages(session, running), editions.open_pages(session, ended)) == (1, 0)


def test_overdue_is_an_edition_that_waits_past_its_deadline(services, clock):
    past, ahead = clock() - timedelta(seconds=1), clock() + timedelta(seconds=1)
    late = make_edition(services, state=State.WAITING, deadline_at=past)
    make_edition(services, state=State.WAITING, deadline_at=ahead)
    make_edition(services, state=State.FETCHING, deadline_at=past)
    with services.database.read() as session:
        assert editions.overdue(session, clock(), 9) == [late]


def test_a_scheduled_edition_is_made_due_by_hand_and_no_other(services, clock):
    later = clock() + timedelta(hours=5)
    scheduled = make_edition(services, next_attempt_at=later, enqueued_at=clock())
    waiting = make_edition(services, state=State.WAITING, next_attempt_at=later)
    with services.database.begin() as session:
        editions.mark_due(session, scheduled, clock())
        editions.mark_due(session, waiting, clock())
    row = get(services, Edition, scheduled)
    assert (row.next_attempt_at, row.enqueued_at) == (clock(), None)
    assert get(services, Edition, waiting).next_attempt_at == later


def test_a_claimed_row_whose_message_was_under_way_may_be_sent_again_afterwards(services, clock, change):
    page = make_page(services)
    take(services, Page, clock())
    with services.database.begin() as session:
        moves.move_page(session, page, PageState.FETCHING, change, lease_until=clock() + timedelta(seconds=60))
        moves.move_page(session, page, PageState.PENDING, change, token=1, next_attempt_at=clock())
    assert take(services, Page, clock()) == [page]


@pytest.mark.parametrize("state", State)
def test_ended_is_what_the_domain_calls_so(state):
    assert editions.ended(state) is (state in ENDED)


def test_pages_of_two_sections_with_the_same_number_are_both_kept():
    pages = [NewPage(number=number, name=None, url=f"/{at}") for at, number in enumerate(["01", "02", "01", "01"])]
    assert [(page.number, page.url) for page in editions.distinct(pages)] == [
        ("01", "/0"), ("02", "/1"), ("01(2)", "/2"), ("01(3)", "/3"),
    ]  # fmt: skip
