"""A newspaper's calendar in English words, from all keys of its row. Decides no day: ``scheduler.calendar`` does."""

from collections.abc import Iterable
from datetime import date

from scheduler.schedule import Schedule

#: Most single dates that are named.
_NAMED = 6


def in_words(row: Schedule) -> str:
    """When its editions appear, are expected and are missing, and with how many pages, in one line."""
    parts = [_days(row), *_exceptions(row)]
    later = " of the next day" if row.deadline <= row.expected else ""
    parts.append(f"out by {row.expected:%H:%M}, missing after {row.deadline:%H:%M}{later} ({row.time_zone})")
    parts.append(f"looked for every {row.recheck_minutes} min")
    parts.append(_pages(row))
    if row.reread_hours is not None:
        parts.append(f"read again after {row.reread_hours:g} h" if row.reread_hours else "never read again by itself")
    return "; ".join(parts)


def _days(row: Schedule) -> str:
    if isinstance(row.days, str):
        return {"daily": "every day", "weekdays": "on working days"}[row.days]
    dates = [day for day in row.days if isinstance(day, date)]
    return f"on {_listed(dates)} alone" if dates else f"on {', '.join(str(day).capitalize() for day in row.days)}"


def _exceptions(row: Schedule) -> list[str]:
    made = []
    if row.holidays is not None:
        what = {"none": "none on", "short": "fewer pages on", "usual": "also on"}[row.on_holidays]
        moved = ", and on working days that are moved to a weekend" if row.days == "weekdays" else ""
        made.append(f"{what} the public holidays of {row.holidays}{moved}")
    if row.extra_editions:
        made.append(f"also on {_listed(row.extra_editions)}")
    if row.no_edition:
        made.append(f"none on {_listed(row.no_edition)}")
    return made


def _pages(row: Schedule) -> str:
    if row.expected_pages is None:
        return "pages as usual, learnt from those before"
    if isinstance(row.expected_pages, int):
        return f"{row.expected_pages} pages"
    by_day = ", ".join(f"{day.capitalize()} {pages}" for day, pages in row.expected_pages.items())
    return f"pages: {by_day}, else learnt from those before"


def _listed(dates: Iterable[date]) -> str:
    days = sorted(dates)
    more = f" and {len(days) - _NAMED} more" if len(days) > _NAMED else ""
    return ", ".join(map(str, days[:_NAMED])) + more
