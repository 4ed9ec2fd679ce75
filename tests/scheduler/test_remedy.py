"""The command that helps: for every state and failure one that there is, that is not refused, the same everywhere."""

import itertools
import os
import shlex
from datetime import UTC, date, datetime, timedelta

import pytest
import typer.main

from scheduler.board.attention import concerns
from scheduler.cli import app
from scheduler.glance import glance
from scheduler.remedy import REASONS, Why, remedy
from scheduler.sweep import sweep
from tests.factories import make_edition, make_page, make_publication
from tests.warm import BROADSHEET, warm
from worker import faults, ingest
from worker.domain import ENDED, BackfillState, Failure, PageState, State
from worker.store import backfills
from worker.store.moves import Change
from worker.store.overview import NEEDS
from worker.store.tables import Edition

DAY = date(2026, 3, 5)
SLUG = "hedongbao"
NAMED = f"{SLUG} {DAY}"
CHECK = f"publications check {SLUG} --date {DAY}"
MOMENT = datetime(2026, 3, 5, 1, tzinfo=UTC)
#: The states in which an edition may be said to need this.
STATES = {
    "late": [state for state in State if state not in ENDED],
    "held": list(State),
    "calendar": list(State),
    # While one of which something is stored is read again, the end state that it had stands.
    "partial": [State.PARTIAL, State.SCHEDULED, State.FETCHING, State.PROCESSING],
    "suspect": [State.SUSPECT, State.SCHEDULED, State.FETCHING, State.PROCESSING],
    "failed": [State.FAILED],
    "missing": [State.MISSING],
}
OPEN = {"state": State.SCHEDULED, "error": "why"}
KILLED = faults.KILLED.columns()
#: Commands that change something, and refuse what a row does not allow; with how to ask them without doing it.
CHANGES = ("retry", "accept", "skip", "release", "backfills resume")


def edition(state, **values):
    return Edition(**{"date": DAY, "label": "", "state": state, "attempts": 3} | values)


def parse(command):
    """Let the command line's parser take a command, without running it; what it cannot take is raised."""
    program, *words = shlex.split(command)
    assert program == "broadsheet"
    found = typer.main.get_command(app)
    while hasattr(found, "commands"):
        found = found.commands[words.pop(0)]
    return found.make_context(command, words)


@pytest.mark.parametrize(
    ("need", "values", "first", "then"),
    [
        ("late", {"state": State.WAITING}, f"status {NAMED}", f"ingest {NAMED}"),
        ("late", {"state": State.SCHEDULED, "attempts": 0}, "doctor", ""),
        ("late", OPEN | {"failure": Failure.PASSING}, f"status {NAMED}", f"ingest {NAMED}"),
        ("late", OPEN | {"failure": Failure.SITE_CHANGED}, CHECK, ""),
        ("late", OPEN | {"failure": Failure.BLOCKED}, CHECK, ""),
        ("late", OPEN | {"failure": Failure.BUG}, f"captures {SLUG} --date {DAY}", ""),
        ("late", {"state": State.PROCESSING}, f"status {NAMED}", ""),
        ("failed", {}, f"retry {NAMED}", ""),
        ("failed", {"failure": Failure.PASSING}, f"retry {NAMED}", ""),
        ("failed", {"failure": Failure.FINAL}, CHECK, f"retry {NAMED}"),
        ("failed", {"failure": Failure.SITE_CHANGED}, CHECK, f"retry {NAMED}"),
        ("failed", {"failure": Failure.BLOCKED}, CHECK, f"retry {NAMED}"),
        ("failed", {"failure": Failure.BUG}, f"captures {SLUG} --date {DAY}", f"retry {NAMED}"),
        ("failed", KILLED, f"status {NAMED}", f"retry {NAMED}"),
        ("partial", KILLED, f"status {NAMED}", f"retry {NAMED}"),
        ("failed", {"failure": Failure.FINAL, "label": "extra"}, f"status {NAMED} --label extra", ""),
        ("failed", {"failure": Failure.FINAL, "arrived_at": MOMENT}, f"status {NAMED}", ""),
        ("missing", {}, f"retry {NAMED}", f"skip {NAMED}"),
        ("partial", {"failure": Failure.PASSING}, f"retry {NAMED}", ""),
        ("partial", {"failure": Failure.FINAL}, f"retry {NAMED}", f"accept {NAMED}"),
        ("partial", {"failure": Failure.FINAL, "arrived_at": MOMENT}, f"status {NAMED}", ""),
        ("partial", {"failure": Failure.SITE_CHANGED}, CHECK, f"retry {NAMED}"),
        ("partial", {"failure": Failure.BLOCKED}, CHECK, f"retry {NAMED}"),
        ("partial", {"failure": Failure.BUG}, f"captures {SLUG} --date {DAY}", f"retry {NAMED}"),
        ("partial", {}, f"retry {NAMED}", f"accept {NAMED}"),
        ("partial", {"reread_at": MOMENT}, f"status {NAMED}", ""),
        ("partial", {"state": State.PROCESSING, "settled": State.PARTIAL}, f"status {NAMED}", ""),
        ("partial", {"held_at": MOMENT, "held_by": "operator:wei"}, f"release {NAMED}", ""),
        ("suspect", {"failure": Failure.SITE_CHANGED}, CHECK, f"accept {NAMED}"),
        ("suspect", {"label": "b c"}, f"status {NAMED} --label 'b c'", f"accept {NAMED} --label 'b c'"),
        ("suspect", {"state": State.FETCHING, "settled": State.SUSPECT}, f"status {NAMED}", ""),
        ("held", {"state": State.SCHEDULED, "held_by": "operator:wei"}, f"release {NAMED}", ""),
        ("held", {"state": State.SCHEDULED, "held_by": "backfill:7"}, "backfills resume 7", ""),
        ("calendar", {"state": State.COMPLETE}, f"publications show {SLUG}", ""),
    ],
)  # fmt: skip
def test_what_helps(need, values, first, then):
    web = {} if "arrived_at" in values else {"arrived_at": MOMENT, "index_url": "http://x.example/"}
    found = remedy(edition(**{"state": STATES[need][0]} | web | values), SLUG, need)
    assert (found.command, found.then) == (f"broadsheet {first}", f"broadsheet {then}" if then else "")


