"""uniflows: ``html/%Y/%m/%d/01/default.htm``, a folder for each page, articles ``NN_MM.htm`` inside it."""

from worker.parse.family import Family

FAMILY = Family(
    name="uniflows",
    page_link=r"/\d{4}/\d{2}/\d{2}/\w{1,4}/default\.html?\b",
    article_link=r"/\d{2}/\w{1,4}/\w{1,4}_\d+\.html?\b",
    address=r"/\d{4}/\d{2}/\d{2}/\w{1,4}/(?:default|\w{1,4}_\d+)\.html?\b|^/(?:\.\./\w{1,4}/)?default\.html?\b",
    marks=("#pgcontent", ".content_title, .content-title", ".yinti_title", "#_picsrc, #pictable4, #pgpic"),
    folder="html/%Y/%m/%d/01/",
    page_list=("#pagelist a", ".pagelist a"),
    page_label=("#pagename", "td strong", ".pagename"),
    article_list=("#titlelist a", ".titlelist a"),
    rubric=(".lanmu",),
    kicker=(".content_pretitle", ".content-pretitle", ".yinti_title"),
    title=(".content_title", ".content-title", "h1", "h2"),
    subtitle=(".content_subtitle", ".content-subtitle", ".futi_title"),
    author=(".content_author",),
    body=("#pgcontent",),
    pictures=("#pgpic img", ".content_pic img", "#pictable4 img", "img#_picsrc"),
)
