"""Whitespace and page labels as printed text: small pure functions on strings, with no markup in sight."""

import re

#: A line break in the source is a space in print; the spaces of the printed line itself are kept.
_BROKEN = re.compile(r"(?<![ \t\xa0　])[ \t\xa0　]*+[\r\n][\s　]*")
_INVISIBLE = (
    ("\u200b", ""),
    ("\u200c", ""),
    ("\u200d", ""),
    ("\ufeff", ""),
    ("\xad", ""),
    ("\xa0", " "),
    ("\t", " "),
)
_NUMBER = r"特?[A-Za-z]{0,3}-?\d{1,3}[A-Za-z]?"
_CHINESE = "〇零一二三四五六七八九十百"
_LABEL = re.compile(
    rf"^(?P<extra>号外|號外|增刊|特刊|专刊|專刊|特)?\s*(?:第\s*(?P<n1>{_NUMBER}|[{_CHINESE}]{{1,4}})\s*版|(?P<n2>{_NUMBER}|[{_CHINESE}]{{1,4}})\s*版|(?:Page\s*)?(?P<n3>{_NUMBER})"
    rf"(?=$|[\s:：、.|—-]))\s*[:：、.|—-]*\s*(?P<name>.*)$",
    re.IGNORECASE,
)
_DIGITS = {character: value for value, character in enumerate("〇一二三四五六七八九")} | {"零": 0}
_MAX_NAME = 60


def tidy(text: str) -> str:
    """One line of text as printed: no indentation, no invisible characters, inner spacing kept."""
    for character, instead in _INVISIBLE:
        if character in text:
            text = text.replace(character, instead)
    if "\n" in text or "\r" in text:
        text = _BROKEN.sub(" ", text)
    return text.strip(" \r\n　")


def label(text: str) -> tuple[str | None, str | None]:
    """Number and name of a page from how they are printed, such as ``第01版：要闻``, ``A01： 头版`` or ``要闻``.

    A Chinese number becomes digits (第一版 is ``1``); either part is None where it is not there.
    """
    line = tidy(text)
    match = _LABEL.match(line)
    if not match:
        return None, _name(line)
    number = match.group("n1") or match.group("n2") or match.group("n3")
    return (match.group("extra") or "") + _digits(number).upper(), _name(match.group("name"))


def _name(text: str) -> str | None:
    name = text.strip(" 　:：-—|·[]【】()（）").strip()
    return name if 0 < len(name) <= _MAX_NAME else None


def _digits(number: str) -> str:
    """A number in digits as it stands; one in Chinese characters (十二, 二十) as digits."""
    if not any(character in _CHINESE for character in number):
        return number
    tens, ten, ones = number.rpartition("十")
    if not ten:
        return str(int("".join(str(_DIGITS.get(character, 0)) for character in number)))
    return str(10 * _DIGITS.get(tens or "一", 1) + (_DIGITS.get(ones, 0) if ones else 0))
