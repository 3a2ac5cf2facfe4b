"""`zhike demo`: make up a bank, load it, check it, decide for its customers, explain three of them, prove the decisions."""

from __future__ import annotations

import contextlib
import io
import json
import shutil
from typing import TYPE_CHECKING, Any, Final

from zhike.cli.console import chosen_language, emit_json, show_progress, write
from zhike.core.language import Language, Text

if TYPE_CHECKING:
    import datetime as dt
    from pathlib import Path

    import polars as pl

__all__ = ["demo"]

_MARKER: Final = "demo.json"
_EXTRACT, _BANK, _DECISIONS = "extract", "bank", "decisions"
_ADVISED: Final = ("offer_wealth", "offer_fund", "offer_insurance")
_LEVEL_MATCH: Final = "cn.nfra.suitability.level_match"
_SHOWN: Final = 3

_STEP: Final = Text("[{number}/7] {what}", "[{number}/7] {what}", "[{number}/7] {what}")
_STEPS: Final = (
    Text("Make up a bank of {customers} customers (seed {seed}): its files, as a core system would send them", "虚构一家有 {customers} 位客户的银行（种子 {seed}）：生成如核心系统所发的文件", "虛構一家有 {customers} 位客戶的銀行（種子 {seed}）：產生如核心系統所送的檔案"),
    Text("Load them: every row becomes a fact, or a reject with its reason", "加载：每一行要么成为事实，要么带原因被拒", "載入：每一列要麼成為事實，要麼帶原因被拒"),
    Text("Check what was loaded", "检查已加载的数据", "檢查已載入的資料"),
    Text("Build the customer archive as known at the end of {at}", "建立截至 {at} 日终的客户档案", "建立截至 {at} 日終的客戶檔案"),
    Text("Decide for every customer", "为每位客户作出决定", "為每位客戶作出決定"),
    Text("Explain three of them", "解释其中三位客户", "解釋其中三位客戶"),
    Text("Prove it: decide again and compare every byte", "证明：重新决定并逐字节比较", "證明：重新決定並逐位元組比較"),
)  # fmt: skip
_FILES: Final = Text("{files} files, {rows} rows, in {folder}", "{files} 个文件，{rows} 行，位于 {folder}", "{files} 個檔案，{rows} 列，位於 {folder}")  # fmt: skip
_LOADED: Final = Text("{rows} rows in {tables} tables; {rejected} rows rejected, put there on purpose:", "{tables} 张表共 {rows} 行；{rejected} 行被拒（有意放入的问题行）：", "{tables} 張表共 {rows} 列；{rejected} 列被拒（刻意放入的問題列）：")  # fmt: skip
_UNCHANGED: Final = Text("The bank already held all of it: nothing changed.", "该银行已包含全部数据：没有变化。", "該銀行已包含全部資料：沒有變化。")  # fmt: skip
_REJECTED: Final = Text("  {place}: {meaning}", "  {place}：{meaning}", "  {place}：{meaning}")
_CHECKED: Final = Text("{errors} errors, {warnings} warnings, {infos} remarks", "{errors} 项错误，{warnings} 项警告，{infos} 项提示", "{errors} 項錯誤，{warnings} 項警告，{infos} 項提示")  # fmt: skip
_ARCHIVED: Final = Text("{customers} customers, {columns} columns; of what a complete archive knows, {share} is known", "{customers} 位客户，{columns} 列；完整档案所需信息已知 {share}", "{customers} 位客戶，{columns} 欄；完整檔案所需資訊已知 {share}")  # fmt: skip
_STAGES: Final = Text("life stages: {counts}", "人生阶段：{counts}", "人生階段：{counts}")
_PROFILES: Final = Text("risk profiles: {counts}", "风险评估：{counts}", "風險評估：{counts}")
_CASES: Final = {
    "sale": Text("A product that suits {customer}", "适合 {customer} 的产品", "適合 {customer} 的產品"),
    "refused": Text("Nothing for {customer}, and a product that does not suit", "对 {customer} 不行动，以及一款不合适的产品", "對 {customer} 不行動，以及一款不適合的產品"),
    "care": Text("Care for {customer} instead of a sale", "对 {customer} 关怀而非销售", "對 {customer} 關懷而非銷售"),
}  # fmt: skip
_FOREIGN: Final = "a new folder, or one that `zhike demo` made"
_NEXT: Final = Text("What to do next:", "接下来可以：", "接下來可以：")
_COMMANDS: Final = (
    ("zhike show {bank} --customer {customer} --at {at}", Text("one customer's page", "一位客户的页面", "一位客戶的頁面")),
    ("zhike explain {decisions} --customer {customer}", Text("everything about a decision", "某项决定的全部依据", "某項決定的全部依據")),
    ("zhike rejects {bank}", Text("what was not loaded, and why", "哪些行未加载及原因", "哪些列未載入及原因")),
    ("zhike check {bank} --at {at} --look-ahead", Text("the quality of the data, and the proof that nothing looks ahead", "数据质量，以及无前视的证明", "資料品質，以及無前視的證明")),
    ("zhike replay {bank} --from 2026-03-01 --to 2026-07-01 --step 30", Text("what it would have proposed, against what customers did", "回放历史：当时会推荐什么，客户实际做了什么", "回放歷史：當時會推薦什麼，客戶實際做了什麼")),
    (f"zhike rules show {_LEVEL_MATCH}", Text("a rule with its reference", "一条规则及其依据", "一條規則及其依據")),
    ("zhike init mybank --from csv EXTRACT --mapping MAPPING", Text("your own bank; {extract}/mapping.yaml is an example", "加载您自己的银行；示例见 {extract}/mapping.yaml", "載入您自己的銀行；範例見 {extract}/mapping.yaml")),
)  # fmt: skip


