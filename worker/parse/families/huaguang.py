"""huaguang (华光): ``content/%Y%m%d/Page01XX.htm`` and ``ArticelNNNNNXX.htm``, spelt so.

The two letters differ by paper and change over the years: links are told by form, never by the letters.
"""

from worker.parse.family import Family

FAMILY = Family(
    name="huaguang",
    page_link=r"/Page[A-D]?\d{2,3}[A-Za-z]{0,3}\.html?\b",
    article_link=r"/Artic(?:el|le)\w+\.html?\b",
    address=r"/Page[A-D]?\d{2,3}[A-Za-z]{0,3}\.html?\b|/Articel\w+\.html?\b",
    marks=(
        'map[name="PageMap" i], img[usemap="#PageMap" i]',
        "#contenttext, #oldcontenttext",
        "#mylink",
        "#suptitle, #imagelist",
        ".neirong, .duneirong",
    ),
    folder="content/%Y%m%d/",
    page_list=("td.default a", "#pagelist a"),
    page_label=("td strong", "#pagename"),
    page_image=('img[usemap="#PageMap" i]', "img[usemap]"),
    article_list=("#mylink a",),
    date=("#paperdate", ".date"),
    rubric=("#lanmu", ".neirong .lanmu"),
    kicker=("#suptitle", ".neirong h3", ".duneirong h3", ".fbt:has(~ .zb)"),
    title=(
        "#title",
        ".neirong h2",
        ".duneirong h2",
        "#contenttitle",
        "#news-header",
        ".news_title",
        ".detailtitle",
        ".zb",
        'span[align="center"] > strong',
        'td[align="middle"]',
        "h2",
        "h1",
    ),
    subtitle=("#subtitle", ".neirong h4", ".duneirong h4", ".zb ~ .fbt"),
    author=("#author",),
    body=("#contenttext", "#oldcontenttext", ".contenttext", "span.font06", "#ozoom"),
    pictures=("#imagelist img", 'a[target="_blank"] img'),
    junk=("#fontsize", ".share"),
)
