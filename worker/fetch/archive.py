"""The raw archive: WARC 1.1 files by publication and month, one gzip member a record. Knows no database.

A record is appended in one piece under a lock on its file; what cannot be written whole is cut off again, at once or by
the next append, so that a full disk or a killed process leaves a sound file. ISO 28500:2017 describes the format.
"""

import fcntl
import gzip
import os
import socket
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import date
from io import BytesIO
from pathlib import Path

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from worker import __version__
from worker.domain import Location, Response
from worker.errors import StorageFailed


class Archive:
    """WARC files under one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def append(self, publication: str, day: date, responses: Sequence[Response]) -> list[Location]:
        """File responses of one edition; they are on disk when this returns.

        Raises:
            StorageFailed: they cannot be written; the file is as it was before.
        """
        # The host is part of the name: locks do not reach across machines that share the folder.
        name = f"{publication}/{publication}-{day:%Y-%m}-{socket.gethostname()}.warc.gz"
        path = self.folder / name
        locations = []
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with _locked(path) as descriptor, _journalled(descriptor, path.with_name(f"{path.name}.journal")) as start:
                head = _warcinfo(name) if start == 0 else b""
                members = [_member(response) for response in responses]
                _write(descriptor, head + b"".join(members), start)
                offset = start + len(head)
                for member in members:
                    locations.append(Location(file=name, offset=offset, length=len(member)))
                    offset += len(member)
        except OSError as error:
            raise StorageFailed(f"archive {path}: {error.strerror}; make room or set BROADSHEET_ARCHIVE_DIR") from error
        return locations

    def read(self, location: Location) -> bytes:
        """The body of a capture as it came, with its content encoding.

        Raises:
            StorageFailed: the file or the record is not there.
        """
        try:
            with (self.folder / location.file).open("rb") as file:
                file.seek(location.offset)
                member = file.read(location.length)
            # Undone as a whole first: warcio would give what it finds of a damaged member.
            record = next(iter(ArchiveIterator(BytesIO(gzip.decompress(member)))))
        except (OSError, EOFError, StopIteration, zlib.error, ArchiveLoadFailed) as error:
            raise StorageFailed(f"archive {location.file} at {location.offset}: no record ({error})") from error
        body: bytes = record.raw_stream.read()
        return body


@contextmanager
def _locked(path: Path) -> Iterator[int]:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield descriptor
    finally:
        os.close(descriptor)


@contextmanager
def _journalled(descriptor: int, journal: Path) -> Iterator[int]:
    """Note where an append starts until it is whole; one that a dying process left half done is cut off first.

    Nothing is lost by the cut: a record is indexed only after its append has returned.
    """
    with suppress(FileNotFoundError, ValueError):
        os.ftruncate(descriptor, min(int(journal.read_text()), os.fstat(descriptor).st_size))
    start = os.fstat(descriptor).st_size
    # Not forced to the disk: it is there for a killed process, whose writes the system keeps.
    journal.write_text(str(start))
    yield start
    journal.unlink()


def _write(descriptor: int, data: bytes, start: int) -> None:
    view = memoryview(data)
    try:
        while view:
            view = view[os.write(descriptor, view) :]
        os.fsync(descriptor)
    except BaseException:  # a task's time limit too
        os.ftruncate(descriptor, start)
        raise


def _member(response: Response) -> bytes:
    buffer = BytesIO()
    writer = WARCWriter(buffer, gzip=True, warc_version="1.1")
    date_header = {"WARC-Date": response.fetched_at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")}
    if response.status:
        # The client has undone the transfer encoding; a header that still claimed it would make the record wrong.
        headers = [
            (f"X-Archive-Orig-{name}" if name.lower() == "transfer-encoding" else name, value)
            for name, value in response.headers
        ]
        record = writer.create_warc_record(
            response.final_url,
            "response",
            payload=BytesIO(response.raw),
            length=len(response.raw),
            http_headers=StatusAndHeaders(f"{response.status} {response.reason}".strip(), headers, protocol="HTTP/1.1"),
            warc_headers_dict=date_header,
        )
    else:
        record = writer.create_warc_record(
            response.url,
            "resource",
            payload=BytesIO(response.raw),
            length=len(response.raw),
            warc_content_type=response.content_type or "application/octet-stream",
            warc_headers_dict=date_header,
        )
    writer.write_record(record)
    return buffer.getvalue()


def _warcinfo(name: str) -> bytes:
    buffer = BytesIO()
    writer = WARCWriter(buffer, gzip=True, warc_version="1.1")
    info = {"software": f"Broadsheet/{__version__}", "format": "WARC File Format 1.1"}
    writer.write_record(writer.create_warcinfo_record(Path(name).name, info))
    return buffer.getvalue()
