"""``zhike rules``: look at the rulebook, prove it sound, run its cases."""

from __future__ import annotations

import datetime as dt
import sys
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from zhike.cli.console import chosen_language, emit_json, said, show_table, write
from zhike.cli.options import AsJson, Lang, RulebookFolder, day_of
from zhike.core.language import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from zhike.adapters.rule_files import RuleFiles
    from zhike.core.language import Language
    from zhike.core.rule_cases import CaseResult
    from zhike.core.rulebook import Entry, Rulebook
    from zhike.decide.rule_lint import Problem

__all__ = ["app"]

app = typer.Typer(
    no_args_is_help=True,
    help=said(
        "The rulebook: list, show, check, and run the cases of its rules.",
        "规则库：列出、查看、检查规则并运行案例。",
        "規則庫：列出、檢視、檢查規則並執行案例。",
    ),
)

Row = dict[str, Any]
Today = Annotated[
    str | None,
    typer.Option(
        "--at",
        metavar="DATE",
        help=said(
            "Day, such as 2026-03-01; default: today.",
            "日期，如 2026-03-01；默认今天。",
            "日期，如 2026-03-01；預設今天。",
        ),
    ),
]
Prefix = Annotated[
    str,
    typer.Argument(
        metavar="[PREFIX]",
        help=said(
            "Only documents below this path, such as cn.nfra.",
            "仅此路径之下的文档，如 cn.nfra。",
            "僅此路徑之下的文件，如 cn.nfra。",
        ),
    ),
]
RulePath = Annotated[
    str,
    typer.Argument(
        metavar="PATH",
        help=said("Dotted path of a document.", "文档的点分路径。", "文件的點分路徑。"),
    ),
]

_WIDEST: Final = 60
_COLUMNS: Final = {
    "path": Text("rule", "规则", "規則"),
    "kind": Text("kind", "类型", "類型"),
    "title": Text("title", "标题", "標題"),
    "since": Text("in force since", "生效日", "生效日"),
    "value": Text("value", "取值", "取值"),
    "status": Text("status", "状态", "狀態"),
    "reference": Text("reference", "依据", "依據"),
    "code": Text("problem", "问题", "問題"),
    "sentence": Text("what is wrong", "说明", "說明"),
    "case": Text("case", "案例", "案例"),
    "at": Text("on", "日期", "日期"),
    "expected": Text("expected", "预期", "預期"),
    "found": Text("found", "实际", "實際"),
    "passed": Text("result", "结果", "結果"),
}
_WORDS: Final = {
    "passed": Text("pass", "通过", "通過"),
    "failed": Text("FAIL", "失败", "失敗"),
    "ended": Text("not in force", "未生效", "未生效"),
    "owner": Text("owner", "负责人", "負責人"),
    "checked": Text("last checked", "最近核对", "最近核對"),
    "reads": Text("reads", "引用", "引用"),
    "users": Text("used by", "被引用于", "被引用於"),
    "message": Text("says", "提示", "提示"),
    "cases": Text(
        "{n} cases, {failed} failed", "共 {n} 个案例，{failed} 个失败", "共 {n} 個案例，{failed} 個失敗"
    ),
    "sound": Text(
        "{documents} documents, {cases} cases, {problems} problems",
        "{documents} 份文档，{cases} 个案例，{problems} 个问题",
        "{documents} 份文件，{cases} 個案例，{problems} 個問題",
    ),
}


