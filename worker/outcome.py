"""Record what came of a job, whatever that was: every exception becomes a state, a reason and a time to try again."""

import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from celery.exceptions import SoftTimeLimitExceeded
from sqlalchemy.orm import Session

from worker import completeness, faults, tracing
from worker.domain import PageState, State
from worker.errors import BroadsheetError, HostResting, LeaseLost, NotPublished, Refused, Retryable, TookTooLong
from worker.job import Job
from worker.redact import without_secrets
from worker.settings import Settings
from worker.store import moves
from worker.store.articles import Stored

log = structlog.get_logger("broadsheet")


@dataclass(slots=True, kw_only=True)
class Outcome:
    """What came of one call."""

    state: State | PageState | None = None  #: the row's state after it; None if the row was not ours to work on
    text: str = ""  #: one line for people
    failed: bool = False  #: the work did not succeed, whether or not it will be tried again
    pages: tuple[int, ...] = ()  #: pages to read next
    stored: Stored | None = None  #: what was stored of the page
    finish: int | None = None  #: edition to finish next: this was its last page


@contextmanager
def recorded(job: Job, outcome: Outcome, *, last_try: bool) -> Iterator[None]:
    """Run a stage; what it raises is recorded in the job's row and told in ``outcome``.

    ``last_try``: nobody will come back by himself, so that what may pass is a failure too.
    """
    number = {"page.number": job.page.number} if job.page else {}
    try:
        with tracing.edition_span(job.services.database, job.edition.id, "page" if job.page else "index", **number):
            yield
    except LeaseLost as error:
        outcome.state, outcome.text = None, str(error)
        log.warning("lease_lost", error=str(error))
    except Exception as raised:  # whatever happens, the row says so
        failed = _in_our_words(job, raised)
        if not isinstance(failed, BroadsheetError):
            log.exception("internal_error")
        try:
            _record(job, outcome, failed, last_try=last_try)
        except (LeaseLost, Refused) as lost:
            outcome.state, outcome.text = None, str(lost)
            log.warning("lease_lost", error=str(lost), after=str(failed))
            return
        outcome.text = f"{job.name}: {outcome.state}: {reason(failed)}"
        level = log.info if isinstance(failed, NotPublished) else log.warning
        level(
            "not_published" if isinstance(failed, NotPublished) else "attempt_failed",
            state=outcome.state,
            error=reason(failed),
        )
    if job.page is None:
        tracing.end_edition(job.services.database, job.edition.id, outcome.state)


def _in_our_words(job: Job, raised: Exception) -> Exception:
    if isinstance(raised, SoftTimeLimitExceeded):
        return TookTooLong(f"not done within {job.services.settings.task_soft_seconds} s")
    return raised


def reason(error: Exception) -> str:
    """One line that says why: ours as it stands, a foreign error with the place in the code."""
    if isinstance(error, BroadsheetError):
        return without_secrets(str(error))
    frames = traceback.extract_tb(error.__traceback__)
    place = f" at {frames[-1].filename.rpartition('/')[2]}:{frames[-1].lineno}" if frames else ""
    return without_secrets(f"internal error: {type(error).__name__}: {' '.join(str(error).split())}{place}")


def charged(attempts: int, errors: Sequence[Exception]) -> int:
    """How many attempts count after these errors: one that only found a host at rest has tried nothing."""
    passing = [error for error in errors if isinstance(error, Retryable)]
    at_rest = bool(passing) and all(isinstance(error, HostResting) for error in passing)
    return max(attempts - 1, 0) if at_rest else attempts


def retry_at(now: datetime, attempts: int, errors: Sequence[Exception], settings: Settings) -> datetime:
    """When to try again after these errors: after the backoff, and not before a host's rest is over."""
    pause = moves.backoff(attempts, base=settings.retry_base_seconds, longest=settings.retry_max_seconds)
    return max([now + pause, *(error.until for error in errors if isinstance(error, HostResting))])


def _record(job: Job, outcome: Outcome, error: Exception, *, last_try: bool) -> None:
    settings, now = job.services.settings, job.services.clock()
    why = reason(error)
    passing = isinstance(error, Retryable) or not isinstance(error, BroadsheetError)
    attempts = charged(job.attempts, [error])
    again = passing and not last_try and attempts < settings.max_attempts
    due = retry_at(now, attempts, [error], settings)
    change, token = job.change(why), job.lease.token
    said = {"error": why, **faults.of(error).columns()}

    def record(session: Session) -> None:
        if job.page:
            state = PageState.PENDING if again else job.page.settled or PageState.FAILED
            moves.move_page(
                session,
                job.page.id,
                state,
                change,
                token=token,
                next_attempt_at=due if again else None,
                attempts=attempts,
                # What was stored whole stands; that it could not be read again is told by the event.
                **(said if state is not PageState.DONE else {"error": None}),
            )
            outcome.state, outcome.failed = state, True
            return
        to, at = State.FAILED, None
        if isinstance(error, NotPublished):
            late = now >= job.edition.deadline_at
            to, at = (
                (State.MISSING, None)
                if late
                else (State.WAITING, now + timedelta(seconds=job.publication.recheck_seconds))
            )
        elif again:
            to, at = State.SCHEDULED, due
        told: dict[str, Any] = said
        if job.edition.settled and not (again and to is State.SCHEDULED):
            # What was stored stands; a complete edition stays without an error, and the event tells of this reading.
            to, at = job.edition.settled, None
            told = {"error": None} if to is State.COMPLETE else said
            told |= {"reread_at": _look_again_at(job, now)}
        moves.move_edition(
            session, job.edition.id, to, change, token=token, next_attempt_at=at, attempts=attempts, **told
        )
        outcome.state, outcome.failed = to, to is not State.WAITING

    job.services.database.run(record)


def _look_again_at(job: Job, now: datetime) -> datetime | None:
    short = job.edition.settled is State.PARTIAL and job.edition.pages < (job.edition.usual_pages or 0)
    return completeness.look_again_at(job.edition, job.publication, job.services.settings, now, short=short)
