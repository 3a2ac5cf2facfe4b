"""Holdings of a month as records: begun, ended, in arrears."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import polars as pl

from zhike.lab.facts_frame import composed, days, framed, known, month_label, named, numbers
from zhike.lab.maturing import CLOSED, LAPSED, LOANS, REPAID, maturity_day
from zhike.lab.money import DISTRESSED
from zhike.lab.opening import unpaid_share
from zhike.lab.shelf import FAMILIES, SHELF

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from zhike.lab.month_results import MonthResults
    from zhike.lab.state import State, Traits

    Numbers = NDArray[np.int64]

__all__ = ["holding_ids", "holdings"]

_FEN: Final = 100.0
_STATUS: Final = {CLOSED: "closed", REPAID: "repaid", LAPSED: "lapsed"}
_DAY_OF: Final = {REPAID: 13, LAPSED: 14}
"""Days on which instalments and premiums fall due; terms end on `maturity_day`."""
_ACTIVE: Final = "active"
_LAST, _STAYS = 28, 99
_RENEWS_ITSELF: Final = SHELF.family == FAMILIES.index("card")


def holdings(traits: Traits, state: State, month: int, results: MonthResults) -> pl.DataFrame:
    """Return the month's versions of holdings: new ones, those that ended, loans that fall into arrears or leave them."""
    begun = pl.concat([_begun(traits, state, month, results), _renewed(traits, state, month, results)])
    ended, left = _ended(traits, month, results), _left(traits, month, results)
    # What was taken on the day of leaving or later, or renewed in the month of leaving, never ran.
    recent = pl.col("holding_id").str.ends_with(f"-{month_label(month)}")
    left = left.filter(~recent | pl.col("holding_id").is_in(begun["holding_id"].implode()))
    return pl.concat([begun, ended, left, _arrears(traits, state, month, results)])


def holding_ids(who: Numbers, product: Numbers, since: Numbers) -> pl.Series:
    """Return identifiers: customer, product and the month in which the holding began.

    Examples
    --------
    >>> holding_ids(np.array([12]), np.array([4]), np.array([672])).to_list()
    ['H0000012-W01-202601']
    """
    months, place = np.unique(since, return_inverse=True)
    label = named([f"-{month_label(int(since))}" for since in months], place)
    return composed(numbers("H", who), "-", named(SHELF.codes, product), label)


def _versions(
    traits: Traits, held: tuple[Numbers, Numbers, Numbers], since_day: Numbers, status: Any, amount: NDArray[np.float64]  # noqa: ANN401 - one text or a column
) -> pl.DataFrame:  # fmt: skip
    row, product, since = held
    who = traits.who[row]
    ends = days(since + SHELF.months[product], maturity_day(who, product))
    without = (SHELF.months[product] == 0) | _RENEWS_ITSELF[product]
    fen = np.where(SHELF.flat[product] | np.isnan(amount), -1, np.rint(np.nan_to_num(amount) * _FEN)).astype(
        np.int64
    )
    columns = {
        "holding_id": holding_ids(who, product, since), "customer_id": numbers("C", who), "product_id": named(SHELF.codes, product),
        "account_id": numbers("A", who), "amount": _present(fen, fen >= 0), "currency": "CNY", "status": status,
        "matures_on": _present(ends, ~without).cast(pl.Int32), "valid_from": since_day, "known_at": known(since_day, hours=int(status is not _ACTIVE)),
    }  # fmt: skip
    return framed("holdings", columns, len(row))


def _present(values: Numbers, there: NDArray[np.bool_]) -> pl.Series:
    frame = pl.DataFrame({"value": values, "there": there})
    return frame.select(pl.when("there").then("value")).to_series()


def _last_day(results: MonthResults) -> Numbers:
    """Return the last day of the month on which each customer is with the bank; one beyond it for those who stay."""
    last = np.full(len(results.flows.opening), _STAYS)
    last[results.leavers.row] = results.leavers.day
    return last


