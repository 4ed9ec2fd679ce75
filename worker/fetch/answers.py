"""Decide whether an answer is what was asked for, by its status and type alone. Reads no content."""

import re

from worker.domain import Response
from worker.errors import BroadsheetError, FetchFailed, FetchRefused
from worker.fetch.client import PASSING

#: Documents that a template can read; servers that name no type or ``application/octet-stream`` are looked at.
DOCUMENT = re.compile(r"text/.*|.*[/+](xml|json|javascript)|application/x-www-form-urlencoded")
IMAGE = re.compile(r"image/.*")
PDF = re.compile(r"application/(x-)?pdf")

#: What a file of each kind begins with, for servers that do not say what it is.
_BEGINS = {
    DOCUMENT: re.compile(rb"(\xef\xbb\xbf|\xff\xfe|\xfe\xff)?[\s\0]*[<{\[]"),
    IMAGE: re.compile(rb"\xff\xd8\xff|\x89PNG|GIF8|RIFF....WEBP|BM|II\*\0|MM\0\*", re.DOTALL),
    PDF: re.compile(rb"\s*%PDF-"),
}


def require(
    response: Response, *, missing: type[BroadsheetError] = FetchRefused, kind: re.Pattern[str] = DOCUMENT
) -> None:
    """Accept a 200 with a body of the right kind.

    Raises:
        FetchFailed: a status that may pass, or an empty body.
        FetchRefused: a status that will not pass, or another type. 404 and 410 raise ``missing`` instead.
    """
    where = f"{response.url}: HTTP {response.status}"
    if response.status in {404, 410}:
        raise missing(where)
    if response.status in PASSING:
        raise FetchFailed(where)
    if response.status != 200:  # noqa: PLR2004  # HTTP's own number
        raise FetchRefused(where)
    if not response.body.strip():
        raise FetchFailed(f"{response.url}: answered with nothing")
    declared = (response.content_type or "").partition(";")[0].strip().lower()
    if not kind.fullmatch(declared) and not _BEGINS[kind].match(response.body):
        raise FetchRefused(
            f"{response.url}: answered with {declared or 'an unnamed type'}, which is not what it should be"
        )
