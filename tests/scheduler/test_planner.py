from datetime import UTC, date, datetime

from scheduler import planner
from scheduler.catalogue import Row

NOON = datetime(2026, 3, 5, 4, 0, tzinfo=UTC)  # in Shanghai


def row(slug="paper", **values):
    defaults = {"name": "报", "family": "huaguang", "edition_url": "http://x.example/%Y%m%d/", "enabled": True}
    return Row(slug=slug, **defaults | values)


def planned(rows, now=NOON, catch_up_days=0):
    return [(due.slug, due.date, due.queue) for due in planner.plan(now, rows, catch_up_days=catch_up_days)]


def test_todays_edition_is_planned_as_daily():
    assert planned([row()]) == [("paper", date(2026, 3, 5), "daily")]


def test_a_paper_that_is_not_enabled_is_not_planned():
    assert planned([row(enabled=False)]) == []


def test_missed_days_are_caught_up_oldest_first_behind_todays():
    assert planned([row()], catch_up_days=2) == [
        ("paper", date(2026, 3, 3), "backfill"),
        ("paper", date(2026, 3, 4), "backfill"),
        ("paper", date(2026, 3, 5), "daily"),
    ]


def test_days_without_an_edition_are_not_planned():
    paper = row(days=["tue", "thu"], no_edition=[date(2026, 3, 5)])
    assert planned([paper], catch_up_days=7) == [
        ("paper", date(2026, 2, 26), "backfill"),
        ("paper", date(2026, 3, 3), "backfill"),
    ]


def test_each_paper_has_its_own_today():
    night = datetime(2026, 3, 4, 20, 0, tzinfo=UTC)
    rows = [row("east"), row("west", time_zone="America/New_York")]
    assert planned(rows, night) == [("east", date(2026, 3, 5), "daily"), ("west", date(2026, 3, 4), "daily")]


def test_the_moments_of_an_edition_are_its_calendars():
    (due,) = planner.plan(NOON, [row(expected="05:30", deadline="18:00")], catch_up_days=0)
    assert due.expected_at == datetime(2026, 3, 4, 21, 30, tzinfo=UTC)
    assert due.deadline_at == datetime(2026, 3, 5, 10, 0, tzinfo=UTC)


def test_an_edition_of_tomorrow_asked_for_by_hand_goes_with_todays():
    assert planner.edition(row(), date(2026, 3, 6), NOON).queue == "daily"
    assert planner.edition(row(), date(2019, 3, 6), NOON).queue == "backfill"


def test_planning_twice_is_the_same_plan():
    rows = [row("a"), row("b", days=["thu"])]
    assert planned(rows, catch_up_days=3) == planned(rows, catch_up_days=3)
