"""What all tables share: the metadata, how values are stored, and columns and constraints that recur."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Enum, Index, MetaData, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from worker.domain import BackfillState, Failure, Kind, PageState, State
from worker.store.types import BigId, UTCDateTime

_NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


def word(enum: type[StrEnum]) -> Enum:
    """A column type whose values are the enum's words.

    Plain text with a check constraint: a new word is then a small migration on either database.
    """
    return Enum(
        enum, native_enum=False, length=16, values_callable=lambda members: [member.value for member in members]
    )


class Base(DeclarativeBase):
    """All tables."""

    metadata = MetaData(naming_convention=_NAMES)
    type_annotation_map = {  # noqa: RUF012  # SQLAlchemy reads it from the class
        datetime: UTCDateTime(),
        State: word(State),
        PageState: word(PageState),
        Kind: word(Kind),
        Failure: word(Failure),
        BackfillState: word(BackfillState),
    }


def row_id() -> Mapped[int]:
    """The primary key of a table."""
    return mapped_column(BigId, primary_key=True, comment="Row id.")


def zero(comment: str) -> Mapped[int]:
    """A number that starts at 0."""
    return mapped_column(default=0, server_default=text("0"), comment=comment)


def partial(table: str, *columns: str) -> Index:
    """An index over the few rows whose last column is set, so that it does not grow with history."""
    condition = text(f"{columns[-1]} IS NOT NULL")
    return Index(f"ix_{table}_{'_'.join(columns)}", *columns, postgresql_where=condition, sqlite_where=condition)


def one_of(column: str, values: type[StrEnum]) -> CheckConstraint:
    """A check that a column holds one of the enum's words."""
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=column)
