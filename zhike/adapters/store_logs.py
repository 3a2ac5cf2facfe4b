"""The decision log of a store, as `zhike value` reads it: decisions made in real time, computed again, with the answers that came.

A policy that is valued decides for everybody by itself, from what was published. A decision that was asked for otherwise - over some channels
only, for a reason, after something had changed of the customer - was a choice among other actions, and stands for no list; neither does a safe
answer, nor a second decision for a customer from the same publication. Which decisions these are was known before anything was chosen, so leaving them out
does not bend the value of those that are kept. Every probability is computed again: what does not come out as it is on record is no log.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl

from zhike.act.decisions import DecisionDesk
from zhike.act.replay import Again, computed_again
from zhike.adapters.decision_logs import DecisionLog
from zhike.core.contracts import contract
from zhike.core.errors import UsageError
from zhike.core.phrases import phrase
from zhike.core.rulebook import canonical_json
from zhike.decide.logged_lists import first_chances

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from zhike.act.acting import Acting
    from zhike.core.ports import Transaction

__all__ = ["store_log_sha256", "store_logs"]

_PAGE: Final = 2_000
_LAST: Final = "\U0010ffff"
_EPOCH: Final = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_TOLD: Final = ("shown", "accepted", "refused", "blocked")
_KEPT: Final[Mapping[str, str]] = {"ranked_propensity": "ranking", "online_chances": "online_chances"}
"""Name of a kept model by its kind: a publication tells of it under the name of what it stands for."""


@dataclass(slots=True)
class _Day:
    """What is counted of a publication on a day."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    apart: int = 0


def store_logs(acting: Acting, timezone: str) -> list[DecisionLog]:
    """Return the decisions of a store, a log for every publication and day.

    Parameters
    ----------
    acting : Acting
    timezone : str
        The bank's IANA zone, in which days are told.

    Raises
    ------
    UsageError
        When a decision does not come out as it is on record.
    """
    desk = DecisionDesk(acting)
    with acting.store.read() as tx:
        days = _days(tx, timezone)
        return [_log(desk, tx, key, day, timezone) for key, day in sorted(days.items()) if day.rows]


def store_log_sha256(acting: Acting, publication: int, at: dt.date, timezone: str) -> str | None:
    """Return the hash of the decisions of a publication on a day as they are now; None where there are none."""
    with acting.store.read() as tx:
        day = _days(tx, timezone).get((publication, at))
    return None if day is None or not day.rows else _sha256((publication, at), day.rows)


def _days(tx: Transaction, timezone: str) -> dict[tuple[int, dt.date], _Day]:
    """Return what is counted, by publication and day: the first decision for a customer of a publication that was asked for as usual."""
    zone, found, seen = (
        ZoneInfo(timezone),
        defaultdict[tuple[int, dt.date], _Day](_Day),
        set[tuple[Any, str]](),
    )
    for row in _decisions(tx):
        day = _moment(row["decided_at"]).astimezone(zone).date()
        once = {(row["publication"], row["customer_id"]), (day, row["customer_id"])}
        place = found[row["publication"], day]
        if row["degraded"] or row["record"] is None or row["context"]["moment"] or once & seen:
            place.apart += 1
        else:
            place.rows.append(row)
            seen |= once
    return dict(found)


def _decisions(tx: Transaction) -> Iterator[dict[str, Any]]:
    """Yield all decisions that rest on a publication, the oldest first."""
    after: list[Any] = [-1, _LAST]
    while rows := tx.find("decisions", order=["decided_at"], after=after, limit=_PAGE):
        yield from (row for row in rows if row["publication"])
        after = [rows[-1]["decided_at"], rows[-1]["decision_id"]]


def _moment(at: int) -> dt.datetime:
    return _EPOCH + dt.timedelta(microseconds=at)


