"""What a check of the doctor finds: one thing that the service depends on, how it is, and how to mend it."""

from dataclasses import dataclass
from typing import Literal

Level = Literal["ok", "warn", "bad"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One line of the doctor's report."""

    check: str  #: what was looked at, a stable name
    level: Level  #: bad: the service does not work or loses something; warn: it may; ok
    text: str  #: what was found, one line
    remedy: str = ""  #: what to do about it, one line; empty if it is well

    @property
    def ok(self) -> bool:
        """Whether it is no real fault."""
        return self.level != "bad"


def ok(check: str, text: str) -> Finding:
    """All is well."""
    return Finding(check=check, level="ok", text=text)


def warn(check: str, text: str, remedy: str) -> Finding:
    """It works now, but not under every load or fault."""
    return Finding(check=check, level="warn", text=text, remedy=remedy)


def bad(check: str, text: str, remedy: str) -> Finding:
    """A real fault."""
    return Finding(check=check, level="bad", text=text, remedy=remedy)
