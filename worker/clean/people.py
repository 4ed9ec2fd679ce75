"""Read people from bylines, credits and the brackets of a lead. Knows the trade's words and no names."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from worker.clean.english_people import is_affiliation, is_picture_credit, names_source, read_byline, read_signed
from worker.clean.forms import is_latin

MARKS = "□■◆◇●○▲△◎⊙◉☆★〇▢◼◻▪▫※*·・-—/／ \u3000"
_BULLETS = "□■◆◇●○▲△◎⊙◉☆★▢◼◻▪"
_BRACKETS = {"（": "）", "(": ")", "【": "】", "[": "]", "［": "］", "〔": "〕"}
_HAN = r"[\u3400-\u9fff]"
#: Words that make the name after them (or, for those in _AFTER, before them) a person of the paper.
_ROLE = re.compile(
    r"(?P<correspondent>通讯员|通訊員|通联员|报道员|報道員)"
    r"|(?P<reporter>记者|記者|实习生|實習生|评论员|評論員|撰文|采写|采寫|(?:采访|採訪)(?=[／/：:])|文字(?=[：:／/])|執筆|执笔|作者|撰稿|编译|編譯|编写)"
    r"|(?P<given>供图|供圖|提供(?=[）)]?$))"
    r"|(?P<other>策划|策劃|统筹|統籌|监制|口述|指导[教老][师師]|指導老師)"
    r"|(?P<after>摄影报道|攝影報導|文[/／、‧・·][图圖摄攝]|文[图圖]|[图圖][與与及]文|(?<=[/／])文(?=\s)|(?<=[/／])[图圖摄攝]$"
    r"|(?<=[\u3400-\u9fff]{2} )(?:文(?= .*[图圖摄攝]$)|[图圖]$)|(?<![\u3400-\u9fff])文\s?[图圖摄攝]"
    r"|[图圖摄攝][/／、\s]?文|文并摄|文並攝|图文报道|图文|圖文|整理"
    r"|(?<=[ \u3000])(?:答|解答|供稿)$"
    r"|摄影|攝影|航拍|翻拍|制图|製圖|摄制|摄(?![像录])|攝(?!影)|绘(?=$|[\s：:/／])"
    r"|(?<![\u3400-\u9fff])(?<![ \u3000□■◆●][\u3400-\u9fff]  )[文图圖](?=[/／:： |｜丨])|(?<=[/／])文$)"
)
#: What may stand directly before a role without a space: rank and paper.
_GRADE = re.compile(
    r"(?:本报|本報|本刊|本台|本社|本网|本網|特约|特約|见习|見習|实习|實習|首席|资深|資深|高级|特派|主任|校园|校園|小|[·•]|全媒体?|全媒體|融媒[体體]?"
    r"|(?:[日晚晨早时快商都]|都市|青年|工人|农民|法治|法制)报|[日晚時]報|电视台|电台|新媒[体體]|摄影|攝影|文字|体育|财经|评论|驻[\u3400-\u9fff]{1,5}?|《[^》]{2,15}》"
    rf"|{_HAN}{{2,8}}?(?:日报|日報|晚报|晚報|早报|晨报|时报|時報|商报|都市报|快报|新闻社|通讯社|新闻网|周刊|杂志|周报|青年报"
    r"|法治报|法制报|农民报|工人报|电视台|广播电台|融媒体中心|融媒体?|融媒體|传媒|广电|卫视|客户端|在线|发布|头条|新华社|中新社|中国网|新闻|报|報|社|网|網|台))+$"
)
_TAIL = re.compile(
    r"(?:(?:[/／\s]\s*[\u3400-\u9fff－—–-]{0,9})?(?:报道|報道|報導|报导)|参与|參與|对本文亦有贡献|发自[\u3400-\u9fff]+|译|等)$"
)
_DATELINE = re.compile(r"^.{0,30}[电電讯訊]$")
_NOT_NAMES = re.compile(
    r"^(?:手记|手記|单位|單位|简介|[走看探访进跑去带陪系均]|观察|調查|调查|注|按|节|之家|证|證|协会|站|团|們|们|问|問|说|了解|获悉|獲悉|从|在|来到|走进|看到|采访|见到|日前|近日"
    r"|视角|眼|走基层|体验|行|说法|帮|快评|点评|连线|热线|对话|为|是|与|和|对)"
)
_NAME = re.compile(
    rf"^(?:{_HAN}{{2,4}}|{_HAN}{{1,8}}(?:[·•・．.]{_HAN}{{1,10}})+|[A-Z][\w.'’-]*(?: (?:(?:de|da|van|von|bin"
    rf"|al) )?[A-Z][\w.'’-]*)*)$"
)
#: An office that stands before its writer's name, or in place of one.
_OFFICE = re.compile(
    rf"^(?={_HAN}{{4,20}}$){_HAN}+(?:[部局委办站院所校处科室厂馆社会联团队]|公司|集团|大学|医院|银行|中心|街道|社区)$"
)
#: 記者王小明台北5日電: where the report is from, behind a name of three characters, as nearly all are there.
_PLACED = re.compile(
    rf"((?:记者|記者|、)\s?{_HAN}{{3}}){_HAN}{{2,4}}(?:(?:\d{{1,2}}月)?(?:\d{{1,2}}|[一二三十]{{1,3}})日[专專]?[电電]"
    r"|[報报][導道])$"
)
#: Names of minorities are longer; what stands at a role without a space may as well be a headline's words.
_LONG = re.compile(rf"^{_HAN}{{5}}$")
_SENTENCE = re.compile(r"[。；！？“”!?;]|，.*，.*，")
_SPLIT = re.compile(r"[\s、，,:：;/／|丨&]+| and ")
#: A byline line is never longer than this, even with ten names.
_LONGEST = 90
_LONGEST_ENGLISH = 110
_LABEL = 4


@dataclass(frozen=True, slots=True)
class People:
    """Who wrote or took the picture, in printed order, each once."""

    reporters: tuple[str, ...] = ()
    correspondents: tuple[str, ...] = ()
    plain: tuple[str, ...] = ()  #: named without a role, such as 张三 摄 or □张三

    def __bool__(self) -> bool:
        return bool(self.reporters or self.correspondents or self.plain)


def once(names: Iterable[str]) -> tuple[str, ...]:
    """Return the names in order, each once."""
    return tuple(dict.fromkeys(names))


def _bare(text: str) -> str:
    """Take outer brackets and bullets off."""
    text = text.strip(MARKS)
    while text and text[0] in _BRACKETS and text.endswith(_BRACKETS[text[0]]) and text.count(text[0]) == 1:
        text = text[1:-1].strip(MARKS)
    # The agency or archive of a picture stands in brackets behind its photographer.
    return re.sub(r"[（(][^（）()]{0,20}[）)]$", "", text).strip()


def _unspread(parts: Iterable[str]) -> list[str]:
    """Return the parts, names of two characters that are printed spread to the width of three joined."""
    merged: list[str] = []
    alone = False
    for part in parts:
        single = len(part) == 1 and bool(re.match(_HAN, part))
        if single and alone:
            merged[-1] += part
            alone = False
            continue
        merged.append(part)
        alone = single
    return merged


def _names(segment: str) -> tuple[str, ...] | None:
    """Return the names in a stretch between two roles; None when something else than names stands there."""
    apart = segment[:1].isspace()
    segment = _TAIL.sub("", segment.strip(MARKS + "：:（）()")).strip(MARKS)
    if not segment:
        return ()
    if _DATELINE.match(segment):
        return ()
    parts = [part for part in _SPLIT.split(segment) if part]
    if len(parts) > 1:
        parts = [part for part in parts if not _OFFICE.match(part)]
    if segment.isascii():
        parts = [part.strip() for part in re.split(r",| and |&|/", segment) if part.strip()]
    merged = _unspread(parts)
    names: list[str] = []
    for at, part in enumerate(merged):
        if _NOT_NAMES.match(part):
            return None
        if _NAME.match(part) or ((apart or at) and _LONG.match(part)):
            names.append(part)
        elif re.match(rf"^{_HAN}{{6}}$", part):
            names += [part[:3], part[3:]]
        else:
            return None
    return tuple(names)


def _segments(text: str) -> Iterator[tuple[str, str, str, bool]]:
    """Yield (role, what stands after it, next role, touches the next role); the first role is empty."""
    at, role = 0, ""
    for match in _ROLE.finditer(text):
        chunk = text[at : match.start()]
        attached = bool(chunk) and not chunk[-1].isspace()
        yield role, chunk, str(match.lastgroup), attached
        role, at = str(match.lastgroup), match.end()
    yield role, text[at:], "", False


def _may_be_names(names: Iterable[str]) -> bool:
    """Whether words behind a bullet may be names: without a space four characters are two words of a label."""
    return all(len(name) < _LABEL or not re.match(rf"^{_HAN}+$", name) for name in names)


def _english(text: str) -> tuple[str, ...]:
    """Return the names of an English byline; no line of Chinese is looked at."""
    if len(text) > _LONGEST_ENGLISH or not is_latin(text):
        return ()
    bare = _bare(text)
    return read_byline(bare) or read_signed(bare)


@lru_cache(maxsize=4096)
def read_people(text: str) -> People | None:
    """Return the people that a byline or credit names, or None if the text is no such line."""
    if english := _english(text):
        return People(reporters=english)
    if len(text) > _LONGEST or _SENTENCE.search(text.rstrip("。.")):
        return None
    marked = text[:1] in _BULLETS
    bare = _PLACED.sub(r"\1", _bare(text.rstrip("。")))
    named: dict[str, list[str]] = defaultdict(list)
    roles = 0
    for role, chunk, follows, attached in _segments(bare):
        words = _GRADE.sub("", chunk) if attached else chunk
        if follows == "given":
            # An office or a witness who gave the picture is not one of the paper's people.
            words = ""
        if not role and attached and words and follows in {"reporter", "correspondent"}:
            return None
        names = _names(words)
        if names is None:
            return None
        roles += bool(role) and role != "other"
        named[role] += names
    plain = [*named[""], *named["given"], *named["after"]]
    if roles == 0 and not (marked and plain and _may_be_names(plain)):
        return None
    found = People(once(named["reporter"]), once(named["correspondent"]), once(plain))
    return found or None


def last_role(text: str) -> str:
    """Return the role of whom a byline names last."""
    found = [str(match.lastgroup) for match in _ROLE.finditer(text)]
    return next((role for role in reversed(found) if role in {"reporter", "correspondent"}), "")


def signs(text: str) -> bool:
    """Whether a line names in brackets who wrote the text over it, and nothing else."""
    if text[:1] not in _BRACKETS or len(text) > _LONGEST or is_credit(text):
        return False
    found = read_people(text)
    return bool(found and (found.reporters or found.correspondents))


_CREDIT = re.compile(
    r"(?:摄|攝|摄影|攝影|供图|供圖|摄影报道|攝影報導|航拍|翻拍|图|圖|提供|资料图片|資料圖片|制图|绘)(?:[（(][^（）()]{1,20}[）)])?[。]?[）)]?$"
)
#: 制图：赵一禾; 摄影：赵一禾 may as well be the second line of a byline.
_DREW = re.compile(r"^(?:[制绘]图|[製繪]圖|航拍|漫画|漫畫|插[图圖])[：:／/][^文字：:／/]{2,20}$")
_GIVEN = re.compile(
    r"^[（(]?(?:[图圖]片?[：:／/由]?)?[\u3400-\u9fff·（） ]{0,20}?(?:供图|供圖|提供图片|图片提供"
    r"|(?<=[／/])[\u3400-\u9fff]{2,20}提供|资料图片?|資料圖片?|新华社发|图片来源.{0,12}|图源[：:].{2,12}|图据.{2,14}|视觉中国)[）)]?$"
)


def reports_too(credit: str) -> bool:
    """Whether who took the picture wrote the text with it."""
    return bool(re.search(r"[摄攝][影]?[报報][道導导]", credit))


#: Who wrote the text as well; without a stroke the character may end a name.
_WRITTEN_TOO = re.compile(
    r"文\s*[/／、]\s*[图圖摄攝]|(?<![\u3400-\u9fff])文\s*[图圖摄攝]|[图圖]\s*[/／、]\s*文|文并摄|图文"
    r"|[/／]文(?=\s)|(?<=[\u3400-\u9fff]{2} )文 .*[图圖]$"
)


def is_credit(text: str) -> bool:
    """Whether a line says only who took or gave a picture."""
    if "文" in text and _WRITTEN_TOO.search(text):
        return False
    if text[:1].isascii() and is_picture_credit(text):
        return True
    if _GIVEN.match(text):
        return True
    return bool(_CREDIT.search(text) or _DREW.match(text)) and read_people(text) is not None


#: Where a writer lives, in brackets before the name.
_FROM = re.compile(rf"^[（(［\[〔]{_HAN}{{2,4}}[）)］\]〕]\s*(?={_HAN})")


def without_place(line: str) -> str:
    """Return a byline without the place in brackets before the name."""
    return _FROM.sub("", line, count=1)


def read_author(line: str) -> People:
    """Return the people of a line that is known to name its author: a bare name, or a place and a name, is enough."""
    line = without_place(line)
    if is_latin(line) and (is_affiliation(line) or names_source(line)):
        return People()
    found = read_people(line) if line else None
    if found:
        return found
    names = _names(_bare(line)) if 0 < len(line) <= _LONGEST and not _ROLE.search(line) else None
    return People(plain=once(names or ()))
