from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from scheduler.calendar import Calendar


def calendar(zone="Asia/Shanghai", **values):
    defaults = {"days": "daily", "no_edition": frozenset(), "expected": time(6), "deadline": time(20)}
    return Calendar(zone=ZoneInfo(zone), **defaults | values)


def utc(*parts):
    return datetime(*parts, tzinfo=UTC)


def test_a_daily_paper_appears_every_day():
    week = [date(2026, 3, 2) + timedelta(days=day) for day in range(7)]
    assert all(calendar().appears(day) for day in week)


def test_a_paper_of_some_weekdays_appears_on_those():
    paper = calendar(days=("mon", "thu", "sun"))
    week = [date(2026, 3, 2) + timedelta(days=day) for day in range(7)]  # from a Monday
    assert [paper.appears(day) for day in week] == [True, False, False, True, False, False, True]


def test_a_single_day_without_an_edition_is_none():
    paper = calendar(no_edition=frozenset({date(2026, 2, 17)}))
    assert not paper.appears(date(2026, 2, 17))
    assert paper.appears(date(2026, 2, 18))


def test_a_paper_that_never_appears_never_does():
    assert not any(calendar(days=()).appears(date(2026, 3, day)) for day in range(1, 32))


def test_times_are_the_papers_own():
    assert calendar().expected_at(date(2026, 3, 5)) == utc(2026, 3, 4, 22)
    assert calendar().deadline_at(date(2026, 3, 5)) == utc(2026, 3, 5, 12)


@pytest.mark.parametrize(
    ("now", "today"),
    [
        (utc(2026, 3, 4, 15, 59, 59), date(2026, 3, 4)),
        (utc(2026, 3, 4, 16), date(2026, 3, 5)),
        (utc(2026, 12, 31, 16), date(2027, 1, 1)),
        (utc(2028, 2, 28, 16), date(2028, 2, 29)),
        (utc(2026, 2, 28, 16), date(2026, 3, 1)),
    ],
)
def test_today_is_the_date_in_the_papers_zone(now, today):
    assert calendar().today(now) == today


def test_today_may_be_yesterday_in_the_west():
    assert calendar("America/New_York").today(utc(2026, 3, 5, 4, 59)) == date(2026, 3, 4)
    assert calendar("Pacific/Kiritimati").today(utc(2026, 3, 5, 10)) == date(2026, 3, 6)


@pytest.mark.parametrize(
    ("zone", "day", "clock", "moment"),
    [
        # Summer time begins: the day before, the day itself after the gap, and within the gap.
        ("Europe/Berlin", date(2026, 3, 28), time(6), utc(2026, 3, 28, 5)),
        ("Europe/Berlin", date(2026, 3, 29), time(6), utc(2026, 3, 29, 4)),
        ("Europe/Berlin", date(2026, 3, 29), time(2, 30), utc(2026, 3, 29, 1, 30)),
        ("America/New_York", date(2026, 3, 8), time(6), utc(2026, 3, 8, 10)),
        ("America/New_York", date(2026, 3, 8), time(2, 30), utc(2026, 3, 8, 7, 30)),
        # It ends: the hour that comes twice is its first pass.
        ("Europe/Berlin", date(2026, 10, 25), time(2, 30), utc(2026, 10, 25, 0, 30)),
        ("Europe/Berlin", date(2026, 10, 25), time(6), utc(2026, 10, 25, 5)),
        ("America/New_York", date(2026, 11, 1), time(1, 30), utc(2026, 11, 1, 5, 30)),
        # China had summer time once; a backfill of 1988 goes by it.
        ("Asia/Shanghai", date(1988, 7, 1), time(6), utc(1988, 6, 30, 21)),
    ],
)
def test_a_change_of_summer_time_moves_no_edition(zone, day, clock, moment):
    assert calendar(zone, expected=clock).expected_at(day) == moment


@given(
    day=st.dates(date(1990, 1, 1), date(2040, 12, 31)),
    zone=st.sampled_from(["Asia/Shanghai", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "UTC"]),
    clock=st.times(),
)
@hypothesis_settings(max_examples=200, database=None)
def test_an_edition_is_expected_on_its_own_day_and_before_its_deadline(day, zone, clock):
    paper = calendar(zone, expected=clock.replace(tzinfo=None), deadline=time(23, 59, 59, 999999))
    assert paper.today(paper.expected_at(day)) == day
    assert paper.expected_at(day) <= paper.deadline_at(day)
    assert paper.expected_at(day).utcoffset() == timedelta(0)
