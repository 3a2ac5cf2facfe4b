"""Learn from complaints that people have sorted what new ones are about, and measure it on those that came last.

The model is fitted on the first four fifths of the rows and its card measured on the rest, in the order of the rows: what came later judges. A case of the card is one field
of one complaint; its event is that the model's most likely class was the right one, its probability the confidence that the model stated. So the card says by field and by
language how often it is right and whether its confidence holds.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from zhike.core.language import Text
from zhike.core.measure_errors import TextsError
from zhike.core.phrases import phrase
from zhike.know.text.complaint_triage import FIELDS, ComplaintModels
from zhike.know.text.language import detect
from zhike.learn.model_card import CardInput, model_card
from zhike.learn.training import train

if TYPE_CHECKING:
    from collections.abc import Mapping

    from zhike.know.text.embedding import Embedder
    from zhike.learn.model_card import ModelCard
    from zhike.learn.training import ModelRecord, TrainingSetting

__all__ = ["COMPLAINT_TRIAGE", "TEXT", "TriageAim", "train_complaint_triage"]

COMPLAINT_TRIAGE: Final = "complaint_triage"
"""Name of the model."""
TEXT: Final = "text"
"""Column of the texts, beside those of `FIELDS`."""
_LEARNT: Final = 0.8
"""Share of the rows that are learnt from."""
_LEAST: Final = 30
"""Cases of a group below which the card does not tell it."""
_FEWEST: Final = 2
_TABLE: Final = "complaints"
_PURPOSE: Final = Text(
    "Says what a new complaint is about and how pressing it is, or that it does not know; a person decides. "
    "A case is one field of one complaint, its event that the most likely class was the right one.",
    "判断新投诉涉及的业务、问题及紧急程度，无把握时如实说明；由员工确认。每一“例”为一件投诉的一个字段，“事件”指最可能类别判断正确。",
    "判斷新申訴涉及的業務、問題及緊急程度，無把握時如實說明；由員工確認。每一「例」為一件申訴的一個欄位，「事件」指最可能類別判斷正確。",
)
_LIMITS: Final = (
    Text("proposes; whoever handles the case decides", "仅作提示，由经办人决定", "僅作提示，由經辦人決定"),
    Text("no ground to refuse, dismiss or delay a complaint", "不得作为拒绝、不予受理或拖延投诉的依据", "不得作為拒絕、不予受理或拖延申訴的依據"),
    Text("holds words of the complaints that it learnt from: guard it as them", "含有所学投诉中的词语，须与投诉同等保护", "含有所學申訴中的詞語，須與申訴同等保護"),
    Text("holds as far as customers write as before", "以客户表述方式延续以往为前提", "以客戶表述方式延續以往為前提"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class TriageAim:
    """How it is learnt.

    Parameters
    ----------
    accuracy : float
        Share of the answers that are to be right.
    embedder : Embedder, optional
    """

    accuracy: float
    embedder: Embedder | None = None


def train_complaint_triage(
    table: pl.DataFrame, aim: TriageAim, setting: TrainingSetting
) -> tuple[ModelRecord, ModelCard]:
    """Learn from sorted complaints; return the model with its card.

    Parameters
    ----------
    table : DataFrame
        `TEXT` without personal data, and some of `FIELDS`, null where a complaint was not sorted by it; in the order in which they came.
    aim : TriageAim
    setting : TrainingSetting

    Raises
    ------
    TextsError
        When there is no field, a field has fewer than two classes among the rows that are learnt from, or no row is left to judge.
    """
    fields: list[str] = [name for name in FIELDS if name in table.columns]
    if not fields:
        raise TextsError(
            what=phrase("the columns {columns}", columns=", ".join(table.columns)),
            expected=phrase("one of {known}", known=", ".join(FIELDS)),
            advice=phrase("Name the columns by which complaints were sorted as the fields are called."),
        )
    size = round(_LEARNT * len(table))
    learnt, later = table[:size], table[size:]
    _check(learnt, later, fields)

    def fit(tables: Mapping[str, pl.DataFrame], given: TrainingSetting) -> ComplaintModels:
        rows = tables[_TABLE]
        labels = {name: rows[name].to_list() for name in fields}
        texts = rows[TEXT].to_list()
        return ComplaintModels.learnt(texts, labels, accuracy=aim.accuracy, seed=given.seed, embedder=aim.embedder)  # fmt: skip

    record = train(COMPLAINT_TRIAGE, fit, {_TABLE: learnt}, setting)
    cases = _cases(ComplaintModels.from_state(record.state, aim.embedder), later)
    first, last = str(setting.first), str(setting.last)
    groups: dict[str, list[Any]] = {name: cases[name].to_list() for name in ("field", "language", "answered")}
    return record, model_card(record, CardInput(
        cases.select("characters", "language"), cases["right"].to_numpy(), cases["confidence"].to_numpy(),
        groups, first, last, _PURPOSE, _LIMITS, _LEAST,
    ))  # fmt: skip


def _check(learnt: pl.DataFrame, later: pl.DataFrame, fields: list[str]) -> None:
    for name in fields:
        classes = learnt[name].drop_nulls().n_unique()
        if classes < _FEWEST:
            raise TextsError(
                what=phrase("{count} class in column '{column}'", count=classes, column=name),
                expected=phrase("at least two classes among the first {rows:,} rows", rows=len(learnt)),
                advice=phrase("Leave out the column, or give complaints of other classes too."),
            )
    if not any(later[name].count() for name in fields):
        raise TextsError(
            what=phrase("no sorted complaint among the last {rows:,} rows", rows=len(later)),
            expected=phrase("some on which the model can be judged"),
            advice=phrase("Give more complaints."),
        )


def _cases(models: ComplaintModels, rows: pl.DataFrame) -> pl.DataFrame:
    """Return a row for each field of each complaint that was sorted by it."""
    found = []
    for name, model in models.models.items():
        sorted_ = rows.drop_nulls(name)
        texts = sorted_[TEXT].to_list()
        for text, label, one in zip(texts, sorted_[name].to_list(), model.predict(texts), strict=True):
            answered = "no" if one.label is None else "yes"
            found.append((name, detect(text), answered, len(text), one.best == label, one.confidence))
    schema = {
        "field": pl.String, "language": pl.String, "answered": pl.String, "characters": pl.Int64, "right": pl.Boolean, "confidence": pl.Float64,
    }  # fmt: skip
    return pl.DataFrame(found, schema=schema, orient="row")
