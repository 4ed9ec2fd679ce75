"""Read an item's dateline (电头) and agency, and resolve its date. Reads the edges of the body; changes no text."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from worker.domain import Article

#: A dateline stands within so many characters of the beginning.
_REACH = 60

_HOUSE = r"[㐀-鿿]{1,8}?(?:社|報社|报社|网|網|台|臺|报|報)"
_DATE = r"(?:(?P<year>\d{4})年)?(?P<month>\d{1,2})月(?P<day>\d{1,2})日"
_OPEN = r"^[\s【\[（(]*"
_AFTER = r"(?=$|[\s　（(】\]）)，,：:])"
#: 新华社北京3月4日电, 本报雄安7月3日电: house, place, date. The words 电 and 讯 close a dateline.
_DATED = re.compile(
    rf"{_OPEN}(?P<text>(?:据|據)?(?P<house>{_HOUSE})(?P<place>[㐀-鿿·]{{0,12}}?)\s*{_DATE}\s*(?:电|電|讯|訊))"
)
#: 本报讯, 据新华社电, 新华社北京电: without a date, so that what follows must set it apart from a sentence.
_UNDATED = re.compile(
    rf"{_OPEN}(?P<text>(?:据|據)?(?P<house>{_HOUSE})(?P<place>[㐀-鿿·]{{0,12}}?)(?:电|電|讯|訊|消息)){_AFTER}"
)
_NAMES = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MONTHS = {name: number for number, name in enumerate(_NAMES, 1)}
#: BEIJING, March 4 (Xinhua) --, TOLEDO, Ohio (AP) —, TOLEDO —: without day and house a sentence follows the dash.
_ENGLISH = re.compile(
    r"^\s*(?P<text>(?P<place>[A-Z][A-Z .'’-]{1,39}(?:, [A-Z][\w.]*(?: [A-Z]\w*)?)??)"
    r"(?:,\s*(?P<name>[A-Z][a-z]{2,8})\.?\s+(?P<day>\d{1,2}))?"
    r"(?:\s*\((?P<house>[A-Z][\w .&-]{1,30})\)\s*(?:--+|—|–|-(?= ))|\s(?:--+|—|–)(?=\s?[A-Z“\"])))"
)
#: （据新华社电）, （新华社）, （来源：某报） at the very end of an item.
_SOURCE = re.compile(rf"[（(](?:据|據|来源[:：]|來源[:：])?(?P<house>{_HOUSE})(?:电|電|讯|訊|消息|报道|報道)?[）)]$")
#: 本报 is the paper itself, no agency.
_OWN = re.compile(r"^本(?:报|報|社|网|網|台|臺|刊)$")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Dateline:
    text: str
    house: str
    place: str | None
    day: date | None


def with_dateline(article: Article, printed: date | None) -> Article:
    """Add agency and dateline to an item.

    Args:
        article: a restored item.
        printed: the date on the edition, from which a dateline without a year gets one.
    """
    first = article.paragraphs[0] if article.paragraphs else ""
    found = _read(first[:_REACH], printed)
    if found is None:
        last = article.paragraphs[-1] if article.paragraphs else ""
        source = _SOURCE.search(last[-_REACH:])
        return replace(article, agency=_agency(source["house"])) if source else article
    return replace(
        article,
        agency=_agency(found.house),
        dateline=found.text,
        dateline_place=found.place or None,
        dateline_date=found.day,
    )


def resolve(year: str | None, month: int, day: int, printed: date | None) -> date | None:
    """The date that is meant: of a date without a year, the newest one that is not after the edition's.

    A day's grace is given for editions that are dated ahead. A date that no calendar has is none.
    """
    try:
        if year is not None:
            return date(int(year), month, day)
        if printed is None:
            return None
        this_year = date(printed.year, month, day)
        return this_year if this_year <= printed + timedelta(days=1) else date(printed.year - 1, month, day)
    except ValueError:
        return None


def _read(text: str, printed: date | None) -> _Dateline | None:
    for form in (_DATED, _UNDATED):
        if match := form.match(text):
            return _Dateline(text=match["text"], house=match["house"], place=match["place"], day=_day(match, printed))
    if match := _ENGLISH.match(text):
        month = _MONTHS.get((match["name"] or "")[:3])
        day = resolve(None, month, int(match["day"]), printed) if month else None
        return _Dateline(text=match["text"], house=match["house"] or "", place=match["place"].strip(), day=day)
    return None


def _day(match: re.Match[str], printed: date | None) -> date | None:
    parts: Mapping[str, str | None] = match.groupdict()
    month, day = parts.get("month"), parts.get("day")
    if month is None or day is None:
        return None
    return resolve(parts.get("year"), int(month), int(day), printed)


def _agency(house: str) -> str | None:
    return None if not house or _OWN.match(house) else house
