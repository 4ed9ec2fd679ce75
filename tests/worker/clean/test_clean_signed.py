"""Who signed an item is told on the page: lines of names, second lines, credits at a caption's end, sign-offs."""

import pytest

from worker.clean import restore_page
from worker.clean.block import Block, Role
from worker.clean.credits import part_credits
from worker.clean.people import read_people

BODY = (
    "昨日上午，家住栖霞镇兴工社区的孙桂芝老人头一回乘电梯下楼买菜，一路上同邻居说个不停。",
    "据了解，这个小区建成已有三十多年，六层以上的老人占了大半，街道去年开始加装电梯，居民自愿报名。",
    "全部工程预计九月底完工，届时将有三百多户居民受益。",
)
ESSAY = (
    "小时候，一到四月，村口的老槐树就开满了白花，奶奶拿一根绑着镰刀的竹竿，一串一串往下钩。",
    "花洗净，拌上面粉，上锅一蒸，浇上蒜汁，就是一碗好饭，我和弟弟能吃两碗。",
)
TITLE = "老旧小区装上新电梯"


def page(*lines):
    return restore_page("\n\n".join(lines)).items


@pytest.mark.parametrize(
    ("byline", "reporters", "correspondents"),
    [
        ("□本报记者 赵一禾\n钱如海", ("赵一禾", "钱如海"), ()),
        ("本报记者 赵一禾 通讯员 孙大江\n李木", ("赵一禾",), ("孙大江", "李木")),
        ("本報記者\n鄧一禾　梁大江", ("鄧一禾", "梁大江"), ()),
        ("■本报通讯员\n孙大江", (), ("孙大江",)),
        ("记者 赵一禾\n发自栖霞", ("赵一禾",), ()),
        ("記者王小明\n栖霞報導", ("王小明",), ()),
        ("赵一禾\n文／图", ("赵一禾",), ()),
        ("本报评论员", (), ()),
        ("本报记者 赵一禾 摄影报道", ("赵一禾",), ()),
    ],
)
def test_a_byline_of_two_lines_or_of_no_name_is_whole(byline, reporters, correspondents):
    (item,) = page(TITLE, byline, *BODY)
    assert (item.title, item.reporters, item.correspondents) == (TITLE, reporters, correspondents)
    assert item.paragraphs == BODY


@pytest.mark.parametrize("name", ["孟怀瑾", "苇杭", "江石磊", "孟怀瑾（寄自荷兰）", "县农技站 孟怀瑾"])
@pytest.mark.parametrize("head", [("人间小品", "槐花开了"), ("槐花开了", "杂文"), ("槐花开了",)])
def test_one_bare_name_is_enough_where_the_text_does_not_say_it(head, name):
    (item,) = page(*head, name, *ESSAY)
    assert item.reporters == (name.split("（")[0].split(" ")[-1],)
    assert item.paragraphs == ESSAY


def test_a_column_of_opinion_is_signed_whatever_the_name():
    (item,) = page("栖霞论坛", "电梯里的民心", "方向明", *BODY)
    assert item.reporters == ("方向明",)


@pytest.mark.parametrize("line", ["引子", "引 子", "尾 声", "一日要闻", "民生一线", "老槐树", "读者来信"])
def test_other_short_lines_under_a_headline_are_no_names(line):
    (item,) = page("槐花开了", line, *ESSAY)
    assert item.reporters == ()


def test_a_byline_in_brackets_behind_the_text_is_no_paragraph():
    one, two = page(TITLE, *BODY, "（记者 赵一禾 通讯员 孙大江）", "槐花又开了", "□ 钱如海", *ESSAY)
    assert (one.paragraphs, one.reporters, one.correspondents) == (BODY, ("赵一禾",), ("孙大江",))
    assert (two.paragraphs, two.reporters) == (ESSAY, ("钱如海",))


