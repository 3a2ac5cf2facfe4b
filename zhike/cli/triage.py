"""`zhike triage`: sort texts into classes, learnt from texts that people have sorted, and say how well that goes."""

from __future__ import annotations

import csv
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Final, NamedTuple

import typer

from zhike.cli.console import said, write
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
from zhike.core.errors import UsageError
from zhike.core.language import Text
from zhike.core.phrases import either, phrase

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from zhike.core.language import Language
    from zhike.know.text.embedding import Embedder
    from zhike.know.text.triage import Reading, TextTriage

__all__ = ["register"]

_TITLE: Final = Text("Triage", "分拣", "分揀")
_FIGURE: Final = Text("figure", "指标", "指標")
_VALUE: Final = Text("value", "数值", "數值")
_INTERVAL: Final = Text("95% interval", "95% 区间", "95% 區間")
_FIGURES: Final = {
    "accuracy": Text("accuracy", "准确率", "準確率"),
    "macro_f1": Text("macro F1", "宏平均 F1", "巨集平均 F1"),
    "calibration_error": Text("calibration error", "校准误差", "校準誤差"),
    "coverage": Text(
        "answered; the rest goes to a person", "自动作答比例（其余转人工）", "自動作答比例（其餘轉人工）"
    ),
    "answered_accuracy": Text("accuracy of what is answered", "自动作答部分的准确率", "自動作答部分的準確率"),
    "milliseconds": Text("milliseconds a text", "每条文本毫秒数", "每筆文字毫秒數"),
}
_UNKNOWN: Final = Text(
    "Labels that the model never saw, counted as wrong: {labels}",
    "模型未见过的标签（按判错计）：{labels}",
    "模型未見過的標籤（以判錯計）：{labels}",
)
_HELD_OUT: Final = Text(
    "On rows held out of training: accuracy {accuracy:.1%}, answered {coverage:.1%}.",
    "训练留出部分：准确率 {accuracy:.1%}，自动作答 {coverage:.1%}。",
    "訓練留出部分：準確率 {accuracy:.1%}，自動作答 {coverage:.1%}。",
)


_UNLABELLED: Final = ("", "nan")
"""Cells without a class; what stands for no answer in a survey may be the name of one."""


class _Rows(NamedTuple):
    """Texts without personal data, their labels, the numbers of their rows, and how many rows were left out."""

    path: Path
    texts: list[str]
    labels: list[str]
    rows: list[int]
    left_out: int

    def told(self) -> dict[str, Any]:
        return {"rows": len(self.texts), "left_out": self.left_out}


@dataclass(frozen=True, slots=True)
class SortedTextFiles(TextFiles):
    """Options: the files, of texts that people have sorted."""

    train: Annotated[
        TextFile,
        text_file(
            "--train",
            "Sorted texts to learn from: CSV, Parquet or JSON lines.",
            "用于学习的已归类文本：CSV、Parquet 或 JSON Lines。",
            "用於學習的已歸類文字：CSV、Parquet 或 JSON Lines。",
        ),
    ] = None
    test: Annotated[
        TextFile,
        text_file(
            "--test", "Sorted texts to measure on.", "用于评估的已归类文本。", "用於評估的已歸類文字。"
        ),
    ] = None
    out: Annotated[
        TextFile,
        text_file(
            "--out",
            "Write each text's class, confidence and reasons: a CSV.",
            "写出每条文本的类别、把握与依据：CSV。",
            "寫出每筆文字的類別、把握與依據：CSV。",
        ),
    ] = None


@dataclass(frozen=True, slots=True)
class Columns:
    """Options: the columns in which texts and classes stand."""

    text: TextColumn = "text"
    label: Annotated[
        str,
        typer.Option(
            "--label", metavar="COLUMN", help=said("Column of the classes.", "类别所在列。", "類別所在欄。")
        ),
    ] = "label"


@dataclass(frozen=True, slots=True)
class Learning:
    """Options: how the classes are learnt."""

    accuracy: Annotated[
        float,
        typer.Option(
            "--accuracy",
            help=said(
                "Share of answers that must be right; what is less sure goes to a person.",
                "自动作答应达到的准确率，不足者转人工。",
                "自動作答應達到的準確率，不足者轉人工。",
            ),
        ),
    ] = 0.98
    seed: Seed = 0
    balance: Annotated[
        bool,
        typer.Option(
            "--balance",
            help=said(
                "Rare classes count as much as frequent ones.",
                "少数类别与多数类别同等重要。",
                "少數類別與多數類別同等重要。",
            ),
        ),
    ] = False
    embed: Annotated[
        bool,
        typer.Option(
            "--embed",
            help=said(
                "Read meaning too; needs zhike[text].",
                "同时利用语义；需安装 zhike[text]。",
                "同時利用語意；需安裝 zhike[text]。",
            ),
        ),
    ] = False
    embedder: Annotated[
        str,
        typer.Option(
            "--embedder",
            metavar="NAME",
            help=said(
                "What reads meaning with --embed: multilingual, or english.",
                "--embed 所用语义模型：multilingual 或 english。",
                "--embed 所用語意模型：multilingual 或 english。",
            ),
        ),
    ] = "multilingual"

    def new(self) -> TextTriage:
        """Return a triage that has learnt nothing yet."""
        from zhike.know.text.triage import TextTriage

        if not 0 < self.accuracy < 1:
            raise UsageError(
                what=f"--accuracy {self.accuracy:g}", expected=phrase("a number between 0 and 1")
            )
        reads = _embedder(self.embedder, embed=self.embed)
        return TextTriage(accuracy=self.accuracy, balance=self.balance, seed=self.seed, embedder=reads)


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    summary = said(
        "Sort texts into classes: learn from sorted texts, measure, keep the model.",
        "文本分拣：从已归类的文本学习，评估效果，保存模型。",
        "文字分揀：從已歸類的文字學習，評估效果，保存模型。",
    )
    example = (
        "Example: zhike triage --train sorted.csv --test later.csv --text message --label product --json"
    )
    app.command("triage", help=summary, epilog=example)(option_groups(_triage))


