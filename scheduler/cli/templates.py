"""Commands on templates and drift: ``publications check``."""

import threading
from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import urlsplit

import typer

from scheduler.cli.options import parse_day
from scheduler.cli.output import Json, Progress, WrongUsage, console, note, print_json, print_table, progress, say
from scheduler.cli.publications import known

if TYPE_CHECKING:
    from collections import Counter

    from scheduler.catalogue import Row
    from scheduler.templates import Check
    from worker.domain import Profile
    from worker.settings import Settings

#: So many hosts are visited side by side; each at its own pace.
_HOSTS = 8

_COUNTS = ("pages", "articles", "titled", "signed", "bodied", "fallback", "body_length")
_COLUMNS = ("publication", "date", "template", *_COUNTS, "error")


def check(
    slugs: Annotated[list[str] | None, typer.Argument(metavar="[SLUG]...", help="Only these publications.")] = None,
    day: Annotated[str | None, typer.Option("--date", help="This edition, YYYY-MM-DD, instead of yesterday's.")] = None,
    every: Annotated[bool, typer.Option("--all", help="Also publications that are not enabled.")] = False,
    sample: Annotated[int | None, typer.Option(min=1, help="So many of them, drawn at random.")] = None,
    seed: Annotated[int | None, typer.Option(help="Draw the sample that this number gave before.")] = None,
    as_json: Json = False,
) -> None:
    """Read yesterday's edition of each publication without storing it: does its template still fit?

    Shows what was found beside the last good edition and, for publications that are named or no longer fit, which
    selector finds each field. `--sample N` looks at some of many, and says which seed drew them. Exit status 1 if a
    template does not fit any more or a site does not answer; an edition that the site has not is no failure.
    """
    from scheduler import catalogue, decisions
    from scheduler.templates import Fit
    from worker.settings import get_settings
    from worker.store.opening import open_database

    settings = get_settings()
    wanted = parse_day(day) if day else None
    found = catalogue.load(settings.catalogue)
    database = open_database(settings)
    with database.read() as session:
        rows = decisions.applied(session, found.rows)
    database.close()
    chosen = [known(found, rows, slug) for slug in dict.fromkeys(slugs or ())] or [
        row for row in rows.values() if row.enabled or every
    ]
    if not chosen:
        raise WrongUsage("no publication is enabled; name some, or give --all")
    if seed is not None and sample is None:
        raise WrongUsage("--seed goes with --sample")
    if sample is not None:
        chosen = _sampled(chosen, sample, seed)
    with progress("publications", quiet=as_json) as tell:
        tell(f"{len(chosen)} publications to check", 0, len(chosen))
        checks = sorted(_run(settings, chosen, wanted, tell), key=lambda one: one.slug)
    if as_json:
        print_json([_facts(one) for one in checks])
    else:
        _print(checks, named=bool(slugs))
    if any(one.fit in {Fit.CHANGED, Fit.UNREACHABLE} for one in checks):
        raise typer.Exit(1)


def _sampled(rows: "list[Row]", number: int, seed: int | None) -> "list[Row]":
    import random

    seed = random.randrange(10_000) if seed is None else seed  # noqa: S311  # no secret
    # By slug, so that a number draws the same whatever the order in which the catalogue was read.
    drawn = random.Random(seed).sample(sorted(rows, key=lambda row: row.slug), min(number, len(rows)))  # noqa: S311
    note(f"broadsheet: a sample of {len(drawn)} of {len(rows)} publications; --seed {seed} draws the same again")
    return sorted(drawn, key=lambda row: row.slug)


def _run(settings: "Settings", rows: "list[Row]", day: date | None, tell: Progress) -> "Iterator[Check]":
    """Check publications, several hosts side by side; those of one host one after the other."""
    from concurrent.futures import ThreadPoolExecutor, as_completed

    hosts: dict[str, list[Row]] = {}
    for row in rows:
        hosts.setdefault(urlsplit(row.edition_url).netloc, []).append(row)
    done = 0
    lock = threading.Lock()

    def visit(group: "list[Row]") -> "list[Check]":
        from scheduler.templates import check as look
        from scheduler.templates import day_to_check
        from worker.actors import operator_name
        from worker.services import open_services

        nonlocal done
        services = open_services(settings, operator_name())
        try:
            made = []
            for row in group:
                made.append(look(services, row, day or day_to_check(row, services.clock()), _quiet))
                with lock:
                    done += 1
                    tell(f"{row.slug} {made[-1].day}: {made[-1].fit}", done, len(rows))
            return made
        finally:
            services.close()

    with ThreadPoolExecutor(min(_HOSTS, len(hosts))) as pool:
        for future in as_completed([pool.submit(visit, group) for group in hosts.values()]):
            yield from future.result()


def _quiet(_line: str, _done: int, _total: int) -> None:
    """Say nothing of single pages."""


def _facts(one: "Check") -> dict[str, Any]:
    return {
        "publication": one.slug,
        "date": one.day,
        "template": one.fit.value,
        "error": one.why or None,
        "unread": one.errors,
        "found": _numbers(one.profile),
        "last_good": {"date": one.good_day, **(_numbers(one.good) or {})} if one.good else None,
        "selectors": _selectors(one.found),
        "last_good_selectors": _selectors(one.good_found),
    }


def _selectors(found: "dict[str, Counter[str | None]]") -> dict[str, list[dict[str, Any]]]:
    return {
        name: [{"selector": selector, "documents": times} for selector, times in counted.most_common()]
        for name, counted in found.items()
    }


def _numbers(profile: "Profile | None") -> dict[str, Any] | None:
    return None if profile is None else {name: getattr(profile, name) for name in _COUNTS}


def _print(checks: "list[Check]", *, named: bool) -> None:
    rows = []
    for one in checks:
        now, then = _shown(one.profile), _shown(one.good)
        first = {"publication": one.slug, "date": one.day, "template": one.fit.value, "error": one.why}
        rows.append({**first, **now})
        if one.good is not None:
            rows.append({"publication": "", "date": one.good_day, "template": "last good", "error": "", **then})
    print_table(rows, _COLUMNS, "")
    for one in checks:
        if named or one.fit.value == "changed":
            _print_selectors(one)


def _shown(profile: "Profile | None") -> dict[str, str]:
    if profile is None:
        return dict.fromkeys(_COUNTS, "")
    shares = {name: profile.share(getattr(profile, name)) for name in ("titled", "signed", "bodied", "fallback")}
    shown = {name: "" if share is None else f"{share:.0%}" for name, share in shares.items()}
    return {
        "pages": str(profile.pages),
        "articles": str(profile.articles),
        **shown,
        "body_length": f"{profile.body_length:.0f}",
    }


def _print_selectors(one: "Check") -> None:
    if not one.found:
        return
    beside = f", and in the edition of {one.good_day}" if one.good_found else ""
    say(f"\n{one.slug}: what finds each field, in how many documents{beside}")
    for name, counted in one.found.items():
        now, then = _hits(counted), _hits(one.good_found.get(name))
        before = f"  [dim](then {then})[/]" if one.good_found and then != now else ""
        console().print(f"  {name.replace('_', ' ')}: {now}{before}")
    if one.errors:
        note(f"broadsheet: {one.slug}: {one.errors} pages or articles could not be read")


def _hits(counted: "Counter[str | None] | None") -> str:
    from rich.markup import escape

    if counted is None:
        return "nothing"
    total = counted.total()
    hits = [f"{escape(selector)} {times}/{total}" for selector, times in counted.most_common() if selector is not None]
    return "; ".join(hits) or "nothing"
