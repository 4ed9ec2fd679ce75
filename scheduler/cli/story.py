"""What the demo tells: editions while they go through, what was stored, one article. Starts and changes nothing."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scheduler.cli.output import console, note, say, table

if TYPE_CHECKING:
    from scheduler.catalogue import Row
    from worker.services import Services

#: The editions are given up after so long, seconds.
_DEADLINE = 50.0

_COLUMNS = ("publication", "date", "state", "pages", "read", "articles", "error")


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How much is stored."""

    articles: int
    revisions: int


def counts(services: "Services") -> Counts:
    """Count what is stored now."""
    from sqlalchemy import func, select

    from worker.store.tables import Article, Revision

    with services.database.read() as session:
        return Counts(
            articles=session.scalars(select(func.count()).select_from(Article)).one(),
            revisions=session.scalars(select(func.count()).select_from(Revision)).one(),
        )


def editions(services: "Services", rows: list["Row"]) -> list[dict[str, Any]]:
    """Where today's editions of these newspapers stand; those that there are."""
    from sqlalchemy import select

    from worker.domain import PAGE_ENDED
    from worker.store import editions as stored
    from worker.store.tables import Edition, Publication

    now = services.clock()
    found = []
    with services.database.read() as session:
        for row in rows:
            day = row.calendar.today(now)
            query = select(Edition).join(Publication).where(Publication.slug == row.slug, Edition.date == day)
            edition = session.scalars(query).one_or_none()
            if edition is None:
                continue
            pages = stored.pages_of(session, edition.id)
            found.append(
                {
                    "id": edition.id,
                    "publication": row.slug,
                    "date": edition.date,
                    "state": edition.state.value,
                    "pages": edition.pages,
                    "read": sum(page.state in PAGE_ENDED for page in pages),
                    "articles": stored.standing_articles(session, edition.id),
                    "error": edition.error,
                }
            )
    return found


def watch(services: "Services", rows: list["Row"], service: Any) -> list[dict[str, Any]]:
    """Show the editions as they go through until all have ended or time is over."""
    from rich.live import Live

    from worker.domain import ENDED

    deadline = time.monotonic() + _DEADLINE
    started = time.monotonic()
    with _shown(Live) as show:
        while True:
            for line in service.check():
                note(f"broadsheet: {line}")
            found = editions(services, rows)
            show(found, time.monotonic() - started)
            over = len(found) == len(rows) and all(edition["state"] in ENDED for edition in found)
            if over or time.monotonic() > deadline:
                return found
            time.sleep(0.1)


@contextmanager
def _shown(live: type[Any]) -> Iterator[Callable[[list[dict[str, Any]], float], None]]:
    if sys.stdout.isatty():
        with live(console=console(), refresh_per_second=10, transient=True) as display:
            yield lambda found, _seconds: display.update(table(found, _COLUMNS))
        return
    last: dict[str, tuple[Any, ...]] = {}

    def lines(found: list[dict[str, Any]], seconds: float) -> None:
        for edition in found:
            now = (edition["state"], edition["read"], edition["articles"])
            if last.get(edition["publication"]) != now:
                last[edition["publication"]] = now
                read = f"{edition['read']} of {edition['pages']} pages, {edition['articles']} articles"
                say(f"{seconds:5.1f} s  {edition['publication']:<20} {edition['state']:<10} {read}")

    yield lines


def tell(services: "Services", editions: list[dict[str, Any]], before: Counts, *, again: bool) -> None:
    """Tell how the editions ended, what was stored, and what to try next."""
    from scheduler.cli.export import article_lines
    from worker.store import reading

    after = counts(services)
    new, changed = after.articles - before.articles, after.revisions - before.revisions
    say("")
    console().print(table(editions, _COLUMNS))
    say(f"\nStored in this run: {new} new articles, {changed} revisions.")
    if again:
        same = sum(edition["articles"] for edition in editions)
        say(f"Nothing was stored twice: {same} articles were read again and found unchanged." if not changed else "")
    chosen = _whole_article(services, editions)
    if chosen is not None:
        with services.database.read() as session:
            found = reading.one(session, chosen)
        assert found is not None
        say("\nOne of them, whole:\n")
        for line in article_lines(found):
            say(line)
    folder = services.settings.var_dir
    prefix = "" if folder == Path("var") else f"BROADSHEET_VAR_DIR={folder} "
    command = f"{prefix}{Path(sys.argv[0])}"
    say(f"\nDatabase: {folder / 'broadsheet.db'}   raw archive: {services.settings.archive}")
    say("Try next:")
    for words in ("status", "export | head -n 3", f"show {chosen or 1}", "ingest weifangdaily 2026-03-05", "up"):
        say(f"  {command} {words}")


def _whole_article(services: "Services", editions: list[dict[str, Any]]) -> int | None:
    """The id of the stored article with the most text among these editions."""
    from worker.store import reading

    best: tuple[int, int] | None = None
    slugs = {edition["publication"] for edition in editions}
    with services.database.read() as session:
        for row in reading.current(session, since=min((edition["date"] for edition in editions), default=None)):
            size = sum(map(len, row["paragraphs"]))
            if row["publication"] in slugs and (best is None or size > best[0]):
                best = (size, row["id"])
    return best[1] if best else None
