"""Backfills on a real database: fed a few at a time, counted once, paused, resumed, cancelled, gone on with."""

import tracemalloc
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from scheduler import backfill as plan
from scheduler import register
from scheduler.catalogue import Row
from tests.factories import make_edition, make_page
from worker.domain import BackfillState, Failure, PageState, State
from worker.errors import Refused
from worker.job import Job
from worker.store import backfills, editions, holds, moves
from worker.store.moves import Change
from worker.store.tables import Backfill, Edition, Event, Page

FIRST, LAST = date(2025, 1, 1), date(2025, 1, 31)


def row(slug, **values):
    defaults = {"name": slug, "family": "huaguang", "edition_url": "http://x.example/%Y%m%d/", "enabled": True}
    return Row(slug=slug, **defaults | values)


@pytest.fixture
def rows():
    return {"one": row("one"), "two": row("two", days=["mon", "thu"])}


@pytest.fixture
def start(services, rows):
    """A function that asks for a backfill; gives its number."""

    def make(*slugs, first=FIRST, last=LAST, newest_first=True, cap=7, include=()):
        slugs = slugs or tuple(rows)
        total = plan.count([rows[slug] for slug in slugs], first, last)
        change = Change(actor="operator:test", at=services.clock(), reason="")
        with services.database.begin() as session:
            how = {"newest_first": newest_first, "cap": cap, "total": total, "change": change}
            how["include"] = include
            return backfills.add(session, slugs=slugs, first=first, last=last, **how).id

    return make


def feed(services, rows):
    change = Change(actor="tick:test", at=services.clock(), reason="due")

    def work(session):
        ids = register.publications(session, rows.values(), change)
        return plan.feed(session, rows, ids, services.clock(), "tick:test")

    return services.database.run(work)


def step(services, number, to, reason=""):
    change = Change(actor="operator:test", at=services.clock(), reason=reason)
    with services.database.begin() as session:
        backfills.move(session, number, to, change)


def get(services, number):
    with services.database.read() as session:
        return session.get_one(Backfill, number)


def progress(services, number):
    with services.database.read() as session:
        return backfills.progress(session, session.get_one(Backfill, number), services.clock())


def of(services, number, *where):
    with services.database.read() as session:
        query = select(Edition).where(Edition.backfill_id == number, *where).order_by(Edition.id)
        return session.scalars(query).all()


def end(services, edition, state=State.COMPLETE):
    """Let an edition end, as a worker would."""
    change = Change(actor="worker:test:1", at=services.clock(), reason="read")
    until = services.clock() + timedelta(seconds=60)
    with services.database.begin() as session:
        moves.move_edition(session, edition.id, State.FETCHING, change, lease_until=until)
        moves.move_edition(session, edition.id, state, change, error=None if state is State.COMPLETE else "why")


def test_no_more_are_under_way_than_there_is_room_for(services, rows, start):
    number = start()
    assert feed(services, rows) == 7
    assert feed(services, rows) == 0
    for edition in of(services, number)[:3]:
        end(services, edition)
    assert feed(services, rows) == 3
    assert len(of(services, number, Edition.state == State.SCHEDULED)) == 7


def test_the_newest_or_the_oldest_go_first_and_only_those_of_the_calendar(services, rows, start):
    newest = start("two", cap=3)
    oldest = start("one", newest_first=False, cap=3)
    feed(services, rows)
    assert [edition.date.day for edition in of(services, newest)] == [30, 27, 23]
    assert [edition.date.day for edition in of(services, oldest)] == [1, 2, 3]
    assert {edition.queue for edition in of(services, newest)} == {"backfill"}


def test_it_goes_through_to_its_end_and_counts_each_edition_once(services, rows, start, clock):
    number = start()
    total = 31 + 9
    assert get(services, number).total == total
    ends = {1: State.FAILED, 2: State.MISSING, 3: State.PARTIAL}
    for _ in range(100):
        clock.forward(minutes=1)
        feed(services, rows)
        for edition in of(services, number, Edition.state == State.SCHEDULED):
            end(
                services,
                edition,
                ends.get(edition.date.day, State.COMPLETE) if edition.date.day < 4 else State.COMPLETE,
            )
        if get(services, number).state is BackfillState.DONE:
            break
        told = progress(services, number)
        assert told.done + told.failed + told.missing + told.skipped + told.to_do == total
    found, told = get(services, number), progress(services, number)
    assert found.state is BackfillState.DONE
    assert found.ended_at == clock()
    assert (found.complete, found.partial, found.failed, found.missing) == (total - 4, 1, 1, 2)
    assert (told.done, told.to_do, told.failed, told.missing) == (total - 3, 0, 1, 2)
    assert len(of(services, number)) == total


