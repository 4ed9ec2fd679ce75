"""The numbers at a glance on a real database: each edition counts once, late is defined once, faults are grouped."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.factories import DAY, make_edition, make_page, make_publication
from worker.domain import Failure, PageState, State
from worker.store import backfills, heartbeats, overview
from worker.store.moves import Change, move_edition

HOUR = timedelta(hours=1)


def ask(services, question, *arguments):
    with services.database.read() as session:
        return question(session, *arguments)


def today(services):
    return ask(services, overview.today, services.clock(), HOUR)


@pytest.mark.parametrize(
    ("values", "word"),
    [
        ({"state": State.COMPLETE}, "complete"),
        ({"state": State.SCHEDULED, "settled": State.COMPLETE}, "complete"),
        ({"state": State.FETCHING, "settled": State.PARTIAL}, "partial"),
        ({"state": State.SUSPECT}, "suspect"),
        ({"state": State.SCHEDULED, "ago": 0}, "scheduled"),
        ({"state": State.WAITING, "ago": 0}, "waiting"),
        ({"state": State.PROCESSING, "ago": 0}, "under_way"),
        ({"state": State.SCHEDULED, "ago": 2}, "late"),
        ({"state": State.WAITING, "ago": 2}, "late"),
        ({"state": State.FETCHING, "ago": 2}, "late"),
        ({"state": State.WAITING, "ago": 2, "held": True}, "held"),
        ({"state": State.MISSING}, "missing"),
        ({"state": State.FAILED}, "failed"),
        ({"state": State.SKIPPED}, "skipped"),
    ],
)
def test_each_edition_counts_once(services, values, word):
    hours, held = values.get("ago", 9), values.get("held", False)
    values = {name: value for name, value in values.items() if name not in {"ago", "held"}}
    values["expected_at"] = services.clock() - timedelta(hours=hours)
    make_edition(services, **values, **({"held_at": services.clock(), "held_by": "operator:ann"} if held else {}))
    counted = {name: number for name, number in today(services).numbers().items() if number}
    counted.pop("reading_again", None)
    expected = {"expected": 1, word: 1} | ({"in": 1} if word in {"complete", "partial", "suspect"} else {})
    assert counted == expected


def test_each_newspaper_has_its_own_today(services, clock):
    clock.now = datetime(2026, 3, 5, 20, 0, tzinfo=UTC)  # the 6th in Shanghai, the 5th in New York
    for zone in ("Asia/Shanghai", "America/New_York"):
        paper = make_publication(services, time_zone=zone)
        for back in range(3):
            state = State.COMPLETE if back else State.FAILED
            make_edition(services, publication_id=paper, date=DAY + timedelta(1 - back), state=state)
    counts = today(services)
    assert (counts.expected, counts.failed, counts.complete) == (2, 1, 1)


def test_nothing_at_all_is_counted_as_nothing(services):
    assert set(today(services).numbers().values()) == {0}


def test_a_backfilled_edition_is_never_late(services):
    change = Change(actor="operator:ann", at=services.clock(), reason="")
    with services.database.begin() as session:
        how = {"first": DAY, "last": DAY, "newest_first": True, "cap": 1, "total": 1, "change": change}
        number = backfills.add(session, slugs=["paper"], **how).id
    make_edition(services, expected_at=services.clock() - 9 * HOUR, backfill_id=number)
    make_edition(services, expected_at=services.clock() - 9 * HOUR)
    with services.database.read() as session:
        rows = overview.attention(session, services.clock(), HOUR, DAY, 99)
    assert [need for _, _, need in rows] == ["late"]


def test_how_long_no_scheduler_has_ticked(services, clock):
    assert ask(services, overview.scheduler_silent, clock()) is None
    with services.database.begin() as session:
        heartbeats.beat(session, "tick:a", clock(), 0.1, {"made": 1})
        heartbeats.beat(session, "tick:b", clock() - 2 * HOUR, 0.1, {})
    clock.forward(minutes=12)
    assert ask(services, overview.scheduler_silent, clock()) == timedelta(minutes=12)
    with services.database.begin() as session:
        heartbeats.beat(session, "tick:b", clock(), 0.1, {})
        heartbeats.beat(session, "tick:b", clock(), 0.2, {})
    assert ask(services, overview.scheduler_silent, clock()) == timedelta(0)


def test_when_a_worker_last_did_something(services, clock):
    assert ask(services, overview.progress_seen) is None
    edition = make_edition(services)
    for actor, minutes in (("worker:h:1", 0), ("tick:h", 5)):
        clock.forward(minutes=minutes)
        with services.database.begin() as session:
            change = Change(actor=actor, at=clock(), reason="x")
            to = State.FETCHING if actor.startswith("worker") else State.SCHEDULED
            move_edition(session, edition, to, change, lease_until=clock() + HOUR)
    assert ask(services, overview.progress_seen) == clock() - timedelta(minutes=5)


def test_who_needs_a_person_most_comes_first(services, clock):
    held = {"held_at": clock(), "held_by": "operator:ann"}
    make_edition(services, state=State.COMPLETE)
    make_edition(services, state=State.COMPLETE, off_calendar=True, arrived_at=clock())
    make_edition(services, state=State.WAITING, **held)
    make_edition(services, state=State.WAITING, held_at=clock(), held_by="backfill:1", backfill_id=None)
    make_edition(services, state=State.SCHEDULED, settled=State.PARTIAL)
    for state in (State.PARTIAL, State.SUSPECT, State.MISSING, State.FAILED, State.SKIPPED):
        make_edition(services, state=state)
    make_edition(services, state=State.FAILED, date=DAY - timedelta(8))
    make_edition(services, state=State.WAITING, expected_at=clock() - 2 * HOUR)
    rows = ask(services, overview.attention, clock(), HOUR, DAY - timedelta(7), 99)
    assert [need for _, _, need in rows] == [
        *("late", "failed", "missing", "suspect", "partial", "partial", "held", "calendar"),
    ]
    assert len(ask(services, overview.attention, clock(), HOUR, DAY - timedelta(7), 3)) == 3


def test_one_fault_of_many_editions_is_one_line(services):
    fault = {"fingerprint": "aaa", "failure": Failure.SITE_CHANGED, "error": "no title"}
    paper = make_publication(services, slug="paper")
    for back in range(30):
        day = DAY - timedelta(back)
        edition = make_edition(services, publication_id=paper, date=day, state=State.PARTIAL, **fault)
        make_page(services, edition, state=PageState.FAILED, **fault)
    make_edition(services, state=State.FAILED, fingerprint="bbb", failure=Failure.BUG, error="internal error")
    under_way = make_edition(services, state=State.PROCESSING)
    make_page(services, under_way, fingerprint="ccc", failure=Failure.PASSING, error="HTTP 503")
    groups = ask(services, overview.faults, DAY - timedelta(9))
    assert [(group.fingerprint, group.editions, group.pages) for group in groups] == [
        ("aaa", 10, 10), ("ccc", 1, 1), ("bbb", 1, 0),
    ]  # fmt: skip
    first = groups[0]
    assert (first.failure, first.publications, first.newest, first.example) == (
        *(Failure.SITE_CHANGED, ("paper",), DAY, "no title"),
    )
