"""Join the halves of articles that jump to another page of the same edition. Invents no join: doubt leaves a flag."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from worker.clean.evidence import affinity, grams
from worker.clean.flags import Flag
from worker.clean.forms import ends_open, starts_inside
from worker.clean.linebreaks import join
from worker.clean.marks import is_jump_line
from worker.clean.people import once
from worker.domain import Article, Removed, Restored

_NUMBER = r"(?P<page>[A-Z]?\d{1,3}|[一二三四五六七八九十]{1,3})"
_ARROWS = r"[（(【［\[▶►→▷>》\s]*"
_CLOSE = r"[）)】］\]▶►→▷>》\s。]*"
_ONWARD = (
    re.compile(
        rf"{_ARROWS}(?:紧接|紧|緊)?(?:下转|下轉|转|轉)\s*第?\s*{_NUMBER}\s*版(?P<key>[^。，）)]{{0,30}}?){_CLOSE}$"
    ),
    re.compile(
        rf"{_ARROWS}(?:(?i:please)\s+)?(?i:continued|turns?|see|more|story)\s+(?:(?i:on|to)\s+)?"
        rf"(?P<key>[\"“]?[A-Z][\w'’ -]{{0,30}}?[\"”]?)??[,:]?\s*(?:(?i:on)\s+)?"
        rf"(?i:page|p\.?|pg\.?)\s*{_NUMBER}{_CLOSE}$"
    ),
)
_BACK = (
    re.compile(
        rf"^{_ARROWS}(?:紧接|上接|上承)\s*第?\s*{_NUMBER}\s*版(?P<key>[^。，）)]{{0,30}}?)[）)】］\]▶►→▷>》\s]*"
    ),
    re.compile(
        rf"^{_ARROWS}(?P<key>[A-Z][A-Z'’ -]{{1,30}}?(?=[,:]?\s))??[,:]?\s*(?i:continued\s+from|from|continued)\s+"
        rf"(?i:page|p\.?|pg\.?)\s*{_NUMBER}[\])）\s:.]*"
    ),
)
_DIGITS = {digit: value for value, digit in enumerate("一二三四五六七八九", 1)}
#: Two halves whose headlines share this are one article.
_SAME_HEAD = 0.3
#: Without a headline in common the bodies must share this.
_SAME_BODY = 0.06


@dataclass(frozen=True, slots=True, kw_only=True)
class Jumped:
    """One article of an edition after joining."""

    sources: tuple[int, ...]  #: indexes of the given articles that it is made of, in reading order
    article: Article  #: the whole article, or the article as it was
    removed: tuple[Removed, ...] = ()  #: jump lines and the second half's headline, which the join made needless


@dataclass(frozen=True, slots=True)
class _Jump:
    paragraph: int
    start: int
    end: int
    page: str
    key: str


def page_number(text: str) -> str:
    """Return a page number in one form: ``3`` for 03, 三 and 3; ``A4`` for A04."""
    text = text.strip().upper()
    if text and text[0] in "一二三四五六七八九十":
        tens, _, ones = text.partition("十") if "十" in text else ("", "", text)
        value = _DIGITS.get(tens, 1) * 10 if "十" in text else 0
        return str(value + _DIGITS.get(ones, 0))
    match = re.match(r"([A-Z]*)0*(\d+)", text)
    return f"{match[1]}{match[2]}" if match else text


def _onward(article: Article) -> _Jump | None:
    for at in range(len(article.paragraphs) - 1, max(-1, len(article.paragraphs) - 3), -1):
        text = article.paragraphs[at]
        tail = max(0, len(text) - 80)
        for form in _ONWARD:
            match = form.search(text, tail)
            if match:
                return _Jump(
                    paragraph=at,
                    start=match.start(),
                    end=match.end(),
                    page=page_number(match["page"]),
                    key=match["key"],
                )
    return None


def _back(article: Article) -> _Jump | None:
    for at, text in enumerate(article.paragraphs[:2]):
        for form in _BACK:
            match = form.match(text)
            if match:
                return _Jump(paragraph=at, start=0, end=match.end(), page=page_number(match["page"]), key=match["key"])
    return None


def _heads(article: Article) -> str:
    return "\n".join(line for line in (article.title, article.kicker, article.subtitle) if line)


def _kinship(first: Article, second: Article, jump: _Jump, back: _Jump | None) -> float:
    """Return how sure two halves belong together: headline, then key words, then bodies; 0 if nothing speaks for it."""
    one, two = _heads(first), _heads(second)
    head = max(affinity(grams(one), grams(two)), 1.0 if first.title and first.title == second.title else 0.0)
    keys = [re.sub(r"\W+", "", key) for key in (jump.key, back.key if back else "") if key]
    named = any(key and (key in re.sub(r"\W+", "", one + two)) for key in keys)
    body = affinity(grams("\n".join(first.paragraphs)), grams("\n".join(second.paragraphs)))
    if head >= _SAME_HEAD:
        return 2.0 + head + body
    if named:
        return 1.5 + body
    return body if body >= _SAME_BODY and back else 0.0


def _cut(article: Article, jump: _Jump) -> tuple[tuple[str, ...], Removed]:
    """Return the paragraphs without the jump line, and the line."""
    text = article.paragraphs[jump.paragraph]
    rest = (text[: jump.start] + text[jump.end :]).strip()
    kept = [*article.paragraphs[: jump.paragraph], *([rest] if rest else []), *article.paragraphs[jump.paragraph + 1 :]]
    return tuple(kept), Removed(text=text[jump.start : jump.end].strip(), reason="jump_line")


def _joined(first: Article, second: Article, jump: _Jump, back: _Jump | None) -> tuple[Article, tuple[Removed, ...]]:
    head, line = _cut(first, jump)
    removed = [line]
    tail = second.paragraphs
    if back:
        tail, line = _cut(second, back)
        removed.append(line)
    removed += [
        Removed(text=text, reason="jump_headline")
        for text in (second.rubric, second.kicker, second.title, second.subtitle)
        if text
    ]
    if head and tail and ends_open(head[-1]) and (starts_inside(tail[0]) or not ends_open(head[-1] + tail[0])):
        head, tail = (*head[:-1], join(head[-1], tail[0])), tail[1:]
    flags = {*first.flags, *second.flags, str(Flag.JUMP_JOINED)} - {str(Flag.JUMP_UNRESOLVED), str(Flag.NO_TITLE)}
    flags -= {str(Flag.TRUNCATED_END)} - set(second.flags)
    if first.title is None:
        flags.add(str(Flag.NO_TITLE))
    whole = replace(
        first,
        reporters=once([*first.reporters, *second.reporters]),
        correspondents=once([*first.correspondents, *second.correspondents]),
        paragraphs=(*head, *tail),
        signature=(*first.signature, *second.signature),
        captions=(*first.captions, *second.captions),
        images=(*first.images, *second.images),
        tables=(*first.tables, *second.tables),
        flags=tuple(sorted(flags)),
    )
    return whole, tuple(removed)


def _partner(
    articles: Sequence[tuple[str, Article]], at: int, jump: _Jump, backs: Sequence[_Jump | None], taken: set[int]
) -> int | None:
    """Return the other half's index: the best on the page that is named, if it is the best alone."""
    page = page_number(articles[at][0])
    found: list[tuple[float, int]] = []
    for other, (number, article) in enumerate(articles):
        back = backs[other]
        if other == at or other in taken or page_number(number) != jump.page or not article.paragraphs:
            continue
        if back and back.page != page:
            continue
        sure = _kinship(articles[at][1], article, jump, back) + (0.5 if back else 0.0)
        if sure > (0.5 if back else 0.0):
            found.append((sure, other))
    found.sort(reverse=True)
    if not found or (len(found) > 1 and found[0][0] - found[1][0] < 0.05):  # noqa: PLR2004 - two equal candidates are none
        return None
    return found[0][1]


