"""Compare the raw archive with its index: every row's record reads and is what the row says. Changes nothing."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from worker.errors import StorageFailed
from worker.fetch.archive import Archive, Filed
from worker.services import Services
from worker.store import captures
from worker.store.tables import Capture


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing that is wrong."""

    file: str
    offset: int | None
    capture: int | None  #: id of the row, if one is concerned
    what: str


@dataclass(slots=True, kw_only=True)
class Verified:
    """What was looked at, and what is wrong."""

    files: int = 0
    rows: int = 0
    records: int = 0  #: without the warcinfo records
    problems: list[Problem] = field(default_factory=list)


def verify(services: Services, tell: Callable[[str, int, int], None] = lambda *_: None) -> Verified:
    """Check all files; ``tell`` is called after each with its name, its number and how many there are."""
    result = Verified()
    archive = services.archive
    with services.database.read() as session:
        names = sorted({*archive.files(), *captures.files(session)})
    for number, name in enumerate(names, 1):
        # One file a transaction, the files' records after the rows: what is appended meanwhile is in neither or both.
        with services.database.read() as session:
            rows = captures.of_file(session, name)
            result.files += 1
            result.rows += len(rows)
            result.problems.extend(_check_rows(session, archive, rows))
        result.problems.extend(_check_records(services, name, result))
        tell(name, number, len(names))
    return result


def _check_rows(session: Session, archive: Archive, rows: Sequence[Capture]) -> Iterator[Problem]:
    for row in rows:
        what = _wrong(session, archive, row)
        if what:
            yield Problem(file=row.warc_file, offset=row.warc_offset, capture=row.id, what=what)


def _wrong(session: Session, archive: Archive, row: Capture) -> str | None:
    if row.revisit_of is not None:
        original = session.get(Capture, row.revisit_of)
        if original is None:
            return f"refers to capture {row.revisit_of}, which is not there"
        if original.sha256 != row.sha256:
            return f"refers to capture {row.revisit_of}, which holds other bytes"
    try:
        found = archive.response(captures.location(row), url=row.url, fetched_at=row.fetched_at)
    except StorageFailed as error:
        return str(error)
    if found.status != row.status:
        return f"holds HTTP {found.status}, the row says {row.status}"
    if row.revisit_of is None and hashlib.sha256(found.body).hexdigest() != row.sha256:
        return "holds other bytes than the row says"
    return None


def _check_records(services: Services, name: str, result: Verified) -> Iterator[Problem]:
    records: list[Filed] = []
    broken = None
    try:
        # One by one: those before a damaged one count.
        records.extend(record for record in services.archive.records(name) if record.kind != "warcinfo")
    except StorageFailed as error:
        broken = str(error)
    result.records += len(records)
    # Asked for after the file was read: a record that a worker has just written may have got its row since.
    with services.database.read() as session:
        known = {row.warc_offset for row in captures.of_file(session, name)}
    for record in records:
        offset = record.location.offset
        if offset not in known:
            yield Problem(
                file=name, offset=offset, capture=None, what=f"{record.kind} record of {record.url} has no row"
            )
    if broken:
        yield Problem(file=name, offset=None, capture=None, what=broken)
