"""Operators' decisions on whether publications are ingested: the newest of each counts, none is ever changed."""

from collections.abc import Iterable

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from worker.store.moves import Change
from worker.store.tables import Decision


def newest(session: Session) -> dict[str, Decision]:
    """The decision in force for each publication that has one."""
    last = select(func.max(Decision.id)).group_by(Decision.slug)
    return {row.slug: row for row in session.scalars(select(Decision).where(Decision.id.in_(last)))}


def decide(session: Session, slugs: Iterable[str], change: Change, *, enabled: bool | None) -> list[str]:
    """Note a decision; gives the slugs for which it was not in force already. None leaves it to the catalogue."""
    there = newest(session)
    fresh = [slug for slug in dict.fromkeys(slugs) if (there[slug].enabled if slug in there else None) is not enabled]
    session.add_all(
        Decision(slug=slug, enabled=enabled, at=change.at, actor=change.actor, reason=change.reason) for slug in fresh
    )
    session.flush()
    return fresh
