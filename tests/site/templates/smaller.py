"""founder-nbs, joyhua, shtml, szbz, qpaper and uniflows, as their sites print them."""
# ruff: noqa: E501 - markup stands here as the sites send it, in their long lines

from tests.site.templates.common import esc, long_date
from tests.site.templates.simple import Simple, buttons, element, paragraphs


def _list(rows):
    return "<ul>" + "".join(f"<li>{row}</li>\n" for row in rows) + "</ul>"


def _page(edition, image, pages, titles, label):
    return f"""<html><head><title>{esc(edition.paper.name)}</title></head><body><div class="head">{long_date(edition.day)}</div>
<div>{image}</div>{label}<div class="a">{pages}</div><div class="b">{titles}</div><p>版权所有</p></body></html>"""


def _nbs_page(edition, page, links, articles, image):
    pages = "".join(
        f"<div class=right_title-name><a id=pageLink href={url}>第{other.number}版：{esc(other.name)}</a></div>"
        f"<div class=right_title-pdf><a href={pdf}><img src=/tplimg/ico3.gif border=0 /></a></div>\n"
        for url, other, pdf in links
    )
    titles = _list(f'<a href={url}><script>document.write(view("{title}"))</script></a>' for url, title in articles)
    return _page(edition, image, pages, titles, f"<ul><li>{page.number}版:{esc(page.name)}</li></ul>")


def _nbs_article(edition, place, photos, table):
    item = place.item
    pictures = "".join(
        f'<table class="pci_c"><tr><td><img src="{path}"></td></tr><tr><td>{esc(text)}</td></tr></table>'
        for path, text in photos
    )
    return f"""<html><body><div class="text_c"><founder-column>{esc(item.rubric)}</founder-column><h3>{esc(item.kicker)}</h3>
<h1>{esc(item.title)}</h1><h2>{esc(item.subtitle)}</h2><h4>{esc(item.author)}</h4>
<div class="lai">《{esc(edition.paper.name)}》（{long_date(edition.day)} {place.page.number} 版）</div>
<div class="c_c">{pictures}<div id="ozoom" style="zoom:100%;">{paragraphs(item)}{table}{buttons(item)}</div></div></div></body></html>"""


def _joyhua_page(edition, page, links, articles, image):
    pages = _list(
        f'<a href="{url}">第{other.number}版 {esc(other.name)}</a> <a href="{pdf}">pdf</a>' for url, other, pdf in links
    )
    titles = f'<div class="btdh_con">{_list(f"""<a href="{url}">{title}</a>""" for url, title in articles)}</div>'
    label = f'<div class="bmnr_banci">第{page.number}版：{esc(page.name)}</div>'
    return _page(edition, image, f'<div class="bmml_con">{pages}</div>', titles, label)


def _joyhua_article(edition, place, photos, table):
    item = place.item
    pictures = "".join(f'<div class="pic"><img src="{path}"><p>{esc(text)}</p></div>' for path, text in photos)
    body = paragraphs(item, "　　", "<br/><br/>")
    return f"""<html><body><div class="bmnr">{element("div", "bmnr_con_lanmu", item.rubric)}
<div class="bmnr_con_yinti">{esc(item.kicker)}</div><div class="bmnr_con_biaoti">{esc(item.title)}</div>
<div class="bmnr_con_futi">{esc(item.subtitle)}</div>{element("div", "bmnr_con_zuozhe", item.author)}
<div class="bmnr_con_con"><div id="zoom">{pictures}{body}{table}{buttons(item)}</div></div></div></body></html>"""


def _shtml_page(edition, page, links, articles, image):
    pages = _list(
        f'<a href="{url}">{other.number}：{esc(other.name)}</a><a href="{pdf}">PDF</a>' for url, other, pdf in links
    )
    titles = f'<div id="btdh">{_list(f"""<a href="{url}">{title}</a>""" for url, title in articles)}</div>'
    label = f'<div class="bmTit">第{page.number}版：{esc(page.name)}</div>'
    return _page(edition, image, f'<div id="bmdh">{pages}</div>', titles, label)


def _shtml_article(edition, place, photos, table):
    item = place.item
    pictures = "".join(f'<div class="detPic"><img src="{path}"><p>{esc(text)}</p></div>' for path, text in photos)
    return f"""<html><body><div class="detail">{element("p", "lanmu", item.rubric)}{element("p", "detYinTit", item.kicker)}
<h2 class="detConTit">{esc(item.title)}</h2>{element("p", "detFuTit", item.subtitle)}{element("p", "detAuthor", item.author)}
{pictures}<div class="details">{paragraphs(item, '<p align="left">　　')}{table}{buttons(item)}</div></div></body></html>"""


def _szbz_page(edition, page, links, articles, image):
    pages = _list(
        f'<a href="{url}">{other.number}版</a> <a href="{url}">{esc(other.name)}</a>' for url, other, _ in links
    )
    titles = f'<div class="newslist">{_list(f"""<a href="{url}">{title}</a>""" for url, title in articles)}</div>'
    own = next((pdf for _, other, pdf in links if other.number == page.number), "none.pdf")
    label = f'<div class="bmname">第{page.number}版：{esc(page.name)}</div><a href="{own}">PDF</a>'
    return _page(edition, image, f'<div class="bmmenu">{pages}</div>', titles, label)


