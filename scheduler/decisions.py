"""Put operators' decisions over the catalogue: which publications are ingested. The catalogue itself stays as it is."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from scheduler.catalogue import Row
from worker.store import decisions


def applied(session: Session, rows: Mapping[str, Row]) -> dict[str, Row]:
    """The rows with ``enabled`` as an operator decided it, where one did."""
    changed = {
        slug: row.model_copy(update={"enabled": decision.enabled})
        for slug, decision in decisions.newest(session).items()
        if (row := rows.get(slug)) is not None and decision.enabled is not None and decision.enabled != row.enabled
    }
    return {**rows, **changed}
