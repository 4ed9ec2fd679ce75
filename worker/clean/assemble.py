"""Turn numbered blocks into articles. The only place where roles become fields; it moves nothing between items."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from worker.clean.block import Block, Role
from worker.clean.english_people import read_credit
from worker.clean.flags import Flag
from worker.clean.forms import ends_open
from worker.clean.headlines import Headline, arrange, pairs_of
from worker.clean.kinds import kind_of
from worker.clean.leads import people_in_text
from worker.clean.marks import points_on
from worker.clean.people import People, last_role, once, read_author, read_people, reports_too, signs
from worker.clean.roles import says_where
from worker.domain import Article, Kind, Removed

_BODY = frozenset({Role.TEXT, Role.SUBHEAD, Role.JUMP})
#: A body is judged by its beginning: what a title says stands there.
_SAMPLE = 1500
#: What other items say is told by less of them.
_GLANCE = 800
#: A shorter last line without a full stop is verse or an address.
_VERSE = 20


def people_of(blocks: Sequence[Block], *, photo: bool = False) -> People:
    """Return the people named in an item's bylines and lead, of a photo item in its captions and credits too.

    Whoever only took a picture for an article is not its reporter; of a photo item he is.
    """
    reporters: list[str] = []
    correspondents: list[str] = []
    role = ""
    for block in blocks:
        named_by = role if block.role is Role.BYLINE else ""
        role = ""
        if block.role is Role.BYLINE:
            found = People() if says_where(block.text) else read_author(block.text)
            plain = found.plain
            role = last_role(block.text) or named_by
            if named_by == "correspondent" and not (found.reporters or found.correspondents):
                # The byline's second line goes on with whom the first one named.
                found, plain = replace(found, correspondents=found.plain), ()
        elif block.role is Role.CREDIT and (photo or reports_too(block.text)):
            found = read_people(block.text) or People(plain=read_credit(block.text))
            plain = found.plain
        elif block.role in _BODY or (block.role is Role.CAPTION and photo):
            found, plain = people_in_text(block.text), ()
        else:
            continue
        reporters += (*found.reporters, *plain)
        correspondents += found.correspondents
    return People(reporters=once(reporters), correspondents=once(correspondents))


def flags_of(blocks: Sequence[Block], kind: Kind, title: str | None) -> tuple[str, ...]:
    """Return the remarks on an item, sorted, each once."""
    flags: set[str] = {str(flag) for block in blocks for flag in block.flags}
    body = [block for block in blocks if block.role is Role.TEXT]
    if title is None:
        flags.add(str(Flag.NO_TITLE))
    if (
        kind is Kind.ARTICLE
        and body
        and blocks[-1].role is not Role.SIGNATURE
        and ends_open(body[-1].text)
        and len(body[-1].text) > _VERSE
    ):
        flags.add(str(Flag.TRUNCATED_END))
    if any(block.role is Role.JUMP or points_on(block.text) for block in blocks if block.role in _BODY):
        flags.add(str(Flag.JUMP_UNRESOLVED))
        flags.discard(str(Flag.TRUNCATED_END))
    return tuple(sorted(flags))


def _article(blocks: Sequence[Block], headline: Headline) -> Article:
    paragraphs = tuple(block.text for block in blocks if block.role in _BODY)
    captions = tuple(block.text for block in blocks if block.role is Role.CAPTION)
    signed = any(block.role is Role.BYLINE for block in blocks)
    kind = kind_of(title=headline.title, paragraphs=paragraphs, captions=captions, signed=signed)
    people = people_of(blocks, photo=kind is Kind.PHOTO)
    return Article(
        kind=kind,
        title=headline.title,
        rubric=headline.rubric,
        kicker=headline.kicker,
        subtitle=headline.subtitle,
        reporters=people.reporters,
        correspondents=people.correspondents,
        paragraphs=paragraphs,
        signature=tuple(block.text for block in blocks if block.role is Role.SIGNATURE),
        captions=captions,
        flags=flags_of(blocks, kind, headline.title),
    )


_REASONS = {Role.BYLINE: "byline", Role.CREDIT: "byline", Role.FURNITURE: "furniture"}


def _white(blocks: Sequence[Block]) -> bool:
    """Whether white space parts the blocks of this page; then two lines without any are one block."""
    texts = [block.gap > 0 for block in blocks if block.role is Role.TEXT]
    return sum(texts) * 2 > len(texts)


def assemble(blocks: tuple[Block, ...]) -> tuple[tuple[Article, ...], tuple[Removed, ...]]:
    """Return one article an item, and the lines that articles have no field for."""
    items: dict[int, list[Block]] = {}
    removed = []
    for given in blocks:
        # Only now: as running text it was joined and moved with the text that it signs.
        block = replace(given, role=Role.BYLINE) if given.role is Role.TEXT and signs(given.text) else given
        if block.role in _REASONS:
            removed.append(Removed(text=block.text, reason=_REASONS[block.role]))
        items.setdefault(block.item, []).append(block)
    seen = Counter(block.text for block in blocks if block.role is Role.HEADING)
    bodies = {
        number: "\n".join(b.text for b in mine if b.role in {Role.TEXT, Role.CAPTION})[:_SAMPLE]
        for number, mine in items.items()
    }
    heads = {number: [b.text for b in mine if b.role is Role.HEADING] for number, mine in items.items()}
    white = _white(blocks)
    tied = {number: [white and b.gap == 0 for b in mine if b.role is Role.HEADING] for number, mine in items.items()}
    wanted = {
        pair
        for number, lines in heads.items()
        if len(lines) > 1
        for pair in pairs_of("\n".join(lines))
        if pair in bodies[number]
    }
    glances = [body[:_GLANCE] for body in bodies.values()]
    elsewhere = frozenset(pair for pair in wanted if sum(pair in glance for glance in glances) > 1)
    articles = []
    for number, mine in items.items():
        if all(block.role is Role.FURNITURE for block in mine):
            continue
        articles.append(_article(mine, arrange(heads[number], bodies[number], elsewhere, seen, tied[number])))
    return tuple(articles), tuple(removed)
