"""Editions judged by their own history in real databases: suspect, accepted, and what counts as history."""

from datetime import timedelta

import pytest

from tests.factories import DAY, make_capture, make_edition, make_found, make_page, make_publication
from worker import ingest
from worker.domain import PageState, State
from worker.store import articles, moves, profiles
from worker.store.moves import Change
from worker.store.tables import Edition, Page, ProfileRow

USUAL = {"pages": 2, "articles": 20, "titled": 20, "signed": 8, "bodied": 18, "fallback": 0, "body_length": 400.0}


@pytest.fixture
def publication(services):
    return make_publication(services)


@pytest.fixture
def past(services, publication):
    """A function that makes ended editions before (or after) the day, each with its profile."""

    def make(count, *, state=State.COMPLETE, first=1, **profile):
        for back in range(first, first + count):
            edition_id = make_edition(
                services, state=state, publication_id=publication, date=DAY - timedelta(days=back), next_attempt_at=None
            )
            values = {"source": "web", "accepted": False, "starts_history": False, **USUAL, **profile}
            with services.database.begin() as session:
                session.add(ProfileRow(edition_id=edition_id, made_at=services.clock(), **values))

    return make


@pytest.fixture
def finish(services, publication):
    """A function that finishes the day's edition: two pages of ten articles with that content; gives its row."""

    def call(*, edition_id=None, source="web", **content):
        edition_id = edition_id or make_edition(services, state=State.PROCESSING, publication_id=publication)
        fields = {"reporters": ("沈知行",), "paragraphs": ("文" * 400,)} | content
        for number in (1, 2):
            page_id = make_page(services, edition_id, state=PageState.DONE, position=number, source=source)
            found = [
                make_found(make_capture(services, edition_id), f"/{number}_{place}.htm", position=place, **fields)
                for place in range(10)
            ]
            with services.database.begin() as session:
                articles.store(session, session.get_one(Page, page_id), found, services.clock(), whole=True)
        ingest.finish(services, edition_id)
        return row(services, edition_id)

    return call


def row(services, edition_id):
    with services.database.read() as session:
        return session.get_one(Edition, edition_id)


def profile_of(services, edition_id):
    with services.database.read() as session:
        return session.get_one(ProfileRow, edition_id)


def again(services, edition_id):
    """The edition read again with the same result."""
    change = Change(actor="operator:test", at=services.clock(), reason="opened again")
    with services.database.begin() as session:
        moves.move_edition(session, edition_id, State.PROCESSING, change)
    ingest.finish(services, edition_id)
    return row(services, edition_id)


def test_an_edition_like_its_history_is_complete_and_its_profile_is_kept(services, past, finish):
    past(20)
    edition = finish()
    assert (edition.state, edition.error) == (State.COMPLETE, None)
    kept = profile_of(services, edition.id)
    assert (kept.pages, kept.articles, kept.titled, kept.bodied, kept.fallback) == (2, 20, 20, 20, 0)
    assert (kept.signed, kept.body_length, kept.source) == (20, 400, "web")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ({"title": None}, "articles with a title 0 % (usually 80 % to 100 %)"),
        ({"paragraphs": (), "captions": ("图",)}, "articles with a body 0 %"),
        ({"paragraphs": ("短。",)}, "characters a body 2"),
        ({"flags": ("fallback",)}, "articles read without the template 100 %"),
    ],
)
def test_an_edition_unlike_its_history_is_suspect_and_all_of_it_is_stored(services, past, finish, content, words):
    past(20)
    edition = finish(**content)
    assert edition.state is State.SUSPECT
    assert edition.error.startswith("unlike its own 20 editions: ")
    assert words in edition.error
    assert edition.articles == 20
    assert profile_of(services, edition.id).articles == 20


def test_a_publications_first_editions_are_not_suspect(past, finish):
    past(11)
    assert finish(title=None).state is State.COMPLETE


def test_only_complete_editions_of_the_web_nearby_are_history(past, finish):
    past(20, state=State.SUSPECT)
    past(20, first=30, state=State.PARTIAL)
    past(20, first=60, source="text")
    past(20, first=200)
    assert finish(title=None).state is State.COMPLETE


def test_a_backfill_is_compared_with_the_editions_after_it(past, finish):
    past(20, first=-25)
    assert finish(title=None).state is State.SUSPECT


def test_page_dumps_are_compared_with_nothing(services, past, finish):
    past(20)
    edition = finish(source="text", title=None)
    assert edition.state is State.COMPLETE
    assert profile_of(services, edition.id).source == "text"


def test_what_an_operator_accepted_stays_complete_until_it_looks_otherwise(services, past, finish):
    past(20)
    edition = finish(title=None)
    change = Change(actor="operator:test", at=services.clock(), reason="sound")
    with services.database.begin() as session:
        moves.move_edition(session, edition.id, State.COMPLETE, change, error=None)
        profiles.accept(session, edition.id, starts_history=False)
    assert again(services, edition.id).state is State.COMPLETE
    with services.database.begin() as session:
        session.get_one(ProfileRow, edition.id).body_length = 1.0
    assert again(services, edition.id).state is State.SUSPECT
    assert again(services, edition.id).state is State.SUSPECT


def test_from_an_edition_that_starts_a_history_on_nothing_older_counts(services, publication, past, finish):
    past(20, first=2)
    past(1, first=1, starts_history=True, titled=0)
    assert finish(title=None).state is State.COMPLETE
    with services.database.read() as session:
        days = [day for day, _ in profiles.history(session, publication, DAY - timedelta(days=30))]
    assert len(days) == 20
    assert max(days) == DAY - timedelta(days=2)


def test_a_second_reading_that_fails_leaves_a_suspect_edition_suspect(services, past, finish):
    past(20)
    edition = finish(title=None)
    change = Change(actor="operator:test", at=services.clock(), reason="opened again")
    with services.database.begin() as session:
        moves.move_edition(session, edition.id, State.SCHEDULED, change, next_attempt_at=change.at)
    ingest.index(services, edition.id, by_hand=True)
    read = row(services, edition.id)
    assert read.state is State.SUSPECT
    assert "127.0.0.1" in read.error
