import contextlib
import http.server
import ipaddress
import socket
import threading

import pytest
from hypothesis import example, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from worker.errors import FetchFailed, FetchRefused
from worker.fetch.client import Fetcher, Manners
from worker.fetch.safety import PublicResolver, is_public
from worker.settings import Settings

PUBLIC_ONLY = Manners(requests_per_second=0, concurrency=4, allow_private_addresses=False)


class Inner(http.server.BaseHTTPRequestHandler):
    """A service inside that nobody may reach, or, with ``to``, one outside that redirects there."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.server.asked.append(self.path)
        self.send_response(302 if self.server.to else 200)
        if self.server.to:
            self.send_header("Location", self.server.to)
        self.send_header("Content-Length", "6")
        self.end_headers()
        self.wfile.write(b"secret")

    def log_message(self, *_):
        pass


@contextlib.contextmanager
def serving(address, to=None):
    server = http.server.ThreadingHTTPServer((address, 0), Inner)
    server.daemon_threads = True
    server.asked, server.to = [], to
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def inner():
    with serving("127.0.0.1") as server:
        yield server


@pytest.fixture
def fetcher():
    made = Fetcher(Settings(request_attempts=1, request_timeout_seconds=10))
    yield made
    made.close()


@pytest.fixture
def names(monkeypatch):
    """A resolver of the test's: name → addresses, or a function that gives them."""
    table = {}

    async def resolve(self, host, port=0, family=socket.AF_INET):
        addresses = table[host]() if callable(table[host]) else table[host]
        return [
            {
                "hostname": host, "host": address, "port": port, "proto": 0, "flags": socket.AI_NUMERICHOST,
                "family": socket.AF_INET6 if ":" in address else socket.AF_INET,
            }
            for address in addresses
        ]  # fmt: skip

    monkeypatch.setattr("worker.fetch.safety.ThreadedResolver.resolve", resolve)
    return table


def alive():
    pass


LOOPBACK_AS = [
    "127.0.0.1", "127.1", "127.0.1", "2130706433", "0x7f000001", "0x7f.0.0.1", "0x7f.1", "0177.0.0.1", "017700000001",
    "127.0.0.1.", "0", "0.0.0.0", "localhost", "LOCALHOST", "localhost.", "[::1]", "[::]", "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]", "[0:0:0:0:0:ffff:127.0.0.1]", "127。0。0。1", "１２７.0.0.1", "user:password@127.0.0.1",
    "127.0.0.1%00.example.com", "[::1%25lo]",
]  # fmt: skip


@pytest.mark.parametrize("host", LOOPBACK_AS)
def test_our_own_machine_is_not_reached_however_its_address_is_written(inner, fetcher, host):
    with pytest.raises((FetchRefused, FetchFailed)):
        fetcher.get(f"http://{host}:{inner.server_port}/", PUBLIC_ONLY, alive)
    assert inner.asked == []


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_it_is_reached_where_the_publication_says_so(inner, fetcher, host):
    manners = Manners(requests_per_second=0, concurrency=4, allow_private_addresses=True)
    assert fetcher.get(f"http://{host}:{inner.server_port}/", manners, alive).body == b"secret"
    with pytest.raises(FetchRefused, match="allow_private_addresses"):
        fetcher.get(f"http://{host}:{inner.server_port}/", PUBLIC_ONLY, alive)


@pytest.mark.parametrize(
    "address",
    ["10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "127.8.8.8", "0.0.0.0", "fe80::1",
     "fd00::1", "::1", "::ffff:10.0.0.1", "224.0.0.1", "255.255.255.255", "ff02::1"],
)  # fmt: skip
def test_a_name_that_leads_to_a_private_address_is_refused(names, fetcher, address):
    names["paper.example"] = [address]
    with pytest.raises(FetchRefused, match=r"paper\.example leads to"):
        fetcher.get("http://paper.example/", PUBLIC_ONLY, alive)


def test_one_private_address_among_public_ones_is_enough_to_refuse(names, fetcher):
    names["paper.example"] = ["93.184.216.34", "10.0.0.1"]
    with pytest.raises(FetchRefused, match=r"10\.0\.0\.1"):
        fetcher.get("http://paper.example/", PUBLIC_ONLY, alive)


@pytest.fixture
def allow_one(monkeypatch):
    """Let this one loopback address count as public, so that a redirect can start somewhere."""

    def allow(address):
        real = is_public
        monkeypatch.setattr("worker.fetch.safety.is_public", lambda given: given == address or real(given))

    return allow


@pytest.mark.parametrize("inside", ["127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "2130706433", "inside.example"])
def test_a_redirect_from_a_public_host_into_our_network_is_refused(inner, fetcher, names, allow_one, inside):
    allow_one("127.0.0.2")
    names |= {"paper.example": ["127.0.0.2"], "inside.example": ["127.0.0.1"], "localhost": ["127.0.0.1"]}
    with serving("127.0.0.2", f"http://{inside}:{inner.server_port}/secret") as public:
        with pytest.raises(FetchRefused):
            fetcher.get(f"http://paper.example:{public.server_port}/", PUBLIC_ONLY, alive)
        assert len(public.asked) == 1
    assert inner.asked == []


def test_a_name_that_changes_its_mind_is_checked_at_each_look(inner, fetcher, names, allow_one):
    """Rebinding: public when checked first, private when the connection is made."""
    allow_one("192.0.2.1")  # answers nothing
    answers = [["192.0.2.1"]]
    names["paper.example"] = lambda: answers.pop() if answers else ["127.0.0.1"]
    resolved = []

    async def look():
        resolver = PublicResolver()
        resolved.append((await resolver.resolve("paper.example", 80))[0]["host"])
        with pytest.raises(FetchRefused):
            await resolver.resolve("paper.example", 80)
        await resolver.close()

    fetcher._runner.run(look())
    assert resolved == ["192.0.2.1"]
    with pytest.raises(FetchRefused, match=r"127\.0\.0\.1"):
        fetcher.get(f"http://paper.example:{inner.server_port}/", PUBLIC_ONLY, alive)
    assert inner.asked == []


@pytest.mark.parametrize(
    "address",
    ["93.184.216.34", "1.1.1.1", "2606:2800:220:1:248:1893:25c8:1946", "::ffff:1.1.1.1", "2001:4860:4860::8888"],
)
def test_public_addresses_are_public(address):
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    ["::127.0.0.1", "::10.0.0.1", "fec0::1", "64:ff9b::10.0.0.1", "64:ff9b::127.0.0.1", "64:ff9b:1::1", "2002:a00:1::1",
     "fe80::1%eth0", "100::1", "2001:db8::1", "4000::1", "192.0.2.1", "198.18.0.1", "240.0.0.1"],
)  # fmt: skip
def test_addresses_that_lead_inside_by_a_detour_or_nowhere_are_not_public(address):
    assert not is_public(address)


@given(st.ip_addresses())
@example(ipaddress.ip_address("192.0.0.9"))
@hypothesis_settings(max_examples=300, database=None)
def test_nothing_that_the_standard_library_calls_private_is_public(address):
    kinds = ("is_private", "is_loopback", "is_link_local", "is_multicast", "is_unspecified", "is_reserved")
    if any(getattr(address, kind) for kind in kinds) and not address.is_global:
        assert not is_public(str(address))
    if isinstance(address, ipaddress.IPv4Address):
        assert is_public(str(address)) == is_public(f"::ffff:{address}")
        assert is_public(str(address)) == (address.is_global and not address.is_multicast)
