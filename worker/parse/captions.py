"""Find the words that belong to a picture, and who took it. Reads the tree around a picture; moves nothing."""

import re
from collections.abc import Collection
from html import unescape

from worker.parse.blocks import Line, Picture, Walk
from worker.parse.text import tidy
from worker.parse.tree import Node, attribute

_TAG = re.compile(r"<[^>]*>")
_DONE = r"(?:摄影报道|攝影報導|摄影|攝影|摄|攝|供图|供圖|/图|/圖|提供)"
_SOURCE = r"(?:\s*[（(][^）)]{1,20}[）)])?"
_WHOSE = r"(?:本报|本報|特约|特約|见习|見習)"
_ROLE = r"(?:记者|記者|通讯员|通訊員|摄影|攝影|读者|讀者)"
_NAMES = r"[^。！？；，,：:（(]{1,40}?"
#: A line that is nothing but a credit, such as 本报记者  李  明摄（影像中国）.
_CREDIT = re.compile(rf"^[（(]?{_NAMES}{_DONE}{_SOURCE}[）)]?。?$")
_AFTER_SENTENCE = re.compile(
    rf"^(?P<caption>.*[。！？…”])[\s　]*(?P<credit>[（(]?{_NAMES}{_DONE}{_SOURCE}[）)]?。?)$", re.DOTALL
)
_AFTER_SPACE = re.compile(
    rf"^(?P<caption>.*\S)[\s　]+(?P<credit>(?:{_WHOSE}?{_ROLE}[\s　]*)?"
    rf"[^\s　。，]{{2,4}}[\s　]*{_DONE}{_SOURCE})$",
    re.DOTALL,
)
_IN_BRACKETS = re.compile(rf"^(?P<caption>.*\S)[\s　]*(?P<credit>[（(][^（）()]{{1,40}}{_DONE}[）)])。?$", re.DOTALL)
_ENGLISH = r"[（(]?(?:Photos?|Pictures?|Photographs?|Images?)\s*(?:by|courtesy|provided|:|/)[^.。]{2,60}?[）)]?\.?"
_AFTER_ENGLISH = re.compile(rf"^(?P<caption>.*\S)\s+(?P<credit>{_ENGLISH})$", re.DOTALL | re.IGNORECASE)
_ONLY_ENGLISH = re.compile(rf"^{_ENGLISH}$", re.IGNORECASE)
_LEADING = re.compile(r"^[（(]?(?:图|圖|摄影|攝影|图片|圖片|图片来源|圖片來源|供图|供圖)[:：/][^。]{1,30}$")
_LONGEST = 400

#: What a box around pictures holds, in order.
Words = list[Line | Picture]


def credited(lines: list[str]) -> tuple[str | None, str | None]:
    """Caption and credit of a picture text, which may be several lines or one."""
    if not lines:
        return None, None
    if len(lines) > 1 and is_credit(lines[-1]):
        return "\n".join(lines[:-1]), lines[-1]
    text = "\n".join(lines)
    if len(text) > _LONGEST:
        return text, None
    if is_credit(text) and not _AFTER_SENTENCE.match(text) and not _AFTER_SPACE.match(text):
        return None, text
    for form in (_IN_BRACKETS, _AFTER_SENTENCE, _AFTER_SPACE, _AFTER_ENGLISH):
        if match := form.match(text):
            return match["caption"], match["credit"]
    return text, None


def is_credit(line: str) -> bool:
    """Whether a line says who took a picture and nothing else."""
    return len(line) <= 60 and bool(_CREDIT.match(line) or _LEADING.match(line) or _ONLY_ENGLISH.match(line))  # noqa: PLR2004


def ends_in_credit(line: str) -> bool:
    """Whether a paragraph beside a picture is its caption: captions end by saying who took it."""
    return len(line) <= _LONGEST and credited([line])[1] is not None


def hidden(node: Node) -> list[str]:
    """The caption that a template keeps in an attribute as escaped HTML."""
    text = attribute(node, "data-original-title")
    lines = [tidy(_TAG.sub("", piece)) for piece in re.split(r"</p>|<br\s*/?>", unescape(text))] if text else []
    return [line for line in lines if line]


def beside(node: Node, fences: Collection[int], boxes: dict[int, Words]) -> list[str]:
    """The lines in the smallest box that holds the picture and some text.

    ``fences`` are nodes that hold more than the picture (those around title or body): the search ends there.
    ``boxes`` remembers what each box holds, as many pictures may share one.
    """
    box = node.parent
    while box is not None and box.mem_id not in fences and box.tag not in {"body", "html"}:
        if box.mem_id not in boxes:
            # A box without a word is passed over without a walk.
            blocks = Walk(box).blocks if box.text(strip=True) else ()
            boxes[box.mem_id] = [block for block in blocks if isinstance(block, Line | Picture)]
        if any(isinstance(block, Line) for block in boxes[box.mem_id]):
            return following(node, boxes[box.mem_id])
        box = box.parent
    return []


def following(node: Node, blocks: Words) -> list[str]:
    """The lines between a picture and the next; lines before the first picture are the first one's."""
    lines: list[str] = []
    current: int | None = None
    for block in blocks:
        if isinstance(block, Picture):
            if current is None and lines and block.node.mem_id != node.mem_id:
                lines = []
            current = block.node.mem_id
        elif current in {None, node.mem_id}:
            lines.append(block.text)
    return lines if sum(map(len, lines)) <= _LONGEST else []
