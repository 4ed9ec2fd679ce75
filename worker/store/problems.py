"""Editions that somebody should look at: late, missing, failed, suspect, or with a quarantined page. Reads only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import String, and_, case, cast, literal, or_, select
from sqlalchemy.orm import Session

from worker.domain import Failure, PageState, State
from worker.store.overview import late, stands
from worker.store.tables import Edition, Page, Publication


class Problem(StrEnum):
    """What is wrong with an edition."""

    LATE = "late"  #: not in, although its expected hour and a grace are over
    MISSING = "missing"  #: not published by its deadline
    FAILED = "failed"  #: nothing could be stored
    SUSPECT = "suspect"  #: complete by count, but unlike its own history
    QUARANTINED = "quarantined"  #: one of its pages kills every worker that reads it


@dataclass(frozen=True, slots=True, kw_only=True)
class Troubled:
    """One edition with a problem."""

    edition_id: int
    publication: str  #: slug
    name: str  #: printed name
    date: date
    label: str
    problem: Problem
    error: str | None  #: why, one line
    failure: Failure | None  #: what sort of failure
    fingerprint: str | None  #: equal for equal faults


def troubled(session: Session, now: datetime, grace: timedelta, *, days: int, most: int) -> Sequence[Troubled]:
    """Editions of the last days that have a problem, the newest first, at most so many. Those on hold are left out.

    ``grace``: time after the expected hour at which an edition counts as late. One that is read again keeps the state
    that it had.
    """
    quarantined = (
        select(Page.id)
        .where(Page.edition_id == Edition.id, Page.fingerprint.is_not(None), Page.state == PageState.QUARANTINED)
        .exists()
    )
    ended = stands.in_([State.MISSING, State.FAILED, State.SUSPECT])
    problem = case(
        (quarantined, literal(Problem.QUARANTINED.value)),
        (ended, cast(stands, String)),
        else_=literal(Problem.LATE.value),
    )
    query = (
        select(Edition, Publication.slug, Publication.name, problem)
        .join_from(Edition, Publication)
        .where(
            Edition.date >= (now - timedelta(days=days)).date(),
            Edition.held_at.is_(None),
            or_(late(now, grace), ended, and_(stands == State.PARTIAL, quarantined)),
        )
        .order_by(Edition.date.desc(), Publication.slug, Edition.label)
        .limit(most)
    )
    return [
        Troubled(
            edition_id=edition.id,
            publication=slug,
            name=name,
            date=edition.date,
            label=edition.label,
            problem=Problem(str(found)),
            error=edition.error,
            failure=edition.failure,
            fingerprint=edition.fingerprint,
        )
        for edition, slug, name, found in session.execute(query)
    ]