def demo(out: Path, customers: int, seed: int, *, as_json: bool = False, lang: str | None) -> int:
    """Walk from nothing to explained decisions; return the exit code.

    Parameters
    ----------
    out : Path
        Folder to work in: new, or left by an earlier demonstration. The same call twice gives the same files.
    customers, seed : int
        See `zhike.lab.small_bank.small_bank`.
    as_json : bool
        Print one JSON document instead of the walk.
    lang : str or None
        Language of what is printed.

    Raises
    ------
    UsageError
        When the folder holds something else, or there are fewer than ten customers.
    """
    if not as_json:
        return _walk(out, customers, seed, lang)
    with contextlib.redirect_stdout(io.StringIO()):
        code = _walk(out, customers, seed, lang)
    emit_json(_summary(out, customers, seed, identical=code == 0))
    return code


def _summary(out: Path, customers: int, seed: int, *, identical: bool) -> dict[str, Any]:
    from zhike.adapters.bank import Bank
    from zhike.adapters.decision_files import read_plan

    plan = read_plan(out / _DECISIONS)
    return {
        "customers": customers, "seed": seed, "at": plan["at"], "bank": out / _BANK, "decisions": out / _DECISIONS,
        "rows": dict(Bank.open(out / _BANK).rows()), "rejected": _rejects(out).height, "funnel": plan["funnel"],
        "summary": plan["summary"], "identical": identical,
        "examples": {case: {"customer_id": who, "action_id": what} for case, (who, what) in _examples(out / _DECISIONS).items()},
    }  # fmt: skip


def _walk(out: Path, customers: int, seed: int, lang: str | None) -> int:
    from zhike.lab.small_bank import LAST_DAY

    language, before = chosen_language(lang), _earlier(out)
    _say(language, 1, customers=f"{customers:,}", seed=seed)
    _make_up(out, before, (customers, seed), language)
    _say(language, 2)
    _load(out, language)
    _say(language, 3)
    _check(out / _BANK, language)
    _say(language, 4, at=LAST_DAY)
    _archive(out / _BANK, LAST_DAY, language)
    _say(language, 5)
    _decide(out, LAST_DAY, lang)
    _say(language, 6)
    example = _explain(out / _DECISIONS, lang)
    _say(language, 7)
    code = _prove(out, lang)
    _show_next(out, example, LAST_DAY, language)
    return code


