import tomllib
from datetime import date, time
from importlib.resources import files

import pytest

from scheduler import catalogue
from scheduler.catalogue import Row
from worker.errors import Unusable

SOUND = 'name = "报"\nfamily = "huaguang"\nedition_url = "http://x.example/%Y%m%d/"\n'


@pytest.fixture
def own(tmp_path):
    """A function that writes a user's own file and gives its path."""

    def write(text):
        path = tmp_path / "papers.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def test_every_packaged_row_is_sound():
    found = catalogue.load(None)
    assert found.errors == ()
    assert found.rows


def test_a_packaged_slug_stands_in_one_file_only():
    slugs = [
        slug
        for resource in (files("scheduler.catalogue") / "publications").iterdir()
        for slug in tomllib.loads(resource.read_text(encoding="utf-8"))
    ]
    assert len(slugs) == len(set(slugs))


def test_a_row_of_three_keys_has_defaults_for_the_rest(own):
    row = catalogue.load(own(f"[mine]\n{SOUND}")).rows["mine"]
    assert (row.name, row.language, row.time_zone, row.enabled, row.days) == (
        "报",
        "zh-Hans",
        "Asia/Shanghai",
        False,
        "daily",
    )
    assert (row.expected, row.deadline, row.allow_private_addresses) == (time(6), time(20), False)


def test_packaged_rows_stay_beside_ones_own(own):
    assert set(catalogue.load(None).rows) < set(catalogue.load(own(f"[mine]\n{SOUND}")).rows)


def test_ones_own_file_changes_single_keys_of_a_packaged_row(own):
    packaged = catalogue.load(None).rows["weifangdaily"]
    changed = catalogue.load(own("[weifangdaily]\nrequests_per_second = 1\nno_edition = [2026-02-17]\n")).rows[
        "weifangdaily"
    ]
    assert (changed.requests_per_second, changed.no_edition) == (1, (date(2026, 2, 17),))
    assert (
        changed.model_copy(update={"requests_per_second": packaged.requests_per_second, "no_edition": ()}) == packaged
    )


@pytest.mark.parametrize(
    ("line", "key"),
    [
        ("famly = 'huaguang'", "famly"),
        ("family = 'nosuch'", "family"),
        ("family = 3", "family"),
        ("name = ''", "name"),
        ("edition_url = 'x.example/%d'", "edition_url"),
        ("edition_url = 'ftp://x.example/%d'", "edition_url"),
        ("edition_url = 'http://x.example/today'", "edition_url"),
        ("edition_url = 'http://[/%d'", "edition_url"),
        ("time_zone = 'Mars/Base'", "time_zone"),
        ("time_zone = '../../etc/passwd'", "time_zone"),
        ("time_zone = ''", "time_zone"),
        ("days = ['mon', 'someday']", "days"),
        ("days = 'sometimes'", "days"),
        ("no_edition = ['never']", "no_edition.0"),
        ("expected = 'early'", "expected"),
        ("concurrency = 0", "concurrency"),
        ("requests_per_second = -1", "requests_per_second"),
        ("recheck_minutes = 0", "recheck_minutes"),
        ("enabled = 'perhaps'", "enabled"),
        ("slug = 'other'", "slug"),
        ("overrides = 3", "overrides"),
        ("overrides = { headline = 'h1' }", "headline"),
        ("overrides = { title = 3 }", "title"),
        ("overrides = { title = 'h1[' }", "title"),
        ("overrides = { title = ['h1', 'h2:nosuch('] }", "title"),
        ("overrides = { page_link = 'Page(' }", "page_link"),
        ("alternate_of = 'nosuch'", "alternate_of"),
        ("alternate_of = 'bad'", "alternate_of"),
    ],
)
def test_a_bad_key_is_named_with_its_file_and_row_and_stops_no_other(own, line, key):
    name = line.partition(" ")[0]
    kept = "".join(f"{one}\n" for one in SOUND.splitlines() if not one.startswith(f"{name} "))
    path = own(f"[bad]\n{kept}{line}\n[good]\n{SOUND}")
    found = catalogue.load(path)
    assert "good" in found.rows
    assert "bad" not in found.rows
    assert found.errors
    for error in found.errors:
        assert error.startswith(f"{path}: [bad] ")
        assert key in error
        assert "\n" not in error


@pytest.mark.parametrize("key", ["name", "family", "edition_url"])
def test_a_missing_key_is_named(own, key):
    kept = "".join(f"{line}\n" for line in SOUND.splitlines() if not line.startswith(key))
    (error,) = catalogue.load(own(f"[bad]\n{kept}")).errors
    assert f"[bad] {key}: " in error


