"""Items in the making: their headlines, their people in many printed forms, their pictures. Breaks nothing."""

import random
from dataclasses import dataclass, field

SURNAMES, GIVEN = "沈韩唐宋许何吕施曹严华金魏陶姜柏章苏潘葛", "明志建国秀英海燕文斌丽娜晓东玉兰子轩雨欣思远嘉"
MINORITY = ("阿依夏木·买买提", "巴特尔", "次仁卓玛", "古丽·艾山", "迪丽努尔·阿不都")
ENGLISH_NAMES = ("Anna Wells", "Peter O'Hara", "Maria de Souza", "Liu Ming", "Tom Ashby-Cole")
ORGANISATIONS = ("栖霞县水务管理局", "中共栖霞县委宣传部", "栖霞县总工会", "澄江市红十字会")
RUBRICS = (
    "【百姓身边事】",
    "深化改革进行时",
    "走进乡村看小康",
    "■一线调查",
    "迎风起航 奋楫争先",
    "聚焦民生·办实事 解难题",
)
KICKERS = ("推窗见绿、出门入园", "打通堵点、补齐短板", "从一间车间到一个产业集群")
CAPTIONS = (
    "工人在新建的厂房里安装设备。",
    "图为改造后的老街夜景。",
    "栖霞县双河镇的千亩果园。",
    "孩子们在新操场上奔跑。",
    "图为医护人员为老人量血压。",
    "正在施工的跨河大桥。",
    "图①：村民在直播间介绍蜂蜜。",
    "▲志愿者在路口引导行人。",
)
# fmt: off
PHOTO_STORIES = (
    "眼下正值油菜花期，栖霞县双河镇的万亩油菜竞相绽放，金黄的花海与白墙黛瓦相映成景，吸引四方游客前来踏青。图为游人在花田间游览。",
    "立冬过后，澄江口湿地公园迎来大批越冬候鸟，成群的天鹅、野鸭在水面嬉戏觅食，构成一幅和谐的生态画卷。",
    "8月12日，在澄江市青少年活动中心，孩子们在老师的指导下学习扎染。暑假期间，这里开设了陶艺、剪纸、扎染等二十多门免费课程，让孩子们感受传统文化的魅力。",
)
NOTICES = (
    ("注销公告", ("栖霞县丰禾种植专业合作社经成员大会决议，拟申请注销登记，请债权人自公告之日起45日内申报债权。",)),
    ("遗失声明", ("周桂兰遗失栖霞县自然资源局核发的不动产权证书一本，声明作废。", "何建军遗失教师资格证，声明作废。")),
)  # fmt: skip
# fmt: on


@dataclass
class Line:
    """One printed line or block."""

    text: str
    gap: int = 1
    body: bool = False


@dataclass
class Item:
    """An item in the making: what is printed of it, and what is expected."""

    want: dict
    script: str
    heads: list[Line] = field(default_factory=list)
    body: list[Line] = field(default_factory=list)
    after: list[Line] = field(default_factory=list)
    before: list[Line] = field(default_factory=list)
    astray: list[Line] = field(default_factory=list)
    behind: list[Line] = field(default_factory=list)
    lost: bool = False


def wanted(kind: str, title: str | None, paragraphs=(), captions=()) -> dict:
    return {
        "kind": kind, "title": title, "rubric": None, "kicker": None, "subtitle": None, "reporters": [],
        "correspondents": [], "paragraphs": list(paragraphs), "signature": [], "captions": list(captions),
    }  # fmt: skip


def name(rng: random.Random) -> str:
    if rng.random() < 0.06:
        return rng.choice(MINORITY)
    return rng.choice(SURNAMES) + "".join(rng.choice(GIVEN) for _ in range(rng.choice((1, 2, 2))))


def _spread(name: str) -> str:
    return f"{name[0]}  {name[1]}" if len(name) == 2 else name