def test_speed_and_end_are_told_from_the_last_hour(services, rows, start, clock):
    number = start("one", cap=10)
    assert progress(services, number).expected_end is None
    clock.forward(minutes=30)
    feed(services, rows)
    for edition in of(services, number):
        end(services, edition)
    feed(services, rows)
    told = progress(services, number)
    assert told.an_hour == 20
    assert told.expected_end == clock() + timedelta(hours=21 / 20)


def test_what_is_there_is_left_alone(services, rows, start):
    first = start("one", last=date(2025, 1, 5), cap=50)
    feed(services, rows)
    second = start("one", cap=50)
    assert feed(services, rows) == 26
    assert (get(services, second).existing, get(services, second).made) == (5, 26)
    assert len(of(services, first)) == 5


def test_a_paused_one_begins_nothing_and_goes_on_where_it_stopped(services, rows, start, clock):
    number = start("one", cap=5)
    feed(services, rows)
    step(services, number, BackfillState.PAUSED, "the site asked for it")
    assert feed(services, rows) == 0
    now = clock()
    with services.database.begin() as session:
        due = editions.take_due(session, Edition, "backfill", now=now, sent_before=now, limit=99)
    assert due == []
    edition = of(services, number)[0]
    with pytest.raises(Refused, match=f"on hold by backfill:{number}: the site asked for it"):
        Job.claim_edition(services, edition.id, even_if_not_due=True)
    with pytest.raises(Refused, match="paused already"):
        step(services, number, BackfillState.PAUSED)
    step(services, number, BackfillState.RUNNING)
    for edition in of(services, number):
        end(services, edition)
    assert feed(services, rows) == 5
    assert sorted(edition.date.day for edition in of(services, number)) == list(range(22, 32))


def test_resuming_releases_nothing_that_an_operator_holds(services, rows, start, clock):
    number = start("one", cap=5)
    feed(services, rows)
    mine = of(services, number)[0]
    change = Change(actor="operator:test", at=clock(), reason="mine")
    with services.database.begin() as session:
        holds.hold(session, [Edition.id == mine.id], change.actor, change)
    assert feed(services, rows) == 1, "it does not keep the others from going on"
    step(services, number, BackfillState.PAUSED)
    step(services, number, BackfillState.RUNNING)
    assert [edition.id for edition in of(services, number, Edition.held_at.is_not(None))] == [mine.id]


def test_a_cancelled_one_skips_what_has_not_begun_and_a_later_one_takes_it(services, rows, start, clock):
    number = start("one", cap=5)
    feed(services, rows)
    begun, *_ = of(services, number)
    job = Job.claim_edition(services, begun.id, even_if_not_due=True)
    step(services, number, BackfillState.CANCELLED)
    states = [edition.state for edition in of(services, number)]
    assert states == [State.FETCHING, *[State.SKIPPED] * 4]
    assert feed(services, rows) == 0
    with pytest.raises(Refused, match="cancelled already"):
        step(services, number, BackfillState.RUNNING)
    with services.database.begin() as session:
        moves.move_edition(session, begun.id, State.COMPLETE, job.change("read"), token=job.lease.token)
    again = start("one", cap=50)
    assert feed(services, rows) == 30
    assert {edition.state for edition in of(services, again)} == {State.SCHEDULED}
    assert get(services, number).complete + get(services, number).skipped == 5


def test_two_schedulers_and_a_new_process_make_each_edition_once(services, rows, start):
    number = start("one", cap=31)
    feed(services, rows)
    feed(services, rows)
    with services.database.read() as session:
        twice = session.execute(select(Edition.date).group_by(Edition.date).having(func.count() > 1)).all()
    assert twice == []
    assert len(of(services, number)) == 31


def test_a_newspaper_that_left_the_catalogue_stops_nobody(services, rows, start):
    number = start(cap=99)
    del rows["two"]
    feed(services, rows)
    assert len(of(services, number)) == 31
    assert get(services, number).cursor_date is None


def test_a_hundred_thousand_editions_are_planned_in_level_memory(services, rows, start):
    many = {f"p{number}": row(f"p{number}") for number in range(30)}
    rows |= many
    tracemalloc.start()
    number = start(*many, first=date(2015, 1, 1), last=date(2024, 12, 31), cap=20)
    feed(services, rows)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert get(services, number).total > 100_000
    assert len(of(services, number)) == 20
    assert peak < 20_000_000


def test_the_walk_over_dates_ends_at_the_ends_of_time():
    rows = [row("one")]
    assert plan.count(rows, date.max - timedelta(days=1), date.max) == 2
    assert [day for day, _, _ in plan.dates(rows, date.min, date.min, newest_first=True)] == [date.min]


def test_leap_days_are_part_of_a_range():
    assert plan.count([row("one")], date(2024, 2, 1), date(2024, 3, 1)) == 30


