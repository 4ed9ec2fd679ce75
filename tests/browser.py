"""A headless Chromium for tests, driven over its DevTools protocol; a test is skipped where Chromium is not installed.

https://chromedevtools.github.io/devtools-protocol/ describes the commands. Knows no page of ours.
"""

import asyncio
import base64
import itertools
import json
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import aiohttp
import pytest

_FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--remote-debugging-port=0",
)


def find_chromium() -> str:
    """The program; the test is skipped where there is none."""
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if found is None:
        pytest.skip("needs Chromium: install chromium")
    return found


@contextmanager
def chromium(*flags: str) -> Iterator["Browser"]:
    """Start a browser with a profile of its own; end it and remove the profile afterwards."""
    program = find_chromium()
    with tempfile.TemporaryDirectory(prefix="broadsheet-chromium-", ignore_cleanup_errors=True) as folder:
        process = subprocess.Popen(
            [program, *_FLAGS, *flags, f"--user-data-dir={folder}", "about:blank"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            with asyncio.Runner() as runner:
                browser = Browser(runner, _port(Path(folder), process))
                try:
                    yield browser
                finally:
                    browser.close()
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _port(folder: Path, process: subprocess.Popen, deadline: float = 60) -> int:
    end = time.monotonic() + deadline
    while time.monotonic() < end and process.poll() is None:
        with suppress(FileNotFoundError, IndexError, ValueError):
            return int((folder / "DevToolsActivePort").read_text().splitlines()[0])
        time.sleep(0.05)
    pytest.fail(f"Chromium does not start (status {process.poll()})")


class Browser:
    """One page of a running browser. All calls wait for their answer."""

    def __init__(self, runner: asyncio.Runner, port: int) -> None:
        self._runner = runner
        self._ids = itertools.count(1)
        #: What the page logged, errors and refusals of its Content-Security-Policy among them.
        self.log: list[str] = []
        self._runner.run(self._connect(port))
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.send(f"{domain}.enable")

    def send(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Send a DevTools command and give its result."""
        return self._runner.run(self._send(method, parameters))

    def headers(self, **headers: str) -> None:
        """Send these headers with every request."""
        self.send("Network.setExtraHTTPHeaders", headers=headers)

    def sign_in(self, user: str, password: str) -> None:
        """Send a user and password with every request, as HTTP basic authentication does."""
        self.headers(Authorization="Basic " + base64.b64encode(f"{user}:{password}".encode()).decode())

    def size(self, width: int, height: int, *, mobile: bool = False, scale: float = 1) -> None:
        """Set the size of the window, pixels."""
        self.send(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=scale, mobile=mobile
        )

    def media(self, **features: str) -> None:
        """Set media features, such as ``prefers_color_scheme="dark"``."""
        named = [{"name": name.replace("_", "-"), "value": value} for name, value in features.items()]
        self.send("Emulation.setEmulatedMedia", features=named)

    def scripts(self, *, allowed: bool) -> None:
        """Switch the page's JavaScript on or off, from the next page on; ``evaluate`` works all the same."""
        self.send("Emulation.setScriptExecutionDisabled", value=not allowed)

    def open(self, url: str) -> None:
        """Go to an address and wait until it is loaded."""
        failed = self.send("Page.navigate", url=url).get("errorText")
        assert not failed, f"{url}: {failed}"
        self.loaded()

    def loaded(self) -> None:
        """Wait until the page that is on its way is loaded."""
        self.wait("document.readyState === 'complete' && location.href !== 'about:blank'")

    def evaluate(self, expression: str) -> Any:
        """The value of a JavaScript expression; a promise is waited for."""
        got = self.send("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in got, got["exceptionDetails"]
        return got["result"].get("value")

    def wait(self, expression: str, deadline: float = 30) -> Any:
        """Wait until a JavaScript expression is true and give its value; fail after ``deadline`` seconds."""
        end = time.monotonic() + deadline
        while True:
            # While one page gives way to the next there may be nothing to ask.
            with suppress(RuntimeError, AssertionError):
                if value := self.evaluate(expression):
                    return value
            if time.monotonic() > end:
                pytest.fail(f"not within {deadline} s: {expression}\n{self.text()[:2000]}")
            time.sleep(0.05)

    def text(self, selector: str = "body") -> str:
        """The text that is visible in an element; empty if it is not there."""
        return self.evaluate(f"document.querySelector({json.dumps(selector)})?.innerText ?? ''")

    def texts(self, selector: str) -> list[str]:
        """The visible text of every element that a selector finds."""
        return self.evaluate(f"[...document.querySelectorAll({json.dumps(selector)})].map(e => e.innerText)")

    def click(self, selector: str) -> None:
        """Click an element as a mouse does, in its middle."""
        where = self._middle(selector)
        for kind in ("mousePressed", "mouseReleased"):
            self.send("Input.dispatchMouseEvent", type=kind, button="left", clickCount=1, **where)

    def type(self, selector: str, text: str) -> None:
        """Put the cursor into a field, take out what is there and type."""
        self.evaluate(f"(e => {{ e.focus(); e.select?.() }})(document.querySelector({json.dumps(selector)}))")
        self.send("Input.insertText", text=text)

    def press(self, key: str) -> None:
        """Press a key such as ``Enter`` or ``Tab`` where the cursor is."""
        codes = {"Enter": (13, "\r"), "Tab": (9, ""), "Escape": (27, ""), " ": (32, " ")}
        code, text = codes[key]
        self.send("Input.dispatchKeyEvent", type="keyDown", key=key, windowsVirtualKeyCode=code, text=text)
        self.send("Input.dispatchKeyEvent", type="keyUp", key=key, windowsVirtualKeyCode=code)

    def screenshot(self, path: Path, *, whole: bool = False) -> None:
        """Save a PNG of the window, or of the whole page."""
        got = self.send("Page.captureScreenshot", format="png", captureBeyondViewport=whole)
        path.write_bytes(base64.b64decode(got["data"]))

    def close(self) -> None:
        """Let go of the page."""
        self._runner.run(self._disconnect())

    def _middle(self, selector: str) -> dict[str, float]:
        quoted = json.dumps(selector)
        where = self.wait(
            f"(e => {{ if (!e) return null; e.scrollIntoView({{block: 'center'}}); const b = e.getBoundingClientRect();"
            f" return b.width ? {{x: b.x + b.width / 2, y: b.y + b.height / 2}} : null }})"
            f"(document.querySelector({quoted}))"
        )
        return dict(where)

    async def _connect(self, port: int) -> None:
        self._session = aiohttp.ClientSession()
        async with self._session.get(f"http://127.0.0.1:{port}/json/list") as answer:
            pages = [target for target in await answer.json() if target["type"] == "page"]
        self._socket = await self._session.ws_connect(pages[0]["webSocketDebuggerUrl"], max_msg_size=0)

    async def _disconnect(self) -> None:
        await self._socket.close()
        await self._session.close()

    async def _send(self, method: str, parameters: dict[str, Any]) -> dict[str, Any]:
        number = next(self._ids)
        await self._socket.send_json({"id": number, "method": method, "params": parameters})
        while True:
            message = json.loads(await self._socket.receive_str(timeout=60))
            if message.get("id") == number:
                if "error" in message:
                    raise RuntimeError(f"{method}: {message['error']['message']}")
                return message["result"]
            self._note(message)

    def _note(self, message: dict[str, Any]) -> None:
        if message.get("method") == "Log.entryAdded":
            self.log.append(message["params"]["entry"]["text"])
        elif message.get("method") == "Runtime.consoleAPICalled":
            self.log.append(" ".join(str(argument.get("value")) for argument in message["params"]["args"]))
        elif message.get("method") == "Runtime.exceptionThrown":
            self.log.append(message["params"]["exceptionDetails"]["text"])
