"""`zhike surveys export`: the sheets of the store as a file that `zhike measure` reads."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable  # noqa: TC003 - typer reads it
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from zhike.cli.console import said, write
from zhike.cli.measure_options import rules_of
from zhike.cli.option_groups import Answer, option_groups
from zhike.cli.options import RulebookFolder, day_of
from zhike.cli.stores import StorePlace, acting_alone, zone_of
from zhike.cli.surveys import Instrument, questionnaire_of
from zhike.core.language import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from zhike.core.language import Language

__all__ = ["register"]

VersionOf = Annotated[
    str | None,
    typer.Option("--version", metavar="DATE", help=said("Day on which the version was in force; default: today.", "版本生效日；默认今天。", "版本生效日；預設今天。")),
]  # fmt: skip
First = Annotated[str | None, typer.Option("--from", metavar="DATE", help=said("First day that counts.", "起始日。", "起始日。"))]  # fmt: skip
Last = Annotated[str | None, typer.Option("--until", metavar="DATE", help=said("Last day that counts.", "截止日。", "截止日。"))]  # fmt: skip
OutFile = Annotated[Path, typer.Option("--out", metavar="FILE", help=said("File to write: CSV.", "输出文件：CSV。", "輸出檔案：CSV。"))]  # fmt: skip
_DONE: Final = Text(
    "{file}: {sheets} sheets of {version}, {columns} columns",
    "{file}：{version} 答卷 {sheets} 份，{columns} 列",
    "{file}：{version} 答卷 {sheets} 份，{columns} 欄",
)
_COARSE: Final = Text(
    "{count} sheets without branch and tier: too few share theirs",
    "{count} 份答卷不含网点与等级：同组人数过少",
    "{count} 份答卷不含分行與等級：同組人數過少",
)
_HELD: Final = Text(
    "{count} more sheets come with the next full block of {least}",
    "另有 {count} 份待凑满 {least} 份后输出",
    "另有 {count} 份待湊滿 {least} 份後輸出",
)
_LEFT: Final = Text(
    "left out, since words may say whose they are: {names}",
    "因文字可能透露身份而未输出：{names}",
    "因文字可能透露身分而未輸出：{names}",
)


def register(app: typer.Typer) -> None:
    """Add the command to the group."""
    app.command(
        "export",
        help=said(
            "Write the sheets of the store, of nobody by name, as a file that zhike measure reads.",
            "将数据库中的答卷（不含身份）输出为 zhike measure 可读的文件。",
            "將資料庫中的答卷（不含身分）輸出為 zhike measure 可讀的檔案。",
        ),
        epilog="Example: zhike surveys export nps --store zhike.db --out answers.csv",
    )(option_groups(_export))


@dataclass(frozen=True, slots=True)
class Days:
    """Options: the days that count."""

    first: First = None
    until: Last = None

    def counts(self) -> Callable[[dt.date], bool]:
        """Return whether a day is one of them."""
        begins = dt.date.min if self.first is None else day_of(self.first)
        ends = dt.date.max if self.until is None else day_of(self.until)
        return lambda day: begins <= day <= ends


def _export(
    instrument: Instrument,
    *,
    out: OutFile,
    version: VersionOf = None,
    days: Days,
    store: StorePlace = None,
    rulebook: RulebookFolder = None,
    answer: Answer,
) -> None:
    from zhike.adapters.answer_files import write_answers
    from zhike.adapters.survey_microdata import survey_microdata
    from zhike.measure.results.forms import ResultRules

    book, day = rules_of(rulebook, version)
    questionnaire, least = questionnaire_of(book, instrument, day), ResultRules.of(book, day).least
    acting = acting_alone(store)
    with acting.store.read() as tx:
        found = survey_microdata(tx, questionnaire, zone_of(tx), days.counts(), least)
    write_answers(out, found.table)
    told = {
        "file": str(out), "version": questionnaire.version, "sheets": found.table.height, "columns": found.table.columns,
        "coarse": found.coarse, "held": found.held, "left_out": found.left_out, "least": least,
    }  # fmt: skip
    answer.give(told, _show)


def _show(told: Mapping[str, Any], language: Language) -> None:
    write(_DONE.render(language, **{**told, "columns": len(told["columns"])}))
    if told["coarse"]:
        write(_COARSE.render(language, count=told["coarse"]))
    if told["held"]:
        write(_HELD.render(language, count=told["held"], least=told["least"]))
    if told["left_out"]:
        write(_LEFT.render(language, names=", ".join(told["left_out"])))
