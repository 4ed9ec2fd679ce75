"""What the three Founder (方正) families share: where their templates print each field. Not a family itself."""

from worker.parse.family import Family

FOUNDER = Family(
    name="founder",
    page_link=r"(?!)",
    article_link=r"(?!)",
    page_list=("a#pageLink", "ul#layoutlist li a", ".Therestlist li a", "td.default a"),
    page_label=("span#layout", ".newslisttit em", "td strong", "td.bm01"),
    page_image=(
        'img[usemap="#PagePicMap" i]',
        "img[usemap]",
        "#artPicShow img, .paperpic img",
    ),
    article_list=("#articlelist a", "#titleList a", ".titles a", ".newslist a", ".news-list a"),
    date=(".paperdate", "#riqi_", ".date.today", "#date"),
    rubric=("founder-column", "#Column", ".rubric"),
    kicker=(
        "#PreTitle",
        "founder-introtitle",
        "p.introtitle",
        ".intro",
        "div.article > h3",
        "tr:has(~ tr td.font01) td.font02",
    ),
    title=(
        "#Title",
        "founder-title",
        "td.font01",
        "h2.art-title",
        ".newsdetatit h3",
        ".totalTitle",
        ".main-article-alltitle",
        "td.title1, p.title1",
        "div.article > h1",
        "h1",
    ),
    subtitle=(
        "#SubTitle",
        "founder-subtitle",
        "p.subtitle",
        "div.article > h2",
        ".newsdetatit .sub, .sub",
        "tr:has(td.font01) ~ tr td.font02",
    ),
    author=("founder-author", ".newsdetatit .author", "p.author", "#Author", "p.sec::own"),
    body=("founder-content", "#ozoom", ".newsdetatext", ".main-article-con", ".article-content", "div.content"),
    pictures=(".attachment img", "table#newspic img", ".pic img", "#ozoom img"),
    junk=(".bshare-custom", ".share", "#share", ".fontsize", "#fontsize"),
)