def _log(
    desk: DecisionDesk, tx: Transaction, key: tuple[int, dt.date], day: _Day, timezone: str
) -> DecisionLog:
    number, at = key
    setting = desk.published(tx, number).setting
    again = [_again(desk, tx, row) for row in day.rows]
    names = [row["customer_id"] for row in day.rows]
    inputs = pl.DataFrame([one.reading.dossier.inputs for one in again], infer_schema_length=None)
    columns = setting.columns["action_id"]
    chance = pl.concat(
        _chances(name, columns, one.reading.served.probability)
        for name, one in zip(names, again, strict=True)
    )
    return DecisionLog(
        f"publication {number}", at, setting.at, setting.policy, _places(day.rows), setting.actions.table, inputs,
        lambda customers, actions: first_chances(chance.lazy(), customers, actions), _models(setting.software), _sha256(key, day.rows), number,
        _answers(tx, day.rows, timezone), day.apart,
    )  # fmt: skip


def _again(desk: DecisionDesk, tx: Transaction, row: dict[str, Any]) -> Again:
    found = computed_again(desk, tx, row)
    if found is None or not found.same(row["record"]):
        raise UsageError(
            what=phrase(
                "decision {name}, which does not come out as it is on record", name=row["decision_id"]
            ),
            expected=phrase("a log that `zhike replay-check --store` proves"),
        )
    return found


def _chances(customer: str, actions: list[str], probability: np.ndarray[Any, Any]) -> pl.DataFrame:
    place = np.flatnonzero(probability > 0)
    return pl.DataFrame({
        "customer_id": [customer] * len(place), "action_id": [actions[one] for one in place], "probability": probability[place],
    })  # fmt: skip


def _places(rows: list[dict[str, Any]]) -> pl.DataFrame:
    listed = [
        (row["decision_id"], row["customer_id"], rank, action, arm, probability)
        for row in rows
        for rank, (action, arm, probability, _) in enumerate(row["record"]["places"], 1)
    ]
    names = ["decision_id", "customer_id", "rank", "action_id", "arm", "action_probability"]
    return pl.DataFrame(listed, schema=names, orient="row")


def _models(software: Mapping[str, str]) -> list[dict[str, str]]:
    """Return the models that a publication tells of; one that was kept under its own name."""
    found = []
    for told in ("product_ranking", "offer_chances"):
        if told in software:
            kind, _, version = software[told].rpartition(" ")
            name = _KEPT.get(kind.partition("/")[0], told)
            found.append({"name": name, "kind": kind, "version": version})
    return found


def _sha256(key: tuple[int, dt.date], rows: list[dict[str, Any]]) -> str:
    """Return the hash over what was decided for whom, by the fingerprints of the decisions."""
    number, at = key
    told = sorted([row["decision_id"], row["record"]["fingerprint"]] for row in rows)
    return hashlib.sha256(canonical_json([number, str(at), told]).encode()).hexdigest()


def _answers(tx: Transaction, rows: list[dict[str, Any]], timezone: str) -> pl.DataFrame:
    """Return the answers to some decisions as rows of the contract ``responses``."""
    zone, made, found = ZoneInfo(timezone), [row["decision_id"] for row in rows], []
    for start in range(0, len(made), _PAGE):
        offers = tx.find("offers", {"decision_id": made[start : start + _PAGE]})
        known = {one["offer_id"]: one for one in offers}
        for row in tx.find("responses", {"offer_id": list(known)}) if known else []:
            if row["outcome"] in _TOLD:
                offer = known[row["offer_id"]]
                on = _moment(row["responded_at"]).astimezone(zone).date()
                # The clock of a channel may go behind ours: an answer is never before its decision.
                on = max(on, _moment(offer["made_at"]).astimezone(zone).date())
                found.append(
                    (row["response_id"], offer["decision_id"], offer["customer_id"], offer["action_id"], on, row["outcome"],
                     _moment(row["recorded_at"]))
                )  # fmt: skip
    return pl.DataFrame(found, schema=contract("responses").schema(), orient="row")
