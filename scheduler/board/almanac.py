"""A publication's calendar in words, in the reader's language. Decides no day: ``scheduler.calendar`` does."""

from datetime import date

from scheduler.board.languages import Words
from scheduler.schedule import Schedule


def in_words(row: Schedule | None, t: Words) -> list[str]:
    """Sentences on when its editions appear; none if the catalogue does not have it."""
    if row is None:
        return []
    lines = [_days(row, t)]
    if row.holidays is not None:
        lines.append(t(f"calendar.holidays_{row.on_holidays}", country=row.holidays))
    if row.extra_editions:
        lines.append(t("calendar.extra_on", dates=_listed(row.extra_editions, t)))
    if row.no_edition:
        lines.append(t("calendar.none_on", dates=_listed(row.no_edition, t)))
    later = t("calendar.next_day") if row.deadline <= row.expected else ""
    lines += [
        t("calendar.expected", time=f"{row.expected:%H:%M}", zone=row.time_zone, minutes=row.recheck_minutes),
        t("calendar.deadline", time=f"{row.deadline:%H:%M}{later}"),
    ]
    if isinstance(row.expected_pages, int):
        lines.append(t("calendar.pages", n=row.expected_pages))
    elif row.expected_pages:
        by_day = (f"{t(f'calendar.{day}')} {pages}" for day, pages in row.expected_pages.items())
        lines.append(t("calendar.pages_by_day", days=t("calendar.and").join(by_day)))
    return lines


def _days(row: Schedule, t: Words) -> str:
    if isinstance(row.days, str):
        return t(f"calendar.{row.days}")
    dates = [day for day in row.days if isinstance(day, date)]
    if dates:
        return t("calendar.on_dates", dates=_listed(dates, t))
    return t("calendar.on", days=t("calendar.and").join(t(f"calendar.{day}") for day in row.days))


def _listed(dates: "tuple[date, ...] | list[date]", t: Words) -> str:
    return t("calendar.and").join(map(str, sorted(dates)))
