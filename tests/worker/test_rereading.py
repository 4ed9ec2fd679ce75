"""An edition is read again for late pages and corrections: what stands stays, whatever the second reading meets."""

from datetime import date, timedelta

import pytest
from sqlalchemy import delete, select, text, update

from scheduler.sweep import sweep
from tests.worker.test_ingest import DAY, SLUG, count, exported, row, run
from worker import ingest
from worker.domain import Failure, PageState, State
from worker.store import editions
from worker.store.tables import Article, Edition, Event, Page, Revision

pytestmark = pytest.mark.usefixtures("_clean_site")


def seen_downstream(services, edition_id):
    with services.database.read() as session:
        query = text("SELECT state FROM current_editions WHERE id = :id")
        state = session.execute(query, {"id": edition_id}).scalar_one()
        listed = session.execute(text("SELECT DISTINCT edition_state FROM current_articles")).scalars().all()
    assert listed in ([state], [])
    return state


def swept(services):
    return services.database.run(lambda session: sweep(session, services)).read_again


def test_it_is_read_again_once_some_hours_later_and_nothing_new_stores_nothing(services, clock, open_edition):
    edition_id = open_edition()
    first = run(services, edition_id)
    assert first.reread_at == first.arrived_at + timedelta(hours=services.settings.reread_hours)
    stored = count(services, Article), count(services, Revision)
    assert swept(services) == 0
    clock.forward(hours=6)
    assert swept(services) == 1
    assert swept(services) == 0, "twice is the same as once"
    assert seen_downstream(services, edition_id) == "complete"
    second = run(services, edition_id)
    assert (second.state, second.settled, second.error, second.reread_at) == (State.COMPLETE, None, None, None)
    assert (count(services, Article), count(services, Revision)) == stored
    assert second.arrived_at == first.arrived_at


@pytest.mark.parametrize("fault", ["fail", "reset", "garbage", "block"])
@pytest.mark.parametrize("place", ["Page01", "Page02", "Articel01002"])
def test_a_second_reading_that_fails_changes_nothing_that_downstream_sees(
    services, site, clock, settings, open_edition, fault, place
):
    edition_id = open_edition()
    run(services, edition_id)
    before = exported(services)
    clock.forward(hours=6)
    swept(services)
    getattr(site, fault)(place)
    for _ in range(settings.max_attempts + 1):
        edition = run(services, edition_id)
        assert seen_downstream(services, edition_id) == "complete"
        clock.forward(hours=2)
    assert (edition.state, edition.settled, edition.error, edition.failure) == (State.COMPLETE, None, None, None)
    assert exported(services) == before
    with services.database.read() as session:
        pages = editions.pages_of(session, edition_id)
        assert {page.state for page in pages} == {PageState.DONE}
        assert {page.error for page in pages} == {None}
        told = session.scalars(select(Event.reason).where(Event.edition_id == edition_id)).all()
    assert any(place in reason for reason in told), "the events say that it could not be read again"


@pytest.mark.parametrize("how", ["404", "yesterday", "empty"])
def test_an_edition_that_is_withdrawn_from_the_site_stays_what_it_was(services, site, clock, open_edition, how):
    edition_id = open_edition()
    run(services, edition_id)
    clock.forward(hours=6)
    swept(services)
    site.not_yet(SLUG, DAY, how)
    edition = run(services, edition_id)
    site.publish(SLUG, DAY)
    assert (edition.state, edition.settled, edition.reread_at) == (State.COMPLETE, None, None)


def test_a_worker_that_dies_at_every_second_reading_leaves_what_stands(services, clock, settings, open_edition):
    edition_id = open_edition()
    run(services, edition_id)
    clock.forward(hours=6)
    swept(services)
    page_id = ingest.index(services, edition_id).pages[0]
    for _ in range(settings.max_attempts):
        ingest.Job.claim_page(services, page_id, even_if_not_due=True)
        clock.forward(seconds=settings.lease_seconds + 1)
        swept(services)
    with services.database.read() as session:
        page = session.get_one(Page, page_id)
    assert (page.state, page.settled, page.error) == (PageState.DONE, None, None)


def test_a_backfilled_edition_is_not_read_again(services, open_edition):
    edition_id = open_edition()
    with services.database.begin() as session:
        session.execute(update(Edition).values(queue="backfill"))
    assert run(services, edition_id).reread_at is None


@pytest.mark.parametrize(("hours", "read_again"), [(0, False), (2, True)])
def test_a_newspapers_own_hours_go_before_the_setting(services, clock, open_edition, hours, read_again):
    edition_id = open_edition(reread_hours=hours)
    assert (run(services, edition_id).reread_at is not None) is read_again
    clock.forward(hours=2)
    assert swept(services) == int(read_again)


