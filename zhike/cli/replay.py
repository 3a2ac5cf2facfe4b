"""`zhike replay`: measure recommenders and rules against what customers did."""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from zhike.cli.console import chosen_language, emit_json, show_progress, show_table, write
from zhike.core.errors import UsageError
from zhike.core.language import Text
from zhike.core.phrases import either

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence
    from pathlib import Path

    from zhike.adapters.bank import Bank
    from zhike.core.language import Language
    from zhike.decide.policy import Policy
    from zhike.measure.replay import WindowResult

__all__ = ["ReplayRequest", "replay"]

_METHOD: Final = Text("method", "方法", "方法")
_TITLE: Final = Text(
    "{windows} windows from {first} to {last}; means over windows, lists of {k}",
    "{first} 至 {last} 共 {windows} 个窗口；各窗口均值，列表长度 {k}",
    "{first} 至 {last} 共 {windows} 個視窗；各視窗平均，清單長度 {k}",
)
_BREACHES: Final = Text(
    "Suitability breaches after suitability: {breaches}",
    "适当性过滤后的违规数：{breaches}",
    "適合性過濾後的違規數：{breaches}",
)


@dataclass(frozen=True, slots=True)
class ReplayRequest:
    """Which windows to replay, with which methods and policy."""

    dates: Path | None
    between: tuple[dt.date, dt.date, int] | None
    split_set: str
    methods: tuple[str, ...]
    policy: str | None


def replay(
    bank: Path, request: ReplayRequest, rulebook: Path | None, *, as_json: bool, lang: str | None
) -> int:
    """Replay windows and print their figures; return 0, or 1 when a recommendation broke suitability."""
    from zhike.adapters.bank import Bank
    from zhike.adapters.policy_files import load_policy
    from zhike.adapters.replay_windows import windows_of
    from zhike.adapters.rule_files import load_rulebook
    from zhike.measure.replay import METHODS, mean_results, replay_window

    unknown = sorted(set(request.methods) - set(METHODS))
    if unknown:
        raise UsageError(what=f"--methods {', '.join(unknown)}", expected=either(METHODS))
    opened, rules = Bank.open(bank), load_rulebook(rulebook)

    def policy_on(day: dt.date) -> Policy:
        return load_policy(rules, request.policy, day, opened.manifest.policy)

    windows = windows_of(
        opened, request.dates, request.between, request.split_set, lambda day: policy_on(day).horizon_days
    )
    tables, results, policy = opened.tables(), [], policy_on(windows[-1].at)
    with show_progress("replay", quiet=as_json) as progress:
        for window in windows:
            policy, methods = policy_on(window.at), request.methods or METHODS[:3]
            results.append(replay_window(tables, window, opened.manifest.timezone, rules, policy, methods))
            progress(len(results), len(windows))
    means, breaches = mean_results(results), sum(result.breaches for result in results)
    if as_json:
        emit_json(_payload(opened, policy, results, means, breaches))
    else:
        _show(results, means, breaches, policy.replay_k, chosen_language(lang))
    return 0 if breaches == 0 else 1


def _payload(
    bank: Bank,
    policy: Policy,
    results: Sequence[WindowResult],
    means: dict[str, dict[str, float]],
    breaches: int,
) -> dict[str, Any]:
    k = policy.replay_k
    return {
        "bank": bank.manifest.name, "policy": policy.path, "k": k, "windows": len(results),
        "mean": {method: _named(figures, k) for method, figures in means.items()},
        "suitability_breaches": breaches,
        "by_window": [
            {**dataclasses.asdict(result), "methods": {m: _named(f, k) for m, f in result.methods.items()}}
            for result in results
        ],
    }  # fmt: skip


def _named(figures: Any, k: int) -> dict[str, float]:  # noqa: ANN401 - a mapping of figures
    cut = {"ndcg": f"ndcg@{k}", "recall": f"recall@{k}", "precision": f"precision@{k}", "pc": f"pc@{k}"}
    return {cut.get(name, name): value for name, value in figures.items()}


def _show(
    results: Sequence[WindowResult],
    means: dict[str, dict[str, float]],
    breaches: int,
    k: int,
    language: Language,
) -> None:
    names = list(_named(next(iter(means.values())), k)) if means else []
    first, last = (results[0].at, results[-1].at) if results else ("-", "-")
    rows = [
        [method, *("-" if math.isnan(value) else f"{value:.4f}" for value in figures.values())]
        for method, figures in means.items()
    ]
    title = _TITLE.render(language, windows=len(results), first=first, last=last, k=k)
    show_table(title, [_METHOD.in_language(language), *names], rows)
    write(_BREACHES.render(language, breaches=breaches))