@pytest.mark.parametrize(
    ("text", "caption", "credit"),
    [
        ("老人乘电梯下楼。本报记者 赵一禾 摄", "老人乘电梯下楼。", "本报记者 赵一禾 摄"),
        ("老人乘电梯下楼。　赵一禾 摄（栖霞融媒供图）", "老人乘电梯下楼。", "赵一禾 摄（栖霞融媒供图）"),
        ("老人乘电梯下楼　通讯员 孙大江 摄", "老人乘电梯下楼", "通讯员 孙大江 摄"),
        ("老人乘电梯下楼。本报通讯员 孙大江 摄影报道", "老人乘电梯下楼。", "本报通讯员 孙大江 摄影报道"),
        ("老人乘电梯下楼。（赵一禾 摄）", "老人乘电梯下楼。", "（赵一禾 摄）"),
        ("老人乘電梯下樓。（趙一禾攝）", "老人乘電梯下樓。（趙一禾攝）", None),
        ("Residents try the new lift. Photo by Ann Wells", "Residents try the new lift.", "Photo by Ann Wells"),
        ("图为老人乘电梯下楼。", "图为老人乘电梯下楼。", None),
    ],
)
def test_a_credit_behind_the_text_leaves_the_caption(text, caption, credit):
    blocks = part_credits((Block(text=text, role=Role.CAPTION),)).blocks
    assert [block.text for block in blocks] == [caption, *([credit] if credit else [])]


def test_a_caption_that_thanks_its_giver_in_brackets_is_one():
    (item,) = page(TITLE, BODY[0], "老人乘電梯下樓，鄰居在旁邊看熱鬧。（社區提供）", *BODY[1:])
    assert (item.paragraphs, item.captions) == (BODY, ("老人乘電梯下樓，鄰居在旁邊看熱鬧。（社區提供）",))


def test_a_long_picture_text_at_the_head_of_a_page_is_a_photo_item():
    story = "".join(ESSAY)
    photo, item = page(story, "本报记者 钱如海 摄", TITLE, "□本报记者 赵一禾", *BODY)
    assert (photo.captions, photo.reporters, item.title) == ((story,), ("钱如海",), TITLE)


def test_briefs_under_a_triangle_are_paragraphs():
    briefs = tuple(f"△{text}" for text in ("县图书馆修缮一新，下月开放。凭证办卡。", "一路车试行无人售票。票价五角。"))
    (item,) = page("社会短波", *briefs)
    assert (item.paragraphs, item.captions) == (briefs, ())


@pytest.mark.parametrize("day", ["2026年3月5日", "中華民國一一五年三月五日", "2026 年 3 月 5 日"])
def test_a_greeting_belongs_to_the_letter_that_is_signed_under_it(day):
    letter = (*BODY, "衷心祝愿大家元宵快乐、阖家安康！")
    one, two = page("致全镇居民的一封信", *letter, "栖霞镇人民政府", day, "槐花又开了", "□ 钱如海", *ESSAY)
    assert (one.paragraphs, one.signature) == (letter, ("栖霞镇人民政府", day))
    assert two.title == "槐花又开了"


@pytest.mark.parametrize("line", ["栖霞镇人民政府　2026年3月5日", "栖霞镇文明办 栖霞镇妇联 二〇二六年三月五日"])
def test_a_sign_off_of_one_line_is_no_headline(line):
    one, two = page("致全镇居民的一封信", *BODY, line, "槐花又开了", "□ 钱如海", *ESSAY)
    assert (one.paragraphs, one.signature, two.title) == (BODY, (line,), "槐花又开了")


def test_a_picture_with_news_of_its_own_is_parted_from_the_paragraph_around_it():
    news = "3月2日，双河镇的柳编作坊里，三十名村民正在赶制出口的竹篮，产品销往十二个省份，人均月入三千元。"
    half = ESSAY[0].index("竹竿") + 1
    one, two = page(
        "老槐树", "□ 赵一禾", ESSAY[1], ESSAY[0][:half], news, "通讯员 孙大江 摄", ESSAY[0][half:], *BODY[1:]
    )
    assert one.paragraphs == (ESSAY[1], ESSAY[0], *BODY[1:])
    assert (two.kind, two.captions, two.correspondents) == ("photo", (news,), ("孙大江",))


@pytest.mark.parametrize("line", ["晚报记者 赵一禾", "晨报记者 赵一禾 通讯员 孙大江", "□都市报记者 赵一禾"])
def test_a_papers_short_name_stands_before_its_reporter(line):
    (item,) = page(TITLE, line, *BODY)
    assert item.reporters == ("赵一禾",)


def test_a_letters_writer_signs_with_what_he_is_and_his_name():
    letter, essay = page("路灯何时亮", *BODY, "栖霞县机械厂退休职工 钱如海", "老槐树", "□ 赵一禾", *ESSAY)
    assert (letter.signature, letter.paragraphs) == (("栖霞县机械厂退休职工 钱如海",), BODY)
    assert (essay.title, essay.rubric) == ("老槐树", None)


def test_a_drawing_by_hand_names_nobody():
    assert read_people("老街三百盏手绘灯笼亮了") is None
