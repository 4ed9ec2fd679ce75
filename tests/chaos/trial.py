"""One trial: editions are ordered, something is broken while they are read, and all that was promised is looked at."""

import random
import time
import traceback
from collections.abc import Callable
from dataclasses import asdict, dataclass, field

import pytest

from tests.chaos import history, truth
from tests.chaos.stage import Stage
from tests.chaos.truth import Planned
from worker.services import open_services
from worker.verification import verify

SQLITE, POSTGRESQL = "sqlite", "postgresql"

#: The longest that a trial may take to recover once the fault is mended; a busy machine is no failure, seconds.
DEADLINE = 240.0

#: So many editions are under way where a fault needs work to meet.
_BUSY = 4

#: What runs in every trial; a fault may start more.
_USUAL = frozenset({"worker-one", "beat-one"})


@dataclass
class Trial:
    """What a fault is given while it breaks things."""

    stage: Stage
    rng: random.Random  #: from the seed: moments and victims
    kills: int = 200  #: how many the fault of random kills deals out
    tell: Callable[[str], None] = lambda _: None  #: for long ones: how far it is
    planned: list[Planned] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)  #: what the fault itself saw that must not be

    def moment(self, longest: float) -> None:
        """Let a random time pass."""
        time.sleep(self.rng.uniform(0, longest))

    def order(self, days: int) -> None:
        self.planned += self.stage.order(days)

    def keep_busy(self) -> None:
        """Order more when little is under way, so that what breaks meets work."""
        if self.stage.under_way(self.planned) < _BUSY:
            self.order(1)

    def expect(self, holds: object, what: str) -> None:
        """Complain unless something holds."""
        if not holds:
            self.complaints.append(what)


@dataclass(frozen=True)
class Fault:
    """One way to break things. ``inject`` gives how often it did, and leaves nothing broken."""

    name: str
    inject: Callable[[Trial], int]
    databases: tuple[str, ...] = (SQLITE, POSTGRESQL)
    days: int = 2  #: of each newspaper, ordered before
    one_clock: bool = True  #: whether times of different rows can be compared after it
    needs: Callable[[Stage], str | None] = lambda _: None  #: why it cannot be had here


@dataclass
class Result:
    """A line of the table."""

    fault: str
    database: str
    injected: int = 0
    editions: int = 0
    lost: int = 0
    doubled: int = 0
    seconds: float | None = None  #: from the end of the fault until every edition had ended
    taken_over: int = 0  #: editions and pages whose worker died
    pick_up: float | None = None  #: the longest from a lease's end to its take-over, seconds
    problems: list[str] = field(default_factory=list)
    skipped: str | None = None

    @property
    def verdict(self) -> str:
        return f"skipped: {self.skipped}" if self.skipped else "FAILED" if self.problems else "sound"

    def plain(self) -> dict:
        return asdict(self) | {"verdict": self.verdict}


def run(
    fault: Fault,
    stage: Stage,
    rng: random.Random,
    *,
    kills: int = 200,
    deadline: float = DEADLINE,
    tell: Callable[[str], None] = lambda _: None,
) -> Result:
    """Run one trial to its end, whatever that is."""
    result = Result(fault.name, stage.kind)
    result.skipped = fault.needs(stage)
    if result.skipped:
        return result
    trial = Trial(stage, rng, kills, tell)
    for step in (_break, _audit):
        try:
            step(result, fault, trial, deadline)
        except pytest.fail.Exception as error:
            result.problems.append(str(error))
        except Exception as error:  # noqa: BLE001  # the other faults are still to be tried
            result.problems.append(f"broke off: {type(error).__name__}: {error}")
            (stage.folder / "broke-off.txt").write_text(traceback.format_exc())
    return result


def _break(result: Result, fault: Fault, trial: Trial, deadline: float) -> None:
    """Order, break, mend, and wait until the service has recovered."""
    stage = trial.stage
    stage.ensure(*sorted(_USUAL))
    stage.wait_quiet(deadline)
    trial.order(fault.days)
    stage.wait_under_way()
    result.injected = fault.inject(trial)
    trial.expect(result.injected, "nothing was broken")
    mended = time.monotonic()
    _mend(stage)
    stage.wait_over(trial.planned, deadline)
    result.seconds = time.monotonic() - mended
    stage.wait_empty(deadline)
    stage.stop(*sorted(set(stage.processes) - _USUAL))


def _mend(stage: Stage) -> None:
    stage.weather()
    stage.broker.start(stage.settings)
    stage.ensure(*sorted(_USUAL | set(stage.processes)))


def _audit(result: Result, fault: Fault, trial: Trial, _: float) -> None:
    """Look at all that must hold, whether or not it recovered."""
    stage, planned = trial.stage, trial.planned
    result.editions = len(planned)
    result.problems += [*trial.complaints, *stage.leftovers()]
    days = sorted({edition.day for edition in planned})
    compared = truth.compare(stage.database, stage.site, planned)
    result.lost, result.doubled = len(compared.lost), len(compared.doubled)
    result.problems += [*compared.lost, *compared.doubled, *compared.wrong, *history.illegal(stage.database, days)]
    services = open_services(stage.settings, "operator:chaos")
    try:
        result.problems += [f"archive: {problem.file} at {problem.offset}: {problem.what}"
                            for problem in verify(services).problems]  # fmt: skip
    finally:
        services.close()
    if fault.one_clock:
        taken = stage.watch.take_overs(days)
        result.taken_over = len(taken)
        result.pick_up = max((one.after.total_seconds() for one in taken), default=None)
        result.problems += [f"{one.name} was taken over only in tick {one.ticks}" for one in taken if one.late]
