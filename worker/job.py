"""A claimed edition or page: its lease, renewed while work goes on, and the means to fetch and file for it."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import ClassVar, Self

import structlog
from sqlalchemy.orm import Session

from worker import originals, tracing
from worker.domain import PAGE_ENDED, Location, PageState, Response, State
from worker.errors import BroadsheetError
from worker.fetch.archive import Indexing
from worker.fetch.client import Manners, host_of
from worker.fetch.records import Entry, Original, payload_digest
from worker.services import Services
from worker.store import captures, moves
from worker.store.captures import NewCapture
from worker.store.moves import Change, Lease
from worker.store.tables import Capture, Edition, Page, Publication

#: HTTP's answer to a conditional request that what we have still holds.
NOT_MODIFIED = 304


@dataclass(slots=True, kw_only=True)
class Job:
    """Work in hand. Its rows are a picture of the moment of the claim."""

    services: Services
    publication: Publication
    edition: Edition
    page: Page | None  #: None for the edition's index
    lease: Lease
    offline: ClassVar[bool] = False  #: whether documents come from the archive alone
    renewed: float = field(default_factory=time.monotonic)  #: when the lease was last renewed, monotonic seconds

    @classmethod
    def claim_edition(cls, services: Services, edition_id: int, *, even_if_not_due: bool) -> "Job":
        """Take the lease on an edition's index.

        Raises:
            Refused: it is in other hands, has ended, or is not due.
        """
        now = services.clock()

        def claim(session: Session) -> "Job":
            moves.require_released(session, edition_id)
            token = moves.move_edition(
                session,
                edition_id,
                State.FETCHING,
                Change(actor=services.actor, at=now, reason="index claimed"),
                lease_until=_until(services, now),
                due_before=None if even_if_not_due else now,
            )
            edition = session.get_one(Edition, edition_id)
            return cls._made(session, services, edition, None, Lease(table=Edition, id=edition_id, token=token))

        return services.database.run(claim)

    @classmethod
    def claim_page(
        cls, services: Services, page_id: int, *, even_if_not_due: bool, open_again: str | None = None
    ) -> "Job":
        """Take the lease on a page; ``open_again`` says why one that has ended is worked on once more.

        Raises:
            Refused: it is in other hands, has ended, or is not due.
        """
        now = services.clock()

        def claim(session: Session) -> "Job":
            moves.require_released(session, moves.edition_of(session, page_id))
            if open_again is not None:
                # In the same transaction, so that nobody else finds it open.
                change = Change(actor=services.actor, at=now, reason=open_again)
                moves.move_page(session, page_id, PageState.PENDING, change, sources=PAGE_ENDED, attempts=0)
            token = moves.move_page(
                session,
                page_id,
                PageState.FETCHING,
                Change(actor=services.actor, at=now, reason="page claimed"),
                lease_until=_until(services, now),
                due_before=None if even_if_not_due else now,
            )
            page = session.get_one(Page, page_id)
            edition = session.get_one(Edition, page.edition_id)
            return cls._made(session, services, edition, page, Lease(table=Page, id=page_id, token=token))

        return services.database.run(claim)

    @classmethod
    def _made(cls, session: Session, services: Services, edition: Edition, page: Page | None, lease: Lease) -> Self:
        publication = session.get_one(Publication, edition.publication_id)
        bind_names(publication, edition, page)
        return cls(services=services, publication=publication, edition=edition, page=page, lease=lease)

    @property
    def name(self) -> str:
        """The work in words, for messages."""
        return name_of(self.publication, self.edition, self.page)

    @property
    def attempts(self) -> int:
        """Attempts so far, this one included."""
        return self.page.attempts if self.page else self.edition.attempts

    def change(self, reason: str) -> Change:
        """A state change made by this job now."""
        return Change(actor=self.services.actor, at=self.services.clock(), reason=reason)

    def renew(self, session: Session) -> None:
        """Prolong the lease as the first statement of a transaction, which guards all that it writes.

        Raises:
            LeaseLost: somebody else holds the row.
        """
        moves.renew(session, self.lease, _until(self.services, self.services.clock()))
        self.renewed = time.monotonic()

    def alive(self) -> None:
        """Prolong the lease if a third of it is over. Called as work goes on, so that a hung worker loses it.

        Raises:
            LeaseLost: somebody else holds the row.
        """
        if time.monotonic() - self.renewed > self.services.settings.lease_seconds / 3:
            self.services.database.run(self.renew)

    @tracing.spanned("fetch")
    def acquire(self, urls: Sequence[str]) -> list[tuple[Response, Capture] | BroadsheetError]:
        """Fetch addresses and file every answer in the raw archive before anybody parses it.

        What was fetched before for this edition is asked for on condition that it has changed; if it has not, its
        archived bytes are the answer.

        Raises:
            StorageFailed: the archive cannot be written, or not read.
            LeaseLost: somebody else holds the row.
        """
        if not urls:
            return []
        known = self._known(urls)
        headers = [self._conditions(known.get(url)) for url in urls]
        results = self.services.fetcher.get_all(urls, self._manners, self.alive, headers)
        came = [result for result in results if isinstance(result, Response)]
        filed = iter(zip(came, self.file(came, known), strict=True))
        return [self._answer(*next(filed), known) if isinstance(result, Response) else result for result in results]

    @tracing.spanned("archive")
    def file(self, responses: Sequence[Response], known: Mapping[str, Capture] | None = None) -> list[Capture]:
        """Put responses into the raw archive and its index; bytes that are there already, only by reference.

        Raises:
            StorageFailed: the archive cannot be written.
            LeaseLost: somebody else holds the row; nothing is filed.
        """
        if not responses:
            return []
        entries, originals = [], []
        for response in responses:
            digest = payload_digest(response.raw)
            earlier = (known or {}).get(response.url)
            same = earlier is not None and (
                response.status == NOT_MODIFIED
                or (response.status and (digest, response.status) == (earlier.payload_digest, earlier.status))
            )
            originals.append(earlier if same else None)
            refers = (
                Original(url=earlier.final_url, fetched_at=earlier.fetched_at) if same and earlier is not None else None
            )
            entries.append(Entry(response=response, digest=digest, original=refers))
        filed: list[Capture] = []

        def index(locations: list[Location]) -> None:
            filed[:] = self._indexed(entries, locations, originals)

        indexing = Indexing(mark=str(self.edition.id), add=index, knows=self.services.indexed)
        self.services.archive.append(self.publication.slug, self.edition.date, entries, indexing)
        return filed

    def _indexed(
        self, entries: Sequence[Entry], locations: Sequence[Location], originals: Sequence[Capture | None]
    ) -> list[Capture]:
        new = [
            NewCapture(
                response=entry.response,
                location=location,
                host=host_of(entry.response.final_url) if entry.response.status else None,
                payload_digest=entry.digest,
                original=original,
            )
            for entry, location, original in zip(entries, locations, originals, strict=True)
        ]
        page_id = self.page.id if self.page else None

        def write(session: Session) -> list[Capture]:
            self.renew(session)
            return captures.add(session, self.edition.id, page_id, new)

        return self.services.database.run(write)

    def archived(self, capture: Capture) -> Response:
        """A capture as the response that it was. See :func:`worker.originals.response`."""
        return originals.response(self.services, capture)

    @property
    def _manners(self) -> Manners:
        row = self.publication
        return Manners(
            requests_per_second=row.requests_per_second,
            concurrency=row.concurrency,
            allow_private_addresses=row.allow_private_addresses,
            publication=row.slug,
            obey_robots=row.obey_robots,
            urgent=self.edition.queue == "daily",
        )

    def _known(self, urls: Sequence[str]) -> dict[str, Capture]:
        with self.services.database.read() as session:
            return captures.originals(session, urls)

    def _conditions(self, known: Capture | None) -> dict[str, str]:
        if known is None or known.edition_id != self.edition.id or known.status != 200:  # noqa: PLR2004  # HTTP's own
            return {}
        headers = {"If-None-Match": known.etag, "If-Modified-Since": known.last_modified}
        return {name: value for name, value in headers.items() if value}

    def _answer(self, response: Response, capture: Capture, known: Mapping[str, Capture]) -> tuple[Response, Capture]:
        if response.status == NOT_MODIFIED and response.url in known:
            holder = known[response.url]
            response = self.services.archive.response(
                captures.location(holder), url=response.url, fetched_at=response.fetched_at
            )
        return response, capture


def name_of(publication: Publication, edition: Edition, page: Page | None = None) -> str:
    """An edition or page in words: slug, date, label if it has one, page number."""
    words = (publication.slug, str(edition.date), edition.label, f"page {page.number}" if page else "")
    return " ".join(word for word in words if word)


def bind_names(publication: Publication, edition: Edition, page: Page | None) -> None:
    """Put the work's names on every log line from here on."""
    structlog.contextvars.unbind_contextvars("page")
    names = {"publication": publication.slug, "date": str(edition.date)} | ({"page": page.number} if page else {})
    structlog.contextvars.bind_contextvars(**names)


def _until(services: Services, now: datetime) -> datetime:
    return now + timedelta(seconds=services.settings.lease_seconds)
