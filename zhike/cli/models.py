"""`zhike models`: train models, see their cards, watch them drift, and put one in force on the word of two persons."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from zhike.cli.console import chosen_language, emit_json, said, show_progress
from zhike.cli.option_groups import Answer, option_groups
from zhike.cli.options import AsJson, BankFolder, Day, Lang, RulebookFolder, check_day, day_of
from zhike.cli.stores import StorePlace, acting_alone
from zhike.core.errors import UsageError
from zhike.core.phrases import phrase

if TYPE_CHECKING:
    from zhike.act.acting import Acting
    from zhike.adapters.model_desk import ModelDesk
    from zhike.adapters.model_registry import ModelRegistry

__all__ = ["Name", "Place", "Signed", "app"]

app = typer.Typer(
    no_args_is_help=True,
    help=said(
        "Models: train them, see their cards, watch them drift, put one in force.",
        "模型：训练、查看说明卡、监测漂移、启用。",
        "模型：訓練、檢視說明卡、監測漂移、啟用。",
    ),
)

Place = Annotated[
    Path,
    typer.Argument(metavar="PLACE", help=said("Bank folder, or a folder of models of its own.", "银行文件夹，或独立的模型文件夹。", "銀行資料夾，或獨立的模型資料夾。")),
]  # fmt: skip
Name = Annotated[
    str, typer.Argument(metavar="NAME", help=said("What the model is for.", "模型名称。", "模型名稱。"))
]
OtherVersion = Annotated[
    str | None,
    typer.Option("--version", help=said("Version, the beginning of one, or latest; default: the one in force.", "版本号、其开头，或 latest；默认为启用中的版本。", "版本號、其開頭，或 latest；預設為啟用中的版本。")),
]  # fmt: skip
As = Annotated[
    str,
    typer.Option("--as", metavar="STAFF", help=said("Who does it: a member of staff of the store.", "办理人：存储中的员工。", "辦理人：儲存中的員工。")),
]  # fmt: skip
ModelsFolder = Annotated[
    Path | None,
    typer.Option("--models", metavar="DIR", help=said("Folder of models; default: BANK/models.", "模型文件夹；默认 BANK/models。", "模型資料夾；預設 BANK/models。")),
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Signed:
    """Options: who takes the step, in which store it is noted, by which rules."""

    by: As
    store: StorePlace = None
    rulebook: RulebookFolder = None

    def desk(self, place: Path, models: Path | None = None) -> ModelDesk:
        """Return the desk of the models of a bank or a folder, or of those that are kept elsewhere."""
        return _desk_of(_registry(place, models), self.store, self.rulebook)


@dataclass(frozen=True, slots=True)
class SortedComplaintsFile:
    """Options: complaints that people have sorted, for the model that sorts them."""

    texts: Annotated[
        Path | None,
        typer.Option(
            "--texts",
            metavar="FILE",
            help=said(
                "Sorted complaints, for complaint_triage: CSV, Parquet or JSON lines.",
                "已归类投诉（用于 complaint_triage）：CSV、Parquet 或 JSON Lines。",
                "已歸類申訴（用於 complaint_triage）：CSV、Parquet 或 JSON Lines。",
            ),
        ),
    ] = None
    text: Annotated[
        str,
        typer.Option(
            "--text",
            metavar="COLUMN",
            help=said(
                "With --texts: column of what customers wrote.",
                "与 --texts 同用：客户原文所在列。",
                "與 --texts 同用：客戶原文所在欄。",
            ),
        ),
    ] = "text"
    embed: Annotated[
        bool,
        typer.Option(
            "--embed",
            help=said(
                "With --texts: read meaning too; needs zhike[text].",
                "与 --texts 同用：同时利用语义；需安装 zhike[text]。",
                "與 --texts 同用：同時利用語意；需安裝 zhike[text]。",
            ),
        ),
    ] = False


@dataclass(frozen=True, slots=True)
class KeptCheck:
    """Options: whether what a check finds is kept, who signs for it, in which store, by which rules."""

    store: StorePlace = None
    by: Annotated[
        str | None,
        typer.Option(
            "--as",
            metavar="STAFF",
            help=said(
                "With --keep: who looks, a member of staff of the store; the audit trail tells it.",
                "与 --keep 一并使用：办理人（存储中的员工），记入审计轨迹。",
                "與 --keep 一併使用：辦理人（存儲中的員工），記入稽核軌跡。",
            ),
        ),
    ] = None
    keep: Annotated[
        bool,
        typer.Option(
            "--keep",
            help=said(
                "Keep the answer in the model's history: the studio shows it.",
                "将结果存入模型历史：决策工作室会显示。",
                "將結果存入模型歷史：決策工作室會顯示。",
            ),
        ),
    ] = False
    rulebook: RulebookFolder = None

    def desk(self, registry: ModelRegistry) -> ModelDesk | None:
        """Return the desk where somebody signs for a look, before the work is done; None where nobody does."""
        from zhike.adapters.model_desk import TRAIN

        if self.by is None:
            return None
        if not self.keep:
            raise UsageError(
                what=f"--as {self.by}", expected=phrase("--keep with it: who looks is told of what is kept")
            )
        desk = _desk_of(registry, self.store, self.rulebook)
        desk.may(self.by, TRAIN)
        return desk


@app.command(
    "list",
    help=said("List the models: versions, which is in force, what is open.", "列出模型：版本、启用版本、待办提议。", "列出模型：版本、啟用版本、待辦提議。"),
    epilog="Example: zhike models list mybank",
)  # fmt: skip
def _list(place: Place, *, as_json: AsJson = False, lang: Lang = None) -> None:
    from zhike.act.acting import moment
    from zhike.adapters.clock import SystemClock
    from zhike.adapters.model_registry import registry_of
    from zhike.cli.models_told import show_models
    from zhike.learn.model_summary import summary_of

    registry, now = registry_of(place), moment(SystemClock().now())
    found = [summary_of(name, registry.history(name), now) for name in registry.names()]
    emit_json({"models": found}) if as_json else show_models(found, chosen_language(lang))


@app.command(
    "show",
    help=said("Show a model's card and what happened to it.", "显示模型说明卡及其历史。", "顯示模型說明卡及其歷史。"),
    epilog="Example: zhike models show mybank attrition",
)  # fmt: skip
def _show(
    place: Place, name: Name, version: OtherVersion = None, *, as_json: AsJson = False, lang: Lang = None
) -> None:
    from zhike.adapters.model_registry import registry_of
    from zhike.cli.models_told import show_card

    registry = registry_of(place)
    history = registry.history(name)
    # The latest is shown where none is in force yet: somebody has to see it before they approve it.
    shown = registry.version_of(name, version or registry.champion(name) or registry.versions(name)[-1])
    card = registry.card(name, shown)
    if as_json:
        told = {"name": name, "version": shown, "champion": registry.champion(name)}
        emit_json({**told, "card": card.to_dict(), "history": [step.to_dict() for step in history]})
    else:
        show_card(card, history, chosen_language(lang))


@app.command(
    "train",
    help=said("Train a model on a bank and keep it with its card.", "用银行数据训练模型，连同说明卡一并保存。", "用銀行資料訓練模型，連同說明卡一併保存。"),
    epilog="Example: zhike models train mybank attrition --at 2026-06-30 --as anna",
)  # fmt: skip
@option_groups
def _train(
    bank: BankFolder,
    name: Name,
    at: Day,
    signed: Signed,
    complaints: SortedComplaintsFile,
    *,
    since: Annotated[
        str | None,
        typer.Option("--since", metavar="DATE", help=said("First day of observation; default: a year after the history begins.", "观察起始日；默认为历史起始一年之后。", "觀察起始日；預設為歷史起始一年之後。")),
    ] = None,
    models: ModelsFolder = None,
    answer: Answer,
) -> None:  # fmt: skip
    from zhike.adapters.bank import Bank
    from zhike.adapters.complaint_models import SortedComplaints, train_on_complaints
    from zhike.adapters.model_desk import TRAIN
    from zhike.adapters.model_training import train_model
    from zhike.cli.models_told import show_trained, trained

    opened, desk, texts = Bank.open(bank), signed.desk(bank, models), complaints.texts
    desk.may(signed.by, TRAIN)  # before the work is done
    day, first = day_of(at), None if since is None else day_of(since, "--since")
    check_day(day, opened.manifest.timezone)
    _check_texts(name, texts, since)
    with show_progress("train", quiet=answer.as_json):
        if texts is None:
            model, card = train_model(opened, desk.rulebook, name, day, first, desk.acting)
        else:
            given = SortedComplaints(texts, complaints.text)
            model, card = train_on_complaints(given, desk.rulebook, day, embed=complaints.embed)
    desk.keep(model, card, signed.by)
    answer.give(trained(card), show_trained)


def _check_texts(name: str, texts: Path | None, since: str | None) -> None:
    """Refuse sorted complaints for another model than that of complaints, and that one without them."""
    from zhike.learn.complaint_triage_training import COMPLAINT_TRIAGE

    if (name == COMPLAINT_TRIAGE) != (texts is not None):
        raise UsageError(
            what=phrase("a model called {name!r}", name=name) if texts else phrase("{name} without --texts", name=name),
            expected=phrase("--texts FILE with {name}, and with no other", name=COMPLAINT_TRIAGE),
        )  # fmt: skip
    if texts is not None and since is not None:
        raise UsageError(what=f"--since {since}", expected=phrase("a warning to train"))


@app.command(
    "check",
    help=said("Compare a model with the bank of today: population, calibration, performance. Exit code 1 when an alarm rings.", "将模型与当前数据对比：人群、校准、表现；有告警则以 1 退出。", "將模型與目前資料對比：人群、校準、表現；有告警則以 1 結束。"),
    epilog="Example: zhike models check mybank attrition --at 2026-06-30",
)  # fmt: skip
@option_groups
def _check(
    bank: BankFolder,
    name: Name,
    at: Day,
    kept: KeptCheck,
    *,
    version: OtherVersion = None,
    models: ModelsFolder = None,
    answer: Answer,
) -> None:
    from zhike.act.acting import moment
    from zhike.adapters.bank import Bank
    from zhike.adapters.clock import SystemClock
    from zhike.adapters.model_training import check_model
    from zhike.adapters.rule_files import load_rulebook
    from zhike.cli.models_told import show_alarms
    from zhike.learn.model_checks import ModelCheck
    from zhike.learn.warning_training import judged_as_of

    opened, registry, day = Bank.open(bank), _registry(bank, models), day_of(at)
    check_day(day, opened.manifest.timezone)
    desk = kept.desk(registry)
    model, card = registry.load(name, version), registry.card(name, version)
    with show_progress("check", quiet=answer.as_json):
        answers = _answered_in(name, kept.store)
        alarms = check_model(opened, load_rulebook(kept.rulebook), (model, card), day, answers)
    found = ModelCheck(model.version, day, judged_as_of(card), moment(SystemClock().now()), tuple(alarms))
    if kept.keep:
        registry.note_check(name, found) if desk is None else desk.note_check(name, found, str(kept.by))
    if answer.as_json:
        emit_json({"name": name, **found.to_dict()})
    else:
        show_alarms(name, found, chosen_language(answer.lang))
    raise typer.Exit(1 if found.raised else 0)


@app.command(
    "learn",
    help=said("Fold what closed since into a new version of a model that learns on. Nothing is done where it has learnt so far already.", "将其后结束的结果并入持续学习模型的新版本；若已学习至该日，则不作任何事。", "將其後結束的結果併入持續學習模型的新版本；若已學習至該日，則不作任何事。"),
    epilog="Example: zhike models learn mybank online_chances --until 2026-06-30 --as anna",
)  # fmt: skip
@option_groups
def _learn(
    bank: BankFolder,
    name: Name,
    until: Annotated[
        str,
        typer.Option("--until", metavar="DATE", help=said("Day, such as 2020-06-30: what had closed by its end.", "日期，如 2020-06-30：当日结束时已结束的结果。", "日期，如 2020-06-30：當日結束時已結束的結果。")),
    ],
    signed: Signed,
    *,
    models: ModelsFolder = None,
    answer: Answer,
) -> None:  # fmt: skip
    from zhike.adapters.bank import Bank
    from zhike.adapters.kept_models import latest_of_line
    from zhike.adapters.model_desk import TRAIN
    from zhike.adapters.model_registry import LATEST
    from zhike.adapters.model_training import learn_model
    from zhike.cli.models_told import show_trained, trained

    opened, desk = Bank.open(bank), signed.desk(bank, models)
    desk.may(signed.by, TRAIN)
    day, registry = day_of(until, "--until"), desk.registry
    check_day(day, opened.manifest.timezone, "--until")
    known = registry.load(name, registry.champion(name) or LATEST)
    latest = latest_of_line(registry, known, dt.date.max)
    with show_progress("learn", quiet=answer.as_json):
        learnt = learn_model(opened, desk.rulebook, latest, day, desk.acting)
    if learnt is not None:
        desk.keep(*learnt, signed.by)
    answer.give(trained(registry.card(name, latest.version) if learnt is None else learnt[1]), show_trained)


def _answered_in(name: str, store: str | None) -> Acting | None:
    """Return the store whose offers a model is compared with: one that is named must be there, the usual one need not."""
    from zhike.adapters.model_training import LEARNS_ANSWERS
    from zhike.core.store_errors import StoreNotFoundError

    if name not in LEARNS_ANSWERS:
        return None
    try:
        return acting_alone(store)
    except StoreNotFoundError:
        if store is not None:
            raise
        return None


def _registry(bank: Path, models: Path | None) -> ModelRegistry:
    from zhike.adapters.model_registry import ModelRegistry, registry_of

    return registry_of(bank) if models is None else ModelRegistry(models)


def _desk_of(registry: ModelRegistry, store: str | None, rulebook: Path | None) -> ModelDesk:
    """Return a registry with the ledger that says who may do what, and the rules of today."""
    from zhike.adapters.model_desk import ModelDesk
    from zhike.adapters.rule_files import load_rulebook

    return ModelDesk(registry, acting_alone(store), load_rulebook(rulebook))
