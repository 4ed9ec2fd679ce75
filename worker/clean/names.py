"""Mark bylines that are names and nothing else, and a byline's second line. Knows no names: place and form tell.

A line of two to four characters that do not follow one another in print, under a headline and over running text that
does not say them, is its writer's name. So is one under a line that names a paper's reporters or ends on their role.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from worker.clean.block import Block, Cleaned, Note, Role
from worker.clean.forms import ends_closed, has_stop_inside, heading_like, is_latin, size
from worker.clean.language import binds, is_word
from worker.clean.people import read_author, read_people, reports_too, without_place
from worker.clean.roles import ends_on_role, is_role, says_where

_HAN = r"[\u3400-\u9fff]"
_SPREAD = re.compile(rf"{_HAN}[ \u3000]{{1,4}}{_HAN}")
_NAME = re.compile(rf"{_HAN}{{2,4}}|{_HAN}{{1,8}}[·•]{_HAN}{{1,10}}")
#: JOHN SMITH, or John Smith, under a headline of another form.
_CAPITALS = re.compile(r"[A-Z][A-Z.'’-]+(?: [A-Z][A-Z.'’-]*){1,3}")
_ENGLISH = re.compile(r"[A-Z][a-z.'’-]+(?: (?:[A-Z]\.|[Dd]e|[Vv]an|[Oo]f)){0,2}(?: [A-Z][a-z.'’-]+){1,2}")
#: What stands in a name's place between headline and text.
_LABEL = re.compile(
    r"编者按|編者按|[引楔]子|[题題后後小代][记記序]|导[读语]|導[讀語]|前言|序[言曲]?|短[评評]|[尾结結][声聲语語]|开篇|[上中下][篇集部]|[一二三四五六七八九十两].*"
)
#: Who sent it from where, and which office its writer is at.
_SENT = re.compile(rf"({_HAN}{{2,4}})[（(](?:寄自|发自|發自|来自|來自|作于|写于|寫於){_HAN}{{2,8}}[）)]")
_OFFICE = re.compile(rf"{_HAN}{{2,10}}(?:[部局委办站院所校中]|公司|大学|中心|学院|医院|协会)[ \u3000]({_HAN}{{2,4}})")
#: A column of opinion is always signed.
_OPINION = re.compile(
    r"(?:论坛|論壇|[时微短快锐網网来來]?[评評]论?|评论|評論|杂[谈文感]|雜[談文感]|[漫笔]谈|漫談|随笔|隨筆|来论|[一众]?[家夜]言)$"
)
_TEXT = 25
_HEADLINE = 3
_TWICE = 2
_LONGEST = 32
#: Two characters of a name follow one another hardly oftener than by chance; the last two may.
_LOOSE, _LOOSER = 1.0, 2.0
#: A name of four characters without a mark is two words of a label more often.
_LABEL_SIZE = 4
#: So much of the text under a line is read.
_BELOW, _READ = 5, 1200


def _names(text: str) -> str:
    """Return the name that the line would be, or an empty string."""
    if _CAPITALS.fullmatch(text) or _ENGLISH.fullmatch(text):
        return text
    bare = without_place(text)
    if _SPREAD.fullmatch(bare):
        closed = bare[0] + bare[-1]
        return "" if _LABEL.fullmatch(closed) or is_word(closed) else bare
    told = _SENT.fullmatch(bare) or _OFFICE.fullmatch(bare)
    if told:
        bare = told[1]
    if not _NAME.fullmatch(bare) or _LABEL.fullmatch(bare):
        return ""
    return "" if any(is_word(bare[at : at + 2]) for at in range(len(bare) - 1)) else bare


def _heads(block: Block) -> bool:
    return block.role is Role.TEXT and size(block.text) >= _HEADLINE and heading_like(block.text)


def _stands(blocks: Sequence[Block], at: int) -> bool:
    """Whether the line stands under a headline and over running text."""
    above, below = blocks[at - 1], blocks[at + 1]
    text = blocks[at].text
    return (
        above.role is Role.TEXT
        and (size(above.text) >= _HEADLINE or (at > 1 and _heads(blocks[at - 2])))
        and heading_like(above.text)
        and not read_people(above.text)
        and (is_latin(above.text) == text.isascii())
        and not (text.isascii() and (above.text.isupper() or len(above.text.split()) <= len(text.split())))
        and below.role is Role.TEXT
        and size(below.text) > _TEXT
        and (ends_closed(below.text) or has_stop_inside(below.text))
    )


def _is_loose(name: str) -> bool:
    """Whether the characters follow one another as those of a name do, and not as those of a rubric or a title."""
    ties = [binds(name[at], name[at + 1]) for at in range(len(name) - 1)]
    if len(name) == _LABEL_SIZE:
        return ties[0] < 0 and ties[1] < 0
    return ties[0] < _LOOSE and all(tie < _LOOSER for tie in ties)


def _is_said(blocks: Sequence[Block], at: int, name: str) -> bool:
    """Whether the text under the line says two characters of it, as it does of its title's and its subheads'."""
    below = "".join(block.text for block in blocks[at + 1 : at + 1 + _BELOW])[:_READ]
    return any(name[low : low + 2] in below for low in range(len(name) - 1))


def _is_sure(blocks: Sequence[Block], at: int, name: str) -> bool:
    """Whether a line is a name even if the page has no other of the kind."""
    text = blocks[at].text
    if _SPREAD.fullmatch(name) or _CAPITALS.fullmatch(name) or "·" in name or _SENT.fullmatch(text):
        return True
    return not name.isascii() and _is_loose(name) and not _is_said(blocks, at, name)


def _signs_opinion(blocks: Sequence[Block], at: int) -> bool:
    """Whether the line names the writer of a column: two to four characters under a headline with the column's name."""
    text = blocks[at].text
    return (
        len(text) < _LABEL_SIZE
        and bool(_NAME.fullmatch(text))
        and not _LABEL.fullmatch(text)
        and not is_word(text[-2:])
        and any(block.role is Role.TEXT and _OPINION.search(block.text) for block in blocks[max(0, at - 3) : at])
        and not _is_said(blocks, at, text[-2:])
    )


