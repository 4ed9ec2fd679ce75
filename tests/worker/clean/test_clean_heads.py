"""Folios, headline groups and bylines as newspapers of many places print them."""

import json
import re
from pathlib import Path

import pytest

from worker import parse
from worker.clean import restore_page
from worker.clean.headlines import arrange
from worker.clean.language import flow

SHARED = Path(__file__).parents[3].parent / "shared"
BODY = (
    "昨日上午，家住栖霞镇兴工社区的孙桂芝老人头一回乘电梯下楼买菜，一路上同邻居说个不停。",
    "据了解，这个小区建成已有三十多年，六层以上的老人占了大半，街道去年开始加装电梯，居民自愿报名。",
    "全部工程预计九月底完工，届时将有三百多户居民受益。",
)
OTHER = (
    "小时候，一到四月，村口的老槐树就开满了白花，奶奶拿一根绑着镰刀的竹竿，一串一串往下钩。",
    "花洗净，拌上面粉，上锅一蒸，浇上蒜汁，就是一碗好饭，我和弟弟能吃两碗。",
)
#: What a headline says comes again in its body.
TOLD = (
    "入冬以来，栖霞县依法保护候鸟，湿地里的天鹅一天比一天多。新水厂通水以后，双河镇的渠道也通了，田里用水省下来，农技员高兴，"
    "老人更高兴：这条渠他守了四十年。县委开防汛工作会议，全县镇街都来，韩立新主持。普惠贷款进山，网点设在海拔两千米的村口。果农开起直播间，规划也好，防汛也好，会议都在村口开，群众转移有了安置。"
)


def page(*lines):
    return restore_page("\n\n".join(lines))


def heads(item):
    return item.rubric, item.kicker, item.title, item.subtitle


@pytest.mark.parametrize(
    "folio",
    [
        ("08", "都市生活", "2014年6月12日 星期四"),
        ("A5 港聞", "栖霞报 2019年3月14日"),
        ("A12 地方新聞", "中華民國一○八年三月十四日 星期四"),
        ("副刊", "第B3版 / 2020-11-08"),
        ("栖霞日报 2026年3月5日 星期四 农历丙午年正月十七 第10896期 今日8版 国内统一连续出版物号：CN99-0021",),
        ("03版：民生", "责编 韩小冬 美编 宋雨", "二〇一四年六月十二日 星期四"),
    ],
)
def test_the_folio_is_no_headline(folio):
    restored = page(*folio, "老旧小区装上新电梯", *BODY)
    assert [heads(item) for item in restored.items] == [(None, None, "老旧小区装上新电梯", None)]
    assert [item.text for item in restored.removed] == list(folio)


def test_an_english_folio_and_a_headline_of_two_lines():
    restored = page(
        "The Harbour Courier",
        "Page 3 · Local",
        "Thursday, March 5, 2026",
        "Ferry returns to\nQuayside pier",
        "By Anna Whitlock and Tom Barrow\nStaff reporters",
        "The first passenger ferry in eleven years tied up on Monday, and two hundred people came to see it.",
        "The service will run six times a day, with fares from two pounds.",
    )
    (item,) = restored.items
    assert heads(item) == (None, None, "Ferry returns to Quayside pier", None)
    assert item.reporters == ("Anna Whitlock", "Tom Barrow")


