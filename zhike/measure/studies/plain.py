"""Estimates as plain values, as JSON holds them."""

from __future__ import annotations

from typing import Any

import numpy as np

__all__ = ["plain", "plain_record"]


def plain_record(record: dict[str, Any]) -> dict[str, Any]:
    """Return a mapping whose values are plain."""
    return {name: plain(part) for name, part in record.items()}


def plain(value: Any) -> Any:  # noqa: ANN401 - whatever a study is made of
    """Return named tuples as mappings, arrays as lists, numpy's numbers as Python's.

    Examples
    --------
    >>> from zhike.measure.scores.estimate import Estimate
    >>> plain({"gap": Estimate(1.0, 0.5, 0.0, 2.0, 9), "shares": np.array([0.5])})
    {'gap': {'value': 1.0, 'error': 0.5, 'low': 0.0, 'high': 2.0, 'n': 9}, 'shares': [0.5]}
    """
    if hasattr(value, "_asdict"):
        return {name: plain(part) for name, part in value._asdict().items()}
    if isinstance(value, dict):
        return {str(name): plain(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [plain(part) for part in value]
    if isinstance(value, np.ndarray | np.generic):
        return plain(value.tolist())
    return value
