"""Break the real service in every way that it must bear, and print a table: ``make chaos``.

Exit status: 0 all sound, 1 something was lost, doubled, left over or not recovered in time, 2 wrong usage.
"""

import argparse
import random
import shlex
import shutil
import signal
import sys
import tempfile
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path

from scheduler.cli.output import progress
from tests import postgres
from tests.chaos import report
from tests.chaos.disk import small_disk
from tests.chaos.faults import FAULTS
from tests.chaos.stage import Stage
from tests.chaos.trial import POSTGRESQL, SQLITE, Fault, Result, run
from tests.site import Site


def main() -> int:
    options = _parser().parse_args()
    # All that was started is stopped then, too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    seed = options.seed if options.seed is not None else random.SystemRandom().randrange(1_000_000)
    kinds = [SQLITE, POSTGRESQL] if options.database == "both" else [options.database]
    faults = [fault for name, fault in FAULTS.items() if not options.only or name in options.only]
    plan = [(kind, fault) for kind in kinds for fault in faults if kind in fault.databases]
    folder = Path(tempfile.mkdtemp(prefix="broadsheet-chaos-"))
    results: list[Result] = []
    with progress("chaos", quiet=options.json) as tell:
        tell(f"seed {seed}; logs in {folder}, kept if anything is wrong", 0, len(plan))

        def done(result: Result) -> None:
            results.append(result)
            tell(f"{result.database}: {result.fault}: {result.verdict}", len(results), len(plan))

        for kind in kinds:
            left = [fault for one, fault in plan if one == kind]
            _try_all(kind, left, folder, seed, options.kills, done, lambda line: tell(line, len(results), len(plan)))
    again = _again(seed, options, [result.fault for result in results if result.problems and result.fault in FAULTS])
    if options.json:
        report.write_json(results, seed=seed, again=again)
    else:
        report.show(results)
    if any(result.problems for result in results):
        sys.stderr.write(f"not sound; to repeat it: {again}; logs are in {folder}\n")
        return 1
    shutil.rmtree(folder)
    return 0


def _again(seed: int, options: argparse.Namespace, failed: Sequence[str]) -> str:
    """The command that repeats what failed, or all."""
    only = [word for name in dict.fromkeys(failed) for word in ("--only", name)]
    words = ["--seed", str(seed), "--database", options.database, "--kills", str(options.kills), *only]
    return shlex.join(["python", "-m", "tests.chaos", *words])


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument(
        "--seed", type=int, help="moments and victims follow from it; without it one is chosen and told"
    )
    parser.add_argument("--database", choices=[SQLITE, POSTGRESQL, "both"], default="both")
    parser.add_argument("--kills", type=_number, default=200, metavar="N", help="kills at random moments (200)")
    only = "a fault, or a part of the names of some; may be repeated: " + "; ".join(FAULTS)
    parser.add_argument("--only", action="extend", type=_named, metavar="FAULT", help=only)
    parser.add_argument("--json", action="store_true", help="print JSON")
    return parser


def _number(text: str) -> int:
    if not text.isdecimal() or not int(text):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 1 on")
    return int(text)


def _named(text: str) -> list[str]:
    found = [text] if text in FAULTS else [name for name in FAULTS if text.casefold() in name.casefold()]
    if not found:
        raise argparse.ArgumentTypeError(f"no fault is called {text!r}; there are: {'; '.join(FAULTS)}")
    return found


def _try_all(
    kind: str,
    left: list[Fault],
    folder: Path,
    seed: int,
    kills: int,
    done: Callable[[Result], None],
    tell: Callable[[str], None],
) -> None:
    """Try faults one after another on one stage; after one that failed, on a new one."""
    with ExitStack() as whole:
        server = whole.enter_context(postgres.running()) if kind == POSTGRESQL else None
        number = 0
        while left:
            number += 1
            home = folder / f"{kind}-{number}"
            home.mkdir()
            with ExitStack() as stack:
                site = stack.enter_context(Site())
                archive = stack.enter_context(small_disk(home / "disk"))
                stage = stack.enter_context(Stage(home, site, server, archive=archive))
                sound = True
                while left and sound:
                    fault = left.pop(0)
                    # Each fault has its own luck, so that one can be repeated alone.
                    luck = random.Random(f"{seed} {kind} {fault.name}")
                    result = run(fault, stage, luck, kills=kills, tell=lambda line: tell(f"{kind}: {line}"))
                    done(result)
                    sound = not result.problems
            if strays := stage.strays():
                done(Result("end of all processes", kind, problems=[f"still runs: {line}" for line in strays]))


try:
    sys.exit(main())
except KeyboardInterrupt:
    sys.exit(128 + signal.SIGINT)
