"""Articles written for the tests (towns and people are invented), and the defects of page dumps, done to them."""

import random
from collections import Counter
from dataclasses import dataclass, field

STORIES = (
    (
        "青禾镇灌渠清淤赶在春播前完工",
        "连日的机器轰鸣停了下来，青禾镇十七公里长的主灌渠终于露出平整的渠底。水管员赵满仓沿着渠堤走了一个来回，把最后一处松动的护坡砖敲实。",
        "这条灌渠修于上世纪六十年代，供着下游四个村的两万亩稻田。前年秋汛带下来的泥沙淤了半截渠身，去年插秧时，尾端的柳湾村等水等了整整九天。",
        "镇里没有再等。去年入冬后，水利站把渠道分成二十三段，一段一段放干、清淤、衬砌，挖出来的淤泥运到废弃的砖瓦场，掺上秸秆堆成了肥料。",
        "“往年是人等水，今年是水等人。”柳湾村种粮户孙来福说，他已经把秧田翻好，只等三月下旬放水泡田，比去年足足提前了半个月。",
        "水利站还给每段渠道立了牌子，写明管护人和电话。站长说，清一次淤管不了十年，把人管住了，渠才管得住。",
    ),
    (
        "老印刷厂的铅字有了新住处",
        "三十六万枚铅字，按部首排在一千二百个木格里，像一支安静的队伍。云岭市铅字馆昨天开门，第一批走进来的，是当年在车间里拣字的老工人。",
        "七十四岁的陶玉珍在字架前站了很久，伸手就摸到了自己的姓。她十九岁进厂学拣字，左手托盘，右手取字，一分钟最快能拣四十二个。",
        "厂子九十年代末停了铅印，铅字装进麻袋堆在锅炉房里。要不是退休的排版师傅老秦隔三差五去翻一翻，这些字早被当作废铅卖掉了。",
        "馆里留了一台手摇的圆盘机，孩子们可以自己拣字、排版、上墨，印一张写着自己名字的书签带回家。开馆第一天，书签印掉了六百多张。",
    ),
    (
        "夜班公交多开一小时",
        "从下月起，海棠湾新区的三条夜班公交线路末班车由二十二点延至二十三点。改动不大，却让在物流园上中班的两千多名工人不必再拼车回家。",
        "提出这个建议的是分拣员何小满。去年十月，她在公交公司的意见簿上写了半页纸，附上自己记了一个月的候车时间，还画了一张上下班人流的草图。",
        "公交公司派人在站台数了两个星期的人头，发现二十二点十分到二十三点之间，平均每晚有三百一十人步行离开园区，其中一半以上要走四十分钟。",
        "“多开一小时，一年要多花八十来万元，可这笔账不能只算油钱。”公司调度室主任说，延时之后还会按季度再数一次人，不合适就再改。",
        "何小满把新的时刻表拍下来发到了工友群里。她说自己没想过一张纸真的管用，下一步还想问问，站台能不能装一盏亮一点的灯。",
    ),
    (
        "山里的麦子磨成了石磨面",
        "石坝子村海拔一千九百米，麦子比山下晚熟四十天。从前村民嫌它产量低，如今城里人专门开车上山，来买一袋带着麸香的石磨面粉。",
        "变化从一盘旧磨开始。三年前，返乡青年罗远志把祖父留下的石磨修好，接上电机，把转速压到每分钟十八转，磨出来的面粉不烫手。",
        "他请农技员化验过：低温慢磨的面粉，胚芽和麸皮都留在里面，蛋白质比普通面粉高出一截。凭着这张化验单，村里注册了自己的商标。",
        "去年全村磨面六十四吨，麦子的收购价从一元二角涨到了两元一角。村里用挣来的钱修了晒场，又添了两盘新磨，三十多位老人在磨坊里有了活干。",
        "今年开春，罗远志又在琢磨麦麸。他说一粒麦子上山下山不容易，不能只卖一半。",
    ),
    (
        "图书馆把借书台搬进菜市场",
        "周末的兴隆菜市场，卖豆腐的摊位旁边多了一张小桌，上面摆着三百来本书。买菜的居民把篮子往地上一放，扫个码就能把书带走。",
        "这是区图书馆设的第五个流动借书点。馆员周晓禾说，坐在馆里等读者，来的总是那几百张熟面孔，于是大家商量着把书推到人最多的地方去。",
        "头一个月，借得最好的不是小说，而是养花、修家电和给孩子做早饭的书。卖鱼的老板娘借走一本记账的小册子，还书时多带来了三个要办证的邻居。",
        "借书点不收押金，丢了书照价赔就行。开办半年，一共借出四千三百多册，丢失的只有十一册，其中七册后来又被悄悄放了回来。",
    ),
    (
        "风电叶片退役之后去哪儿",
        "一片用了二十年的风电叶片有四十多米长，埋不掉也烧不得。北川县的一家小厂却把它锯开，做成了公园里的长椅和自行车棚的顶。",
        "叶片的骨架是玻璃纤维，泡在树脂里固化，结实是结实，拆解起来却让人头疼。全县未来五年要退役的叶片超过九百片，堆放场早就不够用了。",
        "厂长冯立新原来做石材切割，他把切石头的绳锯改了改，加上喷淋除尘，两个工人一天能拆完一片。大块的做构件，碎料掺进水泥砖里。",
        "上个月，第一批八十张长椅摆进了县城的沿河步道。弯弯的椅背还留着叶片的弧度，晚饭后总有人坐在上面看水。",
        "县里正在起草退役叶片的回收办法，准备让风场在建设时就预留处置费用。冯立新说，他最盼的是这一条早点写进合同里。",
    ),
    (
        "让村医的药箱轻一点",
        "从前出一趟诊，村医马秀云的药箱有十一公斤重。如今她只背一台平板电脑和几样常用药，剩下的由无人机送到各个山头。",
        "她负责的七个自然村散在两条沟里，最远的一户要走三个小时。去年夏天暴雨冲断了路，一位老人的降压药断了四天，她至今说起来还自责。",
        "县医院和邮政合办的送药航线今年一月开通，村医在平板上开方，药房核对之后装进保温盒，最慢四十分钟就能落到村口的停机坪。",
        "两个多月飞了五百六十架次，没有丢过一盒药。医院药剂科的人说，比飞得快更要紧的是核对，一张方子要过三双眼睛。",
    ),
    (
        "少年宫里的修理铺",
        "星期六上午，少年宫二楼飘着松香的气味。十来个孩子围着一台拆开的收音机，轮流拿电烙铁去碰那根断了的线头。",
        "这间修理铺不收费，也不教奥数，只修坏东西：台灯、风扇、八音盒、会走路的铁皮青蛙。东西由街坊送来，修好了打个电话请人来取。",
        "指导老师姓乔，退休前是无线电厂的技师。他给孩子们立了三条规矩：先问清楚怎么坏的，再画出里面的样子，最后才许动手拆。",
        "一年下来修好了四百多件，也修坏了二十几件。修坏的东西摆在窗台上，旁边贴着孩子写的检讨，字歪歪扭扭，原因倒写得明白。",
        "乔师傅说，他不指望这里出工程师，只盼着这些孩子长大以后，遇见坏了的东西，先想一想能不能修。",
    ),
)  # fmt: skip
CAPTIONS = (
    "图为修缮一新的渠首闸门。",
    "工作人员在调试新到的设备。",
    "图为参加活动的孩子们。",
    "傍晚的沿河步道。",
    "志愿者在整理捐来的旧书。",
    "图为合作社的晒场。",
)  # fmt: skip
PHOTOS = (
    "“杏花疏影里，吹笛到天明。”眼下，城东古杏园里的三百株老杏树进入盛花期，枝头如云似雪，引得游人驻足。图为游客在树下拍照。",
    "雨后初晴，落霞湖湿地迎来今年首批北归的白鹭。成群的白鹭在浅滩上觅食、嬉戏，为早春添了几分生气。图为湖面上起飞的白鹭。",
    "昨日，望江门外的百年渡口举行开航仪式，停运两年的木船轮渡重新载客，老街坊们早早赶来乘头一班船。图为首航的渡船靠岸。",
)  # fmt: skip
RUBRICS = ("乡村新事进行时", "【街巷来信】", "新春走基层", "大家谈")
KICKERS = ("盯住难处、分段施工，水利站——", "一台旧机器、一群热心人，街坊们——")
SURNAMES, GIVEN = "赵钱孙李周吴郑王冯陈", "伟芳敏静磊洋艳勇杰涛霞平"


