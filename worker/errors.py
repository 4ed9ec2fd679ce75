"""One exception tree whose branches are decisions.

::

    BroadsheetError          everything that Broadsheet raises on purpose; its text is one line for a person
    ├── Retryable            may pass: try again later, with backoff, up to the attempts that are allowed
    │   ├── FetchFailed      time-outs, resets, 5xx, 429
    │   ├── Unrecognised     an answer that is not what was asked for: garbage, another template
    │   ├── Blocked          the site refuses us although the address is right: a block, captcha or login page
    │   ├── HostResting      the host is left alone for a while: it was down, or asked for it
    │   ├── StorageFailed    the archive's disk is full or not writable
    │   └── TookTooLong      the work took longer than a task may
    ├── NotPublished         the publisher has not put the edition out: look again until its deadline
    ├── Final                will not pass by itself: stop, keep the reason
    │   ├── FetchRefused     404, 403, wrong type, too large
    │   │   └── RobotsRefused  the site's robots.txt asks us not to
    │   ├── LayoutChanged    the page came, but a required field is not where the template says
    │   └── BadInput         a file that a user gave cannot be read
    ├── Refused              the row's state does not allow what was asked, for instance a message that came twice
    ├── LeaseLost            another worker holds the row: stop without writing anything
    └── Unusable             the command cannot start: configuration, database, schema, broker
"""

from datetime import datetime
from typing import ClassVar

from worker.domain import Failure


class BroadsheetError(Exception):
    """Everything that Broadsheet raises on purpose. ``str(error)`` is one line for a person."""

    #: What sort of failure it is for those who are woken by it; an exception that is not ours is ``Failure.BUG``.
    failure: ClassVar[Failure] = Failure.FINAL


class Retryable(BroadsheetError):
    """May pass by itself: try again later."""

    failure = Failure.PASSING


class FetchFailed(Retryable):
    """A request failed in a way that may pass (time-out, reset, 5xx, 429)."""


class Unrecognised(Retryable):
    """An answer came that is not what was asked for: garbage, or a template that was never seen."""

    failure = Failure.SITE_CHANGED


class Blocked(Retryable):
    """The site refuses us although the address is right: a block, captcha or login page."""

    failure = Failure.BLOCKED


class HostResting(Retryable):
    """No request was made: the host is left alone until a time, because it was down or asked for it."""

    def __init__(self, host: str, until: datetime, why: str) -> None:
        super().__init__(f"{host} is left alone until {until:%Y-%m-%d %H:%M:%S} UTC: {why}")
        self.host = host
        self.until = until


class StorageFailed(Retryable):
    """The raw archive could not be written, for instance on a full disk."""


class TookTooLong(Retryable):
    """The work took longer than a task may, for instance because its site answers slowly."""


class NotPublished(BroadsheetError):
    """The publisher has not put this edition out, or no longer serves it."""


class Final(BroadsheetError):
    """Will not pass by itself."""


class FetchRefused(Final):
    """A request was answered in a way that trying again does not change (404, 403, wrong type, too large)."""


class RobotsRefused(FetchRefused):
    """The site's robots.txt asks us not to fetch this address."""

    failure = Failure.BLOCKED


class LayoutChanged(Final):
    """A document came, but a required field is not where the template says."""

    failure = Failure.SITE_CHANGED

    def __init__(self, url: str, field: str) -> None:
        super().__init__(f"{url}: the template finds no {field}; the site's layout may have changed")
        self.url = url
        self.field = field


class BadInput(Final):
    """A file that a user gave is empty, binary or otherwise unreadable."""


class LeaseLost(BroadsheetError):
    """The row's lease went to somebody else; nothing may be written."""


class Unusable(BroadsheetError):
    """The command cannot start: configuration, database, schema or broker."""


class Refused(BroadsheetError):
    """The row's state does not allow what was asked."""
