"""Copy the catalogue into the database, where workers and downstream systems read it, and make editions' rows."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from scheduler.catalogue import Row
from scheduler.planner import DueEdition
from worker.store import editions
from worker.store.editions import NewEdition
from worker.store.moves import Change
from worker.store.tables import Edition, Publication


def publications(session: Session, rows: Iterable[Row], change: Change) -> dict[str, int]:
    """Make the publications' rows that are absent and update those that differ; gives their ids by slug."""
    wanted = {row.slug: _values(row) for row in rows}
    names = ("id", "slug", *next(iter(wanted.values()), ()))
    query = select(*(getattr(Publication, name) for name in names)).where(Publication.slug.in_(wanted))
    there = {row.slug: row._asdict() for row in session.execute(query)}
    for slug, values in wanted.items():
        found = there.get(slug)
        if found is not None and any(found[name] != value for name, value in values.items()):
            session.execute(
                update(Publication).where(Publication.id == found["id"]).values(updated_at=change.at, **values)
            )
    absent = [{"slug": slug, "updated_at": change.at, **values} for slug, values in wanted.items() if slug not in there]
    if not absent:
        return {slug: found["id"] for slug, found in there.items()}
    editions.insert_all_absent(session, Publication, absent, ("slug",))
    return {row.slug: row.id for row in session.execute(query)}


def _values(row: Row) -> dict[str, Any]:
    return {
        "name": row.name,
        "family": row.family,
        "edition_url": row.edition_url,
        "language": row.language,
        "time_zone": row.time_zone,
        "overrides": row.overrides,
        "requests_per_second": row.requests_per_second,
        "concurrency": row.concurrency,
        "allow_private_addresses": row.allow_private_addresses,
        "enabled": row.enabled,
        "recheck_seconds": row.recheck_minutes * 60,
    }


def edition(
    session: Session, publication_id: int, due: DueEdition, change: Change, *, label: str = ""
) -> tuple[int, bool]:
    """Make an edition's row if it is absent; gives its id and whether it was made now."""
    new = NewEdition(
        publication_id=publication_id,
        date=due.date,
        label=label,
        queue=due.queue,
        expected_at=due.expected_at,
        deadline_at=due.deadline_at,
    )
    return editions.ensure_edition(session, new, change)


def absent(session: Session, ids: dict[str, int], due: Iterable[DueEdition]) -> list[DueEdition]:
    """Those of these editions that have no row yet."""
    wanted = list(due)
    if not wanted:
        return []
    there = session.execute(
        select(Edition.publication_id, Edition.date).where(
            Edition.date >= min(item.date for item in wanted), Edition.label == ""
        )
    ).all()
    known = {(publication_id, day) for publication_id, day in there}
    return [item for item in wanted if (ids[item.slug], item.date) not in known]
