"""Read a capture back from the raw archive as the response that it was, wherever its bytes lie. Asks no site."""

from worker.domain import Response
from worker.services import Services
from worker.store import captures
from worker.store.tables import Capture


def response(services: Services, capture: Capture) -> Response:
    """A capture as the response that it was; a revisit's body is that of the capture that holds the same bytes.

    Raises:
        StorageFailed: it is not in the archive, or cannot be read.
    """
    with services.database.read() as session:
        holder = captures.original(session, capture)
    return services.archive.response(captures.location(holder), url=capture.url, fetched_at=capture.fetched_at)