@pytest.fixture
def there(services, rows, clock):
    """A function that puts an edition of ``one`` there, as the daily service left it some time ago."""
    change = Change(actor="tick:test", at=clock(), reason="due")

    def make(day, state, **values):
        with services.database.begin() as session:
            paper = register.publications(session, rows.values(), change)["one"]
        moments = {"attempts": 5, "ended_at": clock(), "next_attempt_at": None}
        if state is not State.COMPLETE:
            moments |= {"error": "why", "failure": Failure.PASSING, "fingerprint": "ab"}
        return make_edition(services, publication_id=paper, date=day, state=state, **moments | values)

    return make


def edition_of(services, edition_id):
    with services.database.read() as session:
        return session.get_one(Edition, edition_id)


def test_what_is_there_is_left_alone_unless_it_was_asked_for(services, rows, start, there):
    failed, complete = there(date(2025, 1, 5), State.FAILED), there(date(2025, 1, 6), State.COMPLETE)
    number = start("one", cap=100)
    feed(services, rows)
    assert (get(services, number).existing, get(services, number).made) == (2, 29)
    assert edition_of(services, failed).state is State.FAILED
    assert edition_of(services, complete).state is State.COMPLETE


def test_failed_and_missing_editions_that_were_asked_for_are_opened_as_an_operators_action(
    services, rows, start, there
):
    ids = [there(date(2025, 1, 5), State.FAILED), there(date(2025, 1, 6), State.MISSING)]
    others = [there(date(2025, 1, 7), State.COMPLETE), there(date(2025, 1, 8), State.SUSPECT)]
    others.append(there(date(2025, 1, 9), State.FAILED, held_at=services.clock(), held_by="operator:ann"))
    number = start("one", cap=100, include=(State.MISSING, State.FAILED))
    feed(services, rows)
    found = get(services, number)
    assert (sorted(found.include), found.existing, found.made) == (["failed", "missing"], 3, 28)
    for edition_id in ids:
        edition = edition_of(services, edition_id)
        assert (edition.state, edition.queue, edition.attempts) == (State.SCHEDULED, "backfill", 0)
        assert (edition.backfill_id, edition.open_backfill_id) == (number, number)
        with services.database.read() as session:
            event = session.scalars(select(Event).where(Event.edition_id == edition_id)).one()
        assert (event.actor, event.to_state) == ("operator:test", "scheduled")
        assert event.reason == f"backfill {number}: opened again"
    assert [edition_of(services, edition_id).backfill_id for edition_id in others] == [None] * 3
    end(services, edition_of(services, ids[0]))
    end(services, edition_of(services, ids[1]), State.MISSING)
    feed(services, rows)
    assert (get(services, number).complete, get(services, number).missing) == (1, 1)


def test_of_a_partial_edition_only_the_bad_pages_are_opened_and_what_is_stored_stands(services, rows, start, there):
    edition_id = there(date(2025, 1, 5), State.PARTIAL)
    good = make_page(services, edition_id, state=PageState.DONE, number="01", position=1)
    bad = make_page(services, edition_id, state=PageState.FAILED, number="02", position=2)
    number = start("one", cap=100, include=(State.PARTIAL,))
    feed(services, rows)
    edition = edition_of(services, edition_id)
    assert (edition.state, edition.settled, edition.open_backfill_id) == (State.PROCESSING, State.PARTIAL, number)
    with services.database.read() as session:
        assert session.get_one(Page, good).state is PageState.DONE
        assert session.get_one(Page, bad).state is PageState.PENDING
    assert progress(services, number).to_do == 31


def test_an_edition_of_an_earlier_backfill_counts_in_that_as_it_ended_there(services, rows, start, clock):
    first = start("one", last=FIRST)
    feed(services, rows)
    end(services, of(services, first)[0], State.FAILED)
    feed(services, rows)
    feed(services, rows)
    assert (get(services, first).state, get(services, first).failed) == (BackfillState.DONE, 1)
    second = start("one", last=FIRST, include=(State.FAILED,))
    feed(services, rows)
    end(services, of(services, second)[0])
    feed(services, rows)
    assert (get(services, first).state, get(services, first).failed) == (BackfillState.DONE, 1)
    assert (get(services, second).complete, get(services, second).made) == (1, 1)


def test_opening_again_keeps_to_the_room_that_there_is(services, rows, start, there):
    for day in range(1, 11):
        there(date(2025, 1, day), State.FAILED)
    number = start("one", last=date(2025, 1, 20), cap=4, newest_first=False, include=(State.FAILED,))
    assert feed(services, rows) == 4
    assert feed(services, rows) == 0
    for edition in of(services, number):
        end(services, edition)
    assert feed(services, rows) == 4
    assert get(services, number).existing == 0
