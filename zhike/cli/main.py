"""The command ``zhike``: parse, call one function, leave with a stable exit code.

Exit codes: 0 done; 1 a check found what it looks for; 2 the input or the call cannot be used, nothing was changed;
3 loaded, with rejects; 70 a fault of ours; 130 interrupted.
"""

from __future__ import annotations

import functools
import io
import os
import sys
from pathlib import Path
from typing import Annotated, Any, Final

import typer
import typer.main

from zhike import __version__
from zhike.cli.allocation_commands import app as allocation_app
from zhike.cli.audit import app as audit_app
from zhike.cli.audit_export import register as register_audit_export
from zhike.cli.batch import register as register_batch
from zhike.cli.complaint_figures import register as register_complaint_figures
from zhike.cli.complaint_forecast import register as register_complaint_forecast
from zhike.cli.complaints import app as complaints_app
from zhike.cli.console import said
from zhike.cli.deadline import register as register_deadline
from zhike.cli.keys import app as keys_app
from zhike.cli.lab import app as lab_app
from zhike.cli.measure import measure_app
from zhike.cli.misuse import misused, told
from zhike.cli.model_steps import register as register_model_steps
from zhike.cli.models import app as models_app
from zhike.cli.option_groups import option_groups
from zhike.cli.options import (
    AsJson,
    BankFolder,
    Day,
    DemoCustomers,
    DemoFolder,
    DemoHistory,
    DemoMonths,
    DemoSeed,
    Extract,
    Lang,
    MappingFile,
    PolicyName,
    RulebookFolder,
    Simulation,
    SourceKind,
    WarningsFile,
    day_of,
)
from zhike.cli.privacy import app as privacy_app
from zhike.cli.replay_commands import app as replay_app
from zhike.cli.rules import app as rules_app
from zhike.cli.serving import register as register_serving
from zhike.cli.spans import register as register_spans
from zhike.cli.surveys import app as surveys_app
from zhike.cli.surveys_export import register as register_surveys_export
from zhike.cli.triage import register as register_triage
from zhike.cli.value import register as register_value
from zhike.cli.warnings import register as register_warnings
from zhike.cli.whatif import register as register_whatif
from zhike.core.errors import InternalError, SystemFaultError, ZhikeError

__all__ = ["app", "main"]

_INTERRUPTED: Final = 130
_ONE_THREAD: Final = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS")

app = typer.Typer(
    name="zhike",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help=said(
        "Zhike 知客: decide, for every customer, what the bank should do next - and prove it.",
        "知客：为每位客户决定银行下一步该做什么，并给出证明。",
        "知客：為每位客戶決定銀行下一步該做什麼，並給出證明。",
    ),
)
app.add_typer(rules_app, name="rules")
app.add_typer(lab_app, name="lab")
app.add_typer(audit_app, name="audit")
app.add_typer(privacy_app, name="privacy")
app.add_typer(keys_app, name="keys")
app.add_typer(models_app, name="models")
app.add_typer(surveys_app, name="surveys")
app.add_typer(complaints_app, name="complaints")
app.add_typer(measure_app, name="measure")
app.add_typer(replay_app)
app.add_typer(allocation_app)
register_complaint_figures(complaints_app)
register_complaint_forecast(complaints_app)
register_surveys_export(surveys_app)

Out = Annotated[Path, typer.Option("--out", help=said("Folder to write.", "输出文件夹。", "輸出資料夾。"))]
Customer = Annotated[
    str, typer.Option("--customer", help=said("Customer's identifier.", "客户编号。", "客戶編號。"))
]


@app.callback(invoke_without_command=True)
def _version(
    *,
    version: Annotated[
        bool, typer.Option("--version", help=said("Print the version.", "显示版本。", "顯示版本。"))
    ] = False,
) -> None:
    if version:
        typer.echo(__version__)
        raise typer.Exit


