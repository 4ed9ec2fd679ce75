"""The doctor on the Python packages: versions that are known to lose messages with each other."""

import platform
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, requires, version

from packaging.requirements import Requirement

from scheduler.checks.finding import Finding, bad, ok
from worker.settings import Settings


def packages(_settings: Settings) -> Iterator[Finding]:
    """Installed versions against what we, and what Celery and kombu of their Redis client, ask for."""
    wrong = 0
    for asker, extras in (("broadsheet", ("",)), ("celery", ("", "redis")), ("kombu", ("", "redis"))):
        for line in requires(asker) or ():
            requirement = Requirement(line)
            if requirement.marker and not any(requirement.marker.evaluate({"extra": extra}) for extra in extras):
                continue
            try:
                installed = version(requirement.name)
            except PackageNotFoundError:
                installed = ""
            if not installed or not requirement.specifier.contains(installed, prereleases=True):
                wrong += 1
                yield bad(
                    "packages",
                    f"{requirement.name} {installed or 'is missing'}: {asker} needs {requirement.specifier}",
                    "install Broadsheet again, with deploy/requirements.lock, and pin nothing beside it",
                )
    if not wrong:
        named = ", ".join(f"{name} {version(name)}" for name in ("celery", "kombu", "redis", "sqlalchemy"))
        yield ok("packages", f"Python {platform.python_version()}, {named}")
