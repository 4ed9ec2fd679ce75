"""The doctor: each check looks at one thing the service depends on and says how to mend it. Changes nothing."""

from collections.abc import Callable, Collection, Iterator, Mapping

from scheduler.checks import broker, configuration, database, packages, processes, storage
from scheduler.checks.broker import check_broker
from scheduler.checks.finding import Finding, bad
from worker.errors import BroadsheetError
from worker.settings import Settings

__all__ = ["CHECKS", "Finding", "check_broker", "run_checks"]

#: Every check by the word that its findings begin with.
CHECKS: Mapping[str, Callable[[Settings], Iterator[Finding]]] = {
    "settings": configuration.variables,
    "limits": configuration.limits,
    "contact": configuration.contact,
    "packages": packages.packages,
    "var folder": storage.var_dir,
    "archive": storage.archive,
    "database": database.database,
    "redis": broker.redis_server,
    "clock": processes.clock,
    "workers": processes.workers,
    "beat": processes.beat,
    "progress": processes.progress,
    "catalogue": configuration.catalogue_rows,
}


def run_checks(settings: Settings, only: Collection[str] = ()) -> Iterator[Finding]:
    """Run the checks; ``only`` names some, or single findings such as ``progress daily``."""
    for name, check in CHECKS.items():
        wanted = [each for each in only if each == name or each.startswith(f"{name} ")]
        if only and not wanted:
            continue
        try:
            for finding in check(settings):
                if not only or {finding.check, name} & set(wanted):
                    yield finding
        except BroadsheetError as error:
            # Ours say what to do themselves.
            yield bad(wanted[0] if wanted else name, str(error), "")