def test_editions_with_one_fault_are_opened_at_once_and_nothing_is_opened_before_its_cause_is_mended():
    def of(need, **values):
        return remedy(edition(fingerprint="ab12", **values), SLUG, need, same=4)

    all_of_them = "broadsheet retry --fingerprint ab12"
    assert of("failed", state=State.FAILED, failure=Failure.PASSING).command == all_of_them
    changed = of("failed", state=State.FAILED, failure=Failure.SITE_CHANGED)
    assert (changed.command, changed.then) == (f"broadsheet {CHECK}", all_of_them)
    suspect = of("suspect", state=State.SUSPECT, failure=Failure.SITE_CHANGED)
    assert (suspect.command, suspect.then) == (f"broadsheet {CHECK}", f"broadsheet accept {NAMED}")
    late = of("late", state=State.SCHEDULED, failure=Failure.PASSING, error="HTTP 500")
    assert (late.command, late.then) == ("broadsheet hosts", "")


def test_a_page_that_killed_its_worker_each_time_is_known_from_its_edition(services, settings, clock):
    killed = make_edition(services, state=State.PROCESSING, arrived_at=clock(), index_url="http://x.example/")
    make_page(services, killed, state=PageState.DONE, number="01", position=1)
    make_page(services, killed, state=PageState.FETCHING, number="02", position=2, deaths=settings.max_attempts - 1)
    clock.forward(hours=1)
    with services.database.begin() as session:
        assert sweep(session, services).taken_over == 1
    ingest.finish(services, killed)
    with services.database.read() as session:
        row = session.get_one(Edition, killed)
    assert row.failure is Failure.BUG
    assert remedy(row, SLUG, row.state).why is Why.KILLED


def everything():
    """What helps with every need in every state with every failure, and what else makes a difference."""
    of_the_row = itertools.product(
        [None, *Failure], ["", "extra 'issue'"], [None, MOMENT], [None, "http://x.example/"], [0, 3], [1, 4],
        ["ab12", faults.KILLED.fingerprint],
        [None, "operator:wei", "backfill:7"],
    )  # fmt: skip
    rows = list(of_the_row)
    for need in NEEDS:
        for state, (failure, label, moment, index_url, attempts, same, fingerprint, held_by) in itertools.product(
            STATES[need], rows
        ):
            row = edition(
                state, failure=failure, label=label, reread_at=moment, arrived_at=moment, index_url=index_url,
                attempts=attempts, fingerprint=fingerprint, held_by=held_by, held_at=held_by and MOMENT,
            )  # fmt: skip
            yield row, need, remedy(row, SLUG, need, same=same)


