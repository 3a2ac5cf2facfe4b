"""Rules and actions that read how likely a customer is to be dissatisfied: they may hold back because of it, and never approach because of it.

The probability rests on what customers say in surveys and complaints, which serves service and redress alone (``access.roles``). So a rule that refuses may
ask for a low one (``requires: not known(customer.dissatisfaction_probability) or customer.dissatisfaction_probability < 0.4``) or apply where it is high; the
other way round it would let something through to the unhappy alone. An action that sells is not brought up by it at all.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Final

from zhike.core.errors import RuleError
from zhike.core.phrases import phrase
from zhike.know.given_warnings import RESTS_ON_WORDS
from zhike.know.warning_columns import SCALARS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zhike.core.expressions import Expression

__all__ = ["SAID", "check_said", "check_trigger"]

SAID: Final = frozenset(f"customer.{SCALARS[name]}" for name in RESTS_ON_WORDS)
_LOW, _HIGH, _OTHER = "low", "high", "other"
_TURNED: Final = {_LOW: _HIGH, _HIGH: _LOW, _OTHER: _OTHER}


def check_said(expression: Expression, path: str, *, applies: bool) -> None:
    """Refuse a part of a rule that refuses by which only the unhappy would be let through.

    Parameters
    ----------
    expression : Expression
    path : str
        Of the rule.
    applies : bool
        Whether it says where the rule applies; else what it requires.

    Raises
    ------
    RuleError

    Examples
    --------
    >>> from zhike.core.expressions import parse_expression
    >>> check_said(parse_expression("customer.dissatisfaction_probability < 0.4"), "house.calm", applies=False)
    """
    wanted = _HIGH if applies else _LOW
    if any(way != wanted for way in _ways(expression.tree, turned=False)):
        name = next(iter(SAID & expression.names))
        raise RuleError(
            what=f"'{expression.source}'", path=path,
            expected=phrase("'{name}' to hold back by alone: high under applies, low under requires", name=name),
        )  # fmt: skip


def check_trigger(expression: Expression, kind: str, path: str) -> None:
    """Refuse an action that sells and is brought up by what customers say.

    Raises
    ------
    RuleError
    """
    if kind == "sale" and (found := SAID & expression.names):
        raise RuleError(
            what=phrase("a sale that '{name}' brings up", name=next(iter(found))), path=path,
            expected=phrase("an action of service, or another trigger"),
        )  # fmt: skip


def _ways(node: ast.AST, *, turned: bool) -> Iterator[str]:
    """Yield of each comparison with what customers say whether it is true for low or for high values."""
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield from _ways(node.operand, turned=not turned)
    elif isinstance(node, ast.Compare):
        way = _way(node)
        if way is not None:
            yield _TURNED[way] if turned else way
    elif isinstance(node, ast.BoolOp):
        for part in node.values:
            yield from _ways(part, turned=turned)


def _way(node: ast.Compare) -> str | None:
    left, right = (ast.unparse(one) for one in (node.left, node.comparators[-1]))
    if not any(name in ast.unparse(node) for name in SAID):
        return None
    if len(node.ops) > 1 or (left in SAID) == (right in SAID):
        return _OTHER
    falls = isinstance(node.ops[0], ast.Lt | ast.LtE)
    if not falls and not isinstance(node.ops[0], ast.Gt | ast.GtE):
        return _OTHER
    return _LOW if falls == (left in SAID) else _HIGH
