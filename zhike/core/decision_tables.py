"""Decision tables: rows of conditions over a few inputs, the first row that fits decides; linted exactly.

A table's value is a list of rows ``{when: {input: cell, ...}, then: {output: value, ...}}``; its head declares
``inputs`` and ``outputs``. An input is a list of texts, or ``{minimum: .., maximum: ..}`` for numbers. A cell is a text, a number,
a list of either, a bound such as ``">= 65"``, a range such as ``"[30, 65)"``, or ``unknown`` for a missing value; an input that a row
does not name may be anything, unknown included.

The linter cuts each input's domain at the cells' bounds into atoms and walks all combinations, so that "unreachable",
"overlap", "gap" and "never decides" are proven, not sampled.
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from zhike.core.errors import RuleError
from zhike.core.language import Text
from zhike.core.phrases import either, phrase

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars as pl

    from zhike.core.rulebook import Version

__all__ = ["DecisionTable", "Finding", "Move"]

UNKNOWN: Final = "unknown"
_BOUND: Final = re.compile(r"^(<=|>=|<|>)\s*(-?\d+(?:\.\d+)?)$")
_RANGE: Final = re.compile(r"^([\[(])\s*(-?\d+(?:\.\d+)?)\s*,\s*(-?\d+(?:\.\d+)?)\s*([\])])$")
_MOST_ATOMS: Final = 200_000
_SENTENCES: Final = {
    "too_large": Text(
        "{0} combinations of inputs are too many to check; split the table",
        "输入组合多达 {0} 种，无法逐一检查；请拆分该表",
        "輸入組合多達 {0} 種，無法逐一檢查；請拆分該表",
    ),
    "unreachable": Text(
        "row {0} never decides: earlier rows take all of its cases, or no value fits it",
        "第 {0} 行永不生效：其情形均已被前面各行覆盖，或没有取值符合",
        "第 {0} 列永不生效：其情形均已被前面各列涵蓋，或沒有值符合",
    ),
    "overlap": Text("rows {0} both take {1}", "第 {0} 行同时适用于 {1}", "第 {0} 列同時適用於 {1}"),
    "gap": Text("no row takes {0}", "没有任何一行适用于 {0}", "沒有任何一列適用於 {0}"),
    "never_decides": Text(
        "input '{0}' never changes the outcome", "输入“{0}”从不影响结果", "輸入「{0}」從不影響結果"
    ),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that the linter proved about a table."""

    kind: str
    where: str
    sentence: Text


@dataclass(frozen=True, slots=True)
class _Interval:
    """Numbers between two bounds, each of them included or not."""

    low: float
    high: float
    low_in: bool
    high_in: bool

    def holds(self, value: float) -> bool:
        above = value > self.low or (self.low_in and value == self.low)
        return above and (value < self.high or (self.high_in and value == self.high))


@dataclass(frozen=True, slots=True)
class Move:
    """The nearest bound of one number beyond which a table decides otherwise."""

    input: str
    bound: float
    upward: bool
    row: int
    """Index of the row that would decide, counted from 0."""


