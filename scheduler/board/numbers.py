"""Read whole numbers and dates out of addresses; what is none is a page that is not there."""

from datetime import date

from starlette.exceptions import HTTPException
from starlette.requests import Request

#: Row ids fit into 63 bits; a greater number would be an error of the database instead of a 404.
_GREATEST = 2**63 - 1


def number_in(request: Request, name: str = "id", *, default: int | None = None) -> int:
    """A positive whole number from the path, or from the query where ``default`` is given.

    Raises:
        HTTPException: 404, it is none.
    """
    text = request.path_params.get(name) if default is None else request.query_params.get(name)
    if text is None and default is not None:
        return default
    number = int(text) if text is not None and str(text).isascii() and str(text).isdecimal() else 0
    if not 0 < number <= _GREATEST:
        raise HTTPException(404)
    return number


def date_in(request: Request, name: str) -> date | None:
    """A date from the query, if it is given.

    Raises:
        HTTPException: 404, it is none.
    """
    text = request.query_params.get(name)
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise HTTPException(404) from error
