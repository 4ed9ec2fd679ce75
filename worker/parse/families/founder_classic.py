"""founder-classic: ``html/%Y-%m/%d/node_1.htm`` and ``content_N.htm``; the oldest and most common Founder template."""

from dataclasses import replace

from worker.parse.families.founder import FOUNDER

FAMILY = replace(
    FOUNDER,
    name="founder-classic",
    page_link=r"/node_?\w*\.html?\b",
    article_link=r"/content_?\w+\.html?\b",
    address=r"/\d{4}-\d{2}/\d{2}/+(?:\w+/)?(?:node|content)_?\w*\.htm\b|^/(?:node|content)_?\w+\.htm\b",
    folder="html/%Y-%m/%d/",
)
