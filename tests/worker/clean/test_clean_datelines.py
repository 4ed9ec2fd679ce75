"""Datelines and agencies: read at the edges of a body, resolved to real dates, never invented."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.clean.datelines import resolve, with_dateline
from worker.domain import Article, Kind

PRINTED = date(2026, 3, 5)


def read(*paragraphs: str, printed: date | None = PRINTED) -> tuple:
    item = with_dateline(Article(kind=Kind.ARTICLE, paragraphs=paragraphs), printed)
    return item.agency, item.dateline, item.dateline_place, item.dateline_date


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("新华社河东3月4日电（记者 安一）全国……", ("新华社", "新华社河东3月4日电", "河东", date(2026, 3, 4))),
        ("新华社河东3月4日电 （记者安一）今天", ("新华社", "新华社河东3月4日电", "河东", date(2026, 3, 4))),
        ("据新华社河东2025年12月31日电 昨夜", ("新华社", "据新华社河东2025年12月31日电", "河东", date(2025, 12, 31))),
        ("本报柳湾3月4日电  （记者安一）今天", (None, "本报柳湾3月4日电", "柳湾", date(2026, 3, 4))),
        ("本报讯（记者 安一）3月5日，河东镇新桥通车。", (None, "本报讯", None, None)),
        ("本报訊 記者安一報道", (None, "本报訊", None, None)),
        ("据中新社电 当地时间", ("中新社", "据中新社电", None, None)),
        ("【河东网讯】今天", ("河东网", "河东网讯", None, None)),
        ("新华社河东12月31日电 新年", ("新华社", "新华社河东12月31日电", "河东", date(2025, 12, 31))),
        ("新华社河东2月30日电 今天", ("新华社", "新华社河东2月30日电", "河东", None)),
        (
            "HEDONG, March 4 (Xinhua) -- A new bridge",
            ("Xinhua", "HEDONG, March 4 (Xinhua) --", "HEDONG", date(2026, 3, 4)),
        ),
        ("MARROW FEN, Iowa (AP) — The boat", ("AP", "MARROW FEN, Iowa (AP) —", "MARROW FEN, Iowa", None)),
        ("HALDEN (Reuters) - The boat", ("Reuters", "HALDEN (Reuters) -", "HALDEN", None)),
        ("ST. ORLA'S — The clock", (None, "ST. ORLA'S —", "ST. ORLA'S", None)),
    ],
)
def test_a_dateline_is_read_and_its_date_resolved(text, expected):
    assert read(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "报社的讯息栏贴在墙上，每天都有人看。",
        "3月5日，河东镇新桥通车。",
        "网上电讯行业的消息传来，大家都很高兴。",
        "他在电报局工作了三十年，台灯下写电文。",
        "Hedong, a town of March 4 (memory) lane",
        "NASA — which pays for it — said so.",
        "BBC-led and sold abroad, the series ends.",
        "",
    ],
)
def test_a_sentence_is_not_taken_for_a_dateline(text):
    assert read(text) == (None, None, None, None)


@pytest.mark.parametrize("end", ["（据新华社电）", "（新华社）", "（据新华社报道）", "（来源：新华社）"])
def test_an_agency_at_the_end_is_read(end):
    assert read("河东镇新桥通车。", f"桥长三百米。{end}")[0] == "新华社"


def test_without_the_editions_date_a_year_is_not_invented():
    assert read("新华社河东3月4日电 今天", printed=None) == ("新华社", "新华社河东3月4日电", "河东", None)


@given(st.dates(date(1950, 1, 2), date(2090, 12, 31)), st.integers(0, 12), st.integers(0, 40))
def test_a_resolved_date_is_never_long_after_the_edition(printed, month, day):
    found = resolve(None, month, day, printed)
    assert found is None or (found - printed).days <= 1


@given(st.text(max_size=120), st.none() | st.dates())
def test_no_text_is_changed_and_none_breaks_it(text, printed):
    item = Article(kind=Kind.ARTICLE, paragraphs=(text,))
    assert with_dateline(item, printed).paragraphs == (text,)