@dataclass
class Defects:
    """How often each defect is done, between 0 and 1."""

    split: float = 0.0
    repeated_tail: float = 0.0
    early_tail: float = 0.0
    truncated: float = 0.0
    caption: float = 0.0
    photo: float = 0.0
    signature: float = 0.0
    noise: float = 0.0
    ocr: bool = False


@dataclass
class _Item:
    title: str | None
    paragraphs: list
    heads: list = field(default_factory=list)
    byline: str | None = None
    fields: dict = field(default_factory=dict)
    tail: tuple | None = None


def _name(rng):
    return rng.choice(SURNAMES) + "".join(rng.choice(GIVEN) for _ in range(rng.choice((1, 2))))


def _cut(rng, text, least=12):
    """Return a place in mid-sentence, or None."""
    marks = "。！？：；”“，、’‘《》—…"
    spots = [i for i in range(least, len(text) - least) if text[i - 1] not in marks and text[i] not in marks]
    return rng.choice(spots) if spots else None


def _noisy(rng, text, rate):
    return "".join(rng.choice("的一是在有") if c.isalpha() and rng.random() < rate else c for c in text)


def _item(rng, story):
    item = _Item(title=story[0], paragraphs=list(story[1:]), heads=[story[0]])
    item.fields = {"rubric": None, "kicker": None, "subtitle": None, "reporters": [], "correspondents": []}
    if rng.random() < 0.3:
        item.fields["rubric"] = rng.choice(RUBRICS)
        item.heads.insert(rng.choice((0, 1)), item.fields["rubric"])
    elif rng.random() < 0.25:
        item.fields["kicker"] = rng.choice(KICKERS)
        item.heads.insert(0, item.fields["kicker"])
    elif rng.random() < 0.25:
        item.fields["subtitle"] = f"——听{_name(rng)}说往事"
        item.heads.append(item.fields["subtitle"])
    reporters, others = [_name(rng) for _ in range(rng.choice((1, 2)))], [_name(rng)]
    form = rng.randrange(6)
    if form == 0:
        item.byline = f"□本报记者 {' '.join(reporters)}\n通讯员 {others[0]}"
    elif form == 1:
        item.byline, others = f"本报记者 {'、'.join(reporters)}", []
    elif form == 2:
        item.paragraphs[0] = f"本报讯（记者 {' '.join(reporters)} 通讯员 {others[0]}）" + item.paragraphs[0]
    elif form == 3:
        item.byline = f"记者 {' '.join(reporters)} 通讯员 {others[0]} 文/图"
    elif form == 4:
        item.byline, others = f"□ {reporters[0]}", []
        reporters = reporters[:1]
    else:
        item.byline, reporters = f"本报通讯员 {others[0]}", []
    item.fields["reporters"], item.fields["correspondents"] = list(dict.fromkeys(reporters)), others
    return item


