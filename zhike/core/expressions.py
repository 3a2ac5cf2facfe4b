"""The small language of rule conditions: comparisons over customer, product, action and pair attributes.

A condition is written as in Python, for example ``product.risk_level <= customer.risk_level``. Names, numbers,
texts in quotes, ``+ - * /``, comparisons, ``in [..]``, ``and or not``, ``known(x)``, ``min`` and ``max`` are allowed and
nothing else. Truth has three values: a comparison with an unknown value is neither true nor false (Kleene), so that
a rule can deny where it does not know. Evaluation broadcasts, so one condition decides a whole block of
customers x actions: customer attributes have shape (n, 1), action attributes (1, m), pair attributes (n, m).
"""

from __future__ import annotations

import ast
import functools
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from zhike.core.errors import RuleError
from zhike.core.phrases import either, phrase

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

__all__ = ["Expression", "Truth", "parse_expression"]

Values = "Mapping[str, Any]"
_MOST_KEPT: Final = 4096
"""Conditions of which the tree is kept: the same ones are read with every publication."""
_PARSING: Final = threading.Lock()
"""Held while a tree is made: Python 3.11 counts its depth once for all threads, and fails with a SystemError where two make one at a time."""


def _ratio(left: Any, right: Any) -> Any:  # noqa: ANN401
    """Divide; what is divided by nothing is unknown, not infinite."""
    return np.divide(left, np.where(np.equal(right, 0), np.nan, right))


