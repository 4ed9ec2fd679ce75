"""Part the page into items at its headline groups, sign-offs and lone pictures. Moves and joins nothing."""

import re
from collections.abc import Sequence
from dataclasses import replace

from worker.clean.block import Block, Cleaned, Note, Role
from worker.clean.evidence import by_another_hand
from worker.clean.forms import ends_open, has_stop_inside, size
from worker.clean.marks import is_date
from worker.clean.people import read_people

#: A picture text with its own credit behind an article's end is another's, unless more than this speaks against it.
_OWN, _NEWS_OWN = -1.6, -2.5
#: Nor if the article's own reporter took it, unless so much speaks for it: on small papers one goes out for both.
_SAME = 3.0
#: A shorter picture text tells no story of its own.
_SHORT_STORY = 28
#: A picture text that is a report says when it happened in its first characters, and has so many.
_NEWS, _OPENING = 40, 14
_WHEN = re.compile(
    r"\d{1,2}[月日]|近日|日前|昨[日天晚]|今[日天]|连日|連日|近期|近来|[立入][春夏秋冬]|眼下|时下|时值|正值|[春夏秋冬][日季]"
    r"|^(?:On )?(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b"
)
#: An article is read so far to tell its hand: blocks, and characters of each.
_SAMPLED, _READ = 40, 2000
_ELSEWHERE = 100
#: No item shows more lines of picture texts in a row.
_PICTURES = 40
#: An item is read back no further than this.
_FAR = 200
_SIGN_OFF_SIZE = 26
_SENTENCE_ENDS = "。！？…”"
#: A letter's writer says what he is, then his name.
_READER = re.compile(
    r"[\u3400-\u9fff]{0,18}(?:职工|職工|工人|教师|教師|老师|老師|市民|居民|村民|农民|農民|读者|讀者|学生|學生|家长|家長|业主|業主|乘客|顾客|顧客)"
    r"[ \u3000]+[\u3400-\u9fff]{2,3}"
)
_SIGN_OFF_LINES = 3
_SIGNED_LINE = 60


def sign_offs(blocks: tuple[Block, ...]) -> Cleaned:
    """Mark a date that stands alone, and the short lines above it, as a sign-off."""
    out = list(blocks)
    notes = []
    for at, block in enumerate(blocks):
        if block.role is not Role.TEXT or at == 0:
            continue
        if _signs_alone(blocks, at):
            out[at] = replace(block, role=Role.SIGNATURE)
            why = "who signs a text that is complete"
            notes.append(Note(step="sign_offs", text=block.text, done="is a sign-off", evidence=why))
            continue
        if not is_date(block.text):
            continue
        low = at
        while low > 0 and at - low < _SIGN_OFF_LINES and _may_sign(blocks, low - 1):
            low -= 1
        if low == at and (at + 1 < len(blocks) and blocks[at + 1].role is not Role.HEADING):
            continue
        for index in range(low, at + 1):
            out[index] = replace(blocks[index], role=Role.SIGNATURE)
            notes.append(
                Note(step="sign_offs", text=blocks[index].text, done="is a sign-off", evidence="stands over a date")
            )
    return Cleaned(blocks=tuple(out), notes=tuple(notes))


def _signs_alone(blocks: Sequence[Block], at: int) -> bool:
    """Whether the line is a whole sign-off behind a text that is complete: a reader, or who signs and the day."""
    text, above = blocks[at].text, blocks[at - 1]
    if len(text) > _SIGNED_LINE or above.role is not Role.TEXT or ends_open(above.text):
        return False
    if _READER.fullmatch(text):
        return above.text[-1] in _SENTENCE_ENDS
    if text[-1] != "日":
        return False
    who, _, day = re.sub(r"[\s\u3000]+", " ", text).rpartition(" ")
    return "年" in day and is_date(day) and not any(mark in who for mark in "。，；：！？…")


def _may_sign(blocks: Sequence[Block], at: int) -> bool:
    text = blocks[at].text
    if blocks[at].role is not Role.TEXT or size(text) > _SIGN_OFF_SIZE or any(mark in text for mark in "。，；：！？…"):
        return False
    above = blocks[at - 1] if at else None
    return above is not None and not (
        above.role is Role.TEXT and ends_open(above.text) and size(above.text) > _SIGN_OFF_SIZE
    )


