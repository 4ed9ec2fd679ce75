"""Check what a person asks of a backfill, at the command line or on the board, so that both refuse the same. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from scheduler import backfill
from scheduler.catalogue import Row
from worker.domain import State
from worker.errors import Refused
from worker.store.backfills import INCLUDABLE


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A backfill that can be made."""

    slugs: tuple[str, ...]  #: its newspapers, each once
    first: date
    last: date
    include: tuple[State, ...]  #: end states in which editions that are there are opened again
    total: int  #: editions that the calendars have in the range


def asked(
    rows: Mapping[str, Row],
    slugs: Sequence[str],
    *,
    every: bool,
    first: str,
    last: str,
    include: str,
    now: datetime,
    most: int | None = None,
) -> Asked:
    """Read the words of a person.

    Args:
        rows: the catalogue, with operators' decisions applied.
        slugs: newspapers, enabled or not.
        every: take all that are enabled instead.
        first: date, YYYY-MM-DD.
        last: date, YYYY-MM-DD.
        include: end states, separated by commas.
        now: in the future is what is later than every newspaper's today.
        most: dates of newspapers that may be looked through to count editions; None is no limit.

    Raises:
        Refused: there is no such newspaper, date, state or edition, or more is asked for than may be looked through.
    """
    since, until, states = _day(first), _day(last), _states(include)
    papers = _papers(rows, slugs, every=every)
    if until < since:
        raise Refused(f"{until} is before {since}: write the first date, then the last")
    today = max(row.calendar.today(now) for row in papers)
    if until > today:
        raise Refused(f"{until} is in the future; today is {today}")
    if most is not None and len(papers) * ((until - since).days + 1) > most:
        raise Refused(
            f"{len(papers)} newspapers from {since} to {until} are too many at once here: ask for fewer years"
        )
    total = backfill.count(papers, since, until)
    if not total:
        raise Refused(f"no edition between {since} and {until}, say the calendars")
    return Asked(slugs=tuple(row.slug for row in papers), first=since, last=until, include=states, total=total)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Refused(f"{text!r} is not a date; write YYYY-MM-DD") from error


def _states(words: str) -> tuple[State, ...]:
    named = [word for word in words.replace(" ", "").split(",") if word]
    for word in named:
        if word not in INCLUDABLE:
            raise Refused(f"what to open again: {word!r} is none of {', '.join(INCLUDABLE)}")
    return tuple(State(word) for word in dict.fromkeys(named))


def _papers(rows: Mapping[str, Row], slugs: Sequence[str], *, every: bool) -> list[Row]:
    if every and slugs:
        raise Refused("all that are enabled are asked for; leave the single newspapers out")
    wanted = [row.slug for row in rows.values() if row.enabled] if every else slugs
    if every and not wanted:
        raise Refused("no newspaper is enabled; name some")
    if not wanted:
        raise Refused("say which newspapers, by their slugs, or take all that are enabled")
    unknown = next((slug for slug in wanted if slug not in rows), None)
    if unknown is not None:
        raise Refused(f"{unknown}: no such publication; `broadsheet publications --all` lists them")
    return [rows[slug] for slug in dict.fromkeys(wanted)]
