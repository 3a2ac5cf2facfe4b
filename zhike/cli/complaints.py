"""``zhike complaints``: complaints from mail, letters, regulators and social messages, taken in from files."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from zhike.cli.console import chosen_language, emit_json, said, show_table, write
from zhike.cli.options import AsJson, Lang, RulebookFolder  # noqa: TC001 - read when the command is made
from zhike.cli.stores import OPERATOR, StorePlace, acting_alone
from zhike.core.errors import InputNotFoundError, UsageError
from zhike.core.language import Text
from zhike.core.phrases import phrase

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from zhike.act.acting import Acting
    from zhike.act.complaint_desk import ComplaintDesk
    from zhike.act.complaint_import import Refused
    from zhike.act.complaint_messages import Incoming, Placed
    from zhike.core.language import Language

__all__ = ["app"]

app = typer.Typer(
    no_args_is_help=True,
    help=said(
        "Complaints: take them in, say what they are about and how they were dealt with, forecast their desk.",
        "投诉：受理导入、原因与处理情况分析、处理人力预测。",
        "申訴：受理匯入、原因與處理情形分析、處理人力預測。",
    ),
)
_AT_A_TIME: Final = 50
"""Messages in one transaction: a run that is stopped has taken in what it had, and is run again."""
_REJECTED: Final = 3
_COLUMNS: Final = (
    Text("source", "来源", "來源"),
    Text("state", "状态", "狀態"),
    Text("code", "代码", "代碼"),
    Text("message", "消息", "訊息"),
    Text("complaint", "投诉", "申訴"),
)
_REFUSED: Final = (
    Text("line", "行", "列"),
    Text("code", "代码", "代碼"),
    Text("column", "列", "欄"),
    Text("found", "发现", "發現"),
    Text("needed", "需要", "需要"),
)
_TOLD: Final = Text(
    "{messages} messages: {opened} complaints opened, {added} added to one, {waiting} wait for a person, {set_aside} set aside, {known} known before, {rejects} rejects",
    "共 {messages} 条消息：新立投诉 {opened} 件，并入已有投诉 {added} 件，待人工处理 {waiting} 条，搁置 {set_aside} 条，此前已导入 {known} 条，拒收 {rejects} 条",
    "共 {messages} 則訊息：新立申訴 {opened} 件，併入既有申訴 {added} 件，待人工處理 {waiting} 則，擱置 {set_aside} 則，先前已匯入 {known} 則，拒收 {rejects} 則",
)
MailPlace = Annotated[
    Path,
    typer.Argument(metavar="MAIL", help=said("Mailbox (mbox), message (.eml), Maildir, or a folder of these.", "邮箱文件（mbox）、邮件（.eml）、Maildir 或其文件夹。", "信箱檔（mbox）、郵件（.eml）、Maildir 或其資料夾。")),
]  # fmt: skip
Table = Annotated[
    Path, typer.Argument(metavar="FILE", help=said("Table: CSV.", "表格：CSV。", "表格：CSV。"))
]
Mapping = Annotated[
    Path | None,
    typer.Option("--map", help=said("File with columns and values that are called otherwise.", "列名与取值对照文件。", "欄名與取值對照檔。")),
]  # fmt: skip
SortedBy = Annotated[
    Path | None,
    typer.Option("--bank", metavar="BANK", help=said("Bank folder whose models in force sort the complaints; by lists alone without.", "使用该银行文件夹中已启用的模型进行分类；缺省仅用词表。", "使用該銀行資料夾中已啟用的模型進行分類；預設僅用詞表。")),
]  # fmt: skip
Rejects = Annotated[
    Path | None,
    typer.Option("--rejects", metavar="FILE", help=said("Write refused rows here, to be corrected and imported again.", "将拒收的行写入此文件，更正后可再次导入。", "將拒收的列寫入此檔，更正後可再次匯入。")),
]  # fmt: skip


@app.command(
    help=said(
        "Take in mail: every message is a complaint, part of one, waits for a person or is set aside. Twice changes nothing.",
        "导入邮件：每封或立为投诉、或并入投诉、或待人工处理、或搁置；重复导入不产生变化。",
        "匯入郵件：每封或立為申訴、或併入申訴、或待人工處理、或擱置；重複匯入不產生變化。",
    ),
    epilog="Example: zhike complaints mail complaints.mbox --store zhike.db",
)
def mail(
    place: MailPlace,
    store: StorePlace = None,
    bank: SortedBy = None,
    *,
    rulebook: RulebookFolder = None,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    from zhike.act.complaint_messages import do_drop_old

    language, (acting, desk) = chosen_language(lang), _desk(store, bank, rulebook)
    run = _Run()
    for some in _chunks(_mails(place, acting, desk, run)):
        run.take(acting, desk, some)
    with acting.store.write() as tx:
        do_drop_old(acting, tx, desk)
    _tell(run, language, as_json=as_json)


@app.command(
    "import",
    help=said(
        "Take in a table of letters, forwards of a regulator or social messages. Exit code 3 with rejects.",
        "导入信函、监管转送或社交媒体消息的表格；有拒收时以 3 退出。",
        "匯入信函、監管轉送或社群訊息的表格；有拒收時以 3 結束。",
    ),
    epilog="Example: zhike complaints import letters.csv --rejects refused.csv",
)
def import_table(
    file: Table,
    store: StorePlace = None,
    mapping: Mapping = None,
    rejects: Rejects = None,
    bank: SortedBy = None,
    *,
    rulebook: RulebookFolder = None,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    from zhike.act.complaint_import import incoming_rows
    from zhike.adapters.complaint_files import read_complaint_table, write_refused
    from zhike.adapters.survey_files import read_mapping

    if rejects is not None and rejects.resolve() == file.resolve():
        raise UsageError(what=f"--rejects {rejects}", expected=phrase("a file of its own"))
    language, (acting, desk) = chosen_language(lang), _desk(store, bank, rulebook)
    columns, lines = read_complaint_table(file)
    rows, refused = incoming_rows(columns, lines, read_mapping(mapping), desk, acting.clock.now())
    run, cells = _Run(), {f"{file.name}:{line}": (line, own) for line, _, own in rows}
    for some in _chunks((f"{file.name}:{line}", new) for line, new, _ in rows):
        run.take(acting, desk, some)
    run.refuse(refused, cells)
    if rejects is not None:
        write_refused(rejects, columns, run.refused)
    _tell(run, language, as_json=as_json)


@dataclass(frozen=True, slots=True)
class _Unread:
    """Something on disk that is no message, or belongs to a customer that there is not."""

    source: str
    code: str
    column: str
    found: str
    needed: str


class _Run:
    """What a run took in, and what it did not."""

    def __init__(self) -> None:
        self.placed: list[tuple[str, Placed]] = []
        self.unread: list[_Unread] = []
        self.refused: list[Refused] = []

    def take(self, acting: Acting, desk: ComplaintDesk, some: list[tuple[str, Incoming]]) -> None:
        """Take in messages, together or none of them."""
        from zhike.act.complaint_messages import check_message, do_message

        with acting.store.write() as tx:
            placed: list[tuple[str, Placed]] = []
            unread: list[_Unread] = []
            for source, new in some:
                lacking = check_message(tx, new)
                if lacking is None:
                    placed.append((source, do_message(acting, tx, new, desk, OPERATOR)))
                else:
                    unread.append(_Unread(source, "bad_value", *lacking))
        self.placed += placed
        self.unread += unread

    def refuse(self, refused: list[Refused], cells: dict[str, tuple[int, Any]]) -> None:
        """Put what the ledger refused among the rows that were refused before, by line."""
        from zhike.act.complaint_import import Refused

        told = [
            Refused(cells[one.source][0], one.code, one.column, one.found, one.needed, cells[one.source][1])
            for one in self.unread
        ]
        self.refused, self.unread = sorted([*refused, *told], key=lambda one: one.line), []

    def counts(self) -> dict[str, int]:
        """Return how many messages there were, and what became of them."""
        from zhike.act.complaint_messages import ADDED, OPENED, SET_ASIDE, WAITING

        states = Counter(one.state for _, one in self.placed if not one.known)
        rejects = len(self.unread) + len(self.refused)
        return {
            "messages": len(self.placed) + rejects, **{state: states[state] for state in (OPENED, ADDED, WAITING, SET_ASIDE)},
            "known": sum(one.known for _, one in self.placed), "rejects": rejects,
        }  # fmt: skip

    def rejected(self) -> list[dict[str, Any]]:
        """Return what was refused, without what it says."""
        rows = [{"source": "", **asdict(one)} for one in self.refused]
        rows += [{"line": None, **asdict(one)} for one in self.unread]
        names = ("source", "line", "code", "column", "found", "needed")
        return [{name: row[name] for name in names} for row in rows]


def _desk(store: str | None, bank: Path | None, rulebook: Path | None) -> tuple[Acting, ComplaintDesk]:
    """Return what acting needs, and the desk of today; sorted by the models in force of a bank's folder where one is named."""
    from zhike.act.acting import moment
    from zhike.act.complaint_desk import ComplaintDesk
    from zhike.act.complaint_triage import ComplaintSorter
    from zhike.adapters.bank_place import BankPlace
    from zhike.adapters.rule_files import load_rulebook
    from zhike.api.complaint_sorting import sorter_of

    acting = acting_alone(store)
    if bank is not None and not bank.is_dir():
        raise InputNotFoundError(path=bank)
    sorter = ComplaintSorter() if bank is None else sorter_of(BankPlace(bank))
    return acting, ComplaintDesk.of(load_rulebook(rulebook), moment(acting.clock.now()).date(), sorter)


