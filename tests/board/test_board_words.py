"""The board's words: both languages say everything, and nothing is asked for that is not there."""

import ast
import re
from pathlib import Path
from string import Formatter

import pytest

from scheduler.board.languages import LANGUAGES, catalogue, preferred, words
from scheduler.board.offers import offered_backfill
from scheduler.board.views.front import WORDS
from scheduler.remedy import REASONS, Why
from worker.clean.flags import Flag
from worker.domain import BackfillState, Failure, Kind, PageState, State
from worker.store.overview import NEEDS

BOARD = Path(__file__).parents[2] / "scheduler" / "board"
WORKER = Path(__file__).parents[2] / "worker"
SOURCES = [path for path in BOARD.rglob("*") if path.suffix in {".py", ".html"}]
#: Keys that are put together from a group and a value, by group.
COMPOSED = {
    "state": {*State, *PageState, *BackfillState, *NEEDS},
    "means": {*State, *NEEDS},
    "kind": set(Kind),
    "failure": set(Failure),
    "failure_why": set(Failure),
    "remedy": set(Why),
    "flag": set(Flag),
    "flag_why": {*Flag, "unknown"},
    "weekday": set("0123456"),
}


def places(text):
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("key", catalogue())
def test_every_key_has_every_language_with_the_same_places(key):
    texts = catalogue()[key]
    assert set(texts) == set(LANGUAGES)
    assert all(text.strip() for text in texts.values())
    assert len({frozenset(places(text)) for text in texts.values()}) == 1
    assert re.search("[\u4e00-\u9fff]", texts["zh"]) or not re.search("[a-z]{3}", texts["en"])


def test_every_key_that_the_pages_ask_for_is_there_and_no_other():
    asked = set()
    for path in SOURCES:
        asked |= set(re.findall(r'"([a-z_]+\.[a-z_0-9]+)"', path.read_text("utf-8")))
    groups = {key.partition(".")[0] for key in catalogue()}
    asked = {key for key in asked if key.partition(".")[0] in groups and not key.endswith(".html")}
    assert asked - set(catalogue()) == set()
    composed = {f"{group}.{value}" for group, values in COMPOSED.items() for value in values}
    assert composed - set(catalogue()) == set()
    used_by_group = {"front", "base", "action", "action_why", "done", "fact", "removed", "calendar", "refused"}
    unused = {key for key in set(catalogue()) - asked - composed if key.partition(".")[0] not in used_by_group}
    assert unused == set()


def test_the_board_says_of_a_remedy_what_the_command_line_says():
    assert {why: words("en")(f"remedy.{why}") for why in Why} == dict(REASONS)


def test_every_action_has_its_words():
    actions = {
        "backfill",
        "retry",
        "skip",
        "hold",
        "release",
        "accept",
        *(a for s in BackfillState for a in offered_backfill(s)),
    }
    for group in ("action", "action_why", "done"):
        assert {f"{group}.{action}" for action in actions} <= set(catalogue())


def sources():
    """The code that restores and parses, each file as a tree."""
    for stage in ("clean", "parse"):
        for path in (WORKER / stage).rglob("*.py"):
            yield path, ast.parse(path.read_text("utf-8"))


def test_every_flag_that_the_code_can_set_has_its_words_and_no_other_has():
    set_by = set()
    for path, tree in sources():
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "Flag" and path.stem != "quality":
                set_by.add(Flag[node.attr])
            # A stage that does not see the enumeration writes the word itself.
            if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "FLAG":
                set_by.add(node.value.value)
            if isinstance(node, ast.keyword) and node.arg == "flags":
                set_by |= {each.value for each in ast.walk(node.value) if isinstance(each, ast.Constant)}
    for group in ("flag", "flag_why"):
        assert set_by == {key.partition(".")[2] for key in catalogue() if key.startswith(f"{group}.")} - {"unknown"}


def test_every_reason_for_which_text_is_taken_out_has_its_word():
    reasons = set()
    for _, tree in sources():
        for node in ast.walk(tree):
            if isinstance(node, ast.keyword) and node.arg == "reason" and isinstance(node.value, ast.Constant):
                reasons.add(node.value.value)
            if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "_REASONS":
                reasons |= {value.value for value in node.value.values}
    assert len(reasons) > 5
    # Rows of earlier versions hold reasons that no code gives any more.
    assert reasons <= {key.partition(".")[2] for key in catalogue() if key.startswith("removed.")}


def test_every_word_of_the_filter_has_a_name():
    assert {f"state.{word}" for word in WORDS} <= set(catalogue())


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "en"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        ("de,en;q=0.7,zh;q=0.3", "en"),
        ("fr", "en"),
        ("en;q=0, zh;q=0.1", "zh"),
        ("zh;q=nonsense, en;q=0.5", "en"),
        (";;;,=,q=1", "en"),
    ],
)
def test_the_browsers_wish_is_followed(header, language):
    assert preferred(header) == language


def test_a_place_is_filled():
    assert words("en")("page.number", number="A04") == "Page A04"
    assert words("zh")("page.number", number="A04") == "第 A04 版"
