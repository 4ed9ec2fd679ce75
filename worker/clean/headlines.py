"""Tell rubric, kicker, title and subtitle apart in a headline group. Changes no text but blanks at seams."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from operator import add

from worker.clean.forms import is_latin, size

Pairs = frozenset[str]

_DASH = ("——", "—", "--", "－－")
_RUBRIC = re.compile(
    r"^[【〖［\[■◆●★▶►【「『|｜#]|[】〗］\]]$|(?:进行时|進行時|系列(?:报道|评论|谈|访谈)?[①-⑳\d]*|专栏|专题|特刊|走基层|巡礼|风采"
    r"|在行动|面对面|直通车|大家谈|专版|连载|之[一二三四五六七八九十①-⑳])(?:[（(][^）)]+[）)])?$"
)
#: Whom the lines below quote.
_LEADS_ON = re.compile(r"(?:强调|指出|表示|要求|提出|致辞|認為|认为|强調|.{6}[時时]|：|:)$")
#: A series' name in brackets stands behind the title that belongs to it.
_SERIES = re.compile(r"[（(][^（）()]{2,18}[）)]$")
#: Two clauses set off by a blank, as only titles and slogans are.
_HALVES = re.compile(r"[\u3400-\u9fff”》][ \u3000]+[\u3400-\u9fff“《]")
#: What leaders did at a meeting, or what a subtitle adds: never a title below another line.
_ATTENDS = re.compile(r"(?:出席|主持|讲话|講話|致辞|致辭|批示|参加|參加|陪同|见证|見證)[^，。]{0,6}$")
#: A line that starts so tells what was done by whom the line above names.
_DOES = re.compile(
    r"(?:学习|學習|部署|公布|研究|审议|審議|推动|推動|持续|持續|坚持|堅持|加快|切实|切實|扎实|奋力|奮力|全力|着力|进一步|深入|全面|确保|強化|强化"
    r"|打造|建设|凝聚|谱写|弘扬|发挥|提升|倡导|制止|传达|貫徹|贯彻|助力|促进|筑牢|守护|让)"
)
#: Somebody met or decided: news, but below it stands what about.
_MEETS = re.compile(r"(?:召开|召開|举行|舉行|主持|签署|簽署|会见|调研|發布|发布|印发|举办|舉辦)")
_FIGURE = re.compile(r"\d|[一二三四五六七八九十百千万]{2,}")
_SPEAKS = re.compile(r"[！？]$|^[“「].*[”」]$")
#: A sentence's marks: a column's name has none.
_TOLD = re.compile(r"[，：；]\S")
#: No English headline ends on these.
_BREAKS_OFF = re.compile(
    r"(?:\b(?:a|an|and|as|at|but|by|for|from|in|into|of|on|or|over|the|to|with|is|are|was|were|after|before|near)|,)$",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"“[^“”]*”|《[^《》]*》")
#: What a pair of characters tells that other items say too.
_SAID_ELSEWHERE = 0.35
_SLOGAN_PARTS = 3
_RUBRIC_SIZE = 6
_LITTLE = 0.3
_HARDLY = 0.18
_SOME = 0.4


@dataclass(frozen=True, slots=True)
class Headline:
    """The lines of a headline group by what they are."""

    title: str | None = None
    rubric: str | None = None
    kicker: str | None = None
    subtitle: str | None = None


def _weights(lines: Sequence[str], body: str, elsewhere: Pairs) -> list[float]:
    """Return how much each line says of this body and of no other: rubrics say least."""
    found = []
    for line in lines:
        clauses = re.split(r"[\s，。、；：！？“”‘’（）《》—…·,.]+", line)
        pairs = {clause[at : at + 2] for clause in clauses for at in range(len(clause) - 1)}
        own = {pair for pair in pairs if pair in body}
        common = len(own & elsewhere)
        found.append((len(own) - common + _SAID_ELSEWHERE * common) / max(4, len(pairs)))
    return found


def _is_dashed(line: str) -> bool:
    """Whether a dash ties the line to another of its group, so that it is no title."""
    return line.startswith(_DASH) or line.endswith(_DASH)


def _headed(line: str, weight: float) -> tuple[bool, bool, float]:
    """Return what chooses the title among lines that all could name a column."""
    return (
        not _is_dashed(line),
        not _RUBRIC.search(line),
        weight * 2.2 + min(size(line), 26) / 26,
    )


def _is_rubric(line: str, weight: float, *, seen: int) -> bool:
    """Whether a line names a column or a campaign: by its words, by coming again, or by saying nothing of the body."""
    if _RUBRIC.search(line):
        return True
    if _is_dashed(line) or _LEADS_ON.search(line):
        return False
    if seen > 1 or is_latin(line) or _SERIES.search(line):
        return seen > 1
    parts = len(re.split(r"[ \u3000·]+", line))
    if parts > 1:
        slogan = parts >= _SLOGAN_PARTS or ("·" in line and " " in line)
        return weight < (_SOME if slogan else _LITTLE / 2)
    if _ATTENDS.search(line) or _SPEAKS.search(line) or _TOLD.search(line):
        return False
    return size(line) <= _RUBRIC_SIZE or weight < (_LITTLE / 2 if "“" in line else _HARDLY)


def _halved(line: str) -> bool:
    """Whether the line has two clauses set off by a blank, outside of what it quotes."""
    return bool(_HALVES.search(_QUOTED.sub("“”", line)))


#: What a title has and what a line over or under it seldom has, with its weight.
_OF_TITLES: tuple[tuple[float, Callable[[str], bool]], ...] = (
    (6.0, lambda line: bool(_SERIES.search(line))),
    (3.0, _halved),
    (2.0, lambda line: bool(_SPEAKS.search(line))),
    (-2.2, lambda line: "，" in line),
    (1.0, lambda line: "“" in line),
    (1.0, lambda line: bool(_DOES.match(line))),
)


def _leads(above: str, below: str) -> float:
    """Return how much speaks for the lower of two lines being the title: else it is the upper one's subtitle."""
    if below.startswith(_DASH):
        return -9.0
    if above.endswith(_DASH) or _LEADS_ON.search(above):
        return 9.0
    score = sum(weight * (has(below) - has(above)) for weight, has in _OF_TITLES) - 0.5
    if _ATTENDS.search(below) and size(below) <= size(above):
        score -= 4.0
    if _MEETS.search(above) and _DOES.match(below):
        score += 2.0
    if _FIGURE.search(below) and not _FIGURE.search(above):
        score -= 1.0
    return score


