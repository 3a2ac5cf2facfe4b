"""`zhike value`: what a draft policy would have been worth, from decisions on record and what came of them."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from zhike.cli.console import chosen_language, emit_json, said, show_progress
from zhike.cli.options import AsJson, Lang, RulebookFolder  # noqa: TC001 - as above
from zhike.cli.stores import StorePlace  # noqa: TC001 - as above
from zhike.core.errors import UsageError
from zhike.core.phrases import either

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    from zhike.act.acting import Acting
    from zhike.adapters.bank import Bank
    from zhike.adapters.decision_logs import DecisionLog
    from zhike.adapters.value_runs import LoggedRun
    from zhike.decide.policy import Policy
    from zhike.measure.list_overlap import RankOverlap
    from zhike.measure.policy_value import PolicyValue, ValueRule

__all__ = ["register", "value_payload"]

_REFUSED: Final = 1
_LONGEST: Final = 3650
"""Days of the longest horizon: ten years."""
_SEED: Final = 0
"""Of the cut into folds: the same log gives the same figures."""
_MOST_UNTRIED: Final = 5
"""Actions named of those that the log never tried."""
_TRACE: Final = 1e-4
"""Share of the draft below which such an action is not named."""


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    summary = said(
        "Value a draft policy from logged decisions, with an interval, or refuse.",
        "依据已记录的决定评估拟试策略的价值并给出区间；依据不足时不给数字。",
        "依據已記錄的決定評估擬試策略的價值並給出區間；依據不足時不給數字。",
    )
    example = "Example: zhike value decisions --bank mybank --policy draft.yaml"
    app.command("value", help=summary, epilog=example)(_value)


def _value(  # noqa: PLR0913 - one parameter an option
    bank: Annotated[
        Path,
        typer.Option("--bank", metavar="BANK", help=said("The bank's folder: what is known by now of what came of them.", "银行文件夹：其后结果以其中已知事实为准。", "銀行資料夾：其後結果以其中已知事實為準。")),
    ],
    policy: Annotated[
        str,
        typer.Option("--policy", metavar="FILE", help=said("The draft: a YAML file, or a policy of the rulebook.", "拟试策略：YAML 文件或规则库中的策略。", "擬試策略：YAML 檔或規則庫中的策略。")),
    ],
    logs: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[LOG]...", help=said("Folders of decisions, of different days; none: the decisions of the store.", "决定文件夹，日期各不相同；不给则取存储中的决定。", "決定資料夾，日期各不相同；不給則取儲存中的決定。")),
    ] = None,
    outcome: Annotated[
        str,
        typer.Option("--outcome", help=said(
            "acquired: products newly had, by whatever way, and accepted care; accepted: answers to the actions themselves.",
            "acquired：无论经何途径新持有的产品，及被接受的关怀；accepted：仅计对行动本身的接受。",
            "acquired：無論經何途徑新持有的產品，及被接受的關懷；accepted：僅計對行動本身的接受。",
        )),
    ] = "acquired",
    horizon: Annotated[
        int | None,
        typer.Option("--horizon", min=1, max=_LONGEST, metavar="DAYS", help=said("Days within which an outcome counts; default: the draft's effects.horizon_days, else 60.", "计入结果的天数；默认取拟试策略的 effects.horizon_days，否则为 60。", "計入結果的天數；預設取擬試策略的 effects.horizon_days，否則為 60。")),
    ] = None,
    store: StorePlace = None,
    *,
    keep: Annotated[
        bool,
        typer.Option("--keep", help=said("Keep the answer in the store: the studio shows it beside what the draft would do.", "将结果存入数据库：决策工作室将其与试算并列显示。", "將結果存入資料庫：決策工作室將其與試算並列顯示。")),
    ] = False,
    rulebook: RulebookFolder = None,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:  # fmt: skip
    acting = _store_to_keep_in(store) if keep else None
    source = _Source(tuple(logs or ()), store)
    draft, payload = _valued(source, bank, policy, (outcome, horizon), rulebook, quiet=as_json)
    payload["study"] = None if acting is None else _kept(acting, draft, payload)
    if as_json:
        emit_json(payload)
    else:
        from zhike.cli.value_told import show_value

        show_value(payload, chosen_language(lang))
    raise typer.Exit(_REFUSED if payload["refused"] else 0)


@dataclass(frozen=True)
class _Source:
    """Where decisions are: in folders, or, where none are named, in a store."""

    folders: tuple[Path, ...]
    store: str | None

    @cached_property
    def acting(self) -> Acting | None:
        """On the store; None where decisions are in folders."""
        from zhike.cli.stores import acting_alone

        return None if self.folders else acting_alone(self.store)

    def logs(
        self, bank: Bank, draft_on: Callable[[dt.date], Policy], horizon: int | None
    ) -> list[tuple[DecisionLog, Policy]]:
        """Return the decisions with the draft as it is in force on each day; of a store those whose horizon has closed."""
        from zhike.adapters.decision_logs import folder_log
        from zhike.adapters.store_logs import store_logs
        from zhike.adapters.value_runs import closed_logs

        if self.acting is None:
            return [(log := folder_log(folder, bank), draft_on(log.at)) for folder in self.folders]
        found = store_logs(self.acting, bank.manifest.timezone)
        return closed_logs(found, bank, [draft_on(log.at) for log in found], horizon)


def _valued(
    source: _Source, bank: Path, policy: str, counted: tuple[str, int | None], rulebook: Path | None, *, quiet: bool
) -> tuple[Policy, dict[str, Any]]:  # fmt: skip
    """Return the draft as it was in force last, and what the command prints of it as JSON."""
    import numpy as np

    from zhike.adapters.bank import Bank
    from zhike.adapters.policy_files import load_policy
    from zhike.adapters.rule_files import load_rulebook
    from zhike.adapters.value_readings import value_sha256
    from zhike.adapters.value_runs import joined_log, logged_runs
    from zhike.measure.list_rewards import OUTCOMES
    from zhike.measure.policy_value import ValueRule, policy_value

    outcome = next((name for name in OUTCOMES if name == counted[0]), None)
    if outcome is None:
        raise UsageError(what=f"--outcome {counted[0]}", expected=either(OUTCOMES))
    opened, rules = Bank.open(bank), load_rulebook(rulebook)
    logs = source.logs(opened, lambda day: load_policy(rules, policy, day), counted[1])
    with show_progress("value", quiet=quiet) as progress:
        runs = logged_runs(logs, opened, rules, (outcome, counted[1]), progress, source.acting)
    log, actions = joined_log(runs)
    rule = ValueRule.of(rules, max(run.log.at for run in runs))
    found = policy_value(log, rule, np.random.default_rng(_SEED))
    untried = _untried(log.untried(rule.least_chance).sum(axis=0), actions)
    latest = max(runs, key=lambda run: run.log.at)
    told = {**_head(opened, runs, latest, outcome), **value_payload(found, rule), "untried": untried}
    return latest.draft, {**told, "sha256": value_sha256(told)}


def _store_to_keep_in(store: str | None) -> Acting:
    """Open the store before any work is done, as one that is not there would make it worthless."""
    from zhike.cli.stores import acting_on

    return acting_on(store)


def _kept(acting: Acting, draft: Policy, payload: Mapping[str, Any]) -> str:
    """Keep the answer in a store and return the name of its study; where the folders lie is nobody's business there."""
    from zhike.act.policy_values import keep_value
    from zhike.cli.stores import OPERATOR

    logs = [
        {**one, "folder": None if one["folder"] is None else Path(one["folder"]).name}
        for one in payload["logs"]
    ]
    return str(keep_value(acting, draft, {**payload, "logs": logs}, OPERATOR)["job_id"])


