"""Failures that are one fault have one fingerprint, and others have others."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.exc import OperationalError

from worker import faults
from worker.domain import Failure
from worker.errors import Blocked, FetchFailed, FetchRefused, HostResting, LayoutChanged, NotPublished, RobotsRefused
from worker.faults import Fault


def caught(raise_it):
    try:
        raise_it()
    except Exception as error:  # noqa: BLE001  # the error is what is wanted
        return error
    raise AssertionError


def of(error):
    return faults.of(error)


@pytest.mark.parametrize(
    ("error", "failure"),
    [
        (FetchFailed("u: HTTP 503"), Failure.PASSING),
        (HostResting("h", datetime(2026, 3, 5, tzinfo=UTC), "it was down"), Failure.PASSING),
        (FetchRefused("u: HTTP 404"), Failure.FINAL),
        (LayoutChanged("http://h/a", "title"), Failure.SITE_CHANGED),
        (Blocked("u: a captcha"), Failure.BLOCKED),
        (RobotsRefused("u: robots.txt"), Failure.BLOCKED),
        (ZeroDivisionError(), Failure.BUG),
        (OperationalError("SELECT", {}, Exception("gone")), Failure.PASSING),
    ],
)
def test_every_error_has_its_sort(error, failure):
    fault = of(error)
    assert fault.failure is failure
    assert len(fault.fingerprint) == 10


def test_an_edition_that_is_not_out_has_no_fault():
    assert of(NotPublished("HTTP 404")) == faults.NONE


@given(day=st.dates(date(1990, 1, 1), date(2040, 1, 1)), page=st.integers(1, 64), number=st.integers(1, 10**9))
def test_the_same_fault_of_many_editions_is_one(day, page, number):
    def texts(day, page, number):
        host = "http://epaper1.example.org"
        return [
            f"{host}/{day:%Y%m/%d}/node_{page:02}.html: HTTP 404",
            f"{host}/{day:%Y-%m-%d}/Page{page:02}JQ.htm?id={number}: HTTP 503",
            f"page A{page:02}: {host}/c/{number:032x}.html: reset by peer",
            f"{host}/ serves the edition of {day}",
            f"h is left alone until {day} 03:04:{page:02} UTC: it was down",
        ]

    for one, other in zip(texts(day, page, number), texts(date(2026, 3, 5), 1, 7), strict=True):
        assert faults.of_text(Failure.FINAL, one) == faults.of_text(Failure.FINAL, other), (one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("http://a.example/1: HTTP 404", "http://a.example/1: HTTP 503"),
        ("http://a1.example/1: HTTP 404", "http://a2.example/1: HTTP 404"),
        ("http://a.example/1: HTTP 404", "http://a.example/1: reset by peer"),
    ],
)
def test_other_faults_are_others(one, other):
    assert faults.of_text(Failure.FINAL, one) != faults.of_text(Failure.FINAL, other)
    assert faults.of_text(Failure.FINAL, one) != faults.of_text(Failure.PASSING, one)


def test_a_changed_layout_is_told_by_its_field():
    title = of(LayoutChanged("http://h.example/20260305/a1.htm", "title"))
    assert title == of(LayoutChanged("http://h.example/20260306/a2.htm", "title"))
    assert title != of(LayoutChanged("http://h.example/20260305/a1.htm", "date"))


def test_our_bug_is_told_by_its_place_and_not_by_what_it_choked_on():
    def broken(what):
        return caught(lambda: faults.of_text(Failure.FINAL, what))

    assert of(broken(3)) == of(broken(4.5))
    assert of(broken(3)).failure is Failure.BUG
    assert of(broken(3)) != of(caught(lambda: faults.worst(3)))
    assert of(caught(lambda: {}["张三"])) == of(caught(lambda: {}["李四"]))


def test_the_worst_fault_names_the_edition():
    kinds = [Fault(failure=failure, fingerprint=str(number)) for number, failure in enumerate(Failure)]
    assert faults.worst([*kinds, faults.NONE]).failure is Failure.BUG
    assert faults.worst([faults.NONE, kinds[0]]) == kinds[0]
    assert faults.worst([]) == faults.NONE


def test_every_sort_of_failure_has_its_rank():
    assert set(faults.SEVERITY) == set(Failure)
