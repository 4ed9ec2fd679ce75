"""Read a posted form and refuse what another site sent: by Origin, by token and by size. Decides no rights."""

from urllib.parse import parse_qsl

from starlette.exceptions import HTTPException
from starlette.requests import Request

from scheduler.board.identity import from_ourselves
from scheduler.board.render import person_of
from scheduler.board.state import board_of

#: More than any of our forms, bytes.
_LARGEST = 16 * 1024
_MOST_FIELDS = 20


async def read_form(request: Request) -> dict[str, str]:
    """The fields of a form of ours.

    Raises:
        HTTPException: 403, it does not come from a page that this person was shown; 413, it is too large.
    """
    if not from_ourselves(request):
        raise HTTPException(403, "refused.origin")
    data = b""
    async for chunk in request.stream():
        data += chunk
        if len(data) > _LARGEST:
            raise HTTPException(413, "refused.large")
    try:
        fields = dict(parse_qsl(data.decode("utf-8"), keep_blank_values=True, max_num_fields=_MOST_FIELDS))
    except ValueError as error:
        raise HTTPException(400, "refused.form") from error
    if not board_of(request).identity.accepts(fields.get("token", ""), person_of(request)):
        raise HTTPException(403, "refused.token")
    return fields
