"""Which actions an operator is offered for an edition or backfill as it stands. Only an offer: the action decides."""

from worker.domain import ENDED, MOVES, BackfillState, State
from worker.store.tables import Edition

#: Actions that take a reason, and those that do not go without one.
ASKS_REASON = frozenset({"skip", "hold", "accept"})
NEEDS_REASON = frozenset({"skip"})


def offered(edition: Edition) -> list[str]:
    """Actions that this edition's state allows, the likeliest first."""
    allowed = {
        "retry": edition.state in ENDED and edition.held_at is None,
        "accept": edition.state in {State.SUSPECT, State.PARTIAL},
        # What a backfill holds is released with the backfill.
        "release": edition.held_at is not None and not (edition.held_by or "").startswith("backfill:"),
        "hold": edition.held_at is None and edition.state not in {State.COMPLETE, State.SKIPPED},
        "skip": State.SKIPPED in MOVES[edition.state],
    }
    return [action for action, may in allowed.items() if may]


def offered_backfill(state: BackfillState) -> list[str]:
    """Actions that a backfill's state allows."""
    return {
        BackfillState.RUNNING: ["pause", "cancel"],
        BackfillState.PAUSED: ["resume", "cancel"],
    }.get(state, [])
