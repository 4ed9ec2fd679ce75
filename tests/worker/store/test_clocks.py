"""Rows that a clock which was ahead has written: what waits, waits as long as it was to, on both databases."""

from datetime import timedelta

import pytest

from tests.factories import make_edition, make_page
from worker.domain import PageState, State
from worker.store import clocks
from worker.store.tables import Edition, Page

LEASE = timedelta(seconds=150)
HOUR = timedelta(hours=1)


@pytest.fixture
def back(services, clock):
    """A function that sets the clock back and gives how many rows were mended."""

    def set_back(by=HOUR):
        clock.now -= by
        with services.database.begin() as session:
            return clocks.bring_back(session, clock(), LEASE)

    return set_back


def look(services, table, row_id):
    with services.database.read() as session:
        return session.get_one(table, row_id)


@pytest.mark.parametrize("state", [State.SCHEDULED, State.WAITING])
def test_an_edition_that_waits_for_its_next_attempt_waits_no_hour_longer(services, clock, back, state):
    wait = timedelta(minutes=20)
    edition_id = make_edition(services, state=state, expected_at=clock() - 3 * HOUR, next_attempt_at=clock() + wait)
    assert back() == 1
    edition = look(services, Edition, edition_id)
    assert (edition.next_attempt_at, edition.updated_at) == (clock() + wait, clock())
    with services.database.begin() as session:
        assert clocks.bring_back(session, clock() + timedelta(minutes=1), LEASE) == 0, "once"


def test_a_page_waits_no_hour_longer(services, clock, back):
    page_id = make_page(services, next_attempt_at=clock() + timedelta(minutes=2))
    assert back() == 1
    assert look(services, Page, page_id).next_attempt_at == clock() + timedelta(minutes=2)


def test_a_second_reading_comes_no_hour_later(services, clock, back):
    edition_id = make_edition(services, state=State.COMPLETE, reread_at=clock() + 6 * HOUR)
    assert back() == 1
    assert look(services, Edition, edition_id).reread_at == clock() + 6 * HOUR


def test_what_was_due_at_the_old_time_is_due_at_once(services, clock, back):
    page_id = make_page(services, next_attempt_at=clock())
    assert back() == 1
    assert look(services, Page, page_id).next_attempt_at == clock()


def test_times_that_a_calendar_gives_stay(services, clock, back):
    expected = clock() + 5 * HOUR
    edition_id = make_edition(services, expected_at=expected, next_attempt_at=expected)
    assert back() == 0
    assert look(services, Edition, edition_id).next_attempt_at == expected


def test_clocks_that_differ_a_little_and_a_clock_that_goes_forward_change_nothing(services, clock, back):
    page_id = make_page(services, next_attempt_at=clock() + HOUR)
    due = clock() + HOUR
    assert back(LEASE / 2) == 0
    assert back(-HOUR / 2) == 0
    assert look(services, Page, page_id).next_attempt_at == due


def test_leases_and_messages_of_the_future_end(services, clock, back):
    held = make_page(services, state=PageState.FETCHING)
    sent = make_page(services, enqueued_at=clock(), next_attempt_at=clock() - 2 * HOUR)
    with services.database.begin() as session:
        session.get_one(Page, held).lease_expires_at = clock() + LEASE
    assert back() == 2
    assert look(services, Page, held).lease_expires_at == clock() + LEASE
    assert look(services, Page, sent).enqueued_at == clock()
