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
    wanted = {row.slug: _copied(row) for row in rows}
    # Plain columns: two thousand objects a minute would cost more than the rest of a tick.
    query = select(Publication.id, Publication.slug, *(getattr(Publication, name) for name in _COPIED))
    there = {found.slug: found for found in session.execute(query)}
    for slug, values in wanted.items():
        found = there.get(slug)
        if found is not None and any(getattr(found, name) != value for name, value in values.items()):
            session.execute(
                update(Publication).where(Publication.id == found.id).values(updated_at=change.at, **values)
            )
    absent = [{"slug": slug, "updated_at": change.at, **values} for slug, values in wanted.items() if slug not in there]
    if not absent:
        return {slug: there[slug].id for slug in wanted}
    session.execute(editions.insert_or_nothing(session, Publication, ("slug",)), absent)
    ids = dict(session.execute(select(Publication.slug, Publication.id)).all())
    return {slug: ids[slug] for slug in wanted}


#: Columns of a publication that are copied from the catalogue.
_COPIED = (
    *("name", "family", "edition_url", "language", "time_zone", "overrides", "requests_per_second", "concurrency"),
    *("allow_private_addresses", "obey_robots", "archive_images", "archive_pdfs", "enabled", "recheck_seconds"),
    "reread_hours",
)


def _copied(row: Row) -> dict[str, Any]:
    made = {"recheck_seconds": row.recheck_minutes * 60}
    return {name: made[name] if name in made else getattr(row, name) for name in _COPIED}


def edition(
    session: Session,
    publication_id: int,
    due: DueEdition,
    change: Change,
    *,
    label: str = "",
    backfill_id: int | None = None,
) -> tuple[int, bool]:
    """Make an edition's row if it is absent; gives its id and whether it was made now."""
    new = NewEdition(
        publication_id=publication_id,
        date=due.date,
        label=label,
        queue=due.queue,
        expected_at=due.expected_at,
        deadline_at=due.deadline_at,
        expected_pages=due.expected_pages,
        off_calendar=due.off_calendar,
        backfill_id=backfill_id,
    )
    return editions.ensure_edition(session, new, change)


def absent(session: Session, ids: dict[str, int], due: Iterable[DueEdition]) -> list[DueEdition]:
    """Those of these editions that have no row yet."""
    wanted = list(due)
    if not wanted:
        return []
    there = session.execute(
        select(Edition.publication_id, Edition.date).where(
            Edition.date.between(min(item.date for item in wanted), max(item.date for item in wanted)),
            Edition.label == "",
        )
    ).all()
    known = {(publication_id, day) for publication_id, day in there}
    return [item for item in wanted if (ids[item.slug], item.date) not in known]
