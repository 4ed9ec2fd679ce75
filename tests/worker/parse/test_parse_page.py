"""One page at a time: dates, lists, labels, redirects, areas, in the forms that sites print them."""

import datetime as dt

import pytest

from worker.domain import PageRef
from worker.parse import BadOverride, get_family, parse_page

CLASSIC = get_family("founder-classic")
HUAGUANG = get_family("huaguang")
URL = "http://paper.example/rb/html/2026-03/05/node_1.htm"
ARTICLE = '<a href="content_1.htm">标题</a>'


def page(html, url=URL, family=CLASSIC, **overrides):
    return parse_page(html, url, family, overrides or None)


@pytest.mark.parametrize(
    "printed",
    [
        "2026年03月05日 星期四",
        "2026年3月5日",
        "<b>2026</b> 年\n 3\n 月\n 5\n 日　星期四",
        "2026-03-05",
        "2026/3/5",
        "2026.03.05",
        "二〇二六年三月五日",
        "二○二六年三月五日 星期四",
        "Thursday, March 5, 2026",
        "5 March 2026",
        "<!--enpproperty <founder-date>2026-03-05 23:59:59</founder-date> /enpproperty-->",
        '<a href="/rb/html/2026-03/05/node_2.htm">第02版：综合</a>',
    ],
)
def test_the_date_in_the_page_is_the_truth(printed):
    assert page(f"<html><body>{printed}{ARTICLE}</body></html>", "http://x.cn/html/2031-01/01/node_1.htm").date == (
        dt.date(2026, 3, 5)
    )


def test_the_date_with_a_weekday_beats_an_earlier_one():
    html = f"<body><p>自2019年1月1日起施行</p>{ARTICLE}<div>2026年3月5日　星期四</div></body>"
    assert page(html).date == dt.date(2026, 3, 5)


def test_a_date_in_a_headline_does_not_beat_the_tail_comment_or_the_addresses():
    headline = '<a href="content_1.htm">自2019年1月1日起施行的办法废止</a>'
    comment = "<!--enpproperty <founder-date>2026-03-05 23:59:59</founder-date> /enpproperty-->"
    assert page(f"<body>{headline}</body>{comment}").date == dt.date(2026, 3, 5)
    both = f'<body>{headline}<a href="/html/2026-03/05/node_1.htm">第01版：要闻</a> 2026-03-05 </body>'
    assert page(both).date == dt.date(2026, 3, 5)


@pytest.mark.parametrize("printed", ["", "2026年13月45日", "第2026期", "20260305"])
def test_a_page_without_a_date_has_none(printed):
    assert page(f"<body>{printed}{ARTICLE}</body>").date is None


def test_old_dates_in_comments_and_scripts_are_not_read():
    html = f"<body><!-- 2020年02月06日 --><script>var d='2020年02月06日';</script>{ARTICLE} 2026年3月5日</body>"
    assert page(html).date == dt.date(2026, 3, 5)


@pytest.mark.parametrize(
    ("printed", "number", "name"),
    [
        ("第01版：要闻", "01", "要闻"),
        ("A01： 头版", "A01", "头版"),
        ("01版:要闻", "01", "要闻"),
        ("第A1版 头版", "A1", "头版"),
        ("第十二版：国际", "12", "国际"),
        ("第一版", "1", None),
        ("b02:&nbsp;体育", "B02", "体育"),
        ("第08版：广告·第2版", "08", "广告·第2版"),
        ("Page A3: News", "A3", "News"),
        ("03", "03", None),
        ("特01版：号外", "特01", "号外"),
        ("号外 第1版：要闻", "号外1", "要闻"),
        ("第特1版：迎新", "特1", "迎新"),
        ("增刊A1：文化", "增刊A1", "文化"),
    ],
)
def test_labels_of_pages(printed, number, name):
    html = f'<body><a id=pageLink href="node_7.htm">{printed}</a>{ARTICLE}</body>'
    assert page(html).pages == (
        PageRef(number=number, name=name, url="http://paper.example/rb/html/2026-03/05/node_7.htm"),
    )


def test_a_list_that_links_each_page_twice_has_each_once():
    html = "".join(
        f'<tr><td class="default"><a href="Page0{n}JQ.htm">第0{n}版</a></td>'
        f'<td class="default"><a href="Page0{n}JQ.htm">{name}</a></td></tr>'
        for n, name in ((1, "要闻"), (2, "综合"), (3, "副刊"))
    )
    found = page(f"<table>{html}</table>", "http://x.cn/content/20260305/Page01JQ.htm", HUAGUANG).pages
    assert [(one.number, one.name) for one in found] == [("01", "要闻"), ("02", "综合"), ("03", "副刊")]


def test_pages_without_a_printed_number_take_it_from_the_address():
    html = '<a href="Page03AB.htm">副刊</a><a href="Page04AB.htm">广告</a>'
    found = page(html, "http://x.cn/content/20260305/Page03AB.htm", HUAGUANG).pages
    assert [(one.number, one.name) for one in found] == [("03", "副刊"), ("04", "广告")]


