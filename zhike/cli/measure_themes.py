"""`zhike measure themes`: what people write about in open answers; see `zhike.measure.studies.themes`."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from zhike.cli.console import said, write
from zhike.cli.measure_options import AnswersFile, By, OptionalModel, RulesOfDay, Seed  # noqa: TC001 - typer reads them
from zhike.cli.measure_readings import show_readings
from zhike.cli.measure_told import INTERVAL, N, interval, number, percent, show_rows
from zhike.cli.option_groups import Answer, option_groups
from zhike.core.errors import UsageError
from zhike.core.language import Text
from zhike.core.phrases import phrase

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from zhike.core.language import Language
    from zhike.core.rulebook import Rulebook
    from zhike.measure.themes.opinions import MarkedOpinions, OpinionWords
    from zhike.measure.themes.recorded import Named

__all__ = ["register"]

_OpenAnswers = Annotated[
    str | None,
    typer.Option("--text", metavar="COLUMN", help=said("Column of the open answers, where no model names it.", "开放题所在列（模型未指明时）。", "開放題所在欄（模型未指明時）。")),
]  # fmt: skip
_Spans = Annotated[
    Path | None,
    typer.Option("--spans", metavar="FILE", help=said("A model kept by zhike spans, which finds aspects and opinions.", "由 zhike spans 保存的模型，用于识别方面与评价。", "由 zhike spans 保存的模型，用於辨識方面與評價。")),
]  # fmt: skip
_THEMES: Final = "listening.themes"
_OPINIONS: Final = "listening.opinion_words"
_TITLE: Final = Text("Themes", "主题", "主題")
_THEME: Final = Text("theme", "主题", "主題")
_SHARE: Final = Text("share", "占比", "占比")
_CHANGE: Final = Text("change since last wave", "较上期变化", "較上期變化")
_GROUP: Final = Text("group", "组", "組")
_BY_GROUP: Final = Text("Themes by group", "各组主题", "各組主題")
_FEW: Final = Text("too few", "过少", "過少")
_SCORE: Final = Text("score with less without", "提及者与未提及者得分差", "提及者與未提及者得分差")
_ASPECTS: Final = Text("Opinions by aspect", "各方面评价", "各方面評價")
_GOOD: Final = Text("good", "正面", "正面")
_BAD: Final = Text("bad", "负面", "負面")
_NEW: Final = Text(
    "New since the waves before: {theme}", "较此前各期新出现：{theme}", "較此前各期新出現：{theme}"
)
_REST: Final = Text(
    "{share} of {n:,} answers speak of none of these.",
    "{n:,} 条回答中有 {share} 未涉及以上主题。",
    "{n:,} 則回答中有 {share} 未涉及以上主題。",
)
_QUOTE: Final = Text(
    '{theme}, row {row}: "{text}"', "{theme}，第 {row} 行：“{text}”", "{theme}，第 {row} 列：「{text}」"
)
_NONE: Final = Text(
    "Too few answers share words: no themes were found.",
    "回答之间的共同词语过少，未发现主题。",
    "回答之間的共同詞語過少，未發現主題。",
)


def register(app: typer.Typer) -> None:
    """Add the command to the group."""
    summary = said(
        "Themes of open answers in Chinese and English, each traced to what was written, and opinions by aspect.",
        "中英文开放题的主题，每个主题均可追溯至原文；并给出各方面评价。",
        "中英文開放題的主題，每個主題均可追溯至原文；並列出各方面評價。",
    )
    example = "Example: zhike measure themes answers.csv --text why --json"
    app.command("themes", help=summary, epilog=example)(option_groups(_themes))


def _themes(
    answers: AnswersFile,
    *,
    model: OptionalModel = None,
    text: _OpenAnswers = None,
    spans: _Spans = None,
    by: By = None,
    seed: Seed = 0,
    rules: RulesOfDay,
    answer: Answer,
) -> None:
    from zhike.adapters.answer_files import read_answers
    from zhike.adapters.measure_models import read_model_file
    from zhike.measure.studies.themes import ThemesModel, themes_study
    from zhike.measure.themes.opinions import opinions

    if model is None and text is None:
        raise UsageError(
            what=phrase("neither --model nor --text"), expected=phrase("--text COLUMN, --model FILE, or both")
        )
    asked = ThemesModel.of({} if model is None else read_model_file(model), str(model or "--text"), text, by)
    record, words = _words(*rules.read())
    given = read_answers(answers)
    read = partial(opinions, words=words) if spans is None else _marked(spans, asked.span_kinds, words)
    found = themes_study(asked, given, given.rows, record, read, seed)
    answer.give({**found, "readings": given.told()}, _show)


def _marked(path: Path, kinds: tuple[str, str], words: OpinionWords) -> MarkedOpinions:
    """Return what reads opinions by a tagger; refuse one that finds none of these kinds."""
    from zhike.adapters.text_models import read_spans
    from zhike.measure.themes.opinions import MarkedOpinions

    tagger = read_spans(path).model
    known = sorted({tag[2:] for tag in tagger.tags_ if tag != "O"})
    if not set(kinds) <= set(known):
        raise UsageError(
            what=phrase("a model of the kinds {known}", known=", ".join(known)),
            expected=phrase("{kinds}; or aspect_kind and opinion_kind in the model", kinds=", ".join(kinds)),
        )
    return MarkedOpinions(tagger, kinds, words)


def _words(book: Rulebook, day: dt.date) -> tuple[list[Named], OpinionWords]:
    """Return the themes of record and the words of opinion in force on a day."""
    from zhike.measure.themes.opinions import OpinionWords
    from zhike.measure.themes.recorded import Named

    themes, words = (book.at(path, day).value for path in (_THEMES, _OPINIONS))
    record = [
        Named(name, Text.of(one["title"]), tuple(map(str, one["terms"]))) for name, one in themes.items()
    ]
    kinds = [[str(one) for one in words[kind]] for kind in ("good", "bad", "denials")]
    return record, OpinionWords({one.id: one.terms for one in record}, *kinds)


def _show(found: Mapping[str, Any], language: Language) -> None:
    if not found["themes"]:
        write(_NONE.in_language(language))
    else:
        rows = [_row(one, language) for one in found["themes"]]
        show_rows(
            _TITLE,
            (_THEME, N, _SHARE, INTERVAL, _CHANGE, INTERVAL, _SCORE, INTERVAL),
            rows,
            language,
            found["level"],
        )
        _show_groups(found, language)
        _say(found["themes"], language)
        write(_REST.render(language, share=percent(found["unassigned"]["value"]), n=found["n"]))
    told = [one for one in found["aspects"] if not one["suppressed"]]
    if told:
        rows = [
            [
                one["title"][language],
                f"{one['n']:,}",
                percent(one["good"]["value"]),
                interval(one["good"]),
                percent(one["bad"]["value"]),
                interval(one["bad"]),
            ]
            for one in told
        ]
        show_rows(_ASPECTS, (_THEME, N, _GOOD, INTERVAL, _BAD, INTERVAL), rows, language, found["level"])
    show_readings(found, language)


def _show_groups(found: Mapping[str, Any], language: Language) -> None:
    rows = [
        [_name(theme, language), one["group"], f"{one['n']:,}", _FEW.in_language(language), ""] if one["suppressed"] else [
            _name(theme, language), one["group"], f"{one['n']:,}", percent(one["value"]), interval(one),
        ]
        for theme in found["themes"] for one in theme["groups"] or ()
    ]  # fmt: skip
    if rows:
        show_rows(_BY_GROUP, (_THEME, _GROUP, N, _SHARE, INTERVAL), rows, language, found["level"])


def _say(themes: Sequence[Mapping[str, Any]], language: Language) -> None:
    for one in themes:
        if one["new"]:
            write(_NEW.render(language, theme=_name(one, language)))
    for one in themes:
        for quote in one["quotes"]:
            write(_QUOTE.render(language, theme=_name(one, language), row=quote["row"], text=quote["text"]))


def _name(one: Mapping[str, Any], language: Language) -> str:
    return (
        one["title"][language]
        if one["title"]
        else ", ".join(one["terms"][:4])
        if one["language"]
        else str(one["id"])
    )


def _row(one: Mapping[str, Any], language: Language) -> list[str]:
    change = one["change"]
    score = (one["score"] or {}).get("difference")
    return [
        _name(one, language), f"{one['n']:,}", percent(one["share"]["value"]), interval(one["share"]), percent(change and change["value"]), interval(change),
        number(score and score["value"], 1), interval(score, 1),
    ]  # fmt: skip
