"""Copy the catalogue into the database, where workers and downstream systems read it, and make editions' rows."""

from collections.abc import Iterable
from operator import attrgetter
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
    # Plain tuples: two thousand objects a minute would cost more than the rest of a tick.
    query = select(Publication.slug, Publication.id, *(getattr(Publication, name) for name in _COPIED))
    there = {found[0]: found for found in session.execute(query)}
    for slug, values in wanted.items():
        found = there.get(slug)
        if found is not None and found[2:] != values:
            session.execute(
                update(Publication)
                .where(Publication.id == found[1])
                .values(updated_at=change.at, **dict(zip(_COPIED, values, strict=True)))
            )
    absent = [
        {"slug": slug, "updated_at": change.at, **dict(zip(_COPIED, values, strict=True))}
        for slug, values in wanted.items()
        if slug not in there
    ]
    if not absent:
        return {slug: there[slug][1] for slug in wanted}
    session.execute(editions.insert_or_nothing(session, Publication, ("slug",)), absent)
    ids = dict(session.execute(select(Publication.slug, Publication.id)).all())
    return {slug: ids[slug] for slug in wanted}


#: Columns of a publication that have the name and value of the catalogue's key.
_ALIKE = (
    *("name", "family", "edition_url", "language", "time_zone", "overrides", "requests_per_second", "concurrency"),
    *("allow_private_addresses", "obey_robots", "archive_images", "archive_pdfs", "enabled", "reread_hours"),
)

#: Columns of a publication that are copied from the catalogue, in the order of :func:`_copied`.
_COPIED = (*_ALIKE, "recheck_seconds")

_alike = attrgetter(*_ALIKE)


def _copied(row: Row) -> tuple[Any, ...]:
    return (*_alike(row), row.recheck_minutes * 60)


def edition(
    session: Session,
    publication_id: int,
    due: DueEdition,
    change: Change,
    *,
    label: str = "",
) -> tuple[int, bool]:
    """Make an edition's row if it is absent; gives its id and whether it was made now."""
    return editions.ensure_edition(session, new_edition(publication_id, due, label=label), change)


def new_edition(publication_id: int, due: DueEdition, *, label: str = "", backfill_id: int | None = None) -> NewEdition:
    """What makes the row of an edition that is due."""
    return NewEdition(
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


def absent(session: Session, ids: dict[str, int], due: Iterable[DueEdition]) -> list[DueEdition]:
    """Those of these editions that have no row yet."""
    wanted = list(due)
    if not wanted:
        return []
    days = {item.date for item in wanted}
    # By day and not by newspaper: that is one walk through an index, and of other newspapers there are hardly any.
    there = session.execute(
        select(Edition.publication_id, Edition.date).where(
            Edition.date.between(min(days), max(days)), Edition.label == ""
        )
    )
    known = set(map(tuple, there))
    return [item for item in wanted if (ids[item.slug], item.date) not in known]
