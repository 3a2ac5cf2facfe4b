"""A study of each group of a column, and the figures in which groups differ beyond chance.

Of a figure with values ``x_g`` and errors ``s_g`` in k groups, with ``w_g = 1 / s_g^2``,

    Q = sum w_g (x_g - sum w x / sum w)^2

is compared with chi-squared of k - 1 degrees of freedom (Cochran); p-values of all figures are adjusted together (Holm).

References
----------
W. Cochran, Biometrics 10, 1954; S. Holm, Scandinavian Journal of Statistics 6, 1979.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from zhike.core.measure_errors import AnswersError
from zhike.measure.path_model.groups import holm

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from zhike.measure.studies.roles import Answers

__all__ = ["LEAST", "Figures", "by_groups"]

LEAST: Final = 10
"""Answers below which a group is not studied."""
_PAIR: Final = 2
Figures = dict[str, "Mapping[str, Any]"]
"""Estimates by what they are of: ``value`` and ``error``."""


def by_groups(
    answers: Answers, column: str, study: Callable[[Answers], dict[str, Any]], figures: Callable[[Mapping[str, Any]], Figures]
) -> dict[str, Any]:  # fmt: skip
    """Return the study of each group, and where groups differ.

    Parameters
    ----------
    answers : Answers
    column : str
        Rows without a group in it are left out.
    study : callable
        Of the answers of a group; one that refuses them leaves the group out.
    figures : callable
        From a study to the figures that are compared.

    Raises
    ------
    AnswersError
        When there is no such column.
    """
    names = answers.texts(column)
    found, small = {}, []
    for name in sorted(set(names.drop_nulls().to_list())):
        part = answers.taken((names == name).fill_null(value=False).to_numpy())
        told = _studied(part, study)
        if told is None:
            small.append({"group": name, "n": len(part)})
        else:
            found[name] = told
    compared = list(_compared({name: figures(told) for name, told in found.items()}))
    for one, p in zip(compared, holm(np.array([one["p"] for one in compared])), strict=True):
        one["p_adjusted"] = float(p)
    return {
        "column": column, "groups": [{"group": name, **told} for name, told in found.items()], "too_small": small, "differences": compared,
    }  # fmt: skip


def _studied(part: Answers, study: Callable[[Answers], dict[str, Any]]) -> dict[str, Any] | None:
    if len(part) < LEAST:
        return None
    try:
        return study(part)
    except AnswersError:
        return None


def _compared(of_groups: Mapping[str, Figures]) -> Iterator[dict[str, Any]]:
    """Yield each figure that two groups or more have, with how surely it differs."""
    from scipy.special import chdtrc

    for name in dict.fromkeys(name for figures in of_groups.values() for name in figures):
        known = [figures[name] for figures in of_groups.values() if name in figures and _known(figures[name])]
        if len(known) < _PAIR:
            continue
        values, weight = (
            np.array([one["value"] for one in known]),
            np.array([one["error"] for one in known]) ** -2.0,
        )
        q = float(weight @ (values - weight @ values / weight.sum()) ** 2)
        yield {"figure": name, "groups": len(known), "q": q, "p": float(chdtrc(len(known) - 1, q))}


def _known(one: Mapping[str, Any]) -> bool:
    ends = (one["value"], one["error"])
    return all(end is not None and np.isfinite(end) for end in ends) and one["error"] > 0
