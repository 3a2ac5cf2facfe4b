"""`zhike batch` and `zhike deliver`: decide for many customers beside the calls, and send what waits."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - typer reads annotations when it runs
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from zhike.cli.console import chosen_language, emit_json, said, show_progress, show_table, write
from zhike.cli.options import AsJson, Lang, RulebookFolder  # noqa: TC001 - as above
from zhike.cli.stores import OPERATOR, DeliverersFile, StorePlace, acting_on
from zhike.core.errors import InputNotFoundError, InputUnreadableError, UsageError
from zhike.core.language import Text
from zhike.core.phrases import phrase
from zhike.core.service_errors import StateConflictError

if TYPE_CHECKING:
    from zhike.core.language import Language

__all__ = ["app", "deliver", "register"]

app = typer.Typer(
    no_args_is_help=True,
    help=said(
        "Decisions for many customers, beside the calls.",
        "在实时调用之外批量决定。",
        "在即時呼叫之外批次決定。",
    ),
)
_SUBMITTED: Final = Text("batch {job_id}: {customers:,} customers wait", "批次 {job_id}：{customers:,} 位客户待处理", "批次 {job_id}：{customers:,} 位客戶待處理")  # fmt: skip
_RUN: Final = Text(
    "decisions made: {decisions:,}; studies answered: {studies:,}", "已作出决定：{decisions:,}；已完成试算：{studies:,}",
    "已作出決定：{decisions:,}；已完成試算：{studies:,}",
)  # fmt: skip
_DELIVERED: Final = Text(
    "sent {sent:,}, put off {later:,}, to be tried again {retried:,}, failed {failed:,}, held back {blocked:,}",
    "已发送 {sent:,}，延后 {later:,}，待重试 {retried:,}，失败 {failed:,}，拦截 {blocked:,}",
    "已傳送 {sent:,}，延後 {later:,}，待重試 {retried:,}，失敗 {failed:,}，攔截 {blocked:,}",
)
_HEADS: Final = (
    Text("batch", "批次", "批次"), Text("state", "状态", "狀態"), Text("customers", "客户数", "客戶數"), Text("done", "已处理", "已處理"),
    Text("asked for", "申请时间", "申請時間"),
)  # fmt: skip
JobId = Annotated[
    str | None,
    typer.Argument(
        metavar="BATCH", help=said("Identifier; default: all.", "编号；默认全部。", "編號；預設全部。")
    ),
]


def register(to: typer.Typer) -> None:
    """Add the commands to the command line."""
    to.add_typer(app, name="batch")
    sent = said("Send what waits to leave the house, once.", "发送一轮待发消息。", "傳送一輪待發訊息。")
    to.command(
        "deliver", help=sent, epilog="Example: zhike deliver --store zhike.db --deliverers deliverers.yaml"
    )(deliver)


def deliver(
    store: StorePlace = None,
    deliverers: DeliverersFile = None,
    *,
    rulebook: RulebookFolder = None,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    """Send what is due, and print how many of each result."""
    from zhike.act.deliveries import deliver_due
    from zhike.adapters.delivery import deliverers_file, deliverers_of
    from zhike.adapters.rule_files import load_rulebook

    acting = acting_on(store, deliverers=deliverers)
    carriers = deliverers_of(deliverers_file(deliverers), acting.clock.now(), load_rulebook(rulebook))
    told = deliver_due(acting, carriers, OPERATOR)
    emit_json(told) if as_json else write(_DELIVERED.render(chosen_language(lang), **told))


@app.command(
    "submit",
    help=said("Ask for decisions for customers, or for all.", "为客户申请批量决定。", "為客戶申請批次決定。"),
    epilog="Example: zhike batch submit --all --direction outbound",
)
def submit(
    customers: Annotated[
        Path | None,
        typer.Option(
            "--customers",
            metavar="FILE",
            help=said("File with an identifier a line.", "每行一个编号的文件。", "每行一個編號的檔案。"),
        ),
    ] = None,
    direction: Annotated[
        str,
        typer.Option(
            "--direction",
            help=said(
                "outbound: counts as contacts; or inbound.",
                "outbound 计为银行主动联系；或 inbound。",
                "outbound 計為銀行主動聯絡；或 inbound。",
            ),
        ),
    ] = "outbound",
    store: StorePlace = None,
    *,
    everybody: Annotated[
        bool, typer.Option("--all", help=said("All customers.", "全部客户。", "全部客戶。"))
    ] = False,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    from zhike.act.batches import submit_batch

    if everybody == (customers is not None):
        raise UsageError(
            what=phrase("both or neither of --all and --customers"), expected=phrase("one of them")
        )
    names, acting = None if customers is None else _names(customers), acting_on(store)
    with acting.store.write() as tx:
        row = submit_batch(acting, tx, names, direction, OPERATOR)
    told = _body(row)
    emit_json(told) if as_json else write(
        _SUBMITTED.render(chosen_language(lang), job_id=told["job_id"], customers=told["result"]["customers"])
    )


@app.command(
    "run",
    help=said(
        "Work off the batches and studies that wait.", "执行待处理的批次与试算。", "執行待處理的批次與試算。"
    ),
    epilog="Example: zhike batch run --store zhike.db",
)
def run(
    store: StorePlace = None,
    deliverers: DeliverersFile = None,
    *,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    from zhike.act.batches import run_batches
    from zhike.act.decisions import DecisionDesk
    from zhike.act.studies import run_studies
    from zhike.adapters.base_studies import Studies
    from zhike.adapters.rule_files import load_rulebook
    from zhike.api.places import rulebook_place

    desk = DecisionDesk(acting_on(store, deliverers=deliverers))
    with show_progress("batch", quiet=as_json) as progress:
        made = run_batches(desk, progress=progress)
    told = run_studies(desk.acting, Studies(desk.acting, load_rulebook(rulebook_place())))
    if made is None or told is None:
        raise StateConflictError(
            what=phrase("another process at the batches"), expected=phrase("one at a time")
        )
    done = {"decisions": made, "studies": told}
    emit_json(done) if as_json else write(_RUN.render(chosen_language(lang), **done))


@app.command(
    "show",
    help=said("Show how far batches are.", "查看批次进度。", "檢視批次進度。"),
    epilog="Example: zhike batch show --json",
)
def show(job: JobId = None, store: StorePlace = None, *, as_json: AsJson = False, lang: Lang = None) -> None:
    from zhike.act.batches import batch, batches

    with acting_on(store).store.read() as tx:
        rows = batches(tx) if job is None else [batch(tx, job)]
    told = [_body(row) for row in rows]
    if as_json:
        emit_json(told)
    else:
        _table(told, chosen_language(lang))


def _table(told: list[dict[str, Any]], language: Language) -> None:
    heads = [head.in_language(language) for head in _HEADS]
    cells = [
        (one["job_id"], one["state"], one["result"]["customers"], one["result"]["done"], one["recorded_at"])
        for one in told
    ]
    show_table("", heads, cells)


def _names(file: Path) -> list[str]:
    if not file.is_file():
        raise InputNotFoundError(path=str(file))
    try:
        lines = file.read_text("utf-8-sig").splitlines()  # spreadsheets begin a text file with a mark
    except UnicodeDecodeError as problem:
        raise InputUnreadableError(
            path=file, what=phrase("byte {start} is no UTF-8", start=problem.start), expected=phrase("a text in UTF-8, an identifier a line"),
            advice=phrase("Save the file as UTF-8."),
        ) from problem  # fmt: skip
    return [name for line in lines if (name := line.strip())]


def _body(row: dict[str, Any]) -> dict[str, Any]:
    from zhike.api.rendering import batch_body

    return batch_body(row)
