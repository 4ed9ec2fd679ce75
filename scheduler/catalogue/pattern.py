"""Turn the address of one day's edition into the pattern of every day's. Fetches nothing."""

import re
from datetime import date


def edition_pattern(url: str, day: date) -> str | None:
    """The strftime pattern of an address in which ``day`` is written; None if it is not, or not so that a day fits.

    A date is a year, a month and a day of two digits each, with the same few characters between them on every day.
    """
    head, slashes, rest = url.partition("://")
    host, slash, path = rest.partition("/")
    written = re.compile(rf"(?<!\d){day:%Y}(\D{{0,3}}){day:%m}(\D{{0,3}}){day:%d}(?!\d)")
    made = head + slashes + host + slash + written.sub(r"%Y\1%m\2%d", path.replace("%", "%%"))
    return made if "%d" in made.replace("%%", "") and day.strftime(made) == url else None
