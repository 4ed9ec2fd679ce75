"""Restore one article as its HTML template gave it. Mends less than a page dump needs, because less is broken."""

from collections.abc import Iterable, Sequence

from worker.clean.assemble import flags_of, people_of
from worker.clean.block import Block, Role
from worker.clean.flags import Flag
from worker.clean.headlines import Headline
from worker.clean.items import sign_offs
from worker.clean.kinds import kind_of
from worker.clean.marks import mark_lines
from worker.clean.people import People, once, read_author, read_people
from worker.clean.read import compose
from worker.clean.repeats import drop_exact_repeats
from worker.clean.splits import join_sure_splits
from worker.clean.steps import run
from worker.domain import Article, Image, ParsedArticle, Removed, Restored

#: The template has told headline, captions and paragraphs apart already; only what print itself breaks is left.
_STEPS = (drop_exact_repeats, join_sure_splits)
#: A byline stands among the first or the last lines of a body, never in its middle.
_EDGE = 2


class _Composer:
    """Composes texts and keeps the invisible marks that were taken out of them."""

    def __init__(self) -> None:
        self.removed: list[Removed] = []

    def __call__(self, text: str) -> str:
        composed, removed = compose(text)
        self.removed += removed
        return " ".join(composed.split("\n")).strip()

    def optional(self, text: str | None) -> str | None:
        return self(text) or None if text is not None else None


def _edges(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    """Mark bylines and sign-offs at the body's edges; all else stays running text."""
    marked = mark_lines(blocks).blocks
    last = len(blocks) - _EDGE
    edged = tuple(
        mark
        if mark.role is Role.BYLINE and (at < _EDGE or at >= last) and len(blocks) > 1 and _names_writers(block.text)
        else block
        for at, (block, mark) in enumerate(zip(blocks, marked, strict=True))
    )
    signed = sign_offs(edged).blocks
    first = next((at for at in range(len(signed), 0, -1) if signed[at - 1].role is not Role.SIGNATURE), 0)
    return tuple(edged[at] if at < first else block for at, block in enumerate(signed))


def _names_writers(text: str) -> bool:
    found = read_people(text)
    return bool(found and (found.reporters or found.correspondents))


def _captions(images: Iterable[Image], compose_text: _Composer) -> tuple[str, ...]:
    return once(text for image in images if image.caption and (text := compose_text(image.caption)))


def restore_article(parsed: ParsedArticle) -> Restored:
    """Restore one article: mend cut and repeated paragraphs, read its people, say its kind."""
    compose_text = _Composer()
    texts = [text for text in map(compose_text, parsed.paragraphs) if text]
    done = run(_edges(tuple(Block(text=text) for text in texts)), _STEPS)
    captions = _captions(parsed.images, compose_text)
    headline = Headline(
        title=compose_text.optional(parsed.title),
        rubric=compose_text.optional(parsed.rubric),
        kicker=compose_text.optional(parsed.kicker),
        subtitle=compose_text.optional(parsed.subtitle),
    )
    removed = [*parsed.removed, *done.removed]
    removed += [Removed(text=block.text, reason="byline") for block in done.blocks if block.role is Role.BYLINE]
    author = compose_text(parsed.author or "")
    if author:
        removed.append(Removed(text=author, reason="byline"))
    removed += compose_text.removed
    item = _article(parsed, headline, done.blocks, captions, read_author(author))
    empty = not (
        item.paragraphs or item.signature or captions or parsed.images or parsed.tables or headline != Headline()
    )
    return Restored(items=() if empty else (item,), removed=tuple(removed))


def _article(
    parsed: ParsedArticle,
    headline: Headline,
    blocks: Sequence[Block],
    captions: tuple[str, ...],
    author: People,
) -> Article:
    body = tuple(block.text for block in blocks if block.role is Role.TEXT)
    kind = kind_of(title=headline.title, paragraphs=body, captions=captions, images=len(parsed.images))
    found = people_of([*blocks, *(Block(text=text, role=Role.CAPTION) for text in captions)])
    flags = {*parsed.flags, *flags_of(tuple(blocks), kind, headline.title)}
    if not any(block.flags for block in blocks):
        # Nothing was broken here; a last line without a full stop is the way it was printed.
        flags.discard(Flag.TRUNCATED_END)
    return Article(
        kind=kind,
        title=headline.title,
        rubric=headline.rubric,
        kicker=headline.kicker,
        subtitle=headline.subtitle,
        paragraphs=body,
        captions=captions,
        images=parsed.images,
        tables=parsed.tables,
        reporters=once([*author.reporters, *author.plain, *found.reporters]),
        correspondents=once([*author.correspondents, *found.correspondents]),
        signature=tuple(block.text for block in blocks if block.role is Role.SIGNATURE),
        flags=tuple(sorted(flags)),
    )
