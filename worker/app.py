"""The Celery application and its ``task`` decorator: ``celery -A worker.app worker -Q daily``.

Every setting says why. The edition's row is the truth and a message only a hint, so that nothing here has to be
perfect: what Celery or Redis loses, the scheduler's next tick finds in the database.
"""

import logging
import time
from collections.abc import Callable
from functools import wraps
from typing import Any

import structlog
from celery import Celery, Task
from celery.exceptions import Reject
from celery.signals import beat_init, celeryd_init, setup_logging, task_postrun, task_prerun, worker_process_shutdown
from kombu.entity import Queue
from sqlalchemy.exc import InterfaceError, OperationalError

from worker import embedded, log, tracing
from worker.errors import BroadsheetError, Unusable
from worker.queues import QUEUES
from worker.settings import Settings, get_settings
from worker.store.opening import open_database

#: How long a task waits before it gives its message back because the database is away, seconds.
_DATABASE_PAUSE = 3

_log = structlog.get_logger("broadsheet")


def make_app(settings: Settings) -> Celery:
    """Configure Celery."""
    app = Celery("broadsheet", include=["worker.tasks"])
    visibility = {"visibility_timeout": settings.visibility_timeout_seconds}
    app.conf.update(
        broker_url=embedded.broker_url(settings),
        task_queues=[Queue(name) for name in QUEUES],
        task_default_queue="daily",
        # A message is acknowledged when its work is done; one whose worker or pool child dies comes back.
        task_acks_late=True,
        task_reject_on_worker_lost=True,
        # One message at a time: a worker that holds more keeps them from others.
        worker_prefetch_multiplier=1,
        # Well below the visibility timeout, after which Redis would hand the message out a second time.
        task_soft_time_limit=settings.task_soft_seconds,
        task_time_limit=settings.task_hard_seconds,
        visibility_timeout=settings.visibility_timeout_seconds,
        # Unacknowledged messages are looked for every 5 s, not on every tenth call of a sweep.
        broker_transport_options=visibility | {"unacked_restore_interval": 5, "unacked_restore_throttle": 1},
        result_backend_transport_options=visibility,
        # After a reconnect the message is given out again; a task that went on would run beside its double.
        worker_cancel_long_running_tasks_on_connection_loss=True,
        # A stopped worker lets running tasks end for a while, then puts them back into the queue. An idle one stops
        # at once: the pause on idle is for tasks with an ETA, which nothing here sends.
        worker_soft_shutdown_timeout=settings.soft_shutdown_seconds,
        # Parsers leak a little; a fresh child now and then keeps memory level (kilobytes).
        worker_max_tasks_per_child=500,
        worker_max_memory_per_child=400_000,
        # Nothing here uses an ETA; a limit keeps a mistake from filling the worker's memory.
        worker_eta_task_limit=200,
        # The database has the results; Flower takes them from the events.
        task_ignore_result=True,
        accept_content=["json"],
        task_serializer="json",
        # Flower lives on events.
        worker_send_task_events=True,
        task_send_sent_event=True,
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,
        timezone="UTC",
        worker_hijack_root_logger=False,
        worker_redirect_stdouts=False,
    )
    return app


try:
    app = make_app(get_settings())
except Unusable as error:
    # Celery's command line imports this module; a traceback would bury the one line that helps.
    raise SystemExit(f"broadsheet: {error}") from error


def task(*, name: str, **options: Any) -> Callable[[Callable[..., Any]], Task]:
    """Register a Celery task, refusing options that Celery would silently ignore.

    Raises:
        TypeError: an option that Celery's Task does not have.
    """
    unknown = [option for option in options if not hasattr(Task, option)]
    if unknown:
        raise TypeError(f"task {name}: Celery has no option {', '.join(unknown)}")

    def register(function: Callable[..., str]) -> Task:
        @wraps(function)
        def run(*arguments: Any) -> str:
            try:
                return function(*arguments)
            except (OperationalError, InterfaceError) as error:
                # The row could not even say what happened: the message goes back, after a pause for the database.
                _log.error("database_away", error=" ".join(str(error.orig).split()))
                time.sleep(_DATABASE_PAUSE)
                raise Reject(error, requeue=True) from error

        registered: Task = app.task(name=name, throws=(BroadsheetError,), **options)(run)
        return registered

    return register


@setup_logging.connect
def _configure_logging(**_: Any) -> None:
    log.configure(get_settings())


@celeryd_init.connect
@beat_init.connect
def _prepare(**_: Any) -> None:
    """Start the embedded Redis if none is configured, and refuse to run on a database that does not fit."""
    try:
        embedded.ensure(get_settings())
        open_database(get_settings()).close()
    except Unusable as error:
        raise SystemExit(f"broadsheet: {error}") from error


@task_prerun.connect
def _bind(task_id: str, task: Task, **_: Any) -> None:
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(task_id=task_id, task=task.name)


@task_postrun.connect
def _unbind(**_: Any) -> None:
    structlog.contextvars.clear_contextvars()


@worker_process_shutdown.connect
def _flush(**_: Any) -> None:
    tracing.flush()


#: Celery's own remarks on tasks that failed as expected are noise beside our events.
logging.getLogger("celery.app.trace").setLevel(logging.WARNING)
