"""Read an ended edition again from the raw archive: parse, restore and store as ``ingest`` does, without one request.

Works beside running workers: each page is held under a lease while it is read. A rehearsal does the same in a
transaction that is rolled back.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from typing import ClassVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from worker import ingest
from worker.domain import ENDED, PAGE_ENDED, Response, State
from worker.errors import BroadsheetError, FetchFailed, Refused
from worker.job import Job
from worker.services import Services
from worker.store import captures, editions, moves
from worker.store.articles import Stored
from worker.store.moves import Change
from worker.store.rehearsal import Rehearsal
from worker.store.tables import Capture, Edition, Publication

_WHY = "read again from the archive"


@dataclass(slots=True, kw_only=True)
class Report:
    """What came of one edition."""

    date: date
    label: str
    before: State
    after: State
    pages: int = 0  #: pages that were read again
    stored: Stored = field(default_factory=Stored)
    failures: list[tuple[str, str]] = field(default_factory=list)  #: page number and reason
    skipped: str | None = None  #: why nothing was done, if so


@dataclass(slots=True, kw_only=True)
class OfflineJob(Job):
    """A job whose documents come from the archive."""

    offline: ClassVar[bool] = True

    def acquire(self, urls: Sequence[str]) -> list[tuple[Response, Capture] | BroadsheetError]:
        """The newest captures of these addresses for this edition. See :meth:`Job.acquire`."""
        self.alive()
        with self.services.database.read() as session:
            found = captures.newest_good(session, self.edition.id, urls)
        return [
            (self.archived(capture), capture)
            if (capture := found.get(url))
            else FetchFailed(f"{url}: not in the archive; `broadsheet retry` fetches it")
            for url in urls
        ]


def editions_between(session: Session, slug: str, first: date, last: date) -> Sequence[int]:
    """Ids of a publication's editions of these days, in order."""
    return session.scalars(
        select(Edition.id)
        .join(Publication)
        .where(Publication.slug == slug, Edition.date.between(first, last))
        .order_by(Edition.date, Edition.label)
    ).all()


def reprocess(
    services: Services, edition_id: int, *, dry_run: bool = False, tell: Callable[[str], None] = lambda _: None
) -> Report:
    """Read one edition again.

    Args:
        services: with an operator as actor.
        edition_id: which edition; one that has not ended, or has no pages, is skipped.
        dry_run: only report what would be stored.
        tell: called with one line a page.
    """
    with _rehearsed(services, dry_run=dry_run) as means:
        with means.database.begin() as session:
            edition = session.get_one(Edition, edition_id)
            pages = editions.pages_of(session, edition_id)
            report = Report(date=edition.date, label=edition.label, before=edition.state, after=edition.state)
            report.skipped = _reason_to_skip(edition, pages)
            if report.skipped:
                return report
            change = Change(actor=means.actor, at=means.clock(), reason=_WHY)
            moves.move_edition(session, edition_id, State.PROCESSING, change)
            # As if its finish were under way: between two of its pages the tick is not to finish it.
            editions.mark_sent(session, Edition, [edition_id], change.at)
        for page in pages:
            with means.database.read() as session:
                there = captures.newest_good(session, edition_id, [page.url])
            if not there:
                report.failures.append((page.number, f"{page.url}: not in the archive"))
                tell(f"page {page.number}: not in the archive, left as it is")
                continue
            try:
                job = OfflineJob.claim_page(means, page.id, even_if_not_due=True, open_again=_WHY)
            except Refused as refused:
                report.failures.append((page.number, str(refused)))
                continue
            outcome = ingest.work_on_page(job, by_hand=True)
            report.pages += 1
            if outcome.stored:
                _add(report.stored, outcome.stored)
            if outcome.failed or outcome.state is None:
                report.failures.append((page.number, outcome.text))
            tell(outcome.text)
        ingest.finish(means, edition_id)
        with means.database.read() as session:
            report.after = session.get_one(Edition, edition_id).state
    return report


@contextmanager
def _rehearsed(services: Services, *, dry_run: bool) -> Iterator[Services]:
    if not dry_run:
        yield services
        return
    with Rehearsal.of(services.database) as database:
        yield replace(services, database=database)


def _reason_to_skip(edition: Edition, pages: Sequence[object]) -> str | None:
    if edition.state not in ENDED:
        return f"it is {edition.state}: only an edition that has ended is read again"
    if not pages:
        return "none of its pages was ever known"
    if any(page.state not in PAGE_ENDED for page in pages):  # type: ignore[attr-defined]
        return "some of its pages are being worked on"
    return None


def _add(total: Stored, more: Stored) -> None:
    total.new += more.new
    total.changed += more.changed
    total.same += more.same
    total.withdrawn += more.withdrawn
