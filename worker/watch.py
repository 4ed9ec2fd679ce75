"""Compare an edition whose pages have all ended with its own publication's history. Decides and stores nothing."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from worker import drift
from worker.domain import Profile
from worker.drift import Past
from worker.store import profiles
from worker.store.tables import Edition


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What an edition looks like."""

    profile: Profile
    source: str  #: ``web``, or ``text`` for page dumps
    doubt: str | None  #: why it is suspect, one line; None if it is as usual, or if an operator accepted it


def look(session: Session, edition: Edition) -> Look:
    """Measure an edition and compare it with its history."""
    profile = profiles.measure(session, edition.id)
    if profiles.is_of_dumps(session, edition.id):
        return Look(profile=profile, source="text", doubt=None)
    if profiles.is_accepted(session, edition.id, profile):
        return Look(profile=profile, source="web", doubt=None)
    near = profiles.history(session, edition.publication_id, edition.date, label=edition.label, without=edition.id)
    past = [Past(date=day, profile=one) for day, one in near]
    unusual = drift.deviations(edition.date, profile, past)
    return Look(profile=profile, source="web", doubt=drift.in_words(unusual, len(past)) if unusual else None)
