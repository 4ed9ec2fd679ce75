"""The grid of publications by days: two queries whatever its size, and what a cell says. Makes no HTML."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from worker.domain import ENDED, STANDING, State
from worker.store.tables import Edition, Publication

#: Publications on one page of the grid.
ROWS = 600


class Standing(Protocol):
    """What an edition's row, whole or in part, says of where it stands."""

    @property
    def state(self) -> State: ...  # noqa: D102

    @property
    def settled(self) -> State | None: ...  # noqa: D102

    @property
    def held_at(self) -> datetime | None: ...  # noqa: D102

    @property
    def expected_at(self) -> datetime: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class Cell:
    """One edition in the grid."""

    id: int
    word: str  #: what is shown: its state, or ``held`` or ``late`` where that matters more
    label: str  #: name of an extra edition, else empty


@dataclass(slots=True, kw_only=True)
class Line:
    """One publication's days."""

    id: int
    slug: str
    name: str
    language: str
    enabled: bool
    cells: dict[date, list[Cell]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a reader asked to see."""

    until: date  #: last day shown
    days: int
    text: str = ""  #: part of a name or slug
    slugs: Collection[str] | None = None  #: those of a region; None for all
    word: str = ""  #: only publications with such a cell
    page: int = 1

    @property
    def since(self) -> date:
        """First day shown."""
        return self.until - timedelta(days=self.days - 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """What is shown."""

    days: Sequence[date]
    lines: Sequence[Line]
    total: int  #: publications that match, of which ``lines`` are one page
    pages: int


def last_day(session: Session, now: datetime) -> date:
    """Today in the zone where the day begins first: an edition of today is never off the grid."""
    zones = session.scalars(select(Publication.time_zone).distinct()).all()
    return max((now.astimezone(ZoneInfo(zone)).date() for zone in zones), default=now.date())


def grid(session: Session, wanted: Wanted, now: datetime, grace: timedelta) -> Grid:
    """Read the grid."""
    lines = {
        row.id: Line(id=row.id, slug=row.slug, name=row.name, language=row.language, enabled=row.enabled)
        for row in session.execute(
            select(Publication.id, Publication.slug, Publication.name, Publication.language, Publication.enabled)
            .where(*_matching(wanted))
            .order_by(Publication.enabled.desc(), Publication.slug)
        )
    }
    for row in session.execute(
        select(
            *(Edition.id, Edition.publication_id, Edition.date, Edition.label, Edition.state, Edition.settled),
            *(Edition.held_at, Edition.expected_at),
        )
        .where(Edition.date.between(wanted.since, wanted.until))
        .order_by(Edition.label)
    ):
        if line := lines.get(row.publication_id):
            line.cells.setdefault(row.date, []).append(Cell(row.id, shown_word(row, now, grace), row.label))
    # A newspaper that is off and has nothing in these days is of no interest here; the list of publications has it.
    found = [line for line in lines.values() if (line.enabled or line.cells) and _has(line, wanted.word)]
    pages = max(1, -(-len(found) // ROWS))
    page = min(wanted.page, pages)
    days = [wanted.since + timedelta(days=count) for count in range(wanted.days)]
    return Grid(days=days[::-1], lines=found[(page - 1) * ROWS : page * ROWS], total=len(found), pages=pages)


def shown_word(edition: Standing, now: datetime, grace: timedelta) -> str:
    """What an edition is called on the board, in one word.

    The state that stands for those who read the database; before it, for one that is not in: ``held``, and ``late`` as
    ``worker.store.overview.late`` defines it.
    """
    if edition.settled is not None:
        return edition.settled.value
    if edition.held_at is not None and edition.state not in STANDING:
        return "held"
    if edition.state not in ENDED and edition.expected_at < now - grace:
        return "late"
    return edition.state.value


def _matching(wanted: Wanted) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.text:
        part = wanted.text.casefold()
        conditions.append(
            or_(
                func.lower(Publication.slug).contains(part, autoescape=True),
                func.lower(Publication.name).contains(part, autoescape=True),
            )
        )
    if wanted.slugs is not None:
        conditions.append(Publication.slug.in_(wanted.slugs))
    return conditions


def _has(line: Line, word: str) -> bool:
    return not word or any(cell.word == word for cells in line.cells.values() for cell in cells)
