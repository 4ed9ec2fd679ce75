"""founder-new: ``pc/layout/%Y%m/%d/node_01.html`` and ``pc/content/…/content_N.html``; Founder's since 2019."""

from dataclasses import replace

from worker.parse.families.founder import FOUNDER

FAMILY = replace(
    FOUNDER,
    name="founder-new",
    page_link=r"/\d{4}-?\d{2}/\d{2}/(?:node_?|col|l)\w+\.html?\b",
    article_link=r"/\d{4}-?\d{2}/\d{2}/(?:content_?|con|c)\d\w*\.html?\b",
)