def test_links_to_other_days_and_to_the_next_page_are_no_entries():
    html = (
        '<a href="../04/node_1.htm">上一期</a><a href="node_2.htm">下一版</a>'
        '<a href="../04/node_1.htm">第01版：昨天</a>'
        '<a href="node_1.htm">第01版：要闻</a><a href="node_2.htm">第02版：综合</a>'
        '<a href="node_3.htm">第03版：文化</a>'
    )
    assert [one.name for one in page(html).pages] == ["要闻", "综合", "文化"]


def test_a_page_without_a_list_is_the_list():
    found = page(f"<table><tr><td>第01版：<strong>要闻</strong></td></tr></table>{ARTICLE}")
    assert found.pages == (PageRef(number="01", name="要闻", url=URL),)
    assert (found.number, found.name) == ("01", "要闻")


def test_links_are_absolute_and_each_article_comes_once():
    html = (
        '<base href="http://other.example/d/"><map name=PagePicMap>'
        '<area shape=POLY coords="1,2,3,4,5,6" href="content_2.htm?div=-1">'
        '<area shape=rect coords="0, 0, 10.5, 20" href="content_1.htm?div=0#x"><area coords="1,1,2,2" href="#">'
        '<area shape=rect coords="1,1,2,2" href="javascript:void(0)"></map><img src="p.jpg" usemap="#PagePicMap">'
        '<ul><li><a href="content_1.htm?div=-1">一</a></li><li><a href="content_2.htm">二</a></li>'
        '<li><a href="content_3.htm#top">三</a></li></ul>'
    )
    found = page(html)
    assert found.articles == tuple(f"http://other.example/d/content_{n}.htm" for n in (2, 1, 3))
    assert [(area.shape, area.coords) for area in found.areas] == [
        ("polygon", (1, 2, 3, 4, 5, 6)),
        ("rectangle", (0, 0, 10, 20)),
    ]
    assert found.image_url == "http://other.example/d/p.jpg"


def test_articles_of_other_pages_in_a_box_beside_are_not_this_pages():
    html = (
        '<map name=m><area coords="1,1,2,2" href="content_1.htm"><area coords="1,1,2,2" href="content_2.htm"></map>'
        '<ul><li><a href="content_1.htm">一</a><li><a href="content_2.htm">二</a></ul>'
        '<table><tr><td><a href="content_8.htm">别版</a></td></tr>'
        '<tr><td><a href="content_9.htm">别版</a></td></tr></table>'
    )
    assert [url[-6:] for url in page(html).articles] == ["_1.htm", "_2.htm"]


@pytest.mark.parametrize(
    "html",
    [
        '<META HTTP-EQUIV="REFRESH" CONTENT="0;URL=html/2026-03/05/node_1.htm">',
        "<meta http-equiv=refresh content=\"0; url='html/2026-03/05/node_1.htm'\">",
        "<script>location.href='html/2026-03/05/node_1.htm'</script>",
        (
            "<html><body>正在跳转<script language=javascript>"
            '<!--\nwindow.location = "html/2026-03/05/node_1.htm";\n//--></script></body>'
        ),
        (
            '<meta http-equiv="refresh" content="3;url=html/2026-03/05/node_1.htm">'
            '<a href="html/2026-03/05/node_1.htm">请点击</a>'
        ),
        "<script>top.location.replace('html/2026-03/05/node_1.htm');</script>",
    ],
)
def test_a_document_that_only_leads_on(html):
    found = page(html, "http://paper.example/rb/index.htm")
    assert found.redirect == URL
    assert (found.pages, found.articles, found.date) == ((), (), None)


@pytest.mark.parametrize(
    "html",
    [
        '<meta http-equiv="refresh" content="300">' + ARTICLE,
        f'<meta http-equiv="refresh" content="60;url=node_2.htm">{ARTICLE}',
        '<script>function next() { location.href = "node_2.htm"; }</script>',
        f'<meta http-equiv="refresh" content="0;url={URL}">',
        '<meta http-equiv="refresh" content="0;url=javascript:alert(1)">',
    ],
)
def test_what_is_no_redirect(html):
    assert page(html).redirect is None


def test_overrides_go_first_and_are_checked():
    html = '<div class="mine"><a href="p1.htm">第01版：要闻</a></div><a href="s1.htm">标题</a>'
    found = page(html, page_link=r"/p\d+\.htm", article_link=r"/s\d+\.htm", page_list=".mine a")
    assert [one.name for one in found.pages] == ["要闻"]
    assert found.articles == ("http://paper.example/rb/html/2026-03/05/s1.htm",)
    with pytest.raises(BadOverride, match="'titel'"):
        page(html, titel=".x")
    with pytest.raises(BadOverride, match="a selector or a list"):
        page(html, title=3)


def test_a_selector_that_is_no_css_finds_nothing():
    assert page(f"<td>第01版：<strong>要闻</strong></td>{ARTICLE}", page_label="td[[").articles