def _mails(place: Path, acting: Acting, desk: ComplaintDesk, run: _Run) -> Iterator[tuple[str, Incoming]]:
    """Yield what is mail; what is none is noted in the run."""
    from zhike.act.acting import moment
    from zhike.act.complaint_mail import incoming_mail, mail_setting
    from zhike.adapters.mail_files import mail_in
    from zhike.observe.mail import read_mail

    setting, longest = mail_setting(desk.house), int(desk.house.mail["longest_mail"])
    for found in mail_in(place, longest):
        read = read_mail(found.raw, setting, moment(acting.clock.now()), found.delivered)
        if read is None:
            run.unread.append(
                _Unread(found.source, "no_mail", "", str(found.size), "From, Date, Message-ID, Received")
            )
        else:
            yield found.source, incoming_mail(read, cut=found.size > longest)


def _chunks(messages: Iterable[tuple[str, Incoming]]) -> Iterator[list[tuple[str, Incoming]]]:
    each = iter(messages)
    while some := list(islice(each, _AT_A_TIME)):
        yield some


def _tell(run: _Run, language: Language, *, as_json: bool) -> None:
    counts, rejected = run.counts(), run.rejected()
    if as_json:
        emit_json({**counts, "placed": [{"source": source, **asdict(one)} for source, one in run.placed], "rejected": rejected})  # fmt: skip
    else:
        heads = [head.in_language(language) for head in _COLUMNS]
        rows = [
            (source, one.state, one.code or "-", one.message_id, one.complaint_id or "-")
            for source, one in run.placed if not one.known
        ]  # fmt: skip
        if rows:
            show_table("", heads, rows)
        if rejected:
            show_table("", [head.in_language(language) for head in _REFUSED], [
                (str(one["line"] or one["source"]), one["code"], one["column"] or "-", one["found"] or "-", one["needed"] or "-") for one in rejected
            ])  # fmt: skip
        write(_TOLD.render(language, **counts))
    raise typer.Exit(_REJECTED if rejected else 0)
