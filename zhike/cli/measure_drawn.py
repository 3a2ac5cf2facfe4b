"""Studies of answers by a model, as the commands of `zhike measure` make them: with options in place of what the model says, and by group."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from zhike.cli.measure_options import By, Resamples, Seed, WeightsColumn  # noqa: TC001 - typer reads them

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    import numpy as np

    from zhike.measure.studies.roles import Answers

__all__ = ["Drawn", "asked_study", "chosen_model"]

Model = TypeVar("Model")


def chosen_model(
    model: Path, read: Callable[[object, str], Model], chosen: Mapping[str, str | None]
) -> Model:
    """Return the model of a file, with what options of the call say in place of what stands in it."""
    from zhike.adapters.measure_models import read_model_file

    document = read_model_file(model)
    given = {key: value for key, value in chosen.items() if value is not None}
    return read({**document, **given} if isinstance(document, dict) else document, str(model))


def asked_study(
    answers: Path, by: str | None, study: Callable[[Answers], dict[str, Any]], figures: Callable[[Mapping[str, Any]], dict[str, Any]]
) -> dict[str, Any]:  # fmt: skip
    """Return what a study finds in a file of answers, and with ``by`` in each group of a column, and where they differ."""
    from zhike.adapters.answer_files import read_answers

    given = read_answers(answers)
    found = study(given)
    if by is not None:
        from zhike.measure.studies.by_groups import by_groups

        found["by"] = by_groups(given, by, study, figures)
    return {**found, "readings": given.told()}


@dataclass(frozen=True, slots=True)
class Drawn:
    """Options: groups, weights, and how the resamples of the intervals are drawn."""

    by: By = None
    weights: WeightsColumn = None
    bootstrap: Resamples = 1000
    seed: Seed = 0

    def study(
        self,
        answers: Path,
        model: Model,
        study: Callable[[Model, Answers, np.random.Generator, int], dict[str, Any]],
        figures: Callable[[Mapping[str, Any]], dict[str, Any]],
    ) -> dict[str, Any]:
        """Return what a study of resamples finds; each group is drawn for with the same seed."""
        import numpy as np

        found = asked_study(
            answers,
            self.by,
            lambda given: study(model, given, np.random.default_rng(self.seed), self.bootstrap),
            figures,
        )
        return {**found, "seed": self.seed}
