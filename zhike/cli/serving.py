"""`zhike publish`, `serve`, `api`: decisions in real time."""

from __future__ import annotations

import contextlib
import os
import sys
from dataclasses import dataclass
from pathlib import Path  # noqa: TC003 - typer reads it
from typing import TYPE_CHECKING, Annotated, Final

import typer

from zhike.cli.console import chosen_language, emit_json, said, show_progress, write
from zhike.cli.option_groups import option_groups
from zhike.cli.options import (
    AsJson,
    BankFolder,
    Day,
    Lang,
    PolicyName,
    RulebookFolder,
    WarningsFile,
    check_day,
    day_of,
)
from zhike.cli.staff import staff
from zhike.cli.stores import OPERATOR, DeliverersFile, StorePlace, acting_on, store_on
from zhike.core.errors import UsageError
from zhike.core.language import Text
from zhike.core.phrases import phrase

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zhike.act.acting import Acting

__all__ = ["register"]

_PUBLISHED: Final = Text(
    "publication {publication}: {customers} customers, {actions} actions, policy {policy}, as of {at}",
    "发布 {publication}：{customers} 位客户，{actions} 个行动，策略 {policy}，截至 {at}",
    "發布 {publication}：{customers} 位客戶，{actions} 個行動，策略 {policy}，截至 {at}",
)
_UNTOUCHED: Final = Text(
    "Interrupted. Nothing was published: what is served is as it was.",
    "已中断。未发布任何内容：对外提供的内容与之前相同。",
    "已中斷。未發布任何內容：對外提供的內容與之前相同。",
)
_UNNAMED: Final = Text(
    "Interrupted. Publication {publication} is served, but names and phone numbers may not all be entered: publish again.",
    "已中断。发布 {publication} 已生效，但姓名和电话可能尚未全部写入：请重新发布。",
    "已中斷。發布 {publication} 已生效，但姓名和電話可能尚未全部寫入：請重新發布。",
)
_SERVING: Final = Text("serving on http://{host}:{port}/v1/health", "服务地址 http://{host}:{port}/v1/health", "服務位址 http://{host}:{port}/v1/health")  # fmt: skip


_LINK: Final = "ZHIKE_LINK"
_WITH_WORKBENCH: Final = "zhike.workbench.app:app_from_environment"
"""The HTTP interface and the pages for staff beside it."""


@dataclass(frozen=True, slots=True)
class Listening:
    """Options: where requests are taken, and by how many processes."""

    host: Annotated[str, typer.Option("--host", help=said("Address.", "地址。", "位址。"))] = "127.0.0.1"
    port: Annotated[
        int, typer.Option("--port", min=1, max=65535, help=said("Port.", "端口。", "連接埠。"))
    ] = 8200
    workers: Annotated[
        int, typer.Option("--workers", min=1, help=said("Processes.", "进程数。", "程序數。"))
    ] = 1


@dataclass(frozen=True, slots=True)
class ShownBank:
    """Options: the bank whose imports are shown, and how they were loaded."""

    bank: Annotated[
        Path | None,
        typer.Option(
            "--bank",
            metavar="BANK",
            help=said(
                "Bank folder whose imports are shown and corrected.",
                "显示并更正其导入数据的银行文件夹。",
                "顯示並更正其匯入資料的銀行資料夾。",
            ),
        ),
    ] = None
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
    ] = None


@dataclass(frozen=True, slots=True)
class Request:
    """Options: one request, as whom and what for."""

    get: Annotated[
        str | None,
        typer.Option("--get", metavar="PATH", help=said("Path to read.", "读取的路径。", "讀取的路徑。")),
    ] = None
    post: Annotated[
        str | None,
        typer.Option("--post", metavar="PATH", help=said("Path to post to.", "提交的路径。", "提交的路徑。")),
    ] = None
    put: Annotated[
        str | None,
        typer.Option("--put", metavar="PATH", help=said("Path to put to.", "写入的路径。", "寫入的路徑。")),
    ] = None
    delete: Annotated[
        str | None,
        typer.Option(
            "--delete", metavar="PATH", help=said("Path to delete.", "删除的路径。", "刪除的路徑。")
        ),
    ] = None
    data: Annotated[
        str, typer.Option("--data", help=said("Body, as JSON.", "请求体（JSON）。", "請求主體（JSON）。"))
    ] = ""
    asked_by: Annotated[
        str | None,
        typer.Option(
            "--as", metavar="STAFF", help=said("As whom to ask.", "以谁的身份请求。", "以誰的身分請求。")
        ),
    ] = None
    purpose: Annotated[
        str, typer.Option("--purpose", help=said("Purpose of access.", "访问目的。", "存取目的。"))
    ] = "service"

    def line(self) -> tuple[str, str]:
        """Return method and path; refuse none, or several.

        Raises
        ------
        UsageError
        """
        given = {"GET": self.get, "POST": self.post, "PUT": self.put, "DELETE": self.delete}
        asked = [(method, path) for method, path in given.items() if path is not None]
        if len(asked) != 1:
            raise UsageError(
                what=phrase("{count} paths", count=len(asked)),
                expected=phrase("one of --get, --post, --put and --delete"),
            )
        return asked[0]


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
    app.command("serve", help=served, epilog=example)(option_groups(_serve))
    example = "Example: zhike api --get /v1/health --store zhike.db"
    app.command("api", help=asked, epilog=example)(option_groups(_api))
    app.add_typer(staff, name="staff")


