"""Decode the bytes of a page dump to text, or say in one line why that cannot be done. Does not read the text."""

import re

from worker.errors import BadInput

#: Control characters that no text file holds; tabs, line and page breaks are allowed.
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")

_MARKS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)


def _decoded(data: bytes, name: str) -> str:
    for mark, codec in _MARKS:
        if data.startswith(mark):
            codecs: tuple[str, ...] = (codec,)
            break
    else:
        # Every UTF-8 text with Chinese in it is also nearly valid GB18030, but not the other way round.
        codecs = ("utf-8", "gb18030")
    for codec in codecs:
        try:
            return data.decode(codec)
        except UnicodeDecodeError:
            continue
    raise BadInput(f"{name}: is neither UTF-8, UTF-16 with a byte order mark nor GB18030; save it as UTF-8 text")


def decode_page_text(data: bytes, name: str) -> str:
    """Return the text of a page dump; ``name`` is what error messages call it."""
    if not data:
        raise BadInput(f"{name}: is empty; give a file that holds the text of one page")
    text = _decoded(data, name)
    if _CONTROL.search(text):
        raise BadInput(f"{name}: is binary, not text; give the text of one page, saved as UTF-8")
    if not text.strip("\ufeff \t\r\n\f\v\u3000\xa0"):
        raise BadInput(f"{name}: holds only blank space; give a file that holds the text of one page")
    return text
