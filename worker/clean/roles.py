"""Tell a byline's lines that hold its words and no name: the role alone, or where its writer reports from."""

import re

from worker.clean.people import MARKS

_HAN = r"[\u3400-\u9fff]"
_ROLE_LAST = re.compile(r"(?:记者|記者|通讯员|通訊員|实习生|實習生|特约|特約)[\s：:、]*$")
#: A byline without a name, or the first or last line of one: the paper's rank and role, or who did text and pictures.
_ROLE_ALONE = re.compile(
    rf"(?:本[报報刊台社网網]|{_HAN}{{1,4}}(?:[日晚早时時][报報]|[华華新訊讯]社)){_HAN}{{0,5}}"
    r"(?:记者|記者|评论员|評論員|通[讯訊][员員]|采访组|采訪組|报道组|報道組)"
    r"|(?:特[约約]|[见見][习習]|[实實][习習]|首席)?(?:记者|記者|通[讯訊][员員])"
    r"|(?:本[报報])?(?:综合|綜合)(?:报道|報道|報導|消息)"
    r"|文\s?[/／、]?\s?[图圖摄攝]|[图圖]\s?[/／、]\s?文"
)
_GOES_ON = re.compile(
    rf"(?:发自|發自){_HAN}{{2,8}}|[（(／/]?{_HAN}{{2,4}}(?:[報报][導道导]|[专專][电電])[）)]?|[电電][讯訊]?"
)


def ends_on_role(text: str) -> bool:
    """Whether the line ends on a role whose name must follow."""
    return bool(_ROLE_LAST.search(text))


def is_role(text: str) -> bool:
    """Whether a line holds a byline's words and no name."""
    return bool(_ROLE_ALONE.fullmatch(text.strip(MARKS)))


def says_where(text: str) -> bool:
    """Whether a line under a byline says where its writer reports from."""
    return bool(_GOES_ON.fullmatch(text))