def test_a_headline_that_is_all_there_is_over_a_date_stays_one():
    restored = page("致全体市民", "2026年3月5日 星期四", *BODY)
    assert restored.items[0].title == "致全体市民"


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        # A meeting and what it was about; what leaders did at one.
        (
            ("县委主持召开防汛工作会议", "部署做好汛期群众转移安置"),
            (None, "县委主持召开防汛工作会议", "部署做好汛期群众转移安置", None),
        ),
        (("全县防汛工作会议召开", "韩立新出席并讲话"), (None, None, "全县防汛工作会议召开", "韩立新出席并讲话")),
        # A series' name in brackets, halves and speech belong to titles.
        (
            ("栖霞县依法保护越冬候鸟", "守住湿地 留住天鹅（美丽乡村行）"),
            (None, "栖霞县依法保护越冬候鸟", "守住湿地 留住天鹅（美丽乡村行）", None),
        ),
        (
            ("双河镇改造旧渠道，让田间用水省下来", "“渠通了，心就宽了”"),
            (None, "双河镇改造旧渠道，让田间用水省下来", "“渠通了，心就宽了”", None),
        ),
        # What is added in a sentence or a figure.
        (
            ("新水厂建成通水", "日供水能力提高三成，惠及沿线四个乡镇"),
            (None, None, "新水厂建成通水", "日供水能力提高三成，惠及沿线四个乡镇"),
        ),
        (
            ("普惠贷款进山村", "17个网点设在海拔两千米以上"),
            (None, None, "普惠贷款进山村", "17个网点设在海拔两千米以上"),
        ),
        (
            ("双河镇老人——", "一条渠守了四十年", "记农技员的一天"),
            (None, "双河镇老人——", "一条渠守了四十年", "记农技员的一天"),
        ),
        # A column's name by its words, by its slogan, by coming again.
        (
            ("争上游 开新路 建设清廉机关", "住建局：窗口前移办得快"),
            ("争上游 开新路 建设清廉机关", None, "住建局：窗口前移办得快", None),
        ),
        (("乡村振兴进行时", "果农开起了直播间"), ("乡村振兴进行时", None, "果农开起了直播间", None)),
        (("社论", "规划之道在于倾听"), ("社论", None, "规划之道在于倾听", None)),
    ],
)
def test_the_parts_of_a_headline_group(lines, expected):
    found = arrange(lines, TOLD)
    assert (found.rubric, found.kicker, found.title, found.subtitle) == expected


#: Headline groups as (rubric, kicker, title, subtitle), and how their texts begin.
GROUPS = (
    # A deck without a dash: what leaders did, what kind of report it is, who did it, what is added.
    (
        (None, None, "全省耕地保护现场会在栖霞召开", "陆志航讲话 马春华介绍经验"),
        "9月12日，全省耕地保护现场会在栖霞召开，副省长陆志航出席会议并讲话，县委书记马春华介绍了我县的做法。",
    ),
    (
        (None, None, "一块豆腐的远行", "双河镇传统豆制品产业发展见闻"),
        "凌晨三点，双河镇豆腐坊的灯亮了。这里做豆腐的历史有三百年，如今全镇豆制品每天发往十一个省份。",
    ),
    (
        (None, None, "昔日煤窝子 今朝花果山", "双河镇废弃矿山生态修复综述"),
        "站在双河镇的观景台上望去，桃花开满山坡。十年前，这里还是一片黑水横流的废弃矿山。",
    ),
    (
        (None, None, "老楼换新颜 邻里笑开颜", "栖霞区年内改造老旧小区四十二个"),
        "栖霞区今年计划改造老旧小区四十二个，目前已完工二十个，惠及居民八千多户。",
    ),
    (
        (None, None, "热血铸忠诚", "追记栖霞消防救援支队战士罗小川"),
        "7月12日夜，栖霞化工园区一座仓库起火，消防战士罗小川三进火场，救出两名工人，自己再也没有出来。",
    ),
    (
        (None, None, "城区三条公交线路下周一调整", "高峰班次加密至五分钟一班"),
        "记者从市公交集团获悉，下周一起，城区3路、11路、26路公交线路调整走向，高峰时段五分钟一班。",
    ),
    (
        (None, None, "鄉公所缺工 清潔隊員年薪百萬仍招不滿", "鄉長：年輕人怕苦"),
        "鄉公所清潔隊近日招考，開出年薪百萬仍招不滿，鄉長嘆年輕人怕苦。",
    ),
    # A kicker: on what occasion a leader spoke, what the title answers.
    (
        (None, "褚国平在调研春耕生产时强调", "不误农时抓春管 一着不让保丰收", None),
        "3月9日，市委副书记、市长褚国平调研春耕生产，强调要不误农时，抓好田间管理，确保夏粮丰收。",
    ),
    (
        (None, "老矿区转型，路在何方——", "双河镇的“加减乘除”", None),
        "双河镇因煤而兴，最多时有四十七座矿井。煤挖完了，路在何方？镇里算起了加减乘除的账。",
    ),
    # A column: a kind of writing, a place to speak, a series, a campaign, a theme.
    (("随笔", None, "晒秋", None), "秋分一过，村里的屋顶就热闹起来。红的是辣椒，黄的是玉米，白的是萝卜条。"),
    (
        ("维权热线", None, "装修公司跑了，定金还能要回来吗", None),
        "市民邓女士说，她交了两万元定金，装修公司却人去楼空。律师表示，可以凭合同向市场监管部门投诉。",
    ),
    (
        ("百姓呼声·记者帮办", None, "一盏路灯灭了两个月 三问三答没人修", None),
        "读者来电说，家门口的路灯灭了两个月。记者找到街道、电力和城管三家，三问三答，还是没人修。",
    ),
    (
        ("记者调查", "一斤少二两，秤上有玄机——", "谁动了菜市场的公平秤", None),
        "记者走访城区六家菜市场，用自带的砝码复秤，发现有九个摊位缺斤短两，一斤少了二两。",
    ),
    (
        ("牢记嘱托 感恩奋进", None, "双河镇：一片叶子富了一方百姓", None),
        "双河镇的茶园有一万两千亩，全镇一半人靠茶吃饭，去年人均增收三千元。",
    ),
    (
        ("乡村振兴看栖霞", None, "小木耳撑起大产业", "——双河镇食用菌产业调查"),
        "走进双河镇的木耳基地，一排排菌棒上挂满了黑亮的木耳。去年全镇木耳产值突破一亿元。",
    ),
    (
        ("在地人物 ②", None, "黃阿鳳：擺渡四十年的一雙手", None),
        "黃阿鳳在烏溪擺渡四十年，橋通了以後，她還是每天到渡口坐一坐。",
    ),
    # English.
    (
        ("IN BRIEF", None, "Road closed for pipe work", None),
        "Dock Street will be closed from Monday while a water main is replaced.",
    ),
    (
        ("Letters", None, "Keep the swings at Mill Park", None),
        "I was sorry to read that the council means to take the swings out of Mill Park, where my family has played.",
    ),
    (
        ("SPORTS", None, "Hornets stun Ridgeway in overtime", "Freshman's three-pointer caps 14-point comeback"),
        "The Hornets trailed Ridgeway by 14 with six minutes left and won in overtime on a freshman's three-pointer.",
    ),
    (
        (None, None, "Mayor vows to reopen pool by June", "Repairs cost twice the estimate"),
        "The Eastbrook pool would reopen by June, the mayor said, although repairs have cost twice what was estimated.",
    ),
)


