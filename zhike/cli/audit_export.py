"""`zhike audit sign`, `export`, `key`: from the store to what an auditor takes along."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - as below
from typing import Annotated, Final

import typer

from zhike.cli.console import chosen_language, emit_json, said, write
from zhike.cli.options import AsJson, Lang  # noqa: TC001 - typer reads annotations when it runs
from zhike.cli.stores import StorePlace, store_on
from zhike.core.language import Text

__all__ = ["register"]

_SIGNED: Final = Text(
    "digest {number} signed: {hash}", "已签署第 {number} 号摘要：{hash}", "已簽署第 {number} 號摘要：{hash}"
)
_NOTHING: Final = Text(
    "nothing has happened since the last digest", "自上次摘要以来没有新事件", "自上次摘要以來沒有新事件"
)
_EXPORTED: Final = Text("the audit trail is in {out}", "审计轨迹已写入 {out}", "稽核軌跡已寫入 {out}")


def register(app: typer.Typer) -> None:
    """Add the commands to those of the audit trail."""
    signs = said("Sign the state of the trail now.", "立即签署轨迹的当前状态。", "立即簽署軌跡的目前狀態。")
    exports = said(
        "Sign, then write the trail as one file.", "签署后将轨迹写成一个文件。", "簽署後將軌跡寫成一個檔案。"
    )
    tells = said(
        "Print the public key that the trail begins with; it names those that follow.",
        "显示轨迹起始的公钥；后续公钥由其指明。", "顯示軌跡起始的公鑰；後續公鑰由其指明。",
    )  # fmt: skip
    app.command("sign", help=signs, epilog="Example: zhike audit sign --store zhike.db")(_sign)
    app.command("export", help=exports, epilog="Example: zhike audit export trail.jsonl --store zhike.db")(
        _export
    )
    app.command("key", help=tells, epilog="Example: zhike audit key --store zhike.db")(_key)


def _sign(store: StorePlace = None, *, as_json: AsJson = False, lang: Lang = None) -> None:
    from zhike.act.digests import sign_digest
    from zhike.api.places import acting_over

    opened = store_on(store)
    acting, seed = acting_over(opened), opened.keys.audit_seed
    digest = sign_digest(acting, seed)
    if as_json:
        emit_json({"number": digest and digest.number, "hash": digest and digest.hash})
    elif digest is None:
        write(_NOTHING.in_language(chosen_language(lang)))
    else:
        write(_SIGNED.render(chosen_language(lang), number=digest.number, hash=digest.hash))


def _export(
    out: Annotated[Path, typer.Argument(metavar="EXPORT", help=said("File to write.", "输出文件。", "輸出檔案。"))],
    store: StorePlace = None,
    *,
    open_: Annotated[
        bool,
        typer.Option("--open", help=said("With what opens the commitments: personal data are in the file then.",
                                         "附带承诺值的开启内容：文件将含个人信息。", "附帶承諾值的開啟內容：檔案將含個人資料。")),
    ] = False,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:  # fmt: skip
    from zhike.act.digests import digests, sign_digest, trail
    from zhike.adapters.audit_files import write_trail
    from zhike.api.places import acting_over

    opened = store_on(store)
    acting, seed = acting_over(opened), opened.keys.audit_seed
    sign_digest(acting, seed)
    with acting.store.read() as tx:
        write_trail(out, trail(tx, opened=open_), digests(tx), opened.ring.audit_keys())
    told = {"out": str(out)}
    emit_json(told) if as_json else write(_EXPORTED.render(chosen_language(lang), **told))


def _key(store: StorePlace = None) -> None:
    write(store_on(store).ring.audit_keys()[0].hex())
