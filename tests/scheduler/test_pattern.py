"""From one day's address to every day's."""

from datetime import date, timedelta
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler import catalogue
from scheduler.catalogue.pattern import edition_pattern

DAY = date(2026, 3, 5)
PACKAGED = sorted({row.edition_url for row in catalogue.load(None).rows.values()})


@pytest.mark.parametrize(
    ("url", "pattern"),
    [
        ("http://a.example/html/2026-03/05/node_1.htm", "http://a.example/html/%Y-%m/%d/node_1.htm"),
        ("http://a.example/20260305/Page01LC.htm?v=1", "http://a.example/%Y%m%d/Page01LC.htm?v=1"),
        ("http://a.example/2026/20260305/20260305_001.html", "http://a.example/2026/%Y%m%d/%Y%m%d_001.html"),
        ("http://a.example/index.html?date=2026-03-05&page=01", "http://a.example/index.html?date=%Y-%m-%d&page=01"),
        ("http://a.example/%E6%8A%A5/202603/05/n.html", "http://a.example/%%E6%%8A%%A5/%Y%m/%d/n.html"),
    ],
)
def test_a_date_becomes_its_codes(url, pattern):
    assert edition_pattern(url, DAY) == pattern


@pytest.mark.parametrize(
    "url",
    [
        "http://a.example/index.html",
        "http://a.example/2026-03/06/node_1.htm",
        "http://a.example/2026-3-5/",
        "http://a.example/120260305/",
        "http://20260305.example/",
        "http://a.example/202603051",
    ],
)
def test_another_or_no_date_makes_no_pattern(url):
    assert edition_pattern(url, DAY) is None


@given(st.sampled_from(PACKAGED), st.dates(date(2000, 1, 1), date(2099, 12, 31)))
def test_the_pattern_found_in_a_newspapers_address_gives_that_address(packaged, day):
    url = day.strftime(packaged)
    made = edition_pattern(url, day)
    if made is not None:
        assert day.strftime(made) == url
        assert (day + timedelta(days=1)).strftime(made) != url


@given(st.sampled_from([one for one in PACKAGED if "%Yn" not in one and "/%Y/%Y" not in one]))
def test_the_pattern_of_an_ordinary_day_is_the_packaged_one(packaged):
    assert edition_pattern(date(2026, 11, 25).strftime(packaged), date(2026, 11, 25)) == packaged


@given(st.text(max_size=60), st.dates())
def test_any_text_is_looked_at_without_an_error(text, day):
    made = edition_pattern(text, day)
    assert made is None or day.strftime(made) == text


def test_the_host_is_left_alone():
    made = edition_pattern("http://p20260305.example/2026-03/05/", DAY)
    assert urlsplit(made).hostname == "p20260305.example"
