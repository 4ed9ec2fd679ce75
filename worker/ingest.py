"""The story of an edition: its index, then each page by itself, then the finish. Start reading here.

Runs without Celery: a task, the command line and a test call the same functions. Each claims its row first, so that
a message that comes twice does nothing the second time, and records what came of it, whatever that was.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import structlog
from sqlalchemy import func
from sqlalchemy.orm import Session

from worker import faults, jumps, parse, tracing
from worker.clean import quality, restore_article, restore_page, with_dateline
from worker.completeness import verdict
from worker.domain import PAGE_ENDED, Article, PageState, ParsedPage, Removed, Response, Restored, State
from worker.errors import BroadsheetError, FetchRefused, NotPublished, Refused, Retryable, Unrecognised
from worker.facsimiles import file_facsimiles
from worker.fetch import answers
from worker.job import Job, bind_names, name_of
from worker.listing import read_index, require_edition
from worker.outcome import Outcome, charged, recorded, retry_at
from worker.parse.page_text import decode_page_text
from worker.services import Services
from worker.store import articles, captures, editions, moves, profiles
from worker.store.articles import Found, Stored
from worker.store.editions import NewPage
from worker.store.moves import Change
from worker.store.tables import Capture, Edition, Page, Publication

log = structlog.get_logger("broadsheet")


def index(services: Services, edition_id: int, *, by_hand: bool = False) -> Outcome:
    """Read an edition's index and make its pages known.

    ``by_hand``: an operator waits for it, so it runs even if it is not due, and failure is final.
    """
    try:
        job = Job.claim_edition(services, edition_id, even_if_not_due=by_hand)
    except Refused as refused:
        return Outcome(text=str(refused))
    outcome = Outcome()
    with recorded(job, outcome, last_try=by_hand):
        # An extra edition stands at an address of its own, which an operator gave.
        url = (job.edition.label and job.edition.index_url) or job.edition.date.strftime(job.publication.edition_url)
        listing = read_index(
            lambda place: _read_layout(job, place, missing=NotPublished), url, job.edition.date, job.publication.family
        )
        pages = [NewPage(number=page.number, name=page.name, url=page.url) for page in listing.pages]
        _open_pages(job, outcome, editions.distinct(pages), url)
    return outcome


def index_text(services: Services, edition_id: int, dumps: Sequence[tuple[str, bytes]]) -> Outcome:
    """Take page dumps (name, bytes), one a page in order, in place of an edition's index."""
    outcome = Outcome()
    job = Job.claim_edition(services, edition_id, even_if_not_due=True)
    with recorded(job, outcome, last_try=True):
        responses = [Response.of_dump(name, data, services.clock()) for name, data in dumps]
        job.file(responses)
        pages = [
            NewPage(number=f"{number:02}", name=None, url=response.url, source="text")
            for number, response in enumerate(responses, 1)
        ]
        _open_pages(job, outcome, pages, None)
    return outcome


def page(services: Services, page_id: int, *, by_hand: bool = False) -> Outcome:
    """Read one page: fetch, archive, parse, restore and store its articles in one transaction."""
    try:
        job = Job.claim_page(services, page_id, even_if_not_due=by_hand)
    except Refused as refused:
        return Outcome(text=str(refused))
    return work_on_page(job, by_hand=by_hand)


def work_on_page(job: Job, *, by_hand: bool) -> Outcome:
    """Read a claimed page, wherever its documents come from."""
    assert job.page is not None
    outcome = Outcome()
    with recorded(job, outcome, last_try=by_hand):
        if job.page.source == "text":
            _store_page(job, outcome, *_read_dump(job, job.page), failures=[], by_hand=by_hand)
        else:
            layout = _read_layout(job, job.page.url)
            require_edition(layout, job.page.url, job.edition.date, job.publication.family, other_day=Unrecognised)
            found, removed, failures = _read_articles(job, layout.articles)
            failures += file_facsimiles(job, layout)
            _store_page(job, outcome, found, removed, failures=failures, by_hand=by_hand, layout=layout)
    if outcome.state in PAGE_ENDED:
        # Looked at after the commit: of two pages that end at the same time, at least the later one sees both.
        with job.services.database.read() as session:
            outcome.finish = None if editions.open_pages(session, job.edition.id) else job.edition.id
    return outcome


