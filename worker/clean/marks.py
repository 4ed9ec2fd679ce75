"""Give each block the role that its own form shows: byline, credit, caption, jump, furniture. Headings come later."""

import re
from dataclasses import replace

from worker.clean.block import Block, Cleaned, Note, Role
from worker.clean.english_people import is_proper, is_rank
from worker.clean.forms import ends_closed, is_wordless, size
from worker.clean.people import is_credit, read_people
from worker.clean.roles import is_role

_CAPTION = re.compile(
    r"^(?:图为|图[一二三四五六七八九十①-⑳\d]{0,2}[：:、]|圖為|圖[一二三四五六七八九十\d]{0,2}[：:、]|[上下左右][两]?图[一二三①②③]?(?:为|[：:，、])|[▲△▼◀▶◤◥↑↓←→]"
    r"|（图[一二三四①②③\d]?）|\(?(?:Above|Below|Left|Right|Pictured|Photo|Caption)\b ?:)"
)
_SHOWS = re.compile(r"(?:^|[。！？])(?:[上下左右]?图[①-⑳一二三四]?为|[上下左右]?圖為|图片为)")
_SHOT = re.compile(
    r"(?:[（(]?(?:本报|本社|新华社|特约|通讯员|记者|本報|記者)[^。，]{0,24}?"
    r"|[。！？”）][ \u3000]?[\u3400-\u9fff· ]{2,12}|[（(][^（）]{2,20})(?:摄|攝"
    r"|摄影(?:报道)?|攝影(?:報[導道])?|供图|供圖)(?:[（(][^（）()]{1,16}[）)])?[）)]?[。]?$"
)
_SHOT_ENGLISH = re.compile(
    r"[(\[](?:[A-Z]\w+ ){0,2}(?i:photos?|pictures?|photographs?|images?|courtesy|credit)\b[^()\[\]]{0,60}[)\]]\.?$"
    r"|(?:Photo|Picture|Photograph) by [A-Z][\w.' -]+(?: ?/ ?[A-Z][\w ]+)?\.?$"
)
#: Behind a full stop the taker and the house alone: (Jane Doe/The Herald).
_TAKER_ENGLISH = re.compile(r"[.!?”\"’'] [(\[]([A-Z][^()\[\]]{2,60}[ /][^()\[\]]{2,60})[)\]]$")
_DAY = r"(?:\d{1,4}|[〇○零一二三四五六七八九十]{1,4})"
_DATE = re.compile(
    rf"^[（(]?(?:(?:(?:中華|中华)?民[國国])?{_DAY}\s?年\s?)?{_DAY}\s?月\s?{_DAY}\s?[日号號][）)]?$|^(?:January|February|March|April|May|June|July|August"
    rf"|September|October|November|December) \d{{1,2}}, \d{{4}}$|^\d{{4}}[-./]\d{{1,2}}[-./]\d{{1,2}}$"
)
_NUMBER = r"(?:[A-Z]?\d{1,3}|[一二三四五六七八九十]{1,3})"
JUMP = re.compile(
    rf"[（(【［\[▶►→▷>》\s]*(?:(?:紧|緊)?(?:下转|上接|下轉|轉|转|上承)(?:\s*(?:本版"
    rf"|第?\s*{_NUMBER}\s*版)(?:\s*[▶►→▷>》]*)?)[^。，]{{0,30}}?)[）)】］\]▶►→▷>》\s]*$"
    r"|[（(\[▶►→»\s]*(?:(?i:please )?(?i:continued|turns?|see|from|more|story)(?: (?i:continued))?(?: (?i:on|from|to))?"
    r"(?:[:,]? [\"“]?[A-Z][\w'’ -]{0,30}?[\"”]?[,:]?(?: (?i:on|from))?)?"
    r"|[A-Z][A-Z'’ -]{1,30}[,:]? (?i:(?:continued )?from))"
    r"(?: (?i:page|p\.?|pg\.?) ?(?:[A-Z]{0,2}-?\d{1,3}[A-Z]?|(?i:one|two|three|four))| [A-Z]-?\d{1,2})[\])）▶►→»\s]*$",
)
_FURNITURE = re.compile(
    rf"^[■□◆●▲★]?\s*(?:第?\s*{_NUMBER}\s*版(?:[：:\s]\s*[\u3400-\u9fff]{{2,6}})?|(?:责任|本版|执行|值班|版面|美术|视觉|图片|责|責任"
    rf"|本版責任)?编辑[：:\s/].{{2,40}}"
    r"|(?:本版|[一二三四五六七八九十]{1,3}版)?(?:责编|责任校对|校对|美编|版式(?:设计)?|组版|检校|编审|審校|美編|校對|排版|本版主编|主编)[：:\s/].{2,88}"
    r"|电子信箱[：:].{3,40}|(?:投稿|来稿|本版)?(?:邮箱|信箱|热线(?:电话)?)[：:].{3,40}"
    r"|[-—_=·*.•\s]{3,}|Page [A-Z]?\d{1,3})$"
)
_GREATEST_CAPTION = 160
_LONGEST_DATE = 24
_LONGEST_LINE = 90