def _body(rng, item, defects, captions):
    """Yield the printed blocks of a body, and fill in what is expected."""
    expected = list(item.paragraphs)
    lost = defects.truncated and item.tail is None and rng.random() < defects.truncated
    if lost:
        at = rng.randrange(1, len(expected))
        cut = _cut(rng, expected[at], 30)
        if cut:
            expected = [*expected[:at], expected[at][:cut]]
    shown = []
    blocks = []
    for index, text in enumerate(expected):
        cut = None
        if item.tail and item.tail[0] == index:
            cut = item.tail[1]
        elif rng.random() < defects.split and not (lost and index == len(expected) - 1):
            cut = _cut(rng, text, 20)
        parts = [text[:cut], text[cut:]] if cut else [text]
        blocks.append((parts[0], 1))
        if captions and rng.random() < defects.caption and (cut or index < len(expected) - 1):
            shown.append(captions.pop())
            blocks.append((shown[-1], 3))
        blocks += [(part, 1) for part in parts[1:]]
    return blocks, expected, shown, bool(lost)


def _tail(rng, item, noise):
    """Return a second printing of an article's end that starts in mid-sentence, and where it was cut."""
    at = rng.randrange(1, len(item.paragraphs))
    cut = _cut(rng, item.paragraphs[at], 20)
    if cut is None:
        return [], None
    first = ("推" if rng.random() < 0.5 else item.paragraphs[at][cut]) + item.paragraphs[at][cut + 1 :]
    return [first, *(_noisy(rng, text, noise) for text in item.paragraphs[at + 1 :])], (at, cut)


