"""Themes of open answers: found where they were put, traced to what was written, compared as shares are."""

from functools import partial

import numpy as np
import polars as pl
import pytest

from zhike.adapters.answer_files import Answers
from zhike.core.language import Text
from zhike.core.measure_errors import AnswersError, MeasureModelError
from zhike.know.text import redact
from zhike.know.text.spans import NamedSpan, SpanLexicon
from zhike.measure.studies.themes import ThemesModel, quoted, themes_study
from zhike.measure.themes.discovery import discover
from zhike.measure.themes.opinions import MarkedOpinions, OpinionWords, opinions
from zhike.measure.themes.recorded import Named

VOCABULARY = {
    "waiting": ["queue", "waiting", "hour", "counter", "slow", "line"],
    "app": ["app", "login", "screen", "crash", "update", "password"],
    "fee": ["fee", "charge", "price", "cost", "account", "yearly"],
}
CHINESE = {"waiting": ["排队", "窗口", "柜台", "叫号"], "app": ["手机银行", "登录", "闪退", "更新"]}
RECORD = [
    Named("fees", Text("fees", "费用", "費用"), ("fee", "年费")),
    Named("app", Text("app", "手机银行", "行動銀行"), ("app", "手机银行")),
]
OPINIONS = OpinionWords(
    {one.id: one.terms for one in RECORD}, ["good", "不错", "快"], ["slow", "高", "差"], ["not", "不", "没"]
)


def made_up(seed=0, each=30):
    """Return answers about three themes in English and two in Chinese, each with three words of its own."""
    rng = np.random.default_rng(seed)
    rows = []
    for at in range(each):
        for topic, said in VOCABULARY.items():
            rows.append(
                (
                    f"{' '.join(rng.choice(said, 3, replace=False))}. I am 13800138000",
                    topic,
                    "2025" if at % 2 else "2026",
                )
            )
        for topic, said in CHINESE.items():
            rows.append(
                (
                    f"{'，'.join(rng.choice(said, 3, replace=False))}。",
                    f"zh {topic}",
                    "2025" if at % 2 else "2026",
                )
            )
    rows += [("", "none", "2025")] * 4
    table = pl.DataFrame(rows, schema=["why", "topic", "wave"], orient="row")
    low = table["topic"].str.contains("waiting").to_numpy()
    return table.with_columns(
        nps=pl.Series(np.where(low, 2, 9)),
        branch=pl.Series(np.where(np.arange(len(table)) < 3, "tiny", "main")),
    )


def answers_of(table):
    return Answers("made up", table, np.arange(1, len(table) + 1))


def study(table, **document):
    given = answers_of(table)
    return themes_study(
        ThemesModel.of({"text": "why", **document}, "model"),
        given,
        given.rows,
        RECORD,
        partial(opinions, words=OPINIONS),
        0,
    )


@pytest.fixture(scope="module")
def found():
    return study(made_up(), group="branch", wave="wave", score="nps", least=5)


def test_themes_are_found_in_both_languages_as_many_as_there_are(found):
    assert found["n"] == 150
    assert found["languages"] == {"en": 90, "zh-Hans": 60, "other": 0}
    by_language = {kind: [one for one in found["themes"] if one["language"] == kind] for kind in ("en", "zh")}
    for one in by_language["en"]:
        assert {topic for topic, said in VOCABULARY.items() if set(one["terms"][:4]) <= set(said)}
    assert len(by_language["en"]) == 3
    assert {one["n"] for one in by_language["en"]} == {30}


def test_every_quote_stands_in_its_answer_and_tells_nobody(found):
    table = made_up()
    for theme in found["themes"]:
        assert theme["quotes"]
        for quote in theme["quotes"]:
            shown = redact(table["why"][quote["row"] - 1]).shown(quote["language"])
            assert quote["text"] in shown
            assert any(term in quote["text"] for term in theme["terms"])
            assert "138" not in quote["text"]


def test_what_a_theme_goes_with_is_told_with_its_interval(found):
    waiting = next(one for one in found["themes"] if "queue" in one["terms"])
    assert waiting["score"]["with"]["value"] == -100
    assert waiting["score"]["difference"]["high"] < 0
    assert waiting["change"]["low"] < 0 < waiting["change"]["high"]
    assert waiting["new"] is False
    tiny = {one["group"]: one for one in waiting["groups"]}["tiny"]
    assert tiny == {"group": "tiny", "n": 3, "suppressed": True}


def test_a_theme_of_the_last_wave_only_is_new():
    table = made_up().with_columns(
        why=pl.when((pl.col("wave") == "2026") & (pl.col("topic") == "fee"))
        .then(pl.lit("年费太高"))
        .otherwise("why")
    )
    told = {one["id"]: one for one in study(table, themes="record", wave="wave")["themes"]}
    assert told["app"]["new"] is False
    only_new = table.filter((pl.col("wave") == "2026") | (pl.col("topic") != "fee"))
    assert {one["id"]: one["new"] for one in study(only_new, themes="record", wave="wave")["themes"]} == {
        "fees": True,
        "app": False,
    }


