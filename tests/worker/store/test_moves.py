import itertools
import threading
from datetime import timedelta

import pytest
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from sqlalchemy import insert, select, update

from tests.factories import make_edition, make_page
from worker.domain import ENDED, MOVES, PAGE_ENDED, PAGE_MOVES, PageState, State
from worker.errors import LeaseLost, Refused
from worker.store import moves
from worker.store.database import Database
from worker.store.moves import Change, Lease
from worker.store.tables import Base, Edition, Event, Page, Publication


@pytest.fixture
def change(clock):
    def make(reason="because", actor="worker:test:1"):
        return Change(actor=actor, at=clock(), reason=reason)

    return make


def values_of(services, table, row_id):
    with services.database.read() as session:
        row = session.get_one(table, row_id)
        return {column.name: getattr(row, column.name) for column in table.__table__.columns}


def events_of(services, **where):
    with services.database.read() as session:
        return session.scalars(select(Event).filter_by(**where).order_by(Event.id)).all()


def force(services, table, row_id, **values):
    with services.database.begin() as session:
        session.execute(update(table).where(table.id == row_id).values(**values))


@pytest.mark.parametrize(
    ("table", "states", "allowed"), [(Edition, State, MOVES), (Page, PageState, PAGE_MOVES)], ids=["edition", "page"]
)
def test_exactly_the_listed_moves_pass(services, change, table, states, allowed):
    make, move = (make_edition, moves.move_edition) if table is Edition else (make_page, moves.move_page)
    row_id = make(services)
    for source, target in itertools.product(states, states):
        force(services, table, row_id, state=source)
        before = values_of(services, table, row_id), len(events_of(services))
        if target in allowed[source]:
            with services.database.begin() as session:
                move(session, row_id, target, change())
            assert values_of(services, table, row_id)["state"] is target
            assert len(events_of(services)) == before[1] + 1
        else:
            with (
                pytest.raises(Refused, match=f"is {source}, which does not lead to {target}"),
                services.database.begin() as s,
            ):
                move(s, row_id, target, change())
            assert (values_of(services, table, row_id), len(events_of(services))) == before


def test_every_state_can_be_left_and_every_ended_one_reached():
    assert set(MOVES) == set(State)
    assert set(PAGE_MOVES) == set(PageState)
    assert set().union(*MOVES.values()) >= ENDED
    assert set().union(*PAGE_MOVES.values()) >= PAGE_ENDED


def test_a_claim_takes_a_lease_raises_the_token_and_counts_an_attempt(services, clock, change):
    edition_id = make_edition(services, token=6, attempts=2, enqueued_at=clock())
    until = clock() + timedelta(seconds=60)
    with services.database.begin() as session:
        assert moves.move_edition(session, edition_id, State.FETCHING, change(), lease_until=until) == 7
    row = values_of(services, Edition, edition_id)
    assert (row["token"], row["attempts"], row["lease_owner"], row["lease_expires_at"], row["enqueued_at"]) == (
        *(7, 3, "worker:test:1", until, None),
    )


def test_an_event_says_what_who_why_and_which_attempt(services, clock, change):
    page_id = make_page(services, token=6, attempts=2)
    with services.database.begin() as session:
        until = clock() + timedelta(seconds=60)
        moves.move_page(session, page_id, PageState.FETCHING, change("page claimed", "worker:h:9"), lease_until=until)
    (event,) = events_of(services, page_id=page_id)
    edition_id = values_of(services, Page, page_id)["edition_id"]
    assert (event.at, event.edition_id, event.from_state, event.to_state) == (
        clock(),
        edition_id,
        "pending",
        "fetching",
    )
    assert (event.actor, event.reason, event.attempt, event.token) == ("worker:h:9", "page claimed", 3, 7)


def test_an_events_edition_is_the_edition_itself(services, change):
    edition_id = make_edition(services)
    with services.database.begin() as session:
        moves.move_edition(session, edition_id, State.SKIPPED, change())
    (event,) = events_of(services)
    assert (event.edition_id, event.page_id) == (edition_id, None)


