"""Run the notifications once a tick: note what is wrong, then send what is new. Raises nothing: a tick goes on."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Protocol

import structlog

from scheduler.notify import book
from scheduler.notify.causes import causes
from scheduler.notify.mail import Mail
from scheduler.notify.message import Message, compose
from scheduler.notify.webhook import Webhook
from worker.errors import BroadsheetError
from worker.services import Services
from worker.settings import Settings
from worker.store.tables import Notification

log = structlog.get_logger("broadsheet.notify")


class Channel(Protocol):
    """A way to people."""

    name: str

    def send(self, message: Message) -> None:
        """Send a message, or raise an error whose text may be shown."""


def channels(settings: Settings) -> list[Channel]:
    """The ways that are configured.

    Raises:
        Unusable: one of them is configured wrongly.
    """
    made: list[Channel] = []
    if settings.notify_webhook is not None:
        made.append(Webhook(settings))
    if settings.notify_smtp_url is not None:
        made.append(Mail(settings))
    return made


def tell(services: Services) -> int:
    """Note what is wrong and send what is to be told; gives how many messages went out."""
    try:
        ways = channels(services.settings)
        if not ways:
            return 0
        now = services.clock()
        grace = timedelta(minutes=services.settings.late_minutes)
        with services.database.begin() as session:
            book.keep(session, causes(session, now, grace), now)
            rows = book.claim(session, now)
        # After the commit: a scheduler that dies now leaves a claim that ends, and the message is sent later.
        return _send(services, ways, rows) if rows else 0
    except Exception as error:  # noqa: BLE001  # telling people must not keep the tick from its work
        log.error("notify_failed", error=" ".join(str(error).split())[:300])
        return 0


def _send(services: Services, ways: Sequence[Channel], rows: Sequence[Notification]) -> int:
    told = {row.id: set(row.told) for row in rows}
    errors: list[str] = []
    sent = 0
    for way in ways:
        wanting = [row for row in rows if way.name not in told[row.id]]
        if not wanting:
            continue
        try:
            way.send(compose(wanting))
        except BroadsheetError as error:
            errors.append(str(error))
            log.warning("notification_not_sent", channel=way.name, error=str(error))
            continue
        sent += 1
        log.info("notification_sent", channel=way.name, causes=[row.cause for row in wanting])
        for row in wanting:
            told[row.id].add(way.name)
    names = [way.name for way in ways]
    with services.database.begin() as session:
        for row in rows:
            why = "; ".join(errors) or None
            book.settle(session, row, told[row.id], channels=names, error=why, now=services.clock())
    return sent