def _triage(files: SortedTextFiles, columns: Columns, learning: Learning, answer: Answer) -> None:
    from zhike.adapters.sentence_points import embedder_called
    from zhike.adapters.text_models import read_triage, write_text_model

    files.check()
    if columns.text == columns.label:
        what = phrase("column '{column}' for both texts and classes", column=columns.text)
        raise UsageError(what=what, expected=phrase("two columns, --text and --label"))
    sorter = learning.new()
    payload: dict[str, Any] = {"seed": learning.seed}
    if files.train is not None:
        payload |= _learnt(sorter, _rows(files.train, columns))
    elif files.model is not None:
        sorter, payload["provenance"] = read_triage(files.model, embedder_called)
    payload |= {
        "classes": len(sorter.classes_), "members": list(sorter.members_), "weights": sorter.mixture_.weights.tolist(), "correction": sorter.correction_.kind,
        "threshold": sorter.threshold_, "aim": sorter.accuracy, "held_out": sorter.held_out_,
    }  # fmt: skip
    if files.test is not None:
        payload |= _measured(sorter, _rows(files.test, columns), files.out)
    if files.save is not None:
        kept = write_text_model(files.save, sorter, payload["provenance"])
        payload["model"] = {"path": str(files.save), "sha256": kept}
    answer.give(payload, _show)


def _embedder(name: str, *, embed: bool) -> Embedder | None:
    from zhike.adapters.sentence_points import EMBEDDERS

    if name not in EMBEDDERS:
        raise UsageError(what=f"--embedder {name}", expected=either(EMBEDDERS))
    return EMBEDDERS[name]() if embed else None


def _rows(path: Path, columns: Columns) -> _Rows:
    """Return the rows of a file that have a text and a label; personal data are taken out before anything else reads them."""
    from zhike.adapters.answer_files import read_answers
    from zhike.know.text.redaction import redact

    answers = read_answers(path)
    texts, labels = (
        answers.texts(columns.text).to_list(),
        answers.texts(columns.label, _UNLABELLED).to_list(),
    )
    kept = [at for at in range(len(answers)) if texts[at] and labels[at]]
    return _Rows(
        path,
        [redact(texts[at]).text for at in kept],
        [labels[at] for at in kept],
        [int(answers.rows[at]) for at in kept],
        len(answers) - len(kept),
    )


def _learnt(sorter: TextTriage, rows: _Rows) -> dict[str, Any]:
    """Let a triage learn from rows; return what is told of it."""
    began = time.perf_counter()
    sorter.fit(rows.texts, rows.labels)
    return {
        "train": {"path": str(rows.path), **rows.told(), "seconds": time.perf_counter() - began},
        "provenance": provenance_of(rows.texts, rows.labels),
    }


def _measured(sorter: TextTriage, rows: _Rows, out: Path | None) -> dict[str, Any]:
    from zhike.measure.triage_quality import triage_quality

    if not rows.texts:
        from zhike.core.measure_errors import TextsError

        raise TextsError(
            what=phrase("no row with a text and a label in '{path}'", path=rows.path),
            expected=phrase("at least one"),
            advice=phrase("Name the columns with --text and --label."),
        )
    began = time.perf_counter()
    readings = sorter.predict(rows.texts)
    milliseconds = 1000 * (time.perf_counter() - began) / len(rows.texts)
    if out is not None:
        _write(out, rows, readings)
    unknown = sorted(set(rows.labels) - set(sorter.classes_))
    quality = triage_quality(readings, rows.labels)
    measured = quality.pop("classes")  # the number of classes that were learnt has this key
    return {
        "test": {"path": str(rows.path), **rows.told(), "unknown_labels": unknown},
        **quality,
        "classes_measured": measured,
        "milliseconds": milliseconds,
    }


def _write(out: Path, rows: _Rows, readings: list[Reading]) -> None:
    with out.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(["row", "true", "label", "best", "confidence", "reasons"])
        for row, true, one in zip(rows.rows, rows.labels, readings, strict=True):
            table.writerow(
                [row, true, one.label or "", one.best or "", f"{one.confidence:.4f}", "; ".join(one.reasons)]
            )


def _show(found: Mapping[str, Any], language: Language) -> None:
    if "accuracy" in found:
        rows = [_row(name, words.in_language(language), found[name]) for name, words in _FIGURES.items()]
        show_rows(_TITLE, (_FIGURE, _VALUE, _INTERVAL), rows, language)
    held = {name: value for name, value in found["held_out"].items() if name != "answered_accuracy"}
    write(_HELD_OUT.render(language, **held))
    show_left_out(found, language)
    if found.get("test", {}).get("unknown_labels"):
        write(_UNKNOWN.render(language, labels=", ".join(found["test"]["unknown_labels"])))
    show_saved(found, language)


def _row(name: str, words: str, value: Any) -> list[str]:  # noqa: ANN401 - a figure or an interval
    if name in {"accuracy", "answered_accuracy"}:
        if value is None:
            return [words, "-", "-"]
        return [words, percent(value["value"]), interval(value)]
    return [words, percent(value) if name == "coverage" else number(value), ""]