@app.command(
    "list",
    help=said(
        "List the documents with what they say on a day.",
        "列出各文档及其当日内容。",
        "列出各文件及其當日內容。",
    ),
    epilog="Example: zhike rules list cn.nfra.suitability --at 2026-03-01 --lang zh-Hans",
)
def list_rules(
    prefix: Prefix = "",
    *,
    at: Today = None,
    rulebook: RulebookFolder = None,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    from zhike.adapters.rule_files import load_rulebook

    language, day = chosen_language(lang), _day(at)
    rows = [_listed(entry, day, language) for entry in _below(prefix, load_rulebook(rulebook))]
    if as_json:
        emit_json(rows)
    else:
        _show(rows, language)


@app.command(
    "show",
    help=said(
        "Show a document: versions, references, cases, and who reads it.",
        "查看一份文档：各版本、依据、案例及其使用者。",
        "檢視一份文件：各版本、依據、案例及其使用者。",
    ),
    epilog="Example: zhike rules show cn.nfra.suitability.level_match --lang zh-Hant",
)
def show_rule(
    path: RulePath,
    *,
    at: Today = None,
    rulebook: RulebookFolder = None,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    from zhike.adapters.rule_files import read_rule_files
    from zhike.core.rule_cases import run_case
    from zhike.measure.rule_kinds import READERS

    language, day = chosen_language(lang), _day(at)
    files = read_rule_files(rulebook)
    entry = files.rulebook.entry(path)
    results = [run_case(files.rulebook, path, case, READERS) for case in files.cases.get(path, [])]
    users = files.rulebook.users(path)
    if as_json:
        emit_json(_shown(entry, results, users, day, language))
    else:
        _print_page(entry, results, users, day, language)


@app.command(
    "check",
    help=said(
        "Prove the rulebook sound: schema, names, references, tables, cases. Exit code 1 on a problem.",
        "检查规则库：结构、名称、依据、决策表、案例；有问题时以 1 退出。",
        "檢查規則庫：結構、名稱、依據、決策表、案例；有問題時以 1 結束。",
    ),
    epilog="Example: zhike rules check --rulebook our-rules --json",
)
def check_rules(
    *, at: Today = None, rulebook: RulebookFolder = None, as_json: AsJson = False, lang: Lang = None
) -> None:
    from zhike.adapters.rule_files import read_rule_files

    language = chosen_language(lang)
    files = read_rule_files(rulebook)
    found = _problems(files, _day(at))
    rows = [{"path": p.path, "code": p.code, "sentence": p.sentence.in_language(language)} for p in found]
    counts = {"documents": len(files.rulebook.entries), "cases": sum(map(len, files.cases.values()))}
    if as_json:
        emit_json({**counts, "problems": rows})
    else:
        _show(rows, language)
        write(_WORDS["sound"].render(language, **counts, problems=len(rows)))
    raise typer.Exit(1 if found else 0)


@app.command(
    "cases",
    help=said(
        "Run every case against its rule. Exit code 1 on a failure.",
        "逐一运行规则案例；有失败时以 1 退出。",
        "逐一執行規則案例；有失敗時以 1 結束。",
    ),
    epilog="Example: zhike rules cases cn.nfra.insurance",
)
def run_rule_cases(
    prefix: Prefix = "",
    *,
    rulebook: RulebookFolder = None,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    from zhike.adapters.rule_files import load_cases, load_rulebook
    from zhike.core.rule_cases import run_cases
    from zhike.measure.rule_kinds import READERS

    language = chosen_language(lang)
    book, cases = load_rulebook(rulebook), load_cases(rulebook)
    below = {entry.path: cases.get(entry.path, []) for entry in _below(prefix, book)}
    results = run_cases(book, below, READERS)
    failed = sum(not result.passed for result in results)
    rows = [_result(result, language, as_json=as_json) for result in results]
    if as_json:
        emit_json({"cases": len(results), "failed": failed, "results": rows})
    else:
        _show(rows, language)
        write(_WORDS["cases"].render(language, n=len(results), failed=failed))
    raise typer.Exit(1 if failed else 0)


def _below(prefix: str, book: Rulebook) -> list[Entry]:
    """Return the documents at or below a path; a path that names none is a slip, and the error says which are near."""
    stem = prefix.rstrip(".")
    found = [entry for entry in book if not stem or f"{entry.path}.".startswith(f"{stem}.")]
    return found or [book.entry(prefix)]


def _day(text: str | None) -> dt.date:
    return dt.datetime.now(dt.UTC).date() if text is None else day_of(text)


def _problems(files: RuleFiles, at: dt.date) -> list[Problem]:
    from zhike.core.rule_names import vocabulary
    from zhike.decide.rule_lint import Problem, rulebook_problems
    from zhike.know.features import FEATURES
    from zhike.measure.rule_kinds import measured_findings

    names = vocabulary({feature.name: feature.dtype for feature in FEATURES})
    unread = {str(error.data["path"]).partition(".")[0].replace("/", ".") for error in files.errors}
    found = [
        *rulebook_problems(files.rulebook, files.cases, names, at),
        *measured_findings(files.rulebook, at),
    ]
    # Of a document and its cases, one that could not be read is the problem; the other is not alone for that.
    known = [
        problem
        for problem in found
        if not (problem.code in ("orphan", "no_cases") and problem.path in unread)
    ]
    return [*(Problem.of(error) for error in files.errors), *known]


def _listed(entry: Entry, day: dt.date, language: Language) -> Row:
    version = entry.in_force(day)
    return {
        "path": entry.path,
        "kind": entry.kind,
        "title": entry.title.in_language(language),
        "since": version.first_day if version else _WORDS["ended"].in_language(language),
        "value": version.value if version else None,
        "status": version.status if version else None,
        "reference": version.reference.title if version else None,
    }


def _shown(
    entry: Entry, results: list[CaseResult], users: list[str], day: dt.date, language: Language
) -> Row:
    version = entry.in_force(day)
    head = {k: v for k, v in entry.versions[0].head.items() if k not in ("title", "kind", "owner")}
    return {
        "path": entry.path, "kind": entry.kind, "title": entry.title.in_language(language), "owner": entry.owner,
        "last_checked": entry.last_checked, "in_force": version.first_day if version else None, **head,
        "versions": [
            {"first_day": v.first_day, "value": v.value, "status": v.status, "reference": v.reference.title, "href": v.reference.href}
            for v in entry.versions
        ],
        "cases": [_result(result, language, as_json=True) for result in results],
        "used_by": users,
    }  # fmt: skip


def _result(result: CaseResult, language: Language, *, as_json: bool) -> Row:
    word = _WORDS["passed" if result.passed else "failed"].in_language(language)
    return {
        "path": result.path,
        "case": result.name,
        "at": result.at,
        "expected": result.expected,
        "found": result.found,
        "passed": result.passed if as_json else word,
    }


def _print_page(
    entry: Entry, results: list[CaseResult], users: list[str], day: dt.date, language: Language
) -> None:
    write(f"{entry.path}  [{entry.kind}]  {entry.title.in_language(language)}")
    write(
        f"{_WORDS['owner'].in_language(language)}: {entry.owner}    {_WORDS['checked'].in_language(language)}: {entry.last_checked}"
    )
    for key in ("message", "duty"):
        if entry.versions[0].head.get(key):
            write(f"{_WORDS['message'].in_language(language)}: {entry.versions[0].head[key][language]}")
    for version in entry.versions:
        mark = "*" if version is entry.in_force(day) else " "
        write(f"\n{mark} {version.first_day}  {version.status}  {version.reference.title}")
        for line in _lines(version.value):
            write(f"    {line}")
    reads = entry.versions[0].head.get("parameters") or {}
    write(
        f"\n{_WORDS['reads'].in_language(language)}: {', '.join(f'{k} = {v}' for k, v in reads.items()) or '-'}"
    )
    write(f"{_WORDS['users'].in_language(language)}: {', '.join(users) or '-'}\n")
    rows = [_result(result, language, as_json=False) for result in results]
    _show([{key: row[key] for key in row if key != "path"} for row in rows], language)


def _lines(value: Any) -> list[str]:  # noqa: ANN401 - any payload
    from zhike.core.rulebook import canonical_json

    if isinstance(value, dict):
        return [
            f"{key}: {part if isinstance(part, str) else canonical_json(part)}" for key, part in value.items()
        ]
    return [canonical_json(part) for part in value] if isinstance(value, list) else [canonical_json(value)]


def _show(rows: Sequence[Row], language: Language) -> None:
    """Print rows as a table; on a terminal long cells are cut, in a pipe they stay whole."""
    widest = _WIDEST if sys.stdout.isatty() else None
    if rows:
        columns = [_COLUMNS[key].in_language(language) for key in rows[0]]
        show_table("", columns, [[_cell(value, widest) for value in row.values()] for row in rows])


def _cell(value: Any, widest: int | None = None) -> str:  # noqa: ANN401 - any cell
    from zhike.core.rulebook import canonical_json

    text = value if isinstance(value, str) else "-" if value is None else canonical_json(value).strip('"')
    text = " ".join(text.split())
    return text if widest is None or len(text) <= widest else f"{text[: widest - 1]}…"
