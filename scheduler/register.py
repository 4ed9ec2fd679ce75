"""Copy the catalogue into the database, where workers and downstream systems read it, and make editions' rows."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.catalogue import Row
from scheduler.planner import DueEdition
from worker.store import editions
from worker.store.editions import NewEdition
from worker.store.moves import Change
from worker.store.tables import Edition, Publication


def publications(session: Session, rows: Iterable[Row], change: Change) -> dict[str, int]:
    """Make or update the publications' rows; gives their ids by slug."""
    there = {row.slug: row for row in session.scalars(select(Publication))}
    ids = {}
    for row in rows:
        values = {
            "name": row.name,
            "family": row.family,
            "edition_url": row.edition_url,
            "language": row.language,
            "time_zone": row.time_zone,
            "overrides": row.overrides,
            "requests_per_second": row.requests_per_second,
            "concurrency": row.concurrency,
            "allow_private_addresses": row.allow_private_addresses,
            "obey_robots": row.obey_robots,
            "archive_images": row.archive_images,
            "archive_pdfs": row.archive_pdfs,
            "enabled": row.enabled,
            "recheck_seconds": row.recheck_minutes * 60,
        }
        found = there.get(row.slug)
        if found is None:
            made = {"slug": row.slug, "updated_at": change.at, **values}
            editions.insert_if_absent(session, Publication, made, ("slug",))
            found = editions.find_publication(session, row.slug)
            assert found is not None
        elif any(getattr(found, name) != value for name, value in values.items()):
            for name, value in values.items():
                setattr(found, name, value)
            found.updated_at = change.at
        ids[row.slug] = found.id
    return ids


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
