"""The script that finds the models' weights sees what is true, and asks for the signs that the models have."""

import pytest

from tests.restoration.damage import ALL, ALONE, make_page
from tests.restoration.sources import invented
from tests.restoration.weigh import articles, line_choices, tail_choices, truth
from worker.clean import doubts, pieces, tails, verdict

SIGNS = {
    "lines": {f"{kind} {name}" for name in verdict._WEIGHTS for kind in ("text", "heading")},
    "begins": set(pieces._BEGINS),
    "ends": set(pieces._ENDS),
}


def signs(choices):
    return {name for choice in choices for alternative in choice.alternatives for name in alternative}


def test_a_texts_place_is_told_although_a_character_is_wrong():
    locate = truth(["河水退去以后，村里的人沿着堤岸种下了一千棵柳树。", "渡口的钟敲了六下，头一班船离岸。"])
    assert locate("渡口的钟敲了六下，头一班般离岸。") == (1, 0)
    assert locate("没有人说过这样的话，谁也不曾听见。") is None


def test_articles_are_found_in_running_text():
    body = "河水退去以后，村里的人沿着堤岸种下了一千棵柳树，又修了三条便道，省得孩子们绕路上学。"
    found = list(articles(["堤岸上的柳树", body, f"本报讯 {body[:-1]}，众人都说好。", "渡口", body]))
    assert [(story.title, len(story.paragraphs)) for story in found] == [("堤岸上的柳树", 2)]


def test_tails_and_their_owners_are_among_the_places():
    stories = invented()
    choices = [one for seed in range(12) for one in tail_choices(*make_page(seed, ALONE["early"], stories))]
    assert sum(0 not in choice.true for choice in choices) > len(choices) / 3
    assert signs(choices) == set(tails._WEIGHTS)


@pytest.mark.parametrize("model", SIGNS)
def test_doubtful_lines_are_judged_by_the_models_own_signs(model):
    stories = invented()
    before = doubts.weigh, pieces._sum, pieces._form
    choices = [one for seed in range(30) for one in line_choices(*make_page(seed, ALL, stories), model)]
    assert choices
    assert all(choice.true for choice in choices)
    assert signs(choices) <= SIGNS[model]
    assert (doubts.weigh, pieces._sum, pieces._form) == before
