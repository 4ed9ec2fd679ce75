"""What can be wrong with a document although it came whole: each gives the bytes instead of those it is given."""

import re
from html import escape

from tests.site.languages import codec_of

_META = re.compile(r"<meta[^>]*charset[^>]*>", re.IGNORECASE)


def recode(body: bytes, codec: str, declared: str | None) -> bytes:
    """The same document in another charset; its meta tag says ``declared``, or nothing if that is None."""
    meta = f'<meta http-equiv="Content-Type" content="text/html; charset={declared}">' if declared else ""
    text = _META.sub("", body.decode(codec_of(body)))
    text = (
        re.sub(r"<head>", f"<head>{meta}", text, count=1, flags=re.IGNORECASE)
        if "<head" in text.lower()
        else meta + text
    )
    return text.encode(codec, "xmlcharrefreplace")


def truncate(body: bytes, share: float) -> bytes:
    """The first part of a document, as a publisher's own program left it."""
    return body[: int(len(body) * share)]


def nest(body: bytes, depth: int) -> bytes:
    """Everything in so many boxes, as templates within templates leave it."""
    text = body.decode(codec_of(body))
    inside = re.compile(r"(<body[^>]*>)(.*)(</body>)", re.IGNORECASE | re.DOTALL)
    return inside.sub(lambda m: f"{m[1]}{'<div>' * depth}{m[2]}{'</div>' * depth}{m[3]}", text).encode(codec_of(body))


def unclose(body: bytes) -> bytes:
    """No end tag that HTML can do without, and stray ones where nothing is open."""
    text = re.sub(r"</(?:p|td|tr|li|tbody|body|html)>", "", body.decode(codec_of(body)), flags=re.IGNORECASE)
    return re.sub(r"<br>", "</font><br></b>", text).encode(codec_of(body))


def redesign(body: bytes) -> bytes:
    """The same text in markup that no template knows."""
    text = re.sub(r"<!--.*?-->", "", body.decode(codec_of(body)), flags=re.DOTALL)
    text = re.sub(
        r"\s(?:id|class|align|usemap|valign|height)=(?:\"[^\"]*\"|'[^']*'|[^\s>]+)", "", text, flags=re.IGNORECASE
    )
    text = re.sub(r"<(/?)(?:founder-\w+|h[1-6]|td|strong)\b", r"<\1div", text, flags=re.IGNORECASE)
    text = re.sub(r"<(/?)(?:table|tbody|tr)\b", r"<\1section", text, flags=re.IGNORECASE)
    return text.encode(codec_of(body))


def reflow(body: bytes, paragraphs: list[str], form: str) -> bytes:
    """An article whose paragraphs are parted as ``form`` says: ``p``, ``br``, ``indent`` or ``cell``."""
    if len(paragraphs) < 2:
        return body
    text = body.decode(codec_of(body))
    printed = [escape(one, quote=False) for one in paragraphs]
    start, end = text.index(printed[0]), text.rindex(printed[-1]) + len(printed[-1])
    first, *others = printed
    inside = {
        "p": "".join(f"<p>　　{one}" for one in others),
        "br": "".join(f"<br/>　　{one}" for one in others),
        "indent": "".join(f"\n　　{one}" for one in others),
        "cell": f"<table>{''.join(f'<tr><td>　　{one}</td></tr>' for one in others)}</table>",
    }[form]
    return (text[:start] + first + inside + text[end:]).encode(codec_of(body))
