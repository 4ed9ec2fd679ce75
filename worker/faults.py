"""Sort failures, and name those that are one fault by one fingerprint, so that 300 editions with it read as one.

Pure. A fingerprint leaves out what differs from edition to edition: dates, numbers, page numbers, the digits of
addresses. It keeps the host, the HTTP status, the template's field and, for our own bugs, the place in the code.
"""

import hashlib
import re
import traceback
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.exc import InterfaceError, OperationalError

from worker.domain import Failure
from worker.errors import BroadsheetError, LayoutChanged, NotPublished

#: Which failure an edition is named by if its pages have several: what needs a person most comes first.
SEVERITY = (Failure.BUG, Failure.SITE_CHANGED, Failure.BLOCKED, Failure.FINAL, Failure.PASSING)

#: A host's digits as signs that no later step takes for digits.
_KEPT = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")

_OURS = tuple(str(Path(__file__).parents[1] / package) + "/" for package in ("worker", "scheduler"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What sort of failure a row has, as its columns say it."""

    failure: Failure | None = None
    fingerprint: str | None = None

    def columns(self) -> dict[str, str | None]:
        """The row's columns."""
        return {"failure": self.failure, "fingerprint": self.fingerprint}


NONE = Fault()


def of(error: Exception) -> Fault:
    """Sort an exception; one that is not ours is a bug, unless the database was away."""
    if isinstance(error, NotPublished):
        return NONE
    if isinstance(error, LayoutChanged):
        return _named(error.failure, f"{normal(error.url)} {error.field}")
    if isinstance(error, BroadsheetError):
        return of_text(error.failure, str(error))
    if isinstance(error, OperationalError | InterfaceError):
        return _named(Failure.PASSING, f"database {type(error.orig).__name__}")
    frames = traceback.extract_tb(error.__traceback__)
    # Our last places, without the line, which moves with every release; those of a library say nothing of the fault.
    ours = [frame for frame in frames if frame.filename.startswith(_OURS)] or frames
    place = " ".join(f"{Path(frame.filename).name}:{frame.name}" for frame in ours[-3:])
    return _named(Failure.BUG, f"{type(error).__name__} {place}")


def of_text(failure: Failure, text: str) -> Fault:
    """Sort a failure that was told in words."""
    return _named(failure, normal(text))


def worst(faults: Iterable[Fault]) -> Fault:
    """The fault that needs a person most; the first of those that are alike."""
    found = [fault for fault in faults if fault.failure is not None]
    return min(found, key=lambda fault: SEVERITY.index(fault.failure), default=NONE) if found else NONE


def normal(text: str) -> str:
    """A failure's text without what differs from edition to edition."""
    text = re.sub(r"://([^/\s:]+)(?::\d+)?", lambda found: "://" + found[1].translate(_KEPT), text)
    text = re.sub(r"[?#][^\s:;,]*", "", text)
    text = re.sub(r"\bpages? [\w()]+", "page #", text)
    text = re.sub(r"\b(?:0x)?(?=\w*\d)[0-9a-f]{8,}\b", "#", text, flags=re.IGNORECASE)
    # The status of an answer stays: 404 and 503 are not the same fault.
    text = re.sub(r"(?<![0-9])(?<!HTTP )[0-9]+", "#", text)
    return re.sub(r"(?:#[-/:. ]?)+", "#", text).strip()


def _named(failure: Failure, essence: str) -> Fault:
    return Fault(failure=failure, fingerprint=hashlib.sha256(f"{failure}|{essence}".encode()).hexdigest()[:10])


#: The fault of an edition or page that is given up because its worker died each time.
KILLED = of_text(Failure.BUG, "its worker died in each attempt")