def _title_at(lines: Sequence[str]) -> int:
    """Return which of the lines is the title; each line under it is a subtitle, each over it a kicker."""
    at = 0
    for below in range(1, len(lines)):
        if _leads(lines[at], lines[below]) > 0:
            at = below
    return at


def arrange(
    lines: Sequence[str], body: str = "", elsewhere: Pairs = frozenset(), seen: Mapping[str, int] | None = None
) -> Headline:
    """Return the group's lines by their parts.

    What names a column is told first: by its words, by standing on the page twice, or because the body says nothing of
    it. Of the other lines dashes, a series' name in brackets, halves and what the lines do to one another say which is
    the title; what stands over it is its kicker, what stands under it its subtitle.
    """
    rest = _whole([line for line in lines if line])
    if not rest:
        return Headline()
    if len(rest) == 1:
        return Headline(title=rest[0])
    counts = seen or {}
    weights = _weights(rest, body, elsewhere)
    column = [_is_rubric(line, weight, seen=counts.get(line, 1)) for line, weight in zip(rest, weights, strict=True)]
    own = [at for at, is_column in enumerate(column) if not is_column]
    if all(_is_dashed(rest[at]) for at in own):
        # Every line could name a column: the one that says most of the body heads it.
        own = sorted({*own, max(range(len(rest)), key=lambda at: _headed(rest[at], weights[at]))})
    title = own[_title_at([rest[at] for at in own])]
    rubric = [rest[at] for at in range(len(rest)) if at not in own]
    kicker = [rest[at] for at in own if at < title]
    subtitle = [rest[at] for at in own if at > title]
    if any(line.startswith(_DASH) for line in subtitle):
        # A dash shows the subtitle; what else follows the title is of another kind.
        rubric += [line for line in subtitle if not line.startswith(_DASH)]
        subtitle = [line for line in subtitle if line.startswith(_DASH)]
    return Headline(title=rest[title], rubric=_one(rubric), kicker=_one(kicker), subtitle=_one(subtitle))


def _whole(lines: Sequence[str]) -> list[str]:
    """Return the lines, an English headline that was set in two joined: it breaks off, or goes on in small letters."""
    whole: list[str] = []
    for line in lines:
        if whole and is_latin(whole[-1]) and is_latin(line) and (line[0].islower() or _BREAKS_OFF.search(whole[-1])):
            whole[-1] = f"{whole[-1]} {line}"
        else:
            whole.append(line)
    return whole


def _one(lines: Sequence[str]) -> str | None:
    return " ".join(lines) or None


def pairs_of(text: str) -> Pairs:
    """Return the text's runs of two characters."""
    return frozenset(map(add, text, text[1:]))
