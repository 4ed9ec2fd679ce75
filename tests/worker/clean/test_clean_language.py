"""What the counted characters tell of seams and of pairs, and that the table is read as it was written."""

import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.restoration.learn import write
from worker.clean import language
from worker.clean.language import binds, closing, flow, is_word, opening, rarity


@pytest.mark.parametrize(
    ("one", "two", "other"),
    [
        ("村里的老人说这座桥已经用了四", "十年", "的时候"),
        ("全县的粮食产", "量比去年高了一成", "孩子们在河边"),
        ("這條老街的電", "線都埋進了地下", "孩子們在河邊"),
    ],
)
def test_the_rest_of_a_word_flows_better_than_a_strangers_text(one, two, other):
    assert flow(one, two) > flow(one, other) + 2


def test_paragraphs_open_on_other_words_than_their_middles():
    assert opening("近日，双河镇的渡口") > 0 > opening("的渡口重新开了")


def test_what_hardly_ever_begins_a_paragraph_speaks_loudly_against_one():
    assert opening("的是两座桥") < -2 < opening("双河镇的渡口")


def test_lines_close_on_other_words_than_texts_break_off_at():
    assert closing("双河镇新建三座便民桥") > closing("他说这座桥的") + 1


def test_what_was_hardly_seen_tells_nothing_of_the_company_that_it_keeps():
    assert binds("怀", "瑾") == 0.0


def test_rare_pairs_tell_more_than_common_ones_and_punctuation_nothing():
    assert rarity("栖霞") > rarity("发展") + 0.5
    assert rarity("。“") == rarity("20") == 0.0


def test_a_common_word_is_told_from_two_characters_that_only_meet():
    assert is_word("发展")
    assert is_word("發展")
    assert not is_word("展发")


@given(st.text(), st.text(min_size=1))
def test_any_text_is_weighed_within_bounds(one, two):
    assert -5 <= flow(one, two) <= 6
    assert -5 <= opening(two) <= 6


def test_what_is_counted_is_read_back(tmp_path):
    target = tmp_path / "language.txt.gz"
    write(["渡口开了", "渡口关了", "渡口开了"], [("渡船", 4.0)], target)
    counts = language._Counts(target.read_bytes())
    assert counts.seen["渡"] == 7
    followed = counts.pairs["渡"]
    assert [followed[at] for at in range(0, len(followed), 2)] == ["口", "船"]
    assert round(language._many(followed[followed.find("船") + 1])) == 4
    assert f"{language.GROUP}口" in counts.triples["渡"]
    assert gzip.decompress(target.read_bytes()).count(b"\n") == 2 * len(counts.seen)