def _say(language: Language, number: int, **values: object) -> None:
    write()
    write(_STEP.render(language, number=number, what=_STEPS[number - 1].render(language, **values)))


def _make_up(out: Path, before: str | None, size_and_seed: tuple[int, int], language: Language) -> None:
    """Write the extract; where it differs from the earlier one, what was built from that goes."""
    from zhike.lab.small_bank import write_extract

    out.mkdir(parents=True, exist_ok=True)
    _mark(out, None)
    with show_progress("extract") as progress:
        digest = write_extract(out / _EXTRACT, *size_and_seed, progress)
    if digest != before:
        for name in (_BANK, _DECISIONS):
            shutil.rmtree(out / name, ignore_errors=True)
    _mark(out, digest)
    files = sorted((out / _EXTRACT).glob("*.csv"))
    rows = sum(file.read_bytes().count(b"\n") - 1 for file in files)
    write(_FILES.render(language, files=len(files), rows=f"{rows:,}", folder=out / _EXTRACT))


def _earlier(out: Path) -> str | None:
    """Return the digest of the extract that an earlier demonstration left; refuse anybody else's folder."""
    from zhike.core.errors import UsageError

    if not out.exists() or (out.is_dir() and not any(out.iterdir())):
        return None
    try:
        marker = json.loads((out / _MARKER).read_text("utf-8"))
        return None if marker["extract"] is None else str(marker["extract"])
    except (OSError, ValueError, KeyError, TypeError) as problem:
        raise UsageError(what=f"--out {out}, which holds something else", expected=_FOREIGN) from problem


def _mark(out: Path, digest: str | None) -> None:
    (out / _MARKER).write_text(json.dumps({"made by": "zhike demo", "extract": digest}) + "\n", "utf-8")


def _load(out: Path, language: Language) -> None:
    from zhike.adapters.rule_files import load_rulebook
    from zhike.adapters.sources import load_source

    with show_progress("init csv") as progress:
        report = load_source(out / _BANK, "csv", out / _EXTRACT, load_rulebook(), None, progress)
    tables = report.manifest.tables
    rows = sum(part.rows for part in tables.values())
    write(_LOADED.render(language, rows=f"{rows:,}", tables=len(tables), rejected=_rejects(out).height))
    for row in _rejects(out).iter_rows(named=True):
        write(_reject_line(row, language))
    if report.unchanged:
        write(_UNCHANGED.in_language(language))


def _rejects(out: Path) -> pl.DataFrame:
    from zhike.adapters.bank import Bank

    return Bank.open(out / _BANK).rejects(None)


def _reject_line(row: dict[str, Any], language: Language) -> str:
    from zhike.core.rejects import REJECT_REASONS

    meaning = REJECT_REASONS[row["code"]].meaning.in_language(language)
    place = ":".join(
        str(part) for part in (row["source_file"], row["line"], row["column"]) if part is not None
    )
    return _REJECTED.render(language, place=place, meaning=meaning)


def _check(bank: Path, language: Language) -> None:
    import datetime as dt

    from zhike.adapters.bank import Bank
    from zhike.adapters.rule_files import load_rulebook
    from zhike.observe.quality import QualityLimits, findings

    opened = Bank.open(bank)
    limits = load_rulebook().at("know.quality.limits", dt.date.max).value
    with show_progress("check"):
        found = findings(opened.tables(), None, opened.manifest.timezone, QualityLimits(**limits), language)
    counts = {
        level: found.filter(found["severity"] == level).height for level in ("error", "warning", "info")
    }
    write(_CHECKED.render(language, errors=counts["error"], warnings=counts["warning"], infos=counts["info"]))
    for sentence in found.filter(found["severity"] == "error")["sentence"].head(_SHOWN):
        write(f"  {sentence}")