def byline(rng: random.Random, item: Item) -> None:
    """Give the item its people in one of many printed forms."""
    want = item.want
    if item.script == "latn":
        writer = rng.choice(ENGLISH_NAMES)
        form = rng.randrange(5)
        line = [f"By {writer}", f"BY {writer.upper()}", f"By {writer}, Staff Reporter", f"By {writer} in Halden", ""][
            form
        ]
        if line:
            item.heads.append(Line(line))
            want["reporters"] = [writer.upper() if writer.upper() in line else writer]
        return
    a, b, c = (name(rng) for _ in range(3))
    if item.script == "hant":
        form = rng.randrange(3)
        if form == 0:
            item.heads.append(Line(f"記者{a}／台北報導"))
        elif form == 1:
            want["paragraphs"][0] = f"【記者{a}報導】" + want["paragraphs"][0]
        else:
            return
        want["reporters"] = [a]
        return
    first = want["paragraphs"][0]
    forms = {
        "box": ([f"□本报记者 {_spread(a)} {b}", f"通讯员 {c}"], [a, b], [c]),
        "one": ([f"本报记者 {_spread(a)}"], [a], []),
        "line": ([f"本报记者 {a} 通讯员 {b} {c}"], [a], [b, c]),
        "pause": ([f"记者 {a}、{b}"], [a, b], []),
        "photo": ([f"□本报记者 {a}", f"通讯员 {b} 文/图"], [a], [b]),
        "square": ([f"■ {a}"], [a], []),
        "member": ([f"本报通讯员 {a}"], [], [a]),
        "media": ([f"全媒体记者 {a} 通讯员 {b}"], [a], [b]),
        "other": ([f"澄江日报记者 {a}"], [a], []),
        "trainee": ([f"本报记者 {a} 实习生 {b}"], [a, b], []),
        "lead": (f"本报讯（记者 {a} 通讯员 {b}）", [a], [b]),
        "lead2": (f"本报讯 （记者{a}、{b}）", [a, b], []),
        "agency": (f"新华社澄江3月4日电（记者{a}、{b}）", [a, b], []),
        "town": (f"本报澄江3月4日电  （记者{a}）", [a], []),
        "end": ("", [a], []),
        "none": ("", [], []),
    }
    form = rng.choice(list(forms))
    printed, reporters, correspondents = forms[form]
    want["reporters"], want["correspondents"] = list(dict.fromkeys(reporters)), correspondents
    if isinstance(printed, list):
        tight = rng.random() < 0.6
        item.heads += [Line(line, gap=0 if at and tight else 1) for at, line in enumerate(printed)]
    elif printed:
        want["paragraphs"][0] = printed + first
    if form == "end":
        want["paragraphs"][-1] += f"（本报记者 {a}）"


def heads(rng: random.Random, item: Item, rubric: str | None) -> None:
    want = item.want
    item.heads = [Line(want["title"])]
    if item.script != "hans":
        return
    roll = rng.random()
    if rubric:
        want["rubric"] = rubric
        item.heads.insert(rng.choice((0, 0, 1)), Line(rubric))
    if roll < 0.12:
        want["subtitle"] = f"——记{rng.choice(ORGANISATIONS)}{name(rng)}"
        item.heads.append(Line(want["subtitle"]))
    elif roll < 0.24:
        want["kicker"] = f"{rng.choice(KICKERS)}，{rng.choice(('澄江', '双河'))}——"
        item.heads.insert(0 if item.heads[0].text == want["title"] else 1, Line(want["kicker"]))


def photo(rng: random.Random, story: str) -> Item:
    a, b = name(rng), name(rng)
    item = Item(want=wanted("photo", None, captions=[story]), script="photo")
    form = rng.randrange(4)
    item.body = [Line(story, gap=3)]
    if form == 0:
        item.body.append(Line(f"记者 {a} 通讯员 {b} 摄"))
        item.want["reporters"], item.want["correspondents"] = [a], [b]
    elif form == 1:
        item.body.append(Line(f"本报记者 {a} 摄影报道"))
        item.want["reporters"] = [a]
    elif form == 2:
        item.body.append(Line(f"通讯员 {a} 摄"))
        item.want["correspondents"] = [a]
    else:
        item.want["title"] = rng.choice(("春日好风光", "暑期乐翻天", "湿地迎来新朋友"))
        item.heads = [Line(item.want["title"])]
        item.body.append(Line(f"本报记者 {a} 摄"))
        item.want["reporters"] = [a]
        item.body[0].gap = 1
    return item