@tracing.finishing
def finish(services: Services, edition_id: int) -> Outcome:
    """Judge an edition whose pages have all ended; does nothing if one has not, or if somebody else was first."""
    outcome, told = services.database.run(lambda session: _judge(services, session, edition_id))
    if told:
        log.info("edition_finished", **told)
    return outcome


def _judge(services: Services, session: Session, edition_id: int) -> tuple[Outcome, dict[str, Any]]:
    # Locked, so that of two who finish it at the same time the second writes nothing.
    edition = session.get_one(Edition, edition_id, with_for_update=True)
    publication = session.get_one(Publication, edition.publication_id)
    bind_names(publication, edition, None)
    name = name_of(publication, edition)
    pages = editions.pages_of(session, edition_id)
    still_open = [page for page in pages if page.state not in PAGE_ENDED]
    if still_open or edition.state is not State.PROCESSING:
        here = f"{len(still_open)} of {len(pages)} pages have not ended" if still_open else f"it is {edition.state}"
        return Outcome(text=f"{name}: {here}"), {}
    now = services.clock()
    jumps.join(session, edition_id, now)
    made = verdict(session, edition, publication, pages, settings=services.settings, now=now)
    state, why, stored = made.state, made.why, made.seen.profile.articles
    text = why or f"{len(pages)} pages, {stored} articles"
    change = Change(actor=services.actor, at=now, reason=text)
    moves.move_edition(session, edition_id, state, change, articles=stored, **made.columns)
    profiles.save(session, edition_id, made.seen.profile, made.seen.source, change.at)
    outcome = Outcome(state=state, text=f"{name}: {state}: {text}", failed=state is not State.COMPLETE)
    return outcome, {"state": state, "pages": len(pages), "articles": stored, "error": why}


def _read_layout(job: Job, url: str, *, missing: type[BroadsheetError] = FetchRefused) -> ParsedPage:
    got = job.acquire([url])[0]
    if isinstance(got, BroadsheetError):
        raise got
    response, _ = got
    answers.require(response, missing=missing)
    row = job.publication
    with tracing.span("parse"):
        return parse.parse_page(_text(response), response.final_url, parse.get_family(row.family), row.overrides)


def _open_pages(job: Job, outcome: Outcome, new: Sequence[NewPage], index_url: str | None) -> None:
    change = job.change(f"{len(new)} pages" + ("; its calendar has none today" if job.edition.off_calendar else ""))

    def write(session: Session) -> Sequence[Page]:
        moves.move_edition(
            session,
            job.edition.id,
            State.PROCESSING,
            change,
            token=job.lease.token,
            error=None,
            index_url=index_url,
            pages=len(new),
            next_attempt_at=None,
            arrived_at=func.coalesce(Edition.arrived_at, change.at),
        )
        editions.ensure_pages(session, job.edition.id, new, change)
        numbers = {page.number for page in new}
        rows = [row for row in editions.pages_of(session, job.edition.id) if row.number in numbers]
        for row in rows:
            if row.state in PAGE_ENDED:
                moves.move_page(session, row.id, PageState.PENDING, change, next_attempt_at=change.at)
        return rows

    rows = job.services.database.run(write)
    outcome.state, outcome.pages = State.PROCESSING, tuple(row.id for row in rows)
    outcome.text = f"{job.name}: {len(rows)} pages"
    log.info("index_read", pages=len(rows))


def _read_articles(job: Job, urls: Sequence[str]) -> tuple[list[Found], list[Removed], list[BroadsheetError]]:
    found: list[Found] = []
    loose: list[Removed] = []
    failures: list[BroadsheetError] = []
    for position, (url, got) in enumerate(zip(urls, job.acquire(urls), strict=True), 1):
        try:
            if isinstance(got, BroadsheetError):
                raise got
            response, capture = got
            answers.require(response)
            restored = _restore(job.publication, response)
        except BroadsheetError as error:
            failures.append(error)
            continue
        for part, item in enumerate(restored.items, 1):
            removed = restored.removed if part == 1 else ()
            key = articles.key_of(url, part)
            found.append(_found(job, item, capture, key=key, position=position, url=url, removed=removed))
        if not restored.items:
            loose.extend(restored.removed)
    return found, loose, failures


