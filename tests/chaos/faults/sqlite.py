"""SQLite locked by another process."""

import subprocess
import sys

from tests.chaos.trial import SQLITE, Fault, Trial

#: How long the other process keeps everybody from writing, seconds.
_LOCKED = 10.0

_HOLD = """
import sqlite3, sys, time
connection = sqlite3.connect(sys.argv[1], timeout=60, isolation_level=None)
connection.execute("BEGIN EXCLUSIVE")
time.sleep(float(sys.argv[2]))
connection.execute("COMMIT")
"""


def lock(trial: Trial) -> int:
    trial.moment(2)
    file = trial.stage.database.url.database
    subprocess.run([sys.executable, "-c", _HOLD, file, str(_LOCKED)], check=True, timeout=120)
    return 1


FAULTS = (Fault("SQLite locked for 10 s", lock, (SQLITE,)),)