def _goes_on(blocks: Sequence[Block], at: int, above: Role) -> bool:
    """Whether the line is the second one of the byline above it."""
    text = blocks[at].text
    if above is not Role.BYLINE or len(text) > _LONGEST or text.isascii():
        return False
    if says_where(text):
        return True
    names = read_author(text).plain
    if not names or any(_LABEL.fullmatch(name) for name in names):
        return False
    if ends_on_role(blocks[at - 1].text):
        return True
    usual = min((block.gap for block in blocks[at + 1 : at + 3]), default=0)
    return blocks[at].gap < usual or all(_is_loose(name) for name in names if len(name) <= _LABEL_SIZE)


def _heads_role(blocks: Sequence[Block], at: int) -> bool:
    """Whether the line under the name says that he did text and pictures."""
    below = blocks[at + 1]
    return below.role is Role.BYLINE and is_role(below.text) and bool(_NAME.fullmatch(blocks[at].text))


def find_names(blocks: tuple[Block, ...]) -> Cleaned:
    """Mark names without any mark as bylines."""
    found = {
        at: name
        for at in range(1, len(blocks) - 1)
        if blocks[at].role is Role.TEXT
        and len(blocks[at].text) <= _LONGEST
        and (name := _names(blocks[at].text))
        and _stands(blocks, at)
    }
    if len(found) < _TWICE:
        found = {at: name for at, name in found.items() if _is_sure(blocks, at, name)}
    why = dict.fromkeys(found, "a name's form under a headline and over running text")
    for at in range(1, len(blocks) - 1):
        if blocks[at].role is Role.CREDIT and reports_too(blocks[at].text) and _stands(blocks, at):
            why[at] = "names who took the pictures and wrote the text under it"
        if blocks[at].role is not Role.TEXT or at in why or len(blocks[at].text) > _LONGEST:
            continue
        if _goes_on(blocks, at, Role.BYLINE if at - 1 in why else blocks[at - 1].role):
            why[at] = "goes on with the byline above it"
        elif _heads_role(blocks, at):
            why[at] = "a name over what its bearer did"
        elif _stands(blocks, at) and _signs_opinion(blocks, at):
            why[at] = "a name under a column of opinion"
    if not why:
        return Cleaned(blocks=blocks)
    marked = tuple(replace(block, role=Role.BYLINE) if at in why else block for at, block in enumerate(blocks))
    notes = tuple(
        Note(step="find_names", text=blocks[at].text, done="is a byline", evidence=why[at]) for at in sorted(why)
    )
    return Cleaned(blocks=marked, notes=notes)
