"""``zhike surveys``: the questionnaires of the rulebook, proven sound and tried out."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from zhike.cli.console import chosen_language, emit_json, said, show_table, write
from zhike.cli.options import AsJson, Lang, RulebookFolder, day_of
from zhike.cli.stores import OPERATOR, DeliverersFile, StorePlace, acting_alone, acting_on
from zhike.core.errors import UsageError
from zhike.core.language import Text
from zhike.core.phrases import phrase

if TYPE_CHECKING:
    from zhike.core.language import Language
    from zhike.core.rulebook import Rulebook, Version
    from zhike.measure.surveys import Questionnaire, Sheet
    from zhike.measure.surveys.importing import Imported
    from zhike.measure.surveys.questionnaire import Question

__all__ = ["Instrument", "app", "questionnaire_of"]

app = typer.Typer(
    no_args_is_help=True,
    help=said(
        "Questionnaires: list, show, prove sound, try out.",
        "问卷：列出、查看、检查与试答。",
        "問卷：列出、檢視、檢查與試答。",
    ),
)

Instrument = Annotated[
    str,
    typer.Argument(
        metavar="INSTRUMENT",
        help=said("Name, such as nps.", "问卷名称，如 nps。", "問卷名稱，如 nps。"),
    ),
]
Today = Annotated[
    str | None,
    typer.Option(
        "--at",
        metavar="DATE",
        help=said("Day, such as 2026-03-01; default: today.", "日期，如 2026-03-01；默认今天。", "日期，如 2026-03-01；預設今天。"),
    ),
]  # fmt: skip
Elder = Annotated[
    bool,
    typer.Option(
        "--elder",
        help=said("The short version of the elder mode.", "长者版（精简题目）。", "長者版（精簡題目）。"),
    ),
]
AnswerFile = Annotated[
    Path, typer.Argument(metavar="FILE", help=said("File of answers.", "作答文件。", "作答檔案。"))
]
Measured = Annotated[
    str, typer.Option("--instrument", help=said("Name of the questionnaire.", "问卷名称。", "問卷名稱。"))
]
Out = Annotated[Path, typer.Option("--out", help=said("Folder to write.", "输出文件夹。", "輸出資料夾。"))]
FormName = Annotated[
    str,
    typer.Option(
        "--form",
        help=said(
            "own, limesurvey or qualtrics.",
            "own、limesurvey 或 qualtrics。",
            "own、limesurvey 或 qualtrics。",
        ),
    ),
]
MapFile = Annotated[
    Path | None,
    typer.Option("--map", help=said("File with columns and values that are called otherwise.", "列名与取值对照文件。", "欄名與取值對照檔。")),
]  # fmt: skip
_FOLDER: Final = "instruments"
_WORDS: Final = {
    "instrument": Text("instrument", "问卷", "問卷"),
    "title": Text("title", "标题", "標題"),
    "version": Text("version", "版本", "版本"),
    "questions": Text("questions", "题数", "題數"),
    "minutes": Text("minutes", "分钟", "分鐘"),
    "short_questions": Text("short version", "长者版题数", "長者版題數"),
    "status": Text("status", "状态", "狀態"),
    "question": Text("question", "题目", "題目"),
    "kind": Text("kind", "题型", "題型"),
    "text": Text("text", "题干", "題幹"),
    "when": Text("asked when", "提问条件", "提問條件"),
    "score": Text("score", "得分", "得分"),
    "way": Text("way", "算法", "算法"),
    "of": Text("of", "题目范围", "題目範圍"),
    "where": Text("where", "位置", "位置"),
    "code": Text("problem", "问题", "問題"),
    "sentence": Text("what to change", "说明", "說明"),
    "asked": Text("asked in", "出现比例", "出現比例"),
    "answer": Text("answer", "作答", "作答"),
    "value": Text("value", "取值", "取值"),
    "next": Text("next", "下一页", "下一頁"),
    "done": Text("nothing more is asked", "无需再答", "無需再答"),
    "sound": Text("{questionnaires} questionnaires, {problems} problems", "共 {questionnaires} 份问卷，{problems} 个问题",
                  "共 {questionnaires} 份問卷，{problems} 個問題"),
    "told": Text("{sheets} sheets at random; {low:.1f} to {high:.1f} minutes, median {middle:.1f}; ended: {ends}",
                 "随机答卷 {sheets} 份；用时 {low:.1f} 至 {high:.1f} 分钟，中位数 {middle:.1f}；结束方式：{ends}",
                 "隨機答卷 {sheets} 份；用時 {low:.1f} 至 {high:.1f} 分鐘，中位數 {middle:.1f}；結束方式：{ends}"),
    "line": Text("line", "行", "列"),
    "column": Text("column", "列", "欄"),
    "found": Text("found", "发现", "發現"),
    "needed": Text("needed", "需要", "需要"),
    "imported": Text("{version}: {surveys} sheets, {answers} answers, {rejects} rejects", "{version}：答卷 {surveys} 份，作答 {answers} 个，拒收 {rejects} 个",
                     "{version}：答卷 {surveys} 份，作答 {answers} 個，拒收 {rejects} 個"),
    "unused": Text("columns that no question is called after: {names}", "没有题目对应的列：{names}", "沒有題目對應的欄：{names}"),
    "complete": Text("complete", "完成", "完成"),
    "wave": Text("wave", "批次", "批次"),
    "reason": Text("reason", "原因", "原因"),
    "customers": Text("customers", "客户数", "客戶數"),
    "quota": Text("quota", "配额", "配額"),
    "limit": Text("places", "名额", "名額"),
    "days": Text("within days", "天数", "天數"),
    "taken": Text("taken", "已占", "已占"),
    "held": Text("held", "暂占", "暫占"),
    "left": Text("left", "剩余", "剩餘"),
    "no_quotas": Text("no questionnaire in force has a quota", "生效问卷均未设配额", "生效問卷均未設配額"),
    "rounds": Text("{waves} waves in force, {rounds} rounds now", "生效批次 {waves} 个，本次执行 {rounds} 轮", "生效批次 {waves} 個，本次執行 {rounds} 輪"),
}  # fmt: skip


@app.command(
    "list",
    help=said("List the questionnaires in force on a day.", "列出当日生效的问卷。", "列出當日生效的問卷。"),
    epilog="Example: zhike surveys list --lang zh-Hans",
)
def list_surveys(
    *, at: Today = None, rulebook: RulebookFolder = None, as_json: AsJson = False, lang: Lang = None
) -> None:
    from zhike.measure.surveys import read_questionnaire
    from zhike.measure.surveys.length import minutes_of
    from zhike.measure.surveys.lint import TIMING

    language, day, book = chosen_language(lang), _day(at), _book(rulebook)
    timing = book.at(TIMING, day).value
    rows: list[dict[str, Any]] = []
    for version in book.in_force(_FOLDER, "questionnaire", day):
        found = read_questionnaire(version)
        rows.append({
            "instrument": version.path.removeprefix(f"{_FOLDER}."), "title": found.title.in_language(language),
            "version": str(found.first_day), "questions": len(found.by_name),
            "minutes": round(minutes_of(found, timing), 1),
            "short_questions": sum(one.short for one in found.by_name.values()), "status": version.status,
        })  # fmt: skip
    _tell(rows, language, as_json=as_json)


@app.command(
    "show",
    help=said(
        "Show a questionnaire: its questions, when each is asked, and its scores.",
        "查看问卷：题目、提问条件与得分。",
        "檢視問卷：題目、提問條件與得分。",
    ),
    epilog="Example: zhike surveys show nps --lang zh-Hant",
)
def show_survey(
    instrument: Instrument,
    *,
    at: Today = None,
    elder: Elder = False,
    rulebook: RulebookFolder = None,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    language = chosen_language(lang)
    found = questionnaire_of(_book(rulebook), instrument, _day(at))
    asked = [one for one in found.by_name.values() if one.short or not elder]
    questions = [_question_row(one, language) for one in asked]
    scores = [
        {"score": one.name, "title": one.title.in_language(language), "way": one.way, "of": ", ".join(one.questions)}
        for one in found.scores
    ]  # fmt: skip
    title = found.title.in_language(language)
    if as_json:
        emit_json({"version": found.version, "title": title, "questions": questions, "scores": scores})
        return
    write(f"{found.version}  {title}")
    _tell(questions, language, as_json=False)
    _tell(scores, language, as_json=False)


@app.command(
    "lint",
    help=said(
        "Find what spoils answers: wording, scales, ways out, unreachable questions, length. Exit code 1 on a problem.",
        "找出影响作答的问题：措辞、量表、退出选项、不可达题目、时长；有问题时以 1 退出。",
        "找出影響作答的問題：措辭、量表、退出選項、不可達題目、時長；有問題時以 1 結束。",
    ),
    epilog="Example: zhike surveys lint --rulebook our-rules",
)
def lint_surveys(
    instrument: Annotated[str, typer.Argument(metavar="[INSTRUMENT]", help=said("Only this one.", "仅此问卷。", "僅此問卷。"))] = "",
    *,
    at: Today = None,
    rulebook: RulebookFolder = None,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:  # fmt: skip
    from zhike.measure.surveys.lint import lint

    language, day, book = chosen_language(lang), _day(at), _book(rulebook)
    versions = (
        [_version(book, instrument, day)] if instrument else book.in_force(_FOLDER, "questionnaire", day)
    )
    found = [problem for version in versions for problem in lint(book, version, day)]
    rows = [
        {"where": one.path, "code": one.code, "sentence": one.sentence.in_language(language)} for one in found
    ]
    if as_json:
        emit_json({"questionnaires": len(versions), "problems": rows})
    else:
        _tell(rows, language, as_json=False)
        write(_WORDS["sound"].render(language, questionnaires=len(versions), problems=len(rows)))
    raise typer.Exit(1 if found else 0)


@app.command(
    "simulate",
    help=said(
        "Fill a questionnaire at random many times, or play the answers given and see what is asked next.",
        "随机填写问卷多次，或按所给作答试走，看下一步问什么。",
        "隨機填寫問卷多次，或按所給作答試走，看下一步問什麼。",
    ),
    epilog="Example: zhike surveys simulate nps --answer recommend=6",
)
def simulate_survey(  # noqa: PLR0913 - one parameter an option
    instrument: Instrument,
    answers: Annotated[
        list[str] | None,
        typer.Option("--answer", metavar="KEY=VALUE", help=said("An answer; give it once for each.", "一个作答；可重复给出。", "一個作答；可重複給出。")),
    ] = None,
    sheets: Annotated[
        int, typer.Option("--sheets", min=1, max=100_000, help=said("How many sheets.", "答卷份数。", "答卷份數。"))
    ] = 200,
    seed: Annotated[
        int, typer.Option("--seed", help=said("Draws orders and answers.", "随机种子。", "隨機種子。"))
    ] = 0,
    *,
    at: Today = None,
    elder: Elder = False,
    rulebook: RulebookFolder = None,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:  # fmt: skip
    from zhike.measure.surveys import open_sheet
    from zhike.measure.surveys.cases import played
    from zhike.measure.surveys.lint import TIMING
    from zhike.measure.surveys.simulation import simulated

    language, day, book = chosen_language(lang), _day(at), _book(rulebook)
    found = questionnaire_of(book, instrument, day)
    if answers:
        given = dict(_answer(found, one) for one in answers)
        sheet = played(found, open_sheet(found, seed, language, elder=elder), given)
        _tell_sheet(found, sheet, as_json=as_json)
        return
    result = simulated(found, book.at(TIMING, day).value, sheets, seed, elder=elder)
    low, middle, high = result.minutes
    if as_json:
        emit_json({
            "version": found.version, "sheets": result.sheets, "asked": result.asked, "ends": result.ends,
            "minutes": {"low": low, "median": middle, "high": high},
        })  # fmt: skip
        return
    _tell(
        [{"question": k, "asked": f"{share:.1%}"} for k, share in result.asked.items()],
        language,
        as_json=False,
    )
    ends = ", ".join(f"{_end_word(name, language)} {n}" for name, n in result.ends.items())
    write(_WORDS["told"].render(language, sheets=result.sheets, low=low, middle=middle, high=high, ends=ends))


@app.command(
    "import",
    help=said(
        "Turn a file of answers into an extract that zhike init loads. Exit code 3 with rejects.",
        "把作答文件转换为 zhike init 可加载的抽取文件；有拒收时以 3 退出。",
        "把作答檔案轉換為 zhike init 可載入的擷取檔；有拒收時以 3 結束。",
    ),
    epilog="Example: zhike surveys import answers.csv --instrument nps --out extract",
)
def import_answers(  # noqa: PLR0913 - one parameter an option
    file: AnswerFile,
    instrument: Measured,
    out: Out,
    form: FormName = "own",
    mapping: MapFile = None,
    *,
    at: Today = None,
    rulebook: RulebookFolder = None,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:  # fmt: skip
    from zhike.adapters.survey_files import read_answer_file, read_mapping, write_extract
    from zhike.measure.surveys.import_forms import FORMS
    from zhike.measure.surveys.importing import imported

    language = chosen_language(lang)
    if form not in FORMS:
        raise UsageError(what=f"--form {form}", expected=", ".join(FORMS))
    questionnaire = questionnaire_of(_book(rulebook), instrument, _day(at))
    columns, lines, ragged = read_answer_file(file, form)
    found = imported(questionnaire, columns, lines, form, file.name, read_mapping(mapping))
    found.rejects = sorted([*ragged, *found.rejects], key=lambda one: int(one["line"]))
    write_extract(out, found)
    _tell_import(questionnaire.version, found, language, as_json=as_json)
    raise typer.Exit(3 if found.rejects else 0)


def _tell_import(version: str, found: Imported, language: Language, *, as_json: bool) -> None:
    rejects = [
        {key: one[key] for key in ("line", "code", "column", "found", "needed")} for one in found.rejects
    ]
    counts = {"surveys": len(found.surveys), "answers": len(found.answers), "rejects": len(rejects)}
    if as_json:
        emit_json({"version": version, **counts, "rejected": rejects, "unused": found.unused})
        return
    _tell(rejects, language, as_json=False)
    write(_WORDS["imported"].render(language, version=version, **counts))
    if found.unused:
        write(_WORDS["unused"].render(language, names=", ".join(found.unused)))


@app.command(
    "ask",
    help=said(
        "Ask the customers whom the waves of the day choose, and remind those who have not answered; once a day, however often it runs.",
        "按当日批次邀请客户，并提醒未作答者；每日一轮，可重复运行。",
        "依當日批次邀請客戶，並提醒未作答者；每日一輪，可重複執行。",
    ),
    epilog="Example: zhike surveys ask --store zhike.db --deliverers deliverers.yaml",
)
def ask_customers(
    store: StorePlace = None, deliverers: DeliverersFile = None, *, rulebook: RulebookFolder = None, as_json: AsJson = False, lang: Lang = None
) -> None:  # fmt: skip
    from zhike.adapters.survey_rounds import SurveyRounds
    from zhike.core.service_errors import NotServingError

    language = chosen_language(lang)
    rounds = SurveyRounds(acting_on(store, deliverers=deliverers), _book(rulebook), OPERATOR)
    if not rounds.ready():
        raise NotServingError(what=phrase("no active publication"))
    if not rounds.channels():
        raise UsageError(what=phrase("no channel with a deliverer"), expected=phrase("a file of deliverers: --deliverers, or ZHIKE_DELIVERERS"))  # fmt: skip
    waves = len(rounds.waves(rounds.day()))
    found = rounds.run()
    rows = [
        {"wave": one.wave, "version": one.survey or None, "reason": reason, "customers": count}
        for one in found for reason, count in one.counts.items()
    ]  # fmt: skip
    if as_json:
        emit_json({"day": str(rounds.day()), "waves": waves, "rounds": rows})
        return
    _tell(rows, language, as_json=False)
    write(_WORDS["rounds"].render(language, waves=waves, rounds=len(found)))


@app.command(
    "quotas",
    help=said(
        "Show how full the quotas of the questionnaires in force are: places taken, held by sheets under way, and left.",
        "查看生效问卷的配额：已占、填写中暂占和剩余名额。",
        "檢視生效問卷的配額：已占、填寫中暫占和剩餘名額。",
    ),
    epilog="Example: zhike surveys quotas --store zhike.db",
)
def show_quotas(
    store: StorePlace = None, *, rulebook: RulebookFolder = None, as_json: AsJson = False, lang: Lang = None
) -> None:
    from zhike.adapters.survey_places import quota_rows
    from zhike.measure.surveys import read_questionnaire

    language, acting, book = chosen_language(lang), acting_alone(store), _book(rulebook)
    now = acting.clock.now()
    with acting.store.read() as tx:
        rows = [
            {
                "instrument": version.path.removeprefix(f"{_FOLDER}."), "quota": quota.name, "title": quota.title.in_language(language),
                "limit": quota.limit, "days": quota.days, "taken": taken, "held": held, "left": max(0, quota.limit - taken - held),
            }
            for version in book.in_force(_FOLDER, "questionnaire", _day(None))
            for quota, taken, held in quota_rows(tx, read_questionnaire(version), now)
        ]  # fmt: skip
    if as_json:
        emit_json({"quotas": rows})
        return
    _tell(rows, language, as_json=False)
    if not rows:
        write(_WORDS["no_quotas"].in_language(language))


def _end_word(name: str, language: Language) -> str:
    return _WORDS[name].in_language(language) if name == "complete" else name


def _tell_sheet(found: Questionnaire, sheet: Sheet, *, as_json: bool) -> None:
    """Print the answers played, what is asked next as it is read, and the scores so far."""
    from zhike.measure.surveys import End, next_page, score, shown_page

    page, scores = next_page(found, sheet), score(found, sheet)
    shown = () if isinstance(page, End) else shown_page(found, sheet, page)[1]
    pending = [
        {"question": one.key, "kind": one.kind, "text": one.text} for one in shown if one.value is None
    ]
    values = [{"score": name, "value": one.value} for name, one in scores.items()]
    if as_json:
        emit_json({"sheet": sheet.to_json(), "next": pending, "scores": values})
        return
    kept = sheet.to_json()["answers"]
    _tell([{"question": key, "answer": json.dumps(kept[key], ensure_ascii=False)} for key in kept], sheet.language, as_json=False)  # fmt: skip
    write(_WORDS["next" if pending else "done"].in_language(sheet.language))
    _tell(pending, sheet.language, as_json=False)
    _tell([{**one, "value": "-" if one["value"] is None else f"{one['value']:g}"} for one in values], sheet.language, as_json=False)  # fmt: skip


def _answer(found: Questionnaire, text: str) -> tuple[str, Any]:
    """Return key and value of an answer as it is typed: ``app,branch`` for several options, JSON for parts."""
    key, equals, typed = text.partition("=")
    if not equals:
        raise UsageError(what=f"--answer {text}", expected=phrase("a question, = and its answer"))
    question = found.question(key)
    if question is not None and question.kind == "multiple":
        return key, [code for code in typed.split(",") if code]
    if typed.startswith("{"):
        try:
            return key, json.loads(typed)
        except ValueError as problem:
            raise UsageError(what=f"--answer {text}", expected=phrase("JSON in braces")) from problem
    return key, typed


def _question_row(one: Question, language: Language) -> dict[str, Any]:
    condition = one.when.source if one.when else None
    return {"question": one.name, "kind": one.kind, "text": one.text.in_language(language), "when": condition}


def _book(rulebook: Path | None) -> Rulebook:
    from zhike.adapters.rule_files import load_rulebook

    return load_rulebook(rulebook)


def _version(book: Rulebook, instrument: str, day: dt.date) -> Version:
    name = instrument.removeprefix(f"{_FOLDER}.")
    version = book.at(f"{_FOLDER}.{name}", day)
    if version.kind != "questionnaire":
        raise UsageError(what=instrument, expected=phrase("a questionnaire"))
    return version


def questionnaire_of(book: Rulebook, instrument: str, day: dt.date) -> Questionnaire:
    """Return a questionnaire of the rulebook as in force on a day, by its name with or without its folder."""
    from zhike.measure.surveys import read_questionnaire

    return read_questionnaire(_version(book, instrument, day))


def _day(text: str | None) -> dt.date:
    return dt.datetime.now(dt.UTC).date() if text is None else day_of(text)


def _tell(rows: list[dict[str, Any]], language: Language, *, as_json: bool) -> None:
    if as_json:
        emit_json(rows)
    elif rows:
        columns = [_WORDS[key].in_language(language) for key in rows[0]]
        show_table("", columns, [["-" if cell is None else cell for cell in row.values()] for row in rows])
