"""Every pair of colours that text is shown in has enough contrast: WCAG 2.2 AA, 4.5 to 1, in light and in dark."""

import re
from pathlib import Path

import pytest

CSS = (Path(__file__).parents[2] / "scheduler" / "board" / "assets" / "board.css").read_text("utf-8")
LIGHT, DARK = re.findall(r":root \{(.*?)\n *\}", CSS, re.DOTALL)
PLAIN = [("paper", ink) for ink in ("ink", "soft", "link")] + [
    *(("raised", ink) for ink in ("ink", "soft", "link", "bad-ink")),
    *(("hover", ink) for ink in ("ink", "soft")),
    ("paper", "bad-ink"),
    ("link", "paper"),
]


def colours(block):
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", block))


def luminance(colour):
    """Relative luminance as WCAG defines it."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_the_measure_is_right():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_from_its_ground(scheme):
    found = colours(LIGHT) | (colours(DARK) if scheme == "dark" else {})
    pairs = PLAIN + [(name, name.replace("-ground", "-ink")) for name in found if name.endswith("-ground")]
    assert len(pairs) > 15
    weak = {pair: round(contrast(found[pair[0]], found[pair[1]]), 2) for pair in pairs}
    assert {pair: ratio for pair, ratio in weak.items() if ratio < 4.5} == {}
    # What is no text, the ring around what has the focus: 3 to 1.
    assert contrast(found["focus"], found["paper"]) >= 3


def test_dark_says_every_colour_that_light_says():
    assert set(colours(LIGHT)) == set(colours(DARK))


def test_rules_use_the_named_colours_only():
    rules = CSS.replace(LIGHT, "").replace(DARK, "")
    assert re.findall(r"#[0-9a-fA-F]{3,8}\b|\brgb|\bhsl", rules) == []


def test_nothing_is_loaded_from_elsewhere():
    assert "url(" not in CSS
    assert "@import" not in CSS
    assert len(CSS.encode()) < 24_000
