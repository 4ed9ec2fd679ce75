"""One article at a time: body forms, pictures, furniture, and what is not an article."""

import pytest

from worker.errors import Blocked, FetchFailed, FetchRefused, LayoutChanged, NotPublished
from worker.parse import get_family, parse_article, parse_page

CLASSIC = get_family("founder-classic")
HUAGUANG = get_family("huaguang")
URL = "http://paper.example/rb/html/2026-03/05/content_1.htm"


def article(body, title="春灌开始", family=CLASSIC, **overrides):
    html = f'<html><body><h1>{title}</h1><div id="ozoom">{body}</div></body></html>'
    return parse_article(html, URL, family, overrides or None)


TWO = ("第一段，说的是水。", "第二段，说的是地。")


@pytest.mark.parametrize(
    "body",
    [
        "<p>　　第一段，说的是水。</p><p>　　第二段，说的是地。</p>",
        "　　第一段，说的是水。<br>　　第二段，说的是地。",
        "　　第一段，说的是水。<br/><br/>&nbsp;&nbsp;&nbsp;&nbsp;第二段，说的是地。",
        "　　第一段，说的是水。　　第二段，说的是地。",
        "\n　　第一段，说的是水。\n　　第二段，说的是地。\n",
        "<table><tr><td>　　第一段，说的是水。</td></tr><tr><td>　　第二段，说的是地。</td></tr></table>",
        "<div>第一段，<b>说的</b>是<font color=red>水</font>。</div><div>第二段，说的是地。</div>",
        "<p>第一段，说的是水。<p>第二段，说的是地。<p>　",
        "<center><p><span>　　第一段，说的是水。</span></p></center><p>\u200b第二段，说的是地。\ufeff</p>",
        "<style>p{color:red}</style><script>var a='x';</script><p>第一段，说的是水。</p><p>第二段，说的是地。</p>",
        "<p>第一段，说的是水。</p><p>第二段，说的是地。",
    ],
)
def test_paragraphs_in_every_form(body):
    assert article(body).paragraphs == TWO


def test_inner_spacing_is_kept_as_printed():
    found = article("<p>　　（记者&nbsp;&nbsp;朱  隽）春  天\n   来了</p>")
    assert found.paragraphs == ("（记者  朱  隽）春  天 来了",)


def test_a_table_of_data_stays_a_table():
    body = "<p>名单如下。</p><table><tr><th>姓名</th><th>单位</th></tr><tr><td>甲</td><td>一中</td></tr></table>"
    found = article(body)
    assert found.paragraphs == ("名单如下。",)
    assert found.tables == ((("姓名", "单位"), ("甲", "一中")),)


def test_text_outside_the_marks_is_kept_as_removed():
    found = article("<p>字号说明文字</p><!--enpcontent--><p>正文。</p><!--/enpcontent--><p>相关阅读文字</p>")
    assert found.paragraphs == ("正文。",)
    assert [(one.text, one.reason) for one in found.removed] == [
        ("字号说明文字", "outside_body"),
        ("相关阅读文字", "outside_body"),
    ]


def test_the_marks_alone_lead_to_the_body():
    html = "<h1>题</h1><section><!--enpcontent--><p>正文。</p><!--/enpcontent--></section>"
    assert parse_article(html, URL, CLASSIC).paragraphs == ("正文。",)


@pytest.mark.parametrize(
    "line",
    [
        "放大 缩小 默认",
        "【放大】【缩小】【默认】",
        "下一篇：某某召开大会",
        "返回目录",
        "分享到：微信 微博",
        "【关闭】",
        "版权所有 某某日报社",
        "Copyright © 2026 某某报业集团 All Rights Reserved",
        "未经许可不得转载",
        "上一篇 下一篇",
    ],
)
def test_furniture_is_removed_and_recorded(line):
    found = article(f"<p>正文。</p><p>{line}</p>")
    assert found.paragraphs == ("正文。",)
    assert [(one.text, one.reason) for one in found.removed] == [(line, "furniture")]


