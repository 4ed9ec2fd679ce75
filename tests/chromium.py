"""Drive a real Chromium over its DevTools protocol, for tests and screenshots. Knows no page of ours.

aiohttp, which the service has anyway, speaks the WebSocket: no driver and no further dependency is needed.
"""

import asyncio
import base64
import itertools
import json
import shutil
import subprocess
import tempfile
import time
from contextlib import suppress
from pathlib import Path

import aiohttp

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
_FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update", "--hide-scrollbars", "--mute-audio"),
    *("--disable-dev-shm-usage", "--disable-extensions", "--remote-debugging-port=0", "--no-default-browser-check"),
)
_START_SECONDS = 60
_ANSWER_SECONDS = 60


def find_chromium() -> str | None:
    """The browser's program, if this machine has one."""
    return next(filter(None, map(shutil.which, _NAMES)), None)


class Browser:
    """One Chromium with a profile of its own; use it in ``with``. Every call waits for its answer."""

    def __init__(self, program: str) -> None:
        self._program = program
        self._numbers = itertools.count(1)
        self._runner = asyncio.Runner()
        self._answers: list[asyncio.Task] = []
        self.events: list[dict] = []  #: what the page reported: requests, console messages, dialogs …

    def __enter__(self):
        self._folder = tempfile.TemporaryDirectory(prefix="chromium-", ignore_cleanup_errors=True)
        self._process = subprocess.Popen(
            [self._program, *_FLAGS, f"--user-data-dir={self._folder.name}", "about:blank"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            self._runner.run(self._connect())
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        with suppress(Exception):
            self._runner.run(self._disconnect())
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._runner.close()
        self._folder.cleanup()

    # --- what a test does ------------------------------------------------------------------------------------------

    def call(self, method: str, **parameters) -> dict:
        """One command of the protocol."""
        return self._runner.run(self._call(method, parameters))

    def open(self, url: str) -> None:
        """Go to an address and wait until it has loaded."""
        self.events.clear()
        self._runner.run(self._open(url))

    def evaluate(self, script: str):
        """The value of an expression in the page."""
        answer = self.call("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in answer:
            raise AssertionError(answer["exceptionDetails"])
        return answer["result"].get("value")

    def until(self, expression: str, deadline: float = 30):
        """Wait until an expression in the page is true and give its value; fail after ``deadline`` seconds."""
        end = time.monotonic() + deadline
        while True:
            # While one page gives way to the next there may be nothing to ask.
            with suppress(AssertionError):
                if value := self.evaluate(expression):
                    return value
            if time.monotonic() > end:
                raise AssertionError(f"not within {deadline} s: {expression}\n{self.text()[:2000]}")
            time.sleep(0.05)

    def tap(self, selector: str) -> None:
        """A real mouse click on an element as soon as it is shown; what it does may need no other page."""
        box = self.until(
            f"(e => {{ if (!e) return null; e.scrollIntoView({{block: 'center'}}); const r = e.getBoundingClientRect();"
            " return r.width ? [r.x + r.width / 2, r.y + r.height / 2] : null; })"
            f"(document.querySelector({json.dumps(selector)}))"
        )
        self.events.clear()
        for kind in ("mousePressed", "mouseReleased"):
            self.call("Input.dispatchMouseEvent", type=kind, x=box[0], y=box[1], button="left", clickCount=1)

    def click(self, selector: str) -> None:
        """Follow a link or press a button with a real mouse click, and wait for the page that it leads to."""
        self.tap(selector)
        self.wait()

    def wait(self) -> None:
        """Wait for a page that a key has asked for."""
        self._runner.run(self._loaded())

    def text(self, selector: str = "body") -> str:
        """What a reader sees of an element; nothing if it is not there. Needs no script in the page."""
        root = self.call("DOM.getDocument", depth=0)["root"]["nodeId"]
        node = self.call("DOM.querySelector", nodeId=root, selector=selector)["nodeId"]
        if not node:
            return ""
        found = self.call("DOM.resolveNode", nodeId=node)["object"]["objectId"]
        function = "function() { return this.innerText; }"
        answer = self.call("Runtime.callFunctionOn", objectId=found, functionDeclaration=function, returnByValue=True)
        return answer["result"]["value"]

    def texts(self, selector: str) -> list[str]:
        """What a reader sees of every element that a selector finds."""
        return self.evaluate(f"[...document.querySelectorAll({json.dumps(selector)})].map(e => e.innerText)")

    def address(self) -> str:
        """Where the page is."""
        return self.call("Page.getNavigationHistory")["entries"][-1]["url"]

    def fill(self, selector: str, text: str) -> None:
        """Type into a field, in the place of what is there."""
        self.evaluate(f"(e => {{ e.focus(); e.select?.() }})(document.querySelector({json.dumps(selector)}))")
        self.call("Input.insertText", text=text)

    def sign_in(self, user: str = "", password: str = "") -> None:
        """Send a user and password with every request, as HTTP basic authentication does; without a user no more."""
        told = base64.b64encode(f"{user}:{password}".encode()).decode()
        self.call("Network.setExtraHTTPHeaders", headers={"Authorization": f"Basic {told}"} if user else {})

    def press(self, key: str, *, shift: bool = False) -> None:
        """Press a key such as Tab or Enter."""
        code = {"Tab": 9, "Enter": 13, "Escape": 27}[key]
        text = {"text": "\r"} if key == "Enter" else {}
        self.events.clear()  # what the key leads to is waited for, not what was there
        for kind in ("keyDown", "keyUp"):
            self.call(
                "Input.dispatchKeyEvent", type=kind, key=key, code=key, windowsVirtualKeyCode=code,
                modifiers=8 if shift else 0, **(text if kind == "keyDown" else {}),
            )  # fmt: skip

    def view(self, *, width: int, height: int, dark: bool = False, phone: bool = False) -> None:
        """The size and colours of the window."""
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=phone)
        scheme = [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]
        self.call("Emulation.setEmulatedMedia", features=scheme)

    def screenshot(self, path: Path, *, whole: bool = False) -> None:
        """A PNG of the window, or of the whole page."""
        answer = self.call("Page.captureScreenshot", format="png", captureBeyondViewport=whole, optimizeForSpeed=False)
        path.write_bytes(base64.b64decode(answer["data"]))

    def requested(self) -> list[str]:
        """Addresses that the page has asked for since it was opened."""
        self._runner.run(self._drain())
        return [
            event["params"]["request"]["url"] for event in self.events if event["method"] == "Network.requestWillBeSent"
        ]

    # --- the protocol ----------------------------------------------------------------------------------------------

    async def _connect(self) -> None:
        port_file = Path(self._folder.name) / "DevToolsActivePort"
        end = time.monotonic() + _START_SECONDS
        while not (port_file.exists() and port_file.read_text().strip()):
            if self._process.poll() is not None or time.monotonic() > end:
                raise RuntimeError(f"{self._program} does not start")
            await asyncio.sleep(0.05)
        port = port_file.read_text().split()[0]
        self._client = aiohttp.ClientSession()
        async with self._client.get(f"http://127.0.0.1:{port}/json/list") as answer:
            pages = [target for target in await answer.json() if target["type"] == "page"]
        self._socket = await self._client.ws_connect(pages[0]["webSocketDebuggerUrl"], max_msg_size=0)
        for domain in ("Page", "Network", "Runtime", "Log", "Accessibility"):
            await self._call(f"{domain}.enable", {})

    async def _disconnect(self) -> None:
        with suppress(Exception):
            await self._call("Browser.close", {})
        await self._socket.close()
        await self._client.close()

    async def _call(self, method: str, parameters: dict) -> dict:
        number = next(self._numbers)
        await self._socket.send_json({"id": number, "method": method, "params": parameters})
        while True:
            message = await self._socket.receive_json(timeout=_ANSWER_SECONDS)
            if message.get("id") == number:
                if "error" in message:
                    raise AssertionError(f"{method}: {message['error']}")
                return message["result"]
            self._note(message)

    async def _open(self, url: str) -> None:
        answer = await self._call("Page.navigate", {"url": url})
        if "errorText" in answer and "ERR_ABORTED" not in answer["errorText"]:
            raise AssertionError(f"{url}: {answer['errorText']}")
        await self._loaded()

    async def _loaded(self) -> None:
        def over() -> bool:
            return any(event["method"] == "Page.loadEventFired" for event in self.events)

        while not over():
            self._note(await self._socket.receive_json(timeout=_ANSWER_SECONDS))

    async def _drain(self) -> None:
        with suppress(TimeoutError):
            while True:
                self._note(await self._socket.receive_json(timeout=0.3))

    def _note(self, message: dict) -> None:
        if "method" in message:
            self.events.append(message)
            if message["method"] == "Page.javascriptDialogOpening":
                # It would stop everything; a test sees that it came.
                answer = {"id": 0, "method": "Page.handleJavaScriptDialog", "params": {"accept": True}}
                self._answers.append(asyncio.get_running_loop().create_task(self._socket.send_json(answer)))
