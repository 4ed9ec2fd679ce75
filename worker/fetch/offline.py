"""A fetcher for work that must not make one request: it refuses all."""

from collections.abc import Callable, Mapping, Sequence

from worker.domain import Response
from worker.errors import BroadsheetError, FetchRefused
from worker.fetch.client import Fetcher, Manners


class NoFetcher(Fetcher):
    """Refuses every address."""

    def __init__(self) -> None:
        """Nothing is opened."""

    def get_all(
        self,
        urls: Sequence[str],
        manners: Manners,  # noqa: ARG002  # the interface
        alive: Callable[[], None],  # noqa: ARG002  # as above
        headers: Sequence[Mapping[str, str]] | None = None,  # noqa: ARG002  # as above
    ) -> list[Response | BroadsheetError]:
        """Refuse them."""
        return [FetchRefused(f"{url}: no request is made offline") for url in urls]

    def close(self) -> None:
        """Nothing was opened."""
