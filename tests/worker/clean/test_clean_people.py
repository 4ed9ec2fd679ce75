"""People are read from bylines of many forms, and from nothing else."""

import pytest

from worker.clean.people import is_credit, people_in_text, read_people


@pytest.mark.parametrize(
    ("line", "reporters", "correspondents", "plain"),
    [
        ("□本报记者 赵一禾 钱如海", ("赵一禾", "钱如海"), (), ()),
        ("通讯员 孙大江 李木", (), ("孙大江", "李木"), ()),
        ("通讯员 孙大江 文/图", (), ("孙大江",), ()),
        ("记者 赵一禾 通讯员 孙大江 摄", ("赵一禾",), ("孙大江",), ()),
        ("本报记者  赵  禾  钱如海", ("赵禾", "钱如海"), (), ()),
        ("本报全媒体记者 阿依·古丽江 通讯员 李木", ("阿依·古丽江",), ("李木",), ()),
        ("临江日报记者 赵一禾", ("赵一禾",), (), ()),
        ("《临江晚报》记者赵一禾", ("赵一禾",), (), ()),
        ("赵一禾 整理", (), (), ("赵一禾",)),
        ("□ 赵一禾", (), (), ("赵一禾",)),
        ("文/赵一禾 图/李木", (), (), ("赵一禾", "李木")),
        ("赵一禾摄（影像资料）", (), (), ("赵一禾",)),
        ("本报记者 赵一禾 实习生 钱如海 通讯员 李木", ("赵一禾", "钱如海"), ("李木",), ()),
        ("記者王小明／台北報導", ("王小明",), (), ()),
        ("By Jane Smith and John Doe", ("Jane Smith", "John Doe"), (), ()),
        ("JOHN SMITH in Linjiang", ("JOHN SMITH",), (), ()),
        ("By John Smith in Linjiang", ("John Smith",), (), ()),
        ("BY MARIA DE SOUZA", ("MARIA DE SOUZA",), (), ()),
        ("By Zhao Yihe and Qian Ruhai in East Bay", ("Zhao Yihe", "Qian Ruhai"), (), ()),
        ("Reported by Jane Smith", ("Jane Smith",), (), ()),
        ("（记者 赵一禾 通讯员 孙大江 李木）", ("赵一禾",), ("孙大江", "李木"), ()),
        ("□本报见习记者 赵一禾", ("赵一禾",), (), ()),
        ("□本报特约记者赵一禾", ("赵一禾",), (), ()),
        ("本报驻临江记者 赵一禾", ("赵一禾",), (), ()),
        ("本报记者赵一禾 钱如海", ("赵一禾", "钱如海"), (), ()),
        ("本报记者 赵 禾 钱 海", ("赵禾", "钱海"), (), ()),
        ("本报记者 欧阳一禾", ("欧阳一禾",), (), ()),
        ("本报记者 买买提·艾力", ("买买提·艾力",), (), ()),
        ("本报通讯员：孙大江", (), ("孙大江",), ()),
        ("本报通讯员 孙大江 李木", (), ("孙大江", "李木"), ()),
        ("文/图 本报记者 赵一禾", ("赵一禾",), (), ()),
        ("图/文 孙大江", (), (), ("孙大江",)),
        ("记者赵一禾文/图", ("赵一禾",), (), ()),
        ("赵一禾 李木 摄影报道", (), (), ("赵一禾", "李木")),
        ("新华社记者赵一禾摄", ("赵一禾",), (), ()),
        ("采写/本报记者 赵一禾", ("赵一禾",), (), ()),
        ("本报记者 赵一禾 整理", ("赵一禾",), (), ()),
        ("○ 孙大江", (), (), ("孙大江",)),
        ("記者王小明報導", ("王小明",), (), ()),
        ("（記者王小明／高雄報導）", ("王小明",), (), ()),
        ("BY JANE SMITH, STAFF REPORTER", ("JANE SMITH",), (), ()),
    ],
)
def test_a_byline_names_its_people(line, reporters, correspondents, plain):
    found = read_people(line)
    assert (found.reporters, found.correspondents, found.plain) == (reporters, correspondents, plain)


@pytest.mark.parametrize(
    ("line", "only_the_picture"), [("通讯员 魏文 摄", True), ("记者 魏文摄", True), ("通讯员 魏兰 文/摄", False)]
)
def test_a_name_that_ends_as_the_word_for_text_took_the_picture_only(line, only_the_picture):
    assert is_credit(line) is only_the_picture


@pytest.mark.parametrize(
    "line",
    [
        "记者手记",
        "■一线调查",
        "Ming vases in London",
        "加强通讯员队伍建设",
        "记者：您怎么看这座桥？",
        "刷脸摄像头",
        "全市记者节表彰大会举行",
        "（作者为本报驻外记者）",
        "记者从会上了解到，大桥年内通车。",
        "为桥梁建设提供有力保障",
    ],
)
def test_other_lines_name_nobody(line):
    assert not read_people(line)


@pytest.mark.parametrize(
    ("text", "reporters", "correspondents"),
    [
        ("本报讯（记者 赵一禾）3月3日，大桥合龙。", ("赵一禾",), ()),
        ("新华社临江3月4日电（记者赵一禾、钱如海）大桥合龙。", ("赵一禾", "钱如海"), ()),
        ("本报讯（通讯员 李木 记者 赵一禾）大桥合龙。", ("赵一禾",), ("李木",)),
        ("【記者王小明報導】大橋合龍。", ("王小明",), ()),
        ("本报雄江3月4日电  （记者阿依·古丽江）大桥合龙。", ("阿依·古丽江",), ()),
        ("大桥合龙。（本报记者 赵一禾）", ("赵一禾",), ()),
        ("大桥合龙，工程师（原为记者）到场。", (), ()),
    ],
)
def test_the_lead_names_its_people(text, reporters, correspondents):
    found = people_in_text(text)
    assert (found.reporters, found.correspondents) == (reporters, correspondents)
