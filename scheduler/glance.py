"""The service at a glance, as plain values for the command line, the board and others. Reads only; prints nothing."""

from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from scheduler.remedy import remedy
from scheduler.vitals import host_row, vitals
from worker.domain import BackfillState
from worker.fetch.hosts import name_of
from worker.settings import Settings
from worker.store import backfills, overview
from worker.store.backfills import Progress
from worker.store.database import Database
from worker.store.tables import Backfill, Edition, Publication

#: How far back faults and editions that need a person are looked for.
_DAYS = timedelta(days=7)


def glance(database: Database, settings: Settings, now: datetime, limit: int) -> dict[str, Any]:
    """Today's numbers, whether the service lives, running backfills, faults, and who needs a person first."""
    grace = timedelta(minutes=settings.late_minutes)
    since = (now - _DAYS).date()
    with database.read() as session:
        silent = overview.scheduler_silent(session, now)
        running = backfills.latest(session, 20, BackfillState.RUNNING, BackfillState.PAUSED)
        found = {
            "at": now,
            "today": overview.today(session, now, grace).numbers(),
            "scheduler": {
                "silent_seconds": None if silent is None else round(silent.total_seconds()),
                "well": silent is not None and silent.total_seconds() < patience(settings),
            },
            "worker_seen_at": overview.progress_seen(session),
            "backfills": [backfill_row(row, backfills.progress(session, row, now)) for row in running],
            "faults": [asdict(group) | {"failure": group.failure.value} for group in overview.faults(session, since)],
            "attention": [
                _need_row(edition, slug, need)
                for edition, slug, need in overview.attention(session, now, grace, since, limit)
            ],
        }
    heard = vitals(settings)
    return found | {
        "queues": heard.queues if heard else None,
        "hosts": [host_row(host) for host in heard.troubled] if heard else None,
    }


def host_of(database: Database, settings: Settings, slug: str) -> dict[str, Any] | None:
    """How a publication's host is treated now; None if there is no such publication.

    Its ``state`` is ``unknown`` if Redis is away, and ``unvisited`` if nobody asked it for anything within a day.
    """
    with database.read() as session:
        url = session.scalar(select(Publication.edition_url).where(Publication.slug == slug))
    if url is None:
        return None
    name, heard = name_of(url), vitals(settings)
    host = heard.host(name) if heard else None
    return host_row(host) if host else {"host": name, "state": "unvisited" if heard else "unknown"}


def edition_row(edition: Edition, slug: str) -> dict[str, Any]:
    """An edition as programs get it."""
    return {
        "id": edition.id,
        "publication": slug,
        "date": edition.date,
        "label": edition.label,
        "state": (edition.settled or edition.state).value,
        "reading_again": edition.settled is not None,
        "pages": edition.pages,
        "usual_pages": edition.usual_pages,
        "articles": edition.articles,
        "error": edition.error,
        "failure": edition.failure.value if edition.failure else None,
        "fingerprint": edition.fingerprint,
        "attempts": edition.attempts,
        "deaths": edition.deaths,
        "queue": edition.queue,
        "next_attempt_at": edition.next_attempt_at,
        "reread_at": edition.reread_at,
        "expected_at": edition.expected_at,
        "deadline_at": edition.deadline_at,
        "arrived_at": edition.arrived_at,
        "updated_at": edition.updated_at,
        "ended_at": edition.ended_at,
        "held_at": edition.held_at,
        "held_by": edition.held_by,
        "hold_reason": edition.hold_reason,
        "off_calendar": edition.off_calendar,
        "backfill_id": edition.backfill_id,
    }


def backfill_row(row: Backfill, progress: Progress) -> dict[str, Any]:
    """A backfill and how far it is, as programs get it."""
    names = ("id", "publications", "first_date", "last_date", "newest_first", "cap", "total", "existing", "made")
    counts = ("complete", "partial", "suspect", "cursor_date", "created_by", "created_at", "ended_at", "reason")
    return {
        "state": row.state.value,
        **{name: getattr(row, name) for name in (*names, "include", *counts)},
        **asdict(progress),
    }


def patience(settings: Settings) -> float:
    """How long a scheduler may be silent before something is wrong, seconds: three ticks, at least half a minute."""
    return max(3 * settings.tick_seconds, 30)


def _need_row(edition: Edition, slug: str, need: str) -> dict[str, Any]:
    helps = remedy(edition, slug, need)
    told = {"command": helps.command, "then": helps.then or None, "reason": helps.reason} if helps else {}
    return edition_row(edition, slug) | {"need": need, "command": None, "then": None, "reason": None} | told
