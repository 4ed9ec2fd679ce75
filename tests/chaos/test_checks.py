"""The checks of the chaos runs find what they look for: each damage to a sound database is told."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, select, update

from tests.chaos import history, truth
from tests.chaos.truth import Planned
from tests.conftest import wait_until
from tests.worker.conftest import DAY, SLUG, _clean_site, open_edition  # noqa: F401  # fixtures
from worker import ingest
from worker.domain import PageState, State
from worker.job import Job
from worker.store import heartbeats, moves
from worker.store.moves import Change
from worker.store.tables import Article, Edition, Event, Revision

# What is looked for is the same on every database.
pytestmark = [
    pytest.mark.usefixtures("_clean_site"),
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
]

WHOLE = [Planned(SLUG, DAY)]


@pytest.fixture
def edition(services, site, open_edition) -> int:  # noqa: F811  # the fixture
    edition_id = open_edition()
    for page in ingest.index(services, edition_id).pages:
        ingest.page(services, page)
    ingest.finish(services, edition_id)
    found = truth.compare(services.database, site, WHOLE)
    assert (found.lost, found.doubled, found.wrong) == ([], [], [])
    assert history.illegal(services.database, [DAY]) == []
    return edition_id


def compared(services, site, planned=WHOLE) -> truth.Compared:
    return truth.compare(services.database, site, planned)


def one_article(session) -> Article:
    """One that is no half of a jump."""
    joined = select(Article.joined_into).where(Article.joined_into.is_not(None))
    return session.scalars(select(Article).where(Article.joined_into.is_(None), Article.id.not_in(joined))).first()


def test_an_article_that_is_not_there_is_lost(services, site, edition):
    with services.database.begin() as session:
        article = one_article(session)
        session.execute(delete(Revision).where(Revision.article_id == article.id))
        session.execute(delete(Article).where(Article.id == article.id))
    assert [article.key in line for line in compared(services, site).lost] == [True]


@pytest.mark.parametrize("damage", [{"title": "另一个标题"}, {"paragraphs": []}])
def test_an_article_that_says_something_else_is_lost(services, site, edition, damage):
    with services.database.begin() as session:
        article = session.scalars(select(Article).join(Revision).where(Revision.kind == "article")).first()
        session.execute(update(Revision).where(Revision.article_id == article.id).values(**damage))
    assert [article.key in line for line in compared(services, site).lost] == [True]


def test_an_article_that_was_withdrawn_is_lost(services, site, clock, edition):
    with services.database.begin() as session:
        one_article(session).withdrawn_at = clock()
    assert len(compared(services, site).lost) == 1


def test_an_article_that_nobody_published_and_a_needless_revision_are_doubles(services, site, edition):
    with services.database.begin() as session:
        article = one_article(session)
        values = {column.name: getattr(article, column.name) for column in Article.__table__.columns}
        other = Article(**values | {"id": None, "key": f"{article.key}?again"})
        session.add(other)
        session.flush()
        said = session.scalars(select(Revision).where(Revision.article_id == article.id)).one()
        for article_id, number in ((article.id, 2), (other.id, 1)):
            columns = {column.name: getattr(said, column.name) for column in Revision.__table__.columns}
            session.add(Revision(**columns | {"id": None, "article_id": article_id, "number": number}))
    assert len(compared(services, site).doubled) == 2


def test_an_edition_that_is_not_there_or_ended_otherwise_is_told(services, site, edition):
    tomorrow = Planned(SLUG, DAY + timedelta(days=1))
    assert compared(services, site, [tomorrow]).lost == [f"{tomorrow}: has no row"]
    assert len(compared(services, site, [Planned(SLUG, DAY, State.PARTIAL)]).wrong) == 1


@pytest.mark.parametrize("change", [{"to_state": State.SKIPPED}, {"from_state": State.WAITING}])
def test_events_that_no_machine_allows_are_told(services, edition, change):
    with services.database.begin() as session:
        query = select(Event.id).where(Event.page_id.is_(None), Event.to_state == State.PROCESSING)
        session.execute(update(Event).where(Event.id == session.scalars(query).one()).values(**change))
    assert history.illegal(services.database, [DAY])


def test_a_state_that_no_event_tells_of_is_told(services, edition):
    with services.database.begin() as session:
        session.execute(update(Edition).where(Edition.id == edition).values(state=State.PARTIAL))
    assert len(history.illegal(services.database, [DAY])) == 1


@pytest.mark.parametrize(("ticks", "late"), [(2, False), (3, True)])
def test_a_take_over_that_lets_ticks_pass_is_late(services, clock, settings, open_edition, ticks, late):  # noqa: F811
    page_id = ingest.index(services, open_edition()).pages[0]
    watch = history.Watch(services.database)
    watch.start()
    job = Job.claim_page(services, page_id, even_if_not_due=True)
    seen = (job.lease.table, page_id, job.lease.token)
    wait_until(lambda: seen in watch._ends, 20, "the lease to be seen")
    clock.forward(seconds=settings.lease_seconds)
    for number in range(1, ticks + 1):
        clock.forward(seconds=1)
        with services.database.begin() as session:
            heartbeats.beat(session, services.actor, clock(), 0.5, {})
        wait_until(lambda number=number: len(watch._ticks) == number, 20, "the tick to be seen")
    with services.database.begin() as session:
        change = Change(actor="tick:test", at=clock(), reason="its worker died")
        moves.move_page(session, page_id, PageState.PENDING, change, next_attempt_at=clock())
    (taken,) = watch.take_overs([DAY])
    watch.close()
    assert (taken.ticks, taken.late) == (ticks, late)
    assert taken.after == timedelta(seconds=ticks)
