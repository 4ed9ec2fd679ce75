"""What an operator may do to editions: retry, skip, hold, release, accept. Plain functions on a session; sends nothing.

The command line and the board call the same ones. What they open is sent by the next tick. Each refuses in one line
what the edition's state does not allow.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import Session

from worker.domain import ENDED, PAGE_ENDED, PageState, State
from worker.errors import Refused
from worker.store import backfills, editions, holds, moves, profiles
from worker.store.moves import Change
from worker.store.tables import Edition, Page, Publication

#: Most editions that one transaction opens by a fingerprint; the next goes on after them. It holds their rows, and on
#: SQLite everybody else's writing.
MOST = 200

#: End states of a page that another reading may mend.
BAD = frozenset({PageState.FAILED, PageState.PARTIAL, PageState.QUARANTINED})


def find(session: Session, slug: str, day: date, label: str = "") -> Edition:
    """An edition by its name.

    Raises:
        Refused: there is none.
    """
    query = select(Edition).join(Publication).where(Publication.slug == slug)
    edition = session.scalars(query.where(Edition.date == day, Edition.label == label)).one_or_none()
    if edition is None:
        raise Refused(
            f"{slug} {day}{f' {label}' if label else ''}: no such edition; `broadsheet ingest {slug} {day}` reads it,"
            f" `broadsheet status --publication {slug}` lists those that there are"
        )
    return edition


def retry(
    session: Session, edition: Edition, change: Change, *, pages: Sequence[str] = (), whole: bool = False
) -> tuple[str, ...]:
    """Open an ended edition again: its bad pages if it has such, else all of it; gives the numbers of the pages opened.

    Args:
        session: a transaction that may write.
        edition: its row, read in this transaction.
        change: who, when, why.
        pages: numbers of single pages to open, bad or not.
        whole: read its index and every page again.

    Raises:
        Refused: it has not ended, is on hold, or has no such page.
    """
    left = edition.state
    opened = open_again(session, edition, change, pages=pages, whole=whole)
    backfills.reopened(session, edition, left, change)
    return opened


def open_again(
    session: Session, edition: Edition, change: Change, *, pages: Sequence[str] = (), whole: bool = False
) -> tuple[str, ...]:
    """As :func:`retry`, without a word to the backfill that the edition was part of."""
    if edition.state not in ENDED:
        raise Refused(f"{name(session, edition)} is {edition.state}: only an edition that has ended is opened again")
    if edition.held_at is not None:
        raise Refused(f"{name(session, edition)} is on hold; release it first")
    there = editions.pages_of(session, edition.id)
    unknown = [number for number in pages if number not in {page.number for page in there}]
    if unknown:
        listed = ", ".join(page.number for page in there) or "none"
        raise Refused(f"{name(session, edition)} has no page {', '.join(unknown)}; it has {listed}")
    chosen = [page for page in there if (page.number in pages if pages else page.state in BAD and not whole)]
    change = replace(change, reason=change.reason or "opened again")
    if chosen:
        moves.move_edition(session, edition.id, State.PROCESSING, change)
        for page in chosen:
            moves.move_page(session, page.id, PageState.PENDING, change, sources=PAGE_ENDED, next_attempt_at=change.at)
    else:
        moves.move_edition(session, edition.id, State.SCHEDULED, change, next_attempt_at=change.at)
    return tuple(page.number for page in chosen)


def with_fingerprint(
    session: Session, fingerprint: str, limit: int = MOST, *, after: tuple[date, int] | None = None
) -> Sequence[Edition]:
    """Ended editions that have this fault, themselves or on a page, the newest first.

    ``after``: date and id of one; only those that come after it.
    """
    query = _faulty(fingerprint).order_by(Edition.date.desc(), Edition.id).limit(limit)
    if after is not None:
        day, number = after
        query = query.where(or_(Edition.date < day, and_(Edition.date == day, Edition.id > number)))
    return session.scalars(query).all()


def count_with_fingerprint(session: Session, fingerprint: str) -> int:
    """How many editions ``with_fingerprint`` finds in all."""
    return session.scalars(select(func.count()).select_from(_faulty(fingerprint).subquery())).one()


def _faulty(fingerprint: str) -> Select[Edition]:
    # Two look-ups by index; an OR over both tables would walk through all editions.
    themselves = select(Edition.id).where(Edition.fingerprint == fingerprint)
    by_page = select(Page.edition_id).where(Page.fingerprint == fingerprint, Page.state.in_(BAD))
    ids = themselves.union(by_page).subquery()
    return select(Edition).where(Edition.id.in_(select(ids.c.id)), Edition.state.in_(ENDED), Edition.held_at.is_(None))


def skip(session: Session, edition: Edition, change: Change) -> None:
    """Say that there is no such edition, or that nobody wants it.

    Raises:
        Refused: it is being worked on, or something of it is stored.
    """
    if edition.settled is not None:
        raise Refused(f"{name(session, edition)} is {edition.settled} and being read again; something of it is stored")
    try:
        moves.move_edition(session, edition.id, State.SKIPPED, change, error=change.reason or None)
    except Refused as error:
        raise Refused(
            f"{name(session, edition)} is {edition.state}: only one that is scheduled, waiting, missing or failed"
            " can be skipped"
        ) from error


def hold(session: Session, edition: Edition, change: Change) -> None:
    """Let nothing of an edition be sent or begun until it is released; what is being read is read to its end.

    Raises:
        Refused: it is on hold.
    """
    if not holds.hold(session, [Edition.id == edition.id], change.actor, change):
        raise Refused(f"{name(session, edition)} is on hold already, by {edition.held_by}")


def release(session: Session, edition: Edition, change: Change) -> None:
    """Let an edition that is on hold go on.

    Raises:
        Refused: it is not on hold, or its backfill is paused.
    """
    if edition.held_by and edition.held_by.startswith("backfill:"):
        number = edition.held_by.partition(":")[2]
        raise Refused(f"{name(session, edition)} is part of backfill {number}, which is paused; resume that")
    if not holds.release(session, [Edition.id == edition.id], change):
        raise Refused(f"{name(session, edition)} is not on hold")


def accept(session: Session, edition: Edition, change: Change, *, starts_history: bool = False) -> None:
    """Say that a partial or suspect edition is all there is: it is complete from now on.

    ``starts_history``: its newspaper looks like this now; what came before is no longer compared with.

    Raises:
        Refused: it is neither.
    """
    change = replace(change, reason=change.reason or "accepted as it is")
    try:
        moves.move_edition(
            session,
            edition.id,
            State.COMPLETE,
            change,
            sources=[State.PARTIAL, State.SUSPECT],
            error=None,
            reread_at=None,
        )
    except Refused as error:
        raise Refused(
            f"{name(session, edition)} is {edition.state}: only one that is partial or suspect is accepted"
        ) from error
    profiles.accept(session, edition.id, starts_history=starts_history)


def name(session: Session, edition: Edition) -> str:
    """An edition in words."""
    slug = session.scalars(select(Publication.slug).where(Publication.id == edition.publication_id)).one()
    return " ".join(filter(None, (slug, str(edition.date), edition.label)))
