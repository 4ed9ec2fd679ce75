"""What needs a person first, told for people: editions with the same fault in one line. Decides nothing itself.

Who needs a person and in which order is ``worker.store.overview``'s to say, so that the board and ``broadsheet status``
agree.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.remedy import Remedy, remedy
from worker.domain import Failure
from worker.store import overview
from worker.store.tables import Edition, Publication

#: Days back that are looked at; older faults have a page of their own.
_DAYS = timedelta(days=7)
#: Editions with the same fault from which on they are told in one line.
_MANY = 3
#: Most editions that are asked for, and most lines that are shown.
_ASKED, _SHOWN = 500, 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Concern:
    """One line of what needs a person: an edition, or several with the same fault."""

    word: str  #: late, failed, missing, suspect, partial, held or calendar
    edition: Edition
    publication: Publication
    reason: str | None
    failure: Failure | None
    same: int  #: editions with this fault, itself among them

    @property
    def helps(self) -> Remedy | None:
        """What to type first."""
        return remedy(self.edition, self.publication.slug, self.word, same=self.same)


def concerns(session: Session, now: datetime, grace: timedelta) -> tuple[Sequence[Concern], bool]:
    """The most urgent lines, and whether there are more."""
    since = (now - _DAYS).date()
    found = overview.attention(session, now, grace, since, _ASKED)
    papers = {
        row.id: row
        for row in session.scalars(
            select(Publication).where(Publication.id.in_({edition.publication_id for edition, _, _ in found}))
        )
    }
    alike = Counter(_fault(edition, need) for edition, _, need in found)
    told: set[str] = set()
    lines = []
    for edition, _slug, need in found:
        fault = _fault(edition, need)
        many = bool(fault) and alike[fault] >= _MANY
        if many and fault in told:
            continue
        told.add(fault)
        held = need == "held"
        lines.append(
            Concern(
                word=need,
                edition=edition,
                publication=papers[edition.publication_id],
                reason=edition.hold_reason if held else edition.error,
                failure=None if held else edition.failure,
                same=alike[fault] if many else 1,
            )
        )
    return lines[:_SHOWN], len(lines) > _SHOWN or len(found) == _ASKED


def _fault(edition: Edition, need: str) -> str:
    return f"{need} {edition.fingerprint}" if edition.fingerprint and need != "held" else ""
