"""`zhike keys`: which keys a store is written under, and new ones in their place. A key itself is never shown."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from zhike.cli.console import chosen_language, emit_json, said, write
from zhike.cli.options import AsJson, Lang  # noqa: TC001 - typer reads annotations when it runs
from zhike.cli.stores import OPERATOR, StorePlace, store_on
from zhike.core.language import Text

if TYPE_CHECKING:
    from zhike.adapters.store.keys import Keys

__all__ = ["app"]

app = typer.Typer(
    name="keys",
    no_args_is_help=True,
    help=said(
        "The bank's keys: look at them, exchange them.", "银行密钥：查看、更换。", "銀行金鑰：檢視、更換。"
    ),
)
_FILE: Final = Text("key file: {file}", "密钥文件：{file}", "金鑰檔：{file}")
_MASTER: Final = Text(
    "master key: {fingerprint}, made {at}",
    "主密钥：{fingerprint}，生成于 {at}",
    "主金鑰：{fingerprint}，產生於 {at}",
)
_REPLACED: Final = Text(
    "being exchanged, until it is finished with `zhike keys rotate`; the other one: {fingerprint}",
    "更换尚未完成，请运行 `zhike keys rotate` 继续；另一密钥：{fingerprint}",
    "更換尚未完成，請執行 `zhike keys rotate` 繼續；另一金鑰：{fingerprint}",
)
_SIGNS: Final = Text(
    "audit key, public: {key}, made {at}", "审计公钥：{key}，生成于 {at}", "稽核公鑰：{key}，產生於 {at}"
)
_SIGNED: Final = Text("audit key before, public: {key}", "先前的审计公钥：{key}", "先前的稽核公鑰：{key}")
_ROTATED: Final = Text(
    "the master key is now {fingerprint}; moved to it: persons' keys {persons:,}, rows of nobody {rows:,}",
    "主密钥现为 {fingerprint}；已改用新密钥：个人密钥 {persons:,}，不属于任何人的行 {rows:,}",
    "主金鑰現為 {fingerprint}；已改用新金鑰：個人金鑰 {persons:,}，不屬於任何人的列 {rows:,}",
)
_RESUMED: Final = Text(
    "an exchange that had been broken off was finished; no new one was begun",
    "已完成先前中断的更换，未另行更换",
    "已完成先前中斷的更換，未另行更換",
)
_BACK_UP: Final = Text(
    "Back up the key file now. Keep the one before as long as you keep backups of the store from before.",
    "请立即备份密钥文件；只要仍保留此前的存储备份，就须保留此前的密钥文件。",
    "請立即備份金鑰檔；只要仍保留此前的儲存備份，就須保留此前的金鑰檔。",
)
_UNKNOWN: Final = "-"


@app.command(
    "show",
    help=said(
        "Tell fingerprints of the keys and when they were made.",
        "显示密钥指纹及生成时间。",
        "顯示金鑰指紋及產生時間。",
    ),
    epilog="Example: zhike keys show --store zhike.db",
)
def _show(store: StorePlace = None, *, as_json: AsJson = False, lang: Lang = None) -> None:
    from zhike.adapters.store.keys import load_key_file

    with store_on(store) as opened:
        ring, keys = opened.ring, opened.keys
        pairs = () if ring.path is None else load_key_file(ring.path).pairs
        signed = [key.hex() for key in ring.audit_keys()]
    others = [one.master_fingerprint for one in pairs if one.fingerprint != keys.fingerprint]
    told = {**_told(keys), "file": str(ring.path), "exchanging": others, "audit_key": signed[-1], "audit_keys_before": signed[:-1]}  # fmt: skip
    emit_json(told) if as_json else _write_keys(told, lang)


def _told(keys: Keys) -> dict[str, Any]:
    return {
        "master": keys.master_fingerprint,
        "master_at": _instant(keys.master_at),
        "audit_key_at": _instant(keys.audit_seed_at),
    }


def _instant(at: int | None) -> str | None:
    if at is None:
        return None
    moment = dt.datetime(1970, 1, 1, tzinfo=dt.UTC) + dt.timedelta(microseconds=at)
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")


def _write_keys(told: dict[str, Any], lang: str | None) -> None:
    language = chosen_language(lang)
    write(_FILE.render(language, file=told["file"]))
    write(_MASTER.render(language, fingerprint=told["master"], at=told["master_at"] or _UNKNOWN))
    for other in told["exchanging"]:
        write(_REPLACED.render(language, fingerprint=other))
    for key in told["audit_keys_before"]:
        write(_SIGNED.render(language, key=key))
    write(_SIGNS.render(language, key=told["audit_key"], at=told["audit_key_at"] or _UNKNOWN))


@app.command(
    "rotate",
    help=said(
        "Exchange the master key for a new one, while the store is in use; finish what was broken off.",
        "更换主密钥，存储可继续使用；继续先前中断的更换。",
        "更換主金鑰，儲存可繼續使用；繼續先前中斷的更換。",
    ),
    epilog="Example: zhike keys rotate --store zhike.db",
)
def _rotate(
    store: StorePlace = None,
    *,
    audit_seed: Annotated[
        bool,
        typer.Option("--audit-seed", help=said("Exchange the key that signs the audit trail as well.", "同时更换审计签名密钥。", "同時更換稽核簽章金鑰。")),
    ] = False,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:  # fmt: skip
    from zhike.adapters.store.rotation import rotate_keys
    from zhike.api.places import acting_over

    with store_on(store) as opened:
        made = rotate_keys(acting_over(opened), opened, OPERATOR, audit_seed=audit_seed)
    if as_json:
        counts = {"persons": made.persons, "rows": made.rows, "resumed": made.resumed}
        emit_json({"master": made.fingerprint, "audit_key": made.audit_key.hex(), **counts})
        return
    language = chosen_language(lang)
    if made.resumed:
        write(_RESUMED.in_language(language))
    write(_ROTATED.render(language, fingerprint=made.fingerprint, persons=made.persons, rows=made.rows))
    write(_BACK_UP.in_language(language))
