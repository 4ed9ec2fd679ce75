"""The ``board`` command: serve the edition board, or hash a password for it."""

from contextlib import suppress
from typing import Annotated

import typer

from scheduler.cli.output import WrongUsage, note, say


def board(
    host: Annotated[str | None, typer.Option(help="Address to listen on.  [default: BROADSHEET_BOARD_HOST]")] = None,
    port: Annotated[
        int | None,
        typer.Option(min=0, max=65535, help="Port; 0 takes a free one.  [default: BROADSHEET_BOARD_PORT]"),
    ] = None,
    hash_password: Annotated[
        bool,
        typer.Option("--hash-password", help="Ask for a password and print what BROADSHEET_BOARD_PASSWORD may hold."),
    ] = False,
) -> None:
    """Serve the edition board: publications by days, each edition's life, and what needs a person."""
    if hash_password:
        from scheduler.board.passwords import hash_password as hashed

        password = typer.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
        if not password:
            raise WrongUsage("the password is empty")
        say(hashed(password))
        return
    from scheduler.board.serve import address_of, listen, server
    from scheduler.cli.signals import stop_signals
    from worker.settings import get_settings

    settings = get_settings()
    if host is not None:
        settings = settings.model_copy(update={"board_host": host})
    listening = listen(settings.board_host, settings.board_port if port is None else port)
    acts = "signed-in operators may act" if settings.board_user or settings.board_proxy_header else "read-only"
    note(f"board: {address_of(listening)} ({acts})")
    # The server ends its requests first, then raises the signal again for us.
    with suppress(KeyboardInterrupt), stop_signals():
        server(settings).run(sockets=[listening])
