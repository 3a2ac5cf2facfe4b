"""The report: whole in three languages, closed in itself, readable without seeing it, and honest about what is worse."""

import dataclasses
import html.parser
import itertools
import re
import subprocess
import sys

import pytest
from example_story import example_story

from zhike.cli import report_words
from zhike.cli.report import Story, write_report
from zhike.cli.report_parts import number, places, signed, verdict
from zhike.cli.story import BankFacts, Effect, Example, Loss, Served
from zhike.core.language import LANGUAGES, Text

PARTS = (
    "brief",
    "bank",
    "funnel",
    "prices",
    "customers",
    "months",
    "dividend",
    "loses",
    "fairness",
    "reading",
)
VOID = {"meta", "link", "br", "hr", "img", "input"}


class Page(html.parser.HTMLParser):
    """Collects tags with their attributes, and what was left open or closed wrongly."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.open, self.wrong = [], [], []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.wrong.append(tag)

    def all(self, *names):
        return [attributes for tag, attributes in self.tags if tag in names]


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    folder = tmp_path_factory.mktemp("report")
    for language in LANGUAGES:
        write_report(folder / f"{language}.html", example_story(language), language)
    return {language: (folder / f"{language}.html").read_text("utf-8") for language in LANGUAGES}


def written_from(folder, story, language="en"):
    write_report(folder / "page.html", story, language)
    return (folder / "page.html").read_text("utf-8")


def bare(**parts):
    return Story(BankFacts(20_000, 24, 7, "2024-05-01", "2026-04-30", {}), **parts)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_part_is_there_and_tags_are_closed(written, language):
    page = Page(written[language])
    assert (page.open, page.wrong) == ([], [])
    assert page.all("html") == [{"lang": language}]
    assert [part["id"] for part in page.all("section")] == list(PARTS)
    names = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_file_is_closed_in_itself(written, language):
    text = written[language]
    assert not re.search(r"https?:|//[\w.]+\.\w|@import|url\(|src=|<script|<iframe|<object|<base", text)
    links = [attributes["href"] for attributes in Page(text).all("a", "link")]
    assert {link for link in links if not link.startswith("#")} == {"data:,"}
    assert len(text) < 400_000


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_can_be_read_without_seeing_it(written, language):
    page = Page(written[language])
    levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch(r"h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))
    assert all(attributes.get("scope") in ("col", "row") for attributes in page.all("th"))
    assert len(page.all("caption")) == len(page.all("table"))
    drawn = [one for one in page.all("svg") if "aria-hidden" not in one]
    names = {attributes["id"] for _, attributes in page.tags if "id" in attributes}
    assert len(drawn) == len(page.all("figure"))
    assert all(one["role"] == "img" and set(one["aria-labelledby"].split()) <= names for one in drawn)


@pytest.mark.parametrize("language", LANGUAGES)
def test_same_story_same_bytes(written, language, tmp_path):
    assert written_from(tmp_path, example_story(language), language) == written[language]


def test_no_english_is_left_in_chinese_pages(written):
    for language in ("zh-Hans", "zh-Hant"):
        body = re.sub(r"<style>.*?</style>|<code>.*?</code>|<[^>]*>", " ", written[language], flags=re.DOTALL)
        assert set(re.findall(r"[A-Za-z]{3,}", body)) <= {"docs", "concepts", "lab"}
    assert "客户" not in written["zh-Hant"]
    assert "客戶" not in written["zh-Hans"]


def test_all_texts_are_in_three_languages_and_ask_for_the_same_values():
    tables = (report_words.SAID, report_words.NAMES, report_words.UNITS, report_words.POLICIES_MEAN)
    texts = [*(text for table in tables for text in table.values()), *report_words.READING]
    for text in texts:
        assert isinstance(text, Text)
        asked = [set(re.findall(r"{(\w+)}", one)) for one in (text.en, text.zh_hans, text.zh_hant)]
        assert all((text.en, text.zh_hans, text.zh_hant))
        assert asked[0] == asked[1] == asked[2], text.en


def test_an_empty_story_shows_what_there_is(tmp_path):
    page = Page(written_from(tmp_path, bare()))
    assert [part["id"] for part in page.all("section")] == ["bank", "reading"]
    assert (page.open, page.wrong) == ([], [])


def test_what_data_say_is_never_markup(tmp_path):
    story = dataclasses.replace(
        example_story(),
        customers=[Example("<C1>", "<script>x</script>", ["a & b"], ["<i>no</i>"], '"quoted"')],
        loses=[Loss("<g>", "<l>", "<m>", -1.0, -2.0, -0.5)],
        funnel={"<stage>": 3},
        fairness=[Served("<p>", "<k>", "<g>", 0.5, 1.0, 0.5, 1.5)],
        dividend=[Effect("<p>", "bank_value", 1.0, 0.5, 1.5, "<unit>")],
    )
    text = written_from(tmp_path, story)
    assert "<script" not in text
    assert "&lt;script&gt;" in text
    assert (Page(text).open, Page(text).wrong) == ([], [])


def said_in_brief(text):
    part = text.split('<section id="brief"')[1].split("</section>")[0]
    return re.sub(r"<[^>]*>", " ", part)


def test_the_brief_tells_what_is_worse(tmp_path):
    rows = [
        Effect("zhike", "bank_value", 2.0, 1.0, 3.0, "CNY"),
        Effect("zhike", "complaints", 2.0, 1.0, 3.0, "per_10000"),
        Effect("zhike", "satisfaction", 0.1, -0.1, 0.3, "points"),
        Effect("zhike", "attrition", -0.001, -0.002, -0.0005, "share"),
    ]
    text = said_in_brief(written_from(tmp_path, bare(dividend=rows)))
    assert "Value to the bank: +2.00 CNY per customer (+1.00 to +3.00), better" in text
    assert "Complaints: +2.00 per 10,000 customers (+1.00 to +3.00), worse" in text
    assert "Satisfaction: +0.100 points (\N{MINUS SIGN}0.100 to +0.300), not clear" in text
    assert "Attrition: \N{MINUS SIGN}0.100 percentage points" in text
    assert "zhike is worse than standard in: Complaints." in text


def test_a_clean_result_is_told_with_its_limits(tmp_path):
    text = written_from(tmp_path, bare(dividend=[Effect("zhike", "bank_value", 2.0, 1.0, 3.0, "CNY")]))
    assert "No metric of zhike is clearly worse than under standard." in text
    assert "No group of those compared does worse by the mean. This says nothing about groups" in text
    assert "They do not cover other worlds" in text


def test_losses_are_listed_with_how_many_were_compared(written):
    assert "Listed are 2 of 48 comparisons." in written["en"]
    part = written["en"].split('<section id="loses"')[1].split("</section>")[0]
    assert "60+" in part
    assert '<span class="says bad">worse</span>' in part
    assert '<span class="says soft">not clear</span>' in part


def test_confidence_is_the_storys(tmp_path):
    story = dataclasses.replace(example_story(), confidence=0.9)
    text = written_from(tmp_path, story)
    assert "90% interval" in text
    assert "95%" not in text.split("</style>")[1]


def test_a_metric_by_month_can_have_another_unit(tmp_path):
    story = example_story()
    months = dataclasses.replace(story.months, units={"satisfaction": "sd"})
    assert "standard deviations" in written_from(tmp_path, dataclasses.replace(story, months=months))
    assert "standard deviations" not in written_from(tmp_path, story)


def test_regret_is_shown_without_a_sign(written):
    part = written["en"].split('<section id="dividend"')[1].split("</section>")[0]
    row = part.split("Regret to the oracle")[1].split("</tr>")[0]
    assert "+" not in row
    assert "better" not in row
    assert "29.6" in row


@pytest.mark.parametrize(
    ("metric", "low", "high", "expected"),
    [
        ("bank_value", 0.1, 2.0, "better"),
        ("bank_value", -2.0, -0.1, "worse"),
        ("complaints", 0.1, 2.0, "worse"),
        ("attrition", -2.0, -0.1, "better"),
        ("contacts", 0.1, 2.0, "more"),
        ("contacts", -2.0, -0.1, "less"),
        ("bank_value", 0.0, 2.0, "unclear"),
        ("something", 1.0, 2.0, "more"),
        ("bank_value", float("nan"), float("nan"), "unclear"),
    ],
)
def test_what_an_interval_says(metric, low, high, expected):
    assert verdict(metric, low, high) == expected


def test_numbers_are_written_alike():
    assert [number(-1234.5, 1), number(0.0, 2), signed(-0.0001, 2)] == [
        "\N{MINUS SIGN}1,234.5",
        "0.00",
        "0.00",
    ]
    assert [signed(0.0001, 2), signed(3.0), signed(float("nan"))] == ["0.00", "+3", "\N{EN DASH}"]
    assert [places([999.0]), places([10.0]), places([0.00001]), places([])] == [0, 1, 4, 0]


def test_importing_the_report_draws_nothing():
    code = (
        "import sys, zhike.cli.main, zhike.cli.report, zhike.cli.charts;"
        "print(sorted({'altair', 'vl_convert', 'polars', 'numpy'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
