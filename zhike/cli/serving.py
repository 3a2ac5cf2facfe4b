"""`zhike publish`, `serve`, `api`, `staff`: decisions in real time, and who may ask for them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from zhike.cli.console import chosen_language, emit_json, said, show_progress, write
from zhike.cli.options import AsJson, BankFolder, Day, Lang, PolicyName, RulebookFolder, day_of
from zhike.core.errors import UsageError
from zhike.core.language import Text

if TYPE_CHECKING:
    from zhike.act.acting import Acting
    from zhike.adapters.store.engine import LedgerStore

__all__ = ["OPERATOR", "DeliverersFile", "StorePlace", "acting_on", "register", "store_on"]

_DAY: Final = 86_400_000_000
_PUBLISHED: Final = Text(
    "publication {publication}: {customers} customers, {actions} actions, policy {policy}, as of {at}",
    "发布 {publication}：{customers} 位客户，{actions} 个行动，策略 {policy}，截至 {at}",
    "發布 {publication}：{customers} 位客戶，{actions} 個行動，策略 {policy}，截至 {at}",
)
_SERVING: Final = Text("serving on http://{host}:{port}/v1/health", "服务地址 http://{host}:{port}/v1/health", "服務位址 http://{host}:{port}/v1/health")  # fmt: skip
_TOKEN: Final = Text("token of {staff}, shown this once: {token}", "{staff} 的令牌，仅显示一次：{token}", "{staff} 的權杖，僅顯示一次：{token}")  # fmt: skip
_ADDED: Final = Text("added {staff}: {roles}", "已添加 {staff}：{roles}", "已新增 {staff}：{roles}")
_REVOKED: Final = Text("the token is withdrawn", "令牌已撤销", "權杖已撤銷")
OPERATOR: Final = "operator"
"""Who acts from the command line: whoever has the store and its keys at hand."""

StorePlace = Annotated[
    str | None,
    typer.Option("--store", metavar="STORE", help=said("Database file, or postgresql://...; default: $ZHIKE_STORE, else zhike.db.",
                                                       "数据库文件或 postgresql://…；默认 $ZHIKE_STORE，否则 zhike.db。",
                                                       "資料庫檔或 postgresql://…；預設 $ZHIKE_STORE，否則 zhike.db。")),
]  # fmt: skip
DeliverersFile = Annotated[
    Path | None,
    typer.Option("--deliverers", metavar="FILE", help=said("Which channel uses which deliverer, YAML or TOML; default: $ZHIKE_DELIVERERS.",
                                                           "各渠道的送达方式（YAML 或 TOML）；默认 $ZHIKE_DELIVERERS。",
                                                           "各通路的送達方式（YAML 或 TOML）；預設 $ZHIKE_DELIVERERS。")),
]  # fmt: skip
staff = typer.Typer(
    name="staff",
    no_args_is_help=True,
    help=said(
        "Who may act: members of staff and machines.", "谁可以操作：员工与系统。", "誰可以操作：員工與系統。"
    ),
)
StaffName = Annotated[str, typer.Argument(metavar="STAFF", help=said("Identifier.", "编号。", "編號。"))]


def store_on(store: str | None, *, create: bool = False) -> LedgerStore:
    """Return the store that is named, opened.

    Raises
    ------
    StoreNotFoundError
        When there is none and none is to be made.
    """
    from zhike.adapters.store.engine import open_store
    from zhike.api.places import store_place

    return open_store(store_place(store), create=create)


def acting_on(store: str | None, *, create: bool = False, deliverers: Path | None = None) -> Acting:
    """Return what acting on a store needs, what is decided going to the channels of a file of deliverers; see `store_on`."""
    from zhike.api.places import acting_over

    return acting_over(store_on(store, create=create), deliverers)


def register(app: typer.Typer) -> None:
    """Add the commands to the command line."""
    published = said(
        "Publish a bank's archive into a store, for decisions in real time.",
        "将银行档案发布到存储，供实时决策。",
        "將銀行檔案發布到儲存，供即時決策。",
    )
    served = said("Serve decisions over HTTP.", "通过 HTTP 提供决策。", "透過 HTTP 提供決策。")
    asked = said(
        "Answer one request without a server.", "无需服务器，答复一个请求。", "無需伺服器，答覆一個請求。"
    )
    example = "Example: zhike publish mybank --at 2026-04-30 --store zhike.db"
    app.command("publish", help=published, epilog=example)(_publish)
    example = "Example: zhike serve --store zhike.db --workers 2"
    app.command("serve", help=served, epilog=example)(_serve)
    example = "Example: zhike api --get /v1/health --store zhike.db"
    app.command("api", help=asked, epilog=example)(_api)
    app.add_typer(staff, name="staff")


def _publish(
    bank: BankFolder,
    at: Day,
    store: StorePlace = None,
    policy: PolicyName = None,
    *,
    rulebook: RulebookFolder = None,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    from zhike.adapters.bank import Bank
    from zhike.adapters.policy_files import load_policy
    from zhike.adapters.publishing import publish_bank
    from zhike.adapters.rule_files import load_rulebook

    day, opened, rules = day_of(at), Bank.open(bank), load_rulebook(rulebook)
    chosen = load_policy(rules, policy, day, opened.manifest.policy)
    with show_progress("publish", quiet=as_json) as progress:
        told = publish_bank(acting_on(store, create=True), opened, rules, chosen, day, OPERATOR, progress)
    emit_json(told) if as_json else write(_PUBLISHED.render(chosen_language(lang), **told))


def _serve(
    store: StorePlace = None,
    host: Annotated[str, typer.Option("--host", help=said("Address.", "地址。", "位址。"))] = "127.0.0.1",
    port: Annotated[
        int, typer.Option("--port", min=1, max=65535, help=said("Port.", "端口。", "連接埠。"))
    ] = 8200,
    workers: Annotated[
        int, typer.Option("--workers", min=1, help=said("Processes.", "进程数。", "程序數。"))
    ] = 1,
    *,
    deliverers: DeliverersFile = None,
    rulebook: RulebookFolder = None,
    lang: Lang = None,
) -> None:
    from zhike.api.places import store_place
    from zhike.api.server import serve

    acting_on(store, create=True, deliverers=deliverers)
    write(_SERVING.render(chosen_language(lang), host=host, port=port))
    serve(store_place(store), rulebook, deliverers, host=host, port=port, workers=workers)


def _api(  # noqa: PLR0913 - one parameter an option
    get: Annotated[
        str | None,
        typer.Option("--get", metavar="PATH", help=said("Path to read.", "读取的路径。", "讀取的路徑。")),
    ] = None,
    post: Annotated[
        str | None,
        typer.Option("--post", metavar="PATH", help=said("Path to post to.", "提交的路径。", "提交的路徑。")),
    ] = None,
    put: Annotated[
        str | None,
        typer.Option("--put", metavar="PATH", help=said("Path to put to.", "写入的路径。", "寫入的路徑。")),
    ] = None,
    data: Annotated[
        str, typer.Option("--data", help=said("Body, as JSON.", "请求体（JSON）。", "請求主體（JSON）。"))
    ] = "",
    asked_by: Annotated[
        str | None,
        typer.Option(
            "--as", metavar="STAFF", help=said("As whom to ask.", "以谁的身份请求。", "以誰的身分請求。")
        ),
    ] = None,
    purpose: Annotated[
        str, typer.Option("--purpose", help=said("Purpose of access.", "访问目的。", "存取目的。"))
    ] = "service",
    store: StorePlace = None,
    *,
    rulebook: RulebookFolder = None,
    lang: Lang = None,
) -> None:
    from zhike.adapters.rule_files import load_rulebook
    from zhike.api.app import create_app
    from zhike.api.local import answered
    from zhike.api.service import service_of

    asked = [
        (method, path) for method, path in (("GET", get), ("POST", post), ("PUT", put)) if path is not None
    ]
    if len(asked) != 1:
        raise UsageError(what=f"{len(asked)} paths", expected="one of --get, --post and --put")
    from zhike.api.places import acting_over

    opened = store_on(store)
    acting = acting_over(opened)
    service = service_of(
        acting.store, load_rulebook(rulebook), routes=acting.routes, private_key=opened.keys.audit_seed
    )
    app = create_app(service)
    headers = {
        "content-type": "application/json",
        "x-purpose": purpose,
        "accept-language": chosen_language(lang),
    }
    answer = answered(app, *asked[0], data.encode(), asked_by, headers)
    write(answer.body.decode().rstrip("\n"))
    raise typer.Exit(0 if answer.status < 400 else 1)  # noqa: PLR2004 - where HTTP's errors begin


@staff.command(
    "add",
    help=said("Add a member of staff or a machine.", "添加员工或系统。", "新增員工或系統。"),
    epilog="Example: zhike staff add app-server --role integration",
)
def _add(
    name: StaffName,
    role: Annotated[
        list[str] | None,
        typer.Option(
            "--role",
            help=said(
                "Role of access.roles; several allowed.",
                "access.roles 中的角色，可多个。",
                "access.roles 中的角色，可多個。",
            ),
        ),
    ] = None,
    branch: Annotated[str | None, typer.Option("--branch", help=said("Branch.", "网点。", "分行。"))] = None,
    store: StorePlace = None,
    *,
    rulebook: RulebookFolder = None,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    from zhike.act.staff import add_staff
    from zhike.adapters.rule_files import load_rulebook
    from zhike.govern.roles import ROLES

    known = load_rulebook(rulebook).entry(ROLES).versions[-1].head["roles"]
    acting = acting_on(store, create=True)
    add_staff(acting, name, role or [], known=sorted(known), actor=OPERATOR, branch=branch)
    told: dict[str, Any] = {"staff": name, "roles": role or [], "branch": branch}
    emit_json(told) if as_json else write(
        _ADDED.render(chosen_language(lang), staff=name, roles=", ".join(role or []))
    )


@staff.command(
    "token",
    help=said("Make a token; it is shown once.", "生成令牌，仅显示一次。", "產生權杖，僅顯示一次。"),
    epilog="Example: zhike staff token app-server --days 90",
)
def _token(
    name: StaffName,
    days: Annotated[
        int | None,
        typer.Option(
            "--days",
            min=1,
            help=said("Days until it ends; default: never.", "有效天数；默认不限。", "有效天數；預設不限。"),
        ),
    ] = None,
    store: StorePlace = None,
    *,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    from zhike.act.staff import issue_token

    token = issue_token(acting_on(store), name, actor=OPERATOR, lasts=None if days is None else days * _DAY)
    told = {"staff": name, "token": token}
    emit_json(told) if as_json else write(_TOKEN.render(chosen_language(lang), **told))


@staff.command(
    "revoke",
    help=said("Withdraw a token.", "撤销令牌。", "撤銷權杖。"),
    epilog="Example: zhike staff revoke TOKEN",
)
def _revoke(
    token: Annotated[str, typer.Argument(metavar="TOKEN", help=said("The token.", "令牌。", "權杖。"))],
    store: StorePlace = None,
    *,
    lang: Lang = None,
) -> None:
    from zhike.act.staff import revoke_token, token_hash

    revoke_token(acting_on(store), token_hash(token), OPERATOR)
    write(_REVOKED.in_language(chosen_language(lang)))
