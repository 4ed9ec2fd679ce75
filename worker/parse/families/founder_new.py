"""founder-new: ``pc/layout/%Y%m/%d/node_01.html`` and ``pc/content/…/content_N.html``; Founder's since 2019."""

from dataclasses import replace

from worker.parse.families.founder import FOUNDER

_DAY = r"/\d{4}-?\d{2}/\d{2}/+"
_PAGE = r"(?:node_?|col_?|l|n_)\w*\.html?\b"
_ARTICLE = r"(?:content_?\w+|(?:cont?_?|c_?)\d\w*)\.html?\b"
#: Some print articles as bare numbers below a folder that says what they are, and some leave the day out.
_FOLDER = r"/(?:content|cont?|c)/(?:\d{4}-?\d{2}/\d{2}/+)?(?!node|index|edition)\w+\.html?\b"

FAMILY = replace(
    FOUNDER,
    name="founder-new",
    page_link=rf"{_DAY}{_PAGE}",
    article_link=rf"{_DAY}{_ARTICLE}|{_FOLDER}",
    address=rf"/\d{{6}}/\d{{2}}/+(?:{_PAGE}|{_ARTICLE})|{_FOLDER}(?<!\.htm)"
    r"|/\d{4}-\d{2}/\d{2}/(?:node|content)_?\w+\.html\b|^/(?:node|content)_\w+\.html\b",
    folder="pc/layout/%Y%m/%d/",
)