def _begun(traits: Traits, state: State, month: int, results: MonthResults) -> pl.DataFrame:
    """Return new holdings and more of what was held; what is bought on the day of leaving or later never began."""
    sales = results.sales
    began = np.flatnonzero(sales.p_day < _last_day(results)[sales.p_row])
    pair = sales.p_row[began] * len(SHELF.codes) + sales.p_product[began]
    # Two purchases of one product in a month are one version, as of the first.
    order = np.argsort(pair * 32 + sales.p_day[began], kind="stable")
    first = began[order[np.unique(pair[order], return_index=True)[1]]]
    row, product = sales.p_row[first].astype(np.int64), sales.p_product[first].astype(np.int64)
    before = results.flows.since[row, product].astype(np.int64)
    kept = (before > 0) & (state.since[row, product] == before)
    since = np.where(kept, before, month)
    stays = state.amount[row, product] > 0
    amount = np.where(stays, state.amount[row, product], sales.p_amount[first])
    day = days(month, sales.p_day[first])
    replaced = np.flatnonzero((before > 0) & ~kept & (before != month))
    old = (row[replaced], product[replaced], before[replaced])
    nothing = np.full(len(replaced), np.nan)
    return pl.concat(
        [
            _versions(traits, (row, product, since), day, _ACTIVE, amount),
            _versions(traits, old, day[replaced], "closed", nothing),
        ]
    )


def _ended_on(traits: Traits, results: MonthResults, month: int) -> Numbers:
    ended = results.flows.ended
    day = maturity_day(traits.who[ended.row], ended.product)
    for status, fixed in _DAY_OF.items():
        day = np.where(ended.status == status, fixed, day)
    return days(month, np.minimum(day, _last_day(results)[ended.row]))


def _ended(traits: Traits, month: int, results: MonthResults) -> pl.DataFrame:
    ended = results.flows.ended
    status = named([_STATUS[place] for place in range(len(_STATUS))], ended.status)
    paid = np.where(ended.paid > 0, ended.paid, np.nan)
    return _versions(
        traits, (ended.row, ended.product, ended.since), _ended_on(traits, results, month), status, paid
    )


def _renewed(traits: Traits, state: State, month: int, results: MonthResults) -> pl.DataFrame:
    ended = results.flows.ended
    place = np.flatnonzero(ended.renewed & state.here[ended.row])
    row, product = ended.row[place], ended.product[place]
    amount = state.amount[row, product].astype(np.float64)
    since = np.full(len(place), month)
    return _versions(traits, (row, product, since), _ended_on(traits, results, month)[place], _ACTIVE, amount)


def _left(traits: Traits, month: int, results: MonthResults) -> pl.DataFrame:
    """Return the holdings that ended because the customer left."""
    leavers = results.leavers
    day = days(month, _last_day(results)[leavers.closed_row])
    held = (leavers.closed_row, leavers.closed_product, leavers.closed_since.astype(np.int64))
    return _versions(traits, held, day, "closed", leavers.closed_amount)


def _arrears(traits: Traits, state: State, month: int, results: MonthResults) -> pl.DataFrame:
    """Return the loans of those whose distress crossed the line in the month: from its end their instalments are missed, or paid again."""
    now = state.distress > DISTRESSED
    crossed = np.flatnonzero(state.here & (now != results.flows.distressed))
    loans = np.array(LOANS)
    place, loan = np.nonzero(state.amount[np.ix_(crossed, loans)] > 0)
    row, product = crossed[place], loans[loan]
    since = state.since[row, product].astype(np.int64)
    principal = state.amount[row, product] / np.maximum(unpaid_share(product, month - since), 1e-3)
    status = named(("active", "in_arrears"), now[row].astype(np.int64))
    return _versions(
        traits, (row, product, since), days(month, np.full(len(row), _LAST)), status, np.floor(principal)
    )
