"""Sheets of a bank folder that was loaded from another tool's export, of customers who are served."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from zhike.measure.results.imported import Row, imported_sheet

if TYPE_CHECKING:
    from zhike.act.survey_results import Known
    from zhike.adapters.bank import Bank
    from zhike.measure.results.sheets import FilledSheet
    from zhike.measure.surveys import Questionnaire

__all__ = ["imported_sheets"]


def imported_sheets(bank: Bank, questionnaire: Questionnaire, known: Known) -> list[FilledSheet]:
    """Return the answered sheets of a version that the bank folder has; whoever is not served, or no more, is left out."""
    sent = (
        bank.scan("surveys")
        .filter(pl.col("instrument") == questionnaire.version)
        .select("survey_id", "customer_id", "sent_on")
    )
    answers = bank.scan("answers").select("survey_id", "question", "answered_on", "score", "words")
    rows = sent.join(answers, on="survey_id").sort("answered_on", "survey_id", "question").collect()
    return [
        imported_sheet(questionnaire, known[first["customer_id"]], (first["sent_on"], first["answered_on"]), told)
        for _, part in rows.group_by("survey_id", maintain_order=True)
        for first, told in [(part.row(-1, named=True), [Row(*one) for one in part.select("question", "score", "words").iter_rows()])]
        if first["customer_id"] in known
    ]  # fmt: skip
