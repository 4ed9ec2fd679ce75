"""Tell rubric, kicker, title and subtitle apart in a headline group. Changes no text but blanks at seams."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from operator import add

from worker.clean.forms import is_latin, size

Pairs = frozenset[str]

_DASH = ("——", "—", "--", "－－")
_RUBRIC = re.compile(
    r"^[【〖［\[■◆●★▶►【「『|｜#].*|.*[】〗］\]]$|.*(?:进行时|進行時|系列(?:报道|评论|谈|访谈)?[①-⑳\d]*|专栏|专题|特刊|走基层|巡礼|风采"
    r"|在行动|面对面|直通车|大家谈|专版|连载|之[一二三四五六七八九十①-⑳])(?:[（(][^）)]+[）)])?$"
)
_LEADS_ON = re.compile(r"(?:强调|指出|表示|要求|提出|致辞|時|时|强調|：|:)$")
#: What a pair of characters tells that other items say too.
_SAID_ELSEWHERE = 0.35


@dataclass(frozen=True, slots=True)
class Headline:
    """The lines of a headline group by what they are."""

    title: str | None = None
    rubric: str | None = None
    kicker: str | None = None
    subtitle: str | None = None


def _weights(lines: Sequence[str], body: str, elsewhere: Pairs) -> list[float]:
    """Return how much each line says of this body and of no other: the title says most."""
    found = []
    for line in lines:
        clauses = re.split(r"[\s，。、；：！？“”‘’（）《》—…·,.]+", line)
        pairs = {clause[at : at + 2] for clause in clauses for at in range(len(clause) - 1)}
        own = {pair for pair in pairs if pair in body}
        common = len(own & elsewhere)
        found.append((len(own) - common + _SAID_ELSEWHERE * common) / max(4, len(pairs)))
    return found


def _title_score(line: str, weight: float, *, seen: int, bylined: bool) -> float:
    score = weight * 2.2 + min(size(line), 26) / 26
    if _RUBRIC.match(line):
        score -= 1.2
    if seen > 1:
        score -= 1.5
    if "·" in line and " " in line:
        score -= 0.5
    if re.search(r"[：:]\S", line):
        score += 0.35
    if re.search(r"[！？]$", line):
        score += 0.2
    if bylined:
        score += 0.1
    return score


def arrange(
    lines: Sequence[str], body: str = "", elsewhere: Pairs = frozenset(), seen: Mapping[str, int] | None = None
) -> Headline:
    """Return the group's lines by their parts.

    Dashes decide first. Of the rest the title is the line that says most of its own body; a line before it is a
    kicker if it is a clause that leads on and a rubric otherwise, a line after it a subtitle if it is the longer.
    """
    rest = [line for line in lines if line]
    if not rest:
        return Headline()
    subtitle: list[str] = []
    kicker: list[str] = []
    rubric: list[str] = []
    while len(rest) > 1 and any(line.startswith(_DASH) for line in rest[1:]):
        at = next(i for i, line in enumerate(rest) if i and line.startswith(_DASH))
        subtitle.append(rest.pop(at))
    dashed = next((i for i, line in enumerate(rest[:-1]) if line.endswith(_DASH)), None)
    title_at: int | None = None
    if dashed is not None:
        kicker.append(rest.pop(dashed))
        title_at = dashed
    counts = seen or {}
    if title_at is None:
        weights = _weights(rest, body, elsewhere)
        scores = [
            _title_score(line, weight, seen=counts.get(line, 1), bylined=bool(subtitle) and i == len(rest) - 1)
            for i, (line, weight) in enumerate(zip(rest, weights, strict=True))
        ]
        title_at = max(range(len(rest)), key=lambda i: (scores[i], -i))
    title = rest[title_at]
    for line in rest[:title_at]:
        (kicker if _is_kicker(line, title, counts.get(line, 1)) and not kicker else rubric).append(line)
    for line in rest[title_at + 1 :]:
        # A dash has shown the subtitle already; what else follows the title is of another kind.
        (subtitle if not subtitle and _is_subtitle(line, title, counts.get(line, 1)) else rubric).append(line)
    return Headline(title=title, rubric=_one(rubric), kicker=_one(kicker), subtitle=_one(subtitle))


def _one(lines: Sequence[str]) -> str | None:
    return " ".join(lines) or None


def _is_kicker(line: str, title: str, seen: int) -> bool:
    if seen > 1 or _RUBRIC.match(line):
        return False
    return (
        bool(_LEADS_ON.search(line))
        or "，" in line
        or (is_latin(line) and size(line) > size(title))
        or size(line) > size(title) + 4
    )


def _is_subtitle(line: str, title: str, seen: int) -> bool:
    if seen > 1 or _RUBRIC.match(line):
        return False
    return "，" in line or "、" in line or size(line) >= size(title) or is_latin(line)


def pairs_of(text: str) -> Pairs:
    """Return the text's runs of two characters."""
    return frozenset(map(add, text, text[1:]))
