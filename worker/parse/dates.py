"""Find the date that an e-paper page prints of itself; reads text and addresses, decides nothing about publishing."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date

_CHINESE = {character: str(value) for value, character in enumerate("〇一二三四五六七八九")} | {
    "零": "0",
    "○": "0",
    "Ｏ": "0",
}
_C = "〇○零一二三四五六七八九十"
_GAP = r"[\s　\xa0]{0,40}"
#: 2026年03月05日, with line breaks between the parts on some sites.
_NUMERIC = re.compile(rf"(?<!\d)((?:19|20)\d\d){_GAP}年{_GAP}(\d{{1,2}}){_GAP}月{_GAP}(\d{{1,2}}){_GAP}日")
_WRITTEN = re.compile(rf"([一二][{_C}]{{3}}){_GAP}年{_GAP}([{_C}]{{1,3}}){_GAP}月{_GAP}([{_C}]{{1,3}}){_GAP}日")
_DASHED = re.compile(r"(?<![\d/.-])((?:19|20)\d\d)([-/.])(\d{1,2})\2(\d{1,2})(?![\d/-])")
_FIRST_HALF = ("january", "february", "march", "april", "may", "june")
_MONTHS = (*_FIRST_HALF, "july", "august", "september", "october", "november", "december")
_MONTH = "(" + "|".join(month[:3] + "(?:" + month[3:] + ")?" for month in _MONTHS) + r")\.?"
_ENGLISH = re.compile(rf"(?<![a-z]){_MONTH}\s+(\d{{1,2}})(?:st|nd|rd|th)?,?\s+((?:19|20)\d\d)(?!\d)", re.IGNORECASE)
_BRITISH = re.compile(rf"(?<!\d)(\d{{1,2}})(?:st|nd|rd|th)?\s+{_MONTH},?\s+((?:19|20)\d\d)(?!\d)", re.IGNORECASE)
_ADDRESS = re.compile(r"(?<!\d)((?:19|20)\d\d)[-/]?(0[1-9]|1[0-2])[-/]?(0[1-9]|[12]\d|3[01])(?!\d)")
_WEEKDAY = re.compile(r"^[\s　\xa0,，|(（]{0,40}(?:星期|周|礼拜|禮拜|週)")


def in_text(text: str) -> date | None:
    """The date that ``text`` prints: the first that a weekday follows, else the first."""
    return with_weekday(text) or next(iter(in_order(text)), None)


def with_weekday(text: str) -> date | None:
    """The first date that a weekday follows, as a masthead prints it."""
    return next((found for found, end in _found(text) if _WEEKDAY.match(text[end : end + 45])), None)


def in_order(text: str) -> list[date]:
    """Every date in ``text``, the surest form first."""
    return [found for found, _ in _found(text)]


def in_address(address: str) -> date | None:
    """The date that an address carries, such as ``2026-03/05``, ``202603/05`` or ``20260305``."""
    for match in _ADDRESS.finditer(address):
        found = _date(*match.groups())
        if found is not None:
            return found
    return None


def most_common(addresses: Iterable[str]) -> date | None:
    """The date that most of ``addresses`` carry; None if none carries one."""
    counted = Counter(found for address in addresses if (found := in_address(address)) is not None)
    return counted.most_common(1)[0][0] if counted else None


def _found(text: str) -> Iterator[tuple[date, int]]:
    """Every date in ``text`` with where it ends, form by form, the surest form first."""
    for match in _NUMERIC.finditer(text):
        yield from _checked(match, *match.groups())
    for match in _WRITTEN.finditer(text):
        yield from _checked(match, _plain(match[1]), _number(match[2]), _number(match[3]))
    for match in _DASHED.finditer(text):
        yield from _checked(match, match[1], match[3], match[4])
    for match in _ENGLISH.finditer(text):
        yield from _checked(match, match[3], _month(match[1]), match[2])
    for match in _BRITISH.finditer(text):
        yield from _checked(match, match[3], _month(match[2]), match[1])


def _checked(match: re.Match[str], year: str, month: str, day: str) -> Iterator[tuple[date, int]]:
    found = _date(year, month, day)
    if found is not None:
        yield found, match.end()


def _date(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def _month(name: str) -> str:
    return str(next(number for number, month in enumerate(_MONTHS, 1) if month.startswith(name.lower()[:3])))


def _plain(digits: str) -> str:
    return "".join(_CHINESE.get(character, "") for character in digits)


def _number(written: str) -> str:
    """十二 as 12, 三十一 as 31, 五 as 5."""
    tens, ten, ones = written.partition("十")
    if not ten:
        return _plain(written) or "0"
    return (_plain(tens) or "1") + (_plain(ones) or "0")
