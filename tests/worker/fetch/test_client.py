import contextlib
import gzip
import http.server
import inspect
import signal
import socket
import socketserver
import struct
import threading
import time
import zlib
from collections import Counter
from datetime import UTC, datetime
from email.utils import formatdate

import aiohttp
import httpx
import pytest
from hypothesis import example, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from tests.conftest import wait_until
from tests.factories import make_response
from worker import embedded
from worker.domain import Response
from worker.errors import BroadsheetError, FetchFailed, FetchRefused, Final, HostResting, LeaseLost, Retryable
from worker.fetch import client, turns
from worker.fetch.client import Fetcher, Manners, retry_after
from worker.fetch.encoding import decompress
from worker.fetch.wire import DECISIONS
from worker.settings import Settings

OPEN = Manners(requests_per_second=0, concurrency=8, allow_private_addresses=True)


class Server(http.server.ThreadingHTTPServer):
    """Answers a path with what the test put there: a function of the handler, or (status, headers, body)."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.answers = {}
        self.asked = Counter()
        self.connections = 0
        self.headers_seen = []
        self.running = self.most = 0
        self.lock = threading.Lock()
        self.released = threading.Event()

    def url(self, path):
        return f"http://127.0.0.1:{self.server_port}{path}"

    def get_request(self):
        self.connections += 1
        return super().get_request()

    def handle_error(self, request, client_address):
        pass


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        server = self.server
        with server.lock:
            server.asked[self.path] += 1
            server.headers_seen.append(self.headers)
            server.running += 1
            server.most = max(server.most, server.running)
        try:
            answer = server.answers[self.path]
            if callable(answer):
                answer = answer(self)
            if answer is not None:
                self.answer(*answer)
        finally:
            with server.lock:
                server.running -= 1

    def answer(self, status=200, headers=(), body=b""):
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        if not any(name.lower() in {"content-length", "transfer-encoding"} for name, _ in headers):
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@pytest.fixture
def server():
    running = Server()
    thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield running
    running.released.set()
    running.shutdown()
    running.server_close()
    thread.join()


@pytest.fixture
def make_fetcher():
    made = []

    def make(**values):
        made.append(Fetcher(Settings(**{"request_attempts": 1, "request_timeout_seconds": 20} | values)))
        return made[-1]

    yield make
    for fetcher in made:
        fetcher.close()


@pytest.fixture
def quick(monkeypatch):
    """No pause between two tries of a request, and none that a 503 asks for."""
    monkeypatch.setattr(client, "_FIRST_PAUSE", 0.001)
    monkeypatch.setattr(turns, "SLOW_FIRST", 0.0)


def alive():
    pass


def public_exceptions(module):
    return [
        value
        for name in dir(module)
        if not name.startswith("_")
        and inspect.isclass(value := getattr(module, name))
        and issubclass(value, Exception)
        and not issubclass(value, Warning)
    ]


@pytest.mark.parametrize(
    "foreign",
    [
        *public_exceptions(httpx),
        *(error for error in public_exceptions(aiohttp) if issubclass(error, aiohttp.ClientError)),
    ],
)
def test_every_error_of_the_http_libraries_is_a_decision(foreign):
    decision = next(ours for theirs, ours in DECISIONS if issubclass(foreign, theirs))
    assert issubclass(decision, (Retryable, Final))


def test_no_decision_hides_behind_a_broader_one():
    for place, (narrow, ours) in enumerate(DECISIONS):
        broader = [(broad, decision) for broad, decision in DECISIONS[:place] if issubclass(narrow, broad)]
        assert not broader, f"{narrow} {ours} is never reached: {broader}"


def test_an_answer_is_given_as_it_came(server, make_fetcher):
    headers = [("Content-Type", "text/html; charset=GBK"), ("X-Twice", "1"), ("X-Twice", "2")]
    server.answers["/a"] = (200, headers, "标题".encode("gbk"))
    got = make_fetcher().get(server.url("/a"), OPEN, alive)
    assert (got.status, got.reason, got.url, got.final_url) == (200, "OK", server.url("/a"), server.url("/a"))
    assert got.raw == got.body == "标题".encode("gbk")
    assert [value for name, value in got.headers if name == "X-Twice"] == ["1", "2"]
    assert got.charset == "GBK"


def test_the_service_says_who_it_is_and_keeps_no_cookies(server, make_fetcher):
    server.answers["/a"] = (200, [("Set-Cookie", "session=1; Path=/")], b"x")
    fetcher = make_fetcher(contact="mailto:ops@example.org")
    fetcher.get(server.url("/a"), OPEN, alive)
    fetcher.get(server.url("/a"), OPEN, alive)
    assert all("mailto:ops@example.org" in headers["User-Agent"] for headers in server.headers_seen)
    assert not any("Cookie" in headers for headers in server.headers_seen)


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504])
def test_a_status_that_may_pass_is_tried_again_up_to_the_bound(server, make_fetcher, quick, status):
    server.answers["/a"] = (status, [], b"later")
    assert make_fetcher(request_attempts=3).get(server.url("/a"), OPEN, alive).status == status
    assert server.asked["/a"] == 3


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 451, 501])
def test_a_status_that_does_not_pass_is_not_tried_again(server, make_fetcher, quick, status):
    server.answers["/a"] = (status, [], b"no")
    assert make_fetcher(request_attempts=3).get(server.url("/a"), OPEN, alive).status == status
    assert server.asked["/a"] == 1


def test_the_first_good_answer_ends_the_tries(server, make_fetcher, quick):
    server.answers["/a"] = lambda _: (503 if server.asked["/a"] < 3 else 200, [], b"x")
    assert make_fetcher(request_attempts=9).get(server.url("/a"), OPEN, alive).status == 200
    assert server.asked["/a"] == 3


def times_of(server, path, *answer):
    """Let a path give an answer; gives the list into which the times of its requests go."""
    times = []

    def note(_):
        times.append(time.monotonic())
        return answer

    server.answers[path] = note
    return times


def http_date(seconds):
    return formatdate(time.time() + seconds, usegmt=True)


@pytest.mark.parametrize("value", [lambda: "1", lambda: http_date(2)], ids=["seconds", "date"])
@pytest.mark.parametrize("status", [429, 503])
def test_retry_after_is_honoured_by_all_requests_to_the_host(server, make_fetcher, status, value):
    times = times_of(server, "/a", status, [("Retry-After", value())], b"")
    others = times_of(server, "/b", 200, [], b"x")
    fetcher = make_fetcher()
    assert fetcher.get(server.url("/a"), OPEN, alive).status == status
    fetcher.get(server.url("/b"), OPEN, alive)
    assert others[0] - times[0] >= 0.9


def test_a_long_retry_after_is_left_to_the_scheduler(server, make_fetcher):
    server.answers["/a"] = (503, [("Retry-After", "3600")], b"")
    server.answers["/b"] = (200, [], b"x")
    fetcher = make_fetcher(request_attempts=3)
    assert fetcher.get(server.url("/a"), OPEN, alive).status == 503
    with pytest.raises(HostResting) as error:
        fetcher.get(server.url("/b"), OPEN, alive)
    assert 3500 < (error.value.until - datetime.now(UTC)).total_seconds() <= 3600
    assert server.asked == {"/a": 1}


@pytest.mark.parametrize(
    ("value", "means"),
    [
        ("0", 0), ("7", 7), ("99999999999999999999", 366 * 86_400), ("soon", None), ("", None), ("-1", None),
        ("1.5", None), ("²", None), ("Wed, 21 Oct 2015 07:28:00 GMT", 0), ("Wed, 21 Oct 2015 07:28:00", 0),
        ("Wed, 99 Oct 2015 07:28:00 GMT", None), ("Fri, 31 Dec 9999 23:59:59 GMT", 366 * 86_400), (",,,", None),
    ],
)  # fmt: skip
def test_a_retry_after_is_seconds_or_a_date_or_nothing(value, means):
    assert retry_after(make_response(headers=(("retry-after", value),))) == means


@given(st.text(max_size=40))
@hypothesis_settings(max_examples=100, database=None)
def test_no_retry_after_breaks_anything(value):
    found = retry_after(make_response(headers=(("Retry-After", value),)))
    assert found is None or 0 <= found <= 366 * 86_400


def test_a_refused_connection_may_pass(make_fetcher, quick):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        with pytest.raises(FetchFailed, match=r"127\.0\.0\.1"):
            make_fetcher(request_attempts=2).get(f"http://127.0.0.1:{probe.getsockname()[1]}/", OPEN, alive)


@contextlib.contextmanager
def raw_server(*answers):
    """Gives each connection the next of ``answers`` as bytes and closes it; with a reset where it is None."""
    left = list(answers)

    class Raw(socketserver.StreamRequestHandler):
        def handle(self):
            while (line := self.rfile.readline()) not in {b"\r\n", b""}:
                assert line
            answer = left.pop(0)
            if answer is None:
                self.request.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                # Without the shutdown that socketserver does, so that the lingering close resets.
                self.server.shutdown_request = self.server.close_request
            else:
                self.wfile.write(answer)

    with socketserver.TCPServer(("127.0.0.1", 0), Raw) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}/"
        finally:
            server.shutdown()
            thread.join()


@pytest.mark.parametrize(
    "answer",
    [
        None,
        b"",
        b"HTTP/1.1 200 OK\r\nContent-Le",
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly this",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nonly ",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\nx",
        b"this is not HTTP\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"X: " + b"y" * 100_000 + b"\r\n\r\n",
    ],
    ids=["reset", "closed", "cut head", "cut body", "cut chunk", "bad chunk", "bad length", "garbage", "huge header"],
)
def test_an_answer_that_breaks_off_or_is_none_may_pass(answer, make_fetcher):
    with raw_server(answer) as url, pytest.raises(FetchFailed):
        make_fetcher().get(url, OPEN, alive)


def test_a_cut_body_is_fetched_again(make_fetcher, quick):
    cut = b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly this"
    whole = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nwhole"
    with raw_server(cut, None, whole) as url:
        assert make_fetcher(request_attempts=3).get(url, OPEN, alive).body == b"whole"


def test_an_answer_that_never_ends_is_given_up(server, make_fetcher):
    def drip(handler):
        handler.send_response(200)
        handler.send_header("Content-Length", "1000000")
        handler.end_headers()
        with contextlib.suppress(OSError):
            while not server.released.wait(0.05):
                handler.wfile.write(b".")
        handler.close_connection = True

    server.answers["/slow"] = drip
    with pytest.raises(FetchFailed, match="took too long"):
        make_fetcher(request_timeout_seconds=0.4).get(server.url("/slow"), OPEN, alive)


def test_an_answer_that_never_begins_is_given_up(server, make_fetcher):
    server.answers["/slow"] = lambda _: server.released.wait(30) and None
    with pytest.raises(FetchFailed):
        make_fetcher(request_timeout_seconds=0.3).get(server.url("/slow"), OPEN, alive)


@pytest.mark.parametrize("chunked", [True, False])
def test_an_answer_that_is_too_large_is_refused(server, make_fetcher, chunked):
    body = b"x" * 5000
    headers = [("Transfer-Encoding", "chunked")] if chunked else []
    framed = b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body) if chunked else body
    server.answers["/big"] = (200, headers, framed)
    with pytest.raises(FetchRefused, match="larger than 4999"):
        make_fetcher(max_body_bytes=4999).get(server.url("/big"), OPEN, alive)
    assert make_fetcher(max_body_bytes=5000).get(server.url("/big"), OPEN, alive).body == body


def test_a_gzip_bomb_is_refused(server, make_fetcher):
    server.answers["/bomb"] = (200, [("Content-Encoding", "gzip")], gzip.compress(bytes(30_000_000)))
    with pytest.raises(FetchRefused, match="larger than 100000 bytes after decompression"):
        make_fetcher(max_body_bytes=100_000).get(server.url("/bomb"), OPEN, alive)


def raw_deflate(data):
    deflater = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return deflater.compress(data) + deflater.flush()


PACKED = {"gzip": gzip.compress, "x-gzip": gzip.compress, "GZIP ": gzip.compress, "deflate": zlib.compress}


@pytest.mark.parametrize(("encoding", "pack"), [*PACKED.items(), ("deflate", raw_deflate)])
def test_compressed_answers_keep_their_bytes_and_are_read(server, make_fetcher, encoding, pack):
    text = "正文。".encode() * 1000
    packed = pack(text)
    server.answers["/z"] = (200, [("Content-Encoding", encoding)], packed)
    got = make_fetcher().get(server.url("/z"), OPEN, alive)
    assert got.raw == packed
    assert got.body == text


def test_a_server_is_told_only_encodings_that_are_understood(server, make_fetcher):
    server.answers["/a"] = (200, [], b"x")
    make_fetcher().get(server.url("/a"), OPEN, alive)
    assert server.headers_seen[0]["Accept-Encoding"] == "gzip, deflate"


def test_gzip_in_several_members_loses_none_of_them():
    packed = gzip.compress(b"one ", mtime=0) + gzip.compress(b"two", mtime=0)
    assert decompress(packed, "gzip", "u", 1000) == b"one two"


@pytest.mark.parametrize(
    ("encoding", "raw", "decision"),
    [
        ("gzip", b"this is not gzip at all", FetchRefused),
        ("gzip", gzip.compress(b"x" * 1000, mtime=0)[:-8] + b"wrongsum", FetchRefused),
        ("gzip", gzip.compress(bytes(range(256)) * 9, mtime=0)[:-8], FetchFailed),
        ("gzip", gzip.compress(bytes(range(256)) * 9, mtime=0)[:100], FetchFailed),
        ("gzip", gzip.compress(b"x", mtime=0)[:5], FetchFailed),
        ("deflate", zlib.compress(b"x" * 100)[:-1], FetchFailed),
        ("deflate", b"\xff\xff\xff", FetchRefused),
        ("br", b"x", FetchRefused),
        ("gzip, gzip", b"x", FetchRefused),
    ],
)
def test_broken_compression_is_refused_and_cut_compression_may_pass(encoding, raw, decision):
    with pytest.raises(decision, match="http://x/a"):
        decompress(raw, encoding, "http://x/a", 100_000)


@given(
    data=st.one_of(st.binary(max_size=400), st.integers(0, 5000).map(bytes)),
    pack=st.sampled_from([("gzip", gzip.compress), ("deflate", zlib.compress), ("deflate", raw_deflate)]),
    room=st.integers(-3, 3),
)
@example(data=bytes(811), pack=("deflate", raw_deflate), room=-1)
@hypothesis_settings(max_examples=150, deadline=None, database=None)
def test_decompression_gives_exactly_what_was_packed_or_says_that_it_is_too_large(data, pack, room):
    encoding, function = pack
    limit = max(1, len(data) + room)
    if len(data) > limit:
        with pytest.raises(FetchRefused, match="larger than"):
            decompress(function(data), encoding, "u", limit)
    else:
        assert decompress(function(data), encoding, "u", limit) == data


def test_redirects_are_followed_to_the_address_that_answers(server, make_fetcher):
    server.answers["/old"] = (302, [("Location", "/new")], b"")
    server.answers["/new"] = (200, [], b"here")
    got = make_fetcher().get(server.url("/old"), OPEN, alive)
    assert (got.url, got.final_url, got.body) == (server.url("/old"), server.url("/new"), b"here")


def test_a_redirected_request_has_no_body(server, make_fetcher):
    """httpx hands aiohttp an unread stream, which goes out as an empty chunked body that some servers refuse."""
    server.answers["/old"] = (302, [("Location", "/new")], b"")
    server.answers["/new"] = (200, [], b"here")
    fetcher = make_fetcher()
    for _ in range(3):
        assert fetcher.get(server.url("/old"), OPEN, alive).body == b"here"
    assert not any("Transfer-Encoding" in headers or "Content-Length" in headers for headers in server.headers_seen)
    assert server.connections == 1


def test_a_redirect_loop_is_refused_soon(server, make_fetcher, quick):
    server.answers["/a"] = (302, [("Location", "/b")], b"")
    server.answers["/b"] = (302, [("Location", "/a")], b"")
    with pytest.raises(FetchRefused):
        make_fetcher(request_attempts=3).get(server.url("/a"), OPEN, alive)
    assert server.asked.total() <= 7


@pytest.mark.parametrize(
    "to", ["file:///etc/passwd", "ftp://127.0.0.1/x", "gopher://127.0.0.1/", "http://[", "http://a..b/"]
)
def test_a_redirect_to_what_is_no_web_address_is_an_error_not_an_answer(server, make_fetcher, to):
    server.answers["/a"] = (302, [("Location", to)], b"")
    with pytest.raises((FetchRefused, FetchFailed)):
        make_fetcher().get(server.url("/a"), OPEN, alive)


@pytest.mark.parametrize(
    "url",
    [
        "", "/a", "//x/a", "http://", "http:///a", "http://[::1", "http://x:99999/", "http://x:y/", "http://\x00/",
        "http://a..b/", "http://.", f"http://{'a' * 64}.invalid/", "http://xn--/", "http://\ud800/", "ftp://x/",
        "file:///etc/passwd", "data:,x", "javascript:void(0)", "http://" + "a" * 70_000,
    ],
)  # fmt: skip
def test_an_address_that_is_none_is_refused_and_the_others_are_fetched(server, make_fetcher, url):
    server.answers["/a"] = (200, [], b"x")
    bad, good = make_fetcher().get_all([url, server.url("/a")], OPEN, alive)
    assert isinstance(bad, FetchRefused)
    assert "\n" not in str(bad)
    assert isinstance(good, Response)


@given(st.text(max_size=30).map(lambda text: "http://" + text) | st.text(max_size=30))
@hypothesis_settings(max_examples=60, deadline=None, database=None)
def test_whatever_the_address_nothing_but_a_decision_comes_back(address):
    async def nowhere(*_):
        raise OSError("no network in this test")

    fetcher = Fetcher(Settings(request_attempts=1))
    try:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("aiohttp.connector.TCPConnector._wrap_create_connection", nowhere)
            patch.setattr("worker.fetch.safety.ThreadedResolver.resolve", nowhere)
            manners = Manners(requests_per_second=0, concurrency=1, allow_private_addresses=False)
            assert isinstance(fetcher.get_all([address], manners, alive)[0], BroadsheetError)
    finally:
        fetcher.close()


def test_answers_come_in_the_order_of_the_addresses_and_errors_stand_in_their_places(server, make_fetcher):
    for number in range(6):
        server.answers[f"/{number}"] = (200, [], b"%d" % number)
    urls = [server.url(f"/{number}") for number in range(6)]
    urls[3] = "ftp://nowhere/"
    got = make_fetcher().get_all(urls, OPEN, alive)
    assert [isinstance(result, Response) and result.body for result in got] == [b"0", b"1", b"2", False, b"4", b"5"]


def test_no_addresses_are_no_work(make_fetcher):
    assert make_fetcher().get_all([], OPEN, alive) == []


def test_a_connection_is_kept_and_used_again(server, make_fetcher):
    server.answers["/a"] = (200, [], b"x")
    fetcher = make_fetcher()
    for _ in range(5):
        fetcher.get(server.url("/a"), OPEN, alive)
    assert (server.asked["/a"], server.connections) == (5, 1)


def test_a_kept_connection_that_the_server_closed_does_not_fail_the_request(server, make_fetcher, quick):
    def answer_and_close(handler):
        handler.close_connection = True  # without saying so in the headers
        return (200, [], b"x")

    server.answers["/a"] = answer_and_close
    fetcher = make_fetcher(request_attempts=2)
    assert [fetcher.get(server.url("/a"), OPEN, alive).body for _ in range(4)] == [b"x"] * 4


def test_no_more_requests_run_at_once_than_the_host_allows(server, make_fetcher):
    gathered = threading.Barrier(3, timeout=20)

    def together(_):
        gathered.wait()
        return (200, [], b"x")

    for number in range(12):
        server.answers[f"/{number}"] = together
    manners = Manners(requests_per_second=0, concurrency=3, allow_private_addresses=True)
    got = make_fetcher().get_all([server.url(f"/{number}") for number in range(12)], manners, alive)
    # The barrier shows that three run together, the count that never a fourth did.
    assert all(isinstance(result, Response) for result in got)
    assert server.most == 3


def test_requests_to_a_host_keep_their_distance(server, make_fetcher):
    times = times_of(server, "/a", 200, [], b"x")
    manners = Manners(requests_per_second=10, concurrency=8, allow_private_addresses=True)
    make_fetcher().get_all([server.url("/a")] * 4, manners, alive)
    # A request may be late on its way, but the last cannot come before its turn.
    assert max(times) - min(times) >= 0.2


def test_a_host_that_fails_again_and_again_is_left_alone(server, make_fetcher, quick):
    server.answers["/a"] = (500, [], b"")
    fetcher = make_fetcher(host_failures=3, host_rest_seconds=60)
    for _ in range(3):
        assert fetcher.get(server.url("/a"), OPEN, alive).status == 500
    with pytest.raises(HostResting, match="HTTP 500") as error:
        fetcher.get(server.url("/a"), OPEN, alive)
    assert 50 < (error.value.until - datetime.now(UTC)).total_seconds() <= 60
    assert server.asked["/a"] == 3


def test_after_its_rest_a_host_is_tried_with_one_request_and_then_asked_as_before(server, make_fetcher, quick):
    server.answers["/a"] = (500, [], b"")
    fetcher = make_fetcher(host_failures=2, host_rest_seconds=0.3)
    for _ in range(2):
        fetcher.get(server.url("/a"), OPEN, alive)
    times = times_of(server, "/a", 200, [], b"x")

    def again():
        with contextlib.suppress(HostResting):
            return fetcher.get_all([server.url("/a")] * 4, OPEN, alive)

    wait_until(lambda: len(times) == 4 or (again() and False), 10)
    assert all(isinstance(result, Response) for result in fetcher.get_all([server.url("/a")] * 4, OPEN, alive))


def test_a_site_that_says_404_is_alive(server, make_fetcher):
    server.answers["/a"] = (404, [], b"")
    fetcher = make_fetcher(host_failures=2)
    assert [fetcher.get(server.url("/a"), OPEN, alive).status for _ in range(6)] == [404] * 6


def test_a_lost_lease_stops_the_batch_and_the_fetcher_works_on(server, make_fetcher):
    for number in range(20):
        server.answers[f"/{number}"] = (200, [], b"x")
    calls = []

    def lost_at_third():
        calls.append(1)
        if len(calls) >= 3:
            raise LeaseLost("somebody else has it")

    manners = Manners(requests_per_second=0, concurrency=1, allow_private_addresses=True)
    fetcher = make_fetcher(request_attempts=3)
    with pytest.raises(LeaseLost):
        fetcher.get_all([server.url(f"/{number}") for number in range(20)], manners, lost_at_third)
    assert server.asked.total() == 2
    assert fetcher.get(server.url("/0"), manners, alive).status == 200


def test_the_lease_is_looked_at_before_every_try(server, make_fetcher, quick):
    server.answers["/a"] = (503, [], b"")
    calls = []
    make_fetcher(request_attempts=4).get(server.url("/a"), OPEN, lambda: calls.append(1))
    assert len(calls) == 4


def test_an_answer_that_is_slow_to_begin_is_given_up_before_the_whole_time(server, make_fetcher):
    server.answers["/slow"] = lambda _: server.released.wait(30) and None
    with pytest.raises(FetchFailed, match="took too long to begin"):
        make_fetcher(first_byte_timeout_seconds=0.3).get(server.url("/slow"), OPEN, alive)


def test_too_many_header_fields_are_an_error(make_fetcher):
    many = b"".join(b"X-%d: y\r\n" % number for number in range(5000))
    with raw_server(b"HTTP/1.1 200 OK\r\n" + many + b"Content-Length: 1\r\n\r\nx") as url, pytest.raises(FetchFailed):
        make_fetcher().get(url, OPEN, alive)


def test_a_body_that_announces_itself_too_large_is_not_read(server, make_fetcher):
    sent = []

    def announce(handler):
        handler.send_response(200)
        handler.send_header("Content-Length", str(10**12))
        handler.end_headers()
        with contextlib.suppress(OSError):
            while not server.released.wait(0.001):
                handler.wfile.write(bytes(65536))
                sent.append(1)
        handler.close_connection = True

    server.answers["/big"] = announce
    with pytest.raises(FetchRefused, match="larger than"):
        make_fetcher().get(server.url("/big"), OPEN, alive)


def test_conditions_go_out_with_the_request(server, make_fetcher):
    server.answers["/a"] = (304, [("ETag", '"1"')], b"")
    got = make_fetcher().get(server.url("/a"), OPEN, alive, {"If-None-Match": '"1"'})
    assert (got.status, got.raw) == (304, b"")
    assert server.headers_seen[0]["If-None-Match"] == '"1"'


def test_a_time_limit_that_strikes_anywhere_leaves_the_fetcher_fit_for_the_next(server, make_fetcher):
    class TimeLimit(Exception):
        pass

    def strike(*_):
        raise TimeLimit

    server.answers["/slow"] = lambda _: server.released.wait(30) and None
    server.answers["/a"] = (200, [], b"x")
    fetcher = make_fetcher()
    before = signal.signal(signal.SIGALRM, strike)
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.3)
        with pytest.raises(TimeLimit):
            fetcher.get_all([server.url("/slow")] * 5, OPEN, alive)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    got = fetcher.get_all([server.url("/a")] * 8, OPEN, alive)
    assert [result.body for result in got] == [b"x"] * 8


def test_each_host_of_a_redirect_has_its_own_turn(server, make_fetcher):
    """A host at rest is not reached by way of another."""
    server.answers["/down"] = (500, [], b"")
    fetcher = make_fetcher(host_failures=2, host_rest_seconds=60)
    resting = server.url("/down").replace("127.0.0.1", "localhost")
    for _ in range(2):
        fetcher.get(resting, OPEN, alive)
    server.answers["/hop"] = (302, [("Location", resting)], b"")
    with pytest.raises(HostResting, match="localhost"):
        fetcher.get(server.url("/hop"), OPEN, alive)
    assert server.asked["/down"] == 2


def test_workers_in_two_processes_share_the_pace(server, tmp_path):
    settings = Settings(var_dir=tmp_path, request_attempts=1)
    embedded.ensure(settings)
    times = times_of(server, "/a", 200, [], b"x")
    manners = Manners(requests_per_second=5, concurrency=8, allow_private_addresses=True, publication="a")
    fetchers = [Fetcher(settings, embedded.connect(settings)) for _ in range(2)]
    threads = [
        threading.Thread(target=fetcher.get_all, args=([server.url("/a")] * 3, manners, alive)) for fetcher in fetchers
    ]
    try:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        for fetcher in fetchers:
            fetcher.close()
        embedded.stop(settings)
    assert len(times) == 6
    assert max(times) - min(times) >= 4 * 0.2


def test_a_request_that_takes_long_keeps_its_place(server, make_fetcher, monkeypatch):
    monkeypatch.setattr(client, "_PLACE_EXPIRES", 0.4)
    monkeypatch.setattr(client, "_BEAT", 0.05)

    def slowly(_):
        time.sleep(1)
        return (200, [], b"x")

    server.answers["/slow"] = slowly
    manners = Manners(requests_per_second=0, concurrency=1, allow_private_addresses=True)
    make_fetcher().get_all([server.url("/slow")] * 3, manners, alive)
    assert server.most == 1
