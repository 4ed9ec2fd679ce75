"""Store articles as revisions: new content adds one, the same content stores nothing, nothing is overwritten."""

import hashlib
import json
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from worker import __version__
from worker.domain import Article, Removed
from worker.store.editions import insert_or_nothing
from worker.store.tables import Article as ArticleRow
from worker.store.tables import Capture, Page, Revision

_FIELDS = tuple(field.name for field in fields(Article))
_ARTICLES, _REVISIONS = ArticleRow.__table__, Revision.__table__


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """An article as one reading of its page found it."""

    key: str  #: what makes it the same item when read again
    position: int  #: place on the page, from 1
    source_url: str
    article: Article
    quality: float  #: how sure restoration is of it, between 0 and 1
    removed: tuple[Removed, ...]  #: what was taken out of this article
    capture: Capture  #: the bytes that it was read from


@dataclass(slots=True)
class Stored:
    """What storing the articles of a page changed."""

    new: int = 0  #: articles that were not there
    changed: int = 0  #: articles with a new revision
    same: int = 0  #: articles that were there with this content
    withdrawn: int = 0  #: articles that the page no longer has


def digest(article: Article) -> str:
    """SHA-256 over the content; equal for equal contents whatever the software version.

    Of a picture's address only the path counts: a site that moves to another host has changed no article.
    """
    values = columns(article)
    for image in values["images"]:
        image["url"] = urlsplit(image["url"])._replace(scheme="", netloc="").geturl()
    content = json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(content.encode()).hexdigest()


def key_of(url: str, part: int = 1) -> str:
    """Name an article by its address, without the host: a site that moves to another keeps its articles' identity.

    ``part`` counts the items that one address has, from 1.
    """
    return urlsplit(url)._replace(scheme="", netloc="", fragment="" if part == 1 else str(part)).geturl()


def stand(session: Session, edition_id: int, keys: Collection[str]) -> bool:
    """Whether all these articles of an edition are stored and not withdrawn."""
    found = select(func.count()).where(
        ArticleRow.edition_id == edition_id, ArticleRow.key.in_(keys), ArticleRow.withdrawn_at.is_(None)
    )
    return session.scalars(found).one() == len(keys)


def dump_key(page: str, article: Article, seen: Counter[str]) -> str:
    """Name an item of a page dump, which has no address, by its page and the first text that it has.

    ``seen`` counts the names given on this page, so that two items with the same headline stay two.
    """
    texts = [article.title, *article.captions, *article.paragraphs, *article.signature]
    first = next((text for text in texts if text), "")
    name = f"{page}:{hashlib.sha256(''.join(first.split()).encode()).hexdigest()[:16]}"
    seen[name] += 1
    return name if seen[name] == 1 else f"{name}:{seen[name]}"


def store(session: Session, page: Page, found: Sequence[Found], now: datetime, *, whole: bool) -> Stored:
    """Store what one reading of a page found.

    Args:
        session: a transaction that already holds the page's lease, which serialises writers of this page.
        page: the page's row.
        found: its articles.
        now: when they are stored.
        whole: the reading found all that the page lists, so that what it did not find is withdrawn.
    """
    result = Stored()
    # In the order of keys, so that two pages that list the same articles cannot wait for each other crosswise.
    contents = [(item, digest(item.article)) for item in sorted(found, key=lambda item: item.key)]
    made = _make(session, page, [item for item, _ in contents], now)
    revisions: list[dict[str, Any]] = []
    for item, content in contents:
        article_id = made.pop(item.key, None)
        if article_id is None:
            # What the page may just have said itself, under the same address.
            _add(session, revisions)
            revision = _read_again(session, page, item, content, now=now, result=result)
        else:
            revision = _revision(article_id, 1, content, item, page=page.number, now=now)
            result.new += 1
        if revision is not None:
            revisions.append(revision)
    _add(session, revisions)
    if whole:
        gone = (
            update(ArticleRow)
            .where(
                ArticleRow.page_id == page.id,
                ArticleRow.withdrawn_at.is_(None),
                ArticleRow.key.not_in([item.key for item in found]),
            )
            .values(withdrawn_at=now)
            .returning(ArticleRow.id)
        )
        result.withdrawn = len(session.scalars(gone).all())
    return result


def _add(session: Session, revisions: list[dict[str, Any]]) -> None:
    if revisions:
        session.execute(insert(Revision).execution_options(render_nulls=True), revisions)
        revisions.clear()


def _make(session: Session, page: Page, found: Sequence[Found], now: datetime) -> dict[str, int]:
    """Insert the articles that are not there, all in one statement; gives their ids by key."""
    if not found:
        return {}
    rows = [
        {
            "edition_id": page.edition_id,
            "page_id": page.id,
            "key": item.key,
            "position": item.position,
            "source_url": item.source_url,
            "revision": 1,
            "first_seen_at": now,
        }
        for item in found
    ]
    statement = insert_or_nothing(session, ArticleRow, ("edition_id", "key"))
    return {key: row_id for row_id, key in session.execute(statement.returning(_ARTICLES.c.id, _ARTICLES.c.key), rows)}


def _read_again(
    session: Session, page: Page, item: Found, content: str, *, now: datetime, result: Stored
) -> dict[str, Any] | None:
    """Note that an article which is there was read once more; gives its new revision, if its content is another."""
    row = session.scalars(
        select(ArticleRow).where(ArticleRow.edition_id == page.edition_id, ArticleRow.key == item.key).with_for_update()
    ).one()
    owner = session.get_one(Page, row.page_id)
    if row.withdrawn_at is not None or owner.position >= page.position:
        row.page_id, row.position, row.source_url = page.id, item.position, item.source_url
    row.withdrawn_at = None
    # What the page said last; a joined revision that came after it says what several pages said.
    newest = session.scalars(
        select(Revision.digest)
        .where(Revision.article_id == row.id, Revision.parts.is_(None))
        .order_by(Revision.number.desc())
        .limit(1)
    ).one()
    if newest == content:
        result.same += 1
        return None
    row.revision += 1
    result.changed += 1
    return _revision(row.id, row.revision, content, item, page=page.number, now=now)


def _revision(article_id: int, number: int, content: str, item: Found, *, page: str, now: datetime) -> dict[str, Any]:
    return {
        "article_id": article_id,
        "number": number,
        "digest": content,
        "quality": item.quality,
        "pages": [page],
        "removed": [asdict(removed) for removed in item.removed],
        "capture_id": item.capture.id,
        "captured_at": item.capture.fetched_at,
        "stored_at": now,
        "software": __version__,
        **columns(item.article),
    }


def columns(article: Article) -> dict[str, Any]:
    """An article's content as a revision's columns."""
    # Not asdict(), which copies every string one by one.
    values = {name: getattr(article, name) for name in _FIELDS}
    values = {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}
    values["images"] = [asdict(image) for image in article.images]
    return values
