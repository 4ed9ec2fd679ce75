"""Charsets as they really are: declared wrongly, not at all, cut, mixed."""

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.parse import decode

TEXT = (
    "<html><head><title>霖川日报</title></head><body>"
    "<p>　　今年以来，全市的老百姓都在说，这条河的水比过去清了。</p></body></html>"
)
TRADITIONAL = (
    "<html><body><p>　　今年以來，這個城市的報紙說，大家對新的時間表還不習慣，為了這件事開了會。</p></body></html>"
)


@pytest.mark.parametrize("declared", [None, "utf-8", "gb2312", "gbk", "big5", "iso-8859-1", "nonsense", "x\0y", ""])
def test_gbk_under_any_name(declared):
    assert decode(TEXT.encode("gbk"), declared) == TEXT


@pytest.mark.parametrize("declared", [None, "utf-8", "gb2312", "gbk", "big5", "windows-1252", "rot13", "hex"])
def test_utf8_under_any_name(declared):
    assert decode(TEXT.encode("utf-8"), declared) == TEXT


@pytest.mark.parametrize("declared", [None, "big5", "utf-8", "gb2312", "iso-8859-1"])
def test_traditional_chinese_in_big5(declared):
    assert decode(TRADITIONAL.encode("big5"), declared) == TRADITIONAL


def test_four_byte_gb18030_characters_declared_as_gb2312():
    text = TEXT.replace("老百姓", "㐀𠀀〇老百姓")
    assert decode(text.encode("gb18030"), "gb2312") == text


def test_the_meta_tag_is_heard_where_the_header_is_silent():
    text = TEXT.replace("<head>", "<head><meta charset='gb2312'>")
    assert decode(text.encode("gbk"), None) == text


def test_header_and_meta_tag_disagree():
    text = TEXT.replace("<head>", '<head><meta http-equiv="Content-Type" content="text/html; charset=utf-8">')
    assert decode(text.encode("gbk"), "big5") == text


@pytest.mark.parametrize("mark", [codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE])
def test_a_byte_order_mark_rules(mark):
    codec = {codecs.BOM_UTF8: "utf-8", codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}[mark]
    assert decode(mark + TEXT.encode(codec), "gbk") == TEXT


def test_a_body_cut_inside_a_character_keeps_all_before_it():
    data = TEXT.encode("utf-8")
    cut = data[: data.index("清了".encode()) + 1]
    assert decode(cut, "gb2312").startswith(TEXT[: TEXT.index("清了")])
    data = TEXT.encode("gbk")
    cut = data[: data.index("清了".encode("gbk")) + 1]
    assert decode(cut, None).startswith(TEXT[: TEXT.index("清了")])


def test_one_bad_byte_costs_one_character():
    data = TEXT.encode("utf-8")
    place = data.index("全市".encode())
    text = decode(data[:place] + b"\xff" + data[place:], "utf-8")
    assert text.replace("�", "") == TEXT


@given(st.binary(max_size=300), st.none() | st.text(max_size=12))
def test_it_never_raises(data, declared):
    assert isinstance(decode(data, declared), str)
