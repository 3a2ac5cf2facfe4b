"""A series of a file on a control chart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from zhike.core.measure_errors import AnswersError
from zhike.core.phrases import phrase
from zhike.measure.charting import KINDS, charted
from zhike.measure.control_charts import RULES
from zhike.measure.studies.plain import plain_record
from zhike.measure.studies.roles import Roles, enough

if TYPE_CHECKING:
    from zhike.measure.studies.roles import Answers

__all__ = ["ChartModel", "chart_study"]

_KEYS: Final = ("chart", "period", "value", "size", "baseline", "rules", "missing_codes")
_BASELINE: Final = 12
_FEWEST: Final = 3


@dataclass(frozen=True, slots=True)
class ChartModel:
    """Which columns are charted and how; see docs/reference/measure.md for the keys."""

    chart: str
    period: str
    value: str
    size: str | None
    baseline: int
    rules: tuple[int, ...]
    missing_codes: tuple[float | str, ...]

    @classmethod
    def of(cls, document: object, name: str) -> ChartModel:
        """Return the model that a document describes.

        Raises
        ------
        MeasureModelError
        """
        roles = Roles(document, name, _KEYS)
        kind, size = roles.choice("chart", ("individuals", *KINDS)), roles.optional_text("size")
        if (kind in ("p", "u")) != (size is not None):
            raise roles.refused(
                phrase("chart {chart}", chart=kind), phrase("key 'size' for p and u, and for no other chart")
            )
        rules = roles.given.get("rules", [1])
        if not isinstance(rules, list) or 1 not in rules or set(rules) - set(RULES):
            raise roles.refused(
                phrase("'{value}' under '{key}'", value=rules, key="rules"), phrase("a list of 1, 2, 3, 4 with 1 in it")
            )  # fmt: skip
        baseline = int(roles.number("baseline", _BASELINE, least=_FEWEST))
        return cls(
            kind, roles.text("period"), roles.text("value"), size, baseline, tuple(rules), roles.codes()
        )


def chart_study(model: ChartModel, answers: Answers) -> dict[str, Any]:
    """Return a series on its chart, as JSON holds it; rows are in the order of time.

    Raises
    ------
    AnswersError
        When a column is missing or holds something else, or there are too few points.
    """
    values = answers.numbers([model.value], None, model.missing_codes)[:, 0]
    sizes = None if model.size is None else answers.weights(model.size)
    kept = np.isfinite(values)
    enough(int(kept.sum()), _FEWEST)
    if sizes is not None:
        _check_counts(model, values[kept], sizes[kept])
    periods = [
        one or "" for one, here in zip(answers.texts(model.period).to_list(), kept, strict=True) if here
    ]
    found = charted(
        model.chart, periods, values[kept], None if sizes is None else sizes[kept], baseline=model.baseline, rules=model.rules
    )  # fmt: skip
    assert found is not None  # noqa: S101 - there are enough points
    beyond = [one["period"] for one in found.points if one["rules"]]
    return plain_record({
        "chart": found.kind, "asked": model.chart, "centre": found.centre, "baseline": min(model.baseline, len(periods)), "rules": list(model.rules),
        "run_length": found.run_length, "expected_false": len(periods) / found.run_length, "signals": beyond, "points": found.points,
    })  # fmt: skip


def _check_counts(model: ChartModel, counts: np.ndarray[Any, Any], sizes: np.ndarray[Any, Any]) -> None:
    odd = (counts < 0) | (counts != np.round(counts)) | ((counts > sizes) if model.chart == "p" else False)
    if odd.any():
        raise AnswersError(
            what=phrase("count '{value}'", value=float(counts[int(odd.argmax())])),
            expected=phrase("whole counts from 0, of a p chart no more than cases"),
            advice=phrase(
                "Give counts and cases, not shares; figures that are no counts go on chart individuals."
            ),
        )
