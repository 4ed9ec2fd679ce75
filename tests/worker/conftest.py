"""What tests of editions share: the site without faults, and editions of its newspapers."""

from datetime import date

import pytest

from scheduler import planner, register
from scheduler.catalogue import Row
from worker.store.moves import Change
from worker.store.tables import Edition

DAY = date(2026, 3, 5)
SLUG = "linchuanribao"


@pytest.fixture
def _clean_site(site):
    site.clear()
    yield
    site.clear()


@pytest.fixture
def open_edition(services, site):
    """A function that makes a publication of the site and one of its editions due; gives the edition's id."""

    def make(slug: str = SLUG, day: date = DAY, *, label: str = "", index_url: str | None = None, **row) -> int:
        paper = site.publication(slug)
        row = Row(
            **{
                "slug": slug, "name": paper.name, "family": paper.family, "edition_url": paper.edition_url,
                "time_zone": "UTC", "enabled": True, "requests_per_second": 0, "allow_private_addresses": True,
                "deadline": "23:00", **row,
            }
        )  # fmt: skip
        change = Change(actor="tick:test", at=services.clock(), reason="due")
        with services.database.begin() as session:
            publication_id = register.publications(session, [row], change)[slug]
            due = planner.edition(row, day, services.clock())
            edition_id = register.edition(session, publication_id, due, change, label=label)[0]
            session.get_one(Edition, edition_id).index_url = index_url
            return edition_id

    return make
