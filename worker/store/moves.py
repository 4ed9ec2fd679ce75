"""Change the state of an edition or page: one guarded update with its event, the only door to a state column.

Also leases: a worker that claims a row gets a fencing token, and every later write of that worker is conditional on it.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, bindparam, insert, select, update
from sqlalchemy.orm import Session

from worker.domain import ENDED, MOVES, PAGE_ENDED, PAGE_MOVES, PAGE_STANDING, STANDING, PageState, State
from worker.errors import LeaseLost, Refused
from worker.store.tables import Edition, Event, Page


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Who changes a state, when and why."""

    actor: str  #: worker:HOST:PID, tick:HOST or operator:NAME
    at: datetime  #: now, from the services' clock
    reason: str  #: one line


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """A worker's hold on an edition or page."""

    table: type[Edition] | type[Page]
    id: int
    token: int


def _as_it_stands(table: type[Edition] | type[Page]) -> Select[Any]:
    columns: Any = table.__table__.c
    edition_id = columns.id if table is Edition else columns.edition_id
    return select(
        columns.state,
        columns.token,
        columns.lease_owner,
        columns.next_attempt_at,
        columns.lease_expires_at,
        edition_id.label("edition_id"),
    ).where(columns.id == bindparam("row"))


def _renewed(table: type[Edition] | type[Page]) -> Any:
    columns: Any = table.__table__.c
    held = (columns.id == bindparam("row"), columns.token == bindparam("held"), columns.lease_owner.is_not(None))
    return (
        update(table.__table__)  # type: ignore[arg-type]
        .where(*held)
        .values(lease_expires_at=bindparam("until"))
        .returning(columns.id)
    )


_AS_IT_STANDS = {table: _as_it_stands(table) for table in (Edition, Page)}
_RENEWED = {table: _renewed(table) for table in (Edition, Page)}
_NEW_EVENT = insert(Event.__table__)  # type: ignore[arg-type]


def move_edition(
    session: Session,
    edition_id: int,
    to: State,
    change: Change,
    *,
    sources: Collection[State] | None = None,
    **how: Any,
) -> int:
    """Move an edition to a state. See :func:`_move`."""
    allowed = {state for state, targets in MOVES.items() if to in targets and (sources is None or state in sources)}
    if to in ENDED:
        how = {"ended_at": change.at, "next_attempt_at": None} | how
    return _move(session, Edition, edition_id, allowed, to, change=change, **how)


def move_page(
    session: Session,
    page_id: int,
    to: PageState,
    change: Change,
    *,
    sources: Collection[PageState] | None = None,
    **how: Any,
) -> int:
    """Move a page to a state. See :func:`_move`."""
    allowed = {
        state for state, targets in PAGE_MOVES.items() if to in targets and (sources is None or state in sources)
    }
    if to in PAGE_ENDED:
        how = {"next_attempt_at": None} | how
    return _move(session, Page, page_id, allowed, to, change=change, **how)


