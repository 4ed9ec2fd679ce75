"""Mark a page's folio: the lines at its head and foot with its number, its section, the newspaper and the day.

Evidence is form and place only: of what is no date, number or label there little may be left, and a headline must.
"""

import re
from dataclasses import replace

from worker.clean.block import Block, Cleaned, Note, Role
from worker.clean.forms import heading_like, size

_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.?"
_YEAR = r"(?:\d{4}|[〇○零一二三四五六七八九]{4}|(?:中華)?民國\s?[〇○零一二三四五六七八九十\d]{1,4})"
_DAY = r"(?:\d{1,2}|[一二三四五六七八九十]{1,3})"
#: What stands beside the day and never in a headline: weekday, issue, editors' and post office's numbers, page label.
_LABEL = re.compile(
    r"(?:星期|周|礼拜|禮拜|週)[一二三四五六日天]|\b(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b,?"
    r"|(?:农历|農曆|夏历)[\u3400-\u9fff]{2,12}|(?:总|總)?第\s*\d{2,6}\s*(?:期|号|號)|(?:No|Vol)\. ?\d+,?"
    r"|(?:今日|本期|今天)?共?\s*\d{1,3}\s*个?版(?=\s|$)|(?:国内统一|國內統一)[\u3400-\u9fff]{2,9}[：:\s]*"
    r"|CN\s?\d{2}-\d{4}(?:/[A-Z]+)?"
    r"|邮发代号[：:\s]*\d+-\d+|\b(?:Page|PAGE|P\.) ?[A-Z]?\d{1,3}\b"
    r"|第?\s*[A-Z]{0,2}\d{1,3}\s*版|第[一二三四五六七八九十]{1,3}版"
)
_DATE = re.compile(
    rf"{_YEAR}\s*年\s*{_DAY}\s*月\s*{_DAY}\s*日|\d{{4}}[-./]\d{{1,2}}[-./]\d{{1,2}}|{_MONTH} \d{{1,2}},? \d{{4}}"
    rf"|\d{{1,2}} {_MONTH},? \d{{4}}"
)
_NUMBER = re.compile(r"[A-Z]{0,2}\d{1,3}")
_NUMBERED = re.compile(
    r"[A-Z]{0,2}\d{1,3}[ \u3000:：|｜/·]{1,3}[\u3400-\u9fff·/]{2,8}|[A-Z]{1,2}\d{1,3}[\u3400-\u9fff·]{2,6}"
)
_FILLING = re.compile(r"[\s:：|｜/／·,，.。\-—–_]+")
#: The folio is within so many lines of the head, or of the foot.
_REACH = 8
#: Nor is it longer than a masthead with all its numbers.
_LONGEST = 160
#: A newspaper's or a section's name.
_NAME = 8.0
#: A masthead says more beside two labels.
_MASTHEAD = 30.0


def _is_folio(text: str, *, foot: bool) -> bool:
    """Whether the line says nothing but where and when the page was printed."""
    if len(text) > _LONGEST:
        return False
    if _NUMBER.fullmatch(text) or (_NUMBERED.fullmatch(text) and not foot):
        return True
    bare, labels = _LABEL.subn(" ", text)
    bare, dates = _DATE.subn(" ", bare)
    # At the foot a name with a date is a sign-off.
    if not labels and (foot or not dates):
        return False
    left = size(_FILLING.sub("", bare))
    return left <= (_MASTHEAD if labels + dates > 1 and not foot else _NAME)


def _head(blocks: tuple[Block, ...]) -> set[int]:
    """Return the lines at the head that are a folio's by their form, and the names over and between them."""
    own: set[int] = set()
    for at, block in enumerate(blocks[:_REACH]):
        if block.role is Role.FURNITURE or (block.role is Role.TEXT and _is_folio(block.text, foot=False)):
            own.add(at)
        elif block.role is not Role.TEXT or size(block.text) > _NAME or not heading_like(block.text):
            break
    end = max(own, default=-1) + 1
    # A page whose only headline stands above the date has no section's name there.
    return set(range(end)) if end < len(blocks) and heading_like(blocks[end].text) else own


def find_folio(blocks: tuple[Block, ...]) -> Cleaned:
    """Mark the folio at the page's head and foot as furniture."""
    found = _head(blocks)
    for at in range(len(blocks) - 1, max(-1, len(blocks) - 1 - _REACH), -1):
        block = blocks[at]
        if block.role is Role.TEXT and _is_folio(block.text, foot=True):
            found.add(at)
        elif block.role is not Role.FURNITURE:
            break
    marked = tuple(
        replace(block, role=Role.FURNITURE) if at in found and block.role is Role.TEXT else block
        for at, block in enumerate(blocks)
    )
    notes = tuple(
        Note(
            step="find_folio",
            text=blocks[at].text,
            done="is furniture",
            evidence="stands with the page's number or day",
        )
        for at in sorted(found)
        if blocks[at].role is Role.TEXT
    )
    return Cleaned(blocks=marked, notes=notes)
