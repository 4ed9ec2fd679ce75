"""Rows of editions and pages: make them, read them, list what is due. States change only through ``moves``."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, func, insert, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from worker.domain import ENDED, PAGE_ENDED, STANDING, PageState, State
from worker.store.moves import Change
from worker.store.tables import Article, Edition, Event, Page, Publication


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEdition:
    """What makes an edition's row."""

    publication_id: int
    date: date
    label: str = ""
    queue: str  #: ``daily`` or ``backfill``
    expected_at: datetime
    deadline_at: datetime
    expected_pages: int | None = None
    off_calendar: bool = False
    backfill_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPage:
    """What makes a page's row."""

    number: str
    name: str | None
    url: str
    source: str = "web"  #: ``web`` or ``text``


def insert_if_absent(session: Session, table: type[Any], values: dict[str, Any], key: Sequence[str]) -> int | None:
    """Insert a row unless its key is there already; gives its id, or nothing if it was there."""
    statement = insert_or_nothing(session, table, key).values(**values)
    row_id: int | None = session.execute(statement.returning(table.id)).scalar_one_or_none()
    return row_id


def insert_or_nothing(session: Session, table: type[Any], key: Sequence[str]) -> Any:
    """An INSERT that passes over rows whose key is there already."""
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    return dialect.insert(table.__table__).on_conflict_do_nothing(index_elements=list(key))


def ensure_edition(session: Session, new: NewEdition, change: Change) -> tuple[int, bool]:
    """Make the edition's row if it is absent; gives its id and whether it was made now."""
    if made := make_editions(session, [new], change):
        return made[0], True
    found = session.scalars(
        select(Edition.id).where(
            Edition.publication_id == new.publication_id, Edition.date == new.date, Edition.label == new.label
        )
    ).one()
    return found, False


def make_editions(session: Session, new: Sequence[NewEdition], change: Change) -> Sequence[int]:
    """Make the rows of those editions that are absent, all in one step; gives the ids of those made now."""
    if not new:
        return []
    statement = insert_or_nothing(session, Edition, ("publication_id", "date", "label")).returning(Edition.id)
    made = session.scalars(statement, [_values(one, change) for one in new]).all()
    if made:
        session.execute(insert(Event), [_created(edition_id, None, State.SCHEDULED, change) for edition_id in made])
    return made


def _values(new: NewEdition, change: Change) -> dict[str, Any]:
    return {
        "publication_id": new.publication_id,
        "date": new.date,
        "label": new.label,
        "state": State.SCHEDULED,
        "queue": new.queue,
        "expected_at": new.expected_at,
        "deadline_at": new.deadline_at,
        "next_attempt_at": max(new.expected_at, change.at) if new.queue == "daily" else change.at,
        "expected_pages": new.expected_pages,
        "off_calendar": new.off_calendar,
        "backfill_id": new.backfill_id,
        "open_backfill_id": new.backfill_id,
        "created_at": change.at,
        "updated_at": change.at,
    }


def ensure_pages(session: Session, edition_id: int, new: Sequence[NewPage], change: Change) -> None:
    """Make the pages that are absent, in the given order; pages that are there are opened again by the caller."""
    for position, page in enumerate(new, 1):
        values = {
            "edition_id": edition_id,
            "number": page.number,
            "position": position,
            "name": page.name,
            "state": PageState.PENDING,
            "source": page.source,
            "url": page.url,
            "areas": [],
            "removed": [],
            "next_attempt_at": change.at,
            "created_at": change.at,
            "updated_at": change.at,
        }
        made = insert_if_absent(session, Page, values, ("edition_id", "number"))
        if made is not None:
            session.add(Event(**_created(edition_id, made, PageState.PENDING, change)))
        else:
            session.execute(
                update(Page)
                .where(Page.edition_id == edition_id, Page.number == page.number)
                .values(position=position, url=page.url, name=func.coalesce(page.name, Page.name))
            )


def distinct(pages: Sequence[NewPage]) -> list[NewPage]:
    """Pages with distinct numbers: where sections repeat a number, the second ``01`` is called ``01(2)``."""
    seen: Counter[str] = Counter()
    made = []
    for page in pages:
        seen[page.number] += 1
        times = seen[page.number]
        made.append(page if times == 1 else replace(page, number=f"{page.number}({times})"))
    return made


def pages_of(session: Session, edition_id: int, *where: ColumnElement[bool]) -> Sequence[Page]:
    """An edition's pages in printed order."""
    return session.scalars(select(Page).where(Page.edition_id == edition_id, *where).order_by(Page.position)).all()


def open_pages(session: Session, edition_id: int) -> int:
    """How many of an edition's pages have not ended."""
    return session.scalars(
        select(func.count()).where(Page.edition_id == edition_id, Page.state.not_in(PAGE_ENDED))
    ).one()


def standing_articles(session: Session, edition_id: int) -> int:
    """How many items of an edition are stored, not withdrawn and not continued from another page."""
    return session.scalars(
        select(func.count()).where(
            Article.edition_id == edition_id, Article.withdrawn_at.is_(None), Article.joined_into.is_(None)
        )
    ).one()


