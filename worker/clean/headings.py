"""Tell headline groups from subheads and from pieces of cut paragraphs. Does not yet say which line is the title."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from worker.clean.block import Block, Cleaned, Note, Role
from worker.clean.evidence import Habits, affinity, grams, is_lead
from worker.clean.forms import ends_closed, ends_open, hangs, has_stop_inside, heading_like, is_enumerated, size, starts_inside
from worker.clean.marks import is_date
from worker.clean.people import people_in_text

#: A headline group holds no more lines than this before its byline or body.
_MOST_LINES = 5
#: Text on both sides of a line that shares less than this is by different hands.
_SAME_HAND = 0.03
_VERY_SHORT = 5
#: So much more a line must share with the text above than with the text below to be its cut end.
_MARGIN = 0.12
_OPENING = re.compile(r"^(?:\d{1,4}[年月]|[^，]{2,4}，)")
_LONG = 30
_CONTEXT = 2500
#: A seam that speaks this loudly makes a short line the rest of the open line above it.
_SEAM = 2.5


def _may_head(block: Block) -> bool:
    return block.role is Role.TEXT and heading_like(block.text) and not is_lead(block.text)


def _group(blocks: Sequence[Block], at: int) -> int:
    """Return the end of the run of heading-like lines that starts at ``at``."""
    end = at
    while end < len(blocks) and _may_head(blocks[end]) and not (end > at and is_date(blocks[end].text)):
        end += 1
    return end


def _proof(blocks: Sequence[Block], start: int, end: int) -> str:
    """Return what proves that lines start..end are a headline group, or an empty string."""
    if end < len(blocks):
        after = blocks[end]
        if after.role is Role.BYLINE and not (end + 1 < len(blocks) and _may_head(blocks[end + 1]) and start == end):
            return "a byline follows"
        if after.role is Role.TEXT and is_lead(after.text):
            return "a report's opening follows"
        if after.role is Role.TEXT and people_in_text(after.text[:120]) and not after.text.endswith("）"):
            return "an opening that names its reporter follows"
    lines = [block.text for block in blocks[start:end]]
    if any(line.startswith(("——", "--")) for line in lines[1:]) or any(line.endswith("——") for line in lines[:-1]):
        return "a dash ties two lines of it"
    if start == 0:
        return "first on the page"
    before = blocks[start - 1]
    if is_date(before.text) or before.role is Role.SIGNATURE:
        return "a sign-off stands before it"
    return ""


def _headingness(text: str) -> float:
    """Return how much a lone line looks like a headline and unlike a piece of a cut paragraph."""
    score = 0.5
    if " " in text or "\u3000" in text:
        score += 2
    if text[-1] in "”’！？!?）》」』":
        score += 1 if "，" in text else 2
    if "，" in text:
        score -= 1
    if hangs(text):
        score -= 3
    if size(text) > _LONG:
        score -= 1
    if is_enumerated(text):
        score += 1
    return score


def _texts(blocks: Sequence[Block], indexes: Iterable[int]) -> str:
    """Return up to a few screens of running text at the indexes, as far as the next proved headline."""
    found: list[str] = []
    length = 0
    for at in indexes:
        if blocks[at].role is Role.HEADING or length > _CONTEXT:
            break
        if blocks[at].role is Role.TEXT:
            found.append(blocks[at].text[:_CONTEXT])
            length += len(found[-1])
    return "\n".join(found)


def find_headings(blocks: tuple[Block, ...]) -> Cleaned:
    """Mark headline lines and subheads: first those that something proves, then the rest by what stands around them."""
    out = list(blocks)
    notes: list[Note] = []
    groups = list(_runs(out))
    habits = Habits(block.text for block in blocks)
    cuts = _certain_cuts(out)
    doubtful = []
    for at, end in groups:
        start = _proved_from(out, at, end, habits)
        why = _proof(out, start, end) if start < end else ""
        if not why:
            doubtful.append((at, end))
            continue
        _mark(out, notes, range(start, end), Role.HEADING, why)
        if start > at:
            _mark(out, notes, range(at, start), Role.SUBHEAD, "more lines together than a headline has")
    for at, end in doubtful:
        role, why = _judge(out, at, end, habits, cuts)
        if role is not Role.TEXT:
            _mark(out, notes, range(at, end), role, why)
    return Cleaned(blocks=tuple(out), notes=tuple(notes))


def _certain_cuts(blocks: Sequence[Block]) -> int:
    """Count the long blocks that break off in mid-sentence: a page without any has no cut short blocks either."""
    return sum(
        1
        for one, two in zip(blocks, blocks[1:], strict=False)
        if one.role is two.role is Role.TEXT and ends_open(one.text) and not heading_like(one.text) and has_stop_inside(one.text)
    )


def _runs(blocks: Sequence[Block]) -> Iterable[tuple[int, int]]:
    at = 0
    while at < len(blocks):
        end = _group(blocks, at)
        if end > at:
            yield at, end
        at = max(end, at + 1)


def _mark(out: list[Block], notes: list[Note], span: range, role: Role, why: str) -> None:
    for index in span:
        out[index] = replace(out[index], role=role)
        notes.append(Note(step="find_headings", text=out[index].text, done=f"is a {role}", evidence=why))


def _proved_from(blocks: Sequence[Block], at: int, end: int, habits: Habits) -> int:
    """Return where in a run of short lines the headline starts: what was cut short above it is no part of it."""
    start = max(at, end - _MOST_LINES)
    if start == 0 or end - start < 2 or blocks[start + 1].text.startswith(("——", "--")):  # noqa: PLR2004 - one line is the title
        return start
    line = blocks[start].text
    above = blocks[start - 1]
    if hangs(line) and not line.endswith("——"):
        return start + 1
    own = grams(line)
    shared_before = affinity(own, grams(_texts(blocks, range(start - 1, -1, -1))))
    shared_after = affinity(own, grams(_texts(blocks, range(end, len(blocks))) + "\n" + blocks[end - 1].text))
    rest = 0.15 if above.role is Role.TEXT and ends_open(above.text) and habits.link(above.text, line) > _SEAM else 0.0
    plain = "，" in line or not (" " in line or "\u3000" in line)
    return start + 1 if plain and shared_before + rest > shared_after + _MARGIN else start


def _cut_score(one: str, two: str, habits: Habits, cuts: int) -> float:
    """Return how much speaks for a short line being the first half of a cut paragraph."""
    score = habits.link(one, two) + (1.0 if cuts > 1 else 0.0 if cuts else -1.0)
    if "，" in one:
        score += 0.7
    if _OPENING.match(one):
        score += 1.5
    return score


def _judge(blocks: Sequence[Block], start: int, end: int, habits: Habits, cuts: int) -> tuple[Role, str]:
    """Return what a run of short lines is that nothing proves to be a headline."""
    above = blocks[start - 1] if start else None
    after = blocks[end] if end < len(blocks) else None
    first, last = blocks[start].text, blocks[end - 1].text
    if end - start > _MOST_LINES:
        return Role.SUBHEAD, "verse, a list or a table: many short lines together"
    if after is None or starts_inside(first) or any(hangs(block.text) for block in blocks[start:end]):
        return Role.TEXT, ""
    before = _texts(blocks, range(start - 1, -1, -1))
    if not before:
        if above is None or above.role not in {Role.BYLINE, Role.HEADING}:
            return Role.HEADING, "nothing stands before it"
        if after.role is Role.TEXT and _cut_score(last, after.text, habits, cuts) > 0:
            return Role.TEXT, ""
        return Role.SUBHEAD, "stands between byline and body"
    near = affinity(grams(before), grams(_texts(blocks, range(end, len(blocks)))))
    looks = _headingness(last) + (3.0 if near < _SAME_HAND / 2 else 1.5 if near < _SAME_HAND else 0.0)
    if end - start == 1 and above is not None and above.role is Role.TEXT and ends_open(above.text):
        seam = habits.link(above.text, first)
        if seam > looks or (seam > 0 and "，" in first and near >= _SAME_HAND):
            return Role.TEXT, ""
    if after.role is Role.TEXT and end - start == 1 and _cut_score(last, after.text, habits, cuts) > looks:
        return Role.TEXT, ""
    if after.role in {Role.CAPTION, Role.CREDIT} and end - start == 1 and above is not None and ends_closed(above.text):
        return Role.HEADING, "stands over a picture text"
    if is_enumerated(first) or (size(first) <= _VERY_SHORT and end - start == 1):
        return Role.SUBHEAD, "numbered or very short"
    limit = _SAME_HAND * 4 if end - start > 1 else _SAME_HAND * 0.6 if "，" in first else _SAME_HAND
    if near < limit:
        return Role.HEADING, f"the texts on both sides share little ({near:.3f})"
    return Role.SUBHEAD, f"the text around it is of one hand ({near:.3f})"
