"""Say how well a line of a headline group would do as its rubric, kicker, title or subtitle. Chooses nothing."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from worker.clean.forms import is_latin, size

DASHES = ("——", "—", "--", "－－")
_BLANKS = re.compile(r"[ \u3000]+")
_QUOTED = re.compile(r"“[^“”]*”|「[^「」]*」|《[^《》]*》")
#: Columns, campaigns and series say so, by their words or by the marks that set them off.
_COLUMN = re.compile(
    r"^[【〖［\[■◆●★▶►|｜#]|[】〗］\]]$|(?:进行时|進行時|系列(?:报道|报导|報導|評論|评论|谈|访谈)?|专栏|專欄|专题|專題|特刊|走基层|巡礼|巡禮"
    r"|在行动|在行動|面对面|面對面|直通车|直通車|大家谈|大家談|专版|连载|連載|之[一二三四五六七八九十]|[^\d][①-⑳]|[\u3400-\u9fff]{2}[谈談])"
    r"[ \u3000]*[①-⑳\d]*(?:[（(][^）)]+[）)])?$"
)
#: What newspapers call their columns: a kind of writing, a place to speak, a way of looking.
_GENRE = re.compile(
    r"(?:[论論][坛壇]|[时時短快微锐][评評]|[评評][论論]|社[论論]|[漫杂雜座访訪][谈談]|[漫随隨][笔筆]|[杂雜散]文|小品|[诗詩][歌苑刊页頁林选選潮]|小[说說]"
    r"|[札手笔筆日][记記]|[来來]信|信箱|[热熱][线線]|[问問]答|答疑|[释釋]疑|提示|警示|提醒|[课課讲講]堂|追[踪蹤]|[调調]查|[观觀]察|聚焦"
    r"|[关關]注|[视視][点點]|[视視][线線窗]|之窗|特[写寫]|直[击擊]|[现現]场|現場|[一在][线線]|[广廣]角|[纵縱]横|博[览覽]|[传傳]真|茶座|看台|沙[龙龍]"
    r"|人物|[专專][访訪]|[对對][话話]|速[递遞]|快[讯訊语語]|[简簡][讯訊]|要[闻聞]|[战戰][报報]|[档檔]案|[镜鏡][头頭]|文苑|副刊|[周週]刊|往[来來]"
    r"|照登|[风風][云雲采]|[发發]布|[报報][道导導]|[港社體体][闻聞]|新[闻聞])$"
)
_CAMPAIGN = re.compile(
    r"落[实實]|[贯貫][彻徹]|牢[记記]|[奋奮][进進]|建功|征程|新[时時]代|初心|使命|攻[坚堅]|[决決][战戰]|振[兴興]|践行|踐行|弘[扬揚]|先[锋鋒]|[嘱囑]托"
    r"|[开開]局|高[质質]量|担当|擔當|[创創]建|精神|[优優]化|深化|[庆慶]祝|喜迎|喜看|[学學][习習]|[争爭]|回眸|展望|聚焦|走[进進]|[关關]注|[见見][证證]|文明|共建|同心"
    r"|我[们們]的|身[边邊]的|中国式|中國式|[实實]干|為民|为民"
)
#: A theme and where it is looked at.
_THEME = re.compile(r"^[^，：]{2,8}[看走在话話谈談][\u3400-\u9fff]{2}$")
#: Whom the lines below quote.
_LEADS_ON = re.compile(
    r"(?:[强強][调調](?:[说說])?|指出|表示|要求|提出|希望|呼吁|呼籲|致[辞辭]|[认認][为為]|.{6}[時时]|：|:)$"
)
#: What leaders did at a meeting: never a title below another line.
_ATTENDS = re.compile(
    r"(?:出席|主持|讲话|講話|致辞|致辭|批示|参加|參加|陪同|见证|見證|作报告|作報告)[^，。 \u3000]{0,6}(?=[ \u3000]|$)"
)
#: A report says at its title's end what kind of report it is.
_TELLS = re.compile(
    r"(?:见闻|見聞|[纪紀][实實]|[侧側][记記]|[综綜]述|[调調]查|小[记記]|[记紀纪][事行]|启示|啟示|回[眸顾顧]|掠影|扫描|掃描|速[写寫]|札[记記]|[访訪][谈談]"
    r"|[对對][话話]|[专專][访訪]|实践|實踐|做法|[经經][验驗]|故事|之路|[样樣]本|探[路访訪]|一[天日])$"
)
_RETELLS = re.compile(
    r"(?:——?|--)?(?:本[报報])?(?:[记記](?![者忆憶得住录錄])|[访訪](?!谈)|写在|寫在|来自|來自|[对對][话話]|[专專][访訪]|追[记記]|[读讀看评評][《“]|主题[为是]|主題[為是])"
)
#: A series' name in brackets stands behind the title that belongs to it.
_SERIES = re.compile(r"[（(][^（）()]{2,18}[）)]$")
_SPEECH = re.compile(r"[！]$|^[“「].*[”」]$")
_ASKS = re.compile(r"[？?]$|为何|为什么|為何|為什麼|怎么|怎麼|怎样|怎樣|哪|[谁誰]|何[时時在方]|[吗嗎]$")
#: Who did it, before what was done.
_ACTOR = re.compile(r"^.{0,8}?(?:[省市县縣區区镇鎮乡鄉村局委院厅廳部校会會署府]|公司|集团|集團|警方|公安|法院).{3,}")
#: A line that starts so tells what was done by whom the line above names.
_DOES = re.compile(
    r"(?:学习|學習|部署|公布|研究|审议|審議|推动|推動|持续|持續|坚持|堅持|加快|切实|切實|扎实|奋力|奮力|全力|着力|进一步|深入|全面|确保|強化|强化"
    r"|打造|建设|凝聚|谱写|弘扬|发挥|發揮|提升|倡导|制止|传达|貫徹|贯彻|助力|促进|筑牢|守护|把|让|讓)"
)
_FIGURE = re.compile(r"\d|[一二三四五六七八九十百千万萬]{2,}|[一二三四五六七八九十]成")
#: What is added to news: when, how much, what next.
_DETAIL = re.compile(
    r"(?:[本今明上下]?[年月周週日季]|首[日月年批期]|[预預][计計]|有望|全[程长長]|[总總]投[资資]|最[高快早]|[将將]|[拟擬]|已|[为為]期|[历歷][时時]|每[日天人年月])"
)
#: News in one clause ends on what happened.
_NEWS = re.compile(
    r"(?:召开|召開|举行|舉行|举办|舉辦|[开開閉闭]幕|[启啟][动動]|[开開]工|通[车車]|合[龙龍]|印发|印發|出台|[发發]布|公布|[开開][街馆館]|揭牌|[签簽][约約]|落成"
    r"|投[产產用]|宣判|[运運]行|上[线線]|成立|[开開]通|亮相|突破|新高)$"
)
_SAID_MOST = 0.6
_HARDLY_SAID = 0.15
_SHORT, _TINY, _LONG = 8, 5, 20
_CAMPAIGN_SIZE = 24
_HALVES = 2
_FEW_LETTERS, _COLUMN_WORDS = 4, 5


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a headline group and what stands around it."""

    text: str
    said: float  #: how much of it the body says, and no other item
    first: bool  #: it stands over all the others
    last: bool  #: it stands under all the others
    longer: float  #: than the longest of the others, in tens of characters, between -1 and 1
    again: bool = False  #: it heads another item as well
    capitals: float = 0.0  #: it alone is in capitals, or (half as telling) each of its words alone begins with one


