"""Dissatisfaction: who says in a survey that they are not content.

Only those who answer are seen, and who answers is not chance: the probability is that of an answer *if they answered*. It orders
customers whom to listen to first; it is no share of all customers who are dissatisfied.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from zhike.core.units import end_of_day
from zhike.know.view import View

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from zhike.learn.warning_rules import WarningRules
    from zhike.learn.windows import OutcomeWindow

__all__ = ["dissatisfaction"]


def dissatisfaction(
    tables: Mapping[str, pl.LazyFrame],
    window: OutcomeWindow,
    timezone: str,
    known: dt.date,
    rules: WarningRules,
) -> pl.DataFrame:
    """Return who was dissatisfied in a window, of those who answered a survey in it.

    Parameters
    ----------
    tables : mapping of str to LazyFrame
        Contract tables by name.
    window : OutcomeWindow
    timezone : str
        The bank's IANA zone.
    known : date
        What was known by its end counts.
    rules : WarningRules
        Which questions, and which mean score counts as dissatisfied.

    Returns
    -------
    DataFrame
        ``customer_id`` and ``outcome``: whether the mean score over all questions on satisfaction and surveys of the window is that low, or another answer
        shows it (rule learn.warnings).
    """
    bank = View(tables, window.last, end_of_day(known, timezone))
    mean = pl.col("question").is_in(list(rules.satisfaction_questions))
    highest = pl.col("question").replace_strict(
        dict(rules.dissatisfied_answers), default=None, return_dtype=pl.Float64
    )
    answers = bank.current("answers").filter(
        pl.col("score").is_not_null(), pl.col("answered_on") >= window.first, mean | highest.is_not_null()
    )
    low = pl.col("score").filter(mean).mean() <= rules.dissatisfied_at
    said = (pl.col("score") <= highest).any()
    outcome = (low.fill_null(value=False) | said).alias("outcome")
    return answers.group_by("customer_id").agg(outcome).sort("customer_id").collect()
