"""See what an edition whose pages have all ended looks like, and whether that is unlike its own history."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from worker import drift
from worker.domain import Profile
from worker.drift import Deviation, Past
from worker.store import profiles
from worker.store.tables import Edition


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What an edition looks like."""

    profile: Profile
    source: str  #: ``web`` or ``text``


def look(session: Session, edition: Edition) -> Seen:
    """Measure what is stored of an edition."""
    source = "text" if profiles.is_of_dumps(session, edition.id) else "web"
    return Seen(profile=profiles.measure(session, edition.id), source=source)


def unusual(session: Session, edition: Edition, seen: Seen) -> tuple[list[Deviation], str | None]:
    """In what an edition is unlike its own history, and that in words; nothing if it is not, or was accepted so."""
    if seen.source != "web" or profiles.is_accepted(session, edition.id, seen.profile):
        return [], None
    near = profiles.history(session, edition.publication_id, edition.date, label=edition.label, without=edition.id)
    past = [Past(date=day, profile=one) for day, one in near]
    found = list(drift.deviations(edition.date, seen.profile, past))
    return found, drift.in_words(found, len(past)) if found else None
