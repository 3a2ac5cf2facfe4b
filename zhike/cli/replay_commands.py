"""`zhike replay-check` and `zhike replay`: decisions and history once more."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path  # noqa: TC003 - typer reads annotations when it runs
from typing import TYPE_CHECKING, Annotated

import typer

from zhike.cli.console import said
from zhike.cli.option_groups import Answer, option_groups
from zhike.cli.options import AsJson, BankFolder, Lang, PolicyName, RulebookFolder, day_of
from zhike.cli.stores import StorePlace  # noqa: TC001 - as above
from zhike.core.errors import UsageError
from zhike.core.phrases import phrase

if TYPE_CHECKING:
    import datetime as dt

__all__ = ["app"]

app = typer.Typer()


@app.command(
    "replay-check",
    help=said(
        "Prove stored decisions: decide again and compare every byte. With --store those of its log.",
        "证明已存决定：重新决定并逐字节比较；--store 指存储中的决定日志。",
        "證明已存決定：重新決定並逐位元組比較；--store 指儲存中的決定日誌。",
    ),
    epilog="Example: zhike replay-check decisions mybank",
)
def replay_check(
    folder: Annotated[
        Path | None,
        typer.Argument(metavar="DIR", help=said("Folder of decisions.", "决定文件夹。", "決定資料夾。")),
    ] = None,
    bank: Annotated[
        Path | None,
        typer.Argument(metavar="BANK", help=said("Bank folder.", "银行文件夹。", "銀行資料夾。")),
    ] = None,
    store: StorePlace = None,
    *,
    rulebook: RulebookFolder = None,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    from zhike.cli.decide import replay_check as run
    from zhike.cli.replay_log import replay_log

    if folder is None:
        raise typer.Exit(replay_log(store, as_json=as_json, lang=lang))
    if bank is None or store is not None:
        raise UsageError(
            what=phrase("a folder of decisions alone, or with --store"),
            expected=phrase("DIR and BANK, or --store"),
        )
    raise typer.Exit(run(folder, bank, rulebook, as_json=as_json, lang=lang))


@dataclass(frozen=True, slots=True)
class ReplayedDays:
    """Options: the days that are replayed."""

    dates: Annotated[
        Path | None,
        typer.Option(
            "--dates",
            help=said(
                "File of days, one a line, or a table with at and until.",
                "日期文件：每行一日，或含 at 与 until 的表。",
                "日期檔：每行一日，或含 at 與 until 的表。",
            ),
        ),
    ] = None
    first: Annotated[
        str | None, typer.Option("--from", metavar="DATE", help=said("First day.", "首日。", "首日。"))
    ] = None
    last: Annotated[
        str | None, typer.Option("--to", metavar="DATE", help=said("Last day.", "末日。", "末日。"))
    ] = None
    step: Annotated[
        int,
        typer.Option("--step", min=1, help=said("Days between windows.", "窗口间隔天数。", "視窗間隔天數。")),
    ] = 30
    split_set: Annotated[
        str,
        typer.Option(
            "--split-set", help=said("Published windows to use.", "采用的公开窗口。", "採用的公開視窗。")
        ),
    ] = "evaluation"

    def between(self) -> tuple[dt.date, dt.date, int] | None:
        """Return first day, last day and step; None where the days are told otherwise.

        Raises
        ------
        UsageError
        """
        if self.first is None:
            if self.last is None:
                return None
            raise UsageError(
                what=phrase("--to {last} without --from", last=self.last), expected=phrase("both, or --dates")
            )
        return day_of(self.first, "--from"), day_of(self.last or self.first, "--to"), self.step


@app.command(
    help=said(
        "Walk through history: learn, recommend, compare with what customers did.",
        "回放历史：学习、推荐，并与客户实际行为比较。",
        "回放歷史：學習、推薦，並與客戶實際行為比較。",
    ),
    epilog="Example: zhike replay mybank --from 2019-08-01 --to 2020-06-30 --step 30",
)
@option_groups
def replay(
    bank: BankFolder,
    days: ReplayedDays,
    methods: Annotated[
        str | None, typer.Option("--methods", help="popularity,conditional_knn,ease,blend,window_blend")
    ] = None,
    policy: PolicyName = None,
    *,
    rulebook: RulebookFolder = None,
    answer: Answer,
) -> None:
    from zhike.cli.replay import ReplayRequest
    from zhike.cli.replay import replay as run

    named = tuple(filter(None, (methods or "").split(",")))
    request = ReplayRequest(days.dates, days.between(), days.split_set, named, policy)
    raise typer.Exit(run(bank, request, rulebook, as_json=answer.as_json, lang=answer.lang))
