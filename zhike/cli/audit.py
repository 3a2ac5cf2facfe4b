"""`zhike audit`: is an exported audit trail whole and unchanged? Needs the export and the bank's public key, nothing else."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from zhike.cli.console import chosen_language, emit_json, said, show_table, write
from zhike.cli.options import AsJson, Lang  # noqa: TC001 - typer reads annotations when it runs
from zhike.core.errors import UsageError
from zhike.core.language import Text
from zhike.core.phrases import phrase

if TYPE_CHECKING:
    from zhike.core.language import Language
    from zhike.govern.audit import TrailReport

__all__ = ["app"]

app = typer.Typer(
    no_args_is_help=True,
    help=said(
        "The audit trail: verify an export of it.",
        "审计轨迹：核验其导出文件。",
        "稽核軌跡：核驗其匯出檔。",
    ),
)

Export = Annotated[
    Path,
    typer.Argument(
        metavar="EXPORT",
        help=said("Exported audit trail.", "导出的审计轨迹。", "匯出的稽核軌跡。"),
    ),
]
PublicKeys = Annotated[
    list[Path] | None,
    typer.Option(
        "--public-key",
        metavar="FILE",
        help=said(
            "The bank's public key, PEM or hexadecimal, from a source that you trust; again for each later key, in their order.",
            "银行的公钥（PEM 或十六进制），取自可信来源；有后续密钥时按先后重复此项。",
            "銀行的公鑰（PEM 或十六進位），取自可信來源；有後續金鑰時依先後重複此項。",
        ),
    ),
]
KnownDigest = Annotated[
    str | None,
    typer.Option(
        "--digest",
        metavar="NUMBER:HASH",
        help=said(
            "A digest that you know from elsewhere: it must be in the export.",
            "另行得知的摘要：导出文件必须含有它。",
            "另行得知的摘要：匯出檔必須含有它。",
        ),
    ),
]

_MOST_SHOWN: Final = 20
_VERIFIED: Final = Text(
    "Verified: up to digest {number} of {at} nothing was changed, removed, reordered or inserted.",
    "核验通过：至 {at} 的第 {number} 号摘要为止，无更改、删除、调序或插入。",
    "核驗通過：至 {at} 的第 {number} 號摘要為止，無更改、刪除、調序或插入。",
)
_FAILED: Final = Text(
    "Not verified; found: {count:,}.",
    "核验未通过；发现问题：{count:,}。",
    "核驗未通過；發現問題：{count:,}。",
)
_SIZES: Final = Text(
    "entries {entries:,}, streams {streams:,}, digests {digests:,}; commitments opened {opened:,}, erased {erased:,}, left closed {unopened:,}",
    "{streams:,} 个流共 {entries:,} 条，{digests:,} 个摘要；承诺值：已开启 {opened:,}，已删除 {erased:,}，未开启 {unopened:,}",
    "{streams:,} 個流共 {entries:,} 筆，{digests:,} 個摘要；承諾值：已開啟 {opened:,}，已刪除 {erased:,}，未開啟 {unopened:,}",
)
_UNVOUCHED: Final = Text(
    "Nobody vouches for the key: it is the one in the file itself, and whoever forges a trail can put their own there. "
    "Name the bank's with --public-key. Fingerprint: {key}",
    "密钥无人担保：取自导出文件本身，伪造者可放入自己的密钥。请用 --public-key 指定银行的公钥。指纹：{key}",
    "金鑰無人擔保：取自匯出檔本身，偽造者可放入自己的金鑰。請用 --public-key 指定銀行的公鑰。指紋：{key}",
)
_UNNAMED: Final = Text(
    "Entries of kinds that this version has no name for: {unnamed:,}",
    "本版本不识别其类别的条目：{unnamed:,}",
    "本版本不識別其類別的項目：{unnamed:,}",
)
_UNSEALED: Final = Text(
    "After the last digest: if the last of these were removed, nobody would notice",
    "最后摘要之后的条目：若删去其末尾条目，无从察觉",
    "最後摘要之後的項目：若刪去其末尾項目，無從察覺",
)
_UNSEALED_HEADS: Final = (Text("stream", "流", "流"), Text("entries", "条数", "筆數"))
_FAILURES: Final = Text("What was found", "发现的问题", "發現的問題")
_FAILURE_HEADS: Final = (
    Text("line", "行", "行"),
    Text("code", "代码", "代碼"),
    Text("what is wrong", "说明", "說明"),
)
_MORE: Final = Text("... and {count:,} more", "……另有 {count:,} 项", "……另有 {count:,} 項")


@app.command(
    "verify",
    help=said(
        "Check an export of the audit trail: nothing changed, removed, reordered or inserted. Exit code 1 when something was.",
        "核验审计轨迹的导出文件：无更改、删除、调序或插入；有则以 1 退出。",
        "核驗稽核軌跡的匯出檔：無更改、刪除、調序或插入；有則以 1 結束。",
    ),
    epilog="Example: zhike audit verify trail.jsonl --public-key bank.pem",
)
def verify_export(
    export: Export,
    public_key: PublicKeys = None,
    digest: KnownDigest = None,
    *,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    anchor, language = _anchor(digest), chosen_language(lang)

    from zhike.adapters.audit_files import read_public_key, verify_trail_file

    found = verify_trail_file(export, [read_public_key(file) for file in public_key or ()], anchor=anchor)
    if as_json:
        emit_json(found.to_dict(language))
    else:
        _show(found, language)
    raise typer.Exit(0 if found.verified else 1)


def _anchor(text: str | None) -> tuple[int, str] | None:
    if text is None:
        return None
    parts = re.fullmatch(r"([1-9][0-9]{0,17}):([0-9a-f]{64})", text)
    if parts is None:
        raise UsageError(
            what=f"--digest {text}", expected=phrase("NUMBER:HASH, the hash as 64 small hexadecimal digits")
        )
    return int(parts[1]), parts[2]


def _show(found: TrailReport, language: Language) -> None:
    last = found.last_digest
    if found.verified and last is not None:
        write(_VERIFIED.render(language, number=last.number, at=_instant(last.at)))
    else:
        write(_FAILED.render(language, count=found.failed))
    sizes = ("entries", "streams", "digests", "opened", "erased", "unopened")
    write(_SIZES.render(language, **{name: getattr(found, name) for name in sizes}))
    if not found.vouched:
        write(_UNVOUCHED.render(language, key="-" if last is None else last.key))
    if found.unnamed:
        write(_UNNAMED.render(language, unnamed=found.unnamed))
    _show_unsealed(found, language)
    _show_failures(found, language)


def _show_unsealed(found: TrailReport, language: Language) -> None:
    if not found.unsealed:
        return
    heads = [head.in_language(language) for head in _UNSEALED_HEADS]
    rows = [(stream, f"{count:,}") for stream, count in found.unsealed.items()]
    show_table(_UNSEALED.in_language(language), heads, rows[:_MOST_SHOWN])
    _say_more(len(rows), language)


def _show_failures(found: TrailReport, language: Language) -> None:
    if not found.failures:
        return
    heads = [head.in_language(language) for head in _FAILURE_HEADS]
    rows = [
        (failure.line or "", failure.code, failure.render(language))
        for failure in found.failures[:_MOST_SHOWN]
    ]
    show_table(_FAILURES.in_language(language), heads, rows)
    _say_more(found.failed, language)


def _say_more(count: int, language: Language) -> None:
    if count > _MOST_SHOWN:
        write(_MORE.render(language, count=count - _MOST_SHOWN))


def _instant(at: int) -> str:
    """Return microseconds since 1970 as people write them; as they are where no calendar goes that far."""
    try:
        moment = dt.datetime(1970, 1, 1, tzinfo=dt.UTC) + dt.timedelta(microseconds=at)
    except OverflowError:
        return str(at)
    return moment.isoformat().replace("+00:00", "Z")
