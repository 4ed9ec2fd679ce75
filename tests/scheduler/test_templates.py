"""Checks over real HTTP: what they say of a sound, a changed and a silent site, and that they keep nothing."""

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from scheduler import actions, planner, register
from scheduler.catalogue import Row
from scheduler.templates import Fit, check, day_to_check
from worker import ingest
from worker.store import editions
from worker.store.moves import Change
from worker.store.tables import Article, Capture, Edition, Event, Page, ProfileRow, Publication

DAY = date(2026, 3, 5)
SLUG = "linchuanribao"

pytestmark = pytest.mark.usefixtures("_clean_site")


@pytest.fixture
def _clean_site(site):
    site.clear()
    yield
    site.clear()


@pytest.fixture
def row(site):
    """A function that gives a row of the site."""

    def make(**values):
        paper = site.publication(SLUG)
        facts = {
            "slug": SLUG, "name": paper.name, "family": paper.family, "edition_url": paper.edition_url,
            "time_zone": "UTC", "enabled": True, "requests_per_second": 0, "allow_private_addresses": True,
        }  # fmt: skip
        return Row(**facts | values)

    return make


@pytest.fixture
def look(services):
    def call(row, day=DAY):
        return check(services, row, day, lambda *_: None)

    return call


@pytest.fixture
def stored(services, row):
    """A function that ingests the edition so many days before, whole."""

    def call(back):
        one, day = row(), DAY - timedelta(days=back)
        change = Change(actor="tick:test", at=services.clock(), reason="due")
        with services.database.begin() as session:
            publication_id = register.publications(session, [one], change)[SLUG]
            edition_id, _ = register.edition(
                session, publication_id, planner.edition(one, day, services.clock()), change
            )
            editions.mark_due(session, edition_id, services.clock())
        for page_id in ingest.index(services, edition_id, by_hand=True).pages:
            ingest.page(services, page_id, by_hand=True)
        ingest.finish(services, edition_id)
        return edition_id

    return call


def test_a_sound_edition_fits_and_nothing_is_stored(services, site, row, look):
    found = look(row())
    assert (found.fit, found.why, found.errors) == (Fit.FITS, "", 0)
    published = site.expected(SLUG, DAY)
    assert (found.profile.pages, found.listed) == (4, len(published))
    assert found.titles[:3] == [item["title"] for item in published[:3]]
    assert found.found["title"]["#title"] == len(published)
    assert found.found["body"]["#contenttext"] > 0
    with services.database.read() as session:
        for table in (Publication, Edition, Page, Article, Capture, Event, ProfileRow):
            assert session.scalar(select(func.count()).select_from(table)) == 0
    assert not services.archive.folder.exists()


def test_the_last_good_edition_stands_beside_it_with_its_selectors(row, look, stored):
    stored(3)
    stored(2)
    found = look(row())
    assert found.good_day == DAY - timedelta(days=2)
    assert found.good.pages == 4
    assert set(found.good_found) == set(found.found)
    assert found.good_found["title"]["#title"] == found.found["title"]["#title"]


def test_a_dead_selector_shows_itself_beside_the_archive(site, row, look, stored):
    stored(1)
    body = (
        "<html><head><meta charset=utf-8></head><body><p class=neu>改版之后，选择器什么也找不到了。</p></body></html>"
    )
    site.fail("Articel", status=200, body=body.encode())
    found = look(row())
    assert found.fit is Fit.CHANGED
    assert found.found["title"][None] > 0
    assert found.good_found["title"]["#title"] > 0


@pytest.mark.parametrize("family", ["joyhua", "founder-new", "qpaper"])
def test_a_template_of_another_family_no_longer_fits(row, look, family):
    found = look(row(family=family))
    assert found.fit in {Fit.CHANGED, Fit.NOT_PUBLISHED}
    assert found.why


def test_an_edition_unlike_its_history_has_changed(services, row, look, stored):
    edition_id = stored(1)
    with services.database.begin() as session:
        first = session.get_one(Edition, edition_id)
        for back in range(2, 16):
            edition = Edition(
                publication_id=first.publication_id, date=DAY - timedelta(days=back), label="", state=first.state,
                queue="daily", expected_at=first.expected_at, deadline_at=first.deadline_at,
                created_at=first.created_at, updated_at=first.updated_at,
            )  # fmt: skip
            session.add(edition)
            session.flush()
            session.add(
                ProfileRow(
                    edition_id=edition.id, source="web", pages=12, articles=66, titled=66, signed=30, bodied=60,
                    fallback=0, body_length=160.0, accepted=False, starts_history=False, made_at=first.updated_at,
                )
            )  # fmt: skip
    found = look(row())
    assert found.fit is Fit.CHANGED
    assert "pages 4 (usually at least" in found.why


@pytest.mark.parametrize("how", ["404", "yesterday", "empty", "refresh"])
def test_an_edition_that_the_site_has_not_is_no_change(site, row, look, how):
    site.not_yet(SLUG, DAY, how)
    assert look(row()).fit is Fit.NOT_PUBLISHED
    site.publish(SLUG, DAY)


@pytest.mark.parametrize("fault", ["reset", "fail", "empty"])
def test_a_site_that_does_not_answer_is_unreachable(site, row, look, fault):
    getattr(site, fault)("Page01")
    found = look(row())
    assert found.fit is Fit.UNREACHABLE
    assert found.profile is None


def test_articles_that_cannot_be_had_are_counted_and_do_not_stop_the_check(site, row, look):
    site.fail("Articel01002", status=404)
    site.fail("Page03", status=500)
    found = look(row())
    assert found.fit is Fit.FITS
    assert found.errors == 2


def test_the_last_day_on_which_the_newspaper_appears_is_checked(row, clock):
    assert day_to_check(row(), clock()) == DAY - timedelta(days=1)
    assert day_to_check(row(days=("mon",)), clock()) == date(2026, 3, 2)
    assert day_to_check(row(no_edition=(date(2026, 3, 4), date(2026, 3, 3))), clock()) == date(2026, 3, 2)


def test_what_came_again_with_the_same_bytes_is_read_from_where_they_lie(services, row, look, stored):
    first = stored(1)
    before = look(row()).good_found
    for page_id in ingest.index(services, _opened(services, first), by_hand=True).pages:
        ingest.page(services, page_id, by_hand=True)
    ingest.finish(services, first)
    with services.database.read() as session:
        again = session.scalars(select(Capture).where(Capture.revisit_of.is_not(None))).all()
    assert again, "the second reading was filed by reference"
    assert look(row()).good_found == before


def test_a_check_keeps_to_robots_txt_unless_the_row_says_otherwise(row, look, site):
    site.robots("User-agent: *\nDisallow: /\n")
    found = look(row())
    assert found.fit is Fit.UNREACHABLE
    assert "robots.txt" in found.why
    assert look(row(obey_robots=False)).fit is Fit.FITS


def _opened(services, edition_id):
    with services.database.begin() as session:
        change = Change(actor="operator:test", at=services.clock(), reason="again")
        actions.retry(session, session.get_one(Edition, edition_id), change, whole=True)
    return edition_id
