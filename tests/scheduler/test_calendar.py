from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
import structlog
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from scheduler import public_holidays
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


def test_a_paper_of_single_dates_appears_on_those():
    paper = calendar(days=frozenset({date(2026, 3, 5), date(2028, 2, 29)}))
    days = [date(2026, 3, 4), date(2026, 3, 5), date(2027, 3, 5), date(2028, 2, 29)]
    assert [paper.appears(day) for day in days] == [False, True, False, True]


def test_a_paper_of_working_days_stays_away_on_weekends():
    week = [date(2026, 3, 2) + timedelta(days=day) for day in range(7)]
    assert [calendar(days="weekdays").appears(day) for day in week] == [True] * 5 + [False] * 2


def test_chinas_holidays_and_the_working_days_moved_for_them():
    paper = calendar(days="weekdays", holidays="CN")
    assert not paper.appears(date(2026, 2, 17)), "spring festival, a Tuesday"
    assert paper.appears(date(2026, 2, 14)), "a Saturday that is worked in exchange"
    assert not paper.appears(date(2026, 3, 7)), "an ordinary Saturday"
    assert not calendar(holidays="CN").appears(date(2026, 2, 21)), "a Saturday within the festival"
    assert calendar(holidays="CN").appears(date(2026, 3, 7))


def test_chinas_holidays_beyond_the_decrees_fall_back_and_it_is_said_once():
    public_holidays.kind.cache_clear()
    public_holidays._say_once.cache_clear()
    paper = calendar(days="weekdays", holidays="CN")
    with structlog.testing.capture_logs() as said:
        assert not paper.appears(date(2049, 10, 1)), "the national day, a Friday"
        assert paper.appears(date(2049, 9, 30))
        assert not paper.appears(date(2049, 10, 9))
    assert [(line["event"], line["year"]) for line in said] == [("holidays_not_decreed", 2049)]


def test_another_countrys_holidays():
    paper = calendar("Europe/Berlin", holidays="DE")
    assert [paper.appears(date(2026, 12, day)) for day in (24, 25, 26, 27)] == [True, False, False, True]


def test_what_appears_on_a_holiday_may_be_fewer_pages_or_the_usual():
    holiday, ordinary = date(2026, 2, 17), date(2026, 3, 3)
    pages = {"tue": 8}
    short = calendar(holidays="CN", on_holidays="short", pages=pages)
    usual = calendar(holidays="CN", on_holidays="usual", pages=pages)
    assert short.appears(holiday)
    assert usual.appears(holiday)
    assert (short.expected_pages(holiday), usual.expected_pages(holiday)) == (0, 8)
    assert (short.expected_pages(ordinary), short.expected_pages(date(2026, 3, 4))) == (8, None)


def test_single_dates_go_before_every_rule():
    day = date(2026, 2, 17)
    assert calendar(holidays="CN", extra_editions=frozenset({day})).appears(day)
    assert not calendar(extra_editions=frozenset({day}), no_edition=frozenset({day})).appears(day)


def test_a_deadline_that_is_not_after_the_expected_time_is_the_next_days():
    paper = calendar(expected=time(22), deadline=time(2))
    assert paper.expected_at(date(2026, 12, 31)) == utc(2026, 12, 31, 14)
    assert paper.deadline_at(date(2026, 12, 31)) == utc(2026, 12, 31, 18)
    assert paper.deadline_at(date(2028, 2, 28)) == utc(2028, 2, 28, 18)


def test_a_deadline_in_the_gap_of_summer_time_comes_after_the_expected_time():
    paper = calendar("Europe/Berlin", expected=time(1, 59), deadline=time(2, 30))
    assert paper.expected_at(date(2026, 3, 29)) == utc(2026, 3, 29, 0, 59)
    assert paper.deadline_at(date(2026, 3, 29)) == utc(2026, 3, 29, 1, 30)
