"""A row's calendar in words: every key of a row that says when its editions appear can be read there."""

from datetime import date

import pytest

from scheduler.catalogue import Row
from scheduler.cli.almanac import in_words
from scheduler.schedule import Schedule

PLAIN = {"slug": "p", "name": "p", "family": "huaguang", "edition_url": "http://x.example/%Y%m%d/", "enabled": True}


def words(**values):
    return in_words(Row(**PLAIN | values)).split("; ")


def test_a_row_that_says_nothing_special():
    assert words() == [
        "every day",
        "out by 06:00, missing after 20:00 (Asia/Shanghai)",
        "looked for every 20 min",
        "pages as usual, learnt from those before",
    ]


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"days": "weekdays"}, "on working days"),
        ({"days": "fri"}, "on Fri"),
        ({"days": ["mon", "thu"]}, "on Mon, Thu"),
        ({"days": [date(2026, 3, 7), date(2026, 3, 5)]}, "on 2026-03-05, 2026-03-07 alone"),
        ({"days": [date(2026, 3, day) for day in range(1, 10)]}, "2026-03-06 and 3 more alone"),
        ({"holidays": "CN"}, "none on the public holidays of CN"),
        ({"holidays": "CN", "on_holidays": "short"}, "fewer pages on the public holidays of CN"),
        ({"holidays": "DE", "on_holidays": "usual"}, "also on the public holidays of DE"),
        ({"holidays": "CN", "days": "weekdays"}, "working days that are moved to a weekend"),
        ({"no_edition": ["2026-01-01"]}, "none on 2026-01-01"),
        ({"extra_editions": ["2026-02-03"]}, "also on 2026-02-03"),
        ({"expected": "23:30", "deadline": "04:00"}, "out by 23:30, missing after 04:00 of the next day"),
        ({"time_zone": "Europe/Berlin"}, "(Europe/Berlin)"),
        ({"recheck_minutes": 45}, "looked for every 45 min"),
        ({"expected_pages": 8}, "8 pages"),
        ({"expected_pages": {"wed": 8, "fri": 16}}, "pages: Wed 8, Fri 16, else learnt"),
        ({"reread_hours": 2.5}, "read again after 2.5 h"),
        ({"reread_hours": 0}, "never read again by itself"),
    ],
)
def test_each_key_is_told(values, said):
    assert said in "; ".join(words(**values))
    assert set(values) <= set(Schedule.model_fields)


def test_no_key_of_a_calendar_is_without_words():
    """A key that is added to the rows changes the sentence, or stands here with the reason why not."""
    other = {
        "time_zone": "UTC", "days": "fri", "holidays": "CN", "on_holidays": "short", "no_edition": ["2026-01-01"],
        "extra_editions": ["2026-01-01"], "expected": "07:00", "deadline": "21:00", "recheck_minutes": 7,
        "expected_pages": 3, "reread_hours": 3,
    }  # fmt: skip
    assert set(other) == set(Schedule.model_fields)
    for name, value in other.items():
        base = {"holidays": "CN"} if name == "on_holidays" else {}
        assert words(**base) != words(**base, **{name: value}), name
