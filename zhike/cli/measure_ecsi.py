"""`zhike measure ecsi`: a path model of satisfaction from answers; see `zhike.measure.path_model`."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from zhike.cli.console import chosen_language, emit_json, said
from zhike.cli.measure_options import AnswersFile, By, ModelFile, Resamples, Seed, WeightsColumn  # noqa: TC001 - typer reads them
from zhike.cli.options import AsJson, Lang  # noqa: TC001 - as above

if TYPE_CHECKING:
    import numpy as np
    import typer
    from numpy.typing import NDArray

    from zhike.adapters.answer_files import Answers
    from zhike.measure.path_model import PathModel

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
    by: By = None,
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
    from zhike.measure.path_model import PathModel, compare_groups, fit_path_model, group_report, path_report

    began = time.perf_counter()
    asked, given = PathModel.of(read_model_file(model), str(model)), read_answers(answers).counting(weights)
    items, rng = _items(asked, given), np.random.default_rng(seed)
    carried = None if weights is None else given.weights(weights)
    groups = None if by is None else given.texts(by).to_list()
    payload = path_report(fit_path_model(asked, items, rng, carried, bootstrap))
    if groups is not None:
        compared = compare_groups(asked, items, groups, rng, carried, bootstrap)
        payload["by"] = {"column": by, **group_report(compared)}
    payload |= {
        "readings": given.told(),
        "bootstrap": bootstrap,
        "seed": seed,
        "seconds": time.perf_counter() - began,
    }
    if as_json:
        emit_json(payload)
        return
    from zhike.cli.measure_ecsi_told import show_ecsi

    show_ecsi(payload, chosen_language(lang))


def _items(model: PathModel, answers: Answers) -> NDArray[np.float64]:
    """Return the answers to the model's items, each within the scale of its latent, shape (n_persons, n_items)."""
    import numpy as np

    scales = {item: latent.scale for latent in model.latents for item in latent.items}
    return np.hstack([answers.numbers([item], scales[item], model.missing_codes) for item in model.items])
