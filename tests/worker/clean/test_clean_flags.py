"""Every flag is in the README with what it means and what it takes from the quality score."""

import re
from pathlib import Path

from worker.clean.flags import Flag
from worker.clean.quality import COST, quality

README = Path(__file__).parents[3] / "README.md"
ROW = re.compile(r"^\| `(\w+)` \| (.+?) \| (\d\.\d\d) \|$", re.MULTILINE)


def test_the_readmes_table_is_the_list_of_flags():
    rows = {flag: (meaning, float(cost)) for flag, meaning, cost in ROW.findall(README.read_text(encoding="utf-8"))}
    assert set(rows) == {str(flag) for flag in Flag}
    assert {flag: cost for flag, (_, cost) in rows.items()} == {str(flag): cost for flag, cost in COST.items()}
    assert all(len(meaning) > 20 for meaning, _ in rows.values())


def test_the_readmes_example_is_right():
    assert quality([Flag.SPLIT_JOINED, Flag.TRUNCATED_END]) == 0.637
    assert "0.637" in README.read_text(encoding="utf-8")
