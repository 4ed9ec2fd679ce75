"""The words that templates print themselves, in the language of a paper. Knows no template."""

import re
from datetime import date

from tests.site.templates.common import Document

_DATE = re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})日(?:\s*星期.)?")
_TRADITIONAL = (
    *(
        ("缩小", "縮小"),
        ("默认", "默認"),
        ("返回目录", "返回目錄"),
        ("版权所有", "版權所有"),
        ("关闭", "關閉"),
        ("报", "報"),
    ),
    *(
        ("许可", "許可"),
        ("转载", "轉載"),
        ("图片新闻", "圖片新聞"),
        ("更多报道", "更多報道"),
        ("未经", "未經"),
        ("数字", "數字"),
    ),
)
_ENGLISH = (
    *(("上一篇：前文", "上一篇：Story"), ("下一篇：更多报道", "下一篇：Story"), ("图片新闻", "Pictures")),
    *(("版权所有", "Copyright ©"), ("未经许可不得转载", "All rights reserved"), ("数字报", " e-paper")),
)


def translated(document: Document, language: str) -> Document:
    """A document as a site in ``language`` prints it; unchanged for a page in simplified Chinese or a picture."""
    if language == "zh-Hans" or not document.type.startswith("text/html"):
        return document
    text = document.body.decode(codec_of(document.body))
    if language == "en":
        text = re.sub(r"第\s*(\w+)\s*版", r"Page \1", text)
        text = _DATE.sub(lambda match: date(*map(int, match.groups())).strftime("%A, %B %-d, %Y"), text)
    for simplified, instead in _ENGLISH if language == "en" else _TRADITIONAL:
        text = text.replace(simplified, instead)
    return Document(text.encode(codec_of(document.body), "xmlcharrefreplace"), document.type)


def codec_of(body: bytes) -> str:
    """The codec that a template wrote its document in."""
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return "gb18030"
    return "utf-8"
