"""Studies whose intervals come from respondents drawn again, as the commands of `zhike measure` make them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import numpy as np

    from zhike.adapters.answer_files import Answers

__all__ = ["drawn_study"]

Model = TypeVar("Model")


def drawn_study(
    answers: Path,
    model: Path,
    read: Callable[[object, str], Model],
    study: Callable[[Model, Answers, np.random.Generator, int], dict[str, Any]],
    bootstrap: int,
    seed: int,
) -> dict[str, Any]:
    """Return what a study finds in a file of answers by a model file, and the seed with which it is found again."""
    import numpy as np

    from zhike.adapters.answer_files import read_answers
    from zhike.adapters.measure_models import read_model_file

    asked = read(read_model_file(model), str(model))
    return {**study(asked, read_answers(answers), np.random.default_rng(seed), bootstrap), "seed": seed}