@pytest.mark.parametrize("slug", ["Upper", "with space", "潍坊", "", "-x", "a/b", "../x"])
def test_a_slug_that_is_none_is_named(own, slug):
    (error,) = catalogue.load(own(f'["{slug}"]\n{SOUND}')).errors
    assert f"[{slug}] slug: " in error


def test_a_key_outside_any_table_is_named(own):
    found = catalogue.load(own(f"loose = 1\n[good]\n{SOUND}"))
    assert "good" in found.rows
    (error,) = found.errors
    assert "loose" in error


def test_an_unsound_change_of_a_packaged_row_names_ones_own_file(own):
    path = own("[weifangdaily]\nconcurrency = 0\n")
    found = catalogue.load(path)
    assert "weifangdaily" not in found.rows
    assert found.errors[0].startswith(f"{path}: [weifangdaily] concurrency: ")


@pytest.mark.parametrize(
    "data", [b"this is not TOML", b"[a]\nx = 1\n[a]\n", b"\xff\xfe\x00", '["潍"]\nx ='.encode("gbk")]
)
def test_a_file_that_is_not_toml_is_one_line(tmp_path, data):
    path = tmp_path / "papers.toml"
    path.write_bytes(data)
    with pytest.raises(Unusable, match=r"^BROADSHEET_CATALOGUE: .*papers\.toml is not TOML") as error:
        catalogue.load(path)
    assert "\n" not in str(error.value)


def test_a_file_that_is_not_there_is_one_line(tmp_path):
    with pytest.raises(Unusable, match=r"^BROADSHEET_CATALOGUE: .*none\.toml"):
        catalogue.load(tmp_path / "none.toml")


def test_a_folder_is_read_file_by_file_and_a_bad_one_names_itself_and_stops_no_other(tmp_path):
    (tmp_path / "a.toml").write_text(f"[first]\n{SOUND}", encoding="utf-8")
    (tmp_path / "b.toml").write_text("this is not TOML", encoding="utf-8")
    (tmp_path / "c.toml").write_text(f"[second]\n{SOUND}[first]\nconcurrency = 7\n", encoding="utf-8")
    (tmp_path / "notes.txt").write_text("not a catalogue", encoding="utf-8")
    found = catalogue.load(tmp_path)
    assert {"first", "second", "weifangdaily"} <= set(found.rows)
    assert found.rows["first"].concurrency == 2
    assert found.sources["second"] == str(tmp_path / "c.toml")
    broken, twice = found.errors
    assert f"{tmp_path / 'b.toml'} is not TOML" in broken
    assert twice == f"{tmp_path / 'c.toml'}: [first] stands in {tmp_path / 'a.toml'}, too; that one counts"
    assert set(catalogue.load(tmp_path / "a.toml").rows) < set(found.rows)


def test_a_changed_file_is_read_again_and_an_unchanged_one_is_not(own):
    path = own(f"[mine]\n{SOUND}")
    first = catalogue.load(path)
    assert catalogue.load(path) is first
    own(f"[mine]\n{SOUND}note = 'changed'\n")
    assert catalogue.load(path).rows["mine"].note == "changed"


def test_a_row_knows_the_file_that_changed_it_last(own):
    path = own("[weifangdaily]\nnote = 'mine'\n")
    found = catalogue.load(path)
    assert found.sources["weifangdaily"] == str(path)
    assert found.sources["weifangwanbao"] == "shandong.toml"


def test_a_row_that_nobody_has_verified_is_not_enabled_unless_it_says_so(own):
    def enabled(lines):
        return catalogue.load(own(f"[mine]\n{SOUND}{lines}")).rows["mine"].enabled

    assert not enabled("")
    assert not enabled('verified = "never"\n')
    assert enabled("verified = 2026-03-01\n")
    assert enabled("enabled = true\n")
    assert not enabled("verified = 2026-03-01\nenabled = false\n")


def test_a_row_gives_the_calendar_that_it_describes():
    row = Row(
        slug="a", name="报", family="huaguang", edition_url="http://x/%d", time_zone="Europe/Berlin", days=("mon",),
        no_edition=(date(2026, 3, 2),), expected=time(5), deadline=time(19), enabled=True,
    )  # fmt: skip
    paper = row.calendar
    assert (str(paper.zone), paper.days, paper.no_edition, paper.expected, paper.deadline) == (
        *("Europe/Berlin", ("mon",), {date(2026, 3, 2)}, time(5), time(19)),
    )
