"""Read people from bylines, credits and the brackets of a lead. Knows the trade's words and no names."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from worker.clean.english_people import is_affiliation, is_picture_credit, names_source, read_byline, read_signed
from worker.clean.forms import is_latin

_MARKS = "□■◆◇●○▲△◎⊙◉☆★〇▢◼◻▪▫※*·・-—/／ \u3000"
_BULLETS = "□■◆◇●○▲△◎⊙◉☆★▢◼◻▪"
_BRACKETS = {"（": "）", "(": ")", "【": "】", "[": "]", "［": "］", "〔": "〕"}
_HAN = r"[\u3400-\u9fff]"
#: Words that make the name after them (or, for those in _AFTER, before them) a person of the paper.
_ROLE = re.compile(
    r"(?P<correspondent>通讯员|通訊員|通联员|报道员|報道員)"
    r"|(?P<reporter>记者|記者|实习生|實習生|评论员|評論員|撰文|采写|采寫|執筆|执笔|作者|撰稿|编译|編譯|编写)"
    r"|(?P<given>供图|供圖|提供(?=[）)]?$))"
    r"|(?P<after>摄影报道|攝影報導|摄影报導|文[/／、][图圖摄攝]|文[图圖]|(?<![\u3400-\u9fff])文\s?[图圖摄攝]|[图圖摄攝][/／、\s]?文|文并摄|文並攝|图文报道|图文|圖文|整理"
    r"|摄影|攝影|航拍|翻拍|制图|製圖|摄制|摄(?![像录])|攝(?!影)|绘(?!画)"
    r"|(?<![\u3400-\u9fff])(?<![ \u3000□■◆●][\u3400-\u9fff]  )[文图圖](?=[/／:： ])|(?<=[/／])文$)"
)
#: What may stand directly before a role without a space: rank and paper.
_GRADE = re.compile(
    r"(?:本报|本報|本刊|本台|本社|本网|本網|特约|特約|见习|見習|实习|實習|首席|资深|資深|高级|特派|主任|全媒体?|全媒體|融媒体?"
    r"|新媒体|摄影|攝影|文字|体育|财经|评论|驻[\u3400-\u9fff]{1,5}?|《[^》]{2,15}》"
    rf"|{_HAN}{{2,8}}?(?:日报|日報|晚报|晚報|早报|晨报|时报|時報|商报|都市报|快报|新闻社|通讯社|新闻网|周刊|杂志|周报|青年报"
    r"|法治报|法制报|农民报|工人报|电视台|广播电台|融媒体中心|融媒体|新华社|中新社|中国网|新闻|报|報|社|网|台))+$"
)
_TAIL = re.compile(
    r"(?:(?:[/／\s]\s*[\u3400-\u9fff]{0,6})?(?:报道|報道|報導|报导)|参与|參與|对本文亦有贡献|发自[\u3400-\u9fff]+|译|等)$"
)
_DATELINE = re.compile(r"^.{0,30}[电電讯訊]$")
_NOT_NAMES = re.compile(
    r"^(?:手记|手記|观察|調查|调查|注|按|节|之家|证|證|协会|站|团|們|们|问|問|说|了解|获悉|獲悉|从|在|来到|走进|看到|采访|见到|日前|近日"
    r"|视角|眼|走基层|体验|行|说法|帮|快评|点评|连线|热线|对话|为|是|与|和|对)"
)
_NAME = re.compile(
    rf"^(?:{_HAN}{{2,4}}|{_HAN}{{1,8}}(?:[·•・．.]{_HAN}{{1,10}})+|[A-Z][\w.'’-]*(?: (?:(?:de|da|van|von|bin"
    rf"|al) )?[A-Z][\w.'’-]*)*)$"
)
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
    text = text.strip(_MARKS)
    while text and text[0] in _BRACKETS and text.endswith(_BRACKETS[text[0]]) and text.count(text[0]) == 1:
        text = text[1:-1].strip(_MARKS)
    # The agency or archive of a picture stands in brackets behind its photographer.
    return re.sub(r"[（(][^（）()]{0,20}[）)]$", "", text).strip()


def _names(segment: str) -> tuple[str, ...] | None:
    """Return the names in a stretch between two roles; None when something else than names stands there."""
    segment = _TAIL.sub("", segment.strip(_MARKS + "：:（）()")).strip(_MARKS)
    if not segment:
        return ()
    if _DATELINE.match(segment):
        return ()
    parts = [part for part in _SPLIT.split(segment) if part]
    if segment.isascii():
        parts = [part.strip() for part in re.split(r",| and |&|/", segment) if part.strip()]
    merged: list[str] = []
    alone = False
    for part in parts:
        single = len(part) == 1 and bool(re.match(_HAN, part))
        if single and alone:
            # Names of two characters are printed spread to the width of three.
            merged[-1] += part
            alone = False
            continue
        merged.append(part)
        alone = single
    names: list[str] = []
    for part in merged:
        if _NOT_NAMES.match(part):
            return None
        if _NAME.match(part):
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
def read_people(text: str) -> People | None:  # noqa: C901 - one branch a role
    """Return the people that a byline or credit names, or None if the text is no such line."""
    if english := _english(text):
        return People(reporters=english)
    if len(text) > _LONGEST or _SENTENCE.search(text.rstrip("。.")):
        return None
    bare = _bare(text.rstrip("。"))
    marked = text[:1] in _BULLETS
    reporters: list[str] = []
    correspondents: list[str] = []
    plain: list[str] = []
    roles = 0
    pending: tuple[str, ...] = ()
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
        if role:
            roles += 1
        if role == "correspondent":
            correspondents += names
        elif role == "reporter":
            reporters += names
        elif role == "after":
            plain += names
        else:
            pending = names
    plain = [*pending, *plain]
    if roles == 0 and not (marked and plain and _may_be_names(plain)):
        return None
    found = People(reporters=once(reporters), correspondents=once(correspondents), plain=once(plain))
    return found or None


_ROLE_LAST = re.compile(r"(?:记者|記者|通讯员|通訊員|实习生|實習生|特约|特約)[\s：:、]*$")


def ends_on_role(text: str) -> bool:
    """Whether the line ends on a role whose name must follow."""
    return bool(_ROLE_LAST.search(text))


_CREDIT = re.compile(
    r"(?:摄|攝|摄影|攝影|供图|供圖|摄影报道|攝影報導|航拍|翻拍|图|圖|提供|资料图片|資料圖片|制图|绘)(?:[（(][^（）()]{1,20}[）)])?[。]?[）)]?$"
)
_GIVEN = re.compile(
    r"^[（(]?(?:[图圖]片?[：:／/由]?)?[\u3400-\u9fff·（） ]{0,20}?(?:供图|供圖|提供图片|图片提供"
    r"|(?<=[／/])[\u3400-\u9fff]{2,20}提供|资料图片?|資料圖片?|新华社发|图片来源.{0,12}|视觉中国)[）)]?$"
)
#: Who wrote the text as well; without a stroke the character may end a name.
_WRITTEN_TOO = re.compile(
    r"文\s*[/／、]\s*[图圖摄攝]|(?<![\u3400-\u9fff])文\s*[图圖摄攝]|[图圖]\s*[/／、]\s*文|文并摄|图文"
)


def is_credit(text: str) -> bool:
    """Whether a line says only who took or gave a picture."""
    if "文" in text and _WRITTEN_TOO.search(text):
        return False
    if text[:1].isascii() and is_picture_credit(text):
        return True
    if _GIVEN.match(text):
        return True
    return bool(_CREDIT.search(text)) and read_people(text) is not None


_LEAD = re.compile(
    # The place of a report stands behind a stroke.
    r"^[〔【](?=[^〔【〕】]*(?:记者|記者|特派員))([^〔【〕】／/。]{3,40})[／/][^〔【〕】。]{1,20}(?:报道|報道|報導|报导|电|電)[〕】]"
    r"|"
    r"[（(](?=[^（）()]*(?:记者|記者|通讯员|通訊員|实习生))([^（）()]{3,80})[）)]"
    r"|^[【\[](?=(?:本报|本報)?(?:记者|記者|通讯员|通訊員))([^【】\[\]]{3,60})[】\]]"
)
_LEAD_REACH = 80
_OPENS = re.compile("[（(〔【[]")
_NOBODY = People()
#: Where a writer lives, in brackets before the name.
_FROM = re.compile(rf"^[（(［\[〔]{_HAN}{{2,4}}[）)］\]〕]\s*(?={_HAN})")


def people_in_text(paragraph: str) -> People:
    """Return the people named in brackets at a paragraph's start (the lead) or at its very end."""
    if not _OPENS.search(paragraph, 0, _LEAD_REACH) and paragraph[-1:] not in "）)" and paragraph[:1] != "本":
        return _NOBODY
    reporters: list[str] = []
    correspondents: list[str] = []
    head = paragraph[:160]
    spots = [match for match in _LEAD.finditer(head) if match.start() < _LEAD_REACH]
    if paragraph.endswith(("）", ")")):
        tail_at = max(0, len(paragraph) - 100)
        spots += [match for match in _LEAD.finditer(paragraph[tail_at:]) if tail_at + match.end() == len(paragraph)]
    for match in spots:
        found = read_people(next(filter(None, match.groups())))
        if found:
            reporters += found.reporters
            correspondents += found.correspondents
    if not spots and head.startswith("本"):
        spoken = re.match(
            r"^(?:本报讯|本報訊)\s+((?:\S*记者|通讯员)[\s\u3400-\u9fff、]{2,40}?)(?:报道[：:，]|报道\s)", head
        )
        found = read_people(spoken[1]) if spoken else None
        if found:
            reporters += found.reporters
            correspondents += found.correspondents
    return People(reporters=once(reporters), correspondents=once(correspondents))


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
