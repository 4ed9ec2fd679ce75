"""qpaper: ``Html/%Y-%m-%d/Qpaper.html``, further pages ``Qpaper_N.html``, articles ``N.html`` beside them."""

from worker.parse.family import Family

FAMILY = Family(
    name="qpaper",
    page_link=r"/Qpaper(?:_\w+)?\.html?\b",
    article_link=r"/\d{4}-\d{1,2}-\d{1,2}/\d+\.html?\b",
    address=r"/Qpaper(?:_\w+)?\.html?\b|/Html/\d{4}-\d{1,2}-\d{1,2}/\d+\.html?\b",
    marks=("#doccontent, .doccontent", "#doctitle, #subdoctitle", ".paper_rect, #mappaper", "#bancilist, .verpaper"),
    folder="Html/%Y-%m-%d/",
    page_list=("#bancilist a", ".verpaper a", "#pagelist a", ".pagelist a", "tr.info1 a, tr.info2 a"),
    page_label=(".banming2", ".pagename", "td strong"),
    page_image=("img#mappaper", "img[usemap]"),
    article_list=(".vertitle a", "#doclist a", ".doclist a"),
    rubric=(".lanmu",),
    kicker=("#yinti", ".pretitle", "td.yinti"),
    title=("#doctitle", "td.title", "div.title", ".papertitle", ".xnr5_t1", "h1", "h2"),
    subtitle=("#subdoctitle", ".subtitle", "td.futi"),
    author=("#author", ".author"),
    body=("#doccontent, .doccontent", "td.content", "#content", "div.content"),
    pictures=(".docpic img",),
)
