"""Recognise a page that answers 200 but is not what was asked for: a refusal, a login form, an error. Follows nothing.

Judges short documents only, and only where the template found next to nothing: whoever writes about passwords and
blocked roads must not be taken for a gate.
"""

import re

from worker.errors import Blocked, BroadsheetError, FetchFailed
from worker.parse.select import Document, text_of
from worker.parse.text import tidy

_REFUSED = re.compile(
    r"^(?:访问验证|安全验证|人机验证|滑动验证|身份验证|验证码?|请(?:先)?登录|(?:用户|会员|读者)?登[录陆]"
    r"|請(?:先)?登入|(?:用戶|會員|讀者)?登[入錄]|安全驗證|存取遭拒.{0,10}"
    r"|访问(?:受限|被拒绝|被拦截|过于频繁)|请求(?:被拒绝|被拦截|过于频繁)|操作过于频繁|.{0,10}网站防火墙.{0,10}"
    r"|(?:40[13]|429|forbidden|access denied|just a moment|attention required|security check"
    r"|unauthorized|too many requests).{0,40})$",
    re.IGNORECASE,
)
_MISSING = re.compile(
    r"^(?:(?:404|410)\b.{0,40}|.{0,20}not found.{0,20}"
    r"|.{0,8}(?:页面|頁面|文件|内容|网页)(?:不存在|找不到|未找到).{0,10})$",
    re.IGNORECASE,
)
_DOWN = re.compile(
    r"^(?:系统(?:维护|繁忙|升级).{0,6}|网站(?:维护|升级).{0,6}|5\d\d\b.{0,40}|error\b.{0,40}"
    r"|(?:bad gateway|service unavailable|internal server error|gateway time).{0,40})$",
    re.IGNORECASE,
)
#: What only a gate says, and says to the visitor.
_SAID = re.compile(
    r"请(?:您)?(?:先)?(?:输入|填写)(?:图片|图形|右侧)?验证码|請輸入驗證碼|请(?:您)?(?:完成|进行|通过).{0,6}验证|拖动.{0,6}滑块"
    r"|您的(?:访问|请求|操作|IP|网络).{0,20}(?:异常|频繁|拦截|阻断|拒绝|限制|封禁|屏蔽)|访问(?:已)?被(?:拒绝|拦截|阻断|禁止)"
    r"|请(?:先)?登[录陆]后|請(?:先)?登入後|请(?:在浏览器中)?(?:开启|启用)\s?JavaScript"
    r"|verify (?:that )?you are (?:a )?human"
    r"|request (?:has been|was) blocked|enable JavaScript and cookies|unusual traffic",
    re.IGNORECASE,
)
#: Scripts of the usual gates; they print no word before they run.
_GATES = re.compile(
    r"acw_sc__v2|__jsl_clearance|__jsluid|yunsuo_session|security_verify_data|wzws_|/cdn-cgi/challenge|geetest"
    r"|TencentCaptcha|aliyunCaptcha|_waf_|safeline|anti_?robot",
    re.IGNORECASE,
)
_LARGEST = 50_000  #: characters of markup beyond which a document is more than a notice
_LONGEST = 600  #: characters of visible text beyond which a page is more than a notice
_SILENT = 60  #: characters of visible text up to which a gate's script alone tells


def refusal(document: Document, url: str) -> BroadsheetError | None:
    """What the document is instead of what was asked for; None if it is not seen to be anything else.

    ``Blocked`` is a gate or a login form, ``FetchFailed`` an error or maintenance page, which may pass. A page that
    says it is not there is neither: see :func:`is_missing`.
    """
    if len(document.html) > _LARGEST:
        return None
    body = document.tree.body
    text = text_of(body) if body is not None else ""
    bare = len("".join(text.split()))
    if bare > _LONGEST:
        return None
    titles = _headings(document)
    login = document.mentions(b"password") and bool(document.all('input[type="password" i]'))
    if login or any(map(_REFUSED.match, titles)) or _SAID.search(text):
        return Blocked(f"{url} answers with a block or login page{_named(titles)}")
    if bare <= _SILENT and _GATES.search(document.html):
        return Blocked(f"{url} answers with a gate's script, not with a page")
    if any(map(_DOWN.match, titles)):
        return FetchFailed(f"{url} answers with an error page{_named(titles)}")
    return None


def is_missing(document: Document) -> bool:
    """Whether the document says that what was asked for is not there although it answers 200."""
    if len(document.html) > _LARGEST or not any(map(_MISSING.match, _headings(document))):
        return False
    body = document.tree.body
    return body is None or len(body.text(strip=True)) <= _LONGEST


def _headings(document: Document) -> list[str]:
    return [tidy(text_of(node)) for selector in ("title", "h1", "h2") for node in document.all(selector)[:2]]


def _named(titles: list[str]) -> str:
    return f": {titles[0][:40]}" if titles and titles[0] else ""
