"""`zhike whatif`: decide for the whole base under two policies, and say what changes for whom."""

from __future__ import annotations

import contextlib
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from zhike.cli.console import said, show_progress
from zhike.cli.option_groups import Answer, option_groups
from zhike.cli.options import BankFolder, Day, RulebookFolder, day_of
from zhike.core.errors import UsageError
from zhike.core.phrases import phrase

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Mapping

    import polars as pl

    from zhike.adapters.bank import Bank
    from zhike.core.language import Language
    from zhike.core.rulebook import Rulebook
    from zhike.decide.policy import Policy
    from zhike.measure.whatif import Run, WhatIf

__all__ = ["WhatIfRequest", "register", "whatif"]

_ALERT: Final = "fairness.whatif_alert"
_AGE_BAND: Final = "fairness.age_band"
_TWO: Final = 2


@dataclass(frozen=True, slots=True)
class WhatIfRequest:
    """What is to be tried: two policies by name, and how much to tell."""

    policies: tuple[str, ...]
    out: Path | None = None
    alert: float | None = None
    movers: int = 10


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    summary = said(
        "Decide for every customer under two policies: what changes, who wins and who loses.",
        "以两种策略分别为全部客户作出决定：有何变化，谁得谁失。",
        "以兩種策略分別為全部客戶作出決定：有何變化，誰得誰失。",
    )
    example = "Example: zhike whatif mybank --policy policies.retail_cn --policy new.yaml --at 2026-04-30"
    app.command("whatif", help=summary, epilog=example)(option_groups(_whatif))


def _whatif(
    bank: BankFolder,
    at: Day,
    policy: Annotated[
        list[str] | None,
        typer.Option("--policy", help=said("Twice: today's policy, then the one to try; of the rulebook, or YAML files.",
                                           "给出两次：先是现行策略，再是拟试策略；规则库中的策略或 YAML 文件。",
                                           "給出兩次：先是現行策略，再是擬試策略；規則庫中的策略或 YAML 檔。")),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIR", help=said("Keep both folders of decisions as DIR/a and DIR/b, and every customer's change.",
                                        "将两份决定文件夹存为 DIR/a 与 DIR/b，并写出每位客户的变化。",
                                        "將兩份決定資料夾存為 DIR/a 與 DIR/b，並寫出每位客戶的變化。")),
    ] = None,
    alert: Annotated[
        float | None,
        typer.Option("--alert", min=0, max=1, help=said("Warn of a group whose share reached falls by more; default: the rulebook's fairness.whatif_alert.",
                                                        "客群触达比例下降超过该值即提示；默认取规则库 fairness.whatif_alert。",
                                                        "客群觸及比例下降超過該值即提示；預設取規則庫 fairness.whatif_alert。")),
    ] = None,
    movers: Annotated[
        int,
        typer.Option("--movers", min=0, help=said("Customers to name on either side.", "得失最大的客户各列出几位。", "得失最大的客戶各列出幾位。")),
    ] = 10,
    *,
    rulebook: RulebookFolder = None,
    answer: Answer,
) -> None:  # fmt: skip
    request = WhatIfRequest(tuple(policy or ()), out, alert, movers)
    raise typer.Exit(whatif(bank, day_of(at), request, rulebook, answer))


def whatif(bank: Path, at: dt.date, request: WhatIfRequest, rulebook: Path | None, answer: Answer) -> int:
    """Decide under both policies, compare, and tell; return the exit code."""
    from zhike.adapters.bank import Bank
    from zhike.adapters.policy_files import load_policy
    from zhike.adapters.rule_files import load_rulebook
    from zhike.adapters.whatif_runs import decide_both, one_currency, refuse_other
    from zhike.measure.whatif import whatif as compared

    if len(request.policies) != _TWO:
        given = ", ".join(request.policies) or "none"
        raise UsageError(
            what=f"--policy {given}", expected=phrase("--policy twice: today's policy, then the one to try")
        )
    opened, rules = Bank.open(bank), load_rulebook(rulebook)
    policies = tuple(load_policy(rules, name, at) for name in request.policies)
    currency, alert = one_currency(rules, policies, at), _alert(rules, at, request.alert)
    if request.out is not None:
        refuse_other(request.out)
    with _place(request.out) as place, show_progress("whatif", quiet=answer.as_json) as progress:
        runs = decide_both(opened, rules, policies, at, place, progress)
        found = compared(*runs, _attributes(opened, rules, policies[0], at))
        _keep(found, request.out)
    payload = _payload(found, runs, policies, request, {"at": str(at), "currency": currency, "alert": alert})
    answer.give(payload, _show)
    return 0


def _show(found: dict[str, Any], language: Language) -> None:
    from zhike.cli.whatif_told import show_whatif

    show_whatif(found, language)


def _alert(rules: Rulebook, at: dt.date, given: float | None) -> float:
    """Return the fall that is told of: the option's, else the house's."""
    return given if given is not None else float(rules.at(_ALERT, at).value)


@contextlib.contextmanager
def _place(out: Path | None) -> Iterator[Path]:
    """Give the folder in which both runs are kept, or one that is gone afterwards."""
    if out is not None:
        yield out
        return
    with tempfile.TemporaryDirectory(prefix="zhike-whatif-") as folder:
        yield Path(folder)


def _keep(found: WhatIf, out: Path | None) -> None:
    """Write every customer's change beside the two runs; a reader never meets half a file."""
    from zhike.adapters.whatif_runs import CHANGES_FILE

    if out is not None:
        part = out / f"{CHANGES_FILE}.part"
        found.customers.write_parquet(part, compression="zstd", statistics=False)
        part.replace(out / CHANGES_FILE)


def _attributes(bank: Bank, rules: Rulebook, policy: Policy, at: dt.date) -> pl.DataFrame:
    """Return what customers are grouped by, from the archive of the day as today's policy has it."""
    from zhike.core.decision_tables import DecisionTable
    from zhike.know.archive import archive, archive_rules
    from zhike.measure.group_changes import attributes_of

    rows = archive(bank.tables(), at, bank.manifest.timezone, archive_rules(rules, at, policy.risk_validity))
    return attributes_of(rows, DecisionTable.of(rules.at(_AGE_BAND, at))).collect(engine="streaming")


def _payload(
    found: WhatIf,
    runs: tuple[Run, Run],
    policies: tuple[Policy, ...],
    request: WhatIfRequest,
    head: Mapping[str, Any],
) -> dict[str, Any]:
    from zhike.core.units import DEFAULT_MINOR_UNITS
    from zhike.measure.group_changes import fallen
    from zhike.measure.list_changes import movers

    files = [dict(run.plan["files"]) for run in runs]
    units = runs[0].plan["minor_units"]
    today, tomorrow = (
        {"policy": policy.path, **figures, "files": hashes}
        for policy, figures, hashes in zip(policies, (found.today, found.tomorrow), files, strict=True)
    )
    return {
        **head, "decimals": units.get(head["currency"], DEFAULT_MINOR_UNITS),
        "identical": files[0] == files[1], "common_random_numbers": len({one.holdout.salt for one in policies}) == 1,
        "today": today, "tomorrow": tomorrow, "change": found.change, "scarce": found.scarce,
        "total": found.total, "classes": found.classes, "groups": found.groups,
        "alerts": fallen(found.groups, head["alert"]), "movers": movers(found.customers, request.movers),
        "out": None if request.out is None else str(request.out),
    }  # fmt: skip
