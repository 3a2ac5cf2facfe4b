"""`zhike spans`: find in texts what people have marked in others: aspects, opinions, products; and say how well that goes."""

from __future__ import annotations

import csv
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Final, NamedTuple

import typer

from zhike.cli.console import said
from zhike.cli.learnt_texts import (
    TextColumn,
    TextFile,
    TextFiles,
    provenance_of,
    show_left_out,
    show_saved,
    text_file,
)
from zhike.cli.measure_options import Seed  # noqa: TC001 - typer reads it
from zhike.cli.measure_told import interval, number, percent, show_rows
from zhike.cli.option_groups import Answer, option_groups
from zhike.core.language import Text
from zhike.core.phrases import phrase

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from zhike.core.language import Language
    from zhike.know.text.spans import NamedSpan, SpanTagger

__all__ = ["register"]

_TITLE: Final = Text("Spans", "片段", "片段")
_KIND: Final = Text("kind", "类型", "類型")
_MARKED: Final = Text("marked", "标注数", "標註數")
_PRECISION: Final = Text("precision", "精确率", "精確率")
_RECALL: Final = Text("recall", "召回率", "召回率")
_F1: Final = Text("F1", "F1", "F1")
_INTERVAL: Final = Text("95% interval", "95% 区间", "95% 區間")
_ALL: Final = Text("all", "全部", "全部")


class _Marked(NamedTuple):
    """Texts with a blank for each character of personal data, their spans, the numbers of their rows, and how many rows were left out."""

    path: Path
    texts: list[str]
    spans: list[list[NamedSpan]]
    rows: list[int]
    left_out: int

    def told(self) -> dict[str, Any]:
        return {"path": str(self.path), "rows": len(self.texts), "left_out": self.left_out}


@dataclass(frozen=True, slots=True)
class MarkedTextFiles(TextFiles):
    """Options: the files, of texts in which people have marked pieces."""

    train: Annotated[
        TextFile,
        text_file(
            "--train",
            "Marked texts to learn from: CSV, Parquet or JSON lines.",
            "用于学习的已标注文本：CSV、Parquet 或 JSON Lines。",
            "用於學習的已標註文字：CSV、Parquet 或 JSON Lines。",
        ),
    ] = None
    test: Annotated[
        TextFile,
        text_file(
            "--test", "Marked texts to measure on.", "用于评估的已标注文本。", "用於評估的已標註文字。"
        ),
    ] = None
    out: Annotated[
        TextFile,
        text_file(
            "--out",
            "Write the spans that are found in --test: a CSV.",
            "写出在 --test 中找到的片段：CSV。",
            "寫出在 --test 中找到的片段：CSV。",
        ),
    ] = None


@dataclass(frozen=True, slots=True)
class Columns:
    """Options: the columns in which texts and their marks stand."""

    text: TextColumn = "text"
    tags: Annotated[
        str,
        typer.Option(
            "--tags",
            metavar="COLUMN",
            help=said(
                "Column of the marks: a tag a character, or a JSON list of [start, end, kind].",
                "标注所在列：每字符一个标签，或 [起, 止, 类型] 的 JSON 列表。",
                "標註所在欄：每字元一個標籤，或 [起, 止, 類型] 的 JSON 清單。",
            ),
        ),
    ] = "tags"


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    summary = said(
        "Find marked pieces of texts: learn from texts in which they are marked, measure, keep the model.",
        "文本片段识别：从已标注的文本学习，评估效果，保存模型。",
        "文字片段辨識：從已標註的文字學習，評估效果，保存模型。",
    )
    example = "Example: zhike spans --train marked.csv --test later.csv --text message --tags tags --save spans.npz --json"
    app.command("spans", help=summary, epilog=example)(option_groups(_spans))


def _spans(files: MarkedTextFiles, columns: Columns, *, seed: Seed = 0, answer: Answer) -> None:
    from zhike.adapters.text_models import read_spans, write_text_model

    files.check()
    payload: dict[str, Any] = {"seed": seed}
    if files.train is not None:
        tagger = _learnt(_marked(files.train, columns), seed, payload)
    elif files.model is not None:
        tagger, payload["provenance"] = read_spans(files.model)
    payload["kinds"] = sorted({tag[2:] for tag in tagger.tags_ if tag != "O"})
    if files.test is not None:
        payload |= _measured(tagger, _marked(files.test, columns), seed, files.out)
    if files.save is not None:
        kept = write_text_model(files.save, tagger, payload["provenance"])
        payload["model"] = {"path": str(files.save), "sha256": kept}
    answer.give(payload, _show)


def _marked(path: Path, columns: Columns) -> _Marked:
    """Return the rows of a file that have a text and marks; a span in which personal data stand is no span."""
    from zhike.adapters.answer_files import read_answers
    from zhike.know.text.marked_spans import bare_spans, marked_spans, masked

    answers = read_answers(path)
    written, cells = answers.column(columns.text).cast(str).to_list(), answers.texts(columns.tags).to_list()
    found = _Marked(path, [], [], [], 0)
    for at, (one, cell) in enumerate(zip(written, cells, strict=True)):
        if one and one.strip() and cell:
            plain, row = masked(one), int(answers.rows[at])
            found.texts.append(plain)
            found.spans.append(bare_spans(plain, marked_spans(one, cell, row)))
            found.rows.append(row)
    return found._replace(left_out=len(answers) - len(found.texts))


def _learnt(given: _Marked, seed: int, payload: dict[str, Any]) -> SpanTagger:
    from zhike.know.text.spans import SpanTagger

    began = time.perf_counter()
    tagger = SpanTagger(seed=seed).fit(given.texts, given.spans)
    payload["train"] = {**given.told(), "seconds": time.perf_counter() - began}
    payload["provenance"] = provenance_of(given.texts, [str([list(one) for one in row]) for row in given.spans])  # fmt: skip
    return tagger


def _measured(tagger: SpanTagger, given: _Marked, seed: int, out: Path | None) -> dict[str, Any]:
    from zhike.measure.span_quality import span_quality

    if not given.texts:
        from zhike.core.measure_errors import TextsError

        raise TextsError(
            what=phrase("no row with a text and marks in '{path}'", path=given.path), expected=phrase("at least one"),
            advice=phrase("Name the columns with --text and --tags."),
        )  # fmt: skip
    began = time.perf_counter()
    told = [tagger.spans(one) for one in given.texts]
    milliseconds = 1000 * (time.perf_counter() - began) / len(told)
    if out is not None:
        with out.open("w", encoding="utf-8", newline="") as file:
            table = csv.writer(file)
            table.writerow(["row", "start", "end", "kind", "words"])
            for row, text, spans in zip(given.rows, given.texts, told, strict=True):
                table.writerows([row, *span, text[span.start : span.end]] for span in spans)
    quality = span_quality(told, given.spans, seed)
    measured = quality.pop("kinds")
    return {"test": given.told(), **quality, "kinds_measured": measured, "milliseconds": milliseconds}


def _show(found: Mapping[str, Any], language: Language) -> None:
    if "f1" in found:
        rows = [[_ALL.in_language(language), "", percent(found["precision"]), percent(found["recall"]), number(found["f1"]["value"]), interval(found["f1"])]]  # fmt: skip
        rows += [[one["kind"], f"{one['spans']:,}", percent(one["precision"]), percent(one["recall"]), number(one["f1"]), ""] for one in found["kinds_measured"]]  # fmt: skip
        show_rows(_TITLE, (_KIND, _MARKED, _PRECISION, _RECALL, _F1, _INTERVAL), rows, language)
    show_left_out(found, language)
    show_saved(found, language)
