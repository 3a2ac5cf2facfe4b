"""The names that a condition may read, and whether each is a number or a text.

A rule file with a name that nobody supplies, or one that compares an age with a word, is found when it is written, not
on the night when it first meets a customer.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any, Final, Literal

from zhike.core.contracts import contract
from zhike.core.errors import RuleError
from zhike.core.phrases import phrase
from zhike.core.tables import KNOWN_AT, VALID_FROM, VALID_TO

if TYPE_CHECKING:
    from collections.abc import Mapping

    from zhike.core.expressions import Expression

__all__ = ["Sort", "check_sorts", "sort_of", "vocabulary"]

Sort = Literal["number", "text"]

_TEXTS: Final = ("string",)
_NUMBERS: Final = ("int64", "int16", "float64", "bool", "date", "money")
_PRODUCT: Final[dict[str, Sort]] = {
    "product.risk_level": "number",
    "product.present": "number",
    "product.on_sale": "number",
}
_ACTION: Final[dict[str, Sort]] = {
    "action.kind": "text",
    "action.channel": "text",
    "action.purpose": "text",
    "action.template": "text",
    "action.promoted": "number",
    "action.mandatory": "number",
    "action.repeatable": "number",
}
_PAIR: Final[dict[str, Sort]] = {
    "pair.held": "number",
    "pair.consented": "number",
    "pair.contacts_window": "number",
    "pair.contacts_maximum": "number",
    "pair.days_since_contact": "number",
    "pair.days_since_refused": "number",
}
_LIVE: Final[dict[str, Sort]] = {"customer.loops_open": "number"}
"""What the ledger alone knows of a customer."""


def vocabulary(archive: Mapping[str, str]) -> dict[str, Sort]:
    """Return every name that a condition may read.

    Parameters
    ----------
    archive : mapping of str to str
        Columns of the customer archive and their dtypes; lists are left out, as no condition can read them.

    Examples
    --------
    >>> names = vocabulary({"age": "int16", "region": "string", "products_held": "list of string"})
    >>> names["customer.age"], names["customer.region"], "customer.products_held" in names
    ('number', 'text', False)
    """
    columns = [c for c in contract("products").columns if c.name not in (KNOWN_AT, VALID_FROM, VALID_TO)]
    product = {f"product.{column.name}": _sort(column.dtype) for column in columns}
    customer = {
        f"customer.{name}": _sort(dtype) for name, dtype in archive.items() if dtype in (*_TEXTS, *_NUMBERS)
    }
    return {**customer, **_LIVE, **product, **_PRODUCT, **_ACTION, **_PAIR}


def sort_of(value: object) -> Sort | None:
    """Return whether a constant is a number or a text; None for what no condition can read, such as a list."""
    if isinstance(value, str):
        return "text"
    return "number" if isinstance(value, bool | int | float) else None


def check_sorts(expression: Expression, names: Mapping[str, Sort], path: str) -> None:
    """Raise `RuleError` where an expression reads an unknown name, or compares or adds a text and a number.

    Examples
    --------
    >>> from zhike.core.expressions import parse_expression
    >>> check_sorts(parse_expression("customer.age > 'old'"), {"customer.age": "number"}, "cn.age")
    Traceback (most recent call last):
    ...
    zhike.core.errors.RuleError: found 'customer.age > 'old'' in rule 'cn.age'; needed both sides to be numbers, or both texts. Correct the file, then run `zhike rules check`.
    """
    unknown = sorted(expression.names - set(names))
    if unknown:
        expected = phrase("a name such as {value}", value=_nearest(unknown[0], names))
        raise RuleError(
            what=phrase("unknown name '{names}'", names=", ".join(unknown)), path=path, expected=expected
        )
    for node in ast.walk(expression.tree):
        if isinstance(node, ast.Compare):
            _check_compare(node, names, path)
        elif isinstance(node, ast.BinOp | ast.Call) and not _is_known(node):
            parts = [node.left, node.right] if isinstance(node, ast.BinOp) else node.args
            if any(_of(part, names) == "text" for part in parts):
                raise RuleError(
                    what=f"'{ast.unparse(node)}'", path=path, expected=phrase("numbers to reckon with")
                )


def _check_compare(node: ast.Compare, names: Mapping[str, Sort], path: str) -> None:
    sides: list[ast.expr] = [node.left]
    for right in node.comparators:
        sides += right.elts if isinstance(right, ast.List | ast.Tuple) else [right]
    if len({_of(side, names) for side in sides}) > 1:
        expected = phrase("both sides to be numbers, or both texts")
        raise RuleError(what=f"'{ast.unparse(node)}'", path=path, expected=expected)


def _is_known(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "known"


def _of(node: ast.expr, names: Mapping[str, Sort]) -> Sort | None:
    if isinstance(node, ast.Constant):
        return sort_of(node.value)
    if isinstance(node, ast.Name | ast.Attribute):
        return names[ast.unparse(node)]
    return "number"


def _sort(dtype: Any) -> Sort:  # noqa: ANN401 - a dtype of the contracts or of the archive
    return "text" if dtype in _TEXTS else "number"


def _nearest(name: str, names: Mapping[str, Sort]) -> str:
    group = name.partition(".")[0]
    near = sorted(known for known in names if known.startswith(f"{group}.")) or sorted(names)
    shared = sorted(near, key=lambda known: (-_common(name, known), known))
    return ", ".join(shared[:3])


def _common(name: str, known: str) -> int:
    """Return how many pairs of neighbouring letters two names share."""
    pairs = {name[i : i + 2] for i in range(len(name) - 1)}
    return len(pairs & {known[i : i + 2] for i in range(len(known) - 1)})
