"""A fitted path model as plain values, by the names of the model: what every skin shows."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    from zhike.measure.path_model.fit import PathFit
    from zhike.measure.path_model.groups import Compared, GroupComparison

__all__ = ["group_report", "path_report"]

Place = tuple[int, ...]
_RELIABILITY = ("alpha", "rho_a", "composite", "ave")


def path_report(fit: PathFit) -> dict[str, Any]:
    """Return the figures of a fit by name, each interval beside its figure; docs/reference/measure.md explains each key.

    Parameters
    ----------
    fit : PathFit
    """
    return _Report(fit).whole()


def group_report(found: GroupComparison) -> dict[str, Any]:
    """Return the fits of groups and what differs between them, by name.

    Parameters
    ----------
    found : GroupComparison
    """
    return {
        "groups": [{"group": name, **path_report(fit)} for name, fit in found.fits.items()],
        "too_small": [{"group": name, "n": count} for name, count in found.small.items()],
        "permutations": found.permutations,
        "differences": [_difference(one) for one in found.compared],
    }


def _difference(one: Compared) -> dict[str, Any]:
    what = {"figure": "index", "latent": one.latent}
    if one.path is not None:
        what = {"figure": "path", "from": one.path[0], "to": one.path[1]}
    pairs = [{name: _plain(value) for name, value in pair._asdict().items()} for pair in one.differences]
    return {**what, "p": one.p, "p_adjusted": one.adjusted, "pairs": pairs}


def _plain(value: str | float) -> str | float | None:
    return None if isinstance(value, float) and not math.isfinite(value) else value


class _Report:
    """The parts of one report."""

    def __init__(self, fit: PathFit) -> None:
        self.fit = fit
        self.model = fit.model
        self.names = fit.model.names
        self.ends = [name for name in self.names if any(end == name for _, end in fit.model.paths)]

    def whole(self) -> dict[str, Any]:
        fit = self.fit
        return {
            "n": fit.persons, "left_out": fit.left_out, "missing": dict(zip(self.model.items, fit.missing, strict=True)),
            "scheme": self.model.scheme, "scaled": self.model.scaled, "iterations": fit.iterations,
            "paths": [{"from": start, "to": end, **self._spanned("direct", self._pair(start, end), "coefficient")} for start, end in self.model.paths],
            "r2": {name: self._value("r2", (self._place(name),)) for name in self.ends},
            "loadings": self._by_item("loadings"), "weights": self._by_item("weights"),
            "indices": {name: self._spanned("indices", (self._place(name),)) for name in self.names},
            "reliability": {name: self._reliability(name) for name in self.names},
            "gof": self._value("gof", (0,)),
            "effects": list(self._effects()), "ipma": {target: list(self._drivers(target)) for target in self.model.targets},
            "failed": 0 if fit.resamples is None else fit.resamples.failed,
            "intervals": self._intervals(), "notes": list(self._notes()),
        }  # fmt: skip

    def _place(self, name: str) -> int:
        return self.names.index(name)

    def _pair(self, start: str, end: str) -> Place:
        return self._place(start), self._place(end)

    def _value(self, figure: str, place: Place, part: str = "values") -> float | None:
        held: Mapping[str, NDArray[np.float64]] = getattr(self.fit, part)
        if figure not in held:
            return None
        value = float(held[figure][place])
        return value if math.isfinite(value) else None

    def _spanned(self, figure: str, place: Place, called: str = "value") -> dict[str, float | None]:
        return {called: self._value(figure, place), **self._ends(figure, place)}

    def _ends(self, figure: str, place: Place) -> dict[str, float | None]:
        return {part: self._value(figure, place, part) for part in ("low", "high")}

    def _by_item(self, figure: str) -> dict[str, float | None]:
        return {label: self._value(figure, (place,)) for place, label in enumerate(self.model.labels)}

    def _reliability(self, name: str) -> dict[str, Any]:
        place = self._place(name)
        others = {
            other: self._value("htmt", self._pair(name, other)) for other in self.names if other != name
        }
        return {**{figure: self._value(figure, (place,)) for figure in _RELIABILITY}, "htmt": others}

    def _effects(self) -> Iterator[dict[str, Any]]:
        """Yield every effect along one path or several; one that is along none is no effect."""
        for start, end in self._reached():
            place = self._pair(start, end)
            parts = {figure: self._value(figure, place) for figure in ("direct", "indirect", "total")}
            indirect = {f"indirect_{part}": self._value("indirect", place, part) for part in ("low", "high")}
            yield {"from": start, "to": end, **parts, **self._ends("total", place), **indirect}

    def _reached(self) -> list[tuple[str, str]]:
        arrows = self.model.arrows
        reach = np.linalg.matrix_power(np.eye(len(self.names)) + arrows, len(self.names)) > 0
        return [
            (start, end) for start in self.names for end in self.names
            if start != end and reach[self._pair(start, end)]
        ]  # fmt: skip

    def _drivers(self, target: str) -> Iterator[dict[str, Any]]:
        for name in self.names:
            if (name, target) in self._reached():
                place = self._pair(name, target)
                yield {
                    "latent": name,
                    "importance": self._spanned("total", place), "points": self._spanned("points", place),
                    "performance": self._spanned("indices", (self._place(name),)),
                }  # fmt: skip

    def _intervals(self) -> dict[str, Any] | None:
        """Return the intervals of what stands without one above."""
        if not self.fit.low:
            return None
        spans: dict[str, Any] = {
            "r2": {name: self._ends("r2", (self._place(name),)) for name in self.ends},
            **{figure: {label: self._ends(figure, (place,)) for place, label in enumerate(self.model.labels)} for figure in ("loadings", "weights")},
            **{figure: {name: self._ends(figure, (self._place(name),)) for name in self.names} for figure in _RELIABILITY},
        }  # fmt: skip
        spans["htmt"] = [
            {"one": one, "other": other, **self._ends("htmt", self._pair(one, other))}
            for place, one in enumerate(self.names) for other in self.names[place + 1 :]
        ]  # fmt: skip
        return {**spans, "gof": self._ends("gof", (0,))}

    def _notes(self) -> Iterator[dict[str, str]]:
        """Yield what a reader should know before using the figures, as codes with the latent that they are about."""
        weights = self.fit.values["weights"]
        for latent, block in self._blocks():
            if (weights[block] < 0).any():
                yield {"code": "negative_weight", "latent": latent}
            if self._value("indices", (self._place(latent),)) is None:
                yield {"code": "no_scale", "latent": latent}

    def _blocks(self) -> Iterator[tuple[str, slice]]:
        start = 0
        for latent in self.model.latents:
            yield latent.name, slice(start, start + len(latent.items))
            start += len(latent.items)
