"""Restore the text of a page dump or of a parsed article. Pure functions: no files, no network, no database."""

from worker.clean.page import explain_page, restore_page
from worker.domain import Article, Kind, ParsedArticle, Removed, Restored


def restore_article(parsed: ParsedArticle) -> Restored:
    """Restore one article as its template gave it."""
    captions = tuple(image.caption for image in parsed.images if image.caption)
    body = tuple(p.strip() for p in parsed.paragraphs if p.strip())
    removed = parsed.removed
    if parsed.author:
        removed = (*removed, Removed(text=parsed.author, reason="byline"))
    kind = Kind.ARTICLE if body or not (captions or parsed.images) else Kind.PHOTO
    item = Article(
        kind=kind,
        title=parsed.title,
        rubric=parsed.rubric,
        kicker=parsed.kicker,
        subtitle=parsed.subtitle,
        paragraphs=body,
        captions=captions,
        images=parsed.images,
        tables=parsed.tables,
        flags=tuple(sorted(set(parsed.flags))),
    )
    return Restored(items=(item,), removed=removed)

__all__ = ["explain_page", "restore_article", "restore_page"]
