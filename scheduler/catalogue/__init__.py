"""The publications, as data: one TOML table each, by region, with errors that name the file, the row and the key.

A newspaper is a row::

    [weifangdaily]                      # slug: lower-case letters, digits and hyphens
    name = "潍坊日报"
    family = "huaguang"                 # template family that reads its pages
    edition_url = "http://…/%Y%m%d/…"   # a strftime pattern of the edition's date

All other keys have defaults, see :class:`Row` and, for when it appears, ``scheduler/schedule.py``. A user's own file or
folder of files (``BROADSHEET_CATALOGUE``) adds rows, or changes single keys of packaged ones. A bad row names itself
and does not stop the others. What an operator switched on or off stands in the database and goes before ``enabled``,
see ``scheduler.decisions``.
"""

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, ValidationError, field_validator, model_validator

from scheduler.schedule import Schedule
from worker import parse
from worker.errors import BroadsheetError, Unusable

_PACKAGED = Path(__file__).parent / "publications"


class Row(Schedule):
    """One newspaper; when it appears stands in ``scheduler/schedule.py``."""

    slug: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$")
    name: str = Field(min_length=1)
    family: str
    edition_url: str
    region: str = ""  #: where it appears, such as 山东; 全国 for the whole country
    language: str = "zh-Hans"
    verified: date | Literal["never"] = "never"  #: when somebody last saw that the row is right
    enabled: bool  #: whether the scheduler plans its editions; by default, whether the row was ever verified
    alternate_of: str | None = None  #: slug of the same newspaper's row with another start page; enable one of them
    note: str = ""  #: what a person should know before trusting the row
    overrides: dict[str, Any] = Field(default_factory=dict)  #: selectors that go before the family's own
    requests_per_second: float = Field(4, ge=0)  #: 0 is no limit
    concurrency: int = Field(2, ge=1, le=32)
    allow_private_addresses: bool = False
    obey_robots: bool = True  #: whether its host's robots.txt is obeyed
    archive_images: bool = False  #: whether page images go into the raw archive
    archive_pdfs: bool = False  #: whether the pages' PDFs go into the raw archive

    @field_validator("family")
    @classmethod
    def _known_family(cls, value: str) -> str:
        try:
            parse.get_family(value)
        except BroadsheetError as error:
            raise ValueError(str(error)) from error
        return value

    @field_validator("edition_url")
    @classmethod
    def _web_address(cls, value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ValueError("not an http(s) address")
        if not any(code in value for code in ("%d", "%j")):
            raise ValueError("has no %d: it would be the same address every day")
        return value

    @model_validator(mode="after")
    def _sound_overrides(self) -> Self:
        if self.overrides:
            try:
                parse.check_overrides(parse.get_family(self.family), self.overrides)
            except BroadsheetError as error:
                raise ValueError(str(error)) from error
        return self


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """The rows that are sound, by slug, and a line for each that is not."""

    rows: Mapping[str, Row]
    sources: Mapping[str, str]  #: the file that each sound row comes from, last of all that change it
    errors: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _File:
    """One TOML file as it stood at a moment: the cache lives as long as none of this changes."""

    path: Path
    packaged: bool
    mtime: int
    size: int

    @classmethod
    def at(cls, path: Path, *, packaged: bool) -> Self:
        status = path.stat()
        return cls(path, packaged, status.st_mtime_ns, status.st_size)

    @property
    def name(self) -> str:
        return self.path.name if self.packaged else str(self.path)


def load(own: Path | None) -> Catalogue:
    """Read the packaged rows and, over them, the user's own file or folder; files that did not change are not reread.

    Raises:
        Unusable: the user's file cannot be read or is not TOML; of a folder, such a file is one of the errors.
    """
    found = [_File.at(path, packaged=True) for path in sorted(_PACKAGED.glob("*.toml"))]
    if own is not None:
        try:
            paths = sorted(own.glob("*.toml")) if own.is_dir() else [own]
            found += [_File.at(path, packaged=False) for path in paths]
        except OSError as error:
            raise Unusable(f"BROADSHEET_CATALOGUE: {own}: {error.strerror}") from error
    return _load(tuple(found), one=own is None or not own.is_dir())


@lru_cache(maxsize=2)
def _load(found: Sequence[_File], *, one: bool) -> Catalogue:
    tables, sources, errors = _tables(found, one=one)
    rows: dict[str, Row] = {}
    for slug, table in tables.items():
        place = f"{sources[slug].name}: [{slug}]"
        if "slug" in table:
            errors.append(f"{place} slug: is the table's name")
            continue
        try:
            rows[slug] = Row(**{"enabled": table.get("verified", "never") != "never", **table, "slug": slug})
        except ValidationError as error:
            errors.extend(f"{place} {problem}" for problem in _problems(error.errors()))
            continue
        if rows[slug].alternate_of not in {None, *tables} - {slug}:
            errors.append(f"{place} alternate_of: there is no other row {rows.pop(slug).alternate_of}")
    names = {slug: sources[slug].name for slug in rows}
    return Catalogue(rows=dict(sorted(rows.items())), sources=names, errors=tuple(errors))


def _tables(found: Sequence[_File], *, one: bool) -> tuple[dict[str, dict[str, Any]], dict[str, _File], list[str]]:
    """Every table by slug, the file that changed it last, and what stands where it cannot."""
    tables: dict[str, dict[str, Any]] = {}
    sources: dict[str, _File] = {}
    errors: list[str] = []
    for file in found:
        try:
            read = _read(file)
        except Unusable as error:
            if one:
                raise
            errors.append(str(error))
            continue
        for slug, table in read.items():
            known = sources.get(slug)
            if not isinstance(table, dict):
                errors.append(f"{file.name}: {slug}: stands outside any [table]")
            elif known is not None and known.packaged == file.packaged:
                errors.append(f"{file.name}: [{slug}] stands in {known.name}, too; that one counts")
            else:
                tables[slug], sources[slug] = tables.get(slug, {}) | table, file
    return tables, sources, errors


def _read(file: _File) -> dict[str, Any]:
    try:
        return tomllib.loads(file.path.read_text(encoding="utf-8"))
    except OSError as error:
        raise Unusable(f"BROADSHEET_CATALOGUE: {file.path}: {error.strerror}") from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise Unusable(f"BROADSHEET_CATALOGUE: {file.path} is not TOML: {error}") from error


def _problems(errors: Iterable[Any]) -> list[str]:
    problems = []
    for error in errors:
        key = ".".join(str(part) for part in error["loc"]) or "overrides"
        problems.append(f"{key}: {error['msg'].removeprefix('Value error, ')}")
    return problems