def make_page(seed, defects):
    """Return (text of a broken page, the items that it should become)."""
    rng = random.Random(seed)
    items = [_item(rng, story) for story in rng.sample(STORIES, rng.randint(3, 7))]
    captions = list(CAPTIONS)
    rng.shuffle(captions)
    photos = list(PHOTOS)
    rng.shuffle(photos)
    printed, expected = [], []
    for index, item in enumerate(items):
        printed += [(line, 1) for line in item.heads]
        if item.byline:
            printed.append((item.byline, 1))
        blocks, paragraphs, shown, lost = _body(rng, item, defects, captions)
        printed += blocks
        want = {"kind": "article", "title": item.title, "paragraphs": paragraphs, "signature": [], "captions": shown}
        expected.append(want | item.fields)
        if not lost and item.tail is None and rng.random() < defects.repeated_tail:
            printed += [(text, 1) for text in _tail(rng, item, defects.noise)[0]]
        elif not lost and rng.random() < defects.signature:
            want["signature"] = ["临江市图书馆学会", f"2026年3月{rng.randint(1, 28)}日"]
            expected[-1]["signature"] = want["signature"]
            printed.append(("\n".join(want["signature"]), 1))
        if index + 1 < len(items) and rng.random() < defects.early_tail:
            early, items[index + 1].tail = _tail(rng, items[index + 1], defects.noise)
            printed += [(text, 1) for text in early]
        elif photos and rng.random() < defects.photo:
            people = [_name(rng), _name(rng)]
            printed += [(photos[-1], 3), (f"记者 {people[0]} 通讯员 {people[1]} 摄", 1)]
            photo = {"kind": "photo", "title": None, "paragraphs": [], "signature": [], "captions": [photos.pop()]}
            photo |= {"rubric": None, "kicker": None, "subtitle": None}
            expected.append(photo | {"reporters": people[:1], "correspondents": people[1:]})
    return _print(printed, ocr=defects.ocr), expected


def _print(blocks, *, ocr):
    lines = []
    for text, gap in blocks:
        lines += [""] * gap
        for line in text.split("\n"):
            lines += [line[i : i + 20] for i in range(0, len(line), 20)] if ocr else [line]
    return "\n".join(lines)


def _grams(texts):
    found = Counter()
    for text in texts:
        bare = "".join((text or "").split())
        found.update(bare[i : i + 5] for i in range(max(1, len(bare) - 4)) if bare)
    return found


def _share(hit, a, b):
    return 1.0 if a + b == 0 else 2 * hit / (a + b)


def _all(item):
    return [*item["paragraphs"], *item["signature"], *item["captions"]]


def score(expected, actual):
    """Return the figures by which restoration is measured, each 1.0 at best."""
    want = [_grams([*_all(item), item["title"]]) for item in expected]
    have = [_grams([*_all(item), item["title"]]) for item in actual]
    pairs = sorted(
        (
            (sum((w & h).values()) / max(1, w.total(), h.total()), x, y)
            for x, w in enumerate(want)
            for y, h in enumerate(have)
        ),
        reverse=True,
    )
    match = {}
    sound = 0
    for share, x, y in pairs:
        if share > 0.1 and x not in match and y not in match.values():
            match[x] = y
            sound += share >= 0.9
    kept = sum(sum((_grams(_all(expected[x])) & _grams(_all(actual[y]))).values()) for x, y in match.items())

    def listed(*names):
        hit = a = b = 0
        for name in names:
            a += sum(len(item[name]) for item in expected)
            b += sum(len(item[name]) for item in actual)
            hit += sum(sum((Counter(expected[x][name]) & Counter(actual[y][name])).values()) for x, y in match.items())
        return _share(hit, a, b)

    heads = ("title", "rubric", "kicker", "subtitle")
    return {
        "items_f1": _share(sound, len(expected), len(actual)),
        "text_recall": kept / max(1, sum(_grams(_all(item)).total() for item in expected)),
        "text_precision": kept / max(1, sum(_grams(_all(item)).total() for item in actual)),
        "paragraph_f1": listed("paragraphs"),
        "headline_acc": sum(all(expected[x][k] == actual[y][k] for k in heads) for x, y in match.items())
        / len(expected),
        "byline_f1": listed("reporters", "correspondents"),
        "caption_f1": listed("captions"),
    }
