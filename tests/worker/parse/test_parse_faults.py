"""Every fault of real sites, switched on over real HTTP for every family: what is read then, and what is not."""

import datetime as dt
import re
import urllib.request

import pytest

from tests.site import Site
from tests.site.templates import TEMPLATES
from worker.errors import Blocked, BroadsheetError, FetchRefused, LayoutChanged, NotPublished
from worker.parse import decode, get_family, parse_article, parse_page, recognise

DAY = dt.date(2026, 3, 5)
FAMILIES = sorted(TEMPLATES)
DOCUMENTS = r"^(?!.*\.(?:png|pdf)$)"  #: all that is no picture and no PDF


@pytest.fixture(scope="module")
def running():
    with Site(all_families=True) as site:
        yield site


@pytest.fixture
def site(running):
    running.clear()
    yield running
    running.clear()


def get(url):
    with urllib.request.urlopen(url, timeout=10) as response:
        return decode(response.read(), response.headers.get_content_charset())


def paper(site, family):
    return next(one.slug for one in site.papers if one.family == family)


def index(site, family):
    url = site.edition_url(paper(site, family), DAY)
    return url, parse_page(get(url), url, get_family(family))


def articles(site, family, least=1):
    items = site.expected(paper(site, family), DAY)
    return [item for item in items if len(item["paragraphs"]) >= least and item["title"]]


def read(item, family):
    return parse_article(get(item["url"]), item["url"], get_family(family))


def path_of(item):
    return re.escape(item["url"].partition("://")[2].partition("/")[2])


def assert_whole(item, article):
    assert (article.title, list(article.paragraphs)) == (item["title"], item["paragraphs"])
    assert [list(row) for table in article.tables for row in table] == item["table"]
    assert article.flags == ()


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("form", ["p", "br", "indent", "cell"])
def test_paragraphs_in_every_form(site, family, form):
    for item in articles(site, family, least=2)[:6]:
        site.reflow(path_of(item), item["paragraphs"], form)
        assert_whole(item, read(item, family))


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize(
    ("codec", "meta", "header"),
    [
        ("gb18030", None, None),
        ("gb18030", "gb2312", None),
        ("gbk", "utf-8", "utf-8"),
        ("gb18030", "gbk", "iso-8859-1"),
        ("gb18030", "x-unknown", None),
        ("gb18030", "big5", None),
        ("utf-8", "gb2312", "gb2312"),
        ("utf-8", None, None),
        ("utf-8-sig", "gb2312", None),
        ("utf-16", "utf-8", None),
    ],
)
def test_charsets_as_they_really_are(site, family, codec, meta, header):
    site.recode(DOCUMENTS, codec, meta=meta, header=header)
    _, page = index(site, family)
    assert (page.date, len(page.pages)) == (DAY, len(site._papers[paper(site, family)].pages))
    for item in articles(site, family)[:4]:
        assert_whole(item, read(item, family))


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("how", ["nest", "unclose"])
def test_broken_markup_loses_nothing(site, family, how):
    whole = index(site, family)[1]
    getattr(site, how)(DOCUMENTS)
    assert index(site, family)[1] == whole
    for item in articles(site, family):
        article = read(item, family)
        assert (article.title, list(article.paragraphs)) == (item["title"], item["paragraphs"])


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("share", [0.1, 0.4, 0.6, 0.8, 0.95])
def test_what_a_truncated_article_still_has_is_right(site, family, share):
    site.truncate(DOCUMENTS, share=share)
    for item in articles(site, family)[:8]:
        try:
            article = read(item, family)
        except BroadsheetError:
            continue
        assert article.title in {item["title"], None} or item["title"].startswith(article.title.rstrip("\ufffd"))
        for place, text in enumerate(article.paragraphs):
            last = place == len(article.paragraphs) - 1
            cut = last and (item["furniture"] or _begins(text, item["paragraphs"]))
            assert text in item["paragraphs"] or cut, text


