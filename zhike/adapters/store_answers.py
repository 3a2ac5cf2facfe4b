"""What a store has offered and was answered, beside what the bank's folder has of it: a bank that decides in real time learns from both.

An offer of the store is a decision of the bank under its own number, ``offer_id``. One that the folder has too, under that number or that of
the decision which it belongs to, is taken from the folder, with the answers of both; so it does not matter whether, and when, a store's
records are loaded into the bank. A choice of doing nothing is a decision under the number of the list that it ends. Every row is known from the moment at which it was recorded. Notices that must be sent are nobody's to accept.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from zoneinfo import ZoneInfo

import polars as pl

from zhike.act.acting import moment
from zhike.core.contracts import contract
from zhike.decide.catalogue import NO_ACTION

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from zhike.act.acting import Acting
    from zhike.adapters.bank import Bank
    from zhike.core.ports import Transaction
    from zhike.decide.policy import Policy

__all__ = ["Answered", "answers_learnt", "bank_with_answers"]

_PAGE: Final = 2_000
_LAST: Final = "\U0010ffff"
_MICROSECOND: Final = dt.timedelta(microseconds=1)
_TOLD: Final = ("shown", "accepted", "refused", "blocked")
_DECISION: Final = ("decision_id", "decided_at")
_RESPONSE: Final = ("response_id", "offer_id", "outcome", "responded_at", "recorded_at")
NO_CHANNEL: Final = "none"
_BELONGS: Final = "belongs_to"
"""The decision of the store that an offer belongs to."""


class Answered(NamedTuple):
    """A bank's contract tables with what a store adds to them, and how many offers that were, choices of doing nothing not counted."""

    tables: dict[str, pl.LazyFrame]
    offers: int


def bank_with_answers(bank: Bank, acting: Acting, since: dt.date | None = None) -> Answered:
    """Return a bank's tables, ``decisions`` and ``responses`` with what a store has besides.

    Parameters
    ----------
    bank : Bank
        Only offers to its customers count.
    acting : Acting
        On the store.
    since : date, optional
        Day, in the bank's zone, from which on offers are read; all unless given.
    """
    tables, zone = bank.tables(), ZoneInfo(bank.manifest.timezone)
    with acting.store.read() as tx:
        parts = [_of_page(tx, page, zone) for page in _pages(tx, since, zone)]
    if not parts:
        return Answered(tables, 0)
    offers, answers = (pl.concat(some) for some in zip(*parts, strict=True))
    offers = offers.join(_ids(tables, "customers", "customer_id"), on="customer_id", how="semi")
    named = _named(offers, tables["decisions"].select("decision_id", "action_id").unique().collect())
    new = named.filter("new")
    told = answers.join(_ids(tables, "responses", "response_id"), on="response_id", how="anti").join(
        named.select("decision_id", "known_as"), on="decision_id", maintain_order="left"
    )
    return Answered(
        {
            **tables,
            "decisions": _joined(tables, "decisions", new),
            "responses": _joined(tables, "responses", told.with_columns(decision_id="known_as")),
        },
        len(new.filter(pl.col("action_id") != NO_ACTION)),
    )


def answers_learnt(bank: Bank, acting: Acting, policy: Policy, at: dt.date) -> Answered | None:
    """Return what effects and chances of a policy are learnt from on a day; None where nothing is learnt from answers.

    Parameters
    ----------
    bank, acting
        See `bank_with_answers`.
    policy : Policy
    at : date
    """
    chances = None if policy.kept_chances else policy.chances
    windows = [one for one in (policy.effects, chances) if one is not None]
    if not windows:
        return None
    return bank_with_answers(
        bank, acting, at - dt.timedelta(max(one.window_days + one.horizon_days for one in windows))
    )


def _ids(tables: Mapping[str, pl.LazyFrame], table: str, column: str) -> pl.DataFrame:
    return tables[table].select(column).unique().collect()


