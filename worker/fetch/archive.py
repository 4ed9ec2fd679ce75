"""The raw archive: WARC 1.1 files by publication and month, one gzip member a record. Knows no database.

A record is appended in one piece under a lock on its file and indexed before that lock is given up; what cannot be
written whole, or indexed, is cut off again, at once or by the next append. So a full disk or a killed process leaves a
sound file and nothing in it that the index lacks. ISO 28500:2017 describes the format.
"""

import fcntl
import gzip
import itertools
import os
import socket
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed

from worker.domain import Location, Response
from worker.errors import BroadsheetError, StorageFailed
from worker.fetch.encoding import decompress
from worker.fetch.records import Entry, member, warcinfo, whole

#: A file that has grown beyond this is followed by another, bytes.
FILE_BYTES = 1_000_000_000

_NO_LIMIT = 1 << 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Filed:
    """A record as it lies in the archive, for those who check it."""

    kind: str  #: response, revisit, resource or warcinfo
    url: str | None  #: WARC-Target-URI
    date: str | None  #: WARC-Date as it stands
    location: Location


#: Whether the index has what was appended to a file (name) from an offset on under a mark.
Knows = Callable[[str, int, str], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Indexing:
    """How what is appended gets into the index."""

    mark: str  #: by which ``knows`` finds it again, whoever asks
    add: Callable[[list[Location]], None]  #: index it, all or nothing
    knows: Knows


class Archive:
    """WARC files under one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def append(
        self, publication: str, day: date, responses: Sequence[Response | Entry], indexing: Indexing | None = None
    ) -> list[Location]:
        """File responses of one edition, or entries that refer to what lies here; on disk and indexed on return.

        Raises:
            StorageFailed: they cannot be written; the file is as it was before.
            Exception: what ``indexing`` raises; the file is as it was before, unless they are indexed all the same.
        """
        name = self._name(publication, day)
        path = self.folder / name
        locations = []
        members = [member(item if isinstance(item, Entry) else whole(item)) for item in responses]
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with _locked(path) as descriptor, self._journalled(descriptor, name, indexing) as start:
                head = warcinfo(path.name) if start == 0 else b""
                _write(descriptor, head + b"".join(members))
                offset = start + len(head)
                for length in map(len, members):
                    locations.append(Location(file=name, offset=offset, length=length))
                    offset += length
                if indexing:
                    indexing.add(locations)
        except OSError as error:
            raise StorageFailed(f"archive {path}: {error.strerror}; make room or set BROADSHEET_ARCHIVE_DIR") from error
        return locations

    def read(self, location: Location) -> bytes:
        """The body of a capture as it came, with its content encoding; nothing of a revisit, whose body lies elsewhere.

        Raises:
            StorageFailed: the file or the record is not there.
        """
        body: bytes = self._record(location).raw_stream.read()
        return body

    def response(self, location: Location, *, url: str, fetched_at: datetime) -> Response:
        """A capture as the response that it was; ``url`` is the address that was asked for.

        Raises:
            StorageFailed: the file or the record is not there, or its body cannot be decoded.
        """
        record = self._record(location)
        head = record.http_headers
        headers = tuple((name, value) for name, value in head.headers) if head else ()
        raw: bytes = record.raw_stream.read()
        encoding = head.get_header("content-encoding", "") if head else ""
        try:
            body = decompress(raw, encoding, url, _NO_LIMIT)
        except BroadsheetError as error:
            raise StorageFailed(f"archive {location.file} at {location.offset}: {error}") from error
        declared = record.rec_headers.get_header("Content-Type")
        return Response(
            url=url,
            final_url=record.rec_headers.get_header("WARC-Target-URI") if head else url,
            fetched_at=fetched_at,
            status=int(head.get_statuscode()) if head else 0,
            reason=head.statusline.partition(" ")[2] if head else "",
            headers=headers if head else (("Content-Type", declared),),
            raw=raw,
            body=body,
        )

    def repair(self, knows: Knows | None = None) -> int:
        """Cut off what dying processes left half written, or whole and not indexed; gives the number of files.

        Files in use are left alone, and so is what is marked for an index if that is not given.
        """
        repaired = 0
        for journal in self.folder.glob("*/*.journal"):
            path = journal.with_name(journal.name.removesuffix(".journal"))
            with suppress(OSError), _locked(path, wait=False) as descriptor:
                repaired += self._settle(descriptor, path.relative_to(self.folder).as_posix(), knows)
        return repaired

    def files(self) -> list[str]:
        """Names of all WARC files."""
        return sorted(path.relative_to(self.folder).as_posix() for path in self.folder.glob("*/*.warc.gz"))

    def records(self, name: str) -> Iterator[Filed]:
        """All records of a file in order.

        Raises:
            StorageFailed: from a place on the file cannot be read.
        """
        offset = 0
        try:
            with (self.folder / name).open("rb") as file:
                records = ArchiveIterator(file)
                for record in records:
                    headers = record.rec_headers
                    kind, url = record.rec_type, headers.get_header("WARC-Target-URI")
                    offset = records.get_record_offset()
                    length = records.get_record_length()
                    yield Filed(
                        kind=kind,
                        url=url,
                        date=headers.get_header("WARC-Date"),
                        location=Location(file=name, offset=offset, length=length),
                    )
                    offset += length
        except (OSError, EOFError, zlib.error, ArchiveLoadFailed) as error:
            raise StorageFailed(f"archive {name}: unreadable after {offset} bytes ({error})") from error

    @contextmanager
    def _journalled(self, descriptor: int, name: str, indexing: Indexing | None) -> Iterator[int]:
        """Note where an append starts until it is whole and indexed; what a dying process left is settled first."""
        knows = indexing.knows if indexing else None
        self._settle(descriptor, name, knows)
        start = os.fstat(descriptor).st_size
        # Not forced to the disk: it is there for a killed process, whose writes the system keeps.
        self._journal(name).write_text(f"{start} {indexing.mark if indexing else ''}")
        try:
            yield start
        except BaseException:  # a task's time limit too
            # If the index cannot be asked, whoever appends next does it.
            with suppress(Exception):
                self._settle(descriptor, name, knows)
            raise
        self._journal(name).unlink()

    def _settle(self, descriptor: int, name: str, knows: Knows | None) -> bool:
        """Cut off an append that was not brought to its end, unless the index has it; gives whether there was one.

        Whether the index has it is asked and not guessed: who was killed, or lost the database, may have done so after
        the commit.
        """
        journal = self._journal(name)
        try:
            start, _, mark = journal.read_text().partition(" ")
        except FileNotFoundError:
            return False
        # Empty: it died before it wrote anything.
        if start and not (mark and (knows is None or knows(name, int(start), mark))):
            os.ftruncate(descriptor, min(int(start), os.fstat(descriptor).st_size))
        journal.unlink()
        return True

    def _journal(self, name: str) -> Path:
        return self.folder / f"{name}.journal"

    def _name(self, publication: str, day: date) -> str:
        # The host is part of the name: locks do not reach across machines that share the folder.
        stem = f"{publication}/{publication}-{day:%Y-%m}-{socket.gethostname()}"
        for part in itertools.count(1):
            name = f"{stem}{'' if part == 1 else f'-{part}'}.warc.gz"
            try:
                if (self.folder / name).stat().st_size < FILE_BYTES:
                    return name
            except OSError:  # not there yet; whatever else is wrong shows itself when it is opened
                return name
        raise AssertionError("some part is small enough")

    def _record(self, location: Location) -> Any:
        try:
            with (self.folder / location.file).open("rb") as file:
                file.seek(location.offset)
                packed = file.read(location.length)
            # Undone as a whole first: warcio would give what it finds of a damaged member.
            return next(iter(ArchiveIterator(BytesIO(gzip.decompress(packed)))))
        except (OSError, EOFError, StopIteration, zlib.error, ArchiveLoadFailed) as error:
            raise StorageFailed(f"archive {location.file} at {location.offset}: no record ({error})") from error


@contextmanager
def _locked(path: Path, *, wait: bool = True) -> Iterator[int]:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield descriptor
    finally:
        os.close(descriptor)


def _write(descriptor: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]
    os.fsync(descriptor)
