"""Models that read complaints: learnt from a file of sorted ones, kept in the registry, and the one in force as intake takes it."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import polars as pl

from zhike import __version__
from zhike.adapters.answer_files import read_answers
from zhike.core.measure_errors import AnswersError
from zhike.core.phrases import phrase
from zhike.core.service_errors import RecordNotFoundError
from zhike.know.text.complaint_triage import FIELDS, ComplaintModels
from zhike.know.text.redaction import redact
from zhike.know.text.triage_signals import SIGNALS
from zhike.learn.complaint_triage_training import COMPLAINT_TRIAGE, TEXT, TriageAim, train_complaint_triage
from zhike.learn.training import TrainingSetting

if TYPE_CHECKING:
    from pathlib import Path

    from zhike.adapters.answer_files import Answers
    from zhike.adapters.model_registry import ModelRegistry
    from zhike.core.rulebook import Rulebook
    from zhike.learn.model_card import ModelCard
    from zhike.learn.training import ModelRecord

__all__ = ["RECEIVED", "SortedComplaints", "complaint_models_in_force", "train_on_complaints"]

RECEIVED: Final = "received"
"""Column of the day on which a complaint came; may be absent."""


class SortedComplaints(NamedTuple):
    """A file of sorted complaints: where it is, and the column of what customers wrote. The other columns have the names of `FIELDS`."""

    path: Path
    text: str = TEXT


def complaint_models_in_force(registry: ModelRegistry) -> tuple[str, ComplaintModels] | None:
    """Return the version and the models of complaints that are in force; None where none was let through.

    Parameters
    ----------
    registry : ModelRegistry
        Of the bank's folder; it need not exist.

    Raises
    ------
    InputUnreadableError
        When the model's files are not what was kept.
    TextsError
        When it learnt with an embedder that is not installed.
    """
    try:
        record = registry.load(COMPLAINT_TRIAGE)
    except RecordNotFoundError:
        return None
    return record.version, models_of_record(record)


def models_of_record(record: ModelRecord) -> ComplaintModels:
    """Return the models of a record, with the embedder that they learnt with."""
    embedded = any(one["embedder"] is not None for one in record.state.values())
    if not embedded:
        return ComplaintModels.from_state(record.state)
    from zhike.adapters.sentence_points import SentencePoints

    return ComplaintModels.from_state(record.state, SentencePoints())


def train_on_complaints(
    complaints: SortedComplaints, rulebook: Rulebook, at: dt.date, *, embed: bool = False
) -> tuple[ModelRecord, ModelCard]:
    """Learn from a file of sorted complaints; personal data are taken out of every text first.

    Parameters
    ----------
    complaints : SortedComplaints
    rulebook : Rulebook
        Which says what classes there are of all fields but the mood.
    at : date
        No complaint may have come later.
    embed : bool
        Whether the optional model of sentences reads too.

    Raises
    ------
    AnswersError
        When a column is missing, a day cannot be read, or a class is none of the rulebook's.
    TextsError
        See `zhike.learn.complaint_triage_training.train_complaint_triage`.
    """
    answers = read_answers(complaints.path)
    fields: list[str] = [name for name in FIELDS if name in answers.table.columns]
    columns: dict[str, pl.Series] = {
        TEXT: answers.texts(complaints.text),
        **{name: answers.texts(name) for name in fields},
    }
    for name in fields:
        _check_classes(answers, name, columns[name], _classes(rulebook, at).get(name))
    days = _days(answers)
    table = pl.DataFrame({**columns, RECEIVED: days}).drop_nulls(TEXT).sort(RECEIVED, maintain_order=True)
    if not len(table):
        answers.column(complaints.text)
        raise AnswersError(
            what=phrase("no answer in words in column '{column}'", column=complaints.text),
            expected=phrase("what customers wrote"), advice=phrase("Name the column with --text."),
        )  # fmt: skip
    texts = [redact(one).text for one in table[TEXT].to_list()]
    known = table[RECEIVED].drop_nulls()
    first, last = (known.min(), known.max()) if len(known) else (at, at)
    embedder: Any = None
    if embed:
        from zhike.adapters.sentence_points import SentencePoints

        embedder = SentencePoints()
    accuracy = float(rulebook.at(SIGNALS, at).value["accuracy"])
    setting = TrainingSetting(at, _day(first), _day(last), 0, __version__, {"text": complaints.text, "accuracy": accuracy, "embedder": embedder and embedder.name})  # fmt: skip
    rows = table.with_columns(pl.Series(TEXT, texts)).drop(RECEIVED)
    return train_complaint_triage(rows, TriageAim(accuracy, embedder), setting)


def _classes(rulebook: Rulebook, at: dt.date) -> dict[str, list[str]]:
    """Return the classes of each field that the rulebook knows on a day."""
    signals = rulebook.at(SIGNALS, at).value
    return {
        "business": list(rulebook.at("complaints.businesses", at).value),
        "issue": list(rulebook.at("complaints.issues", at).value),
        "urgency": list(signals["levels"]),
        "vulnerability": list(signals["drivers"]),
    }


def _check_classes(answers: Answers, name: str, given: pl.Series, known: list[str] | None) -> None:
    if known is None:
        return
    odd = (given.is_not_null() & ~given.is_in(known)).fill_null(value=False)
    if odd.any():
        at = int(odd.arg_max() or 0)
        raise AnswersError(
            what=phrase(
                "'{value}' in row {row} of column '{column}' ({count:,} such)",
                value=given[at], row=int(answers.rows[at]), column=name, count=int(odd.sum()),
            ),
            expected=phrase("one of {known}", known=", ".join(known)),
            advice=phrase("Write the codes of the rulebook, or add yours to it; see `zhike rules list`."),
        )  # fmt: skip


def _days(answers: Answers) -> pl.Series:
    """Return the day of each complaint; null in all where the file has none."""
    if RECEIVED not in answers.table.columns:
        return pl.Series(RECEIVED, [None] * len(answers), dtype=pl.Date)
    written = answers.texts(RECEIVED)
    days = written.str.slice(0, 10).str.to_date("%Y-%m-%d", strict=False)
    odd = days.is_null()
    if odd.any():
        at = int(odd.arg_max() or 0)
        raise AnswersError(
            what=phrase(
                "'{value}' in row {row} of column '{column}' ({count:,} such)",
                value=written[at], row=int(answers.rows[at]), column=RECEIVED, count=int(odd.sum()),
            ),
            expected=phrase("a day such as 2026-06-30 in every row, or no such column"),
            advice=phrase("Write the day on which each complaint came."),
        )  # fmt: skip
    return days


def _day(value: Any) -> dt.date:  # noqa: ANN401 - what polars returns
    assert isinstance(value, dt.date)  # noqa: S101 - a minimum of days is a day
    return value
