"""What signed-in operators do: each act is one call of the project's own functions, then a redirect that tells it."""

import shlex
from collections.abc import Callable, Mapping

import structlog
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from scheduler import actions, catalogue, decisions
from scheduler.board import messages, wish
from scheduler.board.forms import read_form
from scheduler.board.identity import Person
from scheduler.board.numbers import number_in
from scheduler.board.render import person_of
from scheduler.board.reopening import reopen_all
from scheduler.board.state import board_of
from worker.domain import BackfillState
from worker.errors import LeaseLost, Refused, Unusable
from worker.store import backfills
from worker.store.moves import Change
from worker.store.tables import Edition

log = structlog.get_logger("broadsheet.board")

Form = Mapping[str, str]

#: Longest reason that an event takes, characters.
_LONGEST = 200


def _retry(session: Session, edition: Edition, change: Change, form: Form) -> None:
    actions.retry(session, edition, change, whole="whole" in form)


_ON_EDITION: Mapping[str, Callable[[Session, Edition, Change, Form], None]] = {
    "retry": _retry,
    "skip": lambda session, edition, change, _: actions.skip(session, edition, change),
    "hold": lambda session, edition, change, _: actions.hold(session, edition, change),
    "release": lambda session, edition, change, _: actions.release(session, edition, change),
    "accept": lambda session, edition, change, _: actions.accept(session, edition, change),
}
_ON_BACKFILL: Mapping[str, BackfillState] = {
    "pause": BackfillState.PAUSED,
    "resume": BackfillState.RUNNING,
    "cancel": BackfillState.CANCELLED,
}


async def on_edition(request: Request) -> Response:
    """Retry, skip, hold, release or accept one edition."""
    return await _act(request, _edition)


async def on_fault(request: Request) -> Response:
    """Retry every edition with one fingerprint."""
    return await _act(request, _fault)


async def on_backfills(request: Request) -> Response:
    """Ask for a backfill."""
    return await _act(request, _ask)


async def on_backfill(request: Request) -> Response:
    """Pause, resume or cancel a backfill."""
    return await _act(request, _backfill)


async def _act(request: Request, act: Callable[[Request, Person, Form], Response]) -> Response:
    form = await read_form(request)
    person = person_of(request)
    if person is None:
        raise HTTPException(403, "refused.signed_out")
    return await run_in_threadpool(act, request, person, form)


def _edition(request: Request, person: Person, form: Form) -> Response:
    edition_id, action = number_in(request), request.path_params["action"]
    if action not in _ON_EDITION:
        raise HTTPException(404)
    back = f"/editions/{edition_id}"
    try:
        with board_of(request).database.begin() as session:
            edition = session.get(Edition, edition_id)
            if edition is None:
                raise HTTPException(404)
            _ON_EDITION[action](session, edition, _change(request, person, form), form)
    except (Refused, LeaseLost) as refused:
        return _refused(request, back, action, person, refused)
    log.info("operator_acted", action=action, edition=edition_id, actor=person.actor)
    return messages.redirect(request, back, "done", f"done.{action}")


def _fault(request: Request, person: Person, form: Form) -> Response:
    fingerprint = request.path_params["fingerprint"]
    back = f"/faults/{fingerprint}"
    done = reopen_all(board_of(request).database, fingerprint, _change(request, person, form))
    log.info(
        "operator_acted",
        action="retry_all",
        fingerprint=fingerprint,
        editions=done.opened,
        left=done.left,
        actor=person.actor,
    )
    if not done.opened:
        return messages.redirect(request, back, "refused", "done.none_opened", why=done.why or fingerprint)
    if done.left:
        command = f"broadsheet retry --fingerprint {shlex.quote(fingerprint)}"
        return messages.redirect(
            request, back, "done", "done.retry_some", n=done.opened, left=done.left, command=command
        )
    return messages.redirect(request, "/faults", "done", "done.retry_all", n=done.opened)


def _backfill(request: Request, person: Person, form: Form) -> Response:
    backfill_id, action = number_in(request), request.path_params["action"]
    if action not in _ON_BACKFILL:
        raise HTTPException(404)
    back = f"/backfills/{backfill_id}"
    try:
        with board_of(request).database.begin() as session:
            backfills.move(session, backfill_id, _ON_BACKFILL[action], _change(request, person, form))
    except Refused as refused:
        return _refused(request, back, action, person, refused)
    log.info("operator_acted", action=action, backfill=backfill_id, actor=person.actor)
    return messages.redirect(request, back, "done", f"done.{action}")


def _ask(request: Request, person: Person, form: Form) -> Response:
    board = board_of(request)
    try:
        with board.database.read() as session:
            rows = decisions.applied(session, catalogue.load(board.settings.catalogue).rows)
        wanted = wish.read(form, rows, board.clock())
        change = _change(request, person, form)
        made = board.database.run(lambda session: wish.make(session, form, wanted, change, board.settings))
    except (Refused, Unusable) as refused:
        return _refused(request, wish.address(form), "backfill", person, refused)
    log.info("operator_acted", action="backfill", backfill=made, editions=wanted.total, actor=person.actor)
    return messages.redirect(request, f"/backfills/{made}", "done", "done.backfill", n=wanted.total)


def _change(request: Request, person: Person, form: Form) -> Change:
    # One line, whatever was pasted.
    reason = " ".join(form.get("reason", "").split())[:_LONGEST]
    return Change(actor=person.actor, at=board_of(request).clock(), reason=reason)


def _refused(request: Request, back: str, action: str, person: Person, why: Exception) -> Response:
    log.info("operator_refused", action=action, path=back, actor=person.actor, why=str(why))
    return messages.redirect(request, back, "refused", "done.refused", why=str(why))
