"""Answers to studies of the whole base: what another policy would do to everybody, and where candidates and offers are lost."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from zhike.act.acting import DAY
from zhike.act.studies import FUNNEL
from zhike.adapters.store_base import active, read_base
from zhike.core.decision_tables import DecisionTable
from zhike.core.units import DEFAULT_MINOR_UNITS
from zhike.decide.base_funnel import base_funnel
from zhike.decide.conditions import conditions_of
from zhike.decide.plan_certificate import plan_certificate
from zhike.decide.policy import Policy
from zhike.decide.policy_change import differences
from zhike.decide.stored_base import check_tried, conditions_under
from zhike.decide.strategy import decide_blocks, funnel, plan_of, verdict_counts
from zhike.measure.group_changes import AGE_BAND, ATTRIBUTES, fallen
from zhike.measure.whatif import Run, whatif

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from zhike.act.acting import Acting
    from zhike.core.ports import Transaction
    from zhike.core.rulebook import Rulebook
    from zhike.decide.conditions import Condition
    from zhike.decide.stored_base import StoredBase
    from zhike.measure.whatif import WhatIf

__all__ = ["Studies"]

_ALERT, _BANDS, _SMALLEST = "fairness.whatif_alert", "fairness.age_band", "fairness.least_group"
_BRANCH, _REGION, _AGE = "branch", "region", "age"
_CERTIFIED: Final = ("status", "objective", "bound", "gap", "verification")
_PAGE: Final = 2_000
_KEYS: Final = {"decisions": "decision_id", "offers": "offer_id"}
_WANTED: Final[dict[str, set[str]]] = {
    "delivered": {"shown", "accepted", "refused"},
    "answered": {"accepted", "refused"},
    "accepted": {"accepted"},
}
"""Responses by which an offer counts at a stage."""


@dataclass(frozen=True, slots=True)
class Studies:
    """Answers studies over a store.

    Parameters
    ----------
    acting : Acting
    rulebook : Rulebook
        Of today.
    """

    acting: Acting
    rulebook: Rulebook

    def __call__(self, row: Mapping[str, Any], alive: Callable[[], None]) -> dict[str, Any]:
        """Return the answer to a study; see `zhike.act.studies.run_studies`."""
        if row["kind"] == FUNNEL:
            return self._funnel(int(row["content"]["days"]), alive)
        return self._whatif(row["content"], alive)

    def _whatif(self, asked: Mapping[str, Any], alive: Callable[[], None]) -> dict[str, Any]:
        with self.acting.store.read() as tx:
            current = active(tx)
        setting, policy = (
            current.setting,
            Policy.from_content(asked["path"], asked["version"], asked["content"]),
        )
        conditions = conditions_under(setting, self.rulebook, policy)
        check_tried(setting, policy, conditions)
        base, branches = read_base(self.acting, current, alive)
        today, before = _run(base, setting.policy, setting.judge.conditions, alive)
        tomorrow, after = _run(base, policy, conditions, alive)
        found = whatif(today, tomorrow, self._attributes(base, branches))
        currency = str(setting.actions.table["currency"][0])
        return {
            "publication": current.number, "at": str(setting.at), "customers": len(base.inputs), "actions": len(setting.actions),
            "currency": currency, "decimals": setting.minor_units.get(currency, DEFAULT_MINOR_UNITS),
            "published_version": setting.policy.version, "version": policy.version,
            "differences": differences(setting.policy.raw, policy.raw),
            "rules_changed": self._rules_changed(conditions is not setting.judge.conditions, base),
            "common_random_numbers": policy.holdout.salt == setting.policy.holdout.salt,
            "certificates": {"today": before, "tomorrow": after}, **self._told(found, setting.at),
        }  # fmt: skip

    def _told(self, found: WhatIf, at: Any) -> dict[str, Any]:  # noqa: ANN401 - a day
        """Return a comparison as plain values, without what is said of a handful."""
        smallest, alert = (self.rulebook.at(name, at).value for name in (_SMALLEST, _ALERT))
        groups = [group for group in found.groups if group["customers"] >= smallest]
        return {
            "today": found.today, "tomorrow": found.tomorrow, "change": found.change, "scarce": found.scarce, "total": found.total,
            "classes": found.classes, "groups": groups, "small_groups": len(found.groups) - len(groups), "smallest": smallest,
            "alert": float(alert), "alerts": fallen(groups, float(alert)),
        }  # fmt: skip

    def _rules_changed(self, read: bool, base: StoredBase) -> bool:  # noqa: FBT001 - whether rules were read anew
        """Return whether the rules were read anew and the published policy would be judged otherwise by them."""
        setting = base.setting
        if not read:
            return False
        anew = conditions_of(self.rulebook, setting.policy, setting.actions, setting.at)
        return [one.to_dict() for one in anew] != [one.to_dict() for one in setting.judge.conditions]

    def _attributes(self, base: StoredBase, branches: Mapping[str, str | None]) -> pl.DataFrame:
        """Return what customers are grouped by: what of it the dossiers have; the branch, which is the region, where they do not say it."""
        inputs = base.inputs
        frame = inputs.select("customer_id", *(name for name in ATTRIBUTES if name in inputs.columns))
        if _AGE in inputs.columns:
            bands = DecisionTable.of(self.rulebook.at(_BANDS, base.setting.at))
            frame = frame.with_columns(inputs.select(bands.expressions()[AGE_BAND].alias(AGE_BAND))[AGE_BAND])
        if _REGION in inputs.columns:
            return frame
        names = inputs["customer_id"].to_list()
        return frame.with_columns(pl.Series(_BRANCH, [branches[name] for name in names], dtype=pl.String))

    def _funnel(self, days: int, alive: Callable[[], None]) -> dict[str, Any]:
        now = self.acting.clock.now()
        with self.acting.store.read() as tx:
            current = active(tx)
        base, _ = read_base(self.acting, current, alive)
        stages = base_funnel(base, alive)
        made = _made(self.acting, now - days * DAY, alive)
        return {
            "publication": current.number, "at": str(current.setting.at), "days": days, "since": now - days * DAY,
            "customers": len(base.inputs), "stages": stages, "made": made,
        }  # fmt: skip


def _run(
    base: StoredBase,
    policy: Policy,
    conditions: Sequence[Condition],
    alive: Callable[[], None],
) -> tuple[Run, dict[str, Any] | None]:
    """Return what a policy decides for everybody, and the certificate of its plan."""
    prepared, counts, lists = base.prepared(policy, conditions), Counter[str](), []
    plan = plan_of(prepared)
    for block in decide_blocks(prepared, plan=plan):
        alive()
        counts.update(verdict_counts(block.judged.verdicts))
        lists.append(block.decisions)
    report = None if plan is None else plan_certificate(prepared, plan)
    told = {
        "funnel": funnel(counts),
        "verdicts": dict(counts),
        **({} if report is None else {"allocation": report}),
    }
    actions = prepared.actions.table.select("action_id", "hours", "cost")
    certificate = None if report is None else {name: report[name] for name in _CERTIFIED}
    return Run(pl.concat(lists), actions, told), certificate


def _made(acting: Acting, since: int, alive: Callable[[], None]) -> list[dict[str, Any]]:
    """Return what became of the decisions of a window: ``stage``, how many (``number``), of how many ``customers``."""
    found: dict[str, list[str]] = {
        name: [] for name in ("decided", "chosen", "delivered", "answered", "accepted")
    }
    for _, rows in _pages(acting, "decisions", "decided_at", since):
        alive()
        found["decided"] += [row["customer_id"] for row in rows]
    for outcomes, rows in _pages(acting, "offers", "made_at", since):
        alive()
        for row in rows:
            if row["kind"] not in ("none", "mandatory"):
                mine = outcomes.get(row["offer_id"], set())
                found["chosen"].append(row["customer_id"])
                for stage, wanted in _WANTED.items():
                    found[stage] += [row["customer_id"]] if mine & wanted else []
    return [{"stage": stage, "number": len(who), "customers": len(set(who))} for stage, who in found.items()]


def _pages(
    acting: Acting, table: str, column: str, since: int
) -> Iterator[tuple[dict[str, set[str]], list[dict[str, Any]]]]:
    """Yield pages of rows since an instant, with the responses to those that are offers; no transaction is open meanwhile."""
    key = _KEYS[table]
    after: list[Any] = [since, ""]
    while True:
        with acting.store.read() as tx:
            rows = tx.find(table, order=[column], after=after, limit=_PAGE)
            outcomes = _outcomes(tx, [row[key] for row in rows]) if table == "offers" else {}
        if not rows:
            return
        yield outcomes, rows
        after = [rows[-1][column], rows[-1][key]]


def _outcomes(tx: Transaction, offers: list[str]) -> dict[str, set[str]]:
    """Return what customers and channels answered, by offer."""
    found: dict[str, set[str]] = {}
    for row in tx.find("responses", {"offer_id": offers}) if offers else ():
        found.setdefault(row["offer_id"], set()).add(row["outcome"])
    return found
