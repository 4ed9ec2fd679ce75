"""Metrics from the database: where editions stand, what was done of late, how the sites and the scheduler do."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from prometheus_client.metrics_core import Metric
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from scheduler.metrics.families import bounded, gauge
from worker.domain import BackfillState
from worker.services import utc_now
from worker.settings import Settings
from worker.store import figures, schema
from worker.store.database import Database
from worker.store.problems import Problem, troubled

#: Days of editions that are told by publication, today included.
_DAYS = 8

#: Days of editions whose problems are told one by one, and most of them.
_PROBLEM_DAYS, _MOST_PROBLEMS = 3, 300

#: Hosts that have a label of their own; the others are ``other``.
_MOST_HOSTS = 50

#: Longest time of one statement on PostgreSQL, milliseconds: a slow scrape must not burden the database.
_STATEMENT_MS = 7000


class DatabaseFigures:
    """What is read of the database."""

    def __init__(self, settings: Settings, clock: Callable[[], datetime] = utc_now) -> None:
        self._clock = clock
        self._grace = timedelta(minutes=settings.late_minutes)
        self._database = Database(settings.sqlalchemy_url)

    def read(self) -> Iterator[Metric]:
        """Read it; with another schema than ours only what can be read, which may be the schema alone.

        Raises:
            Unusable: the database is away.
            sqlalchemy.exc.DBAPIError: it went away while it was read.
        """
        found = schema.current(self._database)
        fits = found == schema.HEAD
        yield gauge(
            "schema_info",
            "1; the schema that the database has and the one that this version needs.",
            ["database", "needed"],
            [(found or "none", schema.HEAD, 1)],
        )
        yield gauge("schema_matches", "1 if the database has the schema of this version.", (), [(fits,)])
        try:
            with self._database.read() as session:
                if self._database.url.get_backend_name() == "postgresql":
                    session.execute(text(f"SET LOCAL statement_timeout = {_STATEMENT_MS}"))
                yield from list(_families(session, self._clock(), self._grace))
        except DBAPIError:
            if fits:
                raise

    def close(self) -> None:
        """Close all connections."""
        self._database.close()


def _families(session: Session, now: datetime, grace: timedelta) -> Iterator[Metric]:
    today = now.date()
    yield from _editions(session, now, grace)
    yield from _work(session, now)
    yield from _quality(session, today)
    yield from _hosts(figures.captures_since(session, now - timedelta(hours=1)))
    yield from _scheduler(session, now)


def _editions(session: Session, now: datetime, grace: timedelta) -> Iterator[Metric]:
    today = now.date()
    by_age: Counter[tuple[str, str, str]] = Counter()
    for slug, state, day, count in figures.editions_by_state(session, today - timedelta(days=_DAYS - 1)):
        # A newspaper's day may begin before ours, in UTC.
        age = "today" if day >= today else "yesterday" if day == today - timedelta(days=1) else "week"
        by_age[slug, state, age] += count
    yield gauge(
        "editions",
        "Editions of the last eight days by publication, state and age (today, yesterday, week: the six days before).",
        ["publication", "state", "age"],
        [(*key, count) for key, count in by_age.items()],
    )
    found = troubled(session, now, grace, days=_PROBLEM_DAYS, most=_MOST_PROBLEMS)
    yield gauge(
        "edition_problem",
        "1 for each edition of the last three days that is late, missing, failed, suspect or quarantined.",
        ["publication", "date", "label", "problem"],
        [(item.publication, item.date, item.label, item.problem, 1) for item in found],
    )
    problems = Counter(item.problem for item in found)
    yield gauge("editions_late", "Editions that are expected and not in.", (), [(problems[Problem.LATE],)])
    yield gauge(
        "editions_missing", "Editions of the last three days not published in time.", (), [(problems[Problem.MISSING],)]
    )
    yield gauge(
        "editions_open",
        "Editions on which something is still to be done, by queue and state, however old.",
        ["queue", "state"],
        figures.open_editions(session),
    )
    yield gauge("editions_held", "Editions that an operator holds.", (), [(figures.held_editions(session),)])


def _work(session: Session, now: datetime) -> Iterator[Metric]:
    yield gauge(
        "work_due",
        "Editions and pages that are due or being worked on, by queue.",
        ["queue"],
        figures.due(session, now),
    )
    last = figures.last_progress(session, now)
    yield gauge(
        "progress_age_seconds",
        "Time since a worker last brought something to an end, at most a week.",
        (),
        [((now - last if last else figures.WEEK).total_seconds(),)],
    )
    hour = figures.hour(session, now)
    yield gauge("pages_last_hour", "Pages that were stored within the last hour.", (), [(hour.pages,)])
    yield gauge(
        "articles_last_hour",
        "Versions of articles that were stored within the last hour.",
        (),
        [(figures.articles_since(session, now - timedelta(hours=1)),)],
    )
    yield gauge(
        "lease_expiries_last_hour",
        "Editions and pages whose worker died or hung within the last hour.",
        (),
        [(hour.lease_expiries,)],
    )
    yield gauge(
        "retries_last_hour",
        "Attempts of the last hour that are to be made again, by the sort of failure.",
        ["failure"],
        hour.retries,
    )


def _quality(session: Session, today: date) -> Iterator[Metric]:
    yield gauge(
        "failures",
        "Editions and pages of the last three days with a failure, by its sort.",
        ["publication", "failure"],
        figures.failures(session, today - timedelta(days=2)),
    )
    yield gauge(
        "page_quarantined",
        "1 for each page that killed every worker that read it, the newest hundred.",
        ["publication", "date", "page"],
        [(*row, 1) for row in figures.quarantined_pages(session, 100)],
    )
    yield gauge(
        "suspect_ratio",
        "Share of a publication's ended editions of the last eight days that are suspect.",
        ["publication"],
        [(slug, some / all_) for slug, some, all_ in figures.suspects(session, today - timedelta(days=_DAYS - 1))],
    )
    yield gauge(
        "fallback_ratio",
        "Share of a publication's articles of today and yesterday that only a fallback could read.",
        ["publication"],
        [(slug, some / all_) for slug, some, all_ in figures.fallbacks(session, today - timedelta(days=1))],
    )


def _hosts(captures: Sequence[tuple[Any, ...]]) -> Iterator[Metric]:
    labels = bounded(Counter(host for host, _, _ in captures), _MOST_HOSTS)
    answers = Counter((labels[host], f"{status // 100}xx") for host, status, _ in captures)
    times: defaultdict[str, list[float]] = defaultdict(list)
    for host, _, seconds in captures:
        if seconds is not None:
            times[labels[host]].append(seconds)
    yield gauge(
        "fetches_last_hour",
        "Answers of the last hour by host and class of status; the busiest fifty hosts have a label of their own.",
        ["host", "status"],
        [(*key, count) for key, count in answers.items()],
    )
    yield gauge(
        "fetch_seconds",
        "Time to a whole answer within the last hour by host: median (0.5) and 95th percentile (0.95).",
        ["host", "quantile"],
        [
            (host, share, sorted(found)[int(share * (len(found) - 1) + 0.5)])
            for host, found in times.items()
            for share in (0.5, 0.95)
        ],
    )


def _scheduler(session: Session, now: datetime) -> Iterator[Metric]:
    beats = figures.heartbeats(session)
    yield gauge(
        "heartbeat_age_seconds",
        "Time since a scheduler's last tick ended.",
        ["scheduler"],
        [(actor, (now - at).total_seconds()) for actor, at, _ in beats],
    )
    yield gauge(
        "tick_seconds",
        "Time that a scheduler's last tick took.",
        ["scheduler"],
        [(actor, seconds) for actor, _, seconds in beats],
    )
    standing, unsent = figures.notifications(session)
    yield gauge("notifications_open", "Causes of which people are told and that are not over.", (), [(standing,)])
    yield gauge("notifications_unsent", "Messages to people that are still to be sent.", (), [(unsent,)])
    rows = figures.backfills(session, [BackfillState.RUNNING, BackfillState.PAUSED])
    outcomes = ("complete", "partial", "suspect", "failed", "missing", "skipped")
    yield gauge(
        "backfill_editions",
        "Editions of a running or paused backfill: total asked for, existing before it, made, and how they ended.",
        ["backfill", "outcome"],
        [(row.id, name, getattr(row, name)) for row in rows for name in ("total", "existing", "made", *outcomes)],
    )
