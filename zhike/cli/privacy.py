"""`zhike privacy`: a customer's data handed out, erased with a certificate, made anonymous; records merged and parted again.

What needs two persons names both: whoever proposes and whoever approves, each with the rights that the access rules give them today.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from zhike.cli.console import chosen_language, emit_json, said, show_table, write
from zhike.cli.option_groups import Answer, option_groups
from zhike.cli.options import AsJson, Lang, RulebookFolder, day_of
from zhike.cli.privacy_steps import Two, forgotten, handed_out, joined, parted, swept
from zhike.cli.stores import StorePlace, acting_on
from zhike.core.errors import InputNotFoundError, InputUnreadableError
from zhike.core.language import Text
from zhike.core.phrases import phrase

if TYPE_CHECKING:
    from zhike.core.language import Language
    from zhike.govern.erasure import Kind

__all__ = ["app"]

app = typer.Typer(
    name="privacy",
    no_args_is_help=True,
    help=said(
        "Customers' rights over their data: access, erasure, anonymisation, merges.",
        "客户的个人信息权利：查阅、删除、匿名化、合并。",
        "客戶的個人資料權利：查閱、刪除、匿名化、合併。",
    ),
)
Customer = Annotated[
    str, typer.Argument(metavar="CUSTOMER", help=said("Customer's identifier.", "客户编号。", "客戶編號。"))
]
Ended = Annotated[
    str | None,
    typer.Option("--relationship-end", metavar="DATE", help=said("Last day of the relationship; default: it lasts.", "关系终止日；默认仍在存续。", "關係終止日；預設仍在存續。")),
]  # fmt: skip
Bank = Annotated[
    Path | None,
    typer.Option("--bank", metavar="BANK", help=said("Bank folder from which the customer goes as well.", "同时从该银行文件夹中删除。", "同時從該銀行資料夾中刪除。")),
]  # fmt: skip
Out = Annotated[
    Path | None,
    typer.Option("--out", metavar="FILE", help=said("File to write.", "输出文件。", "輸出檔案。")),
]
_ERASED: Final = Text("{customer} is erased in {place}; certificate {hash}", "已在 {place} 中删除 {customer}；证明 {hash}", "已在 {place} 中刪除 {customer}；證明 {hash}")  # fmt: skip
_KEPT: Final = Text("Kept, and why", "留存内容及原因", "留存內容及原因")
_KEPT_HEADS: Final = (
    Text("table", "表", "表"), Text("rows", "行数", "列數"), Text("duty", "义务", "義務"), Text("reference", "依据", "依據"),
    Text("until", "截至", "截至"),
)  # fmt: skip
_LASTING: Final = Text("{years} years after the end", "关系终止后 {years} 年", "關係終止後 {years} 年")
_WRITTEN: Final = Text("written to {out}", "已写入 {out}", "已寫入 {out}")
_MERGED: Final = Text("{customer} is now {into}", "{customer} 已并入 {into}", "{customer} 已併入 {into}")
_PARTED: Final = Text(
    "{customer} is a record of its own again", "{customer} 已恢复为独立记录", "{customer} 已恢復為獨立紀錄"
)
_DROPPED: Final = Text(
    "parts no longer kept: {parts:,}; messages: {messages:,}; sessions: {sessions:,}; surveys: own words of {words:,} sheets, {sheets:,} sheets, {invitations:,} invitations",
    "不再留存：{parts:,} 部分，{messages:,} 条消息，{sessions:,} 个会话；调查：{words:,} 份答卷的文字、{sheets:,} 份答卷、{invitations:,} 份邀请",
    "不再留存：{parts:,} 部分，{messages:,} 則訊息，{sessions:,} 個工作階段；調查：{words:,} 份答卷的文字、{sheets:,} 份答卷、{invitations:,} 份邀請",
)
_DATED: Final = Text("{parts} parts are dated", "{parts} 部分已确定留存期限", "{parts} 部分已確定留存期限")
_HOLDS: Final = Text("The certificate is as it was signed.", "证明与签署时一致。", "證明與簽署時一致。")
_HOLDS_NOT: Final = Text("The certificate is not as it was signed with this key.", "证明与该密钥签署的内容不符。", "證明與該金鑰簽署的內容不符。")  # fmt: skip


@dataclass(frozen=True, slots=True)
class TwoStaff:
    """Options: the two persons that it takes, and why."""

    reason: Annotated[str, typer.Option("--reason", help=said("Why.", "理由。", "理由。"))]
    approved_by: Annotated[
        tuple[str, str],
        typer.Option(
            "--approved-by",
            metavar="STAFF STAFF",
            help=said(
                "Who proposes, and who else approves.", "提议人与另一名批准人。", "提議人與另一名核准人。"
            ),
        ),
    ]

    def both(self) -> Two:
        """Return them with their reason."""
        return Two(*self.approved_by, self.reason)


@dataclass(frozen=True, slots=True)
class Forgetting:
    """Options: since when a customer is none any more, and where else than in the ledger they are forgotten."""

    relationship_end: Ended = None
    bank: Bank = None
    store: StorePlace = None
    rulebook: RulebookFolder = None

    def forget(self, kind: Kind, customer: str, two: Two, answer: Answer) -> None:
        """Erase a customer, or make their data anonymous, and show the certificates."""
        end = self.relationship_end
        ended = None if end is None else day_of(end, "--relationship-end")
        found = forgotten(self.store, self.rulebook, kind, customer, two, ended=ended, bank=self.bank)
        answer.give({"certificates": found}, _show_all)


@app.command(
    "export",
    help=said("Hand out everything that is recorded and derived of a customer.", "提供客户的全部记录及衍生数据。", "提供客戶的全部紀錄及衍生資料。"),
    epilog="Example: zhike privacy export C000001 --out C000001.json --store zhike.db",
)  # fmt: skip
def _export(
    customer: Customer,
    out: Out = None,
    store: StorePlace = None,
    *,
    portable: Annotated[
        bool,
        typer.Option("--portable", help=said("For the customer to take elsewhere.", "供客户转移至他处。", "供客戶轉移至他處。")),
    ] = False,
    rulebook: RulebookFolder = None,
    lang: Lang = None,
) -> None:  # fmt: skip
    found = handed_out(store, rulebook, customer, chosen_language(lang), portable=portable)
    _given(found, out, lang)


@app.command(
    "erase",
    help=said("Erase a customer from the ledger, and from a bank folder.", "从台账及银行文件夹中删除客户。", "從台帳及銀行資料夾中刪除客戶。"),
    epilog="Example: zhike privacy erase C000001 --reason 'asked in writing' --approved-by dpo compliance --bank mybank",
)  # fmt: skip
@option_groups
def _erase(customer: Customer, two: TwoStaff, forgetting: Forgetting, answer: Answer) -> None:
    forgetting.forget("erase", customer, two.both(), answer)


@app.command(
    "anonymise",
    help=said("Make a customer's data anonymous.", "将客户数据匿名化。", "將客戶資料匿名化。"),
    epilog="Example: zhike privacy anonymise C000001 --reason 'asked in writing' --approved-by dpo compliance",
)
@option_groups
def _anonymise(customer: Customer, two: TwoStaff, forgetting: Forgetting, answer: Answer) -> None:
    forgetting.forget("anonymise", customer, two.both(), answer)


def _show_all(found: dict[str, Any], language: Language) -> None:
    for certificate in found["certificates"]:
        _show(certificate, language)


def _show(certificate: dict[str, Any], language: Language) -> None:
    write(_ERASED.render(language, **{name: certificate[name] for name in ("customer", "place", "hash")}))
    rows = [
        (one["table"], one["rows"], one["rule"], one["reference"], one["last_day"] or _LASTING.render(language, years=one["years"]))
        for one in certificate["kept"]
    ]  # fmt: skip
    if rows:
        show_table(_KEPT.in_language(language), [head.in_language(language) for head in _KEPT_HEADS], rows)


@app.command(
    "certificate",
    help=said("Print the certificates of an erased customer.", "显示已删除客户的删除证明。", "顯示已刪除客戶的刪除證明。"),
    epilog="Example: zhike privacy certificate C000001 --out C000001.json",
)  # fmt: skip
def _certificate(customer: Customer, out: Out = None, store: StorePlace = None, *, lang: Lang = None) -> None:
    from zhike.act.retained import erasures_of
    from zhike.core.service_errors import RecordNotFoundError

    acting = acting_on(store)
    with acting.store.read() as tx:
        rows = erasures_of(tx, customer)
    if not rows:
        raise RecordNotFoundError(what=phrase("erased customer"))
    _given({"certificates": [row["content"] for row in rows]}, out, lang)


@app.command(
    "check",
    help=said("Check a certificate with the bank's public key, without its store.", "用银行公钥核验证明，无需其存储。", "用銀行公鑰核驗證明，無需其儲存。"),
    epilog="Example: zhike privacy check C000001.json --public-key bank.pem",
)  # fmt: skip
def _check(
    certificate: Annotated[Path, typer.Argument(metavar="FILE", help=said("Certificate, or several, as JSON.", "证明文件（JSON），可含多份。", "證明檔案（JSON），可含多份。"))],
    public_key: Annotated[Path, typer.Option("--public-key", metavar="FILE", help=said("The bank's public key.", "银行的公钥。", "銀行的公鑰。"))],
    *,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:  # fmt: skip
    from zhike.adapters.audit_files import read_public_key
    from zhike.govern.certificate import certificate_holds

    key = read_public_key(public_key)
    holds = all(certificate_holds(one, key) for one in _certificates(certificate))
    if as_json:
        emit_json({"holds": holds})
    else:
        write((_HOLDS if holds else _HOLDS_NOT).in_language(chosen_language(lang)))
    raise typer.Exit(0 if holds else 1)


def _certificates(file: Path) -> list[dict[str, Any]]:
    if not file.is_file():
        raise InputNotFoundError(path=file)
    try:
        found = json.loads(file.read_bytes())
        certificates = [dict(one) for one in found.get("certificates", [found])]
    except (AttributeError, TypeError, ValueError) as problem:
        raise InputUnreadableError(
            path=file, what=phrase("no certificate ({problem})", problem=problem), expected=phrase("JSON as `zhike privacy certificate` prints it"),
            advice=phrase("Name the file that the bank handed out."),
        ) from problem  # fmt: skip
    return certificates


@app.command(
    "merge",
    help=said("Merge a record into another one of the same person.", "将一条记录并入同一人的另一条记录。", "將一筆紀錄併入同一人的另一筆紀錄。"),
    epilog="Example: zhike privacy merge C000001 C000002 --reason 'same passport' --approved-by manager compliance",
)  # fmt: skip
@option_groups
def _merge(
    customer: Customer,
    into: Annotated[str, typer.Argument(metavar="INTO", help=said("Record that stays.", "保留的记录。", "保留的紀錄。"))],
    two: TwoStaff,
    store: StorePlace = None,
    *,
    rulebook: RulebookFolder = None,
    answer: Answer,
) -> None:  # fmt: skip
    told = joined(store, rulebook, customer, into, two.both())
    answer.give(told, lambda found, language: write(_MERGED.render(language, **found)))


@app.command(
    "unmerge",
    help=said(
        "Undo a merge: both records are as they were.",
        "撤销合并：两条记录恢复原状。",
        "撤銷合併：兩筆紀錄恢復原狀。",
    ),
    epilog="Example: zhike privacy unmerge C000001 --reason 'not the same' --approved-by manager compliance",
)
@option_groups
def _unmerge(
    customer: Customer,
    two: TwoStaff,
    store: StorePlace = None,
    *,
    rulebook: RulebookFolder = None,
    answer: Answer,
) -> None:
    told = parted(store, rulebook, customer, two.both())
    answer.give(told, lambda found, language: write(_PARTED.render(language, **found)))


@app.command(
    "sweep",
    help=said("Take everybody whom the ledger has erased out of a bank folder.", "从银行文件夹中清除台账已删除的全部客户。", "從銀行資料夾中清除台帳已刪除的全部客戶。"),
    epilog="Example: zhike privacy sweep mybank --store zhike.db",
)  # fmt: skip
@option_groups
def _sweep(
    bank: Annotated[Path, typer.Argument(metavar="BANK", help=said("Bank folder.", "银行文件夹。", "銀行資料夾。"))],
    store: StorePlace = None,
    *,
    rulebook: RulebookFolder = None,
    answer: Answer,
) -> None:  # fmt: skip
    answer.give({"certificates": swept(store, rulebook, bank)}, _show_all)


@app.command(
    "expire",
    help=said(
        "Remove what no duty keeps any longer, messages and sessions that ended long ago, and old answers to surveys.",
        "清除已无保存义务的数据、早已终结的消息和会话，以及到期的调查答卷。",
        "清除已無保存義務的資料、早已終結的訊息和工作階段，以及到期的調查答卷。",
    ),
    epilog="Example: zhike privacy expire --store zhike.db",
)
def _expire(
    store: StorePlace = None, *, rulebook: RulebookFolder = None, as_json: AsJson = False, lang: Lang = None
) -> None:
    from zhike.cli.privacy_steps import expired

    told = expired(store, rulebook)
    emit_json(told) if as_json else write(_DROPPED.render(chosen_language(lang), **told))


@app.command(
    "ended",
    help=said("Say that an erased customer's relationship has ended: what is kept gets its last day.", "登记已删除客户的关系终止日，以确定留存期限。", "登記已刪除客戶的關係終止日，以確定留存期限。"),
    epilog="Example: zhike privacy ended C000001 2026-06-30 --store zhike.db",
)  # fmt: skip
def _ended(
    customer: Customer,
    last: Annotated[str, typer.Argument(metavar="DATE", help=said("Last day of the relationship.", "关系终止日。", "關係終止日。"))],
    store: StorePlace = None,
    *,
    rulebook: RulebookFolder = None,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:  # fmt: skip
    from zhike.cli.privacy_steps import dated

    told = {"parts": dated(store, rulebook, customer, day_of(last, "DATE"))}
    emit_json(told) if as_json else write(_DATED.render(chosen_language(lang), **told))


def _given(found: dict[str, Any], out: Path | None, lang: str | None) -> None:
    """Print something as JSON, or write it to a file that its owner alone may read."""
    if out is None:
        emit_json(found)
        return
    out.touch(mode=0o600)
    out.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", "utf-8")
    write(_WRITTEN.render(chosen_language(lang), out=out))