@pytest.mark.parametrize(("expected", "body"), GROUPS)
def test_each_line_of_a_headline_group_is_told_by_its_signs(expected, body):
    found = arrange([line for line in expected if line], body)
    assert (found.rubric, found.kicker, found.title, found.subtitle) == expected


@pytest.mark.parametrize(("expected", "body"), [group for group in GROUPS if group[0][0]])
def test_a_column_is_told_behind_the_title_as_well(expected, body):
    rubric, *others = expected
    found = arrange([*(line for line in others if line), rubric], body)
    assert (found.rubric, found.kicker, found.title, found.subtitle) == expected


def test_a_column_that_comes_again_is_one_whatever_its_words():
    assert arrange(("灯下", "修表的人不戴表"), TOLD, seen={"灯下": 2}).rubric == "灯下"
    assert (
        arrange(("双河镇的渠道通了", "老人守了四十年的渠"), TOLD, seen={"双河镇的渠道通了": 2}).title
        == "老人守了四十年的渠"
    )


NEWS = "【本報訊】捷運綠線昨日通車，首日逾八萬人次搭乘，市長魏明哲宣布月底前票價優惠半價，十一個車站都排起長龍。"


def test_a_title_that_was_set_in_two_lines_of_one_block_is_one():
    restored = page("捷運綠線首日通車\n逾八萬人次搭乘", "市長：月底前優惠半價", NEWS, *BODY)
    assert heads(restored.items[0]) == (None, None, "捷運綠線首日通車 逾八萬人次搭乘", "市長：月底前優惠半價")


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        # The second line is of another kind, or the two are not alike.
        (("捷運綠線首日通車", "魏明哲出席並致辭"), (None, None, "捷運綠線首日通車", "魏明哲出席並致辭")),
        (("百年車站謝幕——", "綠線接棒載客上路"), (None, "百年車站謝幕——", "綠線接棒載客上路", None)),
        (("社論", "捷運通車只是起點"), ("社論", None, "捷運通車只是起點", None)),
    ],
)
def test_lines_of_one_block_that_are_of_different_kinds_stay_apart(lines, expected):
    restored = page("\n".join(lines), NEWS, *BODY)
    assert heads(restored.items[0]) == expected


