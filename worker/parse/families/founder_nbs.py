"""founder-nbs: ``html/%Y-%m/%d/nbs.D110000xxxx_01.htm`` and ``nw.D110000…``; Founder's for national dailies."""

from dataclasses import replace

from worker.parse.families.founder import FOUNDER

FAMILY = replace(
    FOUNDER,
    name="founder-nbs",
    page_link=r"/nbs\.D\w+\.html?\b",
    article_link=r"/nw\.D[\w-]+\.html?\b",
    address=r"/n(?:bs|w)\.D\d",
    marks=(*FOUNDER.marks, ".text_c > h1, .text_c > h3, table.pci_c"),
    folder="html/%Y-%m/%d/",
    kicker=(".text_c > h3", *FOUNDER.kicker),
    title=(".text_c > h1", "h2#APP-Title", *FOUNDER.title),
    subtitle=(".text_c > h2", *FOUNDER.subtitle),
    author=(".text_c > h4", *FOUNDER.author),
)