def test_own_themes_take_the_place_of_those_of_record():
    told = study(made_up(), own={"line": ["queue", "排队"]})["themes"]
    assert [one["id"] for one in told] == ["line"]
    assert told[0]["n"] == sum("queue" in text or "排队" in text for text in made_up()["why"])


def test_the_same_seed_gives_the_same_themes_and_few_answers_none():
    texts = [text.split() for text in made_up()["why"] if "." in text]
    one, other = (discover(texts, (2, 3, 4), 5) for _ in range(2))
    assert [theme.words for theme in one.themes] == [theme.words for theme in other.themes]
    assert max(one.stability, key=lambda pair: pair[1])[0] == 3
    assert discover(texts[:10], (2, 3), 0).themes == ()
    assert discover([["alone"]] * 3 + [[f"w{i}"] for i in range(40)], (2,), 0).themes == ()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("年费不高，手机银行快", [("fees", 1), ("app", 1)]),
        ("the app is not good", [("app", -1)]),
        ("fee: slow. good", [("fees", -1)]),
        ("手机银行，差", [("app", -1)]),
        ("good morning", []),
        ("approval was slow", []),
    ],
)
def test_opinions_speak_of_the_nearest_aspect(text, told):
    assert [(one.aspect, one.mood) for one in opinions(text, OPINIONS)] == told


def test_aspects_are_told_with_intervals_or_not_at_all():
    table = pl.DataFrame({"why": ["the app is slow"] * 8 + ["app good"] * 4 + ["fee good"]})
    told = {one["id"]: one for one in study(table, themes="record", least=5)["aspects"]}
    assert told["fees"] == {
        "id": "fees",
        "title": {"en": "fees", "zh-Hans": "费用", "zh-Hant": "費用"},
        "n": 1,
        "suppressed": True,
    }
    assert told["app"]["bad"]["value"] == pytest.approx(8 / 12)
    assert told["app"]["bad"]["low"] < 8 / 12 < told["app"]["bad"]["high"]


def test_a_long_quote_is_cut_around_its_term():
    text = "a " * 200 + "queue " + "b " * 200
    assert "queue" in quoted(text, ["queue"])
    assert len(quoted(text, ["queue"])) == 160
    assert quoted("It cost 3.50 at the queue. Bye.", ["queue"]) == "It cost 3.50 at the queue."


@pytest.mark.parametrize(
    ("document", "error"),
    [
        ({"themes": 1}, MeasureModelError),
        ({"themes": "all"}, MeasureModelError),
        ({"text": "no"}, AnswersError),
        ({"wave": "wave", "waves": ["1999"]}, AnswersError),
    ],
)
def test_what_does_not_fit_is_said(document, error):
    with pytest.raises(error):
        study(made_up(each=2), **document)


def test_nobody_wrote_anything():
    with pytest.raises(AnswersError, match="no answer in words"):
        study(pl.DataFrame({"why": ["", "n/a", None]}))


@pytest.fixture(scope="module")
def marked():
    """Return a reader of opinions whose finder knows four pieces."""
    kinds = {"年费": "N", "提额": "N", "不错": "A", "离谱": "A"}
    finder = SpanLexicon().fit([*kinds], [[NamedSpan(0, 2, kind)] for kind in kinds.values()])
    return MarkedOpinions(finder, ("N", "A"), OPINIONS)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("年费不错", [("fees", 1)]),
        ("年费真不不错", [("fees", -1)]),
        ("提额离谱，年费不错", [("提额", 0), ("fees", 1)]),  # no listed word says what 离谱 is
        ("提额，真的不错。不错", [("提额", 1)]),  # the next sentence names no aspect
        ("年费提额不错", [("提额", 1)]),  # the nearest one
        ("不错", []),
        ("", []),
    ],
)
def test_opinions_are_read_where_a_tagger_finds_them(marked, text, told):
    assert [(one.aspect, one.mood) for one in marked(text)] == told


def test_aspects_that_are_not_on_record_are_told_by_their_words_and_traced(marked):
    said = [
        "年费不错。我叫王小明",
        "提额离谱",
        "提额不错",
        *["提额离谱，电话13800138000"] * 4,
        "别的提额离谱",
    ]
    given = answers_of(pl.DataFrame({"why": said}))
    model = ThemesModel.of({"text": "why", "themes": "record", "least": 5}, "model")
    told = {one["id"]: one for one in themes_study(model, given, given.rows, RECORD, marked, 0)["aspects"]}
    assert list(told) == ["fees", "app", "提额"]
    assert (told["fees"]["n"], told["fees"]["suppressed"]) == (1, True)
    assert "quotes" not in told["fees"]
    found = told["提额"]
    assert (found["n"], found["title"]["zh-Hant"]) == (7, "提额")
    assert [round(7 * found[kind]["value"]) for kind in ("good", "bad", "mixed", "unclear")] == [1, 0, 0, 6]
    assert [(one["row"], one["text"]) for one in found["quotes"]] == [
        (2, "提额离谱"),
        (3, "提额不错"),
        (4, "提额离谱，电话[电话]"),
    ]
