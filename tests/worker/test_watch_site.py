"""A site that changes its template under a running history: found out by the next edition, over real HTTP."""

from datetime import date, timedelta

import pytest

from scheduler import planner, register
from scheduler.catalogue import Row
from worker import ingest
from worker.domain import State
from worker.drift import LEAST_HISTORY
from worker.store import editions
from worker.store.moves import Change
from worker.store.tables import Edition

DAY = date(2026, 3, 5)
SLUG = "linchuanribao"
TEXT = "改版之后，正文还在原处，标题却换了地方，旧的选择器再也找不到它，只有读者还看得见。"


@pytest.fixture
def edition(services, site):
    """A function that ingests the site's edition of a day and gives its row."""
    site.clear()
    paper = site.publication(SLUG)
    row = Row(
        slug=SLUG, name=paper.name, family=paper.family, edition_url=paper.edition_url, time_zone="UTC", enabled=True,
        requests_per_second=0, allow_private_addresses=True,
    )  # fmt: skip

    def call(day):
        change = Change(actor="tick:test", at=services.clock(), reason="due")
        with services.database.begin() as session:
            publication_id = register.publications(session, [row], change)[SLUG]
            edition_id, _ = register.edition(session, publication_id, planner.edition(row, day, change.at), change)
            editions.mark_due(session, edition_id, change.at)
        for page_id in ingest.index(services, edition_id, by_hand=True).pages:
            ingest.page(services, page_id, by_hand=True)
        ingest.finish(services, edition_id)
        with services.database.read() as session:
            return session.get_one(Edition, edition_id)

    yield call
    site.clear()


def test_a_template_that_no_longer_fits_makes_the_next_edition_suspect(site, edition):
    for back in range(LEAST_HISTORY, 0, -1):
        assert edition(DAY - timedelta(days=back)).state is State.COMPLETE
    document = (
        "<html><head><meta charset=utf-8></head><body><div class=kopf></div>"
        f"<div id=contenttext><p>　　{TEXT}</p><p>　　{TEXT}</p></div></body></html>"
    )
    site.fail("Articel", status=200, body=document.encode())
    changed = edition(DAY)
    assert changed.state is State.SUSPECT
    assert "articles with a title 0 %" in changed.error
    assert changed.articles > 0
    site.clear()
    assert edition(DAY + timedelta(days=1)).state is State.COMPLETE
