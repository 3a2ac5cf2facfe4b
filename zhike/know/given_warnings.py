"""Early warnings that a model gave, entered into the archive of a day, and read from it again."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from zhike.core.errors import UsageError
from zhike.core.phrases import phrase
from zhike.know.features import archive_schema
from zhike.know.warning_columns import SCALARS, WARNED_ON, WARNINGS_GIVEN

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "RESTS_ON_WORDS", "WARNING_SCHEMA", "GivenWarning", "enter_warnings", "given_to", "profiling_refused", "without_warnings",
]  # fmt: skip

_WHO: Final = "customer_id"
_AT: Final = "at"
_FIELDS: Final[dict[str, Any]] = {
    field.name: field.dtype for field in archive_schema()[WARNINGS_GIVEN].inner.fields
}
WARNING_SCHEMA: Final[dict[str, Any]] = {_WHO: pl.String, _AT: pl.Date, **_FIELDS}
"""A table of warnings: a row a customer and warning; ``at`` is the day as of which it was given, the rest as in the archive."""
RESTS_ON_WORDS: Final = frozenset({"dissatisfaction"})
"""Warnings that rest on what customers say: they serve service and redress, never approach (``access.roles``)."""


@dataclass(frozen=True, slots=True)
class GivenWarning:
    """A warning of one customer.

    Parameters
    ----------
    warning : str
        See `zhike.know.warning_words.WARNING_NAMES`.
    probability, low, high : float
        With its 95 % interval.
    usual : float
        Mean of all customers who were given the warning on the day.
    raised : bool
        Whether it is far enough above that to be brought up.
    window_first, window_last : date
        First and last day of the outcome window.
    model_version : str
    reasons : tuple of mapping
        ``feature``, ``value`` (text, None where unknown), ``effect`` on the log-odds; the strongest first.
    """

    warning: str
    probability: float
    low: float
    high: float
    usual: float
    raised: bool
    window_first: dt.date
    window_last: dt.date
    model_version: str
    reasons: tuple[Mapping[str, Any], ...]

    @classmethod
    def of(cls, raw: Mapping[str, Any]) -> GivenWarning:
        """Read one member of the archive's column ``warnings``; days may be ISO texts, as JSON has them."""
        days = {name: _day(raw[name]) for name in ("window_first", "window_last")}
        return cls(**{name: raw[name] for name in _FIELDS} | days | {"reasons": tuple(raw["reasons"] or ())})


def given_to(known: Mapping[str, Any], *, raised: bool = False) -> tuple[GivenWarning, ...]:
    """Return the warnings of a customer, those furthest above the mean first.

    Parameters
    ----------
    known : mapping of str to value
        Attributes of the archive; without the column, or where it is unknown, there are none.
    raised : bool
        Only those that are raised.
    """
    rows = [one for one in known.get(WARNINGS_GIVEN) or () if one["raised"] or not raised]
    return tuple(
        sorted(map(GivenWarning.of, rows), key=lambda one: (-one.probability / one.usual, one.warning))
    )


def enter_warnings(archive: pl.LazyFrame, given: pl.DataFrame, at: dt.date) -> pl.LazyFrame:
    """Return the archive of a day with warnings entered.

    Parameters
    ----------
    archive : LazyFrame
        See `zhike.know.archive.archive`.
    given : DataFrame
        Columns of `WARNING_SCHEMA`. A warning whose outcome window is over by the day is left out.
    at : date
        The archive's day.

    Raises
    ------
    UsageError
        When a warning was given as of a later day: the archive must not look ahead.

    Notes
    -----
    Whoever has withdrawn the consent to profiling by the day gets none, whenever it was given.
    """
    late = given.filter(pl.col(_AT) > at)
    if not late.is_empty():
        raise UsageError(
            what=phrase("warnings as of {day}", day=late[_AT].max()),
            expected=phrase("warnings as of {at} or before", at=at),
        )
    held = given.filter(pl.col("window_last") >= at).sort(_WHO, "warning")
    scalars = [
        pl.col("probability").filter(pl.col("warning") == warning).last().alias(column)
        for warning, column in SCALARS.items()
    ]
    listed = held.group_by(_WHO, maintain_order=True).agg(
        pl.col(_AT).max().alias(WARNED_ON), *scalars, pl.struct(list(_FIELDS)).alias(WARNINGS_GIVEN)
    )
    columns = (WARNED_ON, *SCALARS.values(), WARNINGS_GIVEN)
    joined = archive.drop(columns).join(listed.lazy(), on=_WHO, how="left", maintain_order="left")
    kept = [pl.when(~profiling_refused()).then(pl.col(name)).alias(name) for name in columns]
    return joined.with_columns(kept).select(list(archive_schema()))


def without_warnings(known: Mapping[str, Any], *, only_words: bool = False) -> dict[str, Any]:
    """Return attributes of a customer without their warnings.

    Parameters
    ----------
    known : mapping of str to value
    only_words : bool
        Leave out no more than what rests on what customers say.
    """
    if only_words:
        fit = [one for one in known.get(WARNINGS_GIVEN) or () if one["warning"] not in RESTS_ON_WORDS]
        blank = {SCALARS[name]: None for name in RESTS_ON_WORDS if known.get(SCALARS[name]) is not None}
        return {**known, WARNINGS_GIVEN: fit or None, **blank} if known.get(WARNINGS_GIVEN) else dict(known)
    columns = (WARNED_ON, *SCALARS.values(), WARNINGS_GIVEN)
    return {name: None if name in columns else value for name, value in known.items()}


def profiling_refused() -> pl.Expr:
    """Return whether a customer of the archive has refused or withdrawn the consent to profiling, on whatever channel."""
    answers = pl.col("consents_withdrawn").list.eval(pl.element().str.starts_with("profiling/"))
    return answers.list.any().fill_null(value=False)


def _day(value: dt.date | str) -> dt.date:
    return dt.date.fromisoformat(value) if isinstance(value, str) else value
