"""founder-new in UTF-8: divs and lists, captions in an attribute, metadata in a comment with a title."""
# ruff: noqa: E501 - markup stands here as the sites send it, in their long lines

from html import escape

from tests.site import images
from tests.site.templates.common import Document, area_map, esc, html, long_date, placed, table_rows

FAMILY = "founder-new"
DATE_IN_PATH = r"/(?:layout|content|pic|att)/(\d{4})(\d{2})/(\d{2})/"


def edition_path(paper):
    return f"/{paper.slug}/pc/layout/%Y%m/%d/node_{paper.pages[0].number}.html"


def article_path(edition, place):
    return f"/{edition.paper.slug}/pc/content/{edition.day:%Y%m/%d}/content_{_number(edition, place)}.html"


def entry_documents(edition):
    target = f"pc/layout/{edition.day:%Y%m/%d}/node_{edition.pages[0].number}.html"
    page = (
        f'<!DOCTYPE html><html><head><meta http-equiv="refresh" content="0; url={target}"></head><body></body></html>'
    )
    return {f"/{edition.paper.slug}/index.html": html(page)}


def documents(edition):
    slug, days = edition.paper.slug, f"{edition.day:%Y%m/%d}"
    places = list(placed(edition))
    found = {}
    for page in edition.pages:
        own = [place for place in places if place.page.number == page.number]
        found[f"/{slug}/pc/layout/{days}/node_{page.number}.html"] = html(_page(edition, page, own))
        found[f"/{slug}/pc/pic/{days}/{slug}{page.number}.png"] = Document(images.png(350, 550), "image/png")
        found[f"/{slug}/pc/att/{days}/{slug}{page.number}.pdf"] = Document(images.pdf(), "application/pdf")
    for place in places:
        found[article_path(edition, place)] = html(_article(edition, place))
        for number in range(len(place.item.photos)):
            found[f"/{slug}/pc/pic/{days}/{_picture(edition, place, number)}"] = Document(images.png(), "image/png")
    return found


def empty(edition):
    return html(_page(edition, edition.pages[0], [], pages=()))


def _number(edition, place):
    return edition.day.toordinal() % 100_000 * 100 + place.overall


def _picture(edition, place, number):
    return f"{_number(edition, place)}-{number}.png"


def _page(edition, page, own, pages=None):
    listed = edition.pages if pages is None else pages
    slug, days = edition.paper.slug, f"{edition.day:%Y%m/%d}"
    hrefs = [f"../../../content/{days}/content_{_number(edition, place)}.html" for place in own]
    rows = "".join(
        f'<li><a id="pageLink" href="node_{other.number}.html">第{other.number}版：{esc(other.name)}</a>'
        f'<a class="pdf" href="../../../att/{days}/{slug}{other.number}.pdf">PDF</a></li>\n'
        for other in listed
    )
    titles = "".join(
        f'<li><a href="{href}">{esc(place.item.title or "图片新闻")}</a></li>\n'
        for href, place in zip(hrefs, own, strict=True)
    )
    return f"""<!DOCTYPE html>
<html lang="zh-CN"><head><meta charset="utf-8"><title>{esc(edition.paper.name)}数字报</title>
<link rel="stylesheet" href="/css/pc.css"></head><body>
<div class="header"><p class="date">{long_date(edition.day)}</p></div>
<div class="main"><div class="newslisttit"><em>第{page.number}版：{esc(page.name)}</em>
<a class="pdf" href="../../../att/{days}/{slug}{page.number}.pdf">PDF下载</a><a href="node_02.html">下一版</a></div>
<div class="paperpic"><img src="../../../pic/{days}/{slug}{page.number}.png" usemap="#PagePicMap">
{area_map("PagePicMap", hrefs)}</div>
<div class="news-list"><ul id="articlelist">{titles}</ul></div>
<div class="Therestlist"><ul>{rows}</ul></div></div>
<div class="footer">版权所有 {esc(edition.paper.name)}社</div></body></html>"""


def _article(edition, place):
    item, days = place.item, f"{edition.day:%Y%m/%d}"
    pictures = "".join(
        f'<p class="not-indent patt"><img data-original-title="{_caption(caption, by)}" '
        f'src="../../../pic/{days}/{_picture(edition, place, number)}"/></p>'
        for number, (caption, by) in enumerate(item.photos)
    )
    body = "".join(f"<p>　　{esc(text)}</p>" for text in item.paragraphs)
    buttons = (
        '<p>分享到：</p><p><a href="#">放大</a> <a href="#">缩小</a> <a href="#">默认</a></p>' if item.furniture else ""
    )
    url = f"content_{_number(edition, place)}.html"

    def heading(text):
        return f"<p> {esc(text)} </p>" if text else ""

    rubric = f'<div class="rubric">{esc(item.rubric)}</div>' if item.rubric else ""
    return f"""<!DOCTYPE html>
<html lang="zh-CN"><head><meta charset="utf-8"><title>{esc(item.title)}</title></head><body>
<div class="nav"><a href="../../../layout/{days}/node_{place.page.number}.html">返回目录</a></div>
<div class="article">
{rubric}<h3>{heading(item.kicker)}</h3>
<h1>{heading(item.title)}</h1>
<h2>{heading(item.subtitle)}</h2>
<p class="sec">
<!-- <span class="date">(2020年02月06日 01版)</span> -->
		{esc(item.author)}
		<span class="date">《{esc(edition.paper.name)}》（<span class="newstime">{edition.day:%Y年%m月%d日}</span> 第 {place.page.number} 版）</span>
</p>
<style type="text/css">.patt {{ text-align: center }}</style>
<div id="ozoom">
<!--enpcontent-->{pictures}{body}{table_rows(item)}{buttons}<!--/enpcontent-->
</div></div>
<!--enpproperty <date>{edition.day} 00:00:00:0</date><author>{esc(item.author)}</author><title><p> {esc(item.title)} </p></title><introtitle>{esc(item.kicker)}</introtitle><subtitle>{esc(item.subtitle)}</subtitle><url>{url}</url>/enpproperty-->
</body></html>"""


def _caption(caption, by):
    return escape("".join(f"<p>　　{esc(text)}</p>" for text in (caption, by) if text), quote=True)
