"""The one command that helps first with an edition that needs a person, why, and what comes after it. Pure.

``broadsheet status`` and the board both ask here, so that they say the same. The first command looks, or mends without
claiming anything: ``accept`` and ``skip`` say something of the newspaper itself, so they only ever come second.
"""

import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from worker import faults
from worker.domain import ENDED, Failure, State
from worker.store.overview import NEEDS
from worker.store.tables import Edition


class Why(StrEnum):
    """Which case it is; its text is in ``REASONS``."""

    UNTRIED = "untried"
    LATE = "late"
    UNDER_WAY = "under_way"
    TOGETHER = "together"
    READ_AGAIN = "read_again"
    PASSING = "passing"
    ADDRESS = "address"
    LASTING = "lasting"
    CHANGED = "changed"
    BLOCKED = "blocked"
    BUG = "bug"
    KILLED = "killed"
    BY_HAND = "by_hand"
    MISSING = "missing"
    SUSPECT = "suspect"
    UNLIKE = "unlike"
    SHORT = "short"
    LATER_PAGES = "later_pages"
    HELD = "held"
    PAUSED = "paused"
    CALENDAR = "calendar"


#: What the command does and what to do then, for a person.
REASONS: Mapping[Why, str] = {
    Why.UNTRIED: "It is due and nobody has tried it: does the service stand still?",
    Why.LATE: "Shows what was tried and how its host does. It is looked for until its deadline; ingest reads it now.",
    Why.UNDER_WAY: "It is being read: shows which pages are open, and what holds them up.",
    Why.TOGETHER: "All are late for the same reason: shows which hosts are left alone; hosts release ends a rest.",
    Why.READ_AGAIN: "It is being read again. What is stored stands meanwhile; look when that has ended.",
    Why.PASSING: "The cause may have passed: opens what failed again.",
    Why.ADDRESS: "Shows whether the address leads to an edition. Mend the catalogue's row, then retry.",
    Why.LASTING: "Looks once more. If it stays away, the publisher's page is broken: leave it partial, or accept it.",
    Why.CHANGED: "Shows what the template no longer finds. Mend the catalogue's row, then retry.",
    Why.BLOCKED: "Asks whether the site still refuses us. If not, retry; if it does, leave it alone and write to it.",
    Why.BUG: "Our own fault: report it with the id of the capture that it failed on. Retry after the mend.",
    Why.KILLED: "It killed its worker each time, mostly for want of memory: shows where. Make room, then retry.",
    Why.BY_HAND: "Given by hand, as an extra edition or page dumps: shows what failed. Mend that and ingest it again.",
    Why.MISSING: "Looks for it once more. If there was no edition that day, skip it.",
    Why.SUSPECT: "Shows its figures beside the last good edition's. If it is sound accept it, else mend the row.",
    Why.UNLIKE: "Shows in what it is unlike its own history. If it is sound, accept it.",
    Why.SHORT: "Nothing failed, it has fewer pages than usual: looks for late ones. If there are none, accept it.",
    Why.LATER_PAGES: "It has fewer pages than usual and is read again by itself: nothing to do before.",
    Why.HELD: "Nothing of it is begun before it is released.",
    Why.PAUSED: "Its backfill is paused: nothing of it is begun before that is resumed.",
    Why.CALENDAR: "Shows its calendar and the catalogue's file: add the date to extra_editions there.",
}