def _begins(text, paragraphs):
    return any(one.startswith(text.rstrip("\ufffd ")) for one in paragraphs)


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("gate", ["block", "login", "gate"])
def test_a_gate_is_never_an_article_nor_a_page(site, family, gate):
    getattr(site, gate)(".")
    with pytest.raises(Blocked, match=r"http://127\.0\.0\.1"):
        index(site, family)
    with pytest.raises(Blocked, match=r"http://127\.0\.0\.1"):
        read(articles(site, family)[0], family)


@pytest.mark.parametrize("family", FAMILIES)
def test_a_page_that_is_missing_although_it_answers_200(site, family):
    slug = paper(site, family)
    site.not_yet(slug, DAY, "missing")
    with pytest.raises(NotPublished):
        index(site, family)
    html = get(site.edition_url(slug, DAY))
    site.publish(slug, DAY)
    with pytest.raises(FetchRefused):
        parse_article(html, articles(site, family)[0]["url"], get_family(family))


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize(("how", "hops"), [("refresh", 1), ("refreshes", 2), ("script", 1)])
def test_redirects_to_the_newest_edition_are_seen_and_lead_to_yesterdays(site, family, how, hops):
    slug = paper(site, family)
    site.not_yet(slug, DAY, how)
    url, page = index(site, family)
    for hop in range(hops):
        assert page.redirect, hop
        assert (page.articles, page.date) == ((), None)
        url = page.redirect
        page = parse_page(get(url), url, get_family(family))
    site.publish(slug, DAY)
    assert (page.redirect, page.date) == (None, DAY - dt.timedelta(days=1))


@pytest.mark.parametrize("family", FAMILIES)
def test_a_redesigned_article_is_read_by_general_rules_and_flagged(site, family):
    site.redesign(DOCUMENTS)
    item = max(articles(site, family), key=lambda one: sum(map(len, one["paragraphs"])) - 1000 * bool(one["table"]))
    article = read(item, family)
    assert article.flags == ("fallback",)
    text = "".join(article.paragraphs)
    assert all(paragraph in text for paragraph in item["paragraphs"] if len(paragraph) > 40)
    assert not any("版权所有" in one or one in {"返回目录", "下一篇"} for one in article.paragraphs)


@pytest.mark.parametrize("family", FAMILIES)
def test_an_index_is_never_an_article(site, family):
    url, _ = index(site, family)
    html = get(url)
    try:
        article = parse_article(html, url, get_family(family))
    except LayoutChanged:
        return
    # Nothing of its lists and links may pass for a body.
    assert article.paragraphs == ()
    assert "fallback" not in article.flags


@pytest.fixture(scope="module", params=["zh-Hant", "en"])
def foreign(request):
    with Site(language=request.param) as site:
        yield site


@pytest.mark.parametrize("family", FAMILIES)
def test_papers_in_other_languages(foreign, family):
    url, page = index(foreign, family)
    name = paper(foreign, family)
    assert (page.date, recognise(get(url), url).family.name) == (DAY, family)
    assert [(one.number, one.name) for one in page.pages] == [
        (one.number, one.name) for one in foreign._papers[name].pages
    ]
    for item in foreign.expected(name, DAY):
        article = parse_article(get(item["url"]), item["url"], get_family(family))
        assert_whole(item, article)
        for field in ("kicker", "subtitle", "rubric", "author"):
            assert getattr(article, field) == item[field], (item["title"], field)
        assert [[one.caption or "", one.credit or ""] for one in article.images] == item["photos"]
        assert bool(article.removed) == item["furniture"]


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize(("meta", "header"), [("big5", None), (None, None), ("gb2312", None), ("utf-8", "utf-8")])
def test_traditional_papers_in_big5(family, meta, header):
    with Site(language="zh-Hant") as site:
        site.recode(DOCUMENTS, "big5", meta=meta, header=header)
        for item in site.expected(paper(site, family), DAY):
            article = parse_article(get(item["url"]), item["url"], get_family(family))
            assert (article.title, list(article.paragraphs)) == (item["title"], item["paragraphs"])