@pytest.mark.parametrize(
    "line",
    [
        "他按下放大键，又按下缩小键。",
        "大",
        "中",
        "他说，分享到此为止，大家散了吧，各自回家把碗洗了，明天还要早起下地插秧呢。",
    ],
)
def test_a_sentence_that_mentions_a_button_is_text(line):
    assert article(f"<p>{line}</p>").paragraphs == (line,)


@pytest.mark.parametrize(
    ("body", "caption", "credit"),
    [
        (
            (
                '<p><img src="a.jpg" data-original-title="&lt;p&gt;　　合龙现场。&lt;/p&gt;'
                '&lt;p&gt;　　李  明摄（人民视觉）&lt;/p&gt;"></p>'
            ),
            "合龙现场。",
            "李  明摄（人民视觉）",
        ),
        (
            '<table><tr><td><img src="a.jpg"></td></tr><tr><td>合龙现场。本报记者 李明 摄</td></tr></table>',
            "合龙现场。",
            "本报记者 李明 摄",
        ),
        ('<p><img src="a.jpg"></p><p>　　合龙现场。李明摄（人民视觉）</p>', "合龙现场。", "李明摄（人民视觉）"),
        ('<p><img src="a.jpg"></p><p>合龙现场</p><p>新华社记者 李明 摄</p>', "合龙现场", "新华社记者 李明 摄"),
        ('<div class="pic"><img src="a.jpg"><span>合龙现场（李明 摄）</span></div>', "合龙现场", "（李明 摄）"),
        ('<figure><img src="a.jpg"><figcaption>合龙现场。</figcaption></figure>', "合龙现场。", None),
        ('<p><img src="a.jpg"></p><p class="pictext">合龙现场。</p>', "合龙现场。", None),
        ('<p><img src="a.jpg"></p><p>李明 摄</p>', None, "李明 摄"),
        ('<p><img data-src="a.jpg"></p>', None, None),
    ],
)
def test_captions_and_credits(body, caption, credit):
    found = article(f"<p>正文。</p>{body}<p>又一段正文，不是图说。</p>")
    assert [(image.url, image.caption, image.credit) for image in found.images] == [
        ("http://paper.example/rb/html/2026-03/05/a.jpg", caption, credit)
    ]
    assert found.paragraphs == ("正文。", "又一段正文，不是图说。")


def test_two_pictures_in_one_table_have_their_own_captions():
    html = (
        '<div id="title">题</div><div id="imagelist"><table><tr><td><img src="a.jpg"></td></tr><tr><td>甲。</td></tr>'
        '<tr><td><img src="b.jpg.2"></td></tr><tr><td>乙。</td></tr></table></div><span id="contenttext">正文。</span>'
    )
    found = parse_article(html, URL, HUAGUANG)
    assert [(image.url[-7:], image.caption) for image in found.images] == [("5/a.jpg", "甲。"), ("b.jpg.2", "乙。")]


def test_decorations_and_banners_are_no_pictures():
    html = (
        '<div id="title">题</div><a target="_blank" href="http://ad.example/"><img src="ad.jpg"></a>'
        '<span id="contenttext"><img src="/tplimg/pdf.gif">正文。<img src="data:image/gif;base64,x"></span>'
    )
    assert parse_article(html, URL, HUAGUANG).images == ()


def test_a_picture_without_any_text_is_an_article():
    html = '<html><body><div class="attachment"><img src="a.jpg"></div><div id="ozoom"></div></body></html>'
    found = parse_article(html, URL, CLASSIC)
    assert (found.title, found.paragraphs, len(found.images)) == (None, (), 1)


def test_a_title_without_a_body_is_legal_where_the_template_is_whole():
    found = article("<!--enpcontent--><!--/enpcontent-->", title="本版责编：某某")
    assert (found.title, found.paragraphs) == ("本版责编：某某", ())


@pytest.mark.parametrize(
    "html",
    ["", "<html></html>", "not html at all", "<div id=ozoom></div>", "<h1></h1><p>目录</p>", "\0\0\0"],
)
def test_nothing_found_is_a_changed_layout(html):
    with pytest.raises(LayoutChanged, match="no title or body"):
        parse_article(html, URL, CLASSIC)


