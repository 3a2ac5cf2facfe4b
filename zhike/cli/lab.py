"""`zhike lab`: play policies forward in a simulated bank, and compare them in several."""

from __future__ import annotations

import math
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from zhike.cli.console import chosen_language, emit_json, said, show_progress, show_table, write
from zhike.cli.options import AsJson, BankFolder, Lang, RulebookFolder  # noqa: TC001 - typer reads annotations when it runs
from zhike.core.errors import UsageError
from zhike.core.language import Text
from zhike.core.phrases import phrase

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from zhike.core.language import Language
    from zhike.lab.dividend import Dividend, Loss, Study
    from zhike.lab.intervals import Interval
    from zhike.lab.run import Run
    from zhike.lab.studying import Worlds

    Progress = Callable[[int, int], None]

__all__ = ["app", "run_study", "show_dividend", "show_played"]

_USUAL: Final = "standard,tiered,propensity,zhike,oracle"
_PROCESSES: Final = 2
_MOST_LOSSES: Final = 20

_LEVELS: Final = Text(
    "Per customer over {months} months, ± 95 % interval; {customers:,} customers, seed {seed}",
    "{months} 个月内每位客户，± 95% 区间；{customers:,} 位客户，种子 {seed}",
    "{months} 個月內每位客戶，± 95% 區間；{customers:,} 位客戶，種子 {seed}",
)
_POOLED_LEVELS: Final = Text(
    "Per customer over {months} months: mean of {seeds} seeds, ± 95 % interval",
    "{months} 个月内每位客户：{seeds} 个种子的均值，± 95% 区间",
    "{months} 個月內每位客戶：{seeds} 個種子的平均，± 95% 區間",
)
_DIFFERENCES: Final = Text(
    "The personalisation dividend: difference to the same offer to all (standard)",
    "个性化红利：与统一营销（standard）之差",
    "個人化紅利：與統一行銷（standard）之差",
)
_MEASURE, _UNIT, _POLICY = (
    Text("measure", "指标", "指標"),
    Text("unit", "单位", "單位"),
    Text("policy", "策略", "策略"),
)
_REGRET: Final = Text(
    "Regret: what each policy leaves to the oracle, bank and customers together",
    "遗憾值：各策略与先知的差距（银行与客户合计）",
    "遺憾值：各策略與先知的差距（銀行與客戶合計）",
)
_REGRET_YUAN: Final = Text("yuan / customer", "元 / 客户", "元 / 客戶")
_REGRET_SHARE: Final = Text("share of the oracle's gain", "占先知增益的比例", "占先知增益的比例")
_GAPS: Final = Text(
    "Fairness: best less worst group",
    "公平性：最好组与最差组之差",
    "公平性：最好組與最差組之差",
)
_GROUP: Final = Text("group", "分组", "分組")
_LOSES: Final = Text(
    "Where personalisation loses ({lost} of {compared} differences; about {chance:.0f} by chance alone)",
    "个性化的劣势（{compared} 项比较中 {lost} 项；其中约 {chance:.0f} 项纯属偶然）",
    "個人化的劣勢（{compared} 項比較中 {lost} 項；其中約 {chance:.0f} 項純屬偶然）",
)
_POOLED_LOSES: Final = Text(
    "Where personalisation loses on the mean over seeds",
    "各种子均值上个性化的劣势",
    "各種子平均上個人化的劣勢",
)
_NO_LOSS: Final = Text("No loss beyond chance was found.", "未发现超出偶然的劣势。", "未發現超出偶然的劣勢。")
_AGAINST, _WHERE = Text("against", "对比策略", "對比策略"), Text("customers", "客户", "客戶")
_ALL: Final = Text("all", "全部", "全部")
_DIFFERENCE: Final = Text("difference", "差值", "差值")
_MORE: Final = Text(
    "... and {count} more (see --json)", "……另有 {count} 项（见 --json）", "……另有 {count} 項（見 --json）"
)
_BY_SEED: Final = Text(
    "zhike less standard, by seed", "各种子下 zhike 减 standard", "各種子下 zhike 減 standard"
)
_SEED, _TOGETHER = Text("seed", "种子", "種子"), Text("together", "合计", "合計")
_WRITTEN: Final = Text("Written to {out}.", "已写入 {out}。", "已寫入 {out}。")

_CHANCE: Final = 0.025

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    help=said(
        "Play policies in a simulated bank whose truth is known.",
        "在真值已知的模拟银行中推演各种策略。",
        "在真值已知的模擬銀行中推演各種策略。",
    ),
)

