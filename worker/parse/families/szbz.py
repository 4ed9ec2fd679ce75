"""szbz (数字报纸): ``Html/szbz/%Y%m%d/szbzA1.Html`` (``Index.Html``) and ``szbzNNNN.Html``."""

from worker.parse.family import Family

FAMILY = Family(
    name="szbz",
    page_link=r"/(?:szbz[A-Z]{0,2}\d{1,2}|Index)\.html?\b",
    article_link=r"/szbz/\d{8}/(?:szbz)?(?:[A-Z]{0,2}\d{1,2}_)?\d{3,}\w*\.html?\b",
    address=r"/szbz/\d{8}/|/szbz[A-Z]{0,2}\d{1,9}\.html?\b",
    marks=("#copytext", ".bmmenu, .bmname", "div.title ~ div.content"),
    folder="Html/szbz/%Y%m%d/",
    page_list=(".bmmenu a", "#pagelist a"),
    page_label=(".bmname", "td strong"),
    article_list=(".newslist a", "#newslist a"),
    rubric=(".lanmu",),
    kicker=(".pretitle", ".yinti", 'tr:has(+ tr td[height="40"]) td[align="center"]'),
    title=("div.title", 'td[height="40"]', "h1", "h2", "title"),
    subtitle=(".subtitle", ".futi", 'tr:has(td[height="40"]) + tr td[align="center"]'),
    author=(".author",),
    body=("div.content", "#ozoom", "#copytext"),
    pictures=(".pic img", "#copytext img", 'table[align="center"] img[src*="szbz"]'),
)
