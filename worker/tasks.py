"""The Celery tasks, five lines each, and how their messages are sent: ids only, after the commit."""

import textwrap
from collections.abc import Sequence
from functools import cache

from celery import Task
from sqlalchemy import select

from worker import ingest
from worker.actors import worker_name
from worker.app import task
from worker.errors import BroadsheetError
from worker.outcome import Outcome
from worker.services import Services, open_services
from worker.settings import get_settings
from worker.store import editions
from worker.store.tables import Edition, Page, Publication

#: Longest result that Flower is given, characters.
_LONGEST_RESULT = 300


class WorkFailed(BroadsheetError):
    """The work of a task did not succeed; its row has the reason. Shows the task as failed in Flower."""


@task(name="edition.fetch_index")
def fetch_index(edition_id: int) -> str:
    """Read an edition's index and queue its pages."""
    outcome = ingest.index(_services(), edition_id)
    send_pages(_services(), outcome.pages)
    return _told(outcome)


@task(name="page.ingest")
def ingest_page(page_id: int) -> str:
    """Fetch, archive, parse, restore and store one page; the last page queues the finish."""
    outcome = ingest.page(_services(), page_id)
    if outcome.finish is not None:
        send_finish(_services(), [outcome.finish])
    return _told(outcome)


@task(name="edition.finish")
def finish_edition(edition_id: int) -> str:
    """Judge an edition whose pages have all ended."""
    return _told(ingest.finish(_services(), edition_id))


def send_indexes(services: Services, edition_ids: Sequence[int]) -> None:
    """Queue the reading of these editions' indexes."""
    _send(services, fetch_index, Edition, edition_ids)


def send_pages(services: Services, page_ids: Sequence[int]) -> None:
    """Queue the reading of these pages."""
    _send(services, ingest_page, Page, page_ids)


def send_finish(services: Services, edition_ids: Sequence[int]) -> None:
    """Queue the finish of these editions."""
    _send(services, finish_edition, Edition, edition_ids)


def _send(services: Services, task: Task, table: type[Edition] | type[Page], ids: Sequence[int]) -> None:
    if not ids:
        return
    sent_at = services.clock()
    query = select(table.id, Publication.slug, Edition.date, Edition.label, Edition.queue).join_from(
        Edition, Publication
    )
    if table is Page:
        query = query.add_columns(Page.number).join(Page, Page.edition_id == Edition.id)
    with services.database.read() as session:
        rows = session.execute(query.where(table.id.in_(ids)).order_by(table.id)).all()
    for row in rows:
        row_id, slug, date, label, queue, *page = tuple(row)
        words = (slug, date, *([label] if label else []), *(f"page {number}" for number in page))
        task.apply_async(
            args=(row_id,),
            queue=queue,
            expires=services.settings.redelivery_seconds,
            # The message holds the id alone; this is how Flower shows and finds it.
            argsrepr=f"({row_id}, {' '.join(map(str, words))})",
        )
    services.database.run(lambda session: editions.mark_sent(session, table, ids, sent_at))


@cache
def _services() -> Services:
    # Made by the first task of a pool child, after the fork.
    services = open_services(get_settings(), worker_name())
    services.archive.repair(services.indexed)
    return services


def _told(outcome: Outcome) -> str:
    # The row has the whole text; a listing of tasks is read at a glance.
    text = textwrap.shorten(outcome.text, _LONGEST_RESULT, placeholder=" …")
    if outcome.failed:
        raise WorkFailed(text)
    return text
