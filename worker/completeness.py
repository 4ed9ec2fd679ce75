"""Is an edition whose pages have all ended whole? Compares it with its index and with what its newspaper usually has.

A number that the catalogue sets counts as it is. A learnt one is the median of the nearest editions of the same
weekday, and fewer pages count as missing only where that is rare, so that a paper that varies raises no alarm.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median_low
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from worker import faults, watch
from worker.domain import STANDING, Failure, PageState, State
from worker.faults import Fault
from worker.judge import PageResult, judge
from worker.settings import Settings
from worker.store.tables import Edition, Page, Publication
from worker.watch import Seen

#: How many editions of the same weekday are looked at, the nearest first, and how many there must be to learn from.
_NEIGHBOURS = 8
_FEWEST = 3

#: Most page numbers that a reason lists.
_LISTED = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """How an edition ends."""

    state: State
    why: str | None  #: what is missing or unusual and why; None if it is complete
    seen: Seen  #: what it looks like
    columns: dict[str, Any]  #: what its row says of that


def verdict(
    session: Session,
    edition: Edition,
    publication: Publication,
    pages: Sequence[Page],
    *,
    settings: Settings,
    now: datetime,
) -> Verdict:
    """Judge an edition by its pages, each ended, and by what its newspaper usually has and looks like."""
    seen = watch.look(session, edition)
    results = [PageResult(number=page.number, state=page.state, error=page.error) for page in pages]
    state, why = judge(results, seen.profile.articles)
    usual, lacking = _compared(session, edition, pages)
    bad = [Fault(failure=page.failure, fingerprint=page.fingerprint) for page in pages if page.state != PageState.DONE]
    fault = faults.worst(bad)
    if state is State.FAILED and not bad:
        fault = faults.of_text(Failure.SITE_CHANGED, f"{publication.slug} {why}")
    if lacking and state is not State.FAILED:
        state, why = State.PARTIAL, "; ".join(filter(None, (why, lacking)))
    if state is State.COMPLETE:
        deviations, words = watch.unusual(session, edition, seen)
        if deviations:
            state, why = State.SUSPECT, words
            names = " ".join(deviation.measure.name for deviation in deviations)
            fault = faults.of_text(Failure.SITE_CHANGED, f"{publication.slug} looks unlike itself in {names}")
    again = (
        look_again_at(edition, publication, settings, now, short=bool(lacking)) if state is not State.FAILED else None
    )
    columns = {"error": why, **fault.columns(), "usual_pages": usual, "reread_at": again}
    return Verdict(state=state, why=why, seen=seen, columns=columns)


def look_again_at(
    edition: Edition, publication: Publication, settings: Settings, now: datetime, *, short: bool
) -> datetime | None:
    """When one of today's editions that has just ended is read again; None if that is not worth it.

    Once some hours after it came out, for late pages and corrections; one with fewer pages than usual also before its
    deadline, at growing intervals.
    """
    if edition.queue != "daily" or edition.index_url is None:
        return None
    came = edition.arrived_at or now
    times = []
    hours = settings.reread_hours if publication.reread_hours is None else publication.reread_hours
    if hours:
        times.append(max(came, edition.expected_at) + timedelta(hours=hours))
    if short:
        soon = now + max(timedelta(seconds=publication.recheck_seconds), now - came)
        times += [soon] if soon < edition.deadline_at else []
    return min((at for at in times if at > now), default=None)


def _compared(session: Session, edition: Edition, pages: Sequence[Page]) -> tuple[int | None, str | None]:
    """The number of pages that it should have, if known, and which are missing, if some are."""
    if edition.expected_pages == 0 or edition.label or any(page.source != "web" for page in pages):
        return None, None
    near = _neighbours(session, edition)
    counts = [neighbour.pages for neighbour in near]
    if edition.expected_pages is not None:
        usual, rare = edition.expected_pages, True
    elif len(counts) >= _FEWEST:
        usual = median_low(counts)
        rare = 4 * sum(count <= len(pages) for count in counts) < len(counts)
    else:
        return None, None
    if len(pages) >= usual or not rare:
        return usual, None
    like = next((neighbour.id for neighbour in near if neighbour.pages == usual), None)
    numbers = session.scalars(select(Page.number).where(Page.edition_id == like).order_by(Page.position)).all()
    absent = [number for number in numbers if number not in {page.number for page in pages}]
    short = usual - len(pages)
    # Names only if they account for what is missing; a paper that was renumbered has other pages, not fewer.
    names = f"page{'s' * (short > 1)} {_some(absent)}" if len(absent) == short else f"{short} page{'s' * (short > 1)}"
    said = "usually" if edition.expected_pages is None else "should have"
    return usual, f"{names} missing: {said} {usual} pages on a {edition.date:%A}"


def _neighbours(session: Session, edition: Edition) -> Sequence[Any]:
    weeks = range(1, _NEIGHBOURS + 1)
    days = [day for week in weeks for day in _beside(edition.date, timedelta(weeks=week))]
    found = session.execute(
        select(Edition.id, Edition.date, Edition.pages).where(
            Edition.publication_id == edition.publication_id,
            Edition.label == "",
            Edition.date.in_(days),
            Edition.state.in_(STANDING),
            Edition.pages > 0,
        )
    ).all()
    return sorted(found, key=lambda row: (abs(row.date - edition.date), row.date))[:_NEIGHBOURS]


def _beside(day: date, distance: timedelta) -> list[date]:
    made = []
    for sign in (-1, 1):
        try:
            made.append(day + sign * distance)
        except OverflowError:
            continue
    return made


def _some(numbers: Sequence[str]) -> str:
    return ", ".join(numbers[:_LISTED]) + (" …" if len(numbers) > _LISTED else "")