Sign = Callable[[Line], float]


def _told(has: Callable[[str], object]) -> Sign:
    return lambda line: float(bool(has(line.text)))


def _up_to(most: int) -> Sign:
    return lambda line: float(not is_latin(line.text) and size(line.text) <= most)


def in_halves(text: str) -> bool:
    """Whether the line has two clauses set off by a blank, outside of what it quotes."""
    return not is_latin(text) and len(_BLANKS.split(_QUOTED.sub("“”", text))) > 1


def _is_genre(text: str) -> bool:
    return any(size(part) <= _SHORT and _GENRE.search(part) for part in text.split("·"))


def _slogan(line: Line) -> float:
    """Whether a line that the body hardly says calls upon its readers in several clauses."""
    parts = len(_BLANKS.split(_QUOTED.sub("“”", line.text)))
    return float(
        line.said < _HARDLY_SAID
        and not is_latin(line.text)
        and (parts > _HALVES or (parts == _HALVES and bool(_CAMPAIGN.search(line.text))))
    )


#: What can be seen of a line.
_SIGNS: Mapping[str, Sign] = {
    "any": lambda _: 1.0,
    "first": lambda line: float(line.first),
    "last": lambda line: float(line.last),
    "longer": lambda line: line.longer,
    "again": lambda line: float(line.again),
    "said": lambda line: min(line.said, _SAID_MOST),
    "hardly said": lambda line: float(line.said < _HARDLY_SAID and not is_latin(line.text)),
    "short": _up_to(_SHORT),
    "tiny": _up_to(_TINY),
    "column": _told(_COLUMN.search),
    "genre": lambda line: float(_is_genre(line.text)),
    "campaign": lambda line: float(bool(size(line.text) <= _CAMPAIGN_SIZE and _CAMPAIGN.search(line.text))),
    "theme": _told(_THEME.search),
    "dot": lambda line: float("·" in line.text and not is_latin(line.text)),
    "dot and blank": lambda line: float("·" in line.text and in_halves(line.text)),
    "halves": _told(in_halves),
    "slogan": _slogan,
    "dash before": _told(lambda text: text.startswith(DASHES)),
    "dash behind": _told(lambda text: text.endswith(DASHES)),
    "leads on": _told(_LEADS_ON.search),
    "attends": _told(_ATTENDS.search),
    "tells": lambda line: float(bool(size(line.text) > _SHORT and _TELLS.search(line.text))),
    "retells": _told(_RETELLS.match),
    "series": _told(_SERIES.search),
    "speech": _told(_SPEECH.search),
    "asks": _told(_ASKS.search),
    "comma": _told(lambda text: "，" in text),
    "colon": _told(lambda text: "：" in text[:-1]),
    "quotes": _told(lambda text: "“" in text[1:] or "「" in text[1:]),
    "does": lambda line: float(bool(size(line.text) > _SHORT and _DOES.match(line.text))),
    "actor": lambda line: float(bool(size(line.text) > _SHORT and _ACTOR.match(line.text))),
    "news": _told(_NEWS.search),
    "detail": _told(_DETAIL.match),
    "figure": _told(_FIGURE.search),
    "latin": _told(is_latin),
    "few words": lambda line: max(0.0, 2.0 - len(line.text.split()) / 2) if is_latin(line.text) else 0.0,
    "capitals": lambda line: line.capitals,
}
RUBRIC, KICKER, TITLE, SUBTITLE = range(4)
#: How well a line would do as rubric, kicker, title and subtitle.
Scores = tuple[float, float, float, float]
#: What each sign says for a line's being rubric, kicker, title, subtitle, as log odds. The signs are what papers do;
#: their sizes were found on headline groups of real and invented papers, and tried on each paper without its own.
_WEIGHTS: Mapping[str, Scores] = {
    "any": (-1.2, 1.5, 0.0, -0.1),
    "first": (0.7, -0.6, -0.1, 0.0),
    "last": (0.4, 0.0, -1.0, 0.5),
    "longer": (-0.5, -0.4, -0.4, 1.3),
    "again": (3.0, -1.0, -1.0, -1.0),
    "said": (-3.1, 1.1, 0.6, 1.5),
    "hardly said": (2.2, 0.0, -0.5, -1.8),
    "short": (2.7, -1.7, -0.4, -0.5),
    "tiny": (2.1, -0.3, -1.1, -0.7),
    "column": (2.9, -0.1, -1.5, -0.8),
    "genre": (2.5, -0.4, -1.6, -0.6),
    "campaign": (2.7, -0.9, -1.0, -0.9),
    "theme": (2.3, -1.0, -0.2, -1.1),
    "dot": (3.0, -0.3, -1.2, -0.5),
    "dot and blank": (2.0, -0.5, -1.0, -0.5),
    "halves": (-0.1, -1.5, 1.6, -0.1),
    "slogan": (1.6, 0.0, -0.8, -0.3),
    "dash before": (-5.0, -2.0, -6.0, 3.0),
    "dash behind": (-2.1, 4.8, -3.7, -1.0),
    "leads on": (-1.5, 1.6, -1.3, -1.0),
    "attends": (-2.5, 0.0, -1.2, 2.2),
    "tells": (0.2, -0.5, -1.4, 1.4),
    "retells": (-0.4, -1.0, -3.2, 2.6),
    "series": (-1.1, -1.0, 3.4, -2.3),
    "speech": (-0.1, -0.4, 0.1, 0.2),
    "asks": (-0.1, -0.9, 1.1, 0.0),
    "comma": (-0.8, 2.0, -0.4, -0.9),
    "colon": (-0.6, -0.1, 0.2, 0.6),
    "quotes": (-0.2, 0.1, 0.4, -0.3),
    "does": (0.8, -0.5, 2.6, -3.0),
    "actor": (-0.6, -0.6, 0.3, 1.0),
    "news": (-0.4, 0.0, 0.5, -0.1),
    "detail": (-0.5, -0.6, -0.4, 1.2),
    "figure": (0.3, -0.4, -0.5, 0.7),
    "latin": (0.8, -0.8, -0.3, 0.3),
    "few words": (2.2, -0.4, -0.9, -0.7),
    "capitals": (3.4, -0.1, -1.6, -1.1),
}