_PICKS: Final[dict[str, Callable[[Any, Any], Any]]] = {"min": np.minimum, "max": np.maximum}
_ARITHMETIC: Final[dict[type[ast.operator], Callable[[Any, Any], Any]]] = {
    ast.Add: np.add, ast.Sub: np.subtract, ast.Mult: np.multiply, ast.Div: _ratio,
}  # fmt: skip
_COMPARISON: Final[dict[type[ast.cmpop], Callable[[Any, Any], Any]]] = {
    ast.Eq: np.equal, ast.NotEq: np.not_equal, ast.Lt: np.less, ast.LtE: np.less_equal,
    ast.Gt: np.greater, ast.GtE: np.greater_equal,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Truth:
    """Where a condition is surely true and where it is surely false; elsewhere it is unknown.

    Parameters
    ----------
    true, false : ndarray of bool
        Never both set at one place.
    """

    true: NDArray[np.bool_]
    false: NDArray[np.bool_]

    def __and__(self, other: Truth) -> Truth:
        return Truth(self.true & other.true, self.false | other.false)

    def __or__(self, other: Truth) -> Truth:
        return Truth(self.true | other.true, self.false & other.false)

    def __invert__(self) -> Truth:
        return Truth(self.false, self.true)


@dataclass(frozen=True, slots=True)
class Expression:
    """A parsed condition.

    Parameters
    ----------
    source : str
        As written in the rule file.
    names : frozenset of str
        Every name it reads, dotted: ``customer.age``, or a parameter's local name.
    """

    source: str
    names: frozenset[str]
    tree: ast.expr

    def truth(self, values: Mapping[str, Any]) -> Truth:
        """Evaluate as a condition.

        Parameters
        ----------
        values : mapping of str to array or scalar
            Numbers as float with NaN for unknown; texts as arrays of str with an empty text for unknown, or of
            objects with None.

        Returns
        -------
        Truth
            Arrays of the broadcast shape of the names read.
        """
        return _truth(self.tree, values)

    def sides(self, values: Mapping[str, Any]) -> tuple[Any, Any]:
        """Return what was compared with what: the two sides of the first comparison, evaluated.

        Examples
        --------
        >>> rule = parse_expression("product.risk_level <= customer.risk_level")
        >>> [float(side) for side in rule.sides({"product.risk_level": 4.0, "customer.risk_level": 2.0})]
        [4.0, 2.0]
        """
        comparison = next((node for node in ast.walk(self.tree) if isinstance(node, ast.Compare)), None)
        if comparison is None:
            return _value(self.tree, values), True
        right = comparison.comparators[0]
        if isinstance(right, ast.List | ast.Tuple):
            return _value(comparison.left, values), [_value(item, values) for item in right.elts]
        return _value(comparison.left, values), _value(right, values)


def parse_expression(source: str, path: str = "<expression>") -> Expression:
    """Parse a condition and refuse whatever the language does not have.

    Raises
    ------
    RuleError
        When the text is not an expression of the language; it names the rule's path.

    Examples
    --------
    >>> rule = parse_expression("customer.age >= 65 and product.risk_level > 3")
    >>> sorted(rule.names)
    ['customer.age', 'product.risk_level']
    >>> truth = rule.truth({"customer.age": np.array([[70.0], [np.nan], [30.0]]), "product.risk_level": 4.0})
    >>> truth.true.ravel().tolist(), truth.false.ravel().tolist()
    ([True, False, False], [False, False, True])
    """
    return _parsed(source.strip(), path)


@functools.lru_cache(_MOST_KEPT)
def _parsed(source: str, path: str) -> Expression:
    try:
        with _PARSING:
            tree = ast.parse(source, mode="eval").body
    except SyntaxError as problem:
        raise RuleError(
            what=f"'{source}' ({problem.msg})", path=path, expected=phrase("a condition")
        ) from problem
    names: set[str] = set()
    _check_condition(tree, path, names)
    return Expression(source, frozenset(names), tree)


def _check_condition(node: ast.expr, path: str, names: set[str]) -> None:
    """Refuse what is not true, false or unknown; a condition inside arithmetic would hide that it is unknown."""
    if isinstance(node, ast.BoolOp):
        for part in node.values:
            _check_condition(part, path, names)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        _check_condition(node.operand, path, names)
    elif isinstance(node, ast.Compare):
        _check_comparison(node, path, names)
    elif isinstance(node, ast.Call):
        _check_call(node, ("known",), path, names)
    elif isinstance(node, ast.Name | ast.Attribute):
        names.add(_dotted(node, path))
    elif not (isinstance(node, ast.Constant) and isinstance(node.value, bool)):
        raise _refused(node, path, phrase("comparisons, and, or, not, in, known()"))


def _check_comparison(node: ast.Compare, path: str, names: set[str]) -> None:
    _check_value(node.left, path, names)
    for operator, right in zip(node.ops, node.comparators, strict=True):
        if isinstance(operator, ast.In | ast.NotIn):
            if not isinstance(right, ast.List | ast.Tuple) or not right.elts:
                raise _refused(right, path, phrase("a list in brackets after in"))
            for option in right.elts:
                _check_value(option, path, names)
        elif type(operator) in _COMPARISON:
            _check_value(right, path, names)
        else:
            raise _refused(node, path, "== != < <= > >= in")


def _check_value(node: ast.expr, path: str, names: set[str]) -> None:
    if isinstance(node, ast.Name | ast.Attribute):
        names.add(_dotted(node, path))
    elif isinstance(node, ast.BinOp) and type(node.op) in _ARITHMETIC:
        _check_value(node.left, path, names)
        _check_value(node.right, path, names)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        _check_value(node.operand, path, names)
    elif isinstance(node, ast.Call):
        _check_call(node, tuple(_PICKS), path, names)
    elif not (isinstance(node, ast.Constant) and isinstance(node.value, str | int | float)):
        raise _refused(node, path, phrase("a name, number or text; known(x) asks whether x is known"))


def _check_call(node: ast.Call, functions: tuple[str, ...], path: str, names: set[str]) -> None:
    function = node.func.id if isinstance(node.func, ast.Name) else ast.unparse(node.func)
    if function not in functions or node.keywords:
        raise RuleError(
            what=phrase("function '{function}'", function=function), path=path, expected=either(functions)
        )
    if not node.args or (function == "known" and len(node.args) > 1):
        raise _refused(
            node,
            path,
            phrase(
                "{function}() with {value}",
                function=function,
                value=(phrase("one value") if function == "known" else phrase("values")),
            ),
        )
    for argument in node.args:
        _check_value(argument, path, names)


def _refused(node: ast.expr, path: str, expected: object) -> RuleError:
    return RuleError(what=f"'{ast.unparse(node)}'", path=path, expected=expected)


def _dotted(node: ast.expr, path: str = "<expression>") -> str:
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        return f"{node.value.id}.{node.attr}"
    raise RuleError(what=f"'{ast.unparse(node)}'", path=path, expected=phrase("a name such as customer.age"))


def _truth(node: ast.expr, values: Mapping[str, Any]) -> Truth:
    if isinstance(node, ast.BoolOp):
        parts = [_truth(part, values) for part in node.values]
        result = parts[0]
        for part in parts[1:]:
            result = result & part if isinstance(node.op, ast.And) else result | part
        return result
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        return ~_truth(node.operand, values)
    if isinstance(node, ast.Compare):
        return _comparison(node, values)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "known":
        known = _known(_value(node.args[0], values))
        return Truth(known, ~known)
    value = _value(node, values)
    known = _known(value)
    true = known & np.asarray(np.where(known, value, 0), dtype=bool)
    return Truth(true, known & ~true)


def _comparison(node: ast.Compare, values: Mapping[str, Any]) -> Truth:
    left = node.left
    result: Truth | None = None
    for operator, right in zip(node.ops, node.comparators, strict=True):
        part = _one_comparison(operator, left, right, values)
        result = part if result is None else result & part
        left = right
    assert result is not None  # noqa: S101 - Python's grammar gives a comparison at least one operator
    return result


def _one_comparison(operator: ast.cmpop, left: ast.expr, right: ast.expr, values: Mapping[str, Any]) -> Truth:
    value = _value(left, values)
    if isinstance(operator, ast.In | ast.NotIn):
        options = right.elts if isinstance(right, ast.List | ast.Tuple) else [right]
        parts = [_compared(np.equal, value, _value(option, values)) for option in options]
        found = parts[0]
        for part in parts[1:]:
            found = found | part
        return found if isinstance(operator, ast.In) else ~found
    return _compared(_COMPARISON[type(operator)], value, _value(right, values))


def _compared(compare: Callable[[Any, Any], Any], left: Any, right: Any) -> Truth:  # noqa: ANN401 - arrays or scalars
    known = _known(left) & _known(right)
    if not known.any():
        return Truth(known, known.copy())
    try:
        with np.errstate(invalid="ignore"):
            # Unknown texts compare as empty; their places are masked out by `known`.
            holds = np.asarray(compare(_filled(left), _filled(right)), dtype=bool)
    except TypeError as problem:
        raise RuleError(
            what=f"{problem}", path="<expression>", expected=phrase("texts or numbers on both sides")
        ) from problem
    return Truth(known & holds, known & ~holds)


def _filled(value: Any) -> Any:  # noqa: ANN401
    array = np.asarray(value)
    return np.where(_missing(array), "", array) if array.dtype == object else value


def _missing(array: NDArray[Any]) -> NDArray[np.bool_]:
    return np.asarray(np.equal(array, np.array(None, dtype=object)), dtype=np.bool_)


def _known(value: Any) -> NDArray[np.bool_]:  # noqa: ANN401
    array = np.asarray(value)
    if array.dtype == object:
        return ~_missing(array)
    if array.dtype.kind == "U":
        return np.asarray(array != "", dtype=np.bool_)
    return ~np.isnan(array) if array.dtype.kind == "f" else np.ones(array.shape, dtype=bool)


def _value(node: ast.expr, values: Mapping[str, Any]) -> Any:  # noqa: ANN401
    if isinstance(node, ast.Constant):
        return node.value
    if isinstance(node, ast.Name | ast.Attribute):
        found = values[_dotted(node)]
        return np.nan if found is None else found
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return -_value(node.operand, values)
    if isinstance(node, ast.BinOp):
        with np.errstate(all="ignore"):
            return _ARITHMETIC[type(node.op)](_value(node.left, values), _value(node.right, values))
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _PICKS:
        return functools.reduce(_PICKS[node.func.id], [_value(argument, values) for argument in node.args])
    return _truth(node, values).true
