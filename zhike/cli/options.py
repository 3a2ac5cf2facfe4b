"""Options that several commands share, and the reading of days."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated

import typer

from zhike.cli.console import said
from zhike.core.errors import UsageError
from zhike.core.language import LANGUAGES
from zhike.core.phrases import phrase

__all__ = [
    "AsJson",
    "BankFolder",
    "Day",
    "DemoCustomers",
    "DemoFolder",
    "DemoHistory",
    "DemoMonths",
    "DemoSeed",
    "Extract",
    "Lang",
    "MappingFile",
    "PolicyName",
    "RulebookFolder",
    "Simulation",
    "SourceKind",
    "WarningsFile",
    "check_day",
    "day_of",
]

BankFolder = Annotated[
    Path, typer.Argument(metavar="BANK", help=said("Bank folder.", "银行文件夹。", "銀行資料夾。"))
]
AsJson = Annotated[bool, typer.Option("--json", help=said("Print JSON.", "输出 JSON。", "輸出 JSON。"))]


def _spoken(name: str | None) -> str | None:
    """Refuse a language that Zhike does not speak before any work is done."""
    if name is not None and not name.lower().startswith(("en", "zh")):
        raise UsageError(what=f"--lang {name}", expected=", ".join(LANGUAGES))
    return name


Lang = Annotated[
    str | None,
    typer.Option("--lang", callback=_spoken, help=said("en, zh-Hans or zh-Hant; default: $ZHIKE_LANG, $LANG.",
                                     "en、zh-Hans 或 zh-Hant；默认取 $ZHIKE_LANG、$LANG。",
                                     "en、zh-Hans 或 zh-Hant；預設取 $ZHIKE_LANG、$LANG。")),
]  # fmt: skip
RulebookFolder = Annotated[
    Path | None,
    typer.Option("--rulebook", help=said("Folder of rule files; default: $ZHIKE_RULEBOOK, else the one shipped.",
                                         "规则文件夹；默认 $ZHIKE_RULEBOOK 或内置规则库。",
                                         "規則資料夾；預設 $ZHIKE_RULEBOOK 或內建規則庫。")),
]  # fmt: skip
Day = Annotated[
    str,
    typer.Option("--at", metavar="DATE", help=said("Day, such as 2020-06-30: what was known by its end.",
                                                   "日期，如 2020-06-30：当日结束时已知的事实。",
                                                   "日期，如 2020-06-30：當日結束時已知的事實。")),
]  # fmt: skip

Extract = Annotated[
    Path | None,
    typer.Argument(metavar="SRC", help=said("Folder of the extract; none with simulate.", "抽取文件夹；simulate 不需要。", "擷取資料夾；simulate 不需要。")),
]  # fmt: skip
SourceKind = Annotated[
    str, typer.Option("--from", metavar="KIND", help="far-trans | berka | csv | parquet | simulate")
]
MappingFile = Annotated[
    Path | None,
    typer.Option("--mapping", help=said("Mapping file; default: SRC/mapping.yaml.", "映射文件；默认 SRC/mapping.yaml。", "對應檔；預設 SRC/mapping.yaml。")),
]  # fmt: skip
SimulatedCustomers = Annotated[
    int | None,
    typer.Option("--customers", help=said("simulate: customers; default 20000.", "simulate：客户数，默认 20000。", "simulate：客戶數，預設 20000。")),
]  # fmt: skip
SimulatedMonths = Annotated[
    int | None,
    typer.Option("--months", help=said("simulate: months of history; default 24.", "simulate：历史月数，默认 24。", "simulate：歷史月數，預設 24。")),
]  # fmt: skip
SimulatedSeed = Annotated[
    int | None,
    typer.Option("--seed", help=said("simulate: seed of the dice; default 7.", "simulate：随机种子，默认 7。", "simulate：隨機種子，預設 7。")),
]  # fmt: skip
TruthFolder = Annotated[
    Path | None,
    typer.Option("--truth", help=said("simulate: folder of the sealed truth; default BANK.truth.",
                                      "simulate：封存真值的文件夹，默认 BANK.truth。", "simulate：封存真值的資料夾，預設 BANK.truth。")),
]  # fmt: skip
Messy = Annotated[
    bool,
    typer.Option("--messy", help=said("simulate: spoil rows as real extracts are spoilt.",
                                      "simulate：按真实数据的样子弄乱部分行。", "simulate：依真實資料的樣子弄亂部分列。")),
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Simulation:
    """Options: what is asked of a simulated bank; None stands for the default."""

    customers: SimulatedCustomers = None
    months: SimulatedMonths = None
    seed: SimulatedSeed = None
    truth: TruthFolder = None
    messy: Messy = False

    def given(self) -> list[str]:
        """Return the options that were given."""
        given = asdict(self).items()
        return [f"--{name}" for name, value in given if value is not None and value is not False]


PolicyName = Annotated[
    str | None,
    typer.Option("--policy", help=said("Policy of the rulebook or YAML file; default: the bank's own.",
                                       "规则库中的策略或 YAML 文件；默认使用该银行自己的策略。",
                                       "規則庫中的策略或 YAML 檔；預設使用該銀行自己的策略。")),
]  # fmt: skip
DemoFolder = Annotated[
    Path, typer.Option("--out", help=said("Folder to work in.", "工作文件夹。", "工作資料夾。"))
]
DemoCustomers = Annotated[
    int,
    typer.Option("--customers", min=10, help=said("Customers to simulate.", "模拟客户数。", "模擬客戶數。")),
]
DemoSeed = Annotated[
    int,
    typer.Option(
        "--seed", help=said("Seed of the simulated bank.", "模拟银行的随机种子。", "模擬銀行的隨機種子。")
    ),
]
DemoHistory = Annotated[
    int,
    typer.Option("--history", min=1, max=240, help=said("Months of history.", "历史月数。", "歷史月數。")),
]
DemoMonths = Annotated[
    int,
    typer.Option(
        "--months", min=1, help=said("Months to play forward.", "向前推演的月数。", "向前推演的月數。")
    ),
]
WarningsFile = Annotated[
    Path | None,
    typer.Option(
        "--warnings",
        metavar="FILE",
        help=said(
            "Early warnings to enter into the archive; see `zhike warnings`.",
            "写入档案的早期预警；参见 `zhike warnings`。",
            "寫入檔案的早期預警；參見 `zhike warnings`。",
        ),
    ),
]


def day_of(text: str, option: str = "--at") -> dt.date:
    """Return a day written in ISO form; anything else is a usage error.

    Examples
    --------
    >>> day_of("2020-06-30")
    datetime.date(2020, 6, 30)
    """
    try:
        return dt.date.fromisoformat(text)
    except ValueError as problem:
        raise UsageError(what=f"{option} {text!r}", expected=phrase("a day such as 2020-06-30")) from problem


def check_day(day: dt.date, zone: str, option: str = "--at") -> None:
    """Refuse a day to come where the bank is: what it will know then nobody can tell."""
    from zhike.adapters.clock import SystemClock
    from zhike.decide.contact_hours import local_day

    today = local_day(SystemClock().now(), zone)
    if day > today:
        raise UsageError(
            what=phrase("{option} {at}, a day to come", option=option, at=day),
            expected=phrase("a day up to today, {today}", today=today),
        )