def test_every_command_is_one_that_the_command_line_takes():
    cases = list(everything())
    assert {found.why for _, _, found in cases} == set(Why) == set(REASONS)
    for command in {found.command for *_, found in cases} | {found.then for *_, found in cases} - {""}:
        parse(command)


def test_the_parser_of_this_test_takes_no_command_or_option_that_there_is_not():
    for wrong in (f"broadsheet mend {NAMED}", f"broadsheet retry {NAMED} --soon", f"broadsheet accept {SLUG}"):
        with pytest.raises(Exception, match=r"mend|soon|day"):
            parse(wrong)


def test_the_first_command_claims_nothing_of_the_newspaper():
    firsts = {shlex.split(found.command)[1] for *_, found in everything()}
    assert not firsts & {"accept", "skip"}


@pytest.mark.parametrize("word", ["complete", "skipped", "waiting", "scheduled", "fetching", "processing"])
def test_an_edition_that_needs_nobody_has_no_command(word):
    assert remedy(edition(State(word)), SLUG, word) is None


@pytest.fixture
def run(settings, tmp_path):
    """A function that runs a broadsheet command on this test's database."""

    def call(*words):
        environment = {name: value for name, value in os.environ.items() if not name.startswith("BROADSHEET_")}
        environment |= {
            "BROADSHEET_VAR_DIR": str(settings.var_dir),
            "BROADSHEET_DATABASE_URL": settings.database_url.get_secret_value(),
        }
        return warm().run([BROADSHEET, *words], cwd=tmp_path, env=environment)

    return call


@pytest.fixture
def troubled(services):
    """Editions of the last days in every state and with every failure."""
    now = datetime.now(UTC)
    make_publication(services, slug=SLUG)
    change = Change(actor="operator:li", at=now, reason="")
    with services.database.begin() as session:
        row = backfills.add(
            session, slugs=[SLUG], first=DAY, last=DAY, newest_first=True, cap=5, total=1, change=change
        )
        backfills.move(session, row.id, BackfillState.PAUSED, change)
    common = {"date": now.date(), "expected_at": now - timedelta(hours=5), "updated_at": now}
    held = {"held_at": now, "held_by": "operator:wei"}
    for state in (State.FAILED, State.PARTIAL, State.SCHEDULED):
        for failure in (None, *Failure):
            make_edition(services, state=state, failure=failure, error=failure and "why", **common)
    for state in (State.MISSING, State.SUSPECT, State.WAITING, State.PROCESSING, State.FETCHING):
        make_edition(services, state=state, **common)
    make_edition(services, state=State.FAILED, label="extra 'issue'", **common)
    make_edition(services, state=State.PARTIAL, **common | held)
    make_edition(services, state=State.SCHEDULED, settled=State.PARTIAL, **common)
    make_edition(
        services, state=State.SCHEDULED, settled=State.SUSPECT, open_backfill_id=row.id, backfill_id=row.id,
        **common | held | {"held_by": f"backfill:{row.id}"},
    )  # fmt: skip
    make_edition(services, state=State.COMPLETE, off_calendar=True, arrived_at=now, **common)
    return now


def test_the_board_and_the_command_line_say_the_same(services, settings, troubled):
    told = glance(services.database, settings, troubled, 200)["attention"]
    with services.database.read() as session:
        lines, _ = concerns(session, troubled, timedelta(minutes=settings.late_minutes))
    on_the_board = {line.edition.id: (line.helps.command, line.helps.then, line.helps.reason) for line in lines}
    assert {row["id"]: (row["command"], row["then"] or "", row["reason"]) for row in told} == on_the_board
    assert {row["need"] for row in told} == set(NEEDS)


def test_what_is_said_to_help_is_not_refused(services, settings, troubled, run):
    asked = set()
    for row in glance(services.database, settings, troubled, 200)["attention"]:
        for command in filter(None, (row["command"], row["then"])):
            _, *words = shlex.split(command)
            if command.startswith(tuple(f"broadsheet {change}" for change in CHANGES)):
                done = run(*words, "--dry-run")
                assert done.returncode == 0, (command, done.stderr)
                asked.add(words[0])
    assert asked == {change.split()[0] for change in CHANGES}


@pytest.mark.usefixtures("troubled")
def test_status_says_what_each_command_is_for_once(run):
    said = run("status").stdout
    lines = [line.strip() for line in said.splitlines()]
    asked = f"missing: {REASONS[Why.MISSING]} Then: `broadsheet skip PUB DATE`"
    assert lines.count(asked) == 1
    assert len([line for line in lines if line.startswith("failed (blocked): ")]) == 1
