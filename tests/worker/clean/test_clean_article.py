"""Articles from templates: little is broken, and nothing may be invented."""

import textwrap

import pytest

from worker.clean import quality, restore_article, restore_page
from worker.clean.flags import Flag
from worker.clean.linebreaks import join
from worker.clean.quality import COST
from worker.domain import Image, Kind, ParsedArticle, Removed


def only(parsed):
    (item,) = restore_article(parsed).items
    return item


def test_people_come_from_the_author_line_and_from_the_lead():
    parsed = ParsedArticle(title="桥修好了", author="赵  禾", paragraphs=("本报讯（记者 钱如海）桥修好了。",))
    restored = restore_article(parsed)
    assert restored.items[0].reporters == ("赵禾", "钱如海")
    assert Removed(text="赵  禾", reason="byline") in restored.removed


def test_a_paragraph_cut_in_two_is_joined_and_said_so():
    one = "桥修好了，两岸的人都来看。老人说这一天等了四十年，当年他就是从这里坐船去对岸上学的，"
    item = only(ParsedArticle(title="桥", paragraphs=(one, "船票只要五分钱。")))
    assert item.paragraphs == (one + "船票只要五分钱。",)
    assert item.flags == (str(Flag.SPLIT_JOINED),)


def test_pictures_without_a_body_are_a_photo():
    image = Image(url="http://127.0.0.1/a.jpg", caption="图为新桥。记者 赵一禾 摄")
    item = only(ParsedArticle(title=None, images=(image, image)))
    assert (item.kind, item.captions) == (Kind.PHOTO, ("图为新桥。记者 赵一禾 摄",))


def test_an_article_of_nothing_but_furniture_gives_no_item():
    furniture = Removed(text="返回目录", reason="furniture")
    restored = restore_article(ParsedArticle(title=None, removed=(furniture,)))
    assert restored.items == ()
    assert restored.removed == (furniture,)


def test_a_sign_off_is_no_paragraph():
    item = only(ParsedArticle(title="倡议书", paragraphs=("请大家爱护新桥。", "临江市桥梁管理处", "2026年3月5日")))
    assert item.paragraphs == ("请大家爱护新桥。",)
    assert item.signature == ("临江市桥梁管理处", "2026年3月5日")


@pytest.mark.parametrize(
    ("title", "paragraphs", "kind"),
    [
        ("关于封闭老桥的公告", ("老桥自下月起封闭。",), Kind.NOTICE),
        ("今日导读", ("老桥封闭（2版）", "新桥开工（3版）", "麦子黄了（4版）"), Kind.INDEX),
        ("新桥花园", ("电话：12345678", "地址：新桥路一号"), Kind.ADVERT),
        ("老桥封闭", ("老桥自下月起封闭，请绕行。",), Kind.ARTICLE),
    ],
)
def test_the_kind_is_told_by_form(title, paragraphs, kind):
    assert only(ParsedArticle(title=title, paragraphs=paragraphs)).kind is kind


ENGLISH = (
    "The old bridge opened again on Monday after two years of work, and people from both banks came to see it. "
    "The mayor said that the work had been done by local masons, who cut every stone "
    "by hand in the quarry above the town. "
    "She thanked them all, and the children of the school sang a song that their grandparents had sung forty years ago."
)  # fmt: skip


def test_english_lines_broken_at_a_width_are_one_paragraph_again():
    page = f"Old bridge opens again\n\nBy Jane Smith\n\n{textwrap.fill(ENGLISH, 60)}\n"
    (item,) = restore_page(page).items
    assert (item.title, item.reporters) == ("Old bridge opens again", ("Jane Smith",))
    assert item.paragraphs == (ENGLISH,)


def test_a_hyphen_at_a_line_end_is_healed_and_a_dash_is_kept():
    assert join("said the may-", "or of the town") == "said the mayor of the town"
    assert join("from 1990-", "1995") == "from 1990-1995"
    assert join("两岸的人", "都来看") == "两岸的人都来看"


def test_every_flag_has_its_cost_and_quality_stays_between_0_and_1():
    assert set(COST) == set(Flag)
    assert quality(()) == 1.0
    assert 0.0 < quality(Flag) < quality((Flag.SPLIT_JOINED,)) < 1.0