@app.command(
    help=said(
        "Build a bank folder from an extract, or simulate a bank; loading twice changes nothing.",
        "由抽取文件建立银行文件夹，或模拟一家银行；重复加载不产生变化。",
        "由擷取檔建立銀行資料夾，或模擬一家銀行；重複載入不產生變化。",
    ),
    epilog="Example: zhike init mybank --from csv extract --mapping extract/mapping.yaml",
)
@option_groups
def init(
    bank: BankFolder,
    source: Extract = None,
    mapping: MappingFile = None,
    *,
    simulation: Simulation,
    source_kind: SourceKind,
    rulebook: RulebookFolder = None,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    from zhike.cli.init import init as run

    raise typer.Exit(
        run(bank, source_kind, source, mapping, rulebook, simulation, as_json=as_json, lang=lang)
    )


@app.command(
    help=said(
        "Print rejected rows with reason code, file and line.",
        "列出被拒行及其原因代码、文件和行号。",
        "列出被拒列及其原因代碼、檔案和行號。",
    ),
    epilog="Example: zhike rejects mybank --table customers --json",
)
def rejects(
    bank: BankFolder,
    table: Annotated[
        str | None, typer.Option("--table", help=said("Only this table.", "仅此表。", "僅此表。"))
    ] = None,
    corrections: Annotated[
        Path | None,
        typer.Option(
            "--fix",
            metavar="CSV",
            help=said(
                "Correct cells and load the rows: a CSV of table,source_file,line,column,value.",
                "更正单元格并重新加载：CSV，列为 table,source_file,line,column,value。",
                "更正儲存格並重新載入：CSV，欄位為 table,source_file,line,column,value。",
            ),
        ),
    ] = None,
    mapping: Annotated[
        Path | None,
        typer.Option(
            "--mapping",
            help=said(
                "Mapping with which the rows were loaded.",
                "加载这些行所用的映射。",
                "載入這些列所用的對應檔。",
            ),
        ),
    ] = None,
    *,
    rulebook: RulebookFolder = None,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    from zhike.cli.init import fix
    from zhike.cli.init import rejects as run

    if corrections is not None:
        raise typer.Exit(fix(bank, corrections, mapping, rulebook, as_json=as_json, lang=lang))
    raise typer.Exit(run(bank, table, as_json=as_json, lang=lang))


@app.command(
    help=said("Report the quality of a bank's data.", "报告银行数据质量。", "報告銀行資料品質。"),
    epilog="Example: zhike check mybank --at 2020-06-30 --look-ahead",
)
def check(
    bank: BankFolder,
    at: Annotated[
        str | None,
        typer.Option(
            "--at",
            metavar="DATE",
            help=said("Only what was known by this day.", "仅含当日已知的事实。", "僅含當日已知的事實。"),
        ),
    ] = None,
    *,
    look_ahead: Annotated[
        bool,
        typer.Option(
            "--look-ahead",
            help=said(
                "Prove that later facts change nothing (needs --at).",
                "证明日后事实不影响结果（需 --at）。",
                "證明日後事實不影響結果（需 --at）。",
            ),
        ),
    ] = False,
    strict: Annotated[
        bool,
        typer.Option(
            "--strict",
            help=said("Exit with 1 when there are errors.", "有错误时以 1 退出。", "有錯誤時以 1 結束。"),
        ),
    ] = False,
    rulebook: RulebookFolder = None,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    from zhike.cli.check import check as run

    day = None if at is None else day_of(at)
    raise typer.Exit(
        run(bank, day, rulebook, look_ahead=look_ahead, strict=strict, as_json=as_json, lang=lang)
    )


@app.command(
    help=said(
        "Print the contract tables, or one of them.", "列出约定表，或其中一张。", "列出約定表，或其中一張。"
    ),
    epilog="Example: zhike tables holdings",
)
def tables(
    name: Annotated[str | None, typer.Argument(help=said("Table.", "表名。", "表名。"))] = None,
    *,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    from zhike.cli.tables import tables as run

    raise typer.Exit(run(name, as_json=as_json, lang=lang))


@app.command(
    help=said(
        "Print every feature of the archive: source, unit, lag, meaning.",
        "列出档案的全部特征：来源、单位、时滞、含义。",
        "列出檔案的全部特徵：來源、單位、時滯、含義。",
    ),
    epilog="Example: zhike features --lang zh-Hans",
)
def features(*, as_json: AsJson = False, lang: Lang = None) -> None:
    from zhike.cli.archive import features as run

    raise typer.Exit(run(as_json=as_json, lang=lang))


@app.command(
    help=said(
        "Build the customer archive as known on a day.",
        "建立截至某日的客户档案。",
        "建立截至某日的客戶檔案。",
    ),
    epilog="Example: zhike archive mybank --at 2020-06-30 --out archive.parquet",
)
def archive(
    bank: BankFolder,
    at: Day,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            help=said(
                "Parquet or CSV file to write.", "输出的 Parquet 或 CSV 文件。", "輸出的 Parquet 或 CSV 檔。"
            ),
        ),
    ] = None,
    *,
    warnings: WarningsFile = None,
    rulebook: RulebookFolder = None,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    from zhike.cli.archive import archive as run

    raise typer.Exit(run(bank, day_of(at), out, rulebook, warnings=warnings, as_json=as_json, lang=lang))


@app.command(
    help=said("Show one customer's page.", "显示一位客户的页面。", "顯示一位客戶的頁面。"),
    epilog="Example: zhike show mybank --customer C000001 --at 2020-06-30 --lang zh-Hans",
)
def show(
    bank: BankFolder,
    customer: Customer,
    at: Day,
    decisions: Annotated[
        Path | None,
        typer.Option(
            "--decisions",
            help=said(
                "Folder of decisions: adds the customer's next actions.",
                "决定文件夹：附上该客户的下一步行动。",
                "決定資料夾：附上該客戶的下一步行動。",
            ),
        ),
    ] = None,
    *,
    rulebook: RulebookFolder = None,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    from zhike.cli.show import show as run

    raise typer.Exit(run(bank, customer, day_of(at), rulebook, decisions, as_json=as_json, lang=lang))


@app.command(
    help=said(
        "Decide for every customer; write decisions, candidates and the plan.",
        "为每位客户作出决定；写出决定、候选与计划。",
        "為每位客戶作出決定；寫出決定、候選與計畫。",
    ),
    epilog="Example: zhike decide mybank --at 2020-06-30 --out decisions",
)
def decide(
    bank: BankFolder,
    at: Day,
    out: Out,
    policy: PolicyName = None,
    *,
    rulebook: RulebookFolder = None,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    from zhike.cli.decide import decide as run

    raise typer.Exit(run(bank, day_of(at), out, policy, rulebook, as_json=as_json, lang=lang))


@app.command(
    help=said(
        "Explain a customer's decisions, why an action was not chosen, or the prices of what is scarce.",
        "解释客户的决定、某行动未被选中的原因，或稀缺资源的价格。",
        "解釋客戶的決定、某行動未被選中的原因，或稀缺資源的價格。",
    ),
    epilog="Example: zhike explain decisions --customer C000001 --action offer_fund:F012:app",
)
def explain(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help=said("Folder of decisions.", "决定文件夹。", "決定資料夾。"))
    ],
    customer: Annotated[
        str | None,
        typer.Option("--customer", help=said("Customer's identifier.", "客户编号。", "客戶編號。")),
    ] = None,
    action: Annotated[
        str | None,
        typer.Option(
            "--action",
            help=said("Action or product to explain.", "要解释的行动或产品。", "要解釋的行動或產品。"),
        ),
    ] = None,
    *,
    prices: Annotated[
        bool,
        typer.Option(
            "--prices",
            help=said(
                "What one more unit of everything scarce is worth, instead of a customer.",
                "改为显示各稀缺资源多一单位的价值。",
                "改為顯示各稀缺資源多一單位的價值。",
            ),
        ),
    ] = False,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    from zhike.cli.explain import about, explain_prices
    from zhike.cli.explain import explain as run

    named = about(customer, action, prices=prices)
    if named is None:
        raise typer.Exit(explain_prices(folder, as_json=as_json, lang=lang))
    raise typer.Exit(run(folder, named, action, as_json=as_json, lang=lang))


@app.command(
    help=said(
        "Simulate a bank, decide for it, explain three customers, play policies forward, and write a report.",
        "模拟一家银行，为其作出决定，解释三位客户，让各策略向前推演，并写出报告。",
        "模擬一家銀行，為其作出決定，解釋三位客戶，讓各策略向前推演，並寫出報告。",
    ),
    epilog="Example: zhike demo --customers 2000 --months 3 --lang zh-Hant",
)
def demo(
    out: DemoFolder = Path("demo"),
    customers: DemoCustomers = 20_000,
    seed: DemoSeed = 7,
    history: DemoHistory = 12,
    months: DemoMonths = 6,
    *,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    from zhike.cli.demo import Wanted
    from zhike.cli.demo import demo as run

    raise typer.Exit(run(out, Wanted(customers, seed, history, months), as_json=as_json, lang=lang))


register_whatif(app)
register_value(app)
register_triage(app)
register_spans(app)
register_serving(app)
register_warnings(app)
register_audit_export(audit_app)
register_model_steps(models_app)
register_batch(app)
register_deadline(app)


def main() -> None:
    """Run the command line and leave with its exit code."""
    _prepare_process()
    as_json = "--json" in sys.argv
    try:
        code = _command()(standalone_mode=False)
        sys.stdout.flush()
    except ZhikeError as error:
        code = told(error, as_json=as_json)
    except (typer.Abort, KeyboardInterrupt):
        code = _INTERRUPTED
    except BrokenPipeError:
        # The reader of the pipe has gone: nothing more to say, and no error of ours.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    except OSError as problem:
        code = told(SystemFaultError(what=problem), as_json=as_json)
    except Exception as problem:
        # typer brings its own click or uses the installed one: a refused call is known by its shape, not its class.
        if hasattr(problem, "format_message"):
            code = misused(problem, as_json=as_json)
        elif os.environ.get("ZHIKE_DEBUG"):
            raise
        else:
            code = told(InternalError(what=f"{type(problem).__name__}: {problem}"), as_json=as_json)
    sys.exit(code if isinstance(code, int) else 0)


@functools.cache
def _command() -> Any:  # noqa: ANN401 - of whichever click typer brings
    """Return what typer makes of all functions and their annotations, which takes longer than most commands."""
    return typer.main.get_command(app)


def _prepare_process() -> None:
    for name in _ONE_THREAD:
        os.environ.setdefault(name, "1")
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A terminal that has no Chinese shows codes instead of losing the whole answer.
            stream.reconfigure(errors="backslashreplace")


if __name__ == "__main__":
    main()
