"""What ingestion makes of pages that are not what they should be: gates are never stored, general rules are counted."""

import pytest
from sqlalchemy import select

from tests.site import Site
from tests.worker.test_ingest import DAY, SLUG, run
from worker import ingest
from worker.domain import PageState, State
from worker.store import editions
from worker.store.tables import Article, Page, Revision

pytestmark = pytest.mark.usefixtures("_clean_site")


def articles(services):
    with services.database.read() as session:
        return session.scalars(select(Article)).all()


def test_articles_that_no_selector_finds_are_stored_flagged_and_counted(services, site, open_edition):
    site.redesign(r"/Articel01.*\.htm$")
    edition_id = open_edition(SLUG)
    ingest.index(services, edition_id)
    with services.database.read() as session:
        first = editions.pages_of(session, edition_id)[0].id
    outcome = ingest.page(services, first)
    assert outcome.state in {PageState.DONE, PageState.PARTIAL}
    assert "by general rules" in outcome.text
    with services.database.read() as session:
        flagged = [one for one in session.scalars(select(Revision)) if "fallback" in one.flags]
    assert flagged
    assert f"{len(flagged)} by general rules" in outcome.text
    expected = {text for item in site.expected(SLUG, DAY) if item["page"] == "01" for text in item["paragraphs"]}
    assert all(text in expected for one in flagged for text in one.paragraphs if len(text) > 40)


@pytest.mark.parametrize("gate", ["block", "login", "gate"])
def test_a_gate_in_an_articles_place_is_waited_for_and_never_stored(services, site, open_edition, gate):
    items = (item for item in site.expected(SLUG, DAY) if item["page"] == "01" and item["kind"] == "article")
    gated = next(item for item in items if not item["key"] and not item["continues"])
    getattr(site, gate)(gated["url"].rpartition("/")[2])
    edition_id = open_edition(SLUG)
    run(services, edition_id)
    with services.database.read() as session:
        page = session.scalars(select(Page).where(Page.edition_id == edition_id).order_by(Page.position)).first()
    assert page.state is PageState.PENDING
    assert gated["url"] in page.error
    with services.database.read() as session:
        assert gated["title"] not in {one.title for one in session.scalars(select(Revision))}


@pytest.mark.parametrize("gate", ["block", "login", "gate"])
def test_a_gate_in_an_indexs_place_is_tried_again_and_says_so(services, site, open_edition, gate):
    getattr(site, gate)("Page01")
    edition_id = open_edition(SLUG)
    edition = run(services, edition_id)
    assert edition.state is State.SCHEDULED
    assert "answers with a" in edition.error
    assert articles(services) == []
    assert edition.next_attempt_at is not None


def test_an_index_that_says_it_is_not_there_is_not_published_yet(services, site, open_edition):
    site.not_yet(SLUG, DAY, "missing")
    edition = run(services, open_edition(SLUG))
    site.publish(SLUG, DAY)
    assert edition.state is State.WAITING


def test_two_editions_of_one_day_stand_side_by_side(services, site, open_edition):
    with Site() as elsewhere:
        elsewhere.correct(SLUG, DAY, 1, "号外才有的一段话。")
        usual, extra = open_edition(SLUG), open_edition(SLUG, label="号外", index_url=elsewhere.edition_url(SLUG, DAY))
        assert usual != extra
        first, second = run(services, usual), run(services, extra)
        rows = elsewhere.requests
    assert (first.label, second.label) == ("", "号外")
    assert first.state is second.state is State.COMPLETE
    assert first.articles == second.articles > 0
    assert rows
    with services.database.read() as session:
        added = [one for one in session.scalars(select(Revision)) if "号外才有的一段话。" in one.paragraphs]
    assert len(added) == 1
