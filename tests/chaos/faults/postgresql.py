"""PostgreSQL killed, connections cut in the middle of transactions, deadlocks, serialisation failures."""

import signal
import time
from contextlib import contextmanager

import psycopg
from psycopg import errors

from tests.chaos.trial import POSTGRESQL, Fault, Trial

#: How long transactions are disturbed, seconds.
_DISTURBED = 10.0

#: How PostgreSQL's log calls them.
_DEADLOCK, _NOT_SERIALISABLE = "ERROR:  deadlock detected", "ERROR:  could not serialize access"

#: Deadlocks that are brought about.
_DEADLOCKS = 3


def kill(trial: Trial) -> int:
    """Immediate shutdown, as after a power cut: it recovers from its log when it is started again."""
    trial.moment(2)
    server = trial.stage.server
    server.stop(signal.SIGQUIT)
    try:
        trial.moment(4)
    finally:
        server.start()
    return 1


def cut(trial: Trial) -> int:
    """End connections that are in a transaction, again and again."""
    cuts, until = 0, time.monotonic() + _DISTURBED
    with _connection(trial) as own:
        while time.monotonic() < until:
            found = own.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()"
                " AND xact_start IS NOT NULL ORDER BY random() LIMIT 1",
                [_name(trial)],
            ).fetchall()
            cuts += len(found)
            # After a hit some peace, so that work goes on to the next transaction.
            trial.moment(1.0 if found else 0.02)
    return cuts


def deadlock(trial: Trial) -> int:
    """Lock an edition, wait until a worker that has locked its page waits for it, then ask for that page."""
    before, until = _logged(trial, _DEADLOCK), time.monotonic() + 60
    with _connection(trial) as own:
        # The worker's deadlock check must find the circle, not ours.
        own.execute("SET deadlock_timeout = '1h'")
        own.execute("SET lock_timeout = '5s'")
        while _logged(trial, _DEADLOCK) - before < _DEADLOCKS and time.monotonic() < until:
            trial.keep_busy()
            _cross(own, trial)
            trial.moment(0.2)
    made = _logged(trial, _DEADLOCK) - before
    trial.expect(made, "no deadlock came about")
    return made


def isolate(trial: Trial) -> int:
    """Let every transaction be serialisable, as a database's owner may order, while two workers and two beats work."""
    stage, name = trial.stage, _name(trial)
    before = _logged(trial, _NOT_SERIALISABLE)
    with _connection(trial) as own:
        own.execute(f"ALTER DATABASE {name} SET default_transaction_isolation = 'serializable'")
        _reconnect(own, name)
        try:
            stage.ensure("worker-two", "beat-two")
            until = time.monotonic() + _DISTURBED
            while time.monotonic() < until:
                trial.keep_busy()
                trial.moment(0.1)
        finally:
            own.execute(f"ALTER DATABASE {name} RESET default_transaction_isolation")
            _reconnect(own, name)
    made = _logged(trial, _NOT_SERIALISABLE) - before
    trial.expect(made, "no transaction failed to be serialised")
    return made


def _cross(own: psycopg.Connection, trial: Trial) -> None:
    page = own.execute("SELECT id, edition_id FROM pages WHERE state = 'fetching' ORDER BY random() LIMIT 1").fetchone()
    if page is None:
        return
    try:
        with own.transaction():
            own.execute("SELECT 1 FROM editions WHERE id = %s FOR UPDATE", [page[1]])
            until = time.monotonic() + 2
            while time.monotonic() < until:
                waiting = own.execute(
                    "SELECT count(*) FROM pg_stat_activity WHERE pg_backend_pid() = ANY (pg_blocking_pids(pid))"
                ).fetchone()
                if waiting[0]:
                    own.execute("SELECT 1 FROM pages WHERE edition_id = %s FOR UPDATE", [page[1]])
                    return
                time.sleep(0.01)
    except (errors.LockNotAvailable, errors.DeadlockDetected):
        return


def _reconnect(own: psycopg.Connection, name: str) -> None:
    own.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()", [name]
    )


def _logged(trial: Trial, words: str) -> int:
    """How often the server's log has said something."""
    return (trial.stage.server.folder / "log").read_text(errors="replace").count(words)


def _name(trial: Trial) -> str:
    return trial.stage.database.url.database


@contextmanager
def _connection(trial: Trial):
    with psycopg.connect(trial.stage.server.dsn(_name(trial)), autocommit=True) as own:
        yield own


FAULTS = tuple(
    Fault(name, inject, (POSTGRESQL,))
    for name, inject in {
        "PostgreSQL killed": kill,
        "connections cut in transactions": cut,
        "deadlocks": deadlock,
        "serialisation failures": isolate,
    }.items()
)
