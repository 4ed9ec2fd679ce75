"""Documents in, frozen values out: decode bytes, read a page, read an article. Fetches, cleans and stores nothing."""

from worker.parse.article import parse_article
from worker.parse.family import BadOverride, Family
from worker.parse.html import decode
from worker.parse.overrides import check_overrides
from worker.parse.page import parse_page
from worker.parse.recognise import Recognition, recognise
from worker.parse.registry import UnknownFamily
from worker.parse.registry import get as get_family

__all__ = [
    "BadOverride",
    "Family",
    "Recognition",
    "UnknownFamily",
    "check_overrides",
    "decode",
    "get_family",
    "parse_article",
    "parse_page",
    "recognise",
]
