"""Judge an edition whose pages have all ended: by what is stored of it, then by its own history."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from worker import drift
from worker.domain import Profile, State
from worker.drift import Past
from worker.judge import PageResult, judge
from worker.store import editions, profiles
from worker.store.tables import Edition


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What an edition is."""

    state: State
    error: str | None  #: what is missing or unusual and why; None if it is complete
    profile: Profile  #: what it looks like
    source: str  #: ``web`` or ``text``


def verdict(session: Session, edition: Edition) -> Verdict:
    """Judge an edition; writes nothing."""
    pages = [
        PageResult(number=page.number, state=page.state, error=page.error)
        for page in editions.pages_of(session, edition.id)
    ]
    profile = profiles.measure(session, edition.id)
    state, error = judge(pages, profile.articles)
    source = "text" if profiles.is_of_dumps(session, edition.id) else "web"
    if state is State.COMPLETE and source == "web" and not profiles.is_accepted(session, edition.id, profile):
        near = profiles.history(session, edition.publication_id, edition.date, label=edition.label, without=edition.id)
        past = [Past(date=day, profile=one) for day, one in near]
        if unusual := drift.deviations(edition.date, profile, past):
            state, error = State.SUSPECT, drift.in_words(unusual, len(past))
    return Verdict(state=state, error=error, profile=profile, source=source)
