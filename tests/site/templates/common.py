"""What all templates share: a document, numbered items, the area map, escaped text."""

from dataclasses import dataclass
from html import escape

WEEKDAYS = "一二三四五六日"
WIDTH, HEIGHT = 350, 550


@dataclass(frozen=True)
class Document:
    body: bytes
    type: str


@dataclass(frozen=True)
class Placed:
    """An item with its place: the how manieth of its page and of the edition, from 1."""

    item: object
    page: object
    on_page: int
    overall: int


def placed(edition):
    overall = 0
    for page in edition.pages:
        for on_page, item in enumerate(page.items, start=1):
            overall += 1
            yield Placed(item, page, on_page, overall)


def html(text, charset="utf-8", declared=None):
    return Document(
        text.encode(charset, "xmlcharrefreplace"), f"text/html; charset={declared}" if declared else "text/html"
    )


def long_date(day):
    return f"{day.year}年{day.month:02d}月{day.day:02d}日 星期{WEEKDAYS[day.weekday()]}"


def esc(text):
    return escape(text or "", quote=False)


def bands(count):
    """Areas of ``count`` items and one advert below them: every second one a polygon. ``(shape, coords)`` each."""
    step = HEIGHT // (count + 1)
    for place in range(count + 1):
        top, bottom = place * step + 4, (place + 1) * step - 4
        if place % 2:
            yield "polygon", f"5,{top},200,{top},200,{top + 10},345,{top + 10},345,{bottom},5,{bottom}"
        else:
            yield "rect", f"5,{top},345,{bottom}"


def area_map(name, hrefs):
    """A map whose last area is an advert that leads nowhere."""
    areas = list(bands(len(hrefs)))
    linked = "".join(
        f'<Area coords="{coords}" shape="{shape}" href="{href}">'
        for (shape, coords), href in zip(areas, hrefs, strict=False)
    )
    shape, coords = areas[-1]
    return f'<map name="{name}">{linked}<Area coords="{coords}" shape="{shape}" title="广告" nohref></map>'


def table_rows(item):
    if not item.table:
        return ""
    rows = "".join("<tr>" + "".join(f"<td>{esc(cell)}</td>" for cell in row) + "</tr>" for row in item.table)
    return f'<table border="1" cellspacing="0">{rows}</table>'


def credit(caption, by):
    return " ".join(part for part in (caption, by) if part)
