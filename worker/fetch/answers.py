"""Decide whether an answer is what was asked for, by its status alone. Looks at no content."""

from worker.domain import Response
from worker.errors import BroadsheetError, FetchFailed, FetchRefused
from worker.fetch.client import PASSING


def require(response: Response, *, missing: type[BroadsheetError] = FetchRefused) -> None:
    """Accept a 200 with a body.

    Raises:
        FetchFailed: a status that may pass, or an empty body.
        FetchRefused: a status that will not pass. 404 and 410 raise ``missing`` instead.
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
