"""Adverts, tables and the forecast among articles: items of their own, whatever stands before and after."""

import pytest

from worker.clean import restore_page

ONE = (
    "老街书店办起夜读会",
    "□本报记者 沈明志",
    "澄江市双河镇的老街书店从本月起每周五晚上开到十一点，读者可以带着自己的书来，也可以在店里借一本。",
    "店主说，第一晚来了三十多人，多是附近的工人和学生，大家读到很晚才散。",
)
TWO = (
    "双河镇新建三座便民桥",
    "□本报记者 许文斌",
    "连日来，双河镇三座便民桥的桥面铺装接近尾声，两岸的村民去集镇再不用绕行八公里。",
    "镇里说，桥在汛期前通车，桥头还装了路灯和护栏，夜里走也放心。",
)
ADVERT = ("双河家具城周年庆", "全场家具八折起", "地址：澄江市人民路88号", "电话：0536-8123456", "微信：shjj2024")
TABLE = ("今日菜价（元/公斤）", "白菜 1.80 1.90", "萝卜 2.10 2.00", "土豆 3.20 3.10", "芹菜 4.50 4.60")
WEATHER = ("天气预报", "今天白天：晴转多云，南风3级，12℃到23℃", "今天夜间：多云，南风2级", "明天：阴有小雨，15℃到20℃")


def titles(*lines):
    return [(str(item.kind), item.title) for item in restore_page("\n\n".join(lines)).items]


@pytest.mark.parametrize(("lines", "kind"), [(ADVERT, "advert"), (TABLE, "article"), (WEATHER, "article")])
def test_an_offer_a_table_or_a_forecast_is_an_item_of_its_own(lines, kind):
    one, two, own = ("article", ONE[0]), ("article", TWO[0]), (kind, lines[0])
    assert titles(*ONE, *lines, *TWO) == [one, own, two]
    assert titles(*ONE, *TWO, *lines) == [one, two, own]


def test_every_line_of_a_table_stays():
    item = restore_page("\n\n".join((*ONE, *TABLE))).items[1]
    assert item.paragraphs == TABLE[1:]


def test_a_notices_address_is_its_own():
    notice = (
        "停水公告",
        "因管网检修，双河镇老街片区3月5日8时至18时停水，请用户提前储水。",
        "栖霞县自来水公司",
        *ADVERT[2:4],
    )
    assert titles(*ONE, *notice)[1:] == [("notice", "停水公告")]


def test_a_report_on_prices_keeps_its_table():
    report = (
        "菜价连降三周",
        "□本报记者 沈明志",
        "市场监测显示，今日菜价继续回落，白菜、萝卜、土豆、芹菜每公斤比上周低两成，白菜跌破两元。",
        "商户说，本地大棚菜集中上市，萝卜和土豆供应充足，菜价还会再降。",
    )
    assert titles(*report, *TABLE) == [("article", "菜价连降三周")]


def test_an_article_with_a_reporter_is_no_advert():
    lines = ("社区食堂开门迎客", "□本报记者 沈明志", "老人一餐八折，电话：0536-8123456", "地址：澄江市人民路88号")
    assert titles(*lines) == [("article", "社区食堂开门迎客")]
