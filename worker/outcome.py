"""Record what came of a job, whatever that was: every exception becomes a state, a reason and a time to try again."""

import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

import structlog

from worker.domain import PageState, State
from worker.errors import BroadsheetError, LeaseLost, NotPublished, Refused, Retryable
from worker.job import Job
from worker.judge import PageResult, judge
from worker.redact import without_secrets
from worker.store import editions, moves

log = structlog.get_logger("broadsheet")


@dataclass(slots=True, kw_only=True)
class Outcome:
    """What came of one call."""

    state: State | PageState | None = None  #: the row's state after it; None if the row was not ours to work on
    text: str = ""  #: one line for people
    failed: bool = False  #: the work did not succeed, whether or not it will be tried again
    pages: tuple[int, ...] = ()  #: pages to read next
    finish: int | None = None  #: edition to finish next: this was its last page


@contextmanager
def recorded(job: Job, outcome: Outcome, *, last_try: bool) -> Iterator[None]:
    """Run a stage; what it raises is recorded in the job's row and told in ``outcome``.

    ``last_try``: nobody will come back by himself, so that what may pass is a failure too.
    """
    try:
        yield
    except LeaseLost as error:
        outcome.state, outcome.text = None, str(error)
        log.warning("lease_lost", error=str(error))
    except Exception as error:  # whatever happens, the row says so
        if not isinstance(error, BroadsheetError):
            log.exception("internal_error")
        try:
            _record(job, outcome, error, last_try=last_try)
        except (LeaseLost, Refused) as lost:
            outcome.state, outcome.text = None, str(lost)
            log.warning("lease_lost", error=str(lost), after=str(error))
            return
        outcome.text = f"{job.name}: {outcome.state}: {reason(error)}"
        level = log.info if isinstance(error, NotPublished) else log.warning
        level(
            "not_published" if isinstance(error, NotPublished) else "attempt_failed",
            state=outcome.state,
            error=reason(error),
        )


def reason(error: Exception) -> str:
    """One line that says why: ours as it stands, a foreign error with the place in the code."""
    if isinstance(error, BroadsheetError):
        return without_secrets(str(error))
    frames = traceback.extract_tb(error.__traceback__)
    place = f" at {frames[-1].filename.rpartition('/')[2]}:{frames[-1].lineno}" if frames else ""
    return without_secrets(f"internal error: {type(error).__name__}: {' '.join(str(error).split())}{place}")


def _record(job: Job, outcome: Outcome, error: Exception, *, last_try: bool) -> None:
    settings, now = job.services.settings, job.services.clock()
    why = reason(error)
    passing = isinstance(error, Retryable) or not isinstance(error, BroadsheetError)
    again = passing and not last_try and job.attempts < settings.max_attempts
    pause = moves.backoff(job.attempts, base=settings.retry_base_seconds, longest=settings.retry_max_seconds)
    change, token = job.change(why), job.lease.token
    with job.services.database.begin() as session:
        if job.page:
            state = PageState.PENDING if again else PageState.FAILED
            moves.move_page(
                session,
                job.page.id,
                state,
                change,
                token=token,
                error=why,
                next_attempt_at=now + pause if again else None,
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
            to, at = State.SCHEDULED, now + pause
        held = editions.pages_of(session, job.edition.id)
        articles = editions.standing_articles(session, job.edition.id)
        if at is None and articles:
            # A second reading failed: the edition stays what its stored pages make it, and says what went wrong.
            to, _ = judge(
                [PageResult(number=page.number, state=page.state, error=page.error) for page in held], articles
            )
        moves.move_edition(session, job.edition.id, to, change, token=token, error=why, next_attempt_at=at)
        outcome.state, outcome.failed = to, to is not State.WAITING
