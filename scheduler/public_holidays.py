"""Which days are public holidays, and which weekend days are worked in exchange. Pure; knows no newspaper."""

from datetime import date
from enum import StrEnum
from functools import lru_cache

import structlog

log = structlog.get_logger("broadsheet.tick")

CHINA = "CN"


class Day(StrEnum):
    """What a public calendar says of a day."""

    ORDINARY = "ordinary"  #: a working day or a weekend, as its weekday has it
    HOLIDAY = "holiday"  #: a public holiday, the weekend days that are part of it included
    SHIFTED = "shifted"  #: a Saturday or Sunday that is worked in exchange (调休)


def is_country(code: str) -> bool:
    """Whether holidays of this country (ISO 3166-1 alpha-2, upper case) are known."""
    import holidays  # noqa: PLC0415  # slow to import, and few newspapers need it

    return code in holidays.list_supported_countries(include_aliases=False)


@lru_cache(maxsize=20_000)
def kind(country: str, day: date) -> Day:
    """What the country's calendar says of a day.

    For China the government's yearly decree counts (chinesecalendar), which also moves working days to weekends. A
    year for which there is none yet, or of another country, goes by the holidays package, without moved days.
    """
    if country == CHINA:
        import chinese_calendar  # noqa: PLC0415  # as above

        try:
            free, name = chinese_calendar.get_holiday_detail(day)
        except NotImplementedError:
            _say_once(day.year)
        else:
            if name is None:
                return Day.ORDINARY
            return Day.HOLIDAY if free else Day.SHIFTED
    return Day.HOLIDAY if day in _days(country, day.year) else Day.ORDINARY


@lru_cache(maxsize=500)
def _days(country: str, year: int) -> frozenset[date]:
    import holidays  # noqa: PLC0415  # as above

    return frozenset(holidays.country_holidays(country, years=year))


@lru_cache
def _say_once(year: int) -> None:
    log.warning("holidays_not_decreed", country=CHINA, year=year, instead="public holidays without moved working days")