def part_items(blocks: tuple[Block, ...]) -> Cleaned:
    """Number the items in printed order."""
    out: list[Block] = []
    notes: list[Note] = []
    number = 0
    body = False
    for at, block in enumerate(blocks):
        if block.role is Role.HEADING and body:
            number, body = number + 1, False
        elif body and _lone_picture(blocks, at, out, number):
            number += 1
            notes.append(
                Note(
                    step="part_items",
                    text=block.text,
                    done="is an item of its own",
                    evidence="has its own people and story",
                )
            )
            out.append(replace(block, item=number, untitled=True))
            continue
        elif body and out and out[-1].untitled and block.role is not Role.CREDIT and out[-1].role is Role.CREDIT:
            number, body = number + 1, True
        if block.role is not Role.HEADING and block.role not in {Role.BYLINE, Role.FURNITURE}:
            body = True
        untitled = bool(out) and out[-1].item == number and out[-1].untitled
        out.append(
            block if (block.item, block.untitled) == (number, untitled) else block.of_item(number, untitled=untitled)
        )
    return Cleaned(blocks=tuple(out), notes=tuple(notes))


def part_pictures(blocks: tuple[Block, ...]) -> Cleaned:
    """Part lone pictures from the articles that they stand behind, now that no tail of another stands behind them."""
    out: list[Block] = []
    notes: list[Note] = []
    fresh = max((block.item for block in blocks), default=0) + 1
    parted: int | None = None
    for at, block in enumerate(blocks):
        if parted is not None and block.item == parted and block.role in {Role.CREDIT, Role.CAPTION}:
            out.append(block.of_item(fresh - 1, untitled=True))
            continue
        parted = None
        if _stands_behind_text(out, block) and _lone_picture(blocks, at, out, block.item, inside=True):
            parted, fresh = block.item, fresh + 1
            why = "has its own people and story"
            notes.append(Note(step="part_pictures", text=block.text, done="is an item of its own", evidence=why))
            out.append(block.of_item(fresh - 1, untitled=True))
            continue
        out.append(block)
    return Cleaned(blocks=tuple(out), notes=tuple(notes))


def _stands_behind_text(done: Sequence[Block], block: Block) -> bool:
    """Whether a picture text stands behind the text of its item."""
    if block.role is not Role.CAPTION or not done or done[-1].item != block.item or done[-1].untitled:
        return False
    return done[-1].role in {Role.TEXT, Role.SUBHEAD, Role.SIGNATURE}


def _lone_picture(
    blocks: Sequence[Block], at: int, done: Sequence[Block], number: int, *, inside: bool = False
) -> bool:
    """Whether a caption with its credit is a photo item without a headline.

    It stands after an article's end, or ``inside`` one if it tells news of its own.
    """
    block = blocks[at]
    if block.role is not Role.CAPTION:
        return False
    end = at + 1
    while (
        end < len(blocks) and end - at < _PICTURES and blocks[end].role in {Role.CREDIT, Role.CAPTION, Role.FURNITURE}
    ):
        end += 1
    story = " ".join(b.text for b in blocks[at:end] if b.role is Role.CAPTION)
    news = inside and _tells_news(story)
    if end < len(blocks) and blocks[end].role is not Role.HEADING and not news:
        return False
    if size(story) < _SHORT_STORY:
        return False
    low = len(done)
    while low > 0 and done[low - 1].item == number and len(done) - low < _FAR:
        low -= 1
    mine = done[low:]
    takers = {name for b in blocks[at:end] for name in _everyone(b.text[-60:] if b.role is Role.CAPTION else b.text)}
    writers = {name for b in mine if b.role is Role.BYLINE for name in _everyone(b.text)}
    told = [b.text[:_READ] for b in mine[:_SAMPLED] if b.role is not Role.BYLINE]
    elsewhere = [b.text[:_READ] for b in (*done[:low], *blocks[end:]) if b.role is Role.TEXT]
    least = _SAME if takers & writers else _NEWS_OWN if news else _OWN
    return by_another_hand([story], told, elsewhere[:_ELSEWHERE]) > least


def _tells_news(story: str) -> bool:
    """Whether a picture text is a report: it says at once when something happened, or takes more than a sentence."""
    return size(story) >= _NEWS and (bool(_WHEN.search(story[:_OPENING])) or has_stop_inside(story))


def _everyone(text: str) -> tuple[str, ...]:
    people = read_people(text)
    return (*people.reporters, *people.correspondents, *people.plain) if people else ()
