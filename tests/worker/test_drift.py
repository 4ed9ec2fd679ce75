"""Drift on invented histories: what is found out, what is left alone, and what the words say."""

import random
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import histories
from tests.histories import START, Paper
from worker.domain import Profile
from worker.drift import LEAST_HISTORY, Past, deviations, in_words

DAILY = Paper(pages=(8,) * 7, per_page=6, titled=0.95, signed=0.5, bodied=0.9, fallback=0, length=500)


@st.composite
def profiles(draw):
    articles = draw(st.integers(0, 10_000))
    counts = {name: draw(st.integers(0, articles)) for name in ("titled", "signed", "bodied", "fallback")}
    pages, length = draw(st.integers(0, 200)), draw(st.floats(0, 1e6))
    return Profile(pages=pages, articles=articles, body_length=length, **counts)


def names(found):
    return {one.measure.name for one in found}


def test_ordinary_editions_are_hardly_ever_suspect():
    alarms, judged = histories.false_alarms(60, 150)
    assert alarms / judged < 1 / 250


@pytest.mark.parametrize(
    ("fault", "least"),
    [
        ("title selector dead", 0.97),
        ("body selector dead", 0.95),
        ("half the pages gone", 0.88),
        ("text length collapsed", 0.97),
        ("whole page taken for the body", 0.97),
        ("fallback share up", 0.9),
    ],
)
def test_a_changed_site_is_found_out_on_its_first_day(fault, least):
    found, papers = histories.detected(fault, 120, 60)
    assert found / papers >= least


@pytest.mark.parametrize("fault", histories.FAULTS)
def test_no_edition_is_compared_with_too_short_a_history(fault):
    assert histories.detected(fault, 30, LEAST_HISTORY - 1)[0] == 0


def test_a_double_issue_is_not_drift():
    past = histories.history(random.Random(3), DAILY, 40)
    double = histories.edition(random.Random(4), replace(DAILY, pages=(16,) * 7), START)
    assert deviations(past[-1].date + timedelta(days=1), double, past) == []


def test_thin_sundays_are_usual_on_sundays_and_unusual_on_mondays():
    rng = random.Random(5)
    one = replace(DAILY, pages=(16, 16, 16, 16, 16, 16, 4))
    past = histories.history(rng, one, 20)
    days = (past[-1].date + timedelta(days=ahead) for ahead in range(1, 8))
    by_weekday = {day.weekday(): day for day in days}
    thin = replace(histories.edition(rng, one, by_weekday[6]), pages=4)
    assert "pages" not in names(deviations(by_weekday[6], thin, past))
    assert "pages" in names(deviations(by_weekday[0], thin, past))


def test_a_eighth_of_bad_editions_in_the_history_hides_nothing():
    past = histories.history(random.Random(6), DAILY, 50)
    spoilt = [
        replace(item, profile=replace(item.profile, titled=0)) if not at % 8 else item for at, item in enumerate(past)
    ]
    today = replace(past[-1].profile, titled=0)
    assert "titled" in names(deviations(past[-1].date, today, spoilt[:-1]))


def test_the_words_name_the_measure_its_value_and_what_is_usual():
    past = histories.history(random.Random(7), DAILY, 30)
    found = deviations(past[-1].date, replace(past[-1].profile, titled=0), past[:-1])
    text = in_words(found, len(past) - 1)
    assert text.startswith("unlike its own 29 editions: articles with a title 0 % (usually ")
    assert "to 100 %" in text
    assert "\n" not in text


@given(profiles(), st.lists(profiles(), max_size=30), st.integers(0, 400))
def test_any_numbers_are_compared_without_an_error(profile, others, ahead):
    history = [Past(date=START + timedelta(days=at), profile=other) for at, other in enumerate(others)]
    for one in deviations(START + timedelta(days=ahead), profile, history):
        assert str(one)
        assert not one.low <= one.value <= one.high


@given(profiles())
def test_an_edition_like_all_the_others_is_never_unusual(profile):
    history = [Past(date=START + timedelta(days=at), profile=profile) for at in range(20)]
    assert deviations(START, profile, history) == []
