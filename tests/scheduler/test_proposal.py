"""A start page becomes a row: every family of the test site, from its entry page and from an edition of any day."""

import tomllib
from datetime import UTC, date, datetime

import pytest

from scheduler.catalogue import Row
from scheduler.catalogue.proposal import as_toml, propose
from tests.site import Site
from tests.site.templates import TEMPLATES
from worker.errors import BroadsheetError, FetchRefused, Unrecognised
from worker.fetch.client import Manners

DAY = date(2026, 3, 5)
FREE = Manners(requests_per_second=0, concurrency=4, allow_private_addresses=True)


@pytest.fixture(scope="module")
def papers():
    with Site(all_families=True, today=lambda: DAY) as running:
        yield running


@pytest.fixture
def database_url(tmp_path, sqlite_template):
    """One kind of database will do: nothing here looks into it."""
    (tmp_path / "broadsheet.db").write_bytes(sqlite_template)
    return f"sqlite:///{tmp_path / 'broadsheet.db'}"


@pytest.fixture
def fetch(services):
    return lambda urls: services.fetcher.get_all(urls, FREE, lambda: None)


def slug_of(papers, family):
    return next(paper.slug for paper in papers.papers if paper.family == family)


@pytest.mark.parametrize("family", TEMPLATES)
def test_an_edition_of_any_family_gives_its_row(papers, fetch, family):
    paper = papers.publication(slug_of(papers, family))
    found = propose(fetch, papers.edition_url(paper.slug, DAY), set())
    assert (found.table["family"], found.table["edition_url"]) == (family, paper.edition_url)
    assert (found.slug, found.day) == (paper.slug, DAY)
    assert found.evidence


@pytest.mark.parametrize("slug", ["linchuanribao", "yunduwanbao", "qiwanshibao"])
def test_an_entry_page_leads_to_the_newest_edition_and_names_the_paper(papers, fetch, slug):
    paper = papers.publication(slug)
    found = propose(fetch, paper.entry_url, set())
    assert found.table == {"name": paper.name, "family": paper.family, "edition_url": paper.edition_url}
    assert found.day == DAY


def test_a_row_reads_back_as_it_was_written(papers, fetch):
    found = propose(fetch, papers.publication("linchuanribao").entry_url, set(), name='报"\\\n')
    table = {**found.table, "verified": found.day, "allow_private_addresses": True}
    read = tomllib.loads(as_toml(found.slug, table))
    assert read == {found.slug: table}
    assert Row(slug=found.slug, enabled=True, **table).verified == DAY


def test_a_slug_in_use_is_not_taken_again(papers, fetch):
    url = papers.publication("linchuanribao").entry_url
    assert propose(fetch, url, {"linchuanribao", "linchuanribao-2"}).slug == "linchuanribao-3"
    assert propose(fetch, url, {"linchuanribao"}, slug="mine").slug == "mine"


def test_a_named_family_is_taken_without_a_look(papers, fetch):
    found = propose(fetch, papers.edition_url("yunduwanbao", DAY), set(), family="founder-classic")
    assert found.table["family"] == "founder-classic"


def test_what_is_no_newspaper_is_one_line(papers, fetch):
    with pytest.raises(Unrecognised, match="of no family that is known; --family") as error:
        propose(fetch, f"{papers.url}/robots.txt", set())
    assert "\n" not in str(error.value)
    with pytest.raises(FetchRefused, match="404"):
        propose(fetch, f"{papers.url}/nothing", set())


@pytest.mark.parametrize("fault", ["block", "garbage", "empty", "reset", "loop"])
def test_a_site_that_answers_with_anything_else_is_one_line(papers, fetch, fault):
    getattr(papers, fault)("PaperIndex")
    try:
        with pytest.raises(BroadsheetError) as error:
            propose(fetch, papers.publication("linchuanribao").entry_url, set())
    finally:
        papers.clear()
    assert "\n" not in str(error.value)


def test_a_page_that_sends_on_for_ever_is_left(papers, fetch):
    for path, target in ((r"PaperIndex\.htm$", "PaperIndex.htm?again"), (r"\?again$", "PaperIndex.htm")):
        body = f'<html><head><meta http-equiv="refresh" content="0;url={target}"></head></html>'
        papers.fail(path, status=200, body=body.encode())
    try:
        with pytest.raises(Unrecognised, match="sends on"):
            propose(fetch, papers.publication("linchuanribao").entry_url, set())
    finally:
        papers.clear()


def test_todays_edition_of_the_running_site_is_the_real_today(fetch):
    with Site() as running:
        assert propose(fetch, running.publication("qiwanshibao").entry_url, set()).day == datetime.now(UTC).date()