#: The command of each case and the one after it; {edition} is PUB DATE with its label, {retry} opens all alike.
_COMMANDS: Mapping[Why, tuple[str, str]] = {
    Why.UNTRIED: ("doctor", ""),
    Why.LATE: ("status {edition}", "ingest {edition}"),
    Why.UNDER_WAY: ("status {edition}", ""),
    Why.TOGETHER: ("hosts", ""),
    Why.READ_AGAIN: ("status {edition}", ""),
    Why.PASSING: ("{retry}", ""),
    Why.ADDRESS: ("publications check {slug} --date {date}", "{retry}"),
    Why.LASTING: ("{retry}", "accept {edition}"),
    Why.CHANGED: ("publications check {slug} --date {date}", "{retry}"),
    Why.BLOCKED: ("publications check {slug} --date {date}", "{retry}"),
    Why.BUG: ("captures {slug} --date {date}", "{retry}"),
    Why.KILLED: ("status {edition}", "{retry}"),
    Why.BY_HAND: ("status {edition}", ""),
    Why.MISSING: ("retry {edition}", "skip {edition}"),
    Why.SUSPECT: ("publications check {slug} --date {date}", "accept {edition}"),
    Why.UNLIKE: ("status {edition}", "accept {edition}"),
    Why.SHORT: ("retry {edition}", "accept {edition}"),
    Why.LATER_PAGES: ("status {edition}", ""),
    Why.HELD: ("release {edition}", ""),
    Why.PAUSED: ("backfills resume {backfill}", ""),
    Why.CALENDAR: ("publications show {slug}", ""),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Remedy:
    """What to type, ready to be copied."""

    command: str
    then: str  #: the command after it, once the first has shown that it is right; empty if there is none
    why: Why

    @property
    def reason(self) -> str:
        """What it is for, in a line."""
        return REASONS[self.why]


def remedy(edition: Edition, slug: str, need: str, *, same: int = 1) -> Remedy | None:
    """What helps first with an edition of this newspaper; None if it needs nobody.

    Args:
        edition: the edition, or the first of several with the same fault.
        slug: its newspaper.
        need: what it needs, by the words of ``worker.store.overview.NEEDS``.
        same: how many editions have this fault.
    """
    if need not in NEEDS:
        return None
    why = _why(edition, need, same)
    named = shlex.join([slug, str(edition.date), *(["--label", edition.label] if edition.label else [])])
    places = {
        "edition": named,
        "slug": slug,
        "date": edition.date,
        "retry": f"retry --fingerprint {edition.fingerprint}" if same > 1 else f"retry {named}",
        "backfill": (edition.held_by or "").partition(":")[2],
    }
    first, second = (text.format_map(places) for text in _COMMANDS[why])
    if second.startswith("retry") and edition.state not in ENDED:
        # The service tries it again by itself, and nobody else can before it has ended.
        second = ""
    return Remedy(command=f"broadsheet {first}", then=f"broadsheet {second}" if second else "", why=why)


def _why(edition: Edition, need: str, same: int) -> Why:
    if need == "held" or edition.held_at is not None:
        return Why.PAUSED if (edition.held_by or "").startswith("backfill:") else Why.HELD
    if need == "late":
        return _why_late(edition, same)
    if need in {"failed", "partial"} and edition.state in ENDED:
        return _why_bad(edition, partial=need == "partial")
    # A check reads the edition that the catalogue's address leads to, and that is no extra edition.
    suspect = Why.UNLIKE if edition.label else Why.SUSPECT
    if need == "calendar":
        return Why.CALENDAR
    return {"missing": Why.MISSING, "suspect": suspect}[need] if edition.state in ENDED else Why.READ_AGAIN


def _why_late(edition: Edition, same: int) -> Why:
    if edition.failure in {Failure.SITE_CHANGED, Failure.BLOCKED, Failure.BUG}:
        return _why_bad(edition, partial=False)
    if edition.state in {State.FETCHING, State.PROCESSING}:
        return Why.UNDER_WAY
    untried = edition.state is State.SCHEDULED and not edition.attempts and edition.error is None
    return Why.TOGETHER if same > 1 else Why.UNTRIED if untried else Why.LATE


def _why_bad(edition: Edition, *, partial: bool) -> Why:
    of_dumps = edition.arrived_at is not None and edition.index_url is None
    by_hand = of_dumps or bool(edition.label)
    short = Why.LATER_PAGES if edition.reread_at else Why.SHORT
    whole = Why.BY_HAND if by_hand else Why.ADDRESS
    part = Why.BY_HAND if of_dumps else Why.LASTING
    return {
        None: short if partial else Why.PASSING,
        Failure.PASSING: Why.PASSING,
        Failure.FINAL: part if partial else whole,
        Failure.SITE_CHANGED: Why.BY_HAND if by_hand else Why.CHANGED,
        Failure.BLOCKED: Why.BLOCKED,
        Failure.BUG: Why.KILLED if edition.fingerprint == faults.KILLED.fingerprint else Why.BUG,
    }[edition.failure]
