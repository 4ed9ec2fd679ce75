"""What there is to tell people now: editions in trouble put together by cause, and work that does not progress."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from worker.store import figures
from worker.store.problems import Problem, Troubled, troubled

#: Editions of so many days are looked at, and at most so many of them.
_DAYS, _MOST = 3, 2000

#: Editions that are named one by one.
NAMED = 50

#: Without progress for so long while work is due, people are told.
_STANDSTILL = timedelta(minutes=10)

#: A cause is told only if it has lasted so long; a service that was just started has its work still before it.
PATIENCE = {"no_progress": timedelta(minutes=5)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """One thing that is wrong."""

    key: str  #: equal for the same cause at any time
    problem: str  #: a ``Problem``, or ``no_progress``
    text: str  #: one line for people
    editions: tuple[Troubled, ...]  #: the editions concerned; none for the service itself


def causes(session: Session, now: datetime, grace: timedelta) -> list[Cause]:
    """Everything that is wrong now; ``grace`` is the time after the expected hour at which an edition is late."""
    by_key: defaultdict[str, list[Troubled]] = defaultdict(list)
    for edition in troubled(session, now, grace, days=_DAYS, most=_MOST):
        by_key[_key(edition)].append(edition)
    found = [
        Cause(key=key, problem=editions[0].problem, text=_text(editions), editions=tuple(editions))
        for key, editions in by_key.items()
    ]
    return [*found, *_standstill(session, now)]


def _key(edition: Troubled) -> str:
    if edition.problem in {Problem.LATE, Problem.MISSING} or edition.fingerprint is None:
        # Each newspaper that does not come is a matter of its own, and so is each day.
        label = f":{edition.label}" if edition.label else ""
        return f"{edition.problem}:{edition.publication}:{edition.date}{label}"
    return f"{edition.problem}:{edition.fingerprint}"


def _text(editions: Sequence[Troubled]) -> str:
    first = editions[0]
    name = f"{first.name} ({first.publication}) {first.date}{f' {first.label}' if first.label else ''}"
    others = f" and {len(editions) - 1} more" if len(editions) > 1 else ""
    verb = {
        Problem.LATE: "late",
        Problem.MISSING: "missing: not published by the deadline",
        Problem.FAILED: "failed",
        Problem.SUSPECT: "suspect: unlike its own history",
        Problem.QUARANTINED: "incomplete: a page kills every worker that reads it",
    }[first.problem]
    return f"{name}{others}: {verb}{f' ({first.error})' if first.error else ''}"


def _standstill(session: Session, now: datetime) -> list[Cause]:
    last = figures.last_progress(session, now)
    if last is not None and now - last < _STANDSTILL:
        return []
    waiting = figures.overdue(session, now - _STANDSTILL)
    if not waiting:
        return []
    since = f"since {last:%Y-%m-%d %H:%M} UTC" if last else "for a week at least"
    text = f"nothing has progressed {since}, and {waiting} editions or pages are due: run `broadsheet doctor`"
    return [Cause(key="no_progress", problem="no_progress", text=text, editions=())]