def _move(
    session: Session,
    table: type[Edition] | type[Page],
    row_id: int,
    allowed: Collection[State | PageState],
    to: State | PageState,
    *,
    change: Change,
    token: int | None = None,
    lease_until: datetime | None = None,
    due_before: datetime | None = None,
    expired_before: datetime | None = None,
    **values: Any,
) -> int:
    """Compare and swap the state, with its event in the same transaction.

    Args:
        session: a transaction that may write.
        table: Edition or Page.
        row_id: which row.
        allowed: states from which this move may start.
        to: the new state.
        change: who, when, why.
        token: the mover's fencing token; given, the row must still carry it and be held under it.
        lease_until: given, the move takes a lease: it raises the token and counts an attempt.
        due_before: given, the row's ``next_attempt_at`` must not be later.
        expired_before: given, the row's lease must have ended before.
        values: further columns to set.

    Returns:
        The row's fencing token after the move.

    Raises:
        LeaseLost: the row carries another token, or nobody holds it any more.
        Refused: the row's state does not allow the move, or it is not due.
    """
    values |= {"state": to, "updated_at": change.at, "enqueued_at": None, "lease_owner": None, "lease_expires_at": None}
    if lease_until is not None:
        values |= {
            "token": table.__table__.c.token + 1,
            "attempts": table.__table__.c.attempts + 1,
            "lease_owner": change.actor,
            "lease_expires_at": lease_until,
        }
    # Tables and not classes from here on: of what these statements take, the mapping would be more than half.
    session.flush()
    columns: Any = table.__table__.c
    while True:
        row = session.execute(_AS_IT_STANDS[table], {"row": row_id}).one_or_none()
        if row is None:
            raise Refused(f"{table.__tablename__}: no row {row_id}")
        # A sweep, or a write of its own, ends a lease without a newer token.
        if token is not None and (row.token != token or row.lease_owner is None):
            raise LeaseLost(f"{table.__tablename__} {row_id}: the lease of token {token} is over")
        if row.state not in allowed:
            raise Refused(f"{table.__tablename__} {row_id} is {row.state}, which does not lead to {to}")
        if due_before is not None and (row.next_attempt_at is None or row.next_attempt_at > due_before):
            raise Refused(f"{table.__tablename__} {row_id} is not due")
        if expired_before is not None and (row.lease_expires_at is None or row.lease_expires_at > expired_before):
            raise Refused(f"{table.__tablename__} {row_id}: its lease is in force")
        # The state and token just seen are part of the condition: had anybody changed the row since, nothing is
        # updated and the row is looked at again. A renewed lease changes neither, so its end is compared too.
        guard = [columns.id == row_id, columns.state == row.state, columns.token == row.token]
        if expired_before is not None:
            guard.append(columns.lease_expires_at == row.lease_expires_at)
        done = session.execute(
            update(table.__table__)  # type: ignore[arg-type]
            .where(*guard)
            .values(**_implied(row.state, to, values) | values)
            .returning(columns.token, columns.attempts)
        ).one_or_none()
        if done is not None:
            break
    session.execute(
        _NEW_EVENT,
        {
            "at": change.at,
            "edition_id": row.edition_id,
            "page_id": row_id if table is Page else None,
            "from_state": row.state,
            "to_state": to,
            "actor": change.actor,
            "reason": change.reason,
            "attempt": done.attempts,
            "token": done.token,
        },
    )
    _see(session, table, row_id)
    new_token: int = done.token
    return new_token


def _see(session: Session, table: type[Edition] | type[Page], row_id: int) -> None:
    """Let a session that has read a row before see what has become of it."""
    known = session.identity_map.get(session.identity_key(table, row_id))
    if known is not None:
        session.refresh(known)


def _implied(left: State | PageState, to: State | PageState, values: Collection[str]) -> dict[str, Any]:
    """What changes with every ended row that is opened again, with one that ends, and with every new error.

    While a row that has something stored is read again, that end state stands for those who read the database; it
    gives way only to the next one.
    """
    implied: dict[str, Any] = {"failure": None, "fingerprint": None} if "error" in values else {}
    ended, standing = (ENDED, STANDING) if isinstance(to, State) else (PAGE_ENDED, PAGE_STANDING)
    if to in ended:
        return implied | {"settled": None}
    if left not in ended:
        return implied
    return implied | {"settled": left if left in standing else None, "attempts": 0, "deaths": 0}


def edition_of(session: Session, page_id: int) -> int:
    """The edition that a page belongs to.

    Raises:
        Refused: there is no such page.
    """
    edition_id = session.scalar(select(Page.edition_id).where(Page.id == page_id))
    if edition_id is None:
        raise Refused(f"pages: no row {page_id}")
    return edition_id


def require_released(session: Session, edition_id: int) -> None:
    """Check that an edition is not on hold.

    Raises:
        Refused: it is, with who holds it and why.
    """
    held = session.execute(
        select(Edition.held_by, Edition.hold_reason).where(Edition.id == edition_id, Edition.held_at.is_not(None))
    ).one_or_none()
    if held is not None:
        why = f": {held.hold_reason}" if held.hold_reason else ""
        raise Refused(f"editions {edition_id} is on hold by {held.held_by}{why}")


def renew(session: Session, lease: Lease, until: datetime) -> None:
    """Prolong a lease; as the first statement of a transaction it also guards all that the transaction writes.

    Raises:
        LeaseLost: the row carries another token or is no longer being worked on.
    """
    table = lease.table
    session.flush()
    held = {"row": lease.id, "held": lease.token, "until": until}
    if session.execute(_RENEWED[table], held).one_or_none() is None:
        raise LeaseLost(f"{table.__tablename__} {lease.id}: token {lease.token} is void")
    _see(session, table, lease.id)


def backoff(attempts: int, *, base: float, longest: float) -> timedelta:
    """Time to wait after so many failed attempts: ``base`` seconds, doubled each time, at most ``longest``."""
    return timedelta(seconds=min(longest, base * 2 ** min(max(attempts, 1) - 1, 30)))
