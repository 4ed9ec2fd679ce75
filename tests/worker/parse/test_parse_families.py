"""The contract: every family, over real HTTP, gives back what the site says that it published."""

import datetime as dt
import urllib.request

import pytest

from tests.site import Site
from tests.site.templates import TEMPLATES
from worker.parse import UnknownFamily, decode, get_family, parse_article, parse_page
from worker.parse.registry import FAMILIES

DAY = dt.date(2026, 3, 5)


@pytest.fixture(scope="module")
def site():
    with Site(all_families=True) as running:
        yield running


def get(url):
    with urllib.request.urlopen(url, timeout=10) as response:
        return decode(response.read(), response.headers.get_content_charset())


def papers():
    names = {"huaguang": "linchuanribao", "founder-classic": "yunduwanbao", "founder-new": "qiwanshibao"}
    return [names.get(family, f"{family.replace('-', '')}bao") for family in TEMPLATES]


def test_every_family_has_a_rendered_paper():
    assert set(FAMILIES) == set(TEMPLATES)
    assert len(FAMILIES) >= 9


@pytest.mark.parametrize("slug", papers())
def test_an_edition_is_found_from_its_index(site, slug):
    publication = site.publication(slug)
    url = site.edition_url(slug, DAY)
    index = parse_page(get(url), url, get_family(publication.family))
    assert index.date == DAY
    assert index.redirect is None
    assert [(page.number, page.name) for page in index.pages] == list(
        dict.fromkeys((item["page"], item["page_name"]) for item in site.expected(slug, DAY))
    )
    assert publication.pages == len(index.pages) >= 4
    assert publication.articles >= 20
    assert any(page.url == url for page in index.pages)


@pytest.mark.parametrize("slug", papers())
def test_every_page_tells_what_it_is(site, slug):
    family = get_family(site.publication(slug).family)
    url = site.edition_url(slug, DAY)
    expected = site.expected(slug, DAY)
    index = parse_page(get(url), url, family)
    for reference in index.pages:
        page = parse_page(get(reference.url), reference.url, family)
        own = [item["url"] for item in expected if item["page"] == reference.number]
        assert (page.number, page.name, page.date) == (reference.number, reference.name, DAY)
        assert page.pages == index.pages
        assert list(page.articles) == own
        assert [area.url for area in page.areas] == own  # the advert's area leads nowhere and is left out
        assert {area.shape for area in page.areas} == {"polygon", "rectangle"}
        assert all(isinstance(number, int) for area in page.areas for number in area.coords)
        assert reference.number in page.image_url.rpartition("/")[2]
        assert reference.number in page.pdf_url.rpartition("/")[2]
        for address in (page.image_url, page.pdf_url):
            assert urllib.request.urlopen(address, timeout=10).status == 200


@pytest.mark.parametrize("slug", papers())
def test_every_article_is_as_printed(site, slug):
    family = get_family(site.publication(slug).family)
    for item in site.expected(slug, DAY):
        article = parse_article(get(item["url"]), item["url"], family)
        for field in ("title", "kicker", "subtitle", "rubric", "author"):
            assert getattr(article, field) == item[field], (item["title"], field)
        assert list(article.paragraphs) == item["paragraphs"]
        assert [[image.caption or "", image.credit or ""] for image in article.images] == item["photos"]
        assert [list(row) for table in article.tables for row in table] == item["table"]
        assert bool(article.removed) == item["furniture"]
        assert {removed.reason for removed in article.removed} <= {"furniture"}


def test_the_entry_page_leads_to_the_edition(site):
    for slug in ("linchuanribao", "yunduwanbao", "qiwanshibao"):
        publication = site.publication(slug)
        family = get_family(publication.family)
        url, hops = publication.entry_url, 0
        while (page := parse_page(get(url), url, family)).redirect:
            assert not page.articles
            url, hops = page.redirect, hops + 1
        assert hops == (2 if slug == "linchuanribao" else 1)
        assert len(page.pages) == publication.pages


@pytest.mark.parametrize("slug", papers())
def test_yesterdays_edition_under_todays_address_tells_its_own_date(site, slug):
    family = get_family(site.publication(slug).family)
    site.not_yet(slug, DAY, "yesterday")
    url = site.edition_url(slug, DAY)
    page = parse_page(get(url), url, family)
    site.not_yet(slug, DAY, "empty")
    empty = parse_page(get(url), url, family)
    site.publish(slug, DAY)
    assert page.date == DAY - dt.timedelta(days=1)
    assert (empty.articles, empty.areas, empty.pages, empty.redirect) == ((), (), (), None)


def test_metadata_comments_are_read(site):
    item = site.expected("qiwanshibao", DAY)[0]
    article = parse_article(get(item["url"]), item["url"], get_family("founder-new"))
    assert article.metadata["title"] == item["title"]
    assert article.metadata["date"].startswith("2026-03-05")
    assert article.metadata["author"] == item["author"]


def test_an_unknown_family_is_named():
    with pytest.raises(UnknownFamily, match=r"'founder-old'; known are founder-classic, .*uniflows"):
        get_family("founder-old")
