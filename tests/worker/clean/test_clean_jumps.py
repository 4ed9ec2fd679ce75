"""Jumps are joined where headline or words and the page named agree, and flagged where not."""

import pytest

from worker.clean import join_jumps, restore_page, without_jump_lines
from worker.clean.jumps import page_number
from worker.domain import Article, Kind

HEAD = "两座老桥的新生"


def article(title, *paragraphs, flags=()):
    return Article(kind=Kind.ARTICLE, title=title, paragraphs=paragraphs, flags=flags)


@pytest.mark.parametrize(
    ("onward", "back", "page"),
    [
        ("（下转第三版）", "（上接第一版）", "03"),
        ("▶▶下转3版", "▶▶上接01版", "3"),
        ("（下转A4版）", "（上接1版）", "A04"),
        ("Continued on page 3", "Continued from page 1", "3"),
    ],
)
def test_both_halves_become_one_article(onward, back, page):
    first = article(HEAD, "老桥修好了，两岸的人", onward, flags=("jump_unresolved",))
    second = article(HEAD, back, "都来看热闹。", flags=("jump_unresolved",))
    other = article("另一件事", "这里说的是另一件事。")

    joined = join_jumps([("01", first), ("02", other), (page, second)])

    assert [jumped.sources for jumped in joined] == [(0, 2), (1,)]
    whole = joined[0].article
    assert whole.paragraphs == ("老桥修好了，两岸的人都来看热闹。",)
    assert whole.flags == ("jump_joined",)
    assert {removed.text for removed in joined[0].removed} == {onward, back, HEAD}


def test_a_jump_line_inside_its_paragraph_is_taken_out_alone():
    first = article(HEAD, "老桥修好了。（下转第二版）")
    second = article(HEAD, "（上接第一版）新桥也要动工。")
    joined = join_jumps([("01", first), ("02", second)])
    assert joined[0].article.paragraphs == ("老桥修好了。", "新桥也要动工。")


def test_a_jump_without_its_other_half_is_flagged_and_kept():
    first = article(HEAD, "老桥修好了。", "（下转第三版）")
    other = article("毫不相干的一件事", "说的是种麦子。")
    joined = join_jumps([("01", first), ("03", other)])
    assert [jumped.article.flags for jumped in joined] == [("jump_unresolved",), ()]
    assert joined[0].article.paragraphs == first.paragraphs


def test_a_chain_over_three_pages_becomes_one_article():
    first = article(HEAD, "老桥修好了，两岸的人", "（下转第三版）")
    second = article(HEAD, "（上接第一版）都来看热闹。", "第二天还有人来。", "（下转第五版）")
    third = article(HEAD, "（上接第三版）新桥也要动工。")
    joined = join_jumps([("01", first), ("03", second), ("05", third)])
    assert [jumped.sources for jumped in joined] == [(0, 1, 2)]
    assert joined[0].article.paragraphs == ("老桥修好了，两岸的人都来看热闹。", "第二天还有人来。", "新桥也要动工。")
    assert joined[0].article.flags == ("jump_joined",)


def test_a_wrong_page_number_joins_nothing_and_flags_both_halves():
    first = article(HEAD, "老桥修好了。", "（下转第四版）")
    second = article(HEAD, "（上接第一版）新桥动工。")
    joined = join_jumps([("01", first), ("03", second)])
    assert [jumped.sources for jumped in joined] == [(0,), (1,)]
    assert [jumped.article.flags for jumped in joined] == [("jump_unresolved",)] * 2


@pytest.mark.parametrize(
    "onward",
    ["（紧转第二版）", "▶▶下转2版", "（下转02版）", "【下转第二版】", "下转第二版", "(TURN TO PAGE 2)", "See Page 2"],
)
def test_every_form_of_a_jump_line_is_known_and_taken_out(onward):
    back = "Continued from page 1" if onward.isascii() else "（上接第一版）"
    joined = join_jumps([("01", article(HEAD, "老桥修好了。", onward)), ("02", article(HEAD, back, "新桥动工。"))])
    assert [jumped.sources for jumped in joined] == [(0, 1)]
    assert joined[0].article.paragraphs == ("老桥修好了。", "新桥动工。")


def test_key_words_behind_the_page_name_the_other_half():
    first = article("两岸的人都来看", "老桥修好了。", "（下转第三版·老桥）")
    second = article("老桥的第二个春天", "（上接第一版）新桥动工。")
    other = article("麦子黄了", "山坡上的麦子黄了。")
    joined = join_jumps([("01", first), ("03", other), ("03", second)])
    assert joined[0].sources == (0, 2)


def test_two_equal_candidates_are_none():
    first = article(HEAD, "老桥修好了。", "（下转第三版）")
    second = article(HEAD, "（上接第一版）新桥动工。")
    joined = join_jumps([("01", first), ("03", second), ("03", second)])
    assert all(jumped.article.flags == ("jump_unresolved",) for jumped in joined)


@pytest.mark.parametrize(
    ("text", "number"), [("03", "3"), ("三", "3"), ("十二", "12"), ("二十", "20"), ("A04", "A4"), ("a4", "A4")]
)
def test_page_numbers_have_one_form(text, number):
    assert page_number(text) == number


def test_a_page_alone_loses_the_lines_that_only_name_another_page():
    body = "车间里难得见到油污，一台台机床安静地运转，加工精度提高了十倍。"
    page = restore_page(f"老厂换上了新机床\n\n（上接第一版）\n\n本报记者 何远\n\n{body}\n\n（下转第三版）")
    alone = without_jump_lines(page)
    assert page.items[0].paragraphs == ("（上接第一版）", body, "（下转第三版）")
    assert alone.items[0].paragraphs == (body,)
    lines = [removed.text for removed in alone.removed if removed.reason == "jump_line"]
    assert lines == ["（上接第一版）", "（下转第三版）"]
    assert "jump_unresolved" in alone.items[0].flags
