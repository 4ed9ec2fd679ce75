"""A real web server on loopback that keeps what it is sent."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Hook:
    """A web server that keeps what it is sent."""

    def __init__(self) -> None:
        self.got: list[tuple[str, dict, bytes]] = []
        self.status, self.answer = 200, b'{"errcode": 0}'
        hook = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                hook.got.append((self.path, dict(self.headers), body))
                self.send_response(hook.status)
                self.send_header("Content-Length", str(len(hook.answer)))
                self.end_headers()
                self.wfile.write(hook.answer)

            def log_message(self, *_):
                """Quiet."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/secret-path"

    def messages(self) -> list[dict]:
        return [json.loads(body) for _, _, body in self.got]

    def stop(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
