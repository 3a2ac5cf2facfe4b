"""Charts: words stay text, nothing points outside, nothing is laid out by the fonts of this machine."""

import math
import re
from importlib.resources import files

import pytest

from zhike.cli import charts
from zhike.cli.charts import Dot, Frame
from zhike.core.language import LANGUAGES

POLICIES = ("standard", "tiered", "propensity", "zhike", "oracle")
LONG = "按餘額與響應率分層並且名字很長的策略"


def frame(language="zh-Hant", **more):
    return Frame("f", 'A "title" <b>', "什麼 & why", language, "金額", **more)


def every_chart(language="zh-Hant"):
    around = frame(language)
    dots = [
        Dot(f"{LONG}{at}", policy, 3.0 * at - 2, at - 3.0, 5.0 * at) for at, policy in enumerate(POLICIES)
    ]
    pairs = [Dot(label, policy, 1.0, 0.5, 1.5) for label in ("女", "男") for policy in ("standard", "zhike")]
    months = [f"2026-{month:02}" for month in range(1, 13)]
    return {
        "intervals": charts.intervals(around, dots),
        "intervals side by side": charts.intervals(around, pairs, (0.0, 9.0)),
        "lines": charts.lines(
            around, months, {policy: [0.1 * at for at in range(12)] for policy in POLICIES}
        ),
        "bars": charts.bars(around, [(LONG, 12.0, "十二"), ("乙", 3.0, "三")]),
        "bars of a whole": charts.bars(around, [(LONG, 0.4, "86.40 元/小時")], longest=1.0),
        "columns": charts.columns(around, [(str(score), 10.0 * score) for score in range(1, 11)]),
        "pyramid": charts.pyramid(around, ["18-24", "25歲以上"], [3, 4], [5, 6]),
        "curve": charts.curve(frame(language, share=True), [(0.0, 0.0), (0.9, 0.4), (1.0, 1.0)], "客戶占比"),
    }


@pytest.fixture(scope="module")
def drawn():
    return every_chart()


def texts(svg):
    return re.findall(r"<text[^>]*>([^<]*)</text>", svg)


def test_words_stay_text(drawn):
    assert f"{LONG}0" in texts(drawn["intervals"])
    assert {"女", "男", "金額"} <= set(texts(drawn["intervals side by side"]))
    assert {LONG, "乙", "十二", "三"} <= set(texts(drawn["bars"]))
    assert {LONG, "86.40 元/小時"} == set(texts(drawn["bars of a whole"]))
    assert "25歲以上" in texts(drawn["pyramid"])
    assert {"客戶占比", "100%"} <= set(texts(drawn["curve"]))


def test_counts_on_axes_are_written_out(drawn):
    assert {"0", "20", "100"} <= set(texts(drawn["columns"]))
    assert not any(re.search(r"e[+-]", text) for svg in drawn.values() for text in texts(svg))
    assert not any(
        "\N{MINUS SIGN}" in text or "-" in text for text in texts(drawn["pyramid"]) if text != "18-24"
    )


def test_months_are_thinned_so_that_their_names_do_not_meet(drawn):
    assert [text for text in texts(drawn["lines"]) if text.startswith("2026")] == [
        "2026-01", "2026-04", "2026-07", "2026-10"
    ]  # fmt: skip


def test_a_chart_is_named_for_reading_aloud(drawn):
    for svg in drawn.values():
        assert svg.startswith('<svg class="chart" role="img" aria-labelledby="f-t f-d"')
        assert '<title id="f-t">A &quot;title&quot; &lt;b&gt;</title>' in svg
        assert '<desc id="f-d">什麼 &amp; why</desc>' in svg
        assert svg.count("role=") == 1


def test_a_chart_points_nowhere(drawn):
    for svg in drawn.values():
        assert not re.search(r"https?:|xmlns|href|url\(|<image|<script|<style", svg)


@pytest.mark.parametrize("language", LANGUAGES)
def test_fonts_of_the_language_are_asked_for(language):
    first = {"en": "system-ui", "zh-Hans": "'Noto Sans CJK SC'", "zh-Hant": "'Noto Sans CJK TC'"}
    svg = charts.bars(frame(language), [("a", 1.0, "b")])
    assert f'font-family="{first[language]}, ' in svg
    assert svg.count("font-family") == 1
    assert charts.FONTS[language].endswith("sans-serif")
    assert "CJK" in charts.FONTS[language]


def test_room_for_labels_is_reckoned_by_characters(drawn):
    """A Chinese character is as wide as the font is high: 12 px."""
    left = float(re.search(r'transform="translate\((\d+),', drawn["intervals"])[1])
    assert left >= 12 * (len(LONG) + 0.5)
    width = float(re.search(r'width="(\d+)"', drawn["bars of a whole"])[1])
    assert width >= left + 380 - 12 + 12 * 6


def test_same_figures_same_bytes(drawn):
    assert every_chart() == drawn


def test_layout_does_not_ask_the_fonts_of_the_machine(drawn, monkeypatch):
    """Letters of quite another width leave every place as it is."""
    monkeypatch.setattr(charts, "_PLACEHOLDER", "monospace")
    assert every_chart() == drawn


def test_figures_that_are_not_numbers_leave_a_gap():
    nan = math.nan
    svg = charts.lines(frame(), ["2026-01", "2026-02"], {"zhike": [nan, 1.0], "oracle": [2.0, math.inf]})
    assert "NaN" not in svg
    assert "Infinity" not in svg
    assert "NaN" not in charts.intervals(
        frame(), [Dot("a", "zhike", nan, nan, nan), Dot("b", "zhike", 1, 0, 2)]
    )
    assert "NaN" not in charts.bars(frame(), [("a", 0.0, "0")])


def test_policies_differ_in_more_than_colour():
    looks = [charts.look(policy) for policy in (*POLICIES, "another")]
    assert len({colour for colour, _, _ in looks}) == len(looks)
    assert len({shape for _, _, shape in looks}) == len(looks)
    assert 'stroke-dasharray="6 3"' in charts.swatch("tiered")
    assert 'aria-hidden="true"' in charts.swatch("zhike")


def test_a_dark_screen_has_its_own_of_every_colour(drawn):
    style = (files("zhike.cli") / "report.css").read_text("utf-8")
    used = {hit for svg in drawn.values() for hit in re.findall(r'(?:fill|stroke)="(#[0-9a-f]{6})"', svg)}
    assert used
    for colour in used:
        assert f'[fill="{colour}"]' in style
        assert f'[stroke="{colour}"]' in style


def test_gini_of_known_curves():
    assert charts.gini([(0.0, 0.0), (1.0, 1.0)]) == 0.0
    assert charts.gini([(at / 1000, (at / 1000) ** 3) for at in range(1001)]) == pytest.approx(0.5, abs=1e-5)
