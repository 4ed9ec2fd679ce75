"""qpaper: ``Html/%Y-%m-%d/Qpaper.html``, further pages ``Qpaper_N.html``, articles ``N.html`` beside them."""

from worker.parse.family import Family

FAMILY = Family(
    name="qpaper",
    page_link=r"/Qpaper(?:_\w+)?\.html?\b",
    article_link=r"/\d{4}-\d{2}-\d{2}/\d+\.html?\b",
    page_list=("#pagelist a", ".pagelist a"),
    page_label=(".pagename", "td strong"),
    article_list=("#doclist a", ".doclist a"),
    rubric=(".lanmu",),
    kicker=(".pretitle", "td.yinti"),
    title=("td.title", "div.title", "h1"),
    subtitle=(".subtitle", "td.futi"),
    author=(".author",),
    body=(".doccontent", "#doccontent", "td.content", "div.content", "#content"),
    pictures=(".docpic img",),
)
