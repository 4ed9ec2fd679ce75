"""Commands on the database as a whole: ``migrate-to``, ``roles``."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from scheduler.cli.output import Json, WrongUsage, print_json, print_table, progress, say


def roles(
    prefix: Annotated[str, typer.Option(help="Names begin with it: PREFIX_migrator, PREFIX_worker, PREFIX_reader.")] = (
        "broadsheet"
    ),
    password_file: Annotated[
        list[str] | None,
        typer.Option(help="ROLE=FILE: set the password of migrator, worker or reader to the file's first line."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Make the database roles migrator, worker and reader with the least rights that each needs (PostgreSQL)."""
    from worker.errors import Unusable
    from worker.settings import get_settings
    from worker.store import roles as store_roles
    from worker.store import schema
    from worker.store.database import Database

    passwords = dict(_password(entry) for entry in password_file or ())
    named = store_roles.Roles(prefix=prefix)
    database = Database(get_settings().sqlalchemy_url)
    try:
        if database.engine.dialect.name != "postgresql":
            raise Unusable(f"database {database.name} has no roles: they are PostgreSQL's")
        schema.require(database, create=False)
        with schema.exclusive(database) as connection:
            # Roles are an administrator's work, whom a migration leaves behind.
            connection.exec_driver_sql("RESET ROLE")
            store_roles.create(connection, named, passwords)
    finally:
        database.close()
    may = {
        "migrator": "owns the tables; for `broadsheet migrate` and `broadsheet roles`",
        "worker": "reads and writes rows, never rewrites events, revisions or captures; for everything else",
        "reader": "reads; for downstream",
    }
    rows = [
        {"role": name, "may": may[purpose], "password": "set now" if purpose in passwords else "unchanged"}
        for purpose, name in named.named().items()
    ]
    if as_json:
        print_json(rows)
    else:
        print_table(rows, ("role", "may", "password"), "")


def _password(entry: str) -> tuple[str, str]:
    purpose, given, file = entry.partition("=")
    if not given or purpose not in {"migrator", "worker", "reader"}:
        raise WrongUsage(f"--password-file {entry}: give ROLE=FILE with ROLE one of migrator, worker, reader")
    password = Path(file).read_text(encoding="utf-8").partition("\n")[0].rstrip("\r")
    if not password:
        raise WrongUsage(f"--password-file {entry}: the file's first line is empty")
    return purpose, password


def migrate_to(
    url: Annotated[
        str, typer.Argument(metavar="URL", help="SQLAlchemy URL of an empty database; - reads it from stdin.")
    ],
    batch: Annotated[int, typer.Option(min=1, help="Rows a transaction.")] = 1000,
    as_json: Json = False,
) -> None:
    """Copy the database into another one, such as SQLite into PostgreSQL; a broken-off copy goes on when called again.

    Stop the service first. Rows keep their ids, and source and target are compared row by row at the end. The source
    and the raw archive stay as they are.
    """
    from dataclasses import asdict

    from worker.settings import get_settings
    from worker.store.database import Database
    from worker.store.opening import open_database
    from worker.store.transfer import transfer

    address = sys.stdin.readline().strip() if url == "-" else url
    source = open_database(get_settings())
    try:
        target = Database(address, called="URL")
        try:
            with progress("rows") as tell:
                copied = transfer(source, target, batch=batch, tell=tell)
        finally:
            target.close()
    finally:
        source.close()
    rows = [asdict(table) for table in copied]
    if as_json:
        print_json({"source": source.name, "target": target.name, "tables": rows})
        return
    print_table(rows, ("table", "rows", "before", "mended"), "")
    say(f"{sum(table.rows for table in copied)} rows are in {target.name} and equal to those of {source.name}.")
    say("Now set BROADSHEET_DATABASE_URL to it everywhere, run `broadsheet doctor`, and start the service.")
