"""A path model fitted to answers: figures, and the interval of each from resamples."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from zhike.core.measure_errors import AnswersError
from zhike.core.phrases import phrase
from zhike.measure.bca import bca_intervals
from zhike.measure.path_model.figures import figures
from zhike.measure.path_model.layout import Layout
from zhike.measure.path_model.moments import Cells

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from numpy.typing import NDArray

    from zhike.measure.path_model.figures import Figures
    from zhike.measure.path_model.model import PathModel
    from zhike.measure.path_model.moments import Moments

__all__ = ["FEWEST", "PathFit", "Resamples", "filled", "fit_path_model", "needed_persons", "resamples"]

FEWEST: Final = 10
"""Persons below whom nothing is fitted."""
_AT_ONCE: Final = 500
"""Resamples that are worked on together: their matrices stay in the processor's cache."""
_CONSTANT: Final = 1e-9
"""Share of an item's variance below which it does not vary in a resample."""
_FEWEST_DRAWN: Final = 2
"""Resamples without which there is no interval."""
_SINGULAR: Final = 1e-10
"""Least eigenvalue, as a share of the largest, of regressors that are told apart."""


@dataclass(frozen=True, slots=True)
class Resamples:
    """Figures of resamples and of samples without each cell.

    Parameters
    ----------
    drawn, left_out : dict
        Figures by name, shape (n_resamples, ...) and (n_cells, ...), only those that could be computed.
    failed : int
        Resamples in which an item was constant, items could not be told apart, or the weights did not settle.
    """

    drawn: Figures
    left_out: Figures
    failed: int


@dataclass(frozen=True, slots=True)
class PathFit:
    """A fitted path model.

    Parameters
    ----------
    model : PathModel
    values : dict
        Figures by name, as `zhike.measure.path_model.figures` explains them.
    low, high : dict
        The ends of their intervals, of the same shapes; empty without resamples.
    persons : int
        Who count.
    left_out : int
        Persons without any answer, or without all of them where the model counts complete answers only.
    missing : tuple of int
        Answers that are missing, by item of the model, among all persons.
    iterations : int
    resamples : Resamples, optional
    """

    model: PathModel
    values: Figures
    low: Figures
    high: Figures
    persons: int
    left_out: int
    missing: tuple[int, ...]
    iterations: int
    resamples: Resamples | None = None


def fit_path_model(
    model: PathModel,
    items: NDArray[np.float64],
    rng: np.random.Generator,
    weights: NDArray[np.float64] | None = None,
    bootstrap: int = 0,
) -> PathFit:
    """Fit a path model.

    Parameters
    ----------
    model : PathModel
    items : array of shape (n_persons, n_items)
        Answers in the order of `PathModel.items`; NaN where there is none.
    rng : Generator
    weights : array of shape (n_persons,), optional
        What each person counts. Resamples draw persons with equal chances, and each carries its weight.
    bootstrap : int
        Resamples; 0 for no intervals.

    Raises
    ------
    AnswersError
        When there are too few persons, an item is the same for all, items or latents cannot be told apart, or weights do not settle.

    Notes
    -----
    A missing answer is replaced by the item's (weighted) mean before persons are drawn, as R's seminr does by default; or only persons
    with every answer count (`PathModel.missing`).
    """
    layout = Layout.of(model)
    counted, given, kept = filled(model, items, weights)
    _check(model, layout, counted, items)
    cells = Cells.of(counted[:, layout.columns], given, rng, None if bootstrap else len(counted))
    found, steps = figures(cells.whole, layout)
    _check_settled(model, layout, cells.whole, found)
    values = {name: part[0] for name, part in found.items()}
    head = (
        len(counted),
        len(items) - int(kept.sum()),
        tuple(np.isnan(items).sum(axis=0).tolist()),
        int(steps[0]),
    )
    if not bootstrap:
        return PathFit(model, values, {}, {}, *head)
    drawn = resamples(cells, layout, values["weights"], rng, bootstrap)
    low, high = _intervals(values, drawn)
    return PathFit(model, values, low, high, *head, drawn)


def needed_persons(layout: Layout) -> int:
    """Return how many persons a model needs at least: more than its largest regression has regressors and a constant."""
    return max(FEWEST, layout.largest_regression + 2)


def filled(
    model: PathModel, items: NDArray[np.float64], weights: NDArray[np.float64] | None
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.bool_]]:
    """Return the answers that count, without gaps and reversed ones turned round, their weights, and who they are.

    Parameters
    ----------
    model : PathModel
    items : array of shape (n_persons, n_items)
    weights : array of shape (n_persons,), optional

    Returns
    -------
    tuple of arrays of shape (n_counted, n_items), (n_counted,) and (n_persons,)
    """
    items = model.turned_round(items)
    absent = np.isnan(items)
    kept = np.asarray(~(absent.any(axis=1) if model.missing == "complete" else absent.all(axis=1)))
    counted, gaps = (items, absent) if kept.all() else (items[kept], absent[kept])
    given = np.ones(len(counted)) if weights is None else weights[kept]
    if gaps.any():
        present = np.where(gaps, 0.0, given[:, None])
        whole = present.sum(axis=0)
        # An item that nobody answered has no mean; that it does not vary is told later.
        means = (present * np.where(gaps, 0.0, counted)).sum(axis=0) / np.where(whole > 0, whole, 1.0)
        counted = np.where(gaps, means, counted)
    return counted, given, kept


