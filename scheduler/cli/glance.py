"""Print the glance of ``status`` for people. What it shows comes from ``scheduler/glance.py``."""

from typing import TYPE_CHECKING, Any

from scheduler.cli.output import plain, print_table, say

if TYPE_CHECKING:
    from worker.store.database import Database

#: Faults, and hosts in trouble, that a person is shown.
_FAULTS, _HOSTS = 5, 5


def print_glance(database: "Database", found: dict[str, Any], limit: int, *, summary: bool) -> None:
    """Print what :func:`scheduler.glance.glance` found, for people."""
    from scheduler.cli.status import COLUMNS, edition_rows

    say(_today_line(found["today"]))
    say(_scheduler_line(found["scheduler"]))
    seen = found["worker_seen_at"]
    say(f"Workers: last seen {plain(seen)}" if seen else "Workers: have done nothing yet")
    for line in _redis_lines(found["queues"], found["hosts"]):
        say(line)
    for row in found["backfills"]:
        say(backfill_line(row))
    if summary:
        return
    faults = found["faults"]
    if faults:
        say("\nFaults of the last 7 days (`broadsheet retry --fingerprint F` opens all editions with one again):")
        columns = ("fingerprint", "failure", "editions", "newest", "example")
        print_table(faults[:_FAULTS], columns, "")
        if len(faults) > _FAULTS:
            say(f"… and {len(faults) - _FAULTS} more: `broadsheet faults`")
    needs = found["attention"]
    say("\nNeeds a person:" if needs else "\nNothing needs a person.")
    if needs:
        print_table(needs, ("need", "publication", "date", "command", "error"), "")
        for line in _reasons(needs):
            say(line)
        if len(needs) == limit:
            say(f"… the first {limit}; --limit shows more")
    newest = edition_rows(database, limit=10)
    say("")
    if newest:
        say("The newest editions (`broadsheet status PUB DATE` tells the life of one):")
    print_table(newest, COLUMNS, "no editions: `broadsheet up` starts the service, `broadsheet ingest` reads one")


def host_line(row: dict[str, Any]) -> str:
    """How a host is treated, in one line."""
    name, state = row["host"], row["state"]
    if state == "unknown":
        return f"Host {name}: Redis is away, so nobody knows how it does"
    if state == "unvisited":
        return f"Host {name}: nothing was asked of it within a day"
    pace = row["requests_per_second"]
    paced = f"{pace:g} requests a second" if pace else "no limit"
    until = f" until {plain(row['until'])}" if row["until"] else ""
    said = {
        "open": f"works, {paced}" + (", slowed because it asked for that" if row["slowed"] else ""),
        "resting": f"is left alone{until}, {row['failures']} failures in a row",
        "rested": f"was left alone after {row['failures']} failures in a row; the next request tries it",
        "probing": f"is being tried with one request after {row['failures']} failures in a row",
        "held": f"asked us to wait{until}",
    }[state]
    why = f": {row['error']}" if row["error"] else ""
    remedy = f"; `broadsheet hosts release {name}` asks it at once" if state in {"resting", "held"} else ""
    return f"Host {name}: {said}{why}{remedy}"


def backfill_line(row: dict[str, Any]) -> str:
    """A backfill in one line."""
    papers = row["publications"]
    who = papers[0] + (f" and {len(papers) - 1} more" if len(papers) > 1 else "")
    end = f", expected to end {plain(row['expected_end'])}" if row["expected_end"] else ""
    return (
        f"Backfill {row['id']} ({row['state']}): {who} {row['first_date']} to {row['last_date']}: {row['done']} done, "
        f"{row['to_do']} to do, {row['failed']} failed, {row['missing']} missing, {row['an_hour']:g} an hour{end}"
    )


def _reasons(needs: list[dict[str, Any]]) -> list[str]:
    """What the commands are for and which comes after, each case once."""
    cases = dict.fromkeys((_case(row), row["reason"], _then(row)) for row in needs)
    return [f"  {case}: {reason}{then}" for case, reason, then in cases]


def _case(row: dict[str, Any]) -> str:
    kind = row["failure"] if row["need"] in {"late", "failed", "partial"} else None
    return f"{row['need']} ({kind.replace('_', ' ')})" if kind else row["need"]


def _then(row: dict[str, Any]) -> str:
    named = f" {row['publication']} {row['date']}"
    return f" Then: `{row['then'].partition(named)[0]} PUB DATE`" if row["then"] else ""


def _redis_lines(queues: dict[str, int] | None, hosts: list[dict[str, Any]] | None) -> list[str]:
    if queues is None or hosts is None:
        return ["Queues and hosts: Redis is away, so nobody knows; `broadsheet doctor` says what to do"]
    more = [f"… and {len(hosts) - _HOSTS} more hosts: `broadsheet hosts`"] if len(hosts) > _HOSTS else []
    lengths = ", ".join(f"{name} {length}" for name, length in queues.items())
    return [f"Queues: {lengths}", *map(host_line, hosts[:_HOSTS]), *more]


def _today_line(today: dict[str, int]) -> str:
    kinds = ", ".join(f"{today[word]} {word}" for word in ("complete", "partial", "suspect") if today[word])
    rest = {
        "late": "late", "waiting": "waiting", "scheduled": "to come", "under_way": "under way", "missing": "missing",
        "failed": "failed", "skipped": "skipped", "held": "on hold", "reading_again": "of those in being read again",
    }  # fmt: skip
    parts = [f"{today[word]} {said}" for word, said in rest.items() if today[word]]
    return (
        f"Today: {today['in']} of {today['expected']} in"
        + (f" ({kinds})" if kinds else "")
        + "".join(f", {part}" for part in parts)
    )


def _scheduler_line(scheduler: dict[str, Any]) -> str:
    silent = scheduler["silent_seconds"]
    if silent is None:
        return "Scheduler: has never ticked; `broadsheet up` starts it"
    said = f"{silent} s" if silent < 120 else f"{silent // 60} min"  # noqa: PLR2004  # two minutes
    if scheduler["well"]:
        return f"Scheduler: ticked {said} ago"
    return f"Scheduler: HAS NOT TICKED FOR {said}: start beat (`broadsheet up`, or its unit) and look at its log"
