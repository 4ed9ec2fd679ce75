"""What columns do to a page: an item between another's halves, and lines that no fixed width broke."""

import textwrap

import pytest

from worker.clean import restore_page
from worker.clean.ragged import ragged
from worker.clean.read import read

BRIDGE = (
    "本报讯（记者 赵一禾）双河镇的三座便民桥昨天通车，两岸的村民去集镇再也不用绕行八公里。",
    "桥面宽四米半，能过农用车。镇里的水利员孙大江说，汛期河水一涨，漫水桥就没了顶，老人和孩子只能坐船，去年镇里为桥跑了十一趟。",
    "家住北岸的何秀英头一个推着车走过桥去，车上是两筐刚摘的黄瓜。",
)
CHOIR = (
    "本报讯（记者 钱如海）县文化馆的老年合唱团前天晚上在工人俱乐部演出，票是免费的，过道里加了两排凳子。",
    "指挥李木今年六十七岁，退休前教中学音乐。他把团员分成四个声部，每周二、周五排练，风雨无阻，三年里只停过一回。",
    "唱到最后一首，台下的人跟着打起了拍子，散场时还有人在哼。",
)
CUT = BRIDGE[1].index("老人和孩子") + 3


def items(*blocks):
    return {item.title: item for item in restore_page("\n\n".join(blocks)).items}


def test_the_rest_of_an_article_is_taken_back_from_behind_the_next_item():
    found = items("三座便民桥通车", BRIDGE[0], BRIDGE[1][:CUT], "老年合唱团登台", *CHOIR, BRIDGE[1][CUT:], BRIDGE[2])
    assert found["三座便民桥通车"].paragraphs == BRIDGE
    assert found["老年合唱团登台"].paragraphs == CHOIR


def test_a_fragment_between_the_halves_of_a_paragraph_goes_home():
    half = CHOIR[1].index("四个声部") + 1
    found = items(
        "三座便民桥通车", BRIDGE[0], BRIDGE[2], BRIDGE[1][:CUT],
        "老年合唱团登台", CHOIR[0], CHOIR[1][:half], BRIDGE[1][CUT:], CHOIR[1][half:], CHOIR[2],
    )  # fmt: skip
    assert found["三座便民桥通车"].paragraphs == (BRIDGE[0], BRIDGE[2], BRIDGE[1])
    assert found["老年合唱团登台"].paragraphs == CHOIR


@pytest.mark.parametrize("widths", [(20,), (17, 19, 21, 18, 22)])
def test_a_paragraph_broken_at_about_one_width_is_whole_again(widths):
    def broken(text):
        lines, at, number = [], 0, 0
        while at < len(text):
            lines.append(text[at : at + widths[number % len(widths)]])
            at += len(lines[-1])
            number += 1
        return "\n".join(lines)

    found = items("三座便民桥通车", *map(broken, BRIDGE), "老年合唱团登台", *map(broken, CHOIR))
    assert {title: item.paragraphs for title, item in found.items()} == {
        "三座便民桥通车": BRIDGE,
        "老年合唱团登台": CHOIR,
    }


def test_paragraphs_under_one_another_are_no_ragged_lines():
    tight = "\n".join(line for text in (*BRIDGE, *CHOIR) for line in textwrap.wrap(text, 20))
    assert ragged(read(tight).blocks) is None


def test_a_cut_behind_a_semicolon_is_healed_and_a_list_is_none():
    whole = "桥有两头。一头是镇上的集，逢三逢八，人挤着人；另一头是三个村子，从前只有船能到，如今也通了车。"
    half = whole.index("；") + 1
    listed = ("一、桥面每月清扫两次；", "二、栏杆每年上漆一次；", "三、汛期派人值守。")
    cut = BRIDGE[1][:CUT], BRIDGE[1][CUT:]
    found = items("三座便民桥通车", BRIDGE[0], *cut, whole[:half], whole[half:], BRIDGE[2], *listed)
    assert found["三座便民桥通车"].paragraphs == (*BRIDGE[:2], whole, BRIDGE[2], *listed)


@pytest.mark.parametrize("line", ["记者手记", "新闻链接", "渡口与桥（记者手记）"])
def test_a_sidebar_stays_with_its_article(line):
    note = "采访结束时天已经黑了，桥上的灯一盏一盏亮起来，河水在桥洞下面走得很慢。"
    found = items("三座便民桥通车", *BRIDGE, line, note, "老年合唱团登台", *CHOIR)
    assert found["三座便民桥通车"].paragraphs == (*BRIDGE, line, note)


def test_what_a_text_announces_is_no_new_item():
    letter = "感谢镇里修了桥，我们北岸三个村的人心里都亮堂了，孩子上学少走一个钟头。"
    found = items("三座便民桥通车", *BRIDGE[:2], "村民给镇里写来一封信，全文如下：", "给镇里的一封信", letter)
    assert found["三座便民桥通车"].paragraphs[-2:] == ("给镇里的一封信", letter)


@pytest.mark.parametrize("lines", [("修：三百个日夜", "用：多了四条路"), ("甲方：钱从哪来", "乙方：活怎么干")])
def test_a_brief_line_under_a_label_of_a_word_is_a_subhead(lines):
    found = items("三座便民桥通车", BRIDGE[0], lines[0], BRIDGE[1], lines[1], BRIDGE[2], "老年合唱团登台", *CHOIR)
    assert found["三座便民桥通车"].paragraphs == (BRIDGE[0], lines[0], BRIDGE[1], lines[1], BRIDGE[2])


def test_verse_under_a_columns_name_has_a_title():
    verse = ("风从北面吹来", "芦苇弯下了腰", "船在雾里", "我在岸边等你", "等桥露出它的脊背")
    found = items("三座便民桥通车", *BRIDGE, "诗苑", "渡口", *verse, "老年合唱团登台", *CHOIR)
    assert found["三座便民桥通车"].paragraphs == BRIDGE
    assert (found["渡口"].rubric, found["渡口"].paragraphs) == ("诗苑", verse)
