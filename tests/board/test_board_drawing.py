"""Pictures are known by their bytes, and areas lie where the publisher drew them."""

import struct
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.board.moments import moment, size
from scheduler.board.pictures import Picture, picture_of
from scheduler.board.sheet import path_of, sheet_of
from tests.site.images import png
from worker.domain import Area

JPEG = (
    b"\xff\xd8\xff\xe0\x00\x04JF\xff\xc4\x00\x03x\xff\xff\xc2\x00\x0b\x08"
    + struct.pack(">HH", 600, 400)
    + b"\x03"
    + b"\0" * 9
)
WEBP = b"RIFF\x1a\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0" + (399).to_bytes(3, "little") + (599).to_bytes(3, "little")


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (png(120, 90), Picture("image/png", 120, 90)),
        (JPEG, Picture("image/jpeg", 400, 600)),
        (b"GIF89a" + struct.pack("<HH", 7, 9), Picture("image/gif", 7, 9)),
        (WEBP, Picture("image/webp", 400, 600)),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", None),
        (b"<html><script>", None),
        (b"GIF89a\0\0\0\0", None),
        (b"", None),
    ],
)
def test_a_picture_is_known_by_its_bytes(data, found):
    assert picture_of(data) == found


@given(
    st.binary(max_size=60),
    st.sampled_from([b"", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF____WEBPVP8L", b"GIF87a"]),
)
def test_no_bytes_break_it(data, start):
    picture_of(start + data)


def area(*coords, shape="polygon", url="http://a.example/1.htm"):
    return {"shape": shape, "coords": list(coords), "url": url}


def test_areas_lead_to_their_articles_whatever_the_host():
    areas = [area(10, 10, 90, 60, shape="rectangle"), area(0, 0, 5, 0, 5, 9, url="http://a.example/2.htm")]
    sheet = sheet_of(areas, {path_of("https://b.example/1.htm"): (1, 7, "标题")}, Picture("image/png", 100, 100))
    first, second = sheet.outlines
    assert (first.article, first.title, first.points) == (7, "标题", "10,10 90,10 90,60 10,60")
    assert (second.article, second.title) == (None, "http://a.example/2.htm")


def test_the_frame_is_the_images_where_the_areas_fit_it():
    sheet = sheet_of([area(5, 5, 350, 540, shape="rectangle")], {}, Picture("image/jpeg", 360, 560))
    assert (sheet.width, sheet.height) == (360, 560)


def test_a_map_of_a_smaller_copy_scales_the_image():
    sheet = sheet_of([area(5, 5, 350, 540, shape="rectangle")], {}, Picture("image/jpeg", 1080, 1680))
    assert 350 <= sheet.width <= 380
    assert 540 <= sheet.height <= 590


def test_without_an_image_the_areas_make_the_frame_and_without_both_there_is_no_drawing():
    sheet = sheet_of([area(0, 0, 97, 194, shape="rectangle")], {}, None)
    assert (sheet.width, sheet.height) == (100, 200)
    assert sheet_of([], {}, None) is None
    assert sheet_of([area(1, 2)], {}, None) is None


@given(
    st.lists(
        st.builds(
            Area,
            shape=st.sampled_from(["polygon", "rectangle", ""]),
            coords=st.lists(st.integers()).map(tuple),
            url=st.text(),
        )
    )
)
def test_no_areas_break_it(areas):
    stored = [{"shape": one.shape, "coords": list(one.coords), "url": one.url} for one in areas]
    sheet = sheet_of(stored, {}, None)
    assert sheet is None or (sheet.width > 0 and sheet.height > 0)


def test_a_moment_never_stands_without_its_zone():
    noon = datetime(2026, 3, 5, 12, tzinfo=UTC)
    assert ">2026-03-05 20:00 <small>+08</small>" in moment(noon, "Asia/Shanghai")
    assert 'datetime="2026-03-05T12:00:00Z"' in moment(noon, "Asia/Shanghai")
    assert "<small>+05:30</small>" in moment(noon, "Asia/Kolkata")
    assert "<small>−08</small>" in moment(noon, "America/Los_Angeles")
    assert "<small>UTC</small>" in moment(noon)
    assert moment(None) == "–"


def test_sizes_read_well():
    assert [size(octets) for octets in (0, 1023, 1024, 3 * 1024**2, 5 * 1024**4)] == [
        "0 B", "1023 B", "1.0 kB", "3.0 MB", "5120.0 GB",
    ]  # fmt: skip
