"""What the site published, held against what is stored: which articles are lost, and which are there twice."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import select

from tests.site import Site
from worker.domain import State
from worker.store.articles import key_of
from worker.store.database import Database
from worker.store.tables import Article, Edition, Publication, Revision


@dataclass(frozen=True)
class Planned:
    """An edition that was ordered, and how it must end."""

    slug: str
    day: date
    state: State = State.COMPLETE
    refused: str | None = None  #: address of an article that the site does not give

    def __str__(self) -> str:
        return f"{self.slug} {self.day}"


@dataclass
class Compared:
    """What is not as it was published, a line each."""

    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)  #: editions that ended otherwise than they should


def compare(database: Database, site: Site, editions: Sequence[Planned]) -> Compared:
    """Look at every article of the editions that were ordered, and at nothing else."""
    found = Compared()
    with database.read() as session:
        rows = session.execute(
            select(Publication.slug, Edition.date, Edition.id, Edition.state, Edition.error)
            .join_from(Edition, Publication)
            .where(Edition.date.in_({edition.day for edition in editions}))
        ).all()
        there = {(row.slug, row.date): row for row in rows}
        for edition in editions:
            row = there.get((edition.slug, edition.day))
            if row is None:
                found.lost.append(f"{edition}: has no row")
                continue
            if row.state is not edition.state:
                found.wrong.append(f"{edition}: is {row.state} and not {edition.state}: {row.error}")
            stored = defaultdict(list)
            said = select(Article, Revision).join_from(Article, Revision, Revision.article_id == Article.id)
            for article, revision in session.execute(said.where(Article.edition_id == row.id)):
                stored[article.key].append((article, revision))
            _articles(found, edition, published(site, edition), stored)
    return found


def published(site: Site, edition: Planned) -> dict[str, dict]:
    """What readers of an edition could get, by the article's key."""
    if edition.state is State.MISSING:
        return {}
    items = site.expected(edition.slug, edition.day)
    return {key_of(item["url"]): item for item in items if item["url"] != edition.refused}


def _articles(found: Compared, edition: Planned, published: dict, stored: dict) -> None:
    for key, item in published.items():
        rows = stored.pop(key, [])
        own = [revision for _, revision in rows if revision.parts is None]
        if not rows:
            found.lost.append(f"{edition}: {key} is not stored")
            continue
        if len(own) > 1 or len(rows) - len(own) > 1:
            found.doubled.append(f"{edition}: {key} has {len(rows)} revisions")
        if what := _differs(item, rows[0][0], own[-1]):
            found.lost.append(f"{edition}: {key}: {what}")
    found.doubled.extend(f"{edition}: {key} was never published" for key in stored)


def _differs(item: dict, article: Article, revision: Revision) -> str | None:
    if article.withdrawn_at is not None:
        return "was withdrawn"
    if revision.title != item["title"]:
        return f"is called {revision.title} and not {item['title']}"
    text = Counter("".join("".join(item["paragraphs"]).split()))
    held = "".join([*revision.paragraphs, *revision.signature, *(piece["text"] for piece in revision.removed)])
    missing = text - Counter("".join(held.split()))
    return f"lacks {sum(missing.values())} characters" if missing else None