def _archive(bank: Path, at: dt.date, language: Language) -> None:
    from zhike.cli.bank_archive import bank_archive

    made = bank_archive(bank, at, None)
    with show_progress("archive"):
        rows = made.rows.collect(engine="streaming")
    share = sum(rows["completeness"]) / max(rows.height, 1)
    write(_ARCHIVED.render(language, customers=f"{rows.height:,}", columns=rows.width, share=f"{share:.0%}"))
    write("  " + _STAGES.render(language, counts=_counted(rows["life_stage"], language)))
    write("  " + _PROFILES.render(language, counts=_counted(rows["risk_status"], language)))


def _counted(column: pl.Series, language: Language) -> str:
    from zhike.know.vocabulary import word

    counts = column.value_counts().sort("count", column.name, descending=[True, False])
    return ", ".join(
        f"{word(str(value)).in_language(language)} {count:,}" for value, count in counts.iter_rows()
    )


def _decide(out: Path, at: dt.date, lang: str | None) -> None:
    from zhike.cli.decide import decide

    decide(out / _BANK, at, out / _DECISIONS, None, None, as_json=False, lang=lang)


def _explain(decisions: Path, lang: str | None) -> str:
    """Explain one decision of each kind; return the customer of the first that there is."""
    from zhike.cli.explain import explain

    language, found = chosen_language(lang), _examples(decisions)
    for case, (customer, action) in found.items():
        write()
        write(f"--- {_CASES[case].render(language, customer=customer)}")
        if case == "refused":
            explain(decisions, customer, None, as_json=False, lang=lang)
            write()
        explain(decisions, customer, action, as_json=False, lang=lang)
    return next(iter(found.values()), (_any_customer(decisions),))[0]


def _any_customer(decisions: Path) -> str:
    import polars as pl

    return str(pl.read_parquet(decisions / "decisions.parquet")["customer_id"].min())


def _examples(decisions: Path) -> dict[str, tuple[str, str]]:
    """Return a customer and an action for each case that there is: advised products and the clearest refusals first."""
    import polars as pl

    chosen = pl.read_parquet(decisions / "decisions.parquet").sort("customer_id", "rank")
    template = pl.col("action_id").str.split(":").list.first()
    sales = chosen.filter(pl.col("kind") == "sale").sort(~template.is_in(_ADVISED), maintain_order=True)
    idle = chosen.filter(pl.col("kind") == "none", pl.col("rank") == 1).select("customer_id")
    candidates = pl.read_parquet(decisions / "candidates.parquet").with_columns(
        pl.col("customer_id", "action_id").cast(pl.String)
    )
    unsuitable = candidates.filter(pl.col("verdict").cast(pl.String) == "suitability").join(
        idle, on="customer_id", how="semi"
    )
    reasons = pl.col("reason_codes").cast(pl.String)
    clearest = (
        ~reasons.str.contains(_LEVEL_MATCH, literal=True),
        reasons.str.count_matches(";"),
        "customer_id",
        "action_id",
    )
    care = chosen.filter(pl.col("kind").is_in(["care", "service"]), pl.col("rank") == 1)
    first = {"sale": sales, "refused": unsuitable.sort(*clearest), "care": care}
    return {case: (row["customer_id"][0], row["action_id"][0]) for case, row in first.items() if len(row)}


def _prove(out: Path, lang: str | None) -> int:
    from zhike.cli.decide import replay_check

    return replay_check(out / _DECISIONS, out / _BANK, None, as_json=False, lang=lang)


def _show_next(out: Path, customer: str, at: dt.date, language: Language) -> None:
    places = {
        "bank": out / _BANK,
        "decisions": out / _DECISIONS,
        "extract": out / _EXTRACT,
        "customer": customer,
        "at": at,
    }
    write()
    write(_NEXT.in_language(language))
    for command, meaning in _COMMANDS:
        write(f"  {command.format(**places)}")
        write(f"      {meaning.render(language, **places)}")