def _head(bank: Bank, runs: Sequence[LoggedRun], latest: LoggedRun, outcome: str) -> dict[str, Any]:
    from zhike.core.units import DEFAULT_MINOR_UNITS

    currency = latest.currency
    return {
        "policy": latest.draft.path, "version": latest.draft.version, "models": latest.models,
        "bank": bank.manifest.name, "bank_sha256": bank.sha256, "outcome": outcome, "horizon_days": latest.horizon_days,
        "currency": currency, "decimals": latest.minor_units.get(currency, DEFAULT_MINOR_UNITS),
        "logs": [
            {
                "folder": None if run.log.publication else run.log.where, "publication": run.log.publication, "at": str(run.log.at),
                "policy": run.log.policy.path, "version": run.log.policy.version, "sha256": run.log.sha256, "models": run.log.models,
                "apart": run.log.apart, "timezone": bank.manifest.timezone, "lists": len(run.customers), "left_out": run.left_out, "answers": run.rewards.answers,
            }
            for run in sorted(runs, key=lambda run: (run.log.at, run.log.publication or 0))
        ],
    }  # fmt: skip


def value_payload(found: PolicyValue, rule: ValueRule) -> dict[str, Any]:
    """Return a policy's value as plain values; a refused one has no number."""
    from zhike.measure.intervals import CONFIDENCE
    from zhike.measure.policy_value import ESTIMATOR

    overlap = found.overlap
    return {
        "lists": found.lists, "customers": found.customers, "confidence": CONFIDENCE,
        "refused": found.refused, "lacks": [str(lack) for lack in found.lacks], "estimator": ESTIMATOR,
        **{name: _plain(getattr(found, name)) for name in ("value", "gain", "logged", "snipw", "blended")}, "dm": found.dm,
        "overlap": {
            "effective": overlap.effective, "largest_weight": overlap.largest_weight, "largest_share": overlap.largest_share,
            "mean_weight": overlap.mean_weight, "weight_error": found.ranks[-1].weight_error, "unsupported": overlap.unsupported,
            "outcomes": found.outcomes, "ranks": [_rank(one) for one in found.ranks],
        },
        "limits": asdict(rule),
    }  # fmt: skip


def _rank(one: RankOverlap) -> dict[str, Any]:
    seen = one.overlap
    return {
        "rank": one.rank, "lists": one.lists, "untried": one.untried, "effective": seen.effective, "largest_share": seen.largest_share,
        "mean_weight": seen.mean_weight, "weight_error": one.weight_error, "lacks": [str(lack) for lack in seen.lacks],
    }  # fmt: skip


def _plain(estimate: Any) -> Mapping[str, float] | None:  # noqa: ANN401 - an Estimate, a BlendedValue or None
    return None if estimate is None else asdict(estimate)


def _untried(shares: NDArray[Any], actions: Sequence[str]) -> list[dict[str, Any]]:
    """Return the actions by which most of the draft is without support, the largest share first."""
    order = shares.argsort(kind="stable")[::-1][:_MOST_UNTRIED].tolist()
    return [
        {"action_id": actions[one], "share": float(shares[one])} for one in order if shares[one] >= _TRACE
    ]
