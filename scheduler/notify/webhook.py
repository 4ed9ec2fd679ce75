"""Carry a message to a webhook: JSON with all particulars, or the text that a chat takes; signed if there is a key.

Forms: https://api.slack.com/messaging/webhooks, https://open.feishu.cn/document (custom bots),
https://open.dingtalk.com/document (custom robots).
"""

import base64
import hashlib
import hmac
import json
import time
from typing import Any
from urllib.parse import quote_plus

import httpx

from scheduler.notify.message import Message
from worker import __version__
from worker.errors import FetchFailed
from worker.settings import Settings

#: Longest time of a message, seconds: the tick waits for it.
_SECONDS = 10.0


class Webhook:
    """One address that takes messages."""

    name = "webhook"

    def __init__(self, settings: Settings) -> None:
        assert settings.notify_webhook is not None
        self._url = settings.notify_webhook.get_secret_value()
        self._form = settings.notify_webhook_format
        self._key = settings.notify_webhook_key.get_secret_value() if settings.notify_webhook_key else None

    def send(self, message: Message) -> None:
        """Send it.

        Raises:
            FetchFailed: nobody answered, or the answer says no. Its text holds no address, which may be a secret.
        """
        now = time.time()
        body, url, headers = self._made(message, now)
        try:
            answer = httpx.post(url, content=body, headers=headers, timeout=_SECONDS, trust_env=False)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise FetchFailed(f"webhook: {type(error).__name__}: nobody takes the message") from None
        if not answer.is_success:
            raise FetchFailed(f"webhook: HTTP {answer.status_code}")
        if self._form in {"feishu", "dingtalk"} and (refusal := _refusal(answer)):
            raise FetchFailed(f"webhook: {self._form} refuses it: {refusal}")

    def _made(self, message: Message, now: float) -> tuple[bytes, str, dict[str, str]]:
        headers = {"Content-Type": "application/json; charset=utf-8", "User-Agent": f"Broadsheet/{__version__}"}
        url = self._url
        if self._form == "slack":
            value: dict[str, Any] = {"text": message.text}
        elif self._form == "feishu":
            value = {"msg_type": "text", "content": {"text": message.text}}
            if self._key is not None:
                stamp = str(int(now))
                value |= {"timestamp": stamp, "sign": _base64(f"{stamp}\n{self._key}", "")}
        elif self._form == "dingtalk":
            value = {"msgtype": "text", "text": {"content": message.text}}
            if self._key is not None:
                stamp = str(int(now * 1000))
                sign = quote_plus(_base64(self._key, f"{stamp}\n{self._key}"))
                url += f"{'&' if '?' in url else '?'}timestamp={stamp}&sign={sign}"
        else:
            value = {"subject": message.subject, "text": message.text, "notifications": message.particulars}
        body = json.dumps(value, ensure_ascii=False).encode()
        if self._key is not None and self._form in {"json", "slack"}:
            stamp = str(int(now))
            signed = hmac.new(self._key.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
            headers |= {"X-Broadsheet-Timestamp": stamp, "X-Broadsheet-Signature": f"sha256={signed}"}
        return body, url, headers


def _base64(key: str, text: str) -> str:
    return base64.b64encode(hmac.new(key.encode(), text.encode(), hashlib.sha256).digest()).decode()


def _refusal(answer: httpx.Response) -> str | None:
    """Why a chat that answers 200 whatever it thinks did not take a message."""
    try:
        told = answer.json()
        code = told.get("errcode", told.get("code", 0))
    except (ValueError, AttributeError):
        return "its answer is no JSON object"
    return None if code == 0 else f"code {code}"
