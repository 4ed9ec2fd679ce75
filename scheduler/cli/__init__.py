"""The ``broadsheet`` command. Exit status: 0 done, 1 the work failed, 2 wrong usage; errors are one line on stderr."""

import os
import sys

import typer

from scheduler.cli import (
    adding,
    archive,
    backfill,
    board,
    database,
    demo,
    editions,
    export,
    hosts,
    monitoring,
    parse,
    publications,
    repair,
    service,
    status,
    templates,
    text,
)
from scheduler.cli.output import WrongUsage
from worker.errors import BroadsheetError

app = typer.Typer(
    name="broadsheet",
    help="Ingest newspapers' editions: fetch politely, archive raw, restore, store, and know how each edition stands.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
app.command()(demo.demo)
app.command()(service.up)
app.command()(board.board)
app.command()(editions.ingest)
app.command()(backfill.backfill)
app.command()(backfill.backfills)
app.command()(status.status)
app.command()(status.events)
app.command()(status.faults)
app.command()(repair.retry)
app.command()(repair.skip)
app.command()(repair.hold)
app.command()(repair.release)
app.command()(repair.accept)
app.command()(export.show)
app.command()(export.export)
app.command()(text.restore)
app.command()(monitoring.flower)
app.command()(monitoring.metrics)
app.command()(monitoring.notify)
app.command()(archive.captures)
app.command()(archive.reprocess)
app.command()(hosts.hosts)
app.command()(parse.parse)
app.add_typer(publications.app, name="publications")
publications.app.command()(adding.add)
publications.app.command()(templates.check)
app.command()(service.migrate)
app.command("migrate-to")(database.migrate_to)
app.command()(database.roles)
app.command()(service.config)
app.command()(service.doctor)


def main() -> None:
    """Run the command line."""
    try:
        _configure_logging()
        status = app(standalone_mode=False)
    except typer.TyperException as error:
        _fail(f"{error.format_message()} (broadsheet --help says more)", 2)
    except typer.Abort:
        _fail("interrupted", 130)
    except WrongUsage as error:
        _fail(str(error), 2)
    except BroadsheetError as error:
        _fail(str(error), 1)
    except BrokenPipeError:
        # The reader of our output has seen enough; without this Python would complain at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except Exception as error:  # noqa: BLE001  # a user gets one line whatever happens
        _fail(_known(error) or _unforeseen(error), 1)
    sys.exit(status if isinstance(status, int) else 0)


def _configure_logging() -> None:
    from worker import log
    from worker.settings import get_settings, sources

    # A command tells its own story; the service's log lines are for its processes, or for those who ask for them.
    asked_for = sources()["log_level"] != "default"
    log.configure(get_settings(), level=None if asked_for else "CRITICAL")


def _known(error: Exception) -> str | None:
    """Put an outage of the database, the broker or the disk into one line."""
    import redis
    from kombu.exceptions import OperationalError as BrokerError
    from sqlalchemy.exc import DBAPIError

    from worker.settings import get_settings
    from worker.store.database import Database, unusable

    if isinstance(error, DBAPIError):
        return str(unusable(error, Database(get_settings().sqlalchemy_url).name))
    if isinstance(error, redis.RedisError | BrokerError):
        return f"Redis: {error}; check that it runs and that BROADSHEET_REDIS_URL is right"
    if isinstance(error, OSError) and error.filename:
        return f"{error.filename}: {error.strerror}"
    return None


def _unforeseen(error: Exception) -> str:
    import structlog

    from worker.outcome import reason
    from worker.settings import get_settings

    if get_settings().log_level == "DEBUG":
        structlog.get_logger("broadsheet").critical("internal_error", exc_info=error)
    return f"{reason(error)}; this is a bug: BROADSHEET_LOG_LEVEL=DEBUG shows its traceback"


def _fail(line: str, status: int) -> None:
    from worker.redact import without_secrets

    print(f"broadsheet: {without_secrets(' '.join(line.split()))}", file=sys.stderr)  # noqa: T201  # the one place for errors
    sys.exit(status)
