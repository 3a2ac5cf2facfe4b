"""What a customer has agreed to, by purpose and channel, from the answers known on a day."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["consent_answers", "consent_column"]

_ALL_CHANNELS: Final = "all"


def consent_column(purpose: str, channel: str) -> str:
    """Return the name of the column that holds the answer to one purpose on one channel.

    Examples
    --------
    >>> consent_column("marketing", "app")
    'consent_marketing_app'
    """
    return f"consent_{purpose}_{channel}"


def consent_answers(consents: pl.DataFrame, keys: Iterable[tuple[str, str]]) -> list[pl.DataFrame]:
    """Return one frame per purpose and channel: who answered, and whether the answer is yes.

    Parameters
    ----------
    consents : DataFrame
        Rows of the contract ``consents`` that speak for their key on the day.
    keys : iterable of (purpose, channel)

    Returns
    -------
    list of DataFrame
        ``customer_id`` and `consent_column`, a row per customer with an answer. A withdrawal wins: whoever withdrew
        on all channels, or on this one, has not agreed, whatever else they answered.
    """
    return [_answers(consents, purpose, channel) for purpose, channel in keys]


def _answers(consents: pl.DataFrame, purpose: str, channel: str) -> pl.DataFrame:
    relevant = consents.filter(
        pl.col("purpose") == purpose, pl.col("channel").is_in([channel, _ALL_CHANNELS])
    )
    agreed = (pl.col("status") == "given").all().alias(consent_column(purpose, channel))
    return relevant.group_by("customer_id").agg(agreed)