def weeks_before(services, edition_id, pages, weeks=4):
    """Complete editions of the same weekday before it, with so many pages each."""
    with services.database.begin() as session:
        edition = session.get_one(Edition, edition_id)
        for week in range(1, weeks + 1):
            old = Edition(
                publication_id=edition.publication_id, date=edition.date - timedelta(weeks=week), state=State.COMPLETE,
                queue="daily", expected_at=edition.expected_at, deadline_at=edition.deadline_at, pages=pages,
                created_at=services.clock(), updated_at=services.clock(),
            )  # fmt: skip
            session.add(old)
            session.flush()
            session.add_all(
                Page(
                    edition_id=old.id, number=f"{number:02}", position=number, state=PageState.DONE, source="web",
                    url=str(number), created_at=services.clock(), updated_at=services.clock(),
                )
                for number in range(1, pages + 1)
            )  # fmt: skip


def test_fewer_pages_than_usual_are_named_and_looked_for_until_the_deadline(services, clock, open_edition):
    edition_id = open_edition()
    pages = len(ingest.index(services, edition_id).pages)
    weeks_before(services, edition_id, pages + 2)
    edition = run(services, edition_id)
    lacking = f"pages {pages + 1:02}, {pages + 2:02} missing: usually {pages + 2} pages on a Thursday"
    assert (edition.state, edition.error, edition.failure) == (State.PARTIAL, lacking, None)
    assert edition.usual_pages == pages + 2
    looks = 0
    while edition.reread_at is not None:
        clock.now = edition.reread_at
        assert swept(services) == 1
        assert seen_downstream(services, edition_id) == "partial"
        edition = run(services, edition_id)
        looks += 1
    assert 2 <= looks <= 8, "at growing intervals"
    assert (edition.state, edition.error) == (State.PARTIAL, lacking)


def test_a_late_page_makes_a_short_edition_complete(services, clock, open_edition):
    edition_id = open_edition()
    first = ingest.index(services, edition_id).pages
    weeks_before(services, edition_id, len(first))
    late = first[-1]
    with services.database.begin() as session:
        session.execute(delete(Event).where(Event.page_id == late))
        session.execute(delete(Page).where(Page.id == late))
    edition = run(services, edition_id)
    assert edition.state is State.PARTIAL
    assert f"usually {len(first)} pages" in edition.error
    clock.now = edition.reread_at
    swept(services)
    edition = run(services, edition_id)
    assert (edition.state, edition.error, edition.pages) == (State.COMPLETE, None, len(first))


@pytest.mark.parametrize(
    ("row_says", "history", "state"),
    [
        ({"expected_pages": 40}, 0, State.PARTIAL),
        ({"expected_pages": {"thu": 40}}, 0, State.PARTIAL),
        ({"expected_pages": {"fri": 40}}, 0, State.COMPLETE),
        ({"holidays": "CN", "on_holidays": "short", "expected_pages": 40, "day": date(2026, 2, 17)}, 0, State.COMPLETE),
        ({}, 2, State.COMPLETE),
        ({}, 3, State.PARTIAL),
    ],
    ids=["set", "set for the day", "set for another day", "a holiday", "too little history", "learnt"],
)
def test_what_is_expected_is_set_or_learnt(services, open_edition, row_says, history, state):
    edition_id = open_edition(**row_says)
    ingest.index(services, edition_id)
    weeks_before(services, edition_id, 40, weeks=history)
    assert run(services, edition_id).state is state


def test_a_paper_whose_pages_vary_raises_no_alarm(services, open_edition):
    edition_id = open_edition()
    ingest.index(services, edition_id)
    weeks_before(services, edition_id, 40, weeks=8)
    with services.database.begin() as session:
        some = session.scalars(select(Edition.id).where(Edition.id != edition_id).limit(3)).all()
        session.execute(update(Edition).where(Edition.id.in_(some)).values(pages=2))
    edition = run(services, edition_id)
    assert (edition.state, edition.usual_pages) == (State.COMPLETE, 40)


def test_an_edition_on_a_day_that_the_calendar_calls_free_is_read_and_the_calendars_error_told(services, open_edition):
    edition = run(services, open_edition(no_edition=[DAY]))
    assert edition.state is State.COMPLETE
    assert edition.off_calendar
    with services.database.read() as session:
        reasons = session.scalars(select(Event.reason).where(Event.edition_id == edition.id)).all()
    assert any("its calendar has none" in reason for reason in reasons)


def test_failures_are_sorted_on_the_page_and_on_the_edition(services, site, settings, clock, open_edition):
    edition_id = open_edition()
    site.fail("Page02", status=500)
    first = ingest.index(services, edition_id)
    for _ in range(settings.max_attempts):
        for page_id in first.pages:
            ingest.page(services, page_id)
        clock.forward(hours=2)
    ingest.finish(services, edition_id)
    edition = row(services, edition_id)
    with services.database.read() as session:
        bad = session.scalars(select(Page).where(Page.state != PageState.DONE)).one()
    assert (edition.failure, edition.fingerprint) == (Failure.PASSING, bad.fingerprint)
    assert bad.failure is Failure.PASSING
