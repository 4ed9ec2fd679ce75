"""The packaged catalogue: every row is sound by itself, and none of what was known of the newspapers is missing."""

import csv
import re
from collections import Counter
from datetime import date

import pytest

from scheduler import catalogue
from tests.conftest import SHARED
from tests.worker.parse.test_parse_catalogue import FIRST, SECOND, TITLE, document
from worker.errors import BroadsheetError
from worker.parse import get_family, parse_article

FOUND = catalogue.load(None)
ROWS = FOUND.rows
DAYS = (date(2026, 3, 5), date(2024, 2, 29), date(2026, 12, 31), date(2027, 1, 1))

FILE = SHARED / "catalogue" / "publications.csv"
needs_shared = pytest.mark.skipif(not FILE.is_file(), reason="../shared/catalogue is not on this machine")


def listed():
    """The rows of the shared list by slug; none where it is not there."""
    if not FILE.is_file():
        return {}
    return {row["slug"]: row for row in csv.DictReader(FILE.read_text(encoding="utf-8").splitlines())}


LISTED = listed()


def test_every_row_is_sound():
    assert FOUND.errors == ()
    assert len(ROWS) >= 511


def test_an_address_is_made_for_every_day():
    for slug, row in ROWS.items():
        made = [day.strftime(row.edition_url) for day in DAYS]
        assert len(set(made)) == len(DAYS), slug
        assert all(re.fullmatch(r"https?://[\w.:-]+/[^\s%]*", address) for address in made), slug


def test_the_family_or_the_rows_own_form_takes_an_index_for_a_page():
    for slug, row in ROWS.items():
        form = get_family(row.family).overridden(row.overrides).page_link
        assert all(re.search(form, day.strftime(row.edition_url), re.IGNORECASE) for day in DAYS), slug


def test_what_nobody_verified_is_off():
    on = {slug for slug, row in ROWS.items() if row.enabled}
    assert on == {slug for slug, row in ROWS.items() if row.verified != "never"} | {"weifangdaily"}


def test_a_region_is_one_file():
    assert all(row.region for row in ROWS.values())
    pairs = {(row.region, FOUND.sources[slug]) for slug, row in ROWS.items()}
    assert len(pairs) == len({region for region, _ in pairs}) == len({file for _, file in pairs})


def test_a_further_start_page_of_a_newspaper_names_the_first():
    names = Counter(row.name for row in ROWS.values() if row.alternate_of is None)
    assert {name: times for name, times in names.items() if times > 1} == {}
    for row in ROWS.values():
        if row.alternate_of is not None:
            first = ROWS[row.alternate_of]
            assert (first.name, first.alternate_of) == (row.name, None)
            assert first.edition_url != row.edition_url


@needs_shared
def test_every_listed_start_page_is_a_row():
    missing = [slug for slug, row in LISTED.items() if slug not in ROWS or ROWS[slug].edition_url != row["edition_url"]]
    assert missing == []
    assert [slug for slug, row in LISTED.items() if ROWS[slug].name != row["name"]] == []
    assert len({row["name"] for row in LISTED.values()}) == sum(ROWS[slug].alternate_of is None for slug in LISTED)


@needs_shared
def test_a_row_has_the_family_that_was_seen_unless_that_was_none():
    assert [slug for slug, row in LISTED.items() if row["family"] not in {ROWS[slug].family, "other"}] == []
    alone = [slug for slug, row in LISTED.items() if row["family"] == "other"]
    assert all({"page_link", "article_link"} <= set(ROWS[slug].overrides) and ROWS[slug].note for slug in alone)


def reads(slug, field, overrides):
    """Whether title or body is found where it was seen."""
    title = LISTED[slug]["title_xpath"] if field == "title" else ""
    body = LISTED[slug]["body_xpath"] if field == "body" else "//div[@id='ozoom']"
    try:
        found = parse_article(
            document(title, body), "http://paper.example/x.htm", get_family(ROWS[slug].family), overrides
        )
    except BroadsheetError:
        return False
    return found.title == TITLE if field == "title" else (found.paragraphs, found.flags) == ((FIRST, SECOND), ())


@needs_shared
@pytest.mark.parametrize(
    ("slug", "field"),
    [(slug, field) for slug in LISTED for field in ("title", "body") if field in ROWS[slug].overrides],
)
def test_an_override_finds_what_the_family_does_not(slug, field):
    assert reads(slug, field, ROWS[slug].overrides)
    others = {key: value for key, value in ROWS[slug].overrides.items() if key != field}
    assert not reads(slug, field, others), f"[{slug}] the override of {field} has become needless: take it out"


@needs_shared
@pytest.mark.parametrize("slug", [slug for slug, row in LISTED.items() if row["family"] == "other"])
def test_a_site_of_its_own_make_is_read_by_its_overrides(slug):
    for field in ("title", "body"):
        # An index of 0 finds nothing in any document.
        if (path := LISTED[slug][f"{field}_xpath"]) and "[0]" not in path:
            assert reads(slug, field, ROWS[slug].overrides)
