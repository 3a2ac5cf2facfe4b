"""`zhike measure journey`: a journey by its touchpoints and as a whole; see `zhike.measure.studies.journey`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from zhike.cli.console import said
from zhike.cli.measure_by import show_by
from zhike.cli.measure_drawn import Drawn  # noqa: TC001 - typer reads it
from zhike.cli.measure_journey_told import show_journey
from zhike.cli.measure_options import AnswersFile, OptionalModel, RulesOfDay  # noqa: TC001 - as above
from zhike.cli.measure_readings import show_readings
from zhike.cli.option_groups import Answer, option_groups
from zhike.core.errors import UsageError
from zhike.core.phrases import phrase

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from zhike.core.language import Language
    from zhike.core.rulebook import Rulebook
    from zhike.measure.journeys import Journey
    from zhike.measure.studies.roles import Answers

__all__ = ["register"]

_Map = Annotated[
    str | None,
    typer.Option("--map", metavar="ID", help=said("Map of the journey in the rulebook, such as loan.", "规则库中的旅程地图，如 loan。", "規則庫中的旅程地圖，如 loan。")),
]  # fmt: skip
_Events = Annotated[
    Path | None,
    typer.Option("--events", metavar="FILE", help=said("Log of events on the journey: reach, effort, order, drop-off.", "旅程事件日志：触达、投入、先后、流失。", "旅程事件日誌：觸及、投入、先後、流失。")),
]  # fmt: skip


def register(app: typer.Typer) -> None:
    """Add the command to the group."""
    summary = said(
        "A journey: touchpoints by reach, importance and experience, moments of truth, what is missing, the whole against its parts.",
        "旅程：各触点的触达、重要性与体验，关键时刻、缺失环节，以及全程与各触点的对照。",
        "旅程：各觸點的觸及、重要性與體驗，關鍵時刻、缺少的環節，以及全程與各觸點的對照。",
    )
    example = "Example: zhike measure journey answers.csv --map loan --events events.csv --json"
    app.command("journey", help=summary, epilog=example)(option_groups(_journey))


def _journey(
    answers: AnswersFile,
    *,
    model: OptionalModel = None,
    map_id: _Map = None,
    events: _Events = None,
    drawn: Drawn,
    rules: RulesOfDay,
    answer: Answer,
) -> None:
    answer.give(_measured((answers, model, events), map_id, drawn, rules), _show)


def _show(found: Mapping[str, Any], language: Language) -> None:
    from zhike.measure.studies.journey import journey_figures

    show_journey(found, language)
    show_by(found, journey_figures, language)
    show_readings(found, language)


def _measured(
    files: tuple[Path, Path | None, Path | None], map_id: str | None, drawn: Drawn, rules: RulesOfDay
) -> dict[str, Any]:
    import numpy as np

    from zhike.adapters.answer_files import read_answers, spread_answers
    from zhike.adapters.measure_models import read_model_file
    from zhike.measure.studies.by_groups import by_groups
    from zhike.measure.studies.journey import journey_figures, journey_study
    from zhike.measure.studies.journey_model import JOURNEY_RULES, JourneyModel, Thresholds
    from zhike.measure.studies.plain import plain_record

    answers, model, events = files
    document = None if model is None else read_model_file(model)
    if drawn.weights is not None and (document is None or isinstance(document, dict)):
        document = {**(document or {}), "weight": drawn.weights}
    named = map_id or (document.get("map") if isinstance(document, dict) else None)
    if named is None and model is None:
        raise UsageError(what=phrase("neither --model nor --map"), expected=phrase("a model, a map, or both"))
    book, day = rules.read()
    chosen = JourneyModel.of(document, "--map" if model is None else model.stem, named and _map(book, str(named), day))  # fmt: skip
    log = None if events is None else read_answers(events)
    bounds = Thresholds.of(book.at(JOURNEY_RULES, day).value)

    def study(given: Answers) -> dict[str, Any]:
        found = journey_study(chosen, given, log, bounds, np.random.default_rng(drawn.seed), drawn.bootstrap)
        return plain_record(found._asdict())

    persons = spread_answers(read_answers(answers), chosen.sheet)
    grouped = {} if drawn.by is None else {"by": by_groups(persons, drawn.by, study, journey_figures)}
    readings = persons.told() + ([] if log is None else log.told())
    return {**study(persons), **grouped, "readings": readings, "seed": drawn.seed}


def _map(book: Rulebook, name: str, day: dt.date) -> Journey:
    from zhike.measure.journeys.reading import FOLDER, KIND, read_journey

    version = book.at(name if name.startswith(f"{FOLDER}.") else f"{FOLDER}.{name}", day)
    if version.kind != KIND:
        raise UsageError(
            what=phrase("'{path}' of kind {kind}", path=version.path, kind=version.kind),
            expected=phrase("a map of a journey"),
        )
    return read_journey(version)