def find_publication(session: Session, slug: str) -> Publication | None:
    """A publication's row by its slug."""
    return session.scalars(select(Publication).where(Publication.slug == slug)).one_or_none()


def due(table: type[Edition] | type[Page], now: datetime, sent_before: datetime) -> tuple[ColumnElement[bool], ...]:
    """The condition under which a row's message is to be sent: it is due, and no message is under way."""
    states = [State.SCHEDULED, State.WAITING] if table is Edition else [PageState.PENDING]
    return (
        table.state.in_(states),
        table.next_attempt_at <= now,
        or_(table.enqueued_at.is_(None), table.enqueued_at < sent_before),
        *([Edition.held_at.is_(None)] if table is Edition else []),
    )


def take_due(
    session: Session, table: type[Edition] | type[Page], queue: str, *, now: datetime, sent_before: datetime, limit: int
) -> list[int]:
    """Mark due rows of a queue as sent and give their ids, oldest first; a second scheduler gets none of them."""
    condition = due(table, now, sent_before)
    if table is Page:
        going_on = select(Edition.id).where(
            Edition.state == State.PROCESSING, Edition.queue == queue, Edition.held_at.is_(None)
        )
        condition = (*condition, Page.edition_id.in_(going_on))
    else:
        condition = (*condition, Edition.queue == queue)
    # Rows that another scheduler is just taking are left to it, so that the two cannot wait for each other crosswise.
    ids = session.scalars(
        select(table.id)
        .where(*condition)
        .order_by(table.next_attempt_at, table.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
    if not ids:
        return []
    taken = set(
        session.scalars(
            update(table).where(table.id.in_(ids), *condition).values(enqueued_at=now).returning(table.id)
        ).all()
    )
    return [row_id for row_id in ids if row_id in taken]


def mark_sent(session: Session, table: type[Edition] | type[Page], ids: Sequence[int], sent_at: datetime) -> None:
    """Note that messages for these rows are under way, except for rows that somebody has moved on since."""
    session.execute(update(table).where(table.id.in_(ids), table.updated_at <= sent_at).values(enqueued_at=sent_at))


def forget_sent(session: Session, sent_before: datetime) -> int:
    """Note that no message sent before a time is under way any more; gives the number of rows concerned."""
    return sum(
        len(
            session.scalars(
                update(table).where(table.enqueued_at < sent_before).values(enqueued_at=None).returning(table.id)
            ).all()
        )
        for table in (Edition, Page)
    )


def expired(session: Session, table: type[Edition] | type[Page], now: datetime, limit: int) -> Sequence[Any]:
    """Rows whose lease has ended without its holder having finished, the longest dead first."""
    query = select(table).where(table.state.in_([State.FETCHING, PageState.FETCHING]), table.lease_expires_at < now)
    return session.scalars(query.order_by(table.lease_expires_at).limit(limit)).all()


def unfinished(session: Session, sent_before: datetime, limit: int) -> Sequence[int]:
    """Editions whose pages have all ended, but which nobody has finished, with no message under way."""
    query = select(Edition.id).where(
        Edition.state == State.PROCESSING,
        Edition.held_at.is_(None),
        or_(Edition.enqueued_at.is_(None), Edition.enqueued_at < sent_before),
        ~select(Page.id).where(Page.edition_id == Edition.id, Page.state.not_in(PAGE_ENDED)).exists(),
    )
    return session.scalars(query.order_by(Edition.queue.desc(), Edition.id).limit(limit)).all()


def overdue(session: Session, now: datetime, limit: int) -> Sequence[int]:
    """Editions that wait for a publisher past their deadline and are not on hold."""
    query = select(Edition.id).where(
        Edition.state == State.WAITING, Edition.deadline_at < now, Edition.held_at.is_(None)
    )
    return session.scalars(query.order_by(Edition.id).limit(limit)).all()


def to_read_again(session: Session, now: datetime, limit: int) -> Sequence[int]:
    """Editions with something stored that are due for another reading, the oldest due first."""
    query = select(Edition.id).where(Edition.reread_at <= now, Edition.state.in_(STANDING), Edition.held_at.is_(None))
    return session.scalars(query.order_by(Edition.reread_at).limit(limit)).all()


def ended(state: State) -> bool:
    """Whether nothing more happens to an edition in this state by itself."""
    return state in ENDED


def _created(edition_id: int, page_id: int | None, state: State | PageState, change: Change) -> dict[str, Any]:
    """The event of a row that was made."""
    return {
        "at": change.at,
        "edition_id": edition_id,
        "page_id": page_id,
        "from_state": None,
        "to_state": state,
        "actor": change.actor,
        "reason": change.reason,
        "attempt": 0,
        "token": 0,
    }


def mark_due(session: Session, edition_id: int, now: datetime) -> None:
    """Make a scheduled edition due now, whatever its calendar says."""
    session.execute(
        update(Edition)
        .where(Edition.id == edition_id, Edition.state == State.SCHEDULED)
        .values(next_attempt_at=now, enqueued_at=None)
    )
