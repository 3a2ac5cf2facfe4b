"""What warnings go by: dated features of the archive, made relative to what is usual for the customer.

Sex, region, language and income are left out, as is the household: what is expected of a customer follows from how they use the bank.
Whoever has withdrawn the consent to profiling has no row, and so gets no warning. What customers say in surveys and
complaints serves service and redress, never approach (`access.roles`): that holds for warnings that rest on it too. The others, which
members of staff and rules may go by whatever for, see nothing of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from zhike.know.archive import archive
from zhike.know.features import FEATURES
from zhike.know.given_warnings import RESTS_ON_WORDS, profiling_refused
from zhike.know.view import view
from zhike.know.warning_words import MADE_WORDS

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from zhike.core.language import Text
    from zhike.know.rules import ArchiveRules
    from zhike.learn.warning_rules import WarningRules

__all__ = ["FEATURE_WORDS", "features_for", "latest_satisfaction", "warning_features"]

_TAKEN: Final = (
    "customer_type", "age", "tenure_months", "accounts_owned", "holdings_count", "families_count", "holding_recency_days",
    "transactions_90d", "transaction_recency_days", "main_channel", "contacts_in_365d", "contacts_out_365d", "contacts_out_30d",
    "complaints_open", "complaints_365d", "assessment_age_months", "card_share_365d", "transfer_share_365d", "value_position",
    "do_not_contact",
)  # fmt: skip
"""Columns of the archive that are taken as they are."""
FEATURE_WORDS: Final[Mapping[str, Text]] = {
    **{feature.name: feature.meaning for feature in FEATURES if feature.name in _TAKEN},
    **MADE_WORDS,
}
"""What each feature says, by name."""
_SAID: Final = frozenset({"complaints_open", "complaints_365d", "satisfaction_told"})
"""What customers say in complaints and surveys."""
_YEAR: Final = 365
_CHANGE_MOST: Final = 10.0
"""Ratios are cut here: beyond, they say how small the usual is, not how large the change."""


def warning_features(
    tables: Mapping[str, pl.LazyFrame], at: dt.date, timezone: str, rules: tuple[ArchiveRules, WarningRules]
) -> pl.DataFrame:
    """Return what warnings go by, as known at the end of a day.

    Parameters
    ----------
    tables : mapping of str to LazyFrame
        Contract tables by name.
    at : date
    timezone : str
        The bank's IANA zone.
    rules : tuple of ArchiveRules and WarningRules
        In force on the day.

    Returns
    -------
    DataFrame
        ``customer_id`` and the columns of `FEATURE_WORDS`, a row for each customer who is one and may be profiled, by customer.
    """
    known = archive(tables, at, timezone, rules[0])
    told = latest_satisfaction(tables, at, timezone, rules[1].satisfaction_questions)
    here = pl.col("customer_type").fill_null("person") != "inactive"
    # The list of what is taken is not in the archive's order, but in that of the words.
    return (
        known.filter(here & ~profiling_refused())
        .join(told, on="customer_id", how="left")
        .with_columns(*_made())
        .select("customer_id", *FEATURE_WORDS)
        .sort("customer_id")
        .collect()
    )


def features_for(warning: str) -> tuple[str, ...]:
    """Return the features that a warning goes by: what customers say only where the warning itself is of what they say.

    Examples
    --------
    >>> "complaints_open" in features_for("dissatisfaction"), "complaints_open" in features_for("withdrawal")
    (True, False)
    """
    return tuple(name for name in FEATURE_WORDS if warning in RESTS_ON_WORDS or name not in _SAID)


def latest_satisfaction(
    tables: Mapping[str, pl.LazyFrame], at: dt.date, timezone: str, questions: tuple[str, ...]
) -> pl.LazyFrame:
    """Return ``satisfaction_told`` by customer: mean score of the latest survey that was answered in the last year."""
    bank = view(tables, at, timezone)
    score = pl.col("score").mean().alias("satisfaction_told")
    return (
        bank.current("answers")
        .filter(pl.col("question").is_in(list(questions)) & bank.within("answered_on", _YEAR))
        .group_by("customer_id", "survey_id")
        .agg(score, pl.col("answered_on").max())
        .sort("answered_on", "survey_id")
        .group_by("customer_id")
        .agg(pl.col("satisfaction_told").last())
    )


def _made() -> list[pl.Expr]:
    mean = pl.col("balance_mean_12m")
    seen = pl.col("transactions_365d") > 0
    made = {
        "balance_against_mean": _ratio(pl.col("balance") - mean, mean),
        "balance_trend_share": _ratio(pl.col("balance_trend_12m"), mean),
        "balance_low_share": _ratio(pl.col("balance_low_12m"), mean),
        "net_flow_share": _ratio(4 * pl.col("net_flow_90d"), pl.col("inflow_365d")),
        "bookings_against_year": _ratio(4 * pl.col("transactions_90d"), pl.col("transactions_365d")),
        "inflow_against_year": _ratio(12 * pl.col("inflow_30d"), pl.col("inflow_365d")),
        "fees_share": _ratio(pl.col("fees_365d"), pl.col("inflow_365d")),
        "penalty_paid": pl.when(seen).then(pl.col("penalty_interest_365d") > 0),
        "salary_seen": pl.when(seen).then(pl.col("salary_like_inflow").is_not_null()),
        "consents_withdrawn_count": pl.col("consents_withdrawn").list.len().cast(pl.Int64),
    }
    return [expression.alias(name) for name, expression in made.items()]


def _ratio(part: pl.Expr, whole: pl.Expr) -> pl.Expr:
    """Return a ratio to what is usual; unknown where nothing is."""
    return pl.when(whole > 0).then((part / whole).clip(-_CHANGE_MOST, _CHANGE_MOST))
