"""The board as it runs: uvicorn on a loopback port, answering over a real socket."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest

from scheduler.board.serve import address_of, listen, server
from tests.board import newsroom
from tests.conftest import wait_until
from worker.settings import Settings

PASSWORD = "correct horse"


@contextmanager
def running(settings: Settings, clock) -> Iterator[str]:
    """A board in a thread of this process; gives its address."""
    listening = listen("127.0.0.1", 0)
    made = server(settings, clock)
    thread = threading.Thread(target=made.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    try:
        wait_until(lambda: made.started, 20, "the board to start")
        yield address_of(listening).rstrip("/")
    finally:
        made.should_exit = True
        thread.join(20)
        listening.close()


@pytest.fixture
def clock(clock):
    """It is 09:30 in Shanghai on the newsroom's day."""
    clock.now = newsroom.NOW
    return clock


@pytest.fixture
def serve(settings, clock):
    """A function that starts a board with settings of its own, for the length of the test."""
    stack = []

    def start(**changes) -> str:
        made = Settings(**settings.model_dump() | changes)
        context = running(made, clock)
        stack.append(context)
        return context.__enter__()

    yield start
    for context in reversed(stack):
        context.__exit__(None, None, None)


@pytest.fixture
def browse():
    """A function that makes an HTTP client of a board."""
    clients = []

    def client(address: str, **how) -> httpx.Client:
        made = httpx.Client(base_url=address, **how)
        clients.append(made)
        return made

    yield client
    for made in clients:
        made.close()


@pytest.fixture
def board(serve, browse) -> httpx.Client:
    """A client of a board that only shows."""
    return browse(serve())
