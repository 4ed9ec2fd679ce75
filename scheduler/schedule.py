"""The keys of a catalogue row that say when its editions appear, checked; no newspaper's name or address.

=====================  ===============================================================================================
``time_zone``          IANA zone in which its dates and times are meant
``days``               ``"daily"``, ``"weekdays"`` (working days), a weekday (``"fri"``, a weekly), a list of weekdays,
                       or a list of dates
``holidays``           country whose public holidays count, such as ``"CN"`` or ``"DE"``; China's with the working days
                       that are moved to weekends, on which a paper of ``"weekdays"`` appears
``on_holidays``        ``"none"`` (no edition), ``"short"`` (fewer pages than usual), ``"usual"``
``no_edition``         single dates without an edition
``extra_editions``     single dates with one although the rest says none
``expected``           local time at which an edition is usually out
``deadline``           local time after which one that is not out is missing; of the next day, if not after ``expected``
``recheck_minutes``    time between two looks for one that is not out, or that has fewer pages than usual
``expected_pages``     a number, or a table by weekday (``{ wed = 8 }``); else learnt from the editions before
``reread_hours``       after so long an edition is read again for late pages and corrections; 0 never
=====================  ===============================================================================================
"""

from datetime import date, time
from functools import cached_property
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ConfigDict, Field, field_validator

from scheduler import public_holidays
from scheduler.calendar import WEEKDAYS, Calendar, Weekday

Pages = Annotated[int, Field(ge=1)]


class Schedule(BaseModel):
    """When one newspaper appears. Times are local to its time zone."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    time_zone: str = "Asia/Shanghai"
    days: Literal["daily", "weekdays"] | tuple[Weekday, ...] | tuple[date, ...] = "daily"  #: when it appears
    holidays: str | None = None  #: country whose public holidays count
    on_holidays: Literal["none", "short", "usual"] = "none"  #: what appears on them
    no_edition: tuple[date, ...] = ()  #: single dates without an edition
    extra_editions: tuple[date, ...] = ()  #: single dates with one although the rest says none
    expected: time = time(6)  #: when an edition is usually out
    deadline: time = time(20)  #: when an edition that is not out counts as missing
    recheck_minutes: int = Field(20, ge=1)  #: time between two looks for one that is not out
    expected_pages: Pages | dict[Weekday, Pages] | None = None  #: pages, in all or by weekday; None learns them
    reread_hours: float | None = Field(None, ge=0)  #: when it is read again; None is the setting, 0 never

    @field_validator("days", mode="before")
    @classmethod
    def _kind_of_days(cls, value: Any) -> Any:
        if value in {"daily", "weekdays"} if isinstance(value, str) else False:
            return value
        listed = [value] if isinstance(value, str) else list(value) if isinstance(value, list | tuple) else [None]
        if not all(day in WEEKDAYS for day in listed) and not all(isinstance(day, date) for day in listed):
            raise ValueError(
                f"{value!r}: write daily, weekdays, a weekday ({', '.join(WEEKDAYS)}), or a list of weekdays "
                "or of dates"
            )
        return tuple(listed)

    @field_validator("holidays")
    @classmethod
    def _known_country(cls, value: str | None) -> str | None:
        if value is not None and not public_holidays.is_country(value):
            raise ValueError(f"the holidays of {value!r} are not known; write a country's two letters, such as CN")
        return value

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise ValueError(f"no such time zone: {value}") from error
        return value

    @cached_property
    def calendar(self) -> Calendar:
        """When its editions appear."""
        pages = self.expected_pages
        dates = frozenset(day for day in self.days if isinstance(day, date))
        return Calendar(
            zone=ZoneInfo(self.time_zone),
            days=dates or self.days,  # type: ignore[arg-type]  # what is left has no dates
            no_edition=frozenset(self.no_edition),
            extra_editions=frozenset(self.extra_editions),
            holidays=self.holidays,
            on_holidays=self.on_holidays,
            pages=dict.fromkeys(WEEKDAYS, pages) if isinstance(pages, int) else pages or {},
            expected=self.expected,
            deadline=self.deadline,
        )
