"""shtml: ``shtml/xxrb/%Y%m%d/v01.shtml`` (``vA1``, ``index``) and ``NNNN.shtml``."""

from worker.parse.family import Family

FAMILY = Family(
    name="shtml",
    page_link=r"/\d{8}/(?:v\w{1,4}|index)\.s?html?\b",
    article_link=r"/\d{8}/\d+\.s?html?\b",
    page_list=("#bmdh a", ".bmdh a", "td.default a"),
    page_label=(".bmTit", "td strong", ".banmian"),
    article_list=("#btdh a", ".btdh a"),
    rubric=(".lanmu",),
    kicker=(".detYinTit", ".detail h3"),
    title=("h2.detConTit", ".detailCon h1", ".detail h2", ".atitle h1", ".d_t_b", ".f-20 strong", ".f-20", "h1", "h3"),
    subtitle=(".detFuTit", ".detail h4"),
    author=(".detAuthor",),
    body=(".details", "#content_div", ".acon", ".para", ".f-14.height-25", '*:has(> p[align="left"])'),
    pictures=(".detPic img",),
)