#: What a half of a title does not show.
_NAMING = (
    "column",
    "genre",
    "dash before",
    "dash behind",
    "leads on",
    "attends",
    "tells",
    "retells",
    "does",
    "speech",
    "halves",
)


def score(line: Line) -> Scores:
    """Return how well the line would do as rubric, kicker, title and subtitle, in this order."""
    rubric = kicker = title = subtitle = 0.0
    for name, sign in _SIGNS.items():
        if seen := sign(line):
            weight = _WEIGHTS[name]
            rubric += seen * weight[0]
            kicker += seen * weight[1]
            title += seen * weight[2]
            subtitle += seen * weight[3]
    return rubric, kicker, title, subtitle


def names_part(text: str) -> bool:
    """Whether a line by itself shows that it is rubric, kicker or subtitle, or a whole title."""
    line = lines_of([text], [0.0], [False])[0]
    return any(_SIGNS[name](line) for name in _NAMING)


def names_column(text: str) -> bool:
    """Whether a short line names a column by its words, by its marks, or, in Latin script, by its capitals."""
    if is_latin(text):
        return text.isupper() and sum(map(str.isalpha, text)) >= _FEW_LETTERS and len(text.split()) <= _COLUMN_WORDS
    return bool(size(text) <= _CAMPAIGN_SIZE and _COLUMN.search(text)) or _is_genre(text)


def _capitals(text: str) -> float:
    if not is_latin(text):
        return 0.0
    if text.isupper():
        return 1.0
    words = text.split()
    return 0.5 if len(words) <= _COLUMN_WORDS and all(word[0].isupper() for word in words) else 0.0


def lines_of(texts: list[str], said: Iterable[float], again: Iterable[bool]) -> list[Line]:
    """Return the lines of a group, each with what stands around it."""
    sizes = [size(text) for text in texts]
    least = min(map(_capitals, texts))
    longest = sorted(sizes)[-2:]
    return [
        Line(
            text=text,
            said=share,
            first=at == 0,
            last=at == len(texts) - 1,
            longer=max(-1.0, min(1.0, (sizes[at] - longest[0 if sizes[at] == longest[-1] else -1]) / 10)),
            again=twice,
            capitals=own if (own := _capitals(text)) > least else 0.0,
        )
        for at, (text, share, twice) in enumerate(zip(texts, said, again, strict=True))
    ]
