"""What a short line and the texts around it tell of a new item that may begin there. Weighs and marks nothing."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from math import log

from worker.clean.forms import is_latin, size

_PUNCTUATION = re.compile(r"[\W_]+")
_WORD = re.compile(r"[A-Za-z]{4,}")
_HALVES = (" ", "\u3000", "——")
_SPOKEN = re.compile(r"[！？]|”$")
#: What stands under an article and belongs to it: the reporter's note, links, words explained.
_SIDEBAR = re.compile(
    r"^(?:(?:记者|記者|采访|採訪|编辑|編輯)?(?:手记|手記)|编后语?|編後語?|编后记|(?:新闻|相关|知识|新聞|相關|知識)?(?:链接|連結)"
    r"|延伸阅读|延伸閱讀|(?:新闻|事件|新聞)背景|背景资料|背景資料|名词解释|名詞解釋|小贴士|小貼士)(?:[ \u3000：:·].*)?$"
    r"|[（(](?:记者|記者|采访|採訪)(?:手记|手記)[）)]$"
)
#: The column's name behind a headline.
_COLUMN = re.compile(r"\w[（(][^（）()]{2,16}[）)]$")
#: A part of an article under a label of a word or two: 关：…, 多方：…
_LABEL = re.compile(r"^[\u4e00-\u9fff]{1,3}：[^“「]")
_LONG = 26
#: What one kind of evidence can say at most.
_MOST = 8.0
#: A headline is said again in so many characters.
_OPENING = 140
_FIRST = 24
#: A report says at once when it happened.
_WHEN = re.compile(
    r"\d{1,2}[月日]|近日|日前|昨[日天晚]|今[日天]|连日|連日|眼下|近年[来來]|[今去前]年|上[周週月]|本[周週月]|近期|最近"
    r"|\b(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b|\b(?:yesterday|today|last (?:week|month|year|night))\b"
)
#: Words that open a sentence of a report, and no headline.
_DISCOURSE = re.compile(
    r"^(?:据(?:了解|介绍|悉|统计)|據(?:了解|介紹|悉|統計)|记者(?:从|在|了解)|記者(?:從|在|了解)|(?:近日|日前|同时|同時|目前|其中|对此|對此|为此|為此"
    r"|近年来|近年來|连日来|連日來|当天|當天|当日|當日)，|此外|与此同时|與此同時|随着|隨著|截至)"
)
#: An article that is over says so in brackets, or ends on who wrote it.
_OVER = re.compile(
    r"[（(](?:(?:本报|本報|新华社|据)?[^（）()]{0,10}(?:记者|記者|通讯员|通訊員|作者|整理|供稿|编辑)[^（）()]{0,40}"
    r"|据[^（）()]{2,24}|[^（）()]{2,12}[电電讯訊]|完|全文完|来源[^（）()]{2,20}|摘自[^（）()]{2,20})[）)]$"
)


def said_again(line: str, text: str) -> float:
    """Return the share of the line's pairs of characters (its words in Latin script) that the text uses."""
    if is_latin(line):
        words = {word.lower() for word in _WORD.findall(line)}
        low = text.lower()
        return sum(1 for word in words if word in low) / len(words) if words else 0.0
    bare = _PUNCTUATION.sub("\n", line)
    pairs = {bare[at : at + 2] for at in range(len(bare) - 1) if "\n" not in bare[at : at + 2]}
    return sum(1 for pair in pairs if pair in text) / len(pairs) if pairs else 0.0


def is_sidebar(line: str) -> bool:
    """Whether a line heads what belongs to the article above it."""
    return bool(_SIDEBAR.search(line))


def is_over(text: str) -> bool:
    """Whether a text ends as the last paragraph of an article does: who wrote it, or where it is from, in brackets."""
    return bool(_OVER.search(text[-60:]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What stands around a line that may be a headline."""

    hand: float  #: what speaks for the texts on both sides being by different hands
    title: str  #: the headline above
    before: str  #: the text since then
    last: str  #: its last paragraph
    below: str  #: the text below, as far as the next headline that is proved
    alike: int  #: other short lines of its size between the proved headlines
    proved: float  #: the share of the page's headlines and doubtful lines that is proved
    usual: float  #: how long the page's proved headlines are, or 0


def signs_of(line: str, around: Around) -> Mapping[str, float]:
    """Return each sign for or against a new item at the line; 0 says nothing."""
    return {
        "hand": max(-_MOST, min(_MOST, around.hand)),
        "said below": said_again(line, around.below[:_OPENING]),
        "before": said_again(line, around.before),
        "title": said_again(around.title, around.below),
        "halves": float(any(mark in line for mark in _HALVES) and not is_latin(line)),
        "column": float(bool(_COLUMN.search(line)) and not is_latin(line)),
        "label": float(bool(_LABEL.match(line))),
        "spoken": float(bool(_SPOKEN.search(line))),
        "long": float(size(line) > _LONG),
        "discourse": float(bool(_DISCOURSE.match(line))),
        "when": float(bool(_WHEN.search(around.below[:_FIRST]))),
        "over": float(is_over(around.last)),
        "far": max(0.0, log(1 + len(around.before)) - 6),
        # Headlines of one page are alike as well; subheads stand in texts of one hand.
        "alike": float(min(3, around.alike)) if around.hand < 0 else 0.0,
        "company": min(3, around.alike) * around.proved,
        "shorter": max(-1.0, min(1.5, (around.usual - size(line)) / 10)) if around.usual else 0.0,
    }
