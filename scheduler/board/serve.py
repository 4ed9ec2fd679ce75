"""Serve the board with uvicorn in this process, until a signal stops it."""

import socket
from collections.abc import Callable
from datetime import datetime

import uvicorn

from scheduler.board.app import make_app
from scheduler.board.state import open_board
from worker.errors import Unusable
from worker.services import utc_now
from worker.settings import Settings

#: Connections that are answered at the same time; more are told to come again (503).
_MOST_AT_ONCE = 200
#: Requests under way get so long at a stop, seconds.
_GRACE = 5


def server(settings: Settings, clock: Callable[[], datetime] = utc_now) -> uvicorn.Server:
    """The board's server; ``run(sockets=[...])`` answers until a signal stops it."""
    config = uvicorn.Config(
        make_app(open_board(settings, clock)),
        # Our own code reads what a trusted proxy says: uvicorn's would put the reader's address in the proxy's place.
        proxy_headers=False,
        server_header=False,
        date_header=True,
        access_log=False,
        log_config=None,
        ws="none",
        lifespan="on",
        limit_concurrency=_MOST_AT_ONCE,
        timeout_graceful_shutdown=_GRACE,
    )
    return uvicorn.Server(config)


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens; port 0 takes a free one.

    Raises:
        Unusable: the address is taken or not ours.
    """
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listening = socket.socket(family, socket.SOCK_STREAM)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
        listening.listen(128)
    except OSError as error:
        raise Unusable(
            f"{host}:{port}: {error.strerror}; set BROADSHEET_BOARD_HOST and BROADSHEET_BOARD_PORT"
        ) from error
    return listening


def address_of(listening: socket.socket) -> str:
    """Where a socket's board is found."""
    host, port = listening.getsockname()[:2]
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"
