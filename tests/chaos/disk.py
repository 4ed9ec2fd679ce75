"""A small disk of its own for the raw archive, which can be filled: a tmpfs, where we may mount one."""

import errno
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


@contextmanager
def filled(folder: Path) -> Iterator[None]:
    """Leave no byte of room on the disk of a folder until the end of the block."""
    ballast = folder / "ballast"
    try:
        with ballast.open("wb", buffering=0) as file:
            for size in (1 << 20, 1 << 12, 1):
                _fill(file, bytes(size))
        yield
    finally:
        ballast.unlink()


def _fill(file, block: bytes) -> None:
    try:
        while True:
            file.write(block)
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
