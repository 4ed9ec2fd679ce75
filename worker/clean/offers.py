"""Tell adverts, tables of numbers and the forecast from the article before them, by their lines. Moves nothing."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from worker.clean.block import Block, Cleaned, Note, Role
from worker.clean.evidence import by_another_hand
from worker.clean.forms import ends_open, heading_like, size
from worker.clean.kinds import names_its_kind, sells

#: A line of an offer or of a table is no longer than this.
_LONGEST = 40
#: So many lines of an offer say how to reach the seller, and so many lines of numbers are a table.
_REACHED, _ROWS = 2, 3
#: A notice's address stands so far behind its headline at most.
_FAR = 12
_REACH = re.compile(
    r"(?:地址|店址|电话|電話|热线|熱線|咨询|订购|微信|网址|联系|聯絡|传真|邮箱|手机|Tel|TEL|Add)[\u3400-\u9fff]{0,4}[：:.]"
)
#: A label, and two numbers or more.
_ROW = re.compile(
    r"^(?:[^\d\s，。]{1,12}[ \u3000\t]*)?(?:[-+−]?\d[\d.,:/%％-]*[^\d\s，。]{0,3}(?:[ \u3000\t]+|$)){2,}$"
)
_WEATHER = re.compile(r"^天[气氣][预預][报報]$")
_FORECAST = re.compile(r"℃|°C|[风風][向力]?\d|晴|多[云雲]|[阴陰雨雪]")


def part_offers(blocks: tuple[Block, ...]) -> Cleaned:
    """Mark the first line of each advert, table and forecast as a headline, and its other lines as no headlines."""
    out = list(blocks)
    notes = []
    for run in _runs(blocks):
        found = _forecast(blocks, run) or _table(blocks, run) or _offer(blocks, run)
        if not found:
            continue
        lines, why = found
        for at in lines:
            role = Role.HEADING if at == lines.start else Role.SUBHEAD
            out[at] = replace(blocks[at], role=role)
            notes.append(Note(step="part_offers", text=blocks[at].text, done=f"is a {role}", evidence=why))
    return Cleaned(blocks=tuple(out), notes=tuple(notes))


def _runs(blocks: Sequence[Block]) -> Iterable[range]:
    """Yield the runs of short lines without a full stop behind a text that is complete."""
    at = 0
    while at < len(blocks):
        end = at
        while end < len(blocks) and _is_line(blocks[end]):
            end += 1
        complete = at > 0 and blocks[at - 1].role in {Role.TEXT, Role.SIGNATURE} and not ends_open(blocks[at - 1].text)
        if complete and end - at > _REACHED:
            yield range(at, end)
        at = max(end, at + 1)


def _is_line(block: Block) -> bool:
    return block.role is Role.TEXT and size(block.text) <= _LONGEST and ends_open(block.text)


def _offer(blocks: Sequence[Block], run: range) -> tuple[range, str] | None:
    """Return the lines of an advert: a headline, what is offered, and two lines or more on how to reach the seller."""
    reached = [at for at in run if _REACH.search(blocks[at].text)]
    if len(reached) < _REACHED or not _heads(blocks, run.start) or run.start in reached:
        return None
    if any(names_its_kind(block.text) for block in blocks[max(0, run.start - _FAR) : run.start]):
        return None
    lines = range(run.start, reached[-1] + 1)
    if len({word for at in lines for word in sells(blocks[at].text)}) < _REACHED:
        return None
    return lines, "lines that say how to reach a seller, behind a text that is complete"


def _table(blocks: Sequence[Block], run: range) -> tuple[range, str] | None:
    """Return the lines of a table: its headline and rows of numbers that have nothing to do with the text above."""
    rows = [at for at in run if _ROW.match(blocks[at].text)]
    if len(rows) < _ROWS or rows[-1] - rows[0] != len(rows) - 1 or rows[0] != run.start + 1:
        return None
    if not _heads(blocks, run.start):
        return None
    lines = range(run.start, rows[-1] + 1)
    above = [block.text for block in blocks[max(0, run.start - _FAR) : run.start]]
    if by_another_hand([blocks[at].text for at in lines], above) <= 0:
        return None
    return lines, "rows of numbers that the text above does not speak of"


def _forecast(blocks: Sequence[Block], run: range) -> tuple[range, str] | None:
    """Return the lines of a weather forecast."""
    end = run.start + 1
    while end < run.stop and _FORECAST.search(blocks[end].text):
        end += 1
    if not _WEATHER.match(blocks[run.start].text) or end - run.start <= _REACHED:
        return None
    return range(run.start, end), "a forecast under its name"


def _heads(blocks: Sequence[Block], at: int) -> bool:
    return heading_like(blocks[at].text) and not _ROW.match(blocks[at].text)