def test_the_event_goes_away_with_a_transaction_that_fails(services, change):
    edition_id = make_edition(services)

    def fail_half_way():
        with services.database.begin() as session:
            moves.move_edition(session, edition_id, State.SKIPPED, change())
            raise TimeoutError

    with pytest.raises(TimeoutError):
        fail_half_way()
    assert values_of(services, Edition, edition_id)["state"] is State.SCHEDULED
    assert events_of(services) == []


def test_ending_releases_the_lease_and_leaves_nothing_due(services, clock, change):
    edition_id = make_edition(services, state=State.FETCHING, next_attempt_at=clock())
    page_id = make_page(services, state=PageState.FETCHING, next_attempt_at=clock())
    with services.database.begin() as session:
        moves.move_edition(session, edition_id, State.FAILED, change(), token=1, error="no")
        moves.move_page(session, page_id, PageState.DONE, change(), token=1)
    edition, page = values_of(services, Edition, edition_id), values_of(services, Page, page_id)
    assert (edition["error"], edition["ended_at"]) == ("no", clock())
    for row in (edition, page):
        assert (row["lease_owner"], row["lease_expires_at"], row["next_attempt_at"], row["token"]) == (
            None,
            None,
            None,
            1,
        )


@pytest.mark.parametrize("table", [Edition, Page])
def test_a_write_with_an_old_token_is_refused_and_writes_nothing(services, clock, change, table):
    make, move, to = (
        (make_edition, moves.move_edition, State.PROCESSING)
        if table is Edition
        else (make_page, moves.move_page, PageState.DONE)
    )
    row_id = make(services, state=State.FETCHING if table is Edition else PageState.FETCHING, token=2)
    before = values_of(services, table, row_id)
    with pytest.raises(LeaseLost), services.database.begin() as session:
        move(session, row_id, to, change(), token=1, error="stale")
    with pytest.raises(LeaseLost), services.database.begin() as session:
        moves.renew(session, Lease(table=table, id=row_id, token=1), clock() + timedelta(hours=1))
    assert values_of(services, table, row_id) == before
    assert events_of(services) == []


@pytest.mark.parametrize("table", [Edition, Page])
def test_a_worker_whose_lease_was_swept_can_no_longer_fail_the_row(services, clock, change, table):
    """The sweeper frees the row without raising its token: the token alone does not prove the lease."""
    make, move, held, free, failed = (
        (make_edition, moves.move_edition, State.FETCHING, State.SCHEDULED, State.FAILED)
        if table is Edition
        else (make_page, moves.move_page, PageState.FETCHING, PageState.PENDING, PageState.FAILED)
    )
    row_id = make(services, state=held)
    clock.forward(hours=1)
    with services.database.begin() as session:
        move(session, row_id, free, change(), expired_before=clock(), next_attempt_at=clock())
    with pytest.raises(LeaseLost), services.database.begin() as session:
        move(session, row_id, failed, change(), token=1, error="a late failure of the dead")
    assert values_of(services, table, row_id)["state"] == free


def test_a_row_that_is_not_due_is_not_claimed(services, clock, change):
    later = make_edition(services, next_attempt_at=clock() + timedelta(seconds=1))
    never = make_edition(services, next_attempt_at=None)
    for row_id in (later, never):
        with pytest.raises(Refused, match="not due"), services.database.begin() as session:
            moves.move_edition(
                session, row_id, State.FETCHING, change(), lease_until=clock() + timedelta(60), due_before=clock()
            )
        assert values_of(services, Edition, row_id)["token"] == 0
    clock.forward(seconds=1)
    with services.database.begin() as session:
        moves.move_edition(
            session, later, State.FETCHING, change(), lease_until=clock() + timedelta(60), due_before=clock()
        )


def test_only_the_named_sources_may_be_left(services, change):
    edition_id = make_edition(services)
    with pytest.raises(Refused), services.database.begin() as session:
        moves.move_edition(session, edition_id, State.SKIPPED, change(), sources=[State.WAITING])
    assert values_of(services, Edition, edition_id)["state"] is State.SCHEDULED


