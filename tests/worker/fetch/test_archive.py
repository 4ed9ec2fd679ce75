import base64
import fcntl
import gzip
import hashlib
import multiprocessing
import os
import resource
import signal
from datetime import UTC, datetime

import pytest
from fastwarc.warc import ArchiveIterator as FastIterator
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator

from tests.factories import DAY, make_response
from worker.domain import Location
from worker.errors import StorageFailed
from worker.fetch.archive import Archive, Indexing
from worker.fetch.records import Entry, Original, payload_digest


@pytest.fixture
def archive(tmp_path):
    return Archive(tmp_path / "archive")


def records(path):
    with path.open("rb") as file:
        return [
            (record.rec_type, dict(record.rec_headers.headers), record.http_headers, record.content_stream().read())
            for record in ArchiveIterator(file, check_digests="raise")
        ]


def test_a_response_is_a_record_that_warcio_reads(archive):
    (location,) = archive.append("paper", DAY, [make_response("标题".encode())])
    info, (kind, headers, http, body) = records(archive.folder / location.file)
    assert info[0] == "warcinfo"
    assert (kind, headers["WARC-Target-URI"], headers["WARC-Type"]) == (
        *("response", "http://paper.example/a.htm", "response"),
    )
    assert headers["WARC-Date"] == "2026-03-05T12:00:01.234567Z"
    assert headers["Content-Type"] == "application/http; msgtype=response"
    assert http.get_statuscode() == "200"
    assert http.headers == [("Content-Type", "text/html; charset=utf-8"), ("X-Twice", "1"), ("X-Twice", "2")]
    assert body == "标题".encode()


def test_fastwarc_reads_the_same_and_finds_the_digests_right(archive):
    (location,) = archive.append("paper", DAY, [make_response(b"body")])
    path = archive.folder / location.file
    with path.open("rb") as file:
        assert [record.verify_block_digest() for record in FastIterator(file, parse_http=False)] == [True, True]
    with path.open("rb") as file:
        (found,) = (
            (record.headers["WARC-Target-URI"], record.http_headers.status_code, record.verify_payload_digest())
            for record in FastIterator(file)
            if record.is_http
        )
    assert found == ("http://paper.example/a.htm", 200, True)


def test_the_payload_digest_is_that_of_the_bytes_as_they_came(archive):
    packed = gzip.compress(b"body", mtime=0)
    response = make_response(
        b"body", raw=packed, headers=(("Content-Encoding", "gzip"), ("Transfer-Encoding", "chunked"))
    )
    (location,) = archive.append("paper", DAY, [response])
    _, (_, headers, http, body) = records(archive.folder / location.file)
    kind, _, value = headers["WARC-Payload-Digest"].partition(":")
    assert (kind, value) == ("sha1", base64.b32encode(hashlib.sha1(packed).digest()).decode())
    assert body == b"body"
    assert http.headers == [("Content-Encoding", "gzip"), ("X-Archive-Orig-Transfer-Encoding", "chunked")]
    assert archive.read(location) == packed


def test_a_page_dump_is_a_resource_record(archive):
    dump = make_response(
        b"dump", url="file:a.txt", final_url="file:a.txt", status=0, headers=(("Content-Type", "text/plain"),)
    )
    (location,) = archive.append("paper", DAY, [dump])
    _, (kind, headers, http, body) = records(archive.folder / location.file)
    assert (kind, headers["WARC-Target-URI"], headers["Content-Type"], http, body) == (
        *("resource", "file:a.txt", "text/plain", None, b"dump"),
    )
    assert archive.read(location) == b"dump"


@pytest.mark.parametrize("name", ["报纸 第1版.txt", "a\nb.txt", "a b.txt"])
def test_a_dump_with_an_odd_name_keeps_the_file_readable(archive, name):
    dump = make_response(b"dump", url=f"file:{name}", status=0, headers=())
    (location,) = archive.append("paper", DAY, [dump])
    assert [record[3] for record in records(archive.folder / location.file)[1:]] == [b"dump"]
    assert archive.read(location) == b"dump"


@pytest.mark.parametrize(
    "header",
    [
        ("Content-Disposition", 'attachment; filename="\xc3\xa9.htm"'),
        ("Server", ""),
        ("X", "a" * 9000),
        ("Via", "1.1 报"),
    ],
)
def test_odd_headers_keep_the_file_readable(archive, header):
    (location,) = archive.append("paper", DAY, [make_response(b"body", headers=(header,))])
    (record,) = records(archive.folder / location.file)[1:]
    assert record[3] == b"body"
    assert [name for name, _ in record[2].headers] == [header[0]]


