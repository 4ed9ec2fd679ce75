"""Write moments and sizes for people: a time never stands without its zone. Pure."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from markupsafe import Markup

_MINUTE = 60
_KILO = 1024


def moment(at: datetime | None, zone: str = "UTC", *, seconds: bool = False, day: bool = True) -> Markup:
    """A moment in a zone as ``<time>``, with the offset beside it; a dash for none."""
    if at is None:
        return Markup("–")
    local = at.astimezone(ZoneInfo(zone))
    form = ("%Y-%m-%d " if day else "") + ("%H:%M:%S" if seconds else "%H:%M")
    return Markup('<time datetime="{}" title="{} UTC">{} <small>{}</small></time>').format(
        at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
        at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S"),
        local.strftime(form),
        offset(local),
    )


def offset(local: datetime) -> str:
    """A moment's distance from UTC: ``UTC``, ``+08``, ``+05:30``."""
    minutes = round((local.utcoffset() or UTC.utcoffset(None)).total_seconds() / _MINUTE)
    if minutes == 0:
        return "UTC"
    hours, rest = divmod(abs(minutes), 60)
    return f"{'+' if minutes > 0 else '−'}{hours:02}" + (f":{rest:02}" if rest else "")


def size(octets: int) -> str:
    """A size with a unit: ``840 B``, ``12.4 kB``, ``3.1 MB`` (1 kB is 1024 bytes)."""
    value = float(octets)
    for unit in ("B", "kB", "MB", "GB"):
        if value < _KILO or unit == "GB":
            return f"{value:.0f} {unit}" if unit == "B" else f"{value:.1f} {unit}"
        value /= _KILO
    raise AssertionError
