"""The comparison of two revisions rebuilds both, whatever they say."""

from hypothesis import given
from hypothesis import strategies as st

from scheduler.board.comparison import Change, compare

TEXTS = st.lists(st.text(alphabet="甲乙丙丁，。", max_size=30), max_size=8)


def rebuilt(paragraphs, without):
    """The paragraphs of one side: those of which something stayed or is on that side."""
    made = []
    for pieces in paragraphs:
        kept = [text for change, text in pieces if change is not without]
        if kept or not pieces:
            made.append("".join(kept))
    return made


@given(TEXTS, TEXTS)
def test_both_texts_can_be_read_from_the_comparison(before, after):
    found = compare(before, after)
    assert [text for text in rebuilt(found, Change.ADDED) if text] == [text for text in before if text]
    assert [text for text in rebuilt(found, Change.REMOVED) if text] == [text for text in after if text]


@given(TEXTS)
def test_the_same_text_has_no_difference(texts):
    assert {change for pieces in compare(texts, texts) for change, _ in pieces} <= {Change.SAME}


def test_one_changed_character_is_marked_and_no_other():
    found = compare(["第一段。", "会议在二楼召开。"], ["第一段。", "会议在三楼召开。"])
    assert found[0] == ((Change.SAME, "第一段。"),)
    assert [text for change, text in found[1] if change is not Change.SAME] in (["二", "三"], ["三", "二"])


def test_a_paragraph_that_came_leaves_its_neighbours_alone():
    found = compare(["甲。", "丙。"], ["甲。", "乙乙乙。", "丙。"])
    assert found == (((Change.SAME, "甲。"),), ((Change.ADDED, "乙乙乙。"),), ((Change.SAME, "丙。"),))


def test_words_of_a_fixed_set_are_compared_whole():
    found = compare(["jump_unresolved"], ["jump_joined"], inside=False)
    assert found == (((Change.REMOVED, "jump_unresolved"),), ((Change.ADDED, "jump_joined"),))
