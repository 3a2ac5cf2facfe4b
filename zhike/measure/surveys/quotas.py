"""Quotas that hold over several surveys and all their waves: how many places each has left, and which of them a person takes one of.

A quota inside a questionnaire (`zhike.measure.surveys.questionnaire.Quota`) counts answers to its questions; these count people who were asked, or
who answered, whatever they were asked.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import polars as pl

from zhike.core.errors import RuleError
from zhike.core.phrases import phrase

if TYPE_CHECKING:
    from collections.abc import Sequence

    from zhike.core.rulebook import Version

__all__ = ["QUOTAS", "SurveyQuota", "places_left", "places_taken"]

QUOTAS: Final = "surveys.quotas"
_BY: Final = ("branch", "tier", None)
_COUNTS: Final = {"sent": "sent_on", "answered": "answered_on"}
_KEYS: Final = {"surveys", "by", "counts", "limit", "days"}


@dataclass(frozen=True, slots=True)
class SurveyQuota:
    """A quota.

    Parameters
    ----------
    name : str
    surveys : tuple of str
        Names of instruments; every one where there is none.
    by : str or None
        branch or tier: one quota for each; None: one for everybody.
    counts : str
        sent or answered.
    limit, days : int
        At most so many within so many days.
    """

    name: str
    surveys: tuple[str, ...]
    by: str | None
    counts: str
    limit: int
    days: int

    @classmethod
    def all_of(cls, version: Version) -> tuple[SurveyQuota, ...]:
        """Read ``surveys.quotas``.

        Raises
        ------
        RuleError
            When a quota is none.
        """
        return tuple(_read(name, raw, version.path) for name, raw in version.value.items())

    def covers(self, instrument: str) -> bool:
        """Return whether an instrument counts."""
        return not self.surveys or instrument in self.surveys

    def place(self, branch: str | None, tier: str | None) -> str:
        """Return which of its places somebody takes.

        Examples
        --------
        >>> SurveyQuota("month", (), "tier", "sent", 400, 30).place("north", "private")
        'month:private'
        """
        if self.by is None:
            return self.name
        return f"{self.name}:{(branch if self.by == 'branch' else tier) or ''}"


def _read(name: str, raw: object, path: str) -> SurveyQuota:
    if not isinstance(raw, dict) or set(raw) != _KEYS or raw["by"] not in _BY or raw["counts"] not in _COUNTS:
        raise RuleError(what=f"{name}: {raw!r}", path=path, expected=phrase("surveys, by (branch, tier or none), counts (sent or answered), limit and days"))  # fmt: skip
    if any(type(raw[key]) is not int or raw[key] < 1 for key in ("limit", "days")):
        raise RuleError(what=f"{name}: {raw!r}", path=path, expected=phrase("whole numbers of 1 or more: {names}", names="limit, days"))  # fmt: skip
    return SurveyQuota(name, tuple(raw["surveys"]), raw["by"], raw["counts"], raw["limit"], raw["days"])


def places_left(
    quotas: Sequence[SurveyQuota], asked: pl.DataFrame, people: pl.DataFrame, day: dt.date
) -> dict[str, int]:
    """Return how many places are left of each quota that somebody is in.

    Parameters
    ----------
    quotas : sequence of SurveyQuota
    asked : DataFrame
        A row an invitation to any survey: ``instrument``, ``branch``, ``tier``, ``sent_on``, ``answered_on`` (null where it was not answered).
    people : DataFrame
        Who might be asked: ``branch``, ``tier``.
    day : date
        Days are counted back from it, itself the first of them.
    """
    return {place: count for quota in quotas for place, count in _left(quota, asked, people, day).items()}


def _left(quota: SurveyQuota, asked: pl.DataFrame, people: pl.DataFrame, day: dt.date) -> dict[str, int]:
    column = _COUNTS[quota.counts]
    since = day - dt.timedelta(days=quota.days)
    counted = asked.filter((pl.col(column) > since) & (pl.col(column) <= day))
    if quota.surveys:
        counted = counted.filter(pl.col("instrument").is_in(quota.surveys))
    used = [quota.place(*row) for row in counted.select("branch", "tier").iter_rows()]
    places = {quota.place(*row) for row in people.select("branch", "tier").unique().iter_rows()}
    return {place: quota.limit - used.count(place) for place in places}


def places_taken(quotas: Sequence[SurveyQuota], people: pl.DataFrame) -> list[list[str]]:
    """Return of each person the places that they take, in the order of ``people``."""
    pairs = people.select("branch", "tier").iter_rows()
    return [[quota.place(*pair) for quota in quotas] for pair in pairs]