def test_every_record_is_a_gzip_member_of_its_own_at_its_place(archive):
    first = archive.append("paper", DAY, [make_response(b"one"), make_response(b"two")])
    second = archive.append("paper", DAY, [make_response(b"")])
    path = archive.folder / first[0].file
    data = path.read_bytes()
    assert {location.file for location in (*first, *second)} == {first[0].file}
    end = first[0].offset
    for location, body in zip((*first, *second), (b"one", b"two", b""), strict=True):
        assert location.offset == end
        end = location.offset + location.length
        assert gzip.decompress(data[location.offset : end]).endswith(b"\r\n\r\n" + body + b"\r\n\r\n")
        assert archive.read(location) == body
    assert end == len(data)
    assert [kind for kind, *_ in records(path)] == ["warcinfo", "response", "response", "response"]


def test_files_are_by_publication_and_month(archive):
    other = archive.append("paper", DAY.replace(month=4), [make_response()])[0].file
    here = archive.append("paper", DAY, [make_response()])[0].file
    assert here.startswith("paper/paper-2026-03-")
    assert other.startswith("paper/paper-2026-04-")


def test_a_revisit_after_a_restart_goes_on_in_the_same_file(archive):
    first = archive.append("paper", DAY, [make_response(b"one")])[0]
    second = Archive(archive.folder).append("paper", DAY, [make_response(b"two")])[0]
    assert (second.file, second.offset) == (first.file, first.offset + first.length)


def _append_many(folder, name, times):
    archive = Archive(folder)
    for number in range(times):
        bodies = [f"{name} {number} {part} ".encode() * 2000 for part in range(3)]
        locations = archive.append("paper", DAY, [make_response(body) for body in bodies])
        assert [archive.read(location) for location in locations] == bodies


def test_several_processes_append_side_by_side(archive):
    context = multiprocessing.get_context("fork")
    processes = [context.Process(target=_append_many, args=(archive.folder, name, 15)) for name in "abc"]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
    assert [process.exitcode for process in processes] == [0, 0, 0]
    (path,) = archive.folder.rglob("*.warc.gz")
    found = records(path)
    assert [kind for kind, *_ in found].count("warcinfo") == 1
    assert {body for *_, body in found[1:]} == {
        f"{name} {number} {part} ".encode() * 2000 for name in "abc" for number in range(15) for part in range(3)
    }
    assert len(found) == 1 + 3 * 15 * 3


def _append_to_full_disk(archive, room, told):
    # A limit on the size of files stands for the full disk: the kernel writes a part, then refuses.
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))
    try:
        archive.append("paper", DAY, [make_response(os.urandom(5000))])
    except StorageFailed as error:
        told.put(str(error))
    else:
        told.put("no error")


def test_on_a_full_disk_nothing_is_added_and_there_is_room_for_the_next(archive):
    (before,) = archive.append("paper", DAY, [make_response(b"one")])
    data = (archive.folder / before.file).read_bytes()
    told = multiprocessing.get_context("fork").SimpleQueue()
    process = multiprocessing.get_context("fork").Process(
        target=_append_to_full_disk, args=(archive, len(data) + 100, told)
    )
    process.start()
    assert "make room or set BROADSHEET_ARCHIVE_DIR" in told.get()
    process.join(60)
    told.close()
    assert (archive.folder / before.file).read_bytes() == data
    (after,) = archive.append("paper", DAY, [make_response(b"two")])
    assert (archive.read(before), archive.read(after)) == (b"one", b"two")


