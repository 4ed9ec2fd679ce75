"""founder-classic in UTF-8: tables, unquoted attributes, an area map, a tail comment with the date."""
# ruff: noqa: E501 - markup stands here as the sites send it, in their long lines

from tests.site import images
from tests.site.templates.common import Document, area_map, credit, esc, html, long_date, placed, table_rows

FAMILY = "founder-classic"
DATE_IN_PATH = r"/(?:html|page|images)/(\d{4})-(\d{2})/(\d{2})/"


def edition_path(paper):
    return f"/{paper.slug}/html/%Y-%m/%d/node_1.htm"


def article_path(edition, place):
    return f"{_folder(edition)}/content_{_number(edition, place)}.htm"


def entry_documents(edition):
    target = f"html/{edition.day:%Y-%m/%d}/node_1.htm"
    page = f"<html><head><script>window.location.href='{target}';</script></head><body></body></html>"
    return {f"/{edition.paper.slug}/index.htm": html(page)}


def documents(edition):
    slug, days = edition.paper.slug, f"{edition.day:%Y-%m/%d}"
    places = list(placed(edition))
    found = {}
    for node, page in enumerate(edition.pages, start=1):
        own = [place for place in places if place.page.number == page.number]
        found[f"{_folder(edition)}/node_{node}.htm"] = html(_page(edition, page, own), declared="utf-8")
        found[f"/{slug}/page/{days}/{page.number}/{slug}{page.number}_b.png"] = Document(
            images.png(350, 550), "image/png"
        )
        found[f"/{slug}/page/{days}/{page.number}/{slug}{page.number}.pdf"] = Document(images.pdf(), "application/pdf")
    for place in places:
        found[article_path(edition, place)] = html(_article(edition, place), declared="utf-8")
        for number in range(len(place.item.photos)):
            found[f"/{slug}/images/{days}/{_picture(edition, place, number)}"] = Document(images.png(), "image/png")
    return found


def empty(edition):
    return html(_page(edition, edition.pages[0], [], pages=()), declared="utf-8")


def _folder(edition):
    return f"/{edition.paper.slug}/html/{edition.day:%Y-%m/%d}"


def _number(edition, place):
    return edition.day.toordinal() % 100_000 * 100 + place.overall


def _picture(edition, place, number):
    return f"{place.page.number}/res{_number(edition, place)}_{number}_attpic_brief.png"


def _pdf(edition, page):
    return f"../../../page/{edition.day:%Y-%m/%d}/{page.number}/{edition.paper.slug}{page.number}.pdf"


def _tail(edition, page, kind):
    return (
        f"<!--enpproperty <founder-date>{edition.day} 23:59:59</founder-date><founder-pagenum>{page.number}"
        f"</founder-pagenum><founder-papername>{edition.paper.name}</founder-papername>"
        f"<founder-type>{kind}</founder-type> /enpproperty-->"
    )


def _page(edition, page, own, pages=None):
    listed = edition.pages if pages is None else pages
    hrefs = [f"content_{_number(edition, place)}.htm?div=-1" for place in own]
    rows = "".join(
        f"<tr{' bgcolor=#e8e8e8' * (node % 2 == 0)}><td class=default align=left>&nbsp;"
        f"<a id=pageLink href={'./' * (node == 1)}node_{node}.htm>第{other.number}版：{esc(other.name)}</a></td>"
        f"<td nowrap align=middle><a href={_pdf(edition, other)}><img src=/tplimg/pdf.gif border=0></a></td></tr>\n"
        for node, other in enumerate(listed, start=1)
    )
    titles = "".join(
        f"<li>&middot;<a href={href.replace('-1', '0')}><div style=display:inline id=mp{_number(edition, place)}>"
        f"{esc(place.item.title or '图片新闻')}</div></a>\n"
        for href, place in zip(hrefs, own, strict=True)
    )
    image = f"../../../page/{edition.day:%Y-%m/%d}/{page.number}/{edition.paper.slug}{page.number}_b.png"
    return f"""<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">
<html><head><meta http-equiv="Content-Type" content="text/html; charset=utf-8" />
<title>{esc(edition.paper.name)}</title></head>
<body onLoad="initialize();initMPPage();">
<SPAN id=leveldiv title=点击查看内容></SPAN>
<table width=1002><tr><td width=354 valign=top>
{area_map("PagePicMap", hrefs)}<img src={image} border=0 USEMAP=#PagePicMap>
<table width=373><tr><td align=left>第{page.number}版：<STRONG>{esc(page.name)}</STRONG></td>
<td align=right nowrap><a class=preart href="node_2.htm"><span>4</span>下一版</a></td>
<td nowrap><a href={_pdf(edition, page)}><IMG src="/tplimg/pdf.gif" border=0></a></td></tr></table>
</td><td valign=top>
<span class="paperdate"><strong>{long_date(edition.day)}</strong></span>
<a href="../../../html/{edition.day:%Y-%m}/00/node_1.htm">上一期</a>
<ul class="ul02_l">{titles}</ul>
<strong class="whitenav">版面目录</strong>
<table cellspacing=0 cellpadding=2 width=100% border=0><tbody>
{rows}</tbody></table>
</td></tr></table>
</body></html>
{_tail(edition, page, 2)}"""


def _article(edition, place):
    item = place.item
    pictures = "".join(
        f"<table id=newspic cellSpacing=0><tr><td><IMG src=../../../images/{edition.day:%Y-%m/%d}/"
        f"{_picture(edition, place, number)} border=0></td></tr><tr><td class=pictext>{esc(credit(*photo))}</td></tr></table>"
        for number, photo in enumerate(item.photos)
    )
    body = "".join(f"<P>　　{esc(text)}</P>" for text in item.paragraphs)
    buttons = "<P>【关闭】</P><P>返回目录 | 放大 缩小 默认</P>" if item.furniture else ""

    def row(css, text):
        return f"<tr><td class={css} align=center>{text}</td></tr>" if text else ""

    return f"""<html><head><meta http-equiv="Content-Type" content="text/html; charset=utf-8" />
<title>{esc(item.title)}</title></head><body>
<table width=1002><tr><td><strong>第{place.page.number}版</strong></td><td>{long_date(edition.day)}</td></tr></table>
<div id="ozoom" style="zoom:100%;"><table width="100%"><tbody>
{row("lanmu", f"<founder-column>{esc(item.rubric)}</founder-column>" if item.rubric else "")}
{row("font02", esc(item.kicker))}
<tr valign=top><td class=font01 align=center><founder-title>{esc(item.title)}</founder-title></td></tr>
{row("font02", esc(item.subtitle))}
{row("author", f"<founder-author>{esc(item.author)}</founder-author>" if item.author else "")}
</tbody></table>
{pictures}
<founder-content><!--enpcontent-->{body}{table_rows(item)}{buttons}<!--/enpcontent--></founder-content></div>
<a href="node_1.htm">上一篇</a> <a href="node_1.htm">下一篇</a>
</body></html>
{_tail(edition, place.page, 1)}"""