def _szbz_article(edition, place, photos, table):
    item = place.item
    pictures = "".join(f'<div class="pic"><img src="{path}"><br>{esc(text)}</div>' for path, text in photos)
    body = "".join(f"<tr><td>{esc(text)}</td></tr>" for text in item.paragraphs)
    return f"""<html><body>{element("div", "lanmu", item.rubric)}{element("div", "pretitle", item.kicker)}
<div class="title">{esc(item.title)}</div>{element("div", "subtitle", item.subtitle)}{element("div", "author", item.author)}
{pictures}<div class="content"><table width="100%">{body}</table>{table}{buttons(item)}</div></body></html>"""


def _qpaper_page(edition, page, links, articles, image):
    pages = _list(
        f'<a href="{url}">{other.number}版 {esc(other.name)}</a> <a href="{pdf}">下载</a>' for url, other, pdf in links
    )
    titles = f'<div id="doclist">{_list(f"""<a href="{url}">{title}</a>""" for url, title in articles)}</div>'
    label = f'<div class="pagename">第{page.number}版：{esc(page.name)}</div>'
    return _page(edition, image, f'<div id="pagelist">{pages}</div>', titles, label)


def _qpaper_article(edition, place, photos, table):
    item = place.item
    pictures = "".join(f'<div class="docpic"><img src="{path}"><div>{esc(text)}</div></div>' for path, text in photos)
    body = "".join(f"\n　　{esc(text)}" for text in item.paragraphs)
    return f"""<html><body>{element("div", "lanmu", item.rubric)}<table><tr><td class="yinti">{esc(item.kicker)}</td></tr>
<tr><td class="title">{esc(item.title)}</td></tr><tr><td class="futi">{esc(item.subtitle)}</td></tr></table>
{element("div", "author", item.author)}{pictures}<div class="doccontent">{body}{table}{buttons(item)}</div></body></html>"""


def _uniflows_page(edition, page, links, articles, image):
    pages = _list(
        f'<a href="{url}">第{other.number}版：{esc(other.name)}</a><a href="{pdf}">PDF</a>' for url, other, pdf in links
    )
    titles = f'<div id="titlelist">{_list(f"""<a href="{url}">{title}</a>""" for url, title in articles)}</div>'
    label = f'<div id="pagename">第{page.number}版：{esc(page.name)}</div>'
    return _page(edition, image, f'<div id="pagelist">{pages}</div>', titles, label)


def _uniflows_article(edition, place, photos, table):
    item = place.item
    pictures = "".join(f'<div><img src="{path}"><div class="pictext">{esc(text)}</div></div>' for path, text in photos)
    return f"""<html><body>{element("p", "lanmu", item.rubric)}{element("p", "content_pretitle", item.kicker)}
<h2 class="content-title">{esc(item.title)}</h2>{element("p", "content_subtitle", item.subtitle)}
{element("p", "content_author", item.author)}<div id="pgpic">{pictures}</div>
<div id="pgcontent">{paragraphs(item, "<div>&nbsp;&nbsp;&nbsp;&nbsp;", "</div>")}{table}{buttons(item)}</div></body></html>"""


SMALLER = (
    Simple(
        "founder-nbs",
        folder="html/%Y-%m/%d",
        date_in_path=r"/html/(\d{4})-(\d{2})/(\d{2})/",
        page=lambda paper, page, _: f"nbs.D110000{paper.slug}_{page.number}.htm",
        article=lambda edition, place: (
            f"nw.D110000{edition.paper.slug}_{edition.day:%Y%m%d}_{place.on_page}-{place.page.number}.htm"
        ),
        print_page=_nbs_page,
        print_article=_nbs_article,
    ),
    Simple(
        "joyhua",
        folder="%Y%m%d/html",
        date_in_path=r"/(\d{4})(\d{2})(\d{2})/html/",
        page=lambda _, page, node: "index.htm" if node == 1 else f"page_{page.number}.htm",
        article=lambda _, place: f"page_{place.page.number}_content_{place.on_page:03d}.htm",
        print_page=_joyhua_page,
        print_article=_joyhua_article,
    ),
    Simple(
        "shtml",
        folder="shtml/%Y%m%d",
        date_in_path=r"/shtml/(\d{4})(\d{2})(\d{2})/",
        page=lambda _, page, __: f"v{page.number}.shtml",
        article=lambda _, place: f"{440_000 + place.overall}.shtml",
        print_page=_shtml_page,
        print_article=_shtml_article,
        charset="gb18030",
    ),
    Simple(
        "szbz",
        folder="Html/szbz/%Y%m%d",
        date_in_path=r"/szbz/(\d{4})(\d{2})(\d{2})/",
        page=lambda _, page, __: f"szbzA{int(page.number.lstrip('A'))}.Html",
        article=lambda _, place: f"szbz{88_000 + place.overall}.Html",
        print_page=_szbz_page,
        print_article=_szbz_article,
    ),
    Simple(
        "qpaper",
        folder="Html/%Y-%m-%d",
        date_in_path=r"/Html/(\d{4})-(\d{2})-(\d{2})/",
        page=lambda _, __, node: "Qpaper.html" if node == 1 else f"Qpaper_{node}.html",
        article=lambda _, place: f"{31_000 + place.overall}.html",
        print_page=_qpaper_page,
        print_article=_qpaper_article,
    ),
    Simple(
        "uniflows",
        folder="html/%Y/%m/%d",
        date_in_path=r"/html/(\d{4})/(\d{2})/(\d{2})/",
        page=lambda _, page, __: f"{page.number}/default.htm",
        article=lambda _, place: f"{place.page.number}/{place.page.number}_{place.on_page:02d}.htm",
        print_page=_uniflows_page,
        print_article=_uniflows_article,
    ),
)
