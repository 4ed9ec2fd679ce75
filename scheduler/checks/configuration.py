"""The doctor on configuration: variables, limits that must fit each other, contact, catalogue."""

from collections.abc import Iterator

from scheduler import catalogue
from scheduler.checks.finding import Finding, bad, ok, warn
from worker.settings import Settings, unknown_variables


def variables(_settings: Settings) -> Iterator[Finding]:
    """Variables with our prefix that set nothing."""
    unknown = unknown_variables()
    for name, meant in unknown.items():
        yield bad("settings", f"{name} is not a setting", f"did you mean {meant}?" if meant else "unset it")
    if not unknown:
        yield ok("settings", "every BROADSHEET_ variable is known")


def limits(settings: Settings) -> Iterator[Finding]:
    """Times of which one must be shorter than the other, or work is done twice or never."""
    pairs = (
        # A task that outlives the visibility timeout is handed out again and again while it runs.
        ("task_hard_seconds", "visibility_timeout_seconds", 1.5),
        ("task_soft_seconds", "task_hard_seconds", 1.0),
        # The lease is renewed before each request: it must outlast one.
        ("request_timeout_seconds", "lease_seconds", 1.0),
        ("soft_shutdown_seconds", "visibility_timeout_seconds", 1.0),
    )
    wrong = False
    for shorter, longer, factor in pairs:
        low, high = getattr(settings, shorter), getattr(settings, longer)
        if low * factor >= high:
            wrong = True
            yield bad(
                "limits",
                f"{shorter} {low:g} is not well below {longer} {high:g}: work would be done twice or broken off",
                f"raise BROADSHEET_{longer.upper()} or lower BROADSHEET_{shorter.upper()}",
            )
    if not wrong:
        yield ok("limits", "time limits, leases and the visibility timeout fit each other")


def contact(settings: Settings) -> Iterator[Finding]:
    """Whether publishers can reach us."""
    if settings.contact:
        yield ok("contact", settings.user_agent)
    else:
        yield warn("contact", "publishers cannot reach you", "set BROADSHEET_CONTACT to an address or URL")


def catalogue_rows(settings: Settings) -> Iterator[Finding]:
    """Rows of the catalogue that are refused."""
    found = catalogue.load(settings.catalogue)
    for line in found.errors:
        yield bad("catalogue", line, "mend the row; `broadsheet publications` shows what is read")
    enabled = sum(row.enabled for row in found.rows.values())
    yield ok("catalogue", f"{len(found.rows)} publications, {enabled} enabled")
