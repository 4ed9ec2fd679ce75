"""Say by form what an item is: article, photo, notice, advert or index. Reads no byline and changes nothing."""

import re
from collections.abc import Sequence

from worker.clean.forms import ends_closed, size
from worker.domain import Kind

_NOTICE = re.compile(
    r"(?:公告|公示|通告|启事|啟事|声明|聲明|遗失|讣告|訃告|招标|招標|拍卖"
    r"|注销|减资|债权转让|通知书|更正|公 告|公　告|Notice|NOTICE)(?:[（(].*[）)])?$"
    r"|^(?:遗失声明|公告|公示|注销公告|减资公告)"
)
_POINTS = re.compile(
    r"(?:[A-Z]?\d{1,2}|第?[一二三四五六七八九十\d]{1,3})\s*版|(?:page|p\.)\s*\d|[.…·]{3,}\s*\d+$", re.IGNORECASE
)
_INDEX = re.compile(r"^(?:今日导读|导读|要闻导读|导\s*读|導讀|今日看点|目录|Inside|Index|Contents)", re.IGNORECASE)
_SELLS = re.compile(
    r"(?:电话|热线|電話|咨询|订购|预订|诚聘|招租|出租|出售|转让|促销|优惠|特价|开盘|地址|微信|网址|加盟|Tel|TEL|www\.)[：:]?|1[3-9]\d{9}"
    r"|\d{3,4}-\d{7,8}|￥\d|[0-9.]+折"
)
_ADVERT_SIZE = 400
_POINT_SIZE = 60
_FEW_POINTS = 3
#: One telephone number is in many reports; two kinds of such words in a short text are an offer.
_SELLING = 2


#: A headline that says itself what it heads.
_OPENS = re.compile(
    r"[\u3400-\u9fff ]{0,8}(?:公告|公示|启事|啟事|声明|聲明|讣告|訃告)|(?:今日|要闻)?导读|導讀|今日看点|目录"
    r"|天气预报|天氣預報"
)


def names_its_kind(text: str) -> bool:
    """Whether a line is the headline of a notice, of an index or of the weather by its own words."""
    return bool(_OPENS.fullmatch(text))


def sells(text: str) -> list[str]:
    """Return the words by which a line sells something or says how to reach a seller."""
    return _SELLS.findall(text)


def kind_of(
    *, title: str | None, paragraphs: Sequence[str], captions: Sequence[str], images: int = 0, signed: bool = False
) -> Kind:
    """Return the kind that the item's form shows; an article where nothing else is shown.

    Args:
        title: its headline.
        paragraphs: its body.
        captions: its picture texts.
        images: how many pictures it has.
        signed: whether a reporter's name stands over it; adverts have none.
    """
    if not paragraphs:
        if captions or images:
            return Kind.PHOTO
        return Kind.NOTICE if title and _NOTICE.search(title) else Kind.ARTICLE
    if title and _NOTICE.search(title):
        return Kind.NOTICE
    points = sum(1 for line in paragraphs if size(line) <= _POINT_SIZE and _POINTS.search(line))
    if (title and _INDEX.match(title) and points) or (points >= _FEW_POINTS and points * 2 > len(paragraphs)):
        return Kind.INDEX
    whole = sum(size(line) for line in paragraphs)
    if whole > _ADVERT_SIZE or signed:
        return Kind.ARTICLE
    selling = {match for line in paragraphs[:40] for match in sells(line[:400])}
    closed = sum(1 for line in paragraphs if ends_closed(line))
    return Kind.ADVERT if len(selling) >= _SELLING and closed * 2 <= len(paragraphs) else Kind.ARTICLE
