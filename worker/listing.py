"""Is what an index answers the edition that was asked for? Fetches and stores nothing; the caller reads."""

from collections.abc import Callable
from datetime import date

from worker.domain import ParsedPage
from worker.errors import BroadsheetError, NotPublished, Unrecognised

#: An entry page that sends on more often than this is a loop.
_MOST_REDIRECTS = 3


def read_index(read: Callable[[str], ParsedPage], url: str, day: date, family: str) -> ParsedPage:
    """The index of the edition of ``day``, through entry pages that only send on.

    Raises:
        NotPublished: it is another day's, or lists nothing yet.
        Unrecognised: the template ``family`` finds neither a date nor a page.
    """
    listing = read(url)
    for _ in range(_MOST_REDIRECTS):
        if listing.redirect is None:
            break
        listing = read(listing.redirect)
    require_edition(listing, url, day, family, other_day=NotPublished)
    if not any((listing.articles, listing.areas, len(listing.pages) > 1)):
        raise NotPublished(f"{url} lists no pages yet")
    return listing


def require_edition(layout: ParsedPage, url: str, day: date, family: str, *, other_day: type[BroadsheetError]) -> None:
    """Refuse a page of another day with ``other_day``: the date in the page is the truth, whatever the address says.

    Raises:
        Unrecognised: the template ``family`` finds neither a date nor a page.
    """
    if layout.date is not None and layout.date != day:
        raise other_day(f"{url} serves the edition of {layout.date}")
    if layout.date is None and not layout.pages:
        raise Unrecognised(f"{url}: the template {family} finds neither a date nor a page")