def _read_dump(job: Job, row: Page) -> tuple[list[Found], list[Removed]]:
    with job.services.database.read() as session:
        capture = captures.newest(session, job.edition.id, row.url)
    if capture is None:
        raise Unrecognised(f"{row.url}: the page dump is not in the archive")
    with tracing.span("clean"):
        restored = restore_page(decode_page_text(job.archived(capture).body, row.url))
    seen: Counter[str] = Counter()
    found = [
        _found(job, item, capture, key=articles.dump_key(row.number, item, seen), position=position, url=row.url)
        for position, item in enumerate(restored.items, 1)
    ]
    return found, list(restored.removed)


def _found(
    job: Job, item: Article, capture: Capture, *, key: str, position: int, url: str, removed: tuple[Removed, ...] = ()
) -> Found:
    return Found(
        key=key,
        position=position,
        source_url=url,
        article=with_dateline(item, job.edition.date),
        quality=quality(item.flags),
        removed=removed,
        capture=capture,
    )


def _restore(publication: Publication, response: Response) -> Restored:
    family = parse.get_family(publication.family)
    with tracing.span("parse"):
        parsed = parse.parse_article(_text(response), response.final_url, family, publication.overrides)
    with tracing.span("clean"):
        return restore_article(parsed)


@tracing.spanned("store")
def _store_page(
    job: Job,
    outcome: Outcome,
    found: Sequence[Found],
    removed: Sequence[Removed],
    *,
    failures: Sequence[BroadsheetError],
    by_hand: bool,
    layout: ParsedPage | None = None,
) -> None:
    assert job.page is not None
    settings, row = job.services.settings, job.page
    # What came is stored at once; only what is missing is waited for.
    attempts = charged(row.attempts, failures)
    again = any(isinstance(error, Retryable) for error in failures) and not by_hand and attempts < settings.max_attempts
    state = (
        PageState.PENDING
        if again
        else PageState.PARTIAL
        if failures and found
        else PageState.FAILED
        if failures
        else PageState.DONE
    )
    why = "; ".join(map(str, failures)) or None
    change = job.change(why or f"{len(found)} articles")
    values: dict[str, Any] = {
        "error": why,
        "removed": [asdict(item) for item in removed],
        "listed": len(layout.articles) if layout else len(found),
        "attempts": attempts,
        "next_attempt_at": retry_at(change.at, attempts, failures, settings) if again else None,
    }
    if layout:
        values |= {
            "name": layout.name or row.name,
            "image_url": layout.image_url,
            "pdf_url": layout.pdf_url,
            "areas": [asdict(area) for area in layout.areas],
        }

    def write(session: Session) -> tuple[PageState, Stored]:
        ends = state
        if failures and not again and row.settled is not None and layout is not None:
            # What was stored whole stands, if all that could not be read again is there.
            unread = {articles.key_of(url) for url in layout.articles} - {item.key for item in found}
            stands = row.settled is PageState.DONE and articles.stand(session, row.edition_id, unread)
            ends = PageState.DONE if stands else PageState.PARTIAL
        said = values | (
            {"error": None} if ends is PageState.DONE else faults.worst(map(faults.of, failures)).columns()
        )
        moves.move_page(session, row.id, ends, change, token=job.lease.token, **said)
        return ends, articles.store(session, session.get_one(Page, row.id), found, change.at, whole=not failures)

    state, stored = job.services.database.run(write)
    outcome.state, outcome.failed, outcome.stored = state, bool(failures), stored
    fallbacks = sum("fallback" in item.article.flags for item in found)  # a rise means that the template changed
    what = f"{len(found)} articles, {stored.new} new, {stored.changed} changed"
    outcome.text = f"{job.name}: {state}: {why or what}{f', {fallbacks} by general rules' if fallbacks else ''}"
    log.info("page_stored", state=state, error=why, fallbacks=fallbacks, **asdict(stored))


def _text(response: Response) -> str:
    return parse.decode(response.body, response.charset)
