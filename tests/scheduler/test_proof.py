"""The proof marks each printed block where it stands, also when another block has the same words."""

from rich.console import Console

from scheduler.cli import output, proof
from worker.clean import explain_page

TAIL = "水管员沿着渠堤走了一个来回，把最后一处松动的护坡砖敲实，才放心地回了家。"
PAGE = f"""河东镇灌渠清淤完工

本报讯（记者 安一）连日的机器轰鸣停了下来，十七公里长的主灌渠露出平整的渠底。

{TAIL}

渠底。

{TAIL}
"""


def test_of_two_equal_blocks_the_one_that_went_is_struck_out(capsys, monkeypatch):
    monkeypatch.setattr(output, "console", lambda: Console(width=200))
    restored, notes = explain_page(PAGE)
    proof.print_proof(PAGE, restored, notes)
    lines = [line for line in capsys.readouterr().out.split("\nitems")[0].splitlines() if "水管员" in line]
    assert [line[0] for line in lines] == [" ", "✗"]
