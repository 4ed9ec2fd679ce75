"""Recognise a page that refuses or asks to log in although it answers 200. Judges short documents only."""

import re

from worker.parse.select import Document
from worker.parse.text import tidy

_TITLE = re.compile(
    r"^(?:访问验证|安全验证|人机验证|滑动验证|身份验证|验证码?|请(?:先)?登录|(?:用户|会员|读者)?登[录陆]"
    r"|访问(?:受限|被拒绝|过于频繁)|请求(?:被拒绝|过于频繁)|操作过于频繁|系统(?:维护|繁忙).{0,6}"
    r"|(?:[45]\d\d\b|error\b|not found|forbidden|access denied|just a moment|attention required).{0,40}"
    r"|(?:bad gateway|service unavailable).{0,40}|页面(?:不存在|找不到).{0,10}|.{0,10}网站防火墙.{0,10})$",
    re.IGNORECASE,
)
_LARGEST = 50_000  #: characters of markup beyond which a document is more than a notice
_LONGEST = 600  #: characters of visible text beyond which a page is more than a notice


def is_blocked(document: Document) -> bool:
    """Whether the document is a refusal, an error or a login form instead of what was asked for."""
    if len(document.html) > _LARGEST:
        return False
    headings = (tidy(node.text()) for selector in ("title", "h1", "h2") for node in document.all(selector)[:2])
    suspicious = document.mentions("password") and bool(document.all('input[type="password"]'))
    if not suspicious and not any(_TITLE.match(heading) for heading in headings):
        return False
    body = document.tree.body
    return body is None or len(body.text(strip=True)) <= _LONGEST