Policies = Annotated[
    str,
    typer.Option("--policies", metavar="NAMES", help=said(
        "nothing, standard, tiered, propensity, zhike, informed, oracle; standard is always played.",
        "nothing、standard、tiered、propensity、zhike、informed、oracle；standard 总会参与。",
        "nothing、standard、tiered、propensity、zhike、informed、oracle；standard 總會參與。")),
]  # fmt: skip
Months = Annotated[
    int, typer.Option("--months", min=1, help=said("Months to play.", "推演月数。", "推演月數。"))
]
Results = Annotated[
    Path | None,
    typer.Option("--out", help=said("Folder for results.json and results.parquet.",
                                    "写入 results.json 与 results.parquet 的文件夹。",
                                    "寫入 results.json 與 results.parquet 的資料夾。")),
]  # fmt: skip


@app.command(
    "run",
    help=said(
        "Play policies forward in the same world and print the personalisation dividend.",
        "让各策略在同一世界中向前推演，并给出个性化红利。",
        "讓各策略在同一世界中向前推演，並給出個人化紅利。",
    ),
    epilog="Example: zhike lab run mybank --policies standard,tiered,propensity,zhike,oracle --months 6",
)
def _run(  # noqa: PLR0913 - one parameter an option
    bank: BankFolder,
    policies: Policies = _USUAL,
    months: Months = 6,
    policy: Annotated[
        str | None,
        typer.Option("--policy", metavar="FILE", help=said(
            "What zhike follows: a YAML file, or a policy of the rulebook; default: policies.retail_cn. Models that it names are those of BANK/models.",
            "zhike 所依策略：YAML 文件或规则库中的策略；默认 policies.retail_cn。其引用的模型取自 BANK/models。",
            "zhike 所依策略：YAML 檔或規則庫中的策略；預設 policies.retail_cn。其引用的模型取自 BANK/models。")),
    ] = None,
    truth: Annotated[
        Path | None,
        typer.Option("--truth", help=said("Folder of the sealed truth; default: BANK.truth.",
                                          "封存真值的文件夹；默认 BANK.truth。",
                                          "封存真值的資料夾；預設 BANK.truth。")),
    ] = None,
    out: Results = None,
    *,
    rulebook: RulebookFolder = None,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:  # fmt: skip
    names = _names(policies)
    from zhike.lab.run import runs

    def played(progress: Progress) -> Run:
        return runs([(bank, truth)], names, months, rulebook, _PROCESSES, progress, followed=policy)[0]

    raise typer.Exit(show_played(played, out, as_json=as_json, lang=lang))


@app.command(
    "study",
    help=said(
        "Build a world for each seed, play the policies in each, and pool the dividends.",
        "为每个种子建立一个世界，逐一推演各策略并汇总红利。",
        "為每個種子建立一個世界，逐一推演各策略並彙總紅利。",
    ),
    epilog="Example: zhike lab study --customers 20000 --history 24 --months 6 --seeds 1,2,3,4,5",
)
def _study(  # noqa: PLR0913 - one parameter an option
    customers: Annotated[
        int,
        typer.Option("--customers", min=10, help=said("Customers of each world.", "每个世界的客户数。", "每個世界的客戶數。")),
    ] = 20_000,
    history: Annotated[
        int, typer.Option("--history", min=1, help=said("Months of history.", "历史月数。", "歷史月數。"))
    ] = 24,
    months: Months = 6,
    seeds: Annotated[
        str, typer.Option("--seeds", help=said("Seeds of the worlds.", "各世界的种子。", "各世界的種子。"))
    ] = "1,2,3,4,5",
    policies: Policies = _USUAL,
    out: Results = None,
    *,
    rulebook: RulebookFolder = None,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:  # fmt: skip
    from zhike.lab.studying import Worlds

    worlds = Worlds(customers, history, months, _numbers(seeds), _names(policies))
    raise typer.Exit(run_study(worlds, out, rulebook, as_json=as_json, lang=lang))


@app.command(
    "journeys",
    help=said(
        "Play journeys and businesses of a made-up bank: answers and logs of events to measure.",
        "推演虚构银行的客户旅程与业务：生成可供测量的答卷与事件日志。",
        "推演虛構銀行的客戶旅程與業務：產生可供測量的問卷作答與事件日誌。",
    ),
    epilog="Example: zhike lab journeys played --persons 2000 --seed 1",
)
def _journeys(
    out: Annotated[Path, typer.Argument(metavar="OUT", help=said("New folder to write.", "要写入的新文件夹。", "要寫入的新資料夾。"))],
    persons: Annotated[
        int, typer.Option("--persons", min=1, max=1_000_000, help=said("Persons on each journey.", "每条旅程的人数。", "每條旅程的人數。"))
    ] = 2000,
    months: Annotated[
        int, typer.Option("--months", min=1, max=120, help=said("Months of businesses.", "业务日志月数。", "業務日誌月數。"))
    ] = 12,
    seed: Annotated[int, typer.Option("--seed", min=0, help=said("Seed of the world.", "世界的种子。", "世界的種子。"))] = 1,
    *,
    rulebook: RulebookFolder = None,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:  # fmt: skip
    from zhike.cli.lab_journeys import write_journeys

    write_journeys(out, persons, months, seed, rulebook, as_json=as_json, language=chosen_language(lang))


@app.command(
    "complaints",
    help=said(
        "Play a year of the complaint desk in a real ledger: dates kept and missed, warnings, the handlers it takes. Exit code 1 where a legal date was missed.",
        "在真实账本中推演投诉处理的一年：按时与逾期、预警、所需人手。有法定期限逾期时以 1 退出。",
        "在真實帳本中推演申訴處理的一年：按時與逾期、預警、所需人手。有法定期限逾期時以 1 結束。",
    ),
    epilog="Example: zhike lab complaints --cases 2000 --handlers 6 --out year",
)
def _complaints(  # noqa: PLR0913 - one parameter an option
    out: Annotated[str, typer.Option("--out", metavar="STORE", help=said("New folder, database file (.db), or postgresql://...", "新文件夹、数据库文件（.db）或 postgresql://…", "新資料夾、資料庫檔（.db）或 postgresql://…"))],
    cases: Annotated[int, typer.Option("--cases", metavar="N", help=said("Complaints.", "投诉件数。", "申訴件數。"))] = 2000,
    days: Annotated[int, typer.Option("--days", metavar="N", help=said("Calendar days over which they come in.", "受理的日历天数。", "受理的日曆天數。"))] = 365,
    handlers: Annotated[
        int | None,
        typer.Option("--handlers", metavar="N", help=said("Handlers on the staff; default: a tenth more than the fewest with whom any order of work keeps every date.", "在编处理人员；默认比任何排序下不逾期的最少人数多一成。", "在編處理人員；預設比任何排序下不逾期的最少人數多一成。")),
    ] = None,
    seed: Annotated[int, typer.Option("--seed", min=0, help=said("Seed of the world.", "世界的种子。", "世界的種子。"))] = 7,
    *,
    heed: Annotated[
        bool, typer.Option("--heed", help=said("Give the desk the handlers that its forecast asks for, five working days after it warns.", "预警五个工作日后，按预测增配人手。", "預警五個工作日後，依預測增配人手。"))
    ] = False,
    resume: Annotated[
        bool, typer.Option("--resume", help=said("Go on with a year that was broken off.", "继续中断的推演。", "繼續中斷的推演。"))
    ] = False,
    rulebook: RulebookFolder = None,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:  # fmt: skip
    from zhike.cli.lab_complaints import play
    from zhike.lab.complaint_year import YearOrder

    order = YearOrder(cases, days, handlers, seed, heed)
    raise typer.Exit(
        play(out, order, rulebook, resume=resume, as_json=as_json, language=chosen_language(lang))
    )


def show_played(play: Callable[[Progress], Run], out: Path | None, *, as_json: bool, lang: str | None) -> int:
    """Play policies on one bank and print how they compare; return the exit code."""
    from zhike.lab.dividend import dividend, to_json
    from zhike.lab.results import refuse_foreign, write_results

    if out is not None:
        refuse_foreign(out)
    with show_progress("lab", quiet=as_json) as progress:
        played = play(progress)
    found = dividend(played)
    if out is not None:
        write_results(out, found, [played])
    if as_json:
        emit_json(to_json(found))
    else:
        show_dividend(found, chosen_language(lang))
        _show_written(out, chosen_language(lang))
    return 0


def run_study(
    worlds: Worlds, out: Path | None, rulebook: Path | None, *, as_json: bool, lang: str | None
) -> int:
    """Build, play and compare one world a seed; print each and the pooled figures; return the exit code."""
    from zhike.lab.dividend import to_json
    from zhike.lab.results import refuse_foreign, write_results
    from zhike.lab.studying import study

    if out is not None:
        refuse_foreign(out)
    with (
        tempfile.TemporaryDirectory(prefix="zhike-study-") as folder,
        show_progress("study", quiet=as_json) as progress,
    ):
        found, runs = study(Path(folder), worlds, rulebook, _PROCESSES, progress)
    if out is not None:
        write_results(out, found, runs)
    if as_json:
        emit_json(to_json(found))
    else:
        _show_study(found, worlds.months, chosen_language(lang))
        _show_written(out, chosen_language(lang))
    return 0


def show_dividend(found: Dividend, language: Language) -> None:
    """Print levels, differences to the reference, regret, fairness and losses of one run."""
    title = _LEVELS.render(language, months=found.months, customers=found.customers, seed=found.seed)
    _show_figures(title, found.figures, language)
    _show_figures(_DIFFERENCES.in_language(language), found.less_reference, language)
    _show_regret(found.regret, found.regret_share, language)
    _show_gaps(found, language)
    title = _LOSES.render(
        language, lost=len(found.losses), compared=found.compared, chance=_CHANCE * found.compared
    )
    _show_losses(title, found.losses, language)


def _show_study(found: Study, months: int, language: Language) -> None:
    from zhike.lab.dividend import PERSONAL

    shown = ("bank_value", "customer_benefit", "total")
    rows = [
        [one.seed, *(_told(one.less_reference[PERSONAL][name]) for name in shown)]
        for one in found.each
        if PERSONAL in one.less_reference
    ]
    if rows:
        rows.append(
            [
                _TOGETHER.in_language(language),
                *(_told(found.less_reference[PERSONAL][name]) for name in shown),
            ]
        )
        show_table(
            _BY_SEED.in_language(language), [_SEED.in_language(language), *_titles(shown, language)], rows
        )
        write()
    title = _POOLED_LEVELS.render(language, months=months, seeds=len(found.seeds))
    _show_figures(title, found.figures, language)
    _show_figures(_DIFFERENCES.in_language(language), found.less_reference, language)
    _show_regret(found.regret, {}, language)
    _show_losses(_POOLED_LOSES.in_language(language), found.losses, language)


def _show_figures(title: str, figures: Mapping[str, Mapping[str, Interval]], language: Language) -> None:
    from zhike.lab.measures import MEASURES

    rows = [
        [
            measure.title.in_language(language),
            measure.unit,
            *(_told(figures[policy][name], name) for policy in figures),
        ]
        for name, measure in MEASURES.items()
    ]
    show_table(title, [_MEASURE.in_language(language), _UNIT.in_language(language), *figures], rows)
    write()


def _show_regret(regret: Mapping[str, Interval], share: Mapping[str, float], language: Language) -> None:
    if not regret:
        return
    heads = [text.in_language(language) for text in (_POLICY, _REGRET_YUAN, _REGRET_SHARE)][
        : 3 if share else 2
    ]
    rows = [
        [policy, _told(lost), *([f"{share[policy]:.0%}"] if share else [])] for policy, lost in regret.items()
    ]
    show_table(_REGRET.in_language(language), heads, rows)
    write()


def _show_gaps(found: Dividend, language: Language) -> None:
    shown = ("served", "customer_benefit")
    rows = [
        [group, title, *(f"{found.gaps[policy][group][name]:.2f}" for policy in found.gaps)]
        for group in next(iter(found.gaps.values()), {})
        for name, title in zip(shown, _titles(shown, language), strict=True)
    ]
    if rows:
        heads = [_GROUP.in_language(language), _MEASURE.in_language(language), *found.gaps]
        show_table(_GAPS.in_language(language), heads, rows)
        write()


def _show_losses(title: str, losses: Sequence[Loss], language: Language) -> None:
    if not losses:
        write(_NO_LOSS.in_language(language))
        return
    rows = [
        [
            f"{loss.group}: {loss.level}" if loss.group else _ALL.in_language(language),
            *_titles([loss.measure], language), loss.against, _told(loss.difference, loss.measure),
        ]
        for loss in losses[:_MOST_LOSSES]
    ]  # fmt: skip
    show_table(
        title, [text.in_language(language) for text in (_WHERE, _MEASURE, _AGAINST, _DIFFERENCE)], rows
    )
    if len(losses) > _MOST_LOSSES:
        write(_MORE.render(language, count=len(losses) - _MOST_LOSSES))


def _show_written(out: Path | None, language: Language) -> None:
    if out is not None:
        write(_WRITTEN.render(language, out=out))


def _titles(names: Sequence[str], language: Language) -> list[str]:
    from zhike.lab.measures import MEASURES

    return [MEASURES[name].title.in_language(language) for name in names]


def _told(interval: Interval, measure: str = "total") -> str:
    from zhike.lab.measures import MEASURES

    places = MEASURES[measure].decimals
    half = (interval.high - interval.low) / 2
    return f"{interval.value:.{places}f}" + ("" if math.isnan(half) else f" ± {half:.{places}f}")


def _names(text: str) -> tuple[str, ...]:
    return tuple(filter(None, (name.strip() for name in text.split(","))))


def _numbers(text: str) -> tuple[int, ...]:
    try:
        seeds = tuple(int(part) for part in text.split(","))
    except ValueError as problem:
        raise UsageError(
            what=f"--seeds {text!r}", expected=phrase("whole numbers such as 1,2,3")
        ) from problem
    if len(set(seeds)) < len(seeds):
        raise UsageError(what=f"--seeds {text!r}", expected=phrase("each seed once"))
    return seeds
