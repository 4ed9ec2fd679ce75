"""The doctor's checks: each looks at one thing the service depends on and says how to mend it."""

import os
import tempfile
from collections.abc import Iterator

import redis

from scheduler import catalogue
from worker import embedded
from worker.errors import BroadsheetError, Unusable
from worker.settings import Settings, unknown_variables
from worker.store import schema
from worker.store.opening import make_var_dir, open_database

Finding = tuple[str, bool, str]


def run_checks(settings: Settings) -> Iterator[Finding]:
    """Run all checks: name, whether it is well, and what was found."""
    for check in (_variables, _contact, _var_dir, _archive, _database, _broker, _catalogue):
        try:
            yield from check(settings)
        except BroadsheetError as error:
            yield check.__name__.strip("_").replace("_", " "), False, str(error)


def check_broker(settings: Settings) -> None:
    """Check that Redis answers.

    Raises:
        Unusable: it does not.
    """
    client = embedded.connect(settings)
    try:
        client.ping()
    except redis.RedisError as error:
        raise Unusable(f"Redis: {error}; check that it runs and that BROADSHEET_REDIS_URL is right") from error
    finally:
        client.close()


def _variables(_settings: Settings) -> Iterator[Finding]:
    unknown = unknown_variables()
    for name, meant in unknown.items():
        yield "settings", False, f"{name} is not a setting" + (f"; did you mean {meant}?" if meant else "")
    if not unknown:
        yield "settings", True, "every BROADSHEET_ variable is known"


def _contact(settings: Settings) -> Iterator[Finding]:
    text = "set BROADSHEET_CONTACT so that publishers can reach you" if not settings.contact else settings.user_agent
    yield "contact", True, text


def _var_dir(settings: Settings) -> Iterator[Finding]:
    make_var_dir(settings)
    writable = os.access(settings.var_dir, os.W_OK)
    yield (
        "var folder",
        writable,
        f"{settings.var_dir}" + ("" if writable else " is not writable; set BROADSHEET_VAR_DIR"),
    )


def _archive(settings: Settings) -> Iterator[Finding]:
    try:
        settings.archive.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=settings.archive) as file:
            file.write(b"\0" * 65536)
            file.flush()
    except OSError as error:
        yield "archive", False, f"{settings.archive}: {error.strerror}; make room or set BROADSHEET_ARCHIVE_DIR"
        return
    room = os.statvfs(settings.archive)
    yield "archive", True, f"{settings.archive}: {room.f_bavail * room.f_frsize / 1e9:.1f} GB free"


def _database(settings: Settings) -> Iterator[Finding]:
    database = open_database(settings)
    database.close()
    yield "database", True, f"{database.name}: schema {schema.HEAD}"


def _broker(settings: Settings) -> Iterator[Finding]:
    embedded.ensure(settings)
    check_broker(settings)
    client = embedded.connect(settings)
    try:
        policy = client.info("memory").get("maxmemory_policy")
        lengths = ", ".join(f"{name} {client.llen(name)}" for name in ("daily", "backfill"))
    finally:
        client.close()
    kind = "configured" if settings.redis_url else "embedded"
    if policy == "noeviction":
        yield "redis", True, f"{kind}; messages waiting: {lengths}"
    else:
        yield "redis", False, f"{kind}: maxmemory-policy is {policy}, which drops messages; set it to noeviction"


def _catalogue(settings: Settings) -> Iterator[Finding]:
    found = catalogue.load(settings.catalogue)
    for line in found.errors:
        yield "catalogue", False, line
    enabled = sum(row.enabled for row in found.rows.values())
    yield "catalogue", True, f"{len(found.rows)} publications, {enabled} enabled"