@dataclass(frozen=True, slots=True)
class DecisionTable:
    """A table in force on a day.

    Examples
    --------
    >>> table = DecisionTable("band", {"age": {"minimum": 0, "maximum": 120}}, ("band",), "first", (
    ...     {"when": {"age": "< 65"}, "then": {"band": "working"}}, {"when": {}, "then": {"band": "other"}}))
    >>> table.decide({"age": 70}), table.decide({"age": None}), table.decide({"age": 30})
    ({'band': 'other'}, {'band': 'other'}, {'band': 'working'})
    >>> table.lint()
    []
    """

    path: str
    inputs: Mapping[str, Any]
    outputs: tuple[str, ...]
    hit: str
    rows: tuple[Mapping[str, Any], ...]

    @classmethod
    def of(cls, version: Version) -> DecisionTable:
        """Build the table from a document of kind ``table``; a malformed row raises `RuleError`."""
        head = version.head
        for key in ("inputs", "outputs"):
            if not head.get(key):
                raise RuleError(
                    what=phrase("no {key}", key=key),
                    path=version.path,
                    expected=phrase("the table's {key}", key=key),
                )
        _check_inputs(version.path, head["inputs"], head.get("hit", "first"))
        rows = tuple(version.value) if isinstance(version.value, list) else ()
        if not rows:
            raise RuleError(what=f"{version.value!r}", path=version.path, expected=phrase("a list of rows"))
        table = cls(version.path, head["inputs"], tuple(head["outputs"]), head.get("hit", "first"), rows)
        for number, row in enumerate(rows, start=1):
            table._check_row(number, row)
        return table

    def decide(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return the outputs of the first row that fits one case, or None for each where no row fits."""
        number = self.deciding_row(values)
        return {
            name: self.rows[number]["then"][name] if number is not None else None for name in self.outputs
        }

    def deciding_row(self, values: Mapping[str, Any]) -> int | None:
        """Return the index of the first row that fits, counted from 0."""
        fitting = (n for n, row in enumerate(self.rows) if self._fits(row, values))
        return next(fitting, None)

    def moves(self, values: Mapping[str, Any]) -> list[Move]:
        """Return by how little each known number would have to fall or rise for another outcome, all else as it is.

        Examples
        --------
        >>> table = DecisionTable("band", {"age": {"minimum": 0, "maximum": 120}}, ("band",), "first", (
        ...     {"when": {"age": "< 65"}, "then": {"band": "working"}}, {"when": {}, "then": {"band": "other"}}))
        >>> table.moves({"age": 30})
        [Move(input='age', bound=65.0, upward=True, row=1)]
        """
        known = [
            name
            for name, domain in self.inputs.items()
            if isinstance(domain, dict) and _is_known(values[name])
        ]
        found = (self._move(values, name, upward) for name in known for upward in (False, True))
        return [move for move in found if move is not None]

    def _move(self, values: Mapping[str, Any], name: str, upward: bool) -> Move | None:  # noqa: FBT001 - a direction
        """Walk from the value over the parts of the domain that cells tell apart, to the first that is decided otherwise."""
        now, sign = float(values[name]), 1 if upward else -1
        passed, outcome = now, self.decide(values)
        atoms = sorted((atom for atom in self._atoms(name) if atom is not None), reverse=not upward)
        for atom in (atom for atom in atoms if (atom - now) * sign > 0):
            row = self.deciding_row({**values, name: atom})
            if row is not None and self.rows[row]["then"] != outcome:
                bound = atom if atom in self._bounds(name) else passed
                return Move(name, bound, upward, row)
            passed = atom
        return None

    def expressions(self) -> dict[str, pl.Expr]:
        """Return one polars expression per output over columns named as the inputs."""
        import polars as pl

        chosen: dict[str, pl.Expr] = {}
        for output in self.outputs:
            decided = pl.lit(None)
            for row in reversed(self.rows):
                decided = pl.when(self._condition(row)).then(pl.lit(row["then"][output])).otherwise(decided)
            chosen[output] = decided.alias(output)
        return chosen

    def lint(self) -> list[Finding]:
        """Return what is unreachable, overlapping, missing or idle; empty for a sound table."""
        atoms = {name: self._atoms(name) for name in self.inputs}
        size = 1
        for values in atoms.values():
            size *= len(values)
        if size > _MOST_ATOMS:
            return [_finding("too_large", "table", size)]
        fits = self._fitting(atoms)
        return [
            *self._unreachable(fits),
            *self._overlaps(atoms, fits),
            *self._gaps(atoms, fits),
            *self._idle(atoms, fits),
        ]

    def _fitting(self, atoms: Mapping[str, list[Any]]) -> list[int]:
        """Return the rows that fit each combination of atoms, as the bits of a number."""
        fits = [(1 << len(self.rows)) - 1]
        for name, values in atoms.items():
            taken = [self._taken(name, value) for value in values]
            fits = [rows & one for rows in fits for one in taken]
        return fits

    def _taken(self, name: str, value: Any) -> int:  # noqa: ANN401 - text, number or None
        """Return the rows whose cell of one input fits a value; a row without one fits all."""
        return sum(
            1 << n
            for n, row in enumerate(self.rows)
            if name not in row["when"]
            or any(self._option_fits(name, option, value) for option in _options(row["when"][name]))
        )

    def _unreachable(self, fits: list[int]) -> list[Finding]:
        reached = {_first(rows) for rows in set(fits) if rows}
        return [
            _finding("unreachable", f"row {n + 1}", n + 1) for n in range(len(self.rows)) if n not in reached
        ]

    def _overlaps(self, atoms: Mapping[str, list[Any]], fits: list[int]) -> list[Finding]:
        if self.hit != "unique":
            return []
        first: dict[tuple[int, int], int] = {}
        for rows in dict.fromkeys(fits):
            taking = [n for n in range(len(self.rows)) if rows >> n & 1]
            for pair in itertools.combinations(taking, 2):
                first.setdefault(pair, fits.index(rows))
        return [
            _finding("overlap", f"rows {a + 1}, {b + 1}", f"{a + 1}, {b + 1}", _shown(_case(atoms, number)))
            for (a, b), number in sorted(first.items())
        ]

    def _gaps(self, atoms: Mapping[str, list[Any]], fits: list[int]) -> list[Finding]:
        return [_finding("gap", "table", _shown(_case(atoms, fits.index(0))))] if 0 in fits else []

    def _idle(self, atoms: Mapping[str, list[Any]], fits: list[int]) -> list[Finding]:
        """Find inputs on which the outcome never depends."""
        said = {rows: repr(self.rows[_first(rows)]["then"]) if rows else "" for rows in set(fits)}
        outcomes = [said[rows] for rows in fits]
        findings, step = [], len(fits)
        for name, values in atoms.items():
            block, step = step, step // len(values)
            if all(
                outcomes[start : start + step] * len(values) == outcomes[start : start + block]
                for start in range(0, len(fits), block)
            ):
                findings.append(_finding("never_decides", name, name))
        return findings

    def _check_row(self, number: int, row: Mapping[str, Any]) -> None:
        where = phrase("{path} row {number}", path=self.path, number=number)
        if not _is_row(row) or set(row["then"]) != set(self.outputs):
            expected = phrase("when, and then with {names}", names=", ".join(self.outputs))
            raise RuleError(what=f"{row}", path=where, expected=expected)
        for name, cell in row["when"].items():
            if name not in self.inputs:
                raise RuleError(
                    what=phrase("input '{name}'", name=name), path=where, expected=either(self.inputs)
                )
            for option in _options(cell):
                self._check_cell(where, name, option)

    def _check_cell(self, where: object, name: str, option: object) -> None:
        domain = self.inputs[name]
        if option == UNKNOWN:
            return
        if isinstance(domain, dict) and not isinstance(_interval(option), _Interval):
            raise RuleError(
                what=phrase("cell {option!r} of '{name}'", option=option, name=name),
                path=where,
                expected=phrase("a number, bound or range"),
            )
        if not isinstance(domain, dict) and option not in domain:
            raise RuleError(
                what=phrase("cell {option!r} of '{name}'", option=option, name=name),
                path=where,
                expected=phrase("one of {domain}", domain=domain),
            )

    def _fits(self, row: Mapping[str, Any], values: Mapping[str, Any]) -> bool:
        return all(
            any(self._option_fits(name, option, values[name]) for option in _options(cell))
            for name, cell in row["when"].items()
        )

    def _option_fits(self, name: str, option: object, value: Any) -> bool:  # noqa: ANN401 - text, number or None
        if not _is_known(value):
            return option == UNKNOWN
        if option == UNKNOWN:
            return False
        if isinstance(self.inputs[name], dict):
            interval = _interval(option)
            return interval is not None and interval.holds(float(value))
        return bool(option == value)

    def _condition(self, row: Mapping[str, Any]) -> pl.Expr:
        import polars as pl

        condition = pl.lit(True)
        for name, cell in row["when"].items():
            condition = condition & self._cell_condition(name, _options(cell))
        return condition

    def _cell_condition(self, name: str, options: list[Any]) -> pl.Expr:
        import polars as pl

        column = pl.col(name).fill_nan(None) if isinstance(self.inputs[name], dict) else pl.col(name)
        either = pl.lit(False)
        for option in options:
            interval = _interval(option) if isinstance(self.inputs[name], dict) else None
            if option == UNKNOWN:
                either = either | column.is_null()
            elif interval is None:
                either = either | column.eq_missing(pl.lit(option))
            else:
                low = column >= interval.low if interval.low_in else column > interval.low
                high = column <= interval.high if interval.high_in else column < interval.high
                either = either | (low & high).fill_null(value=False)
        return either

    def _atoms(self, name: str) -> list[Any]:
        """Return one representative of every part of the domain that some cell can tell apart."""
        domain = self.inputs[name]
        if not isinstance(domain, dict):
            return [*domain, None]
        points = sorted(self._bounds(name) | {float(domain["minimum"]), float(domain["maximum"])})
        between = [(a + b) / 2 for a, b in itertools.pairwise(points)]
        return [*sorted({*points, *between}), None]

    def _bounds(self, name: str) -> set[float]:
        """Return the bounds of cells within the domain of a number."""
        low, high = float(self.inputs[name]["minimum"]), float(self.inputs[name]["maximum"])
        cells = [option for row in self.rows for option in _options(row["when"].get(name, []))]
        intervals = [interval for option in cells if (interval := _interval(option)) is not None]
        return {bound for i in intervals for bound in (i.low, i.high) if low <= bound <= high}


def _first(rows: int) -> int:
    """Return the first of the rows that stand as the bits of a number; there is one."""
    return (rows & -rows).bit_length() - 1


def _case(atoms: Mapping[str, list[Any]], number: int) -> dict[str, Any]:
    """Return one combination of atoms by its number, the last input's counted first."""
    case = next(itertools.islice(itertools.product(*atoms.values()), number, None))
    return dict(zip(atoms, case, strict=True))


def _finding(kind: str, where: str, *values: object) -> Finding:
    sentence = _SENTENCES[kind]
    return Finding(
        kind,
        where,
        Text(*(text.format(*values) for text in (sentence.en, sentence.zh_hans, sentence.zh_hant))),
    )


def _shown(case: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} = {UNKNOWN if value is None else value}" for name, value in case.items())


def _check_inputs(path: str, inputs: Any, hit: object) -> None:  # noqa: ANN401 - as the YAML holds it
    if hit not in ("first", "unique"):
        raise RuleError(what=phrase("hit '{hit}'", hit=hit), path=path, expected=phrase("first or unique"))
    for name, domain in inputs.items() if isinstance(inputs, dict) else [("inputs", None)]:
        bounded = isinstance(domain, dict) and set(domain) == {"minimum", "maximum"}
        if not bounded and not (isinstance(domain, list) and domain):
            expected = phrase("a list of values, or minimum and maximum")
            raise RuleError(
                what=phrase("domain {domain!r} of '{name}'", domain=domain, name=name),
                path=path,
                expected=expected,
            )


def _is_row(row: object) -> bool:
    return (
        isinstance(row, dict)
        and set(row) == {"when", "then"}
        and all(isinstance(part, dict) for part in row.values())
    )


def _options(cell: Any) -> list[Any]:  # noqa: ANN401 - one cell or a list of them
    return list(cell) if isinstance(cell, list) else [cell]


def _is_known(value: Any) -> bool:  # noqa: ANN401 - a number or None
    return value is not None and value == value  # noqa: PLR0124 - NaN is as unknown as None


def _interval(option: object) -> _Interval | None:
    """Return the numbers that a cell stands for, None when it is not about numbers."""
    if isinstance(option, int | float) and not isinstance(option, bool):
        return _Interval(float(option), float(option), low_in=True, high_in=True)
    text = str(option)
    if bound := _BOUND.match(text):
        sign, number = bound[1], float(bound[2])
        infinity = float("inf")
        if sign.startswith("<"):
            return _Interval(-infinity, number, low_in=True, high_in=sign == "<=")
        return _Interval(number, infinity, low_in=sign == ">=", high_in=True)
    if both := _RANGE.match(text):
        return _Interval(float(both[2]), float(both[3]), low_in=both[1] == "[", high_in=both[4] == "]")
    return None
