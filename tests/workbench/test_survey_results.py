"""Pages of questionnaires and of results of surveys, without a browser: what they say, in every language, and to whom."""

import html

import heard_bank as heard
import pytest
from served_bank import Served

from zhike.core.language import LANGUAGES
from zhike.workbench.path_diagram import path_diagram
from zhike.workbench.words import WORDS


@pytest.fixture(scope="module")
def full(tmp_path_factory):
    with Served(tmp_path_factory.mktemp("heard") / "bank") as found:
        heard.hear_everything(found.acting)
        yield found


@pytest.fixture(scope="module")
def quality(full, seat_at):
    seat = seat_at(full)
    seat.sign_in("service_quality")
    return seat


def said(key, language="en"):
    return WORDS[key].in_language(language)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("path", "keys"),
    [
        ("/surveys", ["instrument.title", "instrument.nobody"]),
        ("/surveys/nps", ["instrument.no_findings", "instrument.only_one", "questionkind.text"]),
        ("/surveys/ecsi_bank/results", ["result.scores", "result.not_ranked", "result.late"]),
        ("/surveys/ecsi_bank/model", ["result.model_key", "result.latents"]),
        ("/surveys/complaint_handling/attributes", ["result.importance", "quadrant.keep_up"]),
        ("/surveys/servqual_bank/attributes", ["result.gaps", "result.items"]),
        ("/surveys/kano_service/attributes", ["result.kano", "kano.M"]),
        (
            "/surveys/journey_pulse/journeys",
            ["result.journeys_told", "touchverdict.defect"],
        ),
        ("/surveys/nps/waves", ["result.pair_told", "result.modes_told"]),
        ("/surveys/nps/words", ["result.search"]),
        ("/surveys/ces/results", ["result.empty", "result.no_rate"]),
        ("/surveys/ces/waves", ["result.empty"]),
        ("/surveys/csat/words", ["result.no_words"]),
    ],
)
def test_every_page_speaks_every_language(quality, path, keys, language):
    page = quality.get(path, **{"Accept-Language": language})
    assert page.status_code == 200
    for key in keys:
        assert said(key, language) in html.unescape(page.text)


def test_the_diagram_says_what_the_table_says(quality):
    page = quality.get("/surveys/ecsi_bank/model").text
    assert page.count('class="box"') == 7
    solid, dashed = page.count('class="path"'), page.count('class="path open"')
    assert (solid + dashed, dashed) == (12, page.count(f"<td>{said('no')}</td></tr>"))
    assert dashed > 0
    assert page.count(" ?</text>") == dashed  # said in words as well as by the line


def test_a_group_a_score_and_a_period_are_chosen(quality):
    page = quality.get(
        "/surveys/ecsi_bank/results?score=loyalty&by=tier&from=2026-05-01&until=2026-06-30"
    ).text
    assert "Loyalty: Service tier" in page
    assert 'value="2026-05-01"' in page
    assert "from=2026-05-01" in page  # in the address of the files
    assert quality.get("/surveys/ecsi_bank/results?score=nonsense&by=nonsense").status_code == 200
    assert quality.get("/surveys/ecsi_bank/results?from=yesterday").status_code == 422


def test_a_file_is_kept_and_words_are_escaped(quality, full):
    answer = quality.get("/surveys/nps/scores.csv")
    assert answer.headers["content-disposition"].startswith("attachment")
    heard.hear(
        full.acting, "csat", {"C02": {"satisfied": 1, "why": "waiting", "words": "<b>5 < 6</b> a@b.example"}}
    )
    page = quality.get("/surveys/csat/words?q=5 <").text
    assert "&lt;b&gt;5 &lt; 6&lt;/b&gt; [" in page
    assert said("result.no_words") in quality.get("/surveys/csat/words?q=nothing like it").text


def test_a_preview_goes_page_by_page_and_keeps_nothing(quality, full):
    before = full.rows("survey_answers"), full.rows("audit_entries")
    start = quality.get("/surveys/nps/preview").text
    assert 'name="a.recommend"' in start
    assert 'role="alert"' not in start
    assert 'role="alert"' in quality.get("/surveys/nps/preview?go=1").text
    second = quality.get("/surveys/nps/preview?a.recommend=9&go=1").text
    assert "You answered 9. What pleased you?" in second
    assert '<input type="hidden" name="a.recommend" value="9">' in second
    assert said("instrument.preview_end") in quality.get("/surveys/nps/preview?a.recommend=9&go=2").text
    short = quality.get("/surveys/nps/preview?elder=yes&a.recommend=9&go=1").text
    assert said("instrument.preview_end") in short  # the short version asks no more of whoever is pleased
    assert 'class="preview large"' in short
    assert (full.rows("survey_answers"), full.rows("audit_entries")) == before


@pytest.mark.parametrize(
    ("staff", "results", "words", "offered"),
    [("rm", 403, 200, True), ("analyst", 200, 200, True), ("branch_manager", 200, 200, True), ("administrator", 403, 404, False), ("compliance", 403, 403, True)],
)  # fmt: skip
def test_who_sees_what(full, seat_at, staff, results, words, offered):
    seat = seat_at(full)
    seat.sign_in(staff)
    assert seat.get("/surveys").status_code == (200 if offered else 403)
    assert seat.get("/surveys/nps/results").status_code == results
    assert seat.get("/surveys/nps/words").status_code == words
    page = seat.get("/surveys").text
    assert ("/surveys/nps/results" in page) is (results == 200)
    assert seat.get("/surveys/nps/words").text.count("<blockquote") == 0 or staff in ("rm", "branch_manager")


def test_a_stranger_signs_in_first(full, seat_at):
    seat = seat_at(full)
    for path in (
        "/surveys",
        "/surveys/nps/results",
        "/surveys/nps/words",
        "/surveys/nps/scores.csv",
        "/loops.csv",
    ):
        assert "/sign-in" in str(seat.get(path).url)


def test_a_model_without_places_is_drawn_so_that_no_box_covers_another():
    names = ["a", "b", "c", "d"]
    latents = [{"latent": name, "title": f"满意 {name}", "column": None, "row": None} for name in names]
    pairs = [("a", "b"), ("a", "c"), ("b", "d"), ("c", "d"), ("a", "d")]
    paths = [
        {"start": one, "end": other, "coefficient": {"value": 0.4}, "told": True} for one, other in pairs
    ]
    found = path_diagram(latents, paths, lambda _: ("1",), lambda _: "0.40")
    for one in found.boxes:
        assert 0 < one.x - one.width / 2 < one.x + one.width / 2 < found.width
        for other in found.boxes:
            apart = (
                abs(one.x - other.x) >= (one.width + other.width) / 2 or abs(one.y - other.y) >= one.height
            )
            assert one is other or apart
    spots = [arrow.at for arrow in found.arrows]
    assert len(set(spots)) == len(spots)