def resamples(
    cells: Cells, layout: Layout, like: NDArray[np.float64], rng: np.random.Generator, count: int
) -> Resamples:
    """Return the figures of resamples drawn with replacement, and those without each cell.

    Parameters
    ----------
    cells : Cells
    layout : Layout
    like : array of shape (p,)
        Weights of the whole sample.
    rng : Generator
    count : int
    """
    drawn = (cells.resampled(counts) for counts in _drawn_counts(len(cells), count, rng))
    without = cells.left_out()
    parts = (np.arange(start, min(start + _AT_ONCE, len(cells))) for start in range(0, len(cells), _AT_ONCE))
    least = _CONSTANT * np.diagonal(cells.whole.covariances[0])
    found = _gathered(drawn, layout, like, least)
    left = _gathered((without[part] for part in parts), layout, like, least)
    return Resamples(found, left, count - len(found["weights"]))


def _drawn_counts(cells: int, count: int, rng: np.random.Generator) -> Iterator[NDArray[np.float64]]:
    """Yield how often each cell was drawn, some resamples at a time."""
    for start in range(0, count, _AT_ONCE):
        size = min(_AT_ONCE, count - start)
        draws = rng.integers(cells, size=(size, cells)) + np.arange(size)[:, None] * cells
        yield np.bincount(draws.ravel(), minlength=size * cells).reshape(size, cells).astype(float)


def _gathered(
    parts: Iterable[Moments], layout: Layout, like: NDArray[np.float64], least: NDArray[np.float64]
) -> Figures:
    """Return the figures of those samples in which every item varies and that have weights and paths."""
    found = []
    for moments in parts:
        variances = np.diagonal(moments.covariances, axis1=1, axis2=2)
        varied = np.asarray((variances > least).all(axis=1))
        each, _ = figures(moments[varied], layout, like)
        known = _known(each)
        found.append({name: part[known] for name, part in each.items()})
    return {name: np.concatenate([part[name] for part in found]) for name in found[0]}


def _known(found: Figures) -> NDArray[np.bool_]:
    """Return which samples have weights and paths."""
    size = len(found["weights"])
    each = np.hstack([found["weights"], found["direct"].reshape(size, -1)])
    return np.asarray(np.isfinite(each).all(axis=1))


def _intervals(values: Figures, drawn: Resamples) -> tuple[Figures, Figures]:
    low: Figures = {}
    high: Figures = {}
    if min(len(part["weights"]) for part in (drawn.drawn, drawn.left_out)) < _FEWEST_DRAWN:
        return low, high
    for name, value in values.items():
        drawn_ones, left_out = (
            part[name].reshape(len(part[name]), value.size) for part in (drawn.drawn, drawn.left_out)
        )
        ends = bca_intervals(value.ravel(), drawn_ones, left_out)
        low[name], high[name] = (end.reshape(value.shape) for end in ends)
    return low, high


def _check(
    model: PathModel, layout: Layout, counted: NDArray[np.float64], items: NDArray[np.float64]
) -> None:
    needed = needed_persons(layout)
    if len(counted) < needed:
        raise AnswersError(
            what=phrase("{count:,} persons that count", count=len(counted)),
            expected=phrase("{count:,} persons or more", count=needed),
            advice=phrase("Gather more answers, or use `missing: mean` and a smaller model."),
        )
    constant = np.ptp(counted, axis=0) == 0
    if constant.any():
        place = int(constant.argmax())
        item = model.items[place]
        raise AnswersError(
            what=phrase("no answer to item '{item}'", item=item)
            if np.isnan(items[:, place]).all()
            else phrase("the same answer of everybody to item '{item}'", item=item),
            expected=phrase("an item whose answers differ"),
            advice=phrase("Leave the item out of the model."),
        )


def _check_settled(model: PathModel, layout: Layout, whole: Moments, found: Figures) -> None:
    """Refuse figures of items or latents that cannot be told apart, and weights that do not settle."""
    for latent, block in zip(model.latents, layout.blocks, strict=True):
        if latent.mode == "B" and _dependent(whole.covariances[0, block, block]):
            raise AnswersError(
                what=phrase("items of latent '{latent}' of which one follows from the others", latent=latent.name),
                expected=phrase("items that each say something of their own, as mode B weighs them by regression"),
                advice=phrase("Leave one of them out, or use mode A."),
            )  # fmt: skip
    if not np.isfinite(found["weights"]).all():
        raise AnswersError(
            what=phrase("weights that have not settled after {count} steps", count=model.iterations),
            expected=phrase("a model whose latents hang together"),
            advice=phrase("Use another scheme, more `iterations`, or a model with less."),
        )
    if not np.isfinite(found["direct"]).all() or (np.abs(found["r2"][0, layout.ends]) > 1 + _SINGULAR).any():
        raise AnswersError(
            what=phrase("latents of which one follows from the others"),
            expected=phrase("latents that differ"),
            advice=phrase("Leave out one of the latents that share their items."),
        )


def _dependent(covariances: NDArray[np.float64]) -> bool:
    scale = np.sqrt(np.diagonal(covariances))
    values = np.linalg.eigvalsh(covariances / scale / scale[:, None])
    return bool(values[0] < _SINGULAR * values[-1])