def join_jumps(articles: Sequence[tuple[str, Article]]) -> tuple[Jumped, ...]:
    """Join halves across pages; ``articles`` are (page number, article) in printed order.

    An article that jumps on to a page where no half of it is found, or comes from one, keeps ``jump_unresolved``.
    """
    onward = [_onward(article) for _, article in articles]
    backs = [_back(article) for _, article in articles]
    then: dict[int, int] = {}
    taken: set[int] = set()
    for at, jump in enumerate(onward):
        partner = _partner(articles, at, jump, backs, taken) if jump else None
        if partner is not None and not _leads_to(then, partner, at):
            then[at] = partner
            taken.add(partner)
    return tuple(_chains(articles, onward, backs, then, taken))


def _leads_to(then: dict[int, int], start: int, goal: int) -> bool:
    at: int | None = start
    while at is not None and at != goal:
        at = then.get(at)
    return at == goal


def _chains(
    articles: Sequence[tuple[str, Article]],
    onward: Sequence[_Jump | None],
    backs: Sequence[_Jump | None],
    then: dict[int, int],
    taken: set[int],
) -> Iterator[Jumped]:
    for at, (_, article) in enumerate(articles):
        if at in taken:
            continue
        chain = [at]
        while chain[-1] in then:
            chain.append(then[chain[-1]])
        if len(chain) == 1:
            flags = set(article.flags) - {str(Flag.JUMP_UNRESOLVED)}
            if onward[at] or backs[at]:
                flags.add(str(Flag.JUMP_UNRESOLVED))
            yield Jumped(sources=(at,), article=replace(article, flags=tuple(sorted(flags))))
            continue
        # From the last half backwards, so that each join still finds its own jump line where it was seen.
        whole, removed = articles[chain[-1]][1], tuple[Removed, ...]()
        for earlier, later in zip(reversed(chain[:-1]), reversed(chain[1:]), strict=True):
            jump = onward[earlier]
            if jump is not None:
                whole, more = _joined(articles[earlier][1], whole, jump, backs[later])
                removed = (*more, *removed)
        if onward[chain[-1]]:
            whole = replace(whole, flags=tuple(sorted({*whole.flags, str(Flag.JUMP_UNRESOLVED)})))
        yield Jumped(sources=tuple(chain), article=whole, removed=removed)


def without_jump_lines(restored: Restored) -> Restored:
    """Return a page that stands alone without the lines that only name another page; ``jump_unresolved`` stays.

    A page of an edition keeps them until all its pages have ended: `join_jumps` needs them.
    """
    removed = [*restored.removed]
    items = []
    for item in restored.items:
        kept = tuple(text for text in item.paragraphs if not is_jump_line(text))
        removed += [Removed(text=text, reason="jump_line") for text in item.paragraphs if is_jump_line(text)]
        items.append(replace(item, paragraphs=kept) if len(kept) < len(item.paragraphs) else item)
    return Restored(items=tuple(items), removed=tuple(removed))
