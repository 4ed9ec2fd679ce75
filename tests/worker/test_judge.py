import itertools

import pytest

from worker.domain import ENDED, MOVES, PAGE_ENDED, PageState, State
from worker.judge import PageResult, judge


def page(number, state=PageState.DONE, error=None):
    return PageResult(number=number, state=state, error=error)


def test_all_pages_stored_is_complete():
    assert judge([page("01"), page("02")], 7) == (State.COMPLETE, None)


@pytest.mark.parametrize("state", [PageState.PARTIAL, PageState.FAILED])
def test_one_bad_page_makes_it_partial_and_says_which_and_why(state):
    assert judge([page("01"), page("02", state, "HTTP 404"), page("A3")], 7) == (State.PARTIAL, "page 02: HTTP 404")


def test_a_bad_page_without_a_reason_is_named_with_its_state():
    assert judge([page("01", PageState.FAILED), page("02")], 1) == (State.PARTIAL, "page 01: failed")


def test_every_bad_page_is_named():
    _, why = judge([page("01", PageState.FAILED, "a"), page("02", PageState.PARTIAL, "b"), page("03")], 1)
    assert why == "page 01: a; page 02: b"


def test_nothing_stored_is_failed_whatever_the_pages_say():
    assert judge([page("01"), page("02")], 0) == (State.FAILED, "no articles on any of 2 pages")
    assert judge([page("01", PageState.FAILED, "HTTP 500")], 0) == (State.FAILED, "page 01: HTTP 500")
    assert judge([], 0) == (State.FAILED, "no pages")


def test_an_edition_without_pages_is_failed_even_if_old_articles_stand():
    assert judge([], 5) == (State.FAILED, "no pages")


def test_every_verdict_is_an_end_that_processing_may_reach_and_only_complete_has_no_reason():
    for states in itertools.product(PAGE_ENDED, repeat=2):
        for articles in (0, 1):
            state, why = judge([page(str(number), each) for number, each in enumerate(states)], articles)
            assert state in ENDED & MOVES[State.PROCESSING]
            assert (why is None) == (state is State.COMPLETE)