STORY = (
    "By Anna Whitlock",
    "The church hall was full an hour before the doors opened, and those who came late ate standing in the yard.",
    "The recipes have barely changed since 1926, and neither have the tables, which the men of the parish made.",
)


RULING = (
    "By Tom Barrow",
    "A judge has ordered the owner of the Birchwood flats to repay $212,000 in rent to the people of 48 homes.",
    "The owner said on Tuesday that he would appeal against the order and had nothing to add.",
)


@pytest.mark.parametrize(
    "title",
    [
        "Parish supper marks a\ncentury",
        "Lifelong baker,\nsinger dies at 93",
        "Church supper feeds\nfour hundred guests",
    ],
)
def test_an_english_headline_of_two_lines_is_one_and_its_column_stays_above(title):
    restored = page(title, *STORY, "COMMUNITY NOTES", "Tenants win\nfirst rent ruling", *RULING)
    assert [heads(item) for item in restored.items] == [
        (None, None, title.replace("\n", " "), None),
        ("COMMUNITY NOTES", None, "Tenants win first rent ruling", None),
    ]


def test_two_lines_of_an_english_letters_sign_off_are_no_headline_of_two_lines():
    restored = page("Keep the swings", *STORY, "Rose Attwell\nMill Lane, Eastbrook")
    assert "Rose Attwell Mill Lane, Eastbrook" not in {item.title for item in restored.items}


def test_a_headline_comes_in_two_languages():
    title, other = "流感疫苗站 周六開放", "Flu clinic opens on Saturday"
    restored = page(
        "老街燈會昨晚開燈", *BODY, title, other, NEWS, "The clinic will be open from nine to two on Saturday."
    )
    assert (restored.items[-1].title, restored.items[-1].subtitle) == (title, other)


def test_the_headline_groups_of_a_real_newspaper():
    """All but a few of one day's groups are told apart; what is left over a reader could not tell without the type."""
    folder = SHARED / "pages" / "rmrb-2026-07-04"
    if not folder.exists():
        pytest.skip(f"no saved pages in {SHARED}")
    right = asked = 0
    for entry in json.loads((folder / "index.json").read_text(encoding="utf-8")):
        kicker, title, subtitle = (
            re.sub("<.*?>", "", entry["prop"][key]).strip() for key in ("introtitle", "title", "subtitle")
        )
        if not kicker and not subtitle:
            continue
        text = parse.decode((folder / entry["file"]).read_bytes(), None)
        article = parse.parse_article(text, entry["url"], parse.get_family("founder-new"), {})
        found = arrange([line for line in (kicker, title, subtitle) if line], "\n".join(article.paragraphs)[:1500])
        asked += 1
        right += (found.rubric, found.kicker or "", found.title, found.subtitle or "") == (
            None,
            kicker,
            title,
            subtitle,
        )
    assert asked > 20
    assert right >= asked - 2


@pytest.mark.parametrize("byline", ["姚远", "姚 远", "姚远/文", "⊙ 姚远", "（山东）姚远", "作者：姚远", "文/姚远"])
def test_a_name_alone_under_a_headline_is_its_writers(byline):
    restored = page("读书札记", "灯下读旧信", byline, *BODY, "槐花饭", byline, *OTHER)
    assert [(item.title, item.reporters) for item in restored.items] == [
        ("灯下读旧信", ("姚远",)),
        ("槐花饭", ("姚远",)),
    ]


@pytest.mark.parametrize("line", ["编者按", "题记", "第一章", "母亲"])
def test_a_label_or_a_word_in_a_names_place_is_no_name(line):
    restored = page("灯下读旧信", line, *BODY, "槐花饭", line, *OTHER)
    assert [item.reporters for item in restored.items] == [(), ()]


