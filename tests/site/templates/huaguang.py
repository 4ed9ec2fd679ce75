"""huaguang in GBK: text broken by ``<br>``, pages listed twice, two META REFRESH entry pages."""

from tests.site import images
from tests.site.templates.common import Document, area_map, credit, esc, html, long_date, placed, table_rows

FAMILY = "huaguang"
DATE_IN_PATH = r"/content/(\d{4})(\d{2})(\d{2})/"
CHARSET = "gbk"


def edition_path(paper):
    return f"/{paper.slug}/content/%Y%m%d/Page{paper.pages[0].number}{paper.letters}.htm"


def article_path(edition, place):
    return f"{_folder(edition)}/Articel{place.page.number}{place.on_page:03d}{edition.paper.letters}.htm"


def entry_documents(edition):
    return {
        f"/{edition.paper.slug}/PaperIndex.htm": _refresh("IssueIndex.htm"),
        f"/{edition.paper.slug}/IssueIndex.htm": _refresh(
            f"content/{edition.day:%Y%m%d}/Page{edition.pages[0].number}{edition.paper.letters}.htm"
        ),
    }


def documents(edition):
    folder, letters = _folder(edition), edition.paper.letters
    places = list(placed(edition))
    found = {}
    for page in edition.pages:
        own = [place for place in places if place.page.number == page.number]
        found[f"{folder}/Page{page.number}{letters}.htm"] = html(_page(edition, page, own), CHARSET)
        found[f"{folder}/Page{page.number}.png"] = Document(images.png(350, 550), "image/png")
        found[f"{folder}/Page{page.number}.pdf"] = Document(images.pdf(), "application/pdf")
    for place in places:
        found[article_path(edition, place)] = html(_article(edition, place), CHARSET)
        for number in range(len(place.item.photos)):
            found[f"{folder}/{_picture(place, number)}"] = Document(images.png(), "image/png")
    return found


def empty(edition):
    """The index before anything is on it."""
    return html(_page(edition, edition.pages[0], [], pages=()), CHARSET)


def _folder(edition):
    return f"/{edition.paper.slug}/content/{edition.day:%Y%m%d}"


def _picture(place, number):
    return f"Img{place.page.number}{place.on_page:03d}{chr(97 + number)}.png"


def _refresh(target):
    return html(f'<html><head><META HTTP-EQUIV="REFRESH" CONTENT="0;URL={target}"></head><body></body></html>', CHARSET)


def _page(edition, page, own, pages=None):
    letters = edition.paper.letters
    listed = edition.pages if pages is None else pages
    hrefs = [article_path(edition, place).rpartition("/")[2] for place in own]
    rows = "".join(
        f'<tr><td class="default" nowrap><a href="Page{other.number}{letters}.htm">第{other.number}版</a></td>'
        f'<td class="default"><a href="Page{other.number}{letters}.htm">{esc(other.name)}</a></td>'
        f'<td><a href="Page{other.number}.pdf"><img src="/tplimg/pdf.gif" border=0></a></td></tr>\n'
        for other in listed
    )
    titles = "".join(
        f'<tr><td><a href="{href}">{esc(place.item.title or "图片新闻")}</a></td></tr>\n'
        for href, place in zip(hrefs, own, strict=True)
    )
    return f"""<HTML><HEAD>
<META http-equiv="Content-Type" content="text/html; charset=gb2312">
<TITLE>{esc(edition.paper.name)}数字报</TITLE>
<script language="javascript">function nextPage() {{ location.href = "Page02{letters}.htm"; }}</script>
</HEAD><BODY leftmargin=0>
<table width=1000 border=0><tr valign=top><td width=360>
{area_map("PageMap", hrefs)}<img src="Page{page.number}.png" border=0 width=350 height=550 usemap="#PageMap">
<table><tr><td align=left nowrap>第{page.number}版：<strong>{esc(page.name)}</strong></td>
<td><a href="Page{page.number}.pdf"><img src="/tplimg/pdf.gif" border=0></a></td>
<td><a href="Page02{letters}.htm">下一版</a></td></tr></table>
</td><td>
<span class="date">{long_date(edition.day)}</span>
<table id="list">{rows}</table>
<div id="mylink"><table>{titles}</table></div>
</td></tr></table>
<center>版权所有 {esc(edition.paper.name)}社</center>
</BODY></HTML>"""


def _article(edition, place):
    item = place.item
    pictures = "".join(
        f'<tr><td align=center><a href="{_picture(place, number)}" target=_blank>'
        f'<img src="{_picture(place, number)}" border=0></a></td></tr>'
        f"<tr><td align=center>{esc(credit(*photo))}</td></tr>"
        for number, photo in enumerate(item.photos)
    )
    body = "<br>\n".join(f"　　{esc(text)}" for text in item.paragraphs)
    buttons = "<br><br>【放大】 【缩小】 【默认】<br>下一篇：更多报道" if item.furniture else ""
    return f"""<HTML><HEAD>
<META http-equiv="Content-Type" content="text/html; charset=gb2312">
<TITLE>{esc(edition.paper.name)}数字报-{esc(item.title or "图片新闻")}</TITLE></HEAD><BODY>
<table width=1000><tr><td class="default"><a href="Page{place.page.number}{edition.paper.letters}.htm">返回目录</a></td>
<td><span class="date">{long_date(edition.day)}</span></td></tr>
<tr><td colspan=2 align=center>
<div id="lanmu">{esc(item.rubric)}</div>
<div id="suptitle">{esc(item.kicker)}</div>
<div id="title">{esc(item.title)}</div>
<div id="subtitle">{esc(item.subtitle)}</div></td></tr>
<tr><td colspan=2><div id="imagelist"><table border=0>{pictures}</table></div>
<span id="contenttext" class="font06">{body}{buttons}{table_rows(item)}</span></td></tr></table>
<center>版权所有 {esc(edition.paper.name)}社 未经许可不得转载</center>
</BODY></HTML>"""
