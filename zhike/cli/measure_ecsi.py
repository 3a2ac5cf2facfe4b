"""`zhike measure ecsi`: a path model of satisfaction from answers; see `zhike.measure.path_model`."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from zhike.cli.console import chosen_language, emit_json, said
from zhike.cli.measure_options import AnswersFile, ModelFile, Resamples, Seed, WeightsColumn  # noqa: TC001 - typer reads them
from zhike.cli.options import AsJson, Lang  # noqa: TC001 - as above

if TYPE_CHECKING:
    import typer

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the command to the group."""
    summary = said(
        "Fit a path model of satisfaction (ECSI and any other): paths, indices, reliability, effects.",
        "拟合满意度路径模型（ECSI 及其他）：路径、指数、信度、效应。",
        "配適滿意度路徑模型（ECSI 及其他）：路徑、指數、信度、效果。",
    )
    example = "Example: zhike measure ecsi answers.csv --model ecsi.yaml --json"
    app.command("ecsi", help=summary, epilog=example)(_ecsi)


def _ecsi(
    answers: AnswersFile,
    model: ModelFile,
    weights: WeightsColumn = None,
    bootstrap: Resamples = 5000,
    seed: Seed = 0,
    *,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    import numpy as np

    from zhike.adapters.answer_files import read_answers
    from zhike.adapters.measure_models import read_model_file
    from zhike.measure.path_model import PathModel, fit_path_model, path_report

    began = time.perf_counter()
    asked, given = PathModel.of(read_model_file(model), str(model)), read_answers(answers)
    scales = {item: latent.scale for latent in asked.latents for item in latent.items}
    columns = [given.numbers([item], scales[item], asked.missing_codes) for item in asked.items]
    carried = None if weights is None else given.weights(weights)
    fit = fit_path_model(asked, np.hstack(columns), np.random.default_rng(seed), carried, bootstrap)
    payload = {
        **path_report(fit),
        "bootstrap": bootstrap,
        "seed": seed,
        "seconds": time.perf_counter() - began,
    }
    if as_json:
        emit_json(payload)
        return
    from zhike.cli.measure_ecsi_told import show_ecsi

    show_ecsi(payload, chosen_language(lang))
