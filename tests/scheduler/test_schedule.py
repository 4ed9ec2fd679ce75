from datetime import date

import pytest
from pydantic import ValidationError

from scheduler.schedule import Schedule


@pytest.mark.parametrize(
    ("days", "appears"),
    [
        ("daily", [1, 2, 3, 4, 5, 6, 7, 8]),
        ("weekdays", [2, 3, 4, 5, 6]),
        ("fri", [6]),
        (["mon", "fri"], [2, 6]),
        ([date(2026, 3, 3)], [3]),
        ([], []),
    ],
)
def test_the_ways_to_say_on_which_days(days, appears):
    calendar = Schedule(days=days).calendar
    assert [day for day in range(1, 9) if calendar.appears(date(2026, 3, day))] == appears


@pytest.mark.parametrize(
    ("key", "value", "says"),
    [
        ("days", "mondays", "write daily, weekdays, a weekday"),
        ("days", ["mon", date(2026, 3, 3)], "write daily"),
        ("days", 7, "write daily"),
        ("holidays", "cn", "two letters, such as CN"),
        ("time_zone", "China", "no such time zone"),
        ("expected_pages", 0, "greater than or equal to 1"),
    ],
)
def test_what_is_wrong_is_one_clear_line(key, value, says):
    with pytest.raises(ValidationError) as error:
        Schedule(**{key: value})
    assert any(says in problem["msg"] for problem in error.value.errors())


def test_pages_may_be_one_number_or_go_by_weekday():
    wednesday, thursday = date(2026, 3, 4), date(2026, 3, 5)
    every, some = Schedule(expected_pages=8).calendar, Schedule(expected_pages={"wed": 12}).calendar
    assert [calendar.expected_pages(day) for calendar in (every, some) for day in (wednesday, thursday)] == [
        *(8, 8, 12, None),
    ]
