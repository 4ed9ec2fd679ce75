"""The row that an address names, or the answer that there is none."""

from typing import TypeVarTuple

from sqlalchemy import Select
from sqlalchemy.orm import Session
from starlette.exceptions import HTTPException

_Rows = TypeVarTuple("_Rows")


def found(session: Session, query: Select[*_Rows]) -> tuple[*_Rows]:
    """What a query for one row gives.

    Raises:
        HTTPException: 404, there is none.
    """
    row = session.execute(query).one_or_none()
    if row is None:
        raise HTTPException(404)
    return row
