"""The doctor on disks: the var folder, and an archive that can be written and is the one the database speaks of."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import func, select

from scheduler.checks.finding import Finding, bad, ok, warn
from worker.errors import Unusable
from worker.settings import Settings, sources
from worker.store.opening import make_var_dir, open_database
from worker.store.tables import Capture

#: Less room than this is a fault, and less than this is one soon, bytes.
_NO_ROOM, _LITTLE_ROOM = 1e9, 10e9

#: Files of the archive that are looked for: those of the newest captures.
_SAMPLE = 20


def var_dir(settings: Settings) -> Iterator[Finding]:
    """Whether the var folder can be written, and is the same for every process."""
    make_var_dir(settings)
    if not os.access(settings.var_dir, os.W_OK):
        yield bad("var folder", f"{settings.var_dir} is not writable", "give it to this user or set BROADSHEET_VAR_DIR")
        return
    elsewhere = settings.database_url is not None or settings.redis_url is not None
    if elsewhere and not settings.var_dir.is_absolute() and settings.archive_dir is None:
        # Two processes with different working folders would file into two archives.
        yield warn(
            "var folder",
            f"{settings.var_dir} depends on where a process is started: {settings.var_dir.absolute()} here",
            "set BROADSHEET_VAR_DIR to an absolute path",
        )
        return
    yield ok("var folder", f"{settings.var_dir}")


def archive(settings: Settings) -> Iterator[Finding]:
    """Whether the archive can be written, has room, and holds what the database indexes."""
    folder = settings.archive
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"\0" * 65536)
            file.flush()
    except OSError as error:
        yield bad("archive", f"{folder}: {error.strerror}", "make room or set BROADSHEET_ARCHIVE_DIR")
        return
    disk = os.statvfs(folder)
    free = disk.f_bavail * disk.f_frsize
    said = f"{folder}: {free / 1e9:.1f} GB free"
    if free < _NO_ROOM:
        yield bad("archive", said, "make room: nothing is fetched that cannot be archived")
    elif free < _LITTLE_ROOM:
        yield warn("archive", said, "make room soon; the runbook's DiskLow says what may go")
    else:
        yield ok("archive", said)
    yield from _holds_what_is_indexed(settings, folder)


def _holds_what_is_indexed(settings: Settings, folder: Path) -> Iterator[Finding]:
    try:
        database = open_database(settings)
    except Unusable:
        return  # the database's own check says so
    try:
        with database.read() as session:
            newest = select(Capture).order_by(Capture.id.desc()).limit(_SAMPLE).subquery()
            ends = session.execute(
                select(newest.c.warc_file, func.max(newest.c.warc_offset + newest.c.warc_length)).group_by(
                    newest.c.warc_file
                )
            ).all()
    finally:
        database.close()
    lost = [name for name, end in ends if not (folder / name).is_file() or (folder / name).stat().st_size < end]
    if lost:
        origin = "BROADSHEET_ARCHIVE_DIR" if sources()["archive_dir"] != "default" else "BROADSHEET_VAR_DIR"
        yield bad(
            "archive files",
            f"{lost[0]} and {len(lost) - 1} more of the newest are not whole in {folder}",
            f"set {origin} to the folder that the workers write to, or restore the archive",
        )
    elif ends:
        yield ok("archive files", f"the newest captures lie in {folder}")
