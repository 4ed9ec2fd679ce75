"""What can be told of a line from its form alone: length, punctuation, brackets. Knows no names and no neighbours."""

import re
from collections.abc import Sequence
from functools import lru_cache

from worker.clean.english import hangs_on

#: A sentence or a paragraph may end on these; closing marks may follow them.
_TERMINAL = "。！？!?…．"
_CLOSERS = "”’」』）)》〉】］]\"'"
_OPENERS = "“‘「『（(《〈【［["
_PAIRS = {"”": "“", "’": "‘", "」": "「", "』": "『", "）": "（", "》": "《", "〉": "〈", "】": "【"}
_MARKS = re.compile("[“”‘’「」『』（）《》〈〉【】]")
#: No Chinese sentence starts with these; a block that does was cut before them.
_NEVER_FIRST = set("，。、；：！？）》〉”’」』】…·％%") | set("的了着们吗呢吧么者麼們嗎")
#: Function words that a headline or a paragraph does not end on: what follows was cut off.
_NEVER_LAST = set("，、（《“‘「『【的和与及或在把被将而但與將讓並")
_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f]")
_LETTER = re.compile(r"\w")
#: Who wrote it, or where it is from, in brackets behind the last full stop.
_ASIDE = re.compile(r"(?<=[。！？…”.!?])[ \u3000]*[（(][^（）()]{1,60}[）)]$")
_LONGEST_ASIDE = 64
#: A full stop, or who says what stands in quotation marks: headlines of English papers quote in another way.
_STOP_INSIDE = re.compile(r"[。；]|[a-z]{2}[.;] +[A-Z“\"]|[,.?!][”\"] [a-z]")
_ENUMERATED = re.compile(
    r"^(?:[（(]?[一二三四五六七八九十百\d]{1,3}[）)、.．]|第[一二三四五六七八九十\d]+(?:[、，条章节]|\S{1,2}[：:])|[①-⑳■◆●▲★▶▪•])"
)


def _wide(text: str) -> float:
    """Return how many wide characters there are; counted by bytes, which is quick."""
    return (len(text.encode("utf-8", "surrogatepass")) - len(text)) / 2


@lru_cache(maxsize=8192)
def columns(text: str) -> int:
    """Width in half-width columns."""
    return len(text) + sum(1 for mark in text if mark > "\u2e7f")


@lru_cache(maxsize=2048)
def size(text: str) -> float:
    """Length in Chinese characters; Latin letters and digits are narrower."""
    wide = _wide(text)
    return wide + (len(text) - wide) * (0.4 if wide * 3 < len(text) else 0.6)


@lru_cache(maxsize=4096)
def is_latin(text: str) -> bool:
    """Whether words are parted by spaces here."""
    sample = text[:200]
    return _wide(sample) * 3 < len(sample) and bool(_LATIN.search(sample))


def is_capitals(text: str) -> bool:
    """Whether the text is Latin words in capitals, as names of sections and headlines are and no piece of a text is."""
    return text.isupper() and is_latin(text)


@lru_cache(maxsize=2048)
def ends_closed(text: str) -> bool:
    """Whether the text ends as a sentence does."""
    if (text[:1] in ("（", "(") and text[-1] in "）)") or _ATTRIBUTED.fullmatch(text):
        return True
    aside = _ASIDE.search(text[-_LONGEST_ASIDE:])
    bare = (text[: aside.start() - len(text[-_LONGEST_ASIDE:])] if aside else text).rstrip(_CLOSERS + " ")
    if not bare:
        return bool(text)
    if bare[-1] in _TERMINAL or (bare[-1] == "." and not bare.isdigit()):
        return True
    return bare[-1] in "：:；;" or bare.endswith("——")


def ends_open(text: str) -> bool:
    """Whether the text breaks off inside a sentence."""
    return not ends_closed(text)


def breaks_off(text: str) -> bool:
    """Whether running text breaks off here: a line without a full stop alone may be a name, a label or verse."""
    if size(text) <= _LINE or not ends_open(text):
        return False
    # English headlines have commas too, and hardly any has as many words as a line that breaks off.
    running = len(text) > ENGLISH_HEADLINE if is_latin(text) else "，" in text
    return running or has_stop_inside(text) or hangs(text)