def test_a_lease_in_force_is_not_swept_and_a_renewed_one_neither(services, clock, change):
    edition_id = make_edition(services, state=State.FETCHING)

    def sweep():
        with services.database.begin() as session:
            moves.move_edition(session, edition_id, State.SCHEDULED, change(), expired_before=clock())

    with pytest.raises(Refused, match="in force"):
        sweep()
    clock.forward(seconds=61)
    with services.database.begin() as session:
        moves.renew(session, Lease(table=Edition, id=edition_id, token=1), clock() + timedelta(seconds=60))
    with pytest.raises(Refused, match="in force"):
        sweep()
    clock.forward(seconds=61)
    sweep()
    assert values_of(services, Edition, edition_id)["state"] is State.SCHEDULED


def test_a_lease_is_not_renewed_after_the_work_has_ended(services, clock, change):
    page_id = make_page(services, state=PageState.FETCHING)
    with services.database.begin() as session:
        moves.move_page(session, page_id, PageState.DONE, change(), token=1)
    with pytest.raises(LeaseLost), services.database.begin() as session:
        moves.renew(session, Lease(table=Page, id=page_id, token=1), clock() + timedelta(seconds=60))


def test_a_row_that_is_not_there_is_refused(services, change):
    with pytest.raises(Refused, match="no row 12345"), services.database.begin() as session:
        moves.move_edition(session, 12345, State.SKIPPED, change())


