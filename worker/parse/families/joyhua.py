"""joyhua: ``%Y%m%d/html/index.htm`` or ``page_01.htm``, with ``content_N.htm`` or ``page_N_content_M.htm``."""

from worker.parse.family import Family

FAMILY = Family(
    name="joyhua",
    page_link=r"/html/(?:index|page_[A-Z]{0,2}\d+)\.html?\b",
    article_link=r"/html/\w*content_?\w+\.html?\b",
    address=r"/\d{8}/html/(?:index|page_\w+|\w*content_?\w+)\.html?\b|^/page_\w+\.html?\b|^/index_content_",
    marks=(".bmnr_con, .bmnr_con_con", ".bmnr_con_biaoti", ".bmnr_con_yinti", ".bmml_con, .bmdh_con, a.bmdh_con_a"),
    folder="%Y%m%d/html/",
    page_list=(".bmml_con a", "#bmml a"),
    page_label=(".bmnr_banci", "td strong", ".bmml_on"),
    article_list=(".btdh_con a", "#btdh a"),
    rubric=(".bmnr_con_lanmu",),
    kicker=(".bmnr_con_yinti",),
    title=(".bmnr_con_biaoti", "#biaoti", "h1", "h2"),
    subtitle=(".bmnr_con_futi", ".bmnr_con_fubiaoti"),
    author=(".bmnr_con_zuozhe",),
    body=("founder-content", "#zoom", ".bmnr_con_con", "#ozoom"),
    pictures=(".bmnr_con_img img", ".bmnr_con img"),
)
