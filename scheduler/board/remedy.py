"""The one command that helps first with an edition as it stands, ready to be copied. Runs nothing."""

import shlex

from worker.domain import Failure
from worker.store.tables import Edition


def command(edition: Edition, slug: str, word: str, *, same: int = 1) -> str | None:
    """What to type for an edition of this newspaper that needs a person for this; nothing where nothing helps.

    Args:
        edition: the edition, or the first of several with the same fault.
        slug: its newspaper.
        word: what it needs, as the board names it: late, failed, missing, suspect, partial, held or calendar.
        same: how many editions have this fault.
    """
    named = shlex.join([slug, str(edition.date), *(["--label", edition.label] if edition.label else [])])
    if word == "held":
        by = edition.held_by or ""
        if by.startswith("backfill:"):
            return f"broadsheet backfills resume {by.partition(':')[2]}"
        return f"broadsheet release {named}"
    if word in {"failed", "partial"}:
        if edition.failure is Failure.SITE_CHANGED:
            return f"broadsheet publications check {slug} --date {edition.date}"
        if edition.failure is Failure.BLOCKED:
            return "broadsheet hosts"
        if same > 1:
            return f"broadsheet retry --fingerprint {edition.fingerprint}"
    return {
        "failed": f"broadsheet retry {named}",
        "partial": f"broadsheet retry {named}",
        "missing": f"broadsheet retry {named}",
        "suspect": f"broadsheet publications check {slug} --date {edition.date}",
        "late": f"broadsheet status {named}",
        "calendar": f"broadsheet status {named}",
    }.get(word)