def _named(offers: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    """Return offers with the number under which the bank has them, and whether they are ``new`` to it."""
    lists = known.rename({"decision_id": _BELONGS}).with_columns(in_list=pl.lit(value=True))
    found = offers.join(lists, on=[_BELONGS, "action_id"], how="left", maintain_order="left")
    own, in_list = (
        pl.col("decision_id").is_in(known["decision_id"].to_list()),
        pl.col("in_list").is_not_null(),
    )
    known_as = pl.when(own | ~in_list).then("decision_id").otherwise(_BELONGS)
    return found.with_columns(known_as=known_as, new=~own & ~in_list)


def _joined(tables: Mapping[str, pl.LazyFrame], table: str, more: pl.DataFrame) -> pl.LazyFrame:
    return pl.concat([tables[table], more.select(list(contract(table).schema())).lazy()])


def _pages(tx: Transaction, since: dt.date | None, zone: ZoneInfo) -> Iterator[list[str]]:
    """Yield the numbers of decisions made from a day on, the oldest first."""
    begins = 0 if since is None else (dt.datetime.combine(since, dt.time(), zone) - moment(0)) // _MICROSECOND
    after: list[Any] = [begins - 1, _LAST]
    while rows := tx.find("decisions", order=["decided_at"], after=after, limit=_PAGE, columns=_DECISION):
        yield [row["decision_id"] for row in rows]
        after = [rows[-1]["decided_at"], rows[-1]["decision_id"]]


def _of_page(tx: Transaction, decisions: list[str], zone: ZoneInfo) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return offers and answers of some decisions, as rows of the contracts."""
    offers = [row for row in tx.find("offers", {"decision_id": decisions}) if row["kind"] != "mandatory"]
    idle = _idle(tx, decisions, zone)
    by_id = {row["offer_id"]: row for row in offers}
    told = tx.find("responses", {"offer_id": list(by_id)}, columns=_RESPONSE) if by_id else []
    answers = [_answer(by_id[row["offer_id"]], row, zone) for row in told if row["outcome"] in _TOLD]
    schema = {**contract("decisions").schema(), _BELONGS: pl.String}
    return (
        pl.DataFrame([*(_decision(row, zone) for row in offers), *idle], schema=schema),
        pl.DataFrame(answers, schema=contract("responses").schema()),
    )


def _decision(offer: Mapping[str, Any], zone: ZoneInfo) -> dict[str, Any]:
    made = moment(offer["made_at"])
    return {
        "decision_id": offer["offer_id"], "customer_id": offer["customer_id"], "decided_on": made.astimezone(zone).date(),
        "action_id": offer["action_id"], "product_id": None, "channel": offer["channel"], "rank": offer["rank"],
        "action_probability": offer["probability"], "policy": None, "known_at": made, _BELONGS: offer["decision_id"],
    }  # fmt: skip


def _idle(tx: Transaction, decisions: list[str], zone: ZoneInfo) -> list[dict[str, Any]]:
    """Return the choices of doing nothing among some decisions, each under the number of its decision."""
    found = []
    for row in tx.find("decisions", {"decision_id": decisions}):
        for rank, (action, _, probability, offer) in enumerate((row["record"] or {}).get("places", ()), 1):
            if offer is None:
                made = {"offer_id": row["decision_id"], "decision_id": row["decision_id"], "customer_id": row["customer_id"],
                        "made_at": row["decided_at"], "action_id": action, "channel": NO_CHANNEL, "rank": rank, "probability": probability}  # fmt: skip
                found.append(_decision(made, zone))
    return found


def _answer(offer: Mapping[str, Any], row: Mapping[str, Any], zone: ZoneInfo) -> dict[str, Any]:
    # The clock of a channel may go behind ours: an answer is never before its offer.
    on = max(moment(row["responded_at"]), moment(offer["made_at"])).astimezone(zone).date()
    return {
        "response_id": row["response_id"], "decision_id": offer["offer_id"], "customer_id": offer["customer_id"],
        "action_id": offer["action_id"], "responded_on": on, "outcome": row["outcome"], "known_at": moment(row["recorded_at"]),
    }  # fmt: skip
