"""TLS over a real socket: a certificate that nobody vouches for, or for another name, is refused."""

import http.server
import ssl
import threading

import pytest
import trustme

from worker.errors import FetchFailed
from worker.fetch.client import Fetcher, Manners
from worker.settings import Settings

OPEN = Manners(requests_per_second=0, concurrency=4, allow_private_addresses=True)


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.asked += 1
        self.send_response(200)
        self.send_header("Content-Length", "6")
        self.end_headers()
        self.wfile.write(b"secret")

    def log_message(self, *_):
        pass


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    asked = 0

    def handle_error(self, request, client_address):
        """A client that does not trust us hangs up."""


@pytest.fixture(scope="module")
def authority():
    return trustme.CA()


@pytest.fixture
def serving(authority):
    """A function that starts a TLS server with a certificate for these names; gives it."""
    started = []

    def start(*names, signed_by=authority):
        server = Server(("127.0.0.1", 0), Handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        signed_by.issue_cert(*names).configure_cert(context)
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        started.append((server, thread))
        return server

    yield start
    for server, thread in started:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def fetcher(authority, tmp_path, monkeypatch):
    """A fetcher on a machine that trusts the test's authority."""
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    made = Fetcher(Settings(request_attempts=1, request_timeout_seconds=10))
    yield made
    made.close()


def alive():
    pass


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
def test_a_certificate_of_a_known_authority_for_the_host_is_accepted(serving, fetcher, host):
    server = serving("localhost", "127.0.0.1")
    assert fetcher.get(f"https://{host}:{server.server_port}/", OPEN, alive).body == b"secret"


def test_a_certificate_of_an_unknown_authority_is_refused(serving, fetcher):
    server = serving("localhost", signed_by=trustme.CA())
    with pytest.raises(FetchFailed, match=r"(?i)certificate"):
        fetcher.get(f"https://localhost:{server.server_port}/", OPEN, alive)
    assert server.asked == 0


def test_a_certificate_for_another_name_is_refused(serving, fetcher):
    server = serving("paper.example")
    with pytest.raises(FetchFailed, match=r"(?i)certificate"):
        fetcher.get(f"https://localhost:{server.server_port}/", OPEN, alive)
    assert server.asked == 0


def test_what_is_no_tls_at_all_is_an_error(serving, fetcher, site):
    with pytest.raises(FetchFailed):
        fetcher.get(site.url.replace("http:", "https:"), OPEN, alive)