@pytest.mark.parametrize("interruption", [OSError(28, "No space left on device"), KeyboardInterrupt(), TimeoutError()])
def test_a_write_that_is_interrupted_half_way_leaves_the_file_as_it_was(archive, monkeypatch, interruption):
    """Celery's soft time limit is an exception too, and may come between two writes."""
    (before,) = archive.append("paper", DAY, [make_response(b"one")])
    data = (archive.folder / before.file).read_bytes()
    real, calls = os.write, []

    def half(descriptor, view):
        if calls:
            raise interruption
        calls.append(1)
        return real(descriptor, view[: len(view) // 2])

    monkeypatch.setattr(os, "write", half)
    with pytest.raises((StorageFailed, KeyboardInterrupt)):
        archive.append("paper", DAY, [make_response(b"two")])
    assert (archive.folder / before.file).read_bytes() == data


def test_an_interruption_before_the_first_record_leaves_a_file_that_still_begins_with_warcinfo(archive, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "write", full)
        with pytest.raises(StorageFailed):
            archive.append("paper", DAY, [make_response(b"one")])
    (location,) = archive.append("paper", DAY, [make_response(b"one")])
    assert [kind for kind, *_ in records(archive.folder / location.file)] == ["warcinfo", "response"]


def test_a_folder_that_cannot_be_made_is_one_line_that_says_what_to_do(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageFailed, match="BROADSHEET_ARCHIVE_DIR") as error:
        Archive(tmp_path / "file" / "archive").append("paper", DAY, [make_response()])
    assert "\n" not in str(error.value)


def _damaged(archive, how):
    (one,) = archive.append("paper", DAY, [make_response(b"x" * 5000)])
    path = archive.folder / one.file
    data = path.read_bytes()
    match how:
        case "no file":
            return Location(file="no/file.warc.gz", offset=0, length=10)
        case "a folder":
            return Location(file="paper", offset=0, length=10)
        case "past the end":
            return Location(file=one.file, offset=len(data), length=10)
        case "in the middle of a member":
            return Location(file=one.file, offset=one.offset + 7, length=one.length - 7)
        case "zeros":
            path.write_bytes(data[: one.offset] + bytes(one.length))
        case "cut":
            path.write_bytes(data[:-20])
        case "a flipped bit":
            broken = bytearray(data)
            broken[one.offset + one.length // 2] ^= 0x10
            path.write_bytes(bytes(broken))
    return one


@pytest.mark.parametrize(
    "how",
    ["no file", "a folder", "past the end", "in the middle of a member", "zeros", "cut", "a flipped bit"],
)
def test_a_record_that_is_not_there_or_damaged_is_an_error_and_never_other_bytes(archive, how):
    location = _damaged(archive, how)
    with pytest.raises(StorageFailed):
        archive.read(location)


def test_moments_are_written_as_utc(archive):
    response = make_response(fetched_at=datetime(2026, 3, 5, 12, 0, tzinfo=UTC).astimezone())
    (location,) = archive.append("paper", DAY, [response])
    assert records(archive.folder / location.file)[1][1]["WARC-Date"] == "2026-03-05T12:00:00.000000Z"


def _die_half_way(archive):
    real = os.write

    def half(descriptor, view):
        real(descriptor, view[: len(view) // 2])
        os.kill(os.getpid(), signal.SIGKILL)

    os.write = half
    archive.append("paper", DAY, [make_response(os.urandom(5000))])


def test_what_a_killed_process_left_half_written_is_cut_off_by_the_next_append(archive):
    (before,) = archive.append("paper", DAY, [make_response(b"one")])
    path = archive.folder / before.file
    size = path.stat().st_size
    process = multiprocessing.get_context("fork").Process(target=_die_half_way, args=(archive,))
    process.start()
    process.join(60)
    assert process.exitcode == -signal.SIGKILL
    assert path.stat().st_size > size, "something was left half written"
    (after,) = archive.append("paper", DAY, [make_response(b"two")])
    assert after.offset == size
    assert [(archive.read(before)), archive.read(after)] == [b"one", b"two"]
    assert [body for kind, _, _, body in records(path) if kind == "response"] == [b"one", b"two"]


def test_a_start_repairs_what_killed_processes_left_and_leaves_files_in_use_alone(archive):
    (before,) = archive.append("paper", DAY, [make_response(b"one")])
    path = archive.folder / before.file
    size = path.stat().st_size
    process = multiprocessing.get_context("fork").Process(target=_die_half_way, args=(archive,))
    process.start()
    process.join(60)
    with path.open("ab") as in_use:
        fcntl.flock(in_use, fcntl.LOCK_EX)
        assert archive.repair() == 0
        assert path.stat().st_size > size
    assert archive.repair() == 1
    assert path.stat().st_size == size
    assert archive.repair() == 0
    assert [body for kind, _, _, body in records(path) if kind == "response"] == [b"one"]


def _die_while_indexing(archive):
    def die(_):
        os.kill(os.getpid(), signal.SIGKILL)

    archive.append("paper", DAY, [make_response(b"two")], Indexing(mark="7", add=die, knows=lambda *_: False))


@pytest.mark.parametrize("known", [False, True])
def test_what_a_killed_process_had_not_indexed_is_cut_off_and_what_it_had_stays(archive, known):
    (before,) = archive.append("paper", DAY, [make_response(b"one")])
    path = archive.folder / before.file
    size = path.stat().st_size
    process = multiprocessing.get_context("fork").Process(target=_die_while_indexing, args=(archive,))
    process.start()
    process.join(60)
    assert process.exitcode == -signal.SIGKILL
    asked = []
    assert archive.repair(lambda *question: (asked.append(question), known)[1]) == 1
    assert asked == [(before.file, size, "7")]
    bodies = [b"one", *([b"two"] if known else [])]
    assert [body for kind, _, _, body in records(path) if kind == "response"] == bodies
    assert archive.repair(lambda *_: pytest.fail("nothing is left to ask")) == 0


@pytest.mark.parametrize("known", [False, True])
def test_a_failure_to_index_takes_the_record_back_unless_it_is_indexed_all_the_same(archive, known):
    """The connection may break after the commit and before its answer."""

    def fail(_):
        raise ConnectionError("server closed the connection")

    indexing = Indexing(mark="7", add=fail, knows=lambda *_: known)
    with pytest.raises(StorageFailed):
        archive.append("paper", DAY, [make_response(b"one")], indexing)
    (after,) = archive.append("paper", DAY, [make_response(b"two")])
    found = [body for kind, _, _, body in records(archive.folder / after.file) if kind == "response"]
    assert found == [*([b"one"] if known else []), b"two"]


def test_an_index_that_cannot_be_asked_is_asked_by_the_next(archive):
    def away(*_):
        raise LookupError("the database is away")

    with pytest.raises(LookupError):
        archive.append("paper", DAY, [make_response(b"one")], Indexing(mark="7", add=away, knows=away))
    indexed = []
    indexing = Indexing(mark="7", add=indexed.extend, knows=lambda *_: False)
    archive.append("paper", DAY, [make_response(b"two")], indexing)
    bodies = [body for kind, _, _, body in records(archive.folder / indexed[0].file) if kind == "response"]
    assert (bodies, archive.read(indexed[0])) == ([b"two"], b"two")


def test_a_file_that_has_grown_is_followed_by_another(archive, monkeypatch):
    monkeypatch.setattr("worker.fetch.archive.FILE_BYTES", 3000)
    locations = [archive.append("paper", DAY, [make_response(os.urandom(1500))])[0] for _ in range(5)]
    names = list(dict.fromkeys(location.file for location in locations))
    assert len(names) > 1
    assert archive.files() == sorted(names)
    assert names[1].endswith("-2.warc.gz")
    for name in names:
        assert records(archive.folder / name)[0][0] == "warcinfo"
    assert [len(archive.read(location)) for location in locations] == [1500] * 5


@pytest.mark.parametrize(("status", "profile"), [(304, "server-not-modified"), (200, "identical-payload-digest")])
def test_a_revisit_holds_the_headers_and_says_where_the_body_is(archive, status, profile):
    response = make_response(b"" if status == 304 else b"body", status=status)
    at = datetime(2026, 3, 5, 6, 0, tzinfo=UTC)
    entry = Entry(
        response=response,
        digest=payload_digest(b"body"),
        original=Original(url="http://paper.example/a.htm", fetched_at=at),
    )
    (location,) = archive.append("paper", DAY, [entry])
    _, (kind, headers, http, body) = records(archive.folder / location.file)
    assert (kind, headers["WARC-Profile"].rpartition("/")[2], body) == ("revisit", profile, b"")
    assert headers["WARC-Refers-To-Target-URI"] == "http://paper.example/a.htm"
    assert headers["WARC-Refers-To-Date"] == "2026-03-05T06:00:00.000000Z"
    assert http.get_statuscode() == str(status)
    assert ("WARC-Payload-Digest" in headers) == (status == 200)
    with (archive.folder / location.file).open("rb") as file:
        assert all(record.verify_block_digest() for record in FastIterator(file, parse_http=False))


def test_a_response_comes_back_as_it_was(archive):
    text = "正文。".encode() * 100
    packed = gzip.compress(text, mtime=0)
    headers = (("Content-Type", "text/html; charset=utf-8"), ("Content-Encoding", "gzip"), ("ETag", '"1"'))
    response = make_response(text, raw=packed, headers=headers, final_url="http://paper.example/b.htm")
    (location,) = archive.append("paper", DAY, [response])
    assert archive.response(location, url=response.url, fetched_at=response.fetched_at) == response


def test_a_file_lists_its_records_with_their_places(archive):
    locations = archive.append("paper", DAY, [make_response(b"one"), make_response(b"two")])
    found = list(archive.records(locations[0].file))
    assert [record.kind for record in found] == ["warcinfo", "response", "response"]
    assert [record.location for record in found[1:]] == locations


@given(
    body=st.binary(max_size=300),
    headers=st.lists(st.tuples(st.sampled_from(["Via", "X", "Content-Type"]), st.text(max_size=30)), max_size=4),
    url=st.text(max_size=40),
)
@hypothesis_settings(max_examples=80, database=None)
def test_whatever_comes_is_a_record_that_reads(tmp_path_factory, body, headers, url):
    archive = Archive(tmp_path_factory.mktemp("archive"))
    response = make_response(body, headers=tuple(headers), final_url=f"http://paper.example/{url}")
    (location,) = archive.append("paper", DAY, [response, make_response(b"next")])[:1]
    found = records(archive.folder / location.file)
    assert [record[3] for record in found[1:]] == [body, b"next"]
