"""A capture: what a site answered, its raw record and body to keep, and a reading view that cannot do anything."""

import gzip
import zlib
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from scheduler.board import render, text
from scheduler.board.found import found
from scheduler.board.numbers import number_in
from scheduler.board.pictures import picture_of
from scheduler.board.state import Board, board_of
from worker.errors import BroadsheetError, StorageFailed
from worker.fetch.encoding import decompress
from worker.parse import decode
from worker.store.captures import location, original
from worker.store.tables import Capture, Edition, Page, Publication

#: Of a document, so much is read for the reading view, bytes; the whole of it can be downloaded.
_SHOWN = 512 * 1024
#: A body that is larger than this after decompression is not shown, bytes.
_LARGEST = 256 * 1024 * 1024
#: A picture may be kept by the browser for a day: a capture never changes.
_PICTURE_CACHE = "private, max-age=86400, immutable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One record of the archive."""

    whole: bytes  #: WARC headers, HTTP headers and body as they lie in the archive
    head: str  #: the HTTP status line and headers; of a page dump, the WARC headers
    encoding: str  #: Content-Encoding


def capture(request: Request) -> Response:
    """What is known of a capture, its headers and its reading view."""
    board = board_of(request)
    with board.database.read() as session:
        row, edition, publication, page = _found(session, number_in(request))
        source = original(session, row)
    record, body, failure = None, b"", None
    try:
        record = _record(board, row)
        body = _body(board, source)
    except BroadsheetError as error:
        failure = str(error)
    picture = picture_of(body)
    is_text = body and picture is None and b"\0" not in body[:4096]
    shown = decode(body[:_SHOWN]) if is_text else ""
    return render.page(
        request,
        "capture.html",
        capture=row,
        edition=edition,
        publication=publication,
        page=page,
        original=source.id if source.id != row.id else None,
        record=record,
        failure=failure,
        picture=picture,
        reading=text.sanitised(shown) if "html" in (row.content_type or "html") else None,
        source=shown,
        cut=len(body) > _SHOWN,
    )


def record(request: Request) -> Response:
    """The whole record as a file to keep."""
    board = board_of(request)
    with board.database.read() as session:
        row = _one(session, number_in(request))
    return _download(_record(board, row).whole, f"capture-{row.id}.warc.txt")


def body(request: Request) -> Response:
    """The body, without its content encoding, as a file to keep."""
    board = board_of(request)
    with board.database.read() as session:
        row = _one(session, number_in(request))
        source = original(session, row)
    return _download(_body(board, source), f"capture-{row.id}.txt")


def image(request: Request) -> Response:
    """A captured picture, if its bytes are one; never anything else, whatever its headers say."""
    board = board_of(request)
    with board.database.read() as session:
        source = original(session, _one(session, number_in(request)))
    data = _body(board, source)
    picture = picture_of(data)
    if picture is None:
        raise HTTPException(404)
    return Response(data, 200, {"Cache-Control": _PICTURE_CACHE}, picture.media_type)


def picture_bytes(board: Board, row: Capture) -> bytes:
    """The body that a capture itself holds, or nothing if the archive cannot give it."""
    try:
        return _body(board, row)
    except BroadsheetError:
        return b""


def _download(data: bytes, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, max-age=86400"}
    # Without a charset: the bytes are in whichever the publisher used.
    return Response(data, 200, {**headers, "Content-Type": "text/plain"})


def _one(session: Session, capture_id: int) -> Capture:
    row = session.get(Capture, capture_id)
    if row is None:
        raise HTTPException(404)
    return row


def _found(session: Session, capture_id: int) -> tuple[Capture, Edition, Publication, Page | None]:
    query = (
        select(Capture, Edition, Publication, Page)
        .join(Edition, Edition.id == Capture.edition_id)
        .join(Publication, Publication.id == Edition.publication_id)
        .outerjoin(Page, Page.id == Capture.page_id)
        .where(Capture.id == capture_id)
    )
    return found(session, query)


def _record(board: Board, row: Capture) -> Record:
    where = location(row)
    try:
        with (board.archive.folder / where.file).open("rb") as file:
            file.seek(where.offset)
            whole = gzip.decompress(file.read(where.length))
    except (OSError, EOFError, zlib.error) as error:
        raise StorageFailed(f"archive {where.file} at {where.offset}: no record ({error})") from error
    warc, _, block = whole.partition(b"\r\n\r\n")
    is_http = block.startswith(b"HTTP/")
    head = (block.partition(b"\r\n\r\n")[0] if is_http else warc).decode("utf-8", "replace")
    fields = dict(line.lower().split(":", 1) for line in head.splitlines()[1:] if ":" in line)
    return Record(whole=whole, head=head, encoding=fields.get("content-encoding", "").strip() if is_http else "")


def _body(board: Board, row: Capture) -> bytes:
    """The body, without its content encoding, of a capture that holds it itself."""
    return decompress(board.archive.read(location(row)), _record(board, row).encoding, row.url, _LARGEST)