#: Who gave the picture, in brackets behind the full stop.
_GIVEN = re.compile(r"[。！？”」][（(][^（）()。]{2,20}(?:提供|供图|供圖)(?:[图圖]片)?[）)]$")


def is_jump_line(text: str) -> bool:
    """Whether the line names the page of the other half and says nothing else."""
    return len(text) <= _LONGEST_LINE and bool(JUMP.fullmatch(text))


def points_on(text: str) -> bool:
    """Whether the text ends on the page that it goes on at, or comes from."""
    end = text[-60:]
    return ("版" in end or "p" in end.lower()) and bool(JUMP.search(end))


def is_date(text: str) -> bool:
    """Whether the line is a date and nothing else."""
    return len(text) <= _LONGEST_DATE and bool(_DATE.match(text))


def is_caption(text: str) -> bool:
    """Whether the text says of itself that it belongs to a picture."""
    if size(text) > _GREATEST_CAPTION * 2:
        return False
    return bool(_CAPTION.match(text)) or shows_picture(text)


def shows_picture(text: str) -> bool:
    """Whether the text speaks of a picture, or ends on who took or gave it."""
    if size(text) > _GREATEST_CAPTION:
        return False
    # Each form is looked for only where its own words stand: on most lines none does.
    end = text[-60:]
    shown = "图" in text or "圖" in text
    if end[-1:] in "）)" and _GIVEN.search(end):
        return True
    if (shown and _SHOWS.search(text)) or ((shown or "摄" in end or "攝" in end) and _SHOT.search(end)):
        return True
    if end[-1:] not in ")]" and " by " not in end:
        return False
    taker = _TAKER_ENGLISH.search(end)
    return bool(_SHOT_ENGLISH.search(end)) or (taker is not None and is_proper(taker[1]))


def _role(text: str) -> tuple[Role, str]:
    if (is_wordless(text) and "…" not in text) or (len(text) <= _LONGEST_LINE and _FURNITURE.match(text)):
        return Role.FURNITURE, "no words, or the page's own editors and numbers"
    if is_jump_line(text):
        return Role.JUMP, "names the page of the other half"
    if len(text) <= _LONGEST_LINE:
        if is_credit(text):
            return Role.CREDIT, "names only who took or gave a picture"
        if (
            is_rank(text)
            or is_role(text)
            or (
                read_people(text)
                and not (text[0] in "（(" and text[-1] in "）)")
                and (text[-1] in "】]" or text.endswith((" Jr.", " Sr.")) or not ends_closed(text))
            )
        ):
            return Role.BYLINE, "names people with the trade's words"
    if is_caption(text):
        return Role.CAPTION, "opens or ends as picture texts do"
    return Role.TEXT, ""


def mark_lines(blocks: tuple[Block, ...]) -> Cleaned:
    """Mark what a line's own form shows."""
    marked = []
    notes = []
    for block in blocks:
        role, why = _role(block.text)
        marked.append(replace(block, role=role) if role is not block.role else block)
        if why:
            notes.append(Note(step="mark_lines", text=block.text, done=f"is a {role}", evidence=why))
    return Cleaned(blocks=tuple(marked), notes=tuple(notes))
