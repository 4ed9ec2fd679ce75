"""Serve the metrics over HTTP: ``/metrics`` and ``/healthcheck``. Asks nobody for a password: bind it to loopback."""

from collections.abc import Iterable
from socketserver import ThreadingMixIn
from typing import TYPE_CHECKING, Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from prometheus_client import CollectorRegistry, make_wsgi_app

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_: Any) -> None:
        """A scrape every few seconds is no event."""


def make(registry: CollectorRegistry, host: str, port: int) -> WSGIServer:
    """A server that listens and answers once its ``serve_forever`` is called.

    Raises:
        OSError: the address is taken or not ours.
    """
    return make_server(host, port, _routes(make_wsgi_app(registry)), _Server, _Quiet)


def _routes(metrics: "WSGIApplication") -> "WSGIApplication":
    def answer(environment: "WSGIEnvironment", start: "StartResponse") -> Iterable[bytes]:
        path = environment.get("PATH_INFO", "")
        if path == "/metrics":
            return metrics(environment, start)
        found = path in {"/", "/healthcheck"}
        start("200 OK" if found else "404 Not Found", [("Content-Type", "text/plain; charset=utf-8")])
        return [b"ok; the metrics are at /metrics\n" if found else b"there is only /metrics\n"]

    return answer
