"""Answers one connection: HTTP/1.1, keep-alive, faults over the real wire. What to answer is the site's affair."""

import contextlib
import socket
import struct
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128
    allow_reuse_address = True

    def __init__(self, address, site):
        self.site = site
        super().__init__(address, Handler)

    def handle_error(self, request, client_address):
        """Clients that go away in the middle are part of the tests."""


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = 65_536
    disable_nagle_algorithm = True
    timeout = 60
    server_version = "EPaper/1.0"
    sys_version = ""

    def log_message(self, *_):
        """Tests read ``site.requests`` instead."""

    def do_HEAD(self):
        self.do_GET()

    def do_GET(self):
        site = self.server.site
        path = self.path.partition("?")[0]
        site.record(self.path, dict(self.headers))
        fault = site.faults.take(self.path)
        if fault is None:
            self._answer(*site.unless_known(site.answer(path), self.headers.get("If-None-Match")))
            return
        if fault.held is not None:
            fault.held.wait(600)
        if fault.delay:
            time.sleep(fault.delay)
        if fault.reset:
            self._reset()
            return
        status, document_type, body, headers = site.answer(path)
        status = fault.status or status
        body = fault.body if fault.body is not None else body
        body = fault.change(body, path) if fault.change is not None else body
        document_type = fault.type or document_type
        self._answer(status, document_type, body, {**headers, **fault.headers}, cut=fault.cut, dribble=fault.dribble)

    def _answer(self, status, document_type, body, headers, *, cut=None, dribble=0.0):
        self.send_response(status)
        if status != 304:
            self.send_header("Content-Type", document_type)
            self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name, value)
        if cut is not None:
            self.close_connection = True
        self.end_headers()
        if self.command == "HEAD":
            return
        body = body if cut is None else body[:cut]
        if not dribble:
            self.wfile.write(body)
            return
        for place in range(0, len(body), max(len(body) // 20, 1)):
            self.wfile.write(body[place : place + max(len(body) // 20, 1)])
            self.wfile.flush()
            time.sleep(dribble)

    def _reset(self):
        self.close_connection = True
        with contextlib.suppress(OSError):
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()
        self.wfile = _Nowhere()


class _Nowhere:
    """What a reset connection writes to."""

    closed = False

    def write(self, data):
        return len(data)

    def flush(self):
        pass

    def close(self):
        self.closed = True