def _publish(
    bank: BankFolder,
    at: Day,
    store: StorePlace = None,
    policy: PolicyName = None,
    *,
    warnings: WarningsFile = None,
    rulebook: RulebookFolder = None,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    from zhike.adapters.adopted import followed
    from zhike.adapters.bank import Bank
    from zhike.adapters.policy_files import load_policy
    from zhike.adapters.publishing import publish_bank
    from zhike.adapters.rule_files import load_rulebook
    from zhike.adapters.store.undone import store_for
    from zhike.adapters.warning_files import read_warnings
    from zhike.api.places import acting_over, store_place

    day, opened, rules = day_of(at), Bank.open(bank), load_rulebook(rulebook)
    given = None if warnings is None else read_warnings(warnings)
    check_day(day, opened.manifest.timezone)
    chosen = load_policy(rules, policy, day, opened.manifest.policy)
    with store_for(store_place(store)) as kept:
        acting = acting_over(kept)
        with (
            _told_of_interruption(acting, as_json=as_json, lang=lang),
            show_progress("publish", quiet=as_json) as progress,
        ):
            chosen = followed(acting, rules, chosen, day)
            told = publish_bank(acting, opened, rules, chosen, day, OPERATOR, progress, given)
    emit_json(told) if as_json else write(_PUBLISHED.render(chosen_language(lang), **told))


@contextlib.contextmanager
def _told_of_interruption(acting: Acting, *, as_json: bool, lang: str | None) -> Iterator[None]:
    """Say on standard error what an interrupted publication leaves; its exit code says it to a machine."""
    before = _active(acting)
    try:
        yield
    except KeyboardInterrupt:
        number = _active(acting)
        left = _UNTOUCHED if number == before else _UNNAMED
        if not as_json:
            sys.stderr.write(left.render(chosen_language(lang), publication=number) + "\n")
        raise


def _active(acting: Acting) -> int:
    from zhike.act.publications import active_publication

    with acting.store.read() as tx:
        row = active_publication(tx)
    return 0 if row is None else int(row["number"])


def _serve(
    store: StorePlace = None,
    *,
    listening: Listening,
    shown: ShownBank,
    deliverers: DeliverersFile = None,
    rulebook: RulebookFolder = None,
    lang: Lang = None,
) -> None:
    from zhike.adapters.bank_place import BankPlace
    from zhike.api.places import store_place
    from zhike.api.server import serve

    if shown.mapping is not None and shown.bank is None:
        raise UsageError(
            what=phrase("--mapping without --bank"),
            expected=phrase("the bank folder that was loaded with it"),
        )
    place = None if shown.bank is None else BankPlace(shown.bank, shown.mapping)
    if place is not None:
        place.open()
    acting_on(store, create=True, deliverers=deliverers)
    write(_SERVING.render(chosen_language(lang), host=listening.host, port=listening.port))
    serve(
        store_place(store),
        rulebook,
        deliverers,
        host=listening.host,
        port=listening.port,
        workers=listening.workers,
        application=_WITH_WORKBENCH,
        bank=place,
    )


def _shown_link() -> dict[str, str]:
    """Return the head that shows the link of a customer's own page; from the environment, as others read what stands in a command."""
    token = os.environ.get(_LINK, "").rpartition("#")[2]
    return {"authorization": f"Bearer {token}"} if token else {}


def _api(
    asked: Request, store: StorePlace = None, *, rulebook: RulebookFolder = None, lang: Lang = None
) -> None:
    from zhike.adapters.rule_files import load_rulebook
    from zhike.api.app import create_app
    from zhike.api.local import answered
    from zhike.api.places import acting_over, bank_place
    from zhike.api.service import service_of

    method, path = asked.line()
    opened = store_on(store)
    acting = acting_over(opened)
    service = service_of(
        acting.store, load_rulebook(rulebook), routes=acting.routes, private_key=opened.keys.audit_seed, bank=bank_place()
    )  # fmt: skip
    app = create_app(service)
    headers = {
        "content-type": "application/json",
        "x-purpose": asked.purpose,
        "accept-language": chosen_language(lang),
        **_shown_link(),
    }
    answer = answered(app, method, path, asked.data.encode(), asked.asked_by, headers)
    write(answer.body.decode().rstrip("\n"))
    raise typer.Exit(0 if answer.status < 400 else 1)  # noqa: PLR2004 - where HTTP's errors begin
