"""Page dumps are decoded strictly, or refused in one line that says what to do."""

import pytest

from worker.errors import BadInput
from worker.parse.page_text import decode_page_text

TEXT = "老桥修好了\n\n本报讯（记者 赵一禾）两岸的人都来看。"


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "gb18030", "gbk"])
def test_every_usual_encoding_is_read(codec):
    assert decode_page_text(TEXT.encode(codec), "page.txt") == TEXT


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"", "empty"),
        (b" \n\t\r\n", "blank"),
        ("\u3000\n".encode(), "blank"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "binary"),
        (b"abc\x00def", "binary"),
        (b"\xff\xfe\x00", "neither"),
        (b"\x81\xff\xff\x80", "neither"),
    ],
)
def test_anything_else_is_refused_in_one_line(data, word):
    with pytest.raises(BadInput) as raised:
        decode_page_text(data, "page.txt")
    message = str(raised.value)
    assert message.startswith("page.txt: ")
    assert "\n" not in message
    assert word in message or "binary" in message