def test_one_of_many_claimers_wins(services, clock, change):
    rounds, claimers = 12, 3
    ids = [make_page(services, number=f"{number:02}") for number in range(rounds)]
    start = threading.Barrier(claimers, timeout=60)
    won: list[tuple[int, str]] = []
    wrong: list[BaseException] = []

    def claim(name):
        database = Database(services.settings.sqlalchemy_url)
        try:
            for row_id in ids:
                start.wait()
                try:
                    with database.begin() as session:
                        moves.move_page(
                            *(session, row_id, PageState.FETCHING, change(actor=name)),
                            lease_until=clock() + timedelta(seconds=60),
                            due_before=clock(),
                        )
                    won.append((row_id, name))
                except Refused:
                    pass
        except BaseException as error:
            wrong.append(error)
            start.abort()
            raise
        finally:
            database.close()

    threads = [threading.Thread(target=claim, args=(f"worker:{number}",)) for number in range(claimers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert [row_id for row_id, _ in won] == ids
    for row_id, name in won:
        row = values_of(services, Page, row_id)
        assert (row["lease_owner"], row["token"], row["attempts"]) == (name, 1, 1)
        assert len(events_of(services, page_id=row_id)) == 1


@pytest.mark.parametrize(("attempts", "seconds"), [(0, 60), (1, 60), (2, 120), (3, 240), (7, 3600), (10_000, 3600)])
def test_the_wait_doubles_up_to_a_longest(attempts, seconds):
    assert moves.backoff(attempts, base=60, longest=3600) == timedelta(seconds=seconds)


class LifeOfAPage(RuleBasedStateMachine):
    """Workers that claim, die, wake and write, a sweeper, and time, on one page: who may write is known."""

    def __init__(self):
        super().__init__()
        from datetime import UTC, datetime  # noqa: PLC0415

        self.now = datetime(2026, 3, 5, tzinfo=UTC)
        self.database = Database("sqlite://")
        Base.metadata.create_all(self.database.engine)
        with self.database.begin() as session:
            times = {"created_at": self.now, "updated_at": self.now}
            publication = {
                "slug": "p", "name": "p", "family": "f", "edition_url": "u", "language": "zh", "time_zone": "UTC",
                "overrides": {}, "requests_per_second": 0, "concurrency": 1, "allow_private_addresses": True,
                "enabled": True, "recheck_seconds": 60, "updated_at": self.now,
            }  # fmt: skip
            session.execute(insert(Publication).values(id=1, **publication))
            expected = {"expected_at": self.now, "deadline_at": self.now}
            edition = {
                "id": 1,
                "publication_id": 1,
                "date": self.now.date(),
                "state": State.PROCESSING,
                "queue": "daily",
            }
            session.execute(insert(Edition).values(**edition, **expected, **times))
            page = {
                "id": 1,
                "edition_id": 1,
                "number": "01",
                "position": 1,
                "state": PageState.PENDING,
                "source": "web",
            }
            session.execute(insert(Page).values(url="u", next_attempt_at=self.now, **page, **times))
        self.tokens: list[int] = []  # every token that was ever given, the newest last
        self.held = False  # whether the newest token's lease stands
        self.expires = self.now

    def teardown(self):
        self.database.close()

    def _change(self):
        return Change(actor="worker:test", at=self.now, reason="because")

    def _move(self, to, **how):
        with self.database.begin() as session:
            return moves.move_page(session, 1, to, self._change(), **how)

    @rule()
    def claim(self):
        until = self.now + timedelta(seconds=60)
        try:
            token = self._move(PageState.FETCHING, lease_until=until, due_before=self.now)
        except Refused:
            assert self.held or self.row().state in PAGE_ENDED
            return
        assert not self.held
        assert token > max(self.tokens, default=0)
        self.tokens.append(token)
        self.held, self.expires = True, until

    @precondition(lambda self: self.tokens)
    @rule(data=st.data(), to=st.sampled_from([PageState.DONE, PageState.FAILED, PageState.PENDING]))
    def write(self, data, to):
        token = data.draw(st.sampled_from(self.tokens))
        mine = self.held and token == self.tokens[-1]
        try:
            self._move(to, token=token, next_attempt_at=self.now)
        except (LeaseLost, Refused):
            assert not mine
        else:
            assert mine
            self.held = False

    @precondition(lambda self: self.tokens)
    @rule(data=st.data())
    def renew(self, data):
        token = data.draw(st.sampled_from(self.tokens))
        mine = self.held and token == self.tokens[-1]
        until = self.now + timedelta(seconds=60)
        try:
            with self.database.begin() as session:
                moves.renew(session, Lease(table=Page, id=1, token=token), until)
        except LeaseLost:
            assert not mine
        else:
            assert mine
            self.expires = until

    @rule()
    def sweep(self):
        try:
            self._move(PageState.PENDING, expired_before=self.now, next_attempt_at=self.now)
        except Refused:
            assert not (self.held and self.expires < self.now)
        else:
            assert self.held
            assert self.expires <= self.now
            self.held = False

    @precondition(lambda self: self.row().state in PAGE_ENDED)
    @rule()
    def open_again(self):
        self._move(PageState.PENDING, attempts=0, next_attempt_at=self.now)

    @rule(seconds=st.sampled_from([1, 30, 61]))
    def time_goes_on(self, seconds):
        self.now += timedelta(seconds=seconds)

    def row(self):
        with self.database.read() as session:
            return session.get_one(Page, 1)

    @invariant()
    def the_row_is_held_exactly_if_somebody_holds_it(self):
        row = self.row()
        assert (row.state is PageState.FETCHING) is self.held
        assert (row.lease_owner is not None) is self.held
        assert row.token == len(self.tokens)

    @invariant()
    def the_events_tell_the_whole_story(self):
        with self.database.read() as session:
            events = session.scalars(select(Event).order_by(Event.id)).all()
        assert all(one.to_state == other.from_state for one, other in itertools.pairwise(events))
        assert (events[-1].to_state if events else PageState.PENDING) == self.row().state


TestLifeOfAPage = LifeOfAPage.TestCase
TestLifeOfAPage.settings = hypothesis_settings(max_examples=40, stateful_step_count=25, deadline=None, database=None)


def test_a_session_that_has_read_a_row_sees_what_becomes_of_it(services, change):
    edition_id = make_edition(services)
    soon, later = (change().at + timedelta(minutes=minutes) for minutes in (5, 9))
    with services.database.begin() as session:
        row = session.get_one(Edition, edition_id)
        row.pages = 7
        token = moves.move_edition(session, edition_id, State.FETCHING, change(), lease_until=soon)
        assert (row.state, row.token, row.attempts, row.pages) == (State.FETCHING, token, 1, 7)
        moves.renew(session, Lease(table=Edition, id=edition_id, token=token), later)
        assert row.lease_expires_at == later
    assert values_of(services, Edition, edition_id)["pages"] == 7
