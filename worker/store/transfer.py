"""Copy a whole database into another, of any kind, so that a broken-off copy goes on where it stopped.

Works on whatever tables the schema has. Rows keep their ids. The raw archive is files and is not touched.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol

from sqlalchemy import (
    JSON,
    Column,
    ColumnElement,
    Connection,
    Integer,
    MetaData,
    RowMapping,
    String,
    Table,
    func,
    insert,
    inspect,
    null,
    select,
    text,
    tuple_,
    update,
)
from sqlalchemy.exc import DBAPIError
from sqlalchemy.schema import sort_tables_and_constraints

from worker.errors import Unusable
from worker.store import schema
from worker.store.database import Database, unusable
from worker.store.tables import Base, Edition, Page

#: Says in the target that a copy is under way, and of what; gone when it is whole.
_MARK = Table("broadsheet_transfer", MetaData(), Column("source", String, nullable=False))


class Tell(Protocol):
    """Progress of a copy."""

    def __call__(self, line: str, done: int, total: int, /) -> None:
        """Tell what was just done, and how many rows of how many are there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Copied:
    """One table of the copy."""

    table: str
    rows: int  #: in source and target alike
    before: int  #: of these there already when this run began
    mended: int  #: of these changed in the source since they were copied, and brought up to date


def transfer(source: Database, target: Database, *, batch: int, tell: Tell) -> list[Copied]:
    """Copy every row of ``source`` into ``target``, then compare them one by one.

    Args:
        source: a database with this version's schema; nothing may write to it meanwhile.
        target: an empty database, or one that an earlier copy of the same source left unfinished.
        batch: rows a transaction.
        tell: called after each.

    Raises:
        Unusable: a database cannot be used, the target is another's, or the two do not agree at the end.
    """
    schema.require(source, create=False)
    if schema.current(source) != schema.HEAD:
        raise Unusable(f"database {source.name} is newer than this version: copy it with the newer Broadsheet")
    if _same(source, target):
        raise Unusable(f"{target.name} is the database that is to be copied")
    try:
        _refuse_running(source)
        _open(source, target)
        plan = _plan()
        sizes = {table.name: _count(source, table) for table, _ in plan}
        before = {table.name: _count(target, table) for table, _ in plan}
        total, done = sum(sizes.values()), sum(before.values())
        for table, late in plan:
            for rows in _batches(source, table, batch, after=_last(target, table)):
                _write(target, table, rows, late)
                done += len(rows)
                tell(table.name, done, total)
        mended = {}
        for table, late in plan:
            mended[table.name] = _settle(source, target, table, late, batch)
            tell(f"{table.name}: compared", done, total)
        _set_sequences(target)
        counts = {table.name: (_count(source, table), _count(target, table)) for table, _ in plan}
        wrong = [f"{name} {ours} and {theirs}" for name, (ours, theirs) in counts.items() if ours != theirs]
        if wrong:
            raise Unusable(
                f"{source.name} and {target.name} differ in rows of {', '.join(wrong)}: stop what writes to either,"
                " then run the same command again"
            )
        with target.engine.begin() as connection:
            _MARK.drop(connection)
    except DBAPIError as error:
        # Which of the two it was stands in the driver's own words.
        raise unusable(error, f"{source.name} or {target.name}") from error
    return [
        Copied(table=name, rows=rows, before=before[name], mended=mended[name]) for name, (rows, _) in counts.items()
    ]


def _same(source: Database, target: Database) -> bool:
    return source.url.set(password=None) == target.url.set(password=None)


def _refuse_running(source: Database) -> None:
    for table in (Edition, Page):
        held = select(table.lease_owner, table.lease_expires_at).where(table.lease_expires_at > datetime.now(UTC))
        with source.read() as session:
            row = session.execute(held.limit(1)).first()
        if row is not None:
            raise Unusable(
                f"{source.name} is being worked on by {row.lease_owner}: stop the service; a lease that a killed worker"
                f" left ends at {row.lease_expires_at:%H:%M:%S} UTC"
            )


def _open(source: Database, target: Database) -> None:
    """Make the target ready, or recognise a copy of this source that was broken off.

    The mark is made in the same transaction that empties what migrations fill in by themselves, so that a target either
    carries it or is not ours.
    """
    found = inspect(target.engine)
    if found.has_table(_MARK.name):
        with target.engine.connect() as connection:
            of = connection.scalar(select(_MARK.c.source))
        if of != source.name:
            raise Unusable(f"{target.name} holds an unfinished copy of {of}: finish that one, or empty it")
        schema.require(target, create=False)
        return
    names, seeded = found.get_table_names(), {"schema_compatibility"}
    if names and "alembic_version" not in names:
        raise Unusable(f"{target.name} has tables of somebody else: give an empty database")
    for name in sorted({*names} & {*Base.metadata.tables} - seeded):
        if rows := _count(target, Base.metadata.tables[name]):
            raise Unusable(f"{target.name} is not empty ({name} has {rows} rows): give an empty database")
    schema.migrate(target)
    with target.engine.begin() as connection:
        for name in seeded:
            connection.execute(Base.metadata.tables[name].delete())
        _MARK.create(connection)
        connection.execute(insert(_MARK).values(source=source.name))


