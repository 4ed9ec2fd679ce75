"""The real page dump that the project was given comes out whole."""

import dataclasses
import json
from pathlib import Path

import pytest
from broken_pages import score

from worker.clean import restore_page

SEED = Path(__file__).parents[3].parent / "shared" / "seed"


@pytest.mark.skipif(not SEED.exists(), reason="the shared seed page is not on this machine")
def test_the_seed_page_scores_one_on_every_figure():
    text = (SEED / "weifang-daily-2026-03-05-page.txt").read_text(encoding="utf-8")
    expected = json.loads((SEED / "weifang-daily-2026-03-05-page.expected.json").read_text(encoding="utf-8"))["items"]
    for item in expected:
        for name in ("reporters", "correspondents", "paragraphs", "signature", "captions"):
            item.setdefault(name, [])

    restored = restore_page(text)

    figures = score(expected, [dataclasses.asdict(item) for item in restored.items])
    assert figures == dict.fromkeys(figures, 1.0)
    assert [str(item.kind) for item in restored.items] == [item["kind"] for item in expected]
    assert "truncated_end" in restored.items[3].flags
    assert "repeat_removed" in restored.items[1].flags
