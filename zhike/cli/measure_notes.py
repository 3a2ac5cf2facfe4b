"""`zhike measure notes`: coded notes of interviews and focus groups; see `zhike.measure.studies.notes`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from zhike.cli.console import chosen_language, emit_json, said, write
from zhike.cli.measure_options import AtDay, Resamples, Seed, rules_of
from zhike.cli.measure_told import INTERVAL, VALUE, N, interval, number, percent, show_rows
from zhike.cli.options import AsJson, Lang, RulebookFolder  # noqa: TC001 - typer reads them
from zhike.core.language import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from zhike.core.language import Language

__all__ = ["register"]

_NotesFile = Annotated[
    Path,
    typer.Argument(metavar="NOTES", help=said("Coded notes: YAML, or CSV or Parquet with a row a segment and coder.", "已编码的访谈记录：YAML，或每段每位编码员一行的 CSV、Parquet。", "已編碼的訪談紀錄：YAML，或每段每位編碼員一列的 CSV、Parquet。")),
]  # fmt: skip
_By = Annotated[
    str | None,
    typer.Option("--by", metavar="GROUP", help=said("Codes by this group of the notes too, or by method, role or guide.", "另按记录的此分组列出，或按 method、role、guide。", "另依紀錄的此分組列出，或依 method、role、guide。")),
]  # fmt: skip
_HEAD: Final = Text(
    "{n:,} conversations with {persons:,} persons, {segments:,} segments; {left_out:,} left out for want of consent",
    "{n:,} 次访谈，{persons:,} 人，{segments:,} 段；因未获同意未计入 {left_out:,} 次",
    "{n:,} 次訪談，{persons:,} 人，{segments:,} 段；因未獲同意未計入 {left_out:,} 次",
)
_AGREEMENT: Final = Text(
    "Agreement of coders beyond chance", "编码员之间超出偶然的一致性", "編碼員之間超出偶然的一致性"
)
_CODE: Final = Text("code", "编码", "編碼")
_VERDICT: Final = Text("verdict", "结论", "結論")
_ALL: Final = Text("all codes: Krippendorff's alpha", "全部编码：Krippendorff α", "全部編碼：Krippendorff α")
_ONE: Final = Text("one code a segment: alpha", "每段一码：α", "每段一碼：α")
_KAPPA: Final = Text(
    "{one} and {other}: Cohen's kappa", "{one} 与 {other}：Cohen κ", "{one} 與 {other}：Cohen κ"
)
_VERDICTS: Final = {
    "reliable": Text("reliable", "可靠", "可靠"),
    "tentative": Text("with care", "谨慎使用", "謹慎使用"),
    "unreliable": Text("too low", "过低", "過低"),
    "not_settled": Text("not settled", "尚无定论", "尚無定論"),
}
_NO_SECOND: Final = Text(
    "No segment was read by two coders: how reliable the coding is, nobody knows.",
    "没有任何段落由两位编码员编码，编码的可靠程度无从得知。",
    "沒有任何段落由兩位編碼員編碼，編碼的可靠程度無從得知。",
)
_CODES: Final = Text("What was spoken of", "谈及内容", "談及內容")
_SPOKEN: Final = Text("conversations", "访谈次数", "訪談次數")
_SHARE: Final = Text("share", "占比", "占比")
_CAUSE: Final = Text("cause", "原因", "原因")
_TOUCHPOINT: Final = Text("touchpoint", "触点", "觸點")
_BY: Final = Text("By {by}", "按 {by}", "依 {by}")
_GROUP: Final = Text("group", "组", "組")
_QUOTE: Final = Text(
    '{code}, {note} segment {segment}, {role}: "{text}"',
    "{code}，{note} 第 {segment} 段，{role}：“{text}”",
    "{code}，{note} 第 {segment} 段，{role}：「{text}」",
)
_NO_SAMPLE: Final = Text(
    "Whoever was asked was chosen and not drawn: a share is of these conversations, and no estimate for all customers.",
    "受访者为选定而非抽样：占比仅就这些访谈而言，不代表全体客户。",
    "受訪者為選定而非抽樣：占比僅就這些訪談而言，不代表全體客戶。",
)


def register(app: typer.Typer) -> None:
    """Add the command to the group."""
    summary = said(
        "Coded notes of interviews and focus groups: agreement of coders, what was spoken of, and in whose words.",
        "访谈与焦点小组的编码记录：编码一致性、谈及内容及原话出处。",
        "訪談與焦點團體的編碼紀錄：編碼一致性、談及內容及原話出處。",
    )
    example = "Example: zhike measure notes notes.yaml --by branch --json"
    app.command("notes", help=summary, epilog=example)(_notes)


def _notes(
    notes: _NotesFile,
    by: _By = None,
    at: AtDay = None,
    bootstrap: Resamples = 1000,
    seed: Seed = 0,
    *,
    rulebook: RulebookFolder = None,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    import numpy as np

    from zhike.adapters.note_files import read_note_file
    from zhike.measure.notes.code_book import CODE_BOOK, NOTE_RULES, NoteRules, read_code_book
    from zhike.measure.studies.notes import Drawing, notes_study

    given, (book, today) = read_note_file(notes), rules_of(rulebook, at)
    found = notes_study(
        given, lambda day: read_code_book(book.at(CODE_BOOK, day).value), NoteRules.of(book.at(NOTE_RULES, today).value), today, by,
        Drawing(np.random.default_rng(seed), bootstrap),
    )  # fmt: skip
    payload = {**found, "seed": seed}
    emit_json(payload) if as_json else _show(payload, chosen_language(lang))


def _show(found: Mapping[str, Any], language: Language) -> None:
    numbers = {name: found[name] for name in ("n", "persons", "segments")}
    write(_HEAD.render(language, **numbers, left_out=len(found["left_out"])))
    if found["agreement"] is None:
        write(_NO_SECOND.in_language(language))
    else:
        _show_agreement(found, language)
    heads = (_CODE, _SPOKEN, _SHARE, INTERVAL, _CAUSE, _TOUCHPOINT)
    rows = [
        [one["title"][language], f"{one['n']:,}", percent(one["share"]["value"]), interval(one["share"]), one["cause"] or "-", one["touchpoint"] or "-"]
        for one in found["codes"]
    ]  # fmt: skip
    show_rows(_CODES, heads, rows, language, found["level"])
    if found["by"] is not None:
        _show_groups(found, language)
    for one in found["codes"]:
        for quote in one["quotes"]:
            told = {name: quote[name] for name in ("note", "segment", "role", "text")}
            write(_QUOTE.render(language, code=one["title"][language], **told))
    write(_NO_SAMPLE.in_language(language))


def _show_agreement(found: Mapping[str, Any], language: Language) -> None:
    agreement = found["agreement"]
    titles = {one["code"]: one["title"][language] for one in found["codes"]}
    told = [(_ALL.in_language(language), agreement["overall"])]
    if agreement["exclusive"] is not None:
        told.append((_ONE.in_language(language), agreement["exclusive"]))
    told += [
        (_KAPPA.render(language, one=one["one"], other=one["other"]), one["overall"])
        for one in agreement["pairs"]
    ]
    told += [(titles[one["code"]], one) for one in agreement["codes"]]
    rows = [
        [name, number(one["value"]), interval(one), _VERDICTS[one["verdict"]].in_language(language)] for name, one in told
    ]  # fmt: skip
    show_rows(_AGREEMENT, (_CODE, VALUE, INTERVAL, _VERDICT), rows, language, found["level"])


def _show_groups(found: Mapping[str, Any], language: Language) -> None:
    rows = [
        [code["title"][language], one["group"], f"{one['n']:,}", *(("-", "-") if one["suppressed"] else (percent(one["value"]), interval(one)))]
        for code in found["codes"] for one in code["groups"]
    ]  # fmt: skip
    show_rows(
        _BY.filled(by=found["by"]), (_CODE, _GROUP, N, _SHARE, INTERVAL), rows, language, found["level"]
    )
