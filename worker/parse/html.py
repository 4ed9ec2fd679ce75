"""Turn the bytes of a response into text, in the charset it is really in; this is not the parser of the text.

Real e-papers declare gb2312 for UTF-8, nothing at all for GBK, and header and meta tag disagree, so that every
declaration is a guess to be tried strictly and weighed, never an order.
"""

import codecs
import re

from resiliparse.parse.encoding import detect_encoding

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_META = re.compile(rb"""<meta\s[^>]{0,200}?charset\s*=\s*["']?\s*([\w.:-]{2,20})""", re.IGNORECASE)
#: gb2312 and gbk are subsets of what the sites really send under those names.
_WIDER = {"gb2312": "gb18030", "gbk": "gb18030", "gb_2312-80": "gb18030", "hz": "gb18030", "big5": "cp950"}
#: Characters that fill any Chinese page in simplified or traditional writing; mojibake has almost none of them.
_COMMON = frozenset("的一是在不了有和人中大上以要年月日市会今日這这個个為为國国到说說新版报報时時")
_SAMPLE = 20_000


def decode(data: bytes, declared: str | None = None) -> str:
    """The text of ``data``; ``declared`` is the charset of the Content-Type header, if it named one.

    Tries the byte order mark, then UTF-8 strictly, then what header and meta tag declare, the detector and
    GB18030, each strictly; where several fit, the text that reads most like Chinese wins. Never raises: where
    nothing fits, the candidate with the fewest replacement characters is taken.
    """
    for mark, codec in _BOMS:
        if data.startswith(mark):
            return data.decode(codec, "replace")
    text = _utf8(data)
    if text is not None:
        return text
    candidates = _candidates(data, declared)
    fitting = [text for codec in candidates if (text := _strictly(data, codec)) is not None]
    if fitting:
        return max(fitting, key=_common)  # max takes the first of equals: the declared one
    return min((data.decode(codec, "replace") for codec in ("utf-8", *candidates)), key=lambda text: text.count("�"))


def _utf8(data: bytes) -> str | None:
    """UTF-8 strictly, but a last character that was cut off with the body is no reason to doubt it."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.reason == "unexpected end of data" and error.start > 0 and error.start >= len(data) - 3:
            return data[: error.start].decode("utf-8") + "�"
        return None


def _strictly(data: bytes, codec: str) -> str | None:
    try:
        return data.decode(codec)
    except UnicodeError:
        return None


def _candidates(data: bytes, declared: str | None) -> tuple[str, ...]:
    """Codecs worth trying, each once, the declared ones first."""
    meta = _META.search(data[:4096])
    names = [declared, meta.group(1).decode("ascii", "replace") if meta else None]
    # Where two read alike, as in an English page with a wide space, this is the likelier one.
    names += ["gb18030", detect_encoding(data[:_SAMPLE])]
    known: dict[str, None] = {}
    for name in names:
        label = (name or "").strip().strip("\"'").lower()
        try:
            known.setdefault(codecs.lookup(_WIDER.get(label, label)).name)
        except (LookupError, ValueError):  # an unknown label, or one with a NUL in it
            continue
    # Every byte string is valid Latin-1, so that it would always fit; and no codec that is not a charset.
    return tuple(name for name in known if name not in _NOT_CHINESE and _is_charset(name))


_NOT_CHINESE = frozenset({"iso8859-1", "cp1252", "ascii", "utf-8"})


def _is_charset(name: str) -> bool:
    """Whether a codec turns bytes into text (``rot13`` and ``base64`` do not)."""
    try:
        return isinstance(b"".decode(name), str)
    except (LookupError, UnicodeError):
        return False


def _common(text: str) -> int:
    sample = text[:_SAMPLE]
    return sum(sample.count(character) for character in _COMMON)