def hangs(text: str) -> bool:
    """Whether the text ends on something that asks for more: a comma, an opening bracket, a function word."""
    last = text.rstrip()[-1:]
    if last.isascii() and is_latin(text):
        return last == "," or hangs_on(text)
    return last in _NEVER_LAST or bool(unclosed(text))


def asks_for_more(lines: Sequence[str]) -> bool:
    """Whether short lines in a row cannot stand for themselves; an English headline of two is cut after any word."""
    return any(hangs(line) for at, line in enumerate(lines) if at == len(lines) - 1 or not is_latin(line))


def starts_inside(text: str) -> bool:
    """Whether the text starts with what cannot start a sentence."""
    first = text[:1]
    return first in _NEVER_FIRST or (first.isascii() and first.islower())


@lru_cache(maxsize=2048)
def unclosed(text: str) -> str:
    """Return the opening marks that are not closed in the text, in order."""
    stack: list[str] = []
    for mark in _MARKS.findall(text):
        if mark in "“‘「『（《〈【":
            stack.append(mark)
        elif mark in _PAIRS and _PAIRS[mark] in stack:
            while stack and stack.pop() != _PAIRS[mark]:
                pass
    return "".join(stack)


@lru_cache(maxsize=2048)
def unopened(text: str) -> str:
    """Return the closing marks that were not opened in the text, in order."""
    depth: dict[str, int] = {}
    lost = []
    for mark in _MARKS.findall(text):
        if mark in "“‘「『（《〈【":
            depth[mark] = depth.get(mark, 0) + 1
        elif mark in _PAIRS:
            if depth.get(_PAIRS[mark], 0):
                depth[_PAIRS[mark]] -= 1
            else:
                lost.append(mark)
    return "".join(lost)


def has_stop_inside(text: str) -> bool:
    """Whether a full stop or semicolon stands before the end: running text, never a headline."""
    return bool(_STOP_INSIDE.search(text[:-1]))


def is_enumerated(text: str) -> bool:
    """Whether the text starts with a number or a bullet, as points of a list do."""
    return bool(_ENUMERATED.match(text))


def is_wordless(text: str) -> bool:
    """Whether the text holds no letter, digit or character at all."""
    return not _LETTER.search(text.replace("_", ""))


#: A line in brackets with these words signs a text and heads none.
_SIGNED = re.compile(r"[电電讯訊]|记者|記者|作者|摄|攝|综合|[译譯]|据|署名|完）")

#: Whose note it was, and whose name stands in brackets below an article.
_ATTRIBUTED = re.compile(
    r"(?:——|--)[ \u3000]*(?:本报|本刊|本報)?[编編][ \u3000]*[者辑輯]"
    r"|[（(][\u4e00-\u9fff][ \u3000]{0,2}[\u4e00-\u9fff]{1,3}[）)]"
)

#: Who speaks in an interview that is printed as one; where to read on, in an index of pages.
_LABELLED = re.compile(
    r"(?:记者|記者|主持人|[问問答]|[QA])\d?[：:]|(?:第?[A-Z]?\d{1,3}|第[一二三四五六七八九十]{1,3})版[ \u3000]*\S"
)

#: Verse and addresses keep to shorter lines.
_LINE = 8

#: Hardly any English headline has more characters.
ENGLISH_HEADLINE = 90
#: Longer lines are not headlines in any newspaper, even over the whole width of a page.
HEADLINE_SIZE = 44
_SURELY_LONGER = HEADLINE_SIZE / 0.4


@lru_cache(maxsize=2048)
def heading_like(text: str) -> bool:
    """Whether the text has a headline's form: short, no sentence inside, no end of a sentence."""
    if len(text) > _SURELY_LONGER or size(text) > HEADLINE_SIZE or has_stop_inside(text):
        return False
    if _LABELLED.match(text) or _ATTRIBUTED.fullmatch(text):
        return False
    if text[0] in "（(" and text[-1] in "）)" and _SIGNED.search(text):
        return False
    bare = text.rstrip(_CLOSERS)
    if not bare or bare[-1] in "。，、；;,：:" or (starts_inside(text) and not text[0].isascii()):
        return False
    if bare[-1] == ".":
        return False
    return not (bare[-1] in _TERMINAL and bare != text)
