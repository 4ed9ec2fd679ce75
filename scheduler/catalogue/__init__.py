"""The publications, as data: one TOML table each, by region, with errors that name the file, the row and the key.

A newspaper is a row::

    [weifangdaily]                      # slug: lower-case letters, digits and hyphens
    name = "潍坊日报"
    family = "huaguang"                 # template family that reads its pages
    edition_url = "http://…/%Y%m%d/…"   # a strftime pattern of the edition's date

All other keys have defaults, see :class:`Row` and, for when it appears, ``scheduler/schedule.py``. A user's own file
(``BROADSHEET_CATALOGUE``) adds rows, or changes single keys of packaged ones. A bad row names itself and does not stop
the others.
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import Field, ValidationError, field_validator

from scheduler.schedule import Schedule
from worker import parse
from worker.errors import BroadsheetError, Unusable


class Row(Schedule):
    """One newspaper; when it appears stands in ``scheduler/schedule.py``."""

    slug: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$")
    name: str = Field(min_length=1)
    family: str
    edition_url: str
    language: str = "zh-Hans"
    verified: date | Literal["never"] = "never"  #: when somebody last saw that the row is right
    enabled: bool  #: whether the scheduler plans its editions; by default, whether the row was ever verified
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """The rows that are sound, by slug, and a line for each that is not."""

    rows: Mapping[str, Row]
    errors: tuple[str, ...]


def load(own: Path | None) -> Catalogue:
    """Read the packaged rows and, over them, the user's own file.

    Raises:
        Unusable: the user's file cannot be read or is not TOML.
    """
    tables: dict[str, tuple[str, dict[str, Any]]] = {}
    packaged = files(__package__) / "publications"
    for resource in sorted(packaged.iterdir(), key=lambda entry: entry.name):
        for slug, table in tomllib.loads(resource.read_text(encoding="utf-8")).items():
            tables[slug] = (resource.name, table)
    errors = []
    if own is not None:
        for slug, table in _read(own).items():
            if isinstance(table, dict):
                tables[slug] = (str(own), tables.get(slug, ("", {}))[1] | table)
            else:
                errors.append(f"{own}: {slug}: stands outside any [table]")
    rows = {}
    for slug, (source, table) in tables.items():
        try:
            if "slug" in table:
                errors.append(f"{source}: [{slug}] slug: is the table's name")
                continue
            rows[slug] = Row(**{"enabled": table.get("verified", "never") != "never", **table, "slug": slug})
        except ValidationError as error:
            errors.extend(f"{source}: [{slug}] {problem}" for problem in _problems(error.errors()))
    return Catalogue(rows=dict(sorted(rows.items())), errors=tuple(errors))


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise Unusable(f"BROADSHEET_CATALOGUE: {path}: {error.strerror}") from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise Unusable(f"BROADSHEET_CATALOGUE: {path} is not TOML: {error}") from error


def _problems(errors: Iterable[Any]) -> list[str]:
    problems = []
    for error in errors:
        key = ".".join(str(part) for part in error["loc"])
        problems.append(f"{key}: {error['msg'].removeprefix('Value error, ')}")
    return problems