GATES = [
    "<html><body><h1>访问过于频繁</h1><p>请输入验证码后继续访问。</p></body></html>",
    "<title>某报</title><p>请完成下列验证后继续访问</p><div id=captcha></div>",
    "<html><script>var arg1='3F';document.cookie='acw_sc__v2='+x;location.reload();</script></html>",
    "<title>Just a moment...</title><body>Enable JavaScript and cookies to continue</body>",
    "<title>用戶登入</title><p>請先登入後閱讀</p>",
    "<title>用户登录</title><div id=ozoom>请登录后阅读</div><h1>某报</h1>",
    "<h1>某报数字报</h1><div id=ozoom><form><input name=u><input type=password name=p></form>登录</div>",
    "<title>403 Forbidden</title><h1>403 Forbidden</h1><div class=content>nginx</div>",
    "<title>访问验证</title><h1>请完成验证</h1><div class=content>请输入验证码</div>",
    "<h1>某市召开大会</h1><div id=ozoom>您的访问存在异常，已被拦截。事件编号 1234</div>",
]


@pytest.mark.parametrize("html", GATES)
@pytest.mark.parametrize("family", ["huaguang", "founder-classic", "founder-new", "shtml", "joyhua"])
def test_a_block_or_login_page_is_no_article_and_no_page(html, family):
    with pytest.raises(Blocked, match=URL):
        parse_article(html, URL, get_family(family))
    with pytest.raises(Blocked, match=URL):
        parse_page(html, URL, get_family(family))


@pytest.mark.parametrize(
    ("html", "as_article", "as_page"),
    [
        ("<title>404 Not Found</title><h1>404 Not Found</h1>", FetchRefused, NotPublished),
        ("<title>提示</title><h1>您访问的页面不存在</h1><a href=/>返回首页</a>", FetchRefused, NotPublished),
        ("<title>502 Bad Gateway</title>", FetchFailed, FetchFailed),
        ("<h2>系统维护中</h2><p>请稍后再试。</p>", FetchFailed, FetchFailed),
    ],
)
def test_an_error_page_that_answers_200_says_what_it_is(html, as_article, as_page):
    with pytest.raises(as_article):
        parse_article(html, URL, CLASSIC)
    with pytest.raises(as_page):
        parse_page(html, URL, CLASSIC)


def test_an_article_about_logging_in_is_an_article():
    found = article("<p>验证码诈骗又有新花样，市民接到自称客服的电话。</p>", title="登录验证码被骗走之后")
    assert found.title == "登录验证码被骗走之后"


def test_headings_above_and_below_the_title_are_told_apart():
    html = (
        "<table><tr><td class=font02>引题</td></tr><tr><td class=font01>主题<br>二行</td></tr>"
        "<tr><td class=font02>副题</td></tr></table><founder-content><p>正文。</p></founder-content>"
    )
    found = parse_article(html, URL, CLASSIC)
    assert (found.kicker, found.title, found.subtitle) == ("引题", "主题 二行", "副题")


def test_a_title_inside_the_body_is_not_repeated_as_a_paragraph():
    html = "<div id=ozoom><table><tr><td class=font01>主题</td></tr></table><p>正文。</p></div>"
    found = parse_article(html, URL, CLASSIC)
    assert (found.title, found.paragraphs) == ("主题", ("正文。",))


def test_a_title_known_only_to_the_metadata():
    html = "<div id=ozoom><p>正文。</p></div><!--enpproperty <title><p> 题 </p></title><author></author>/enpproperty-->"
    found = parse_article(html, URL, CLASSIC)
    assert (found.title, dict(found.metadata)) == ("题", {"title": "题"})


def test_overrides_go_before_the_familys_own_selectors():
    html = (
        '<h1>站名</h1><div class="mine">真题</div><div class="text"><p>一。</p><p>二。</p></div><div id=ozoom>x</div>'
    )
    found = parse_article(html, URL, CLASSIC, {"title": ".mine", "body": [".none", ".text p"], "author": "h1::own"})
    assert (found.title, found.paragraphs, found.author) == ("真题", ("一。", "二。"), "站名")