def test_a_quotation_that_goes_on_is_joined_in_traditional_characters():
    restored = page(
        "巴士站牌新設計惹議",
        "七十二歲的老人每日乘車往鎮上覆診，「以前一望就知，而家要行到好",
        "近先睇到」。",
        "署方回覆查詢時表示，會在試行期滿後檢討，並收集乘客意見。",
    )
    assert restored.items[0].paragraphs[0].endswith("要行到好近先睇到」。")


def test_an_english_name_in_capitals_is_its_writers():
    restored = page(
        "Library to open on Sundays",
        "JAMES T. HOLLOWAY",
        "The central library will open on Sundays from next month after readers raised money for staff.",
    )
    assert [heads(item) for item in restored.items] == [(None, None, "Library to open on Sundays", None)]
    assert restored.items[0].reporters == ("JAMES T. HOLLOWAY",)


def test_an_interviews_questions_and_an_index_of_pages():
    questions = ("记者：您是怎么想到进学校教剪纸的？", "记者：有什么打算？")
    answers = (
        "范桂英：墙上贴的都是买来的画，回来就找校长，说我来教孩子们剪纸。",
        "范桂英：编一本孩子看得懂的剪纸教材。",
    )
    points = ("2版 全县秋粮收购准备就绪", "3版 老厂房里的新车间", "4版 周末去哪儿：三条徒步线路")
    restored = page(
        "让剪纸“活”在课堂里", "本报记者 何立群", questions[0], answers[0], questions[1], answers[1], "今日导读", *points
    )
    one, two = restored.items
    assert one.paragraphs == (questions[0], answers[0], questions[1], answers[1])
    assert (two.kind, two.title, two.paragraphs) == ("index", "今日导读", points)


def test_a_copy_between_a_headline_and_its_reports_opening_is_a_stray():
    tail = "地方业者则希望，班次增加的同时，车站周边的接驳也要跟上。"
    lead = "〔記者林靜宜／台中報導〕一条百年老街昨晚点亮三百盏手绘灯笼，吸引上千人夜游。"
    restored = page(
        "试车成功",
        "〔記者王小明／台東報導〕铁路昨天首度试车，全程不到两小时。",
        tail,
        "老街三百盏手绘灯笼亮了",
        tail,
        lead,
    )
    assert [(item.reporters, item.paragraphs[-1]) for item in restored.items] == [
        (("王小明",), tail),
        (("林靜宜",), lead),
    ]


VERSE = ("河岸", "风从北面吹来", "芦苇弯下了腰", "船在雾里", "我在岸边等你", "等桥露出它的脊背", "在对岸亮起来")


@pytest.mark.parametrize("byline", [("□本报记者 许文斌",), ()])
def test_a_headline_behind_verse_is_not_lost_in_it(byline):
    news = (
        "连日来，双河镇三座便民桥的桥面铺装接近尾声，两岸的村民去集镇再不用绕行八公里。",
        "镇里说，桥在汛期前通车，桥头还装了路灯和护栏，夜里走也放心。",
    )
    restored = page("老街书店办起夜读会", "□本报记者 沈明志", *BODY, *VERSE, "双河镇新建三座便民桥", *byline, *news)
    assert [item.title for item in restored.items] == ["老街书店办起夜读会", "双河镇新建三座便民桥"]
    assert restored.items[0].paragraphs == (*BODY, *VERSE)
    assert restored.items[1].paragraphs == news


def test_headlines_are_not_taken_for_lines_of_a_fixed_width():
    lines = ("老旧小区装上新电梯", "社区老人乘电梯下楼", "本报讯（记者 周岚）" + BODY[0], *BODY[1:])
    restored = restore_page("\n".join(lines))
    assert heads(restored.items[0]) == (None, None, lines[0], lines[1])


def test_a_report_that_begins_with_its_headlines_words_is_no_copy_of_it():
    headline = "《栖霞县地名故事》第五卷读者会在双河镇老街书院举行"
    opening = "《栖霞县地名故事》第五卷读者会3日在双河镇老街书院举行。"
    restored = page(headline, opening, *BODY)
    assert restored.items[0].paragraphs == (opening, *BODY)
    assert restored.removed == ()


@pytest.mark.parametrize(("one", "two"), [("我们要把这个问", "题解决好"), ("我們要把這個問", "題解決好")])
def test_a_word_at_a_seam_is_known_in_both_scripts(one, two):
    assert flow(one, two) > 3
