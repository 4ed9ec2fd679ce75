"""Figures on how the service does, for its metrics: each is bounded and read by an index, however long the history."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import String, and_, case, cast, func, literal, or_, select
from sqlalchemy.orm import Session

from worker.domain import ENDED, Failure, PageState, State
from worker.store.recent import first_id
from worker.store.tables import (
    Article,
    Backfill,
    Capture,
    Edition,
    Event,
    Heartbeat,
    Notification,
    Page,
    Publication,
    Revision,
)

#: States of an edition on which something is still to be done.
OPEN = tuple(state for state in State if state not in ENDED)

#: Most captures of an hour that are looked at; of more, the newest.
_MOST_CAPTURES = 20_000

#: Most editions whose articles are looked at.
_MOST_EDITIONS = 2000

#: An event of these kinds is no progress: work was taken, or given back.
_NO_PROGRESS = (State.FETCHING, State.SCHEDULED, PageState.PENDING)

#: So far back is progress looked for.
WEEK = timedelta(days=7)

Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hour:
    """What happened within an hour."""

    pages: int  #: pages that ended with something stored
    lease_expiries: int  #: editions and pages whose worker died
    retries: Sequence[Row]  #: (failure, times) of what was given back to be tried again


def editions_by_state(session: Session, since: date) -> Sequence[Row]:
    """(publication, state, date, editions) of each date since then."""
    query = (
        select(Publication.slug, Edition.state, Edition.date, func.count())
        .join_from(Edition, Publication)
        .where(Edition.date >= since)
        .group_by(Publication.slug, Edition.state, Edition.date)
    )
    return [tuple(row) for row in session.execute(query)]


def open_editions(session: Session) -> Sequence[Row]:
    """(queue, state, editions) of everything that has not ended, however old."""
    query = (
        select(Edition.queue, Edition.state, func.count())
        .where(Edition.state.in_(OPEN))
        .group_by(Edition.queue, Edition.state)
    )
    return [tuple(row) for row in session.execute(query)]


def held_editions(session: Session) -> int:
    """How many editions are on hold."""
    return session.scalars(select(func.count()).select_from(Edition).where(Edition.held_at.is_not(None))).one()


def due(session: Session, now: datetime) -> Sequence[Row]:
    """(queue, editions and pages that are due now or being worked on), without those on hold."""
    editions = (
        select(Edition.queue, func.count())
        .where(
            Edition.held_at.is_(None),
            or_(
                and_(Edition.state.in_([State.SCHEDULED, State.WAITING]), Edition.next_attempt_at <= now),
                Edition.state == State.FETCHING,
            ),
        )
        .group_by(Edition.queue)
    )
    pages = (
        select(Edition.queue, func.count())
        .join_from(Page, Edition)
        .where(Edition.held_at.is_(None), Page.next_attempt_at <= now)
        .group_by(Edition.queue)
    )
    fetched = (
        select(Edition.queue, func.count())
        .join_from(Page, Edition)
        .where(Page.lease_expires_at.is_not(None))
        .group_by(Edition.queue)
    )
    total: dict[str, int] = {"daily": 0, "backfill": 0}
    for query in (editions, pages, fetched):
        for queue, count in session.execute(query):
            total[queue] += count
    return list(total.items())


def overdue(session: Session, since: datetime) -> int:
    """How many editions and pages were due at a time and are due still, without those on hold."""
    return sum(count for _, count in due(session, since))


def last_progress(session: Session, now: datetime) -> datetime | None:
    """When a worker last brought something to an end, within a week."""
    return session.scalars(
        select(Event.at)
        .where(Event.at >= now - WEEK, Event.actor.like("worker:%"), Event.to_state.not_in(_NO_PROGRESS))
        .order_by(Event.at.desc())
        .limit(1)
    ).one_or_none()


def hour(session: Session, now: datetime) -> Hour:
    """What happened within the last hour, from the events."""
    recent = and_(Event.at >= now - timedelta(hours=1), Event.at <= now)
    page = Event.page_id.is_not(None)
    pages, deaths = session.execute(
        select(
            func.coalesce(func.sum(case((and_(page, Event.to_state.in_([PageState.DONE, PageState.PARTIAL])), 1))), 0),
            func.coalesce(func.sum(case((Event.reason.like("its worker died%"), 1))), 0),
        ).where(recent)
    ).one()
    cause = func.coalesce(
        cast(case((page, cast(Page.failure, String)), else_=cast(Edition.failure, String)), String), literal("none")
    )
    retries = session.execute(
        select(cause, func.count())
        .select_from(Event)
        .join(Edition, Edition.id == Event.edition_id)
        .outerjoin(Page, Page.id == Event.page_id)
        .where(
            recent,
            Event.from_state == State.FETCHING,
            Event.to_state.in_([State.SCHEDULED, PageState.PENDING]),
        )
        .group_by(cause)
    )
    return Hour(pages=pages, lease_expiries=deaths, retries=[tuple(row) for row in retries])


def articles_since(session: Session, since: datetime) -> int:
    """How many revisions were stored since then."""
    first = first_id(session, Revision, Revision.stored_at, since)
    return session.scalars(select(func.count()).select_from(Revision).where(Revision.id >= first)).one()


def failures(session: Session, since: date) -> Sequence[Row]:
    """(publication, sort of failure, editions and pages) of dates since then."""
    total: Counter[tuple[str, Failure | None]] = Counter()
    for table in (Edition, Page):
        query = select(Publication.slug, table.failure, func.count()).select_from(Edition)
        if table is Page:
            query = query.join(Page, Page.edition_id == Edition.id)
        query = (
            query.join(Publication, Publication.id == Edition.publication_id)
            # What has a failure has a fingerprint, by whose index the few are found.
            .where(Edition.date >= since, table.failure.is_not(None), table.fingerprint.is_not(None))
            .group_by(Publication.slug, table.failure)
        )
        for slug, failure, count in session.execute(query):
            total[slug, failure] += count
    return [(slug, failure, count) for (slug, failure), count in total.items()]


def quarantined_pages(session: Session, most: int) -> Sequence[Row]:
    """(publication, date, page number) of pages that no worker survives; the newest, at most so many."""
    query = (
        select(Publication.slug, Edition.date, Page.number)
        .select_from(Page)
        .join(Edition, Edition.id == Page.edition_id)
        .join(Publication, Publication.id == Edition.publication_id)
        # Quarantined pages have a fingerprint; its index holds failed pages alone.
        .where(Page.fingerprint.is_not(None), Page.state == PageState.QUARANTINED)
        .order_by(Edition.date.desc(), Page.id)
        .limit(most)
    )
    return [tuple(row) for row in session.execute(query)]


def captures_since(session: Session, since: datetime) -> Sequence[Row]:
    """(host, status, seconds) of the newest captures since then; a bounded number."""
    first = first_id(session, Capture, Capture.fetched_at, since)
    query = (
        select(Capture.host, Capture.status, Capture.elapsed_seconds)
        .where(Capture.id >= first, Capture.host.is_not(None))
        .order_by(Capture.id.desc())
        .limit(_MOST_CAPTURES)
    )
    return [tuple(row) for row in session.execute(query)]


def suspects(session: Session, since: date) -> Sequence[Row]:
    """(publication, suspect editions, ended editions) of dates since then."""
    query = (
        select(
            Publication.slug,
            func.sum(case((Edition.state == State.SUSPECT, 1), else_=0)),
            func.count(),
        )
        .join_from(Edition, Publication)
        .where(Edition.date >= since, Edition.state.in_([State.COMPLETE, State.PARTIAL, State.SUSPECT]))
        .group_by(Publication.slug)
    )
    return [tuple(row) for row in session.execute(query)]


def fallbacks(session: Session, since: date) -> Sequence[Row]:
    """(publication, articles that a fallback read, articles) of dates since then."""
    # In two steps, because a planner that knows nothing of the dates may begin with all revisions there are.
    chosen = (
        select(Edition.id, Publication.slug)
        .join_from(Edition, Publication)
        .where(Edition.date >= since)
        # By date first, or SQLite walks through all editions from the newest id on.
        .order_by(Edition.date.desc(), Edition.id.desc())
        .limit(_MOST_EDITIONS)
    )
    slugs = {row.id: row.slug for row in session.execute(chosen)}
    marked = cast(Revision.flags, String).like('%"fallback"%')
    query = (
        select(Article.edition_id, func.sum(case((marked, 1), else_=0)), func.count())
        .join(Revision, and_(Revision.article_id == Article.id, Revision.number == Article.revision))
        .where(Article.edition_id.in_(slugs), Article.withdrawn_at.is_(None))
        .group_by(Article.edition_id)
    )
    some: Counter[str] = Counter()
    every: Counter[str] = Counter()
    for edition, with_fallback, count in session.execute(query):
        some[slugs[edition]] += with_fallback
        every[slugs[edition]] += count
    return [(slug, some[slug], count) for slug, count in every.items()]


def heartbeats(session: Session) -> Sequence[Row]:
    """(scheduler, when its last tick ended, how long it took in seconds)."""
    return [tuple(row) for row in session.execute(select(Heartbeat.actor, Heartbeat.at, Heartbeat.seconds))]


def backfills(session: Session, states: Sequence[str]) -> Sequence[Backfill]:
    """The backfills in these states, oldest first."""
    return session.scalars(select(Backfill).where(Backfill.state.in_(states)).order_by(Backfill.id)).all()


def notifications(session: Session) -> tuple[int, int]:
    """How many causes stand, and how many messages are still to be sent."""
    standing = select(func.count()).select_from(Notification).where(Notification.resolved_at.is_(None))
    unsent = select(func.count()).select_from(Notification).where(Notification.pending.is_not(None))
    return session.scalars(standing).one(), session.scalars(unsent).one()
