"""The key that signs sessions and form tokens: a file in the var folder, made once, readable by its owner alone."""

import os
import secrets
from contextlib import suppress
from pathlib import Path

import structlog

log = structlog.get_logger("broadsheet.board")

_LENGTH = 32


def load_key(folder: Path) -> bytes:
    """The key of this var folder, made if it is not there.

    Where the folder cannot be written (a read-only container), a key for this process alone: who is signed in must
    sign in again after a restart.
    """
    path = folder / "board.key"
    with suppress(OSError):
        if len(found := path.read_bytes()) == _LENGTH:
            return found
    made = secrets.token_bytes(_LENGTH)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        draft = folder / f"board.key.{os.getpid()}"
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(made)
        if path.exists():
            # Not a key: somebody has damaged it.
            draft.replace(path)
        else:
            # Linked, not renamed: of two boards that start together the first one's key stays, and is there whole.
            with suppress(FileExistsError):
                os.link(draft, path)
            draft.unlink()
        return path.read_bytes()
    except OSError as error:
        log.warning("board_key_not_kept", error=f"{path}: {error.strerror}")
        return made
