"""A small disk of its own for the raw archive, which can be filled: a tmpfs, where we may mount one."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

#: More than a whole run's captures take.
_SIZE = "64m"


@contextmanager
def small_disk(folder: Path) -> Iterator[Path | None]:
    """Mount one at ``folder``; gives nothing where that is not allowed."""
    folder.mkdir()
    words = ["mount", "-t", "tmpfs", "-o", f"size={_SIZE},mode=0700", "broadsheet", str(folder)]
    try:
        mounted = subprocess.run(words, capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        mounted = False
    try:
        yield folder if mounted else None
    finally:
        if mounted:
            subprocess.run(["umount", "-l", str(folder)], check=True)