def _plan() -> list[tuple[Table, frozenset[str]]]:
    """Tables, parents first, each with the columns that point at rows which may come later."""
    late: dict[str, set[str]] = {}
    order = []
    found = sort_tables_and_constraints(Base.metadata.tables.values())  # type: ignore[no-untyped-call]
    for table, constraints in found:
        if table is not None:
            order.append(table)
            constraints = [key for key in table.foreign_key_constraints if key.referred_table is table]  # noqa: PLW2901
        for key in constraints:
            late.setdefault(key.table.name, set()).update(key.column_keys)
    return [(table, frozenset(late.get(table.name, ()))) for table in order]


def _key(table: Table) -> list[Column[Any]]:
    return list(table.primary_key.columns)


def _after(table: Table, key: Sequence[Any]) -> ColumnElement[bool]:
    columns = _key(table)
    return columns[0] > key[0] if len(columns) == 1 else tuple_(*columns) > tuple_(*key)


def _batches(
    source: Database, table: Table, batch: int, *, after: Sequence[Any] | None = None
) -> Iterator[Sequence[RowMapping]]:
    """Rows in the order of their keys, from the one that follows ``after``."""
    nulls = [column.is_(null()).label(f"{column.name} is null") for column in _nullable_json(table)]
    while True:
        query = select(table, *nulls).order_by(*_key(table)).limit(batch)
        if after is not None:
            query = query.where(_after(table, after))
        with source.read() as session:
            rows = session.execute(query).mappings().all()
        if not rows:
            return
        yield rows
        after = [rows[-1][column.name] for column in _key(table)]


def _nullable_json(table: Table) -> list[Column[Any]]:
    # Null and JSON's own null are both None in Python; the copy is to have the one that was there.
    return [column for column in table.columns if isinstance(column.type, JSON) and column.nullable]


def _values(table: Table, row: RowMapping, without: frozenset[str] = frozenset()) -> dict[str, Any]:
    return {
        column.name: null() if column.name in without or row.get(f"{column.name} is null", False) else row[column.name]
        for column in table.columns
    }


def _write(target: Database, table: Table, rows: Sequence[RowMapping], late: frozenset[str]) -> None:
    groups: dict[frozenset[str], list[dict[str, Any]]] = {}
    for row in rows:
        values = _values(table, row, late)
        empty = frozenset(name for name, value in values.items() if isinstance(value, type(null())))
        groups.setdefault(empty, []).append({name: value for name, value in values.items() if name not in empty})
    with target.engine.begin() as connection:
        for empty, group in groups.items():
            connection.execute(insert(table).values(dict.fromkeys(empty, null())), group)


def _settle(source: Database, target: Database, table: Table, late: frozenset[str], batch: int) -> int:
    """Compare rows and bring up to date what differs; gives how many had changed since they were copied."""
    changed = 0
    theirs = _batches(target, table, batch)
    for rows in _batches(source, table, batch):
        copies = {tuple(copy[column.name] for column in _key(table)): copy for copy in next(theirs, ())}
        differing = []
        for row in rows:
            key = tuple(row[column.name] for column in _key(table))
            copy = copies.get(key)
            if copy is None:
                raise Unusable(
                    f"{table.name} {'/'.join(map(str, key))} is not in {target.name}: stop what writes to either"
                    " database, then run the same command again"
                )
            names = {name for name in row if row[name] != copy[name]}
            if names:
                differing.append((key, row))
                changed += bool(names - late)
        if differing:
            with target.engine.begin() as connection:
                for key, row in differing:
                    same = [column == value for column, value in zip(_key(table), key, strict=True)]
                    connection.execute(update(table).where(*same).values(_values(table, row)))
    return changed


def _count(database: Database, table: Table) -> int:
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def _last(target: Database, table: Table) -> list[Any] | None:
    """The greatest key that the target has."""
    with target.read() as session:
        row = session.execute(
            select(*_key(table)).order_by(*(column.desc() for column in _key(table))).limit(1)
        ).first()
    return None if row is None else list(row)


def _set_sequences(target: Database) -> None:
    """Let new rows get ids after the copied ones; SQLite does that by itself."""
    if target.engine.dialect.name != "postgresql":
        return
    with target.engine.begin() as connection:
        for table in Base.metadata.sorted_tables:
            column = table.autoincrement_column
            if column is not None and isinstance(column.type, Integer):
                _set_sequence(connection, table, column)


def _set_sequence(connection: Connection, table: Table, column: Column[int]) -> None:
    highest = connection.scalar(select(func.max(column)))
    connection.execute(
        text("SELECT setval(pg_get_serial_sequence(:table, :column), :value, :used)"),
        {"table": table.name, "column": column.name, "value": highest or 1, "used": highest is not None},
    )
