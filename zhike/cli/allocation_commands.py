"""`zhike allocate`, `verify` and `pace`: problems of scarce service as files, apart from any bank."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from zhike.cli.console import said
from zhike.cli.options import AsJson, Lang  # noqa: TC001 - typer reads annotations when it runs

__all__ = ["app"]

app = typer.Typer()

ProblemFile = Annotated[
    Path,
    typer.Argument(
        metavar="PROBLEM",
        help=said("Problem: .npz file or folder.", "问题：.npz 文件或文件夹。", "問題：.npz 檔或資料夾。"),
    ),
]


@app.command(
    help=said(
        "Allocate what is scarce over all customers at once: the best plan for a problem file, with its certificate.",
        "在全部客户之间统一分配稀缺资源：求问题文件的最优计划及其证书。",
        "在全部客戶之間統一分配稀缺資源：求問題檔的最佳計畫及其證書。",
    ),
    epilog="Example: zhike allocate problem.npz --out plan.npz",
)
def allocate(
    problem: ProblemFile,
    out: Annotated[Path, typer.Option("--out", metavar="PLAN", help=said("Plan to write: .npz file.", "要写入的计划：.npz 文件。", "要寫入的計畫：.npz 檔。"))],
    seed: Annotated[int, typer.Option("--seed", min=0, help=said("Seed of the samples.", "抽样的随机种子。", "抽樣的隨機種子。"))] = 0,
    gap: Annotated[float, typer.Option("--gap", help=said("Gap at which nothing more is tried.", "达到该差距后不再改进。", "達到該差距後不再改進。"))] = 1e-5,
    threads: Annotated[int, typer.Option("--threads", help=said("Threads for passes over everybody.", "遍历全部客户时的线程数。", "走訪全部客戶時的執行緒數。"))] = 1,
    *,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:  # fmt: skip
    from zhike.cli.allocate import allocate as run

    raise typer.Exit(run(problem, out, seed=seed, gap=gap, threads=threads, as_json=as_json, lang=lang))


@app.command(
    help=said(
        "Prove a plan: compute its value, its bound and every limit anew from the problem.",
        "核验计划：由问题重新计算其价值、上界与每项限额。",
        "核驗計畫：由問題重新計算其價值、上界與每項限額。",
    ),
    epilog="Example: zhike verify problem.npz plan.npz",
)
def verify(
    problem: ProblemFile,
    plan: Annotated[
        Path,
        typer.Argument(metavar="PLAN", help=said("Plan: .npz file.", "计划：.npz 文件。", "計畫：.npz 檔。")),
    ],
    *,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    from zhike.cli.verify import verify as run

    raise typer.Exit(run(problem, plan, as_json=as_json, lang=lang))


@app.command(
    help=said(
        "Play a day of arriving customers: prices that stay against prices kept up with the day, beside the best plan made with hindsight.",
        "模拟客户逐一到来的一天：固定价格与随时调价，并与事后最优计划比较。",
        "模擬客戶逐一到來的一天：固定價格與隨時調價，並與事後最佳計畫比較。",
    ),
    epilog="Example: zhike pace problem.npz --order drifting --seed 1",
)
def pace(
    problem: ProblemFile,
    forecast: Annotated[float, typer.Option("--forecast", help=said("Share of the customers who are the forecast; the others come.", "用于预测的客户比例；其余客户到来。", "用於預測的客戶比例；其餘客戶到來。"))] = 0.1,
    order: Annotated[str, typer.Option("--order", help=said("Order of arrival: shuffled or drifting (rich ones and the largest segment first).", "到来顺序：shuffled 随机，drifting 富裕客户与最大客群在先。", "到來順序：shuffled 隨機，drifting 富裕客戶與最大客群在先。"))] = "shuffled",
    seed: Annotated[int, typer.Option("--seed", min=0, help=said("Seed of forecast, order and samples.", "预测、顺序与抽样的随机种子。", "預測、順序與抽樣的隨機種子。"))] = 0,
    *,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:  # fmt: skip
    from zhike.cli.pace import pace as run

    raise typer.Exit(run(problem, forecast=forecast, order=order, seed=seed, as_json=as_json, lang=lang))
