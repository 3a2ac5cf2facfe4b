"""That everything a policy's constraints name is there: channels, templates and groups of the catalogue, attributes of customers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from zhike.core.contracts import CHANNELS, FAMILIES
from zhike.core.errors import PolicyError
from zhike.core.phrases import Phrase, phrase
from zhike.decide.catalogue import KINDS
from zhike.decide.inputs import ADVISER
from zhike.decide.selections import Range
from zhike.know.features import FEATURES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from zhike.decide.constraints import Constraint

__all__ = ["check_constraints", "constraint_attributes"]

_TEXT: Final = "string"
_SORTS: Final[Mapping[str, tuple[type, Phrase]]] = {
    "string": (str, phrase("texts")), "bool": (bool, phrase("true or false")), "int16": (int, phrase("whole numbers")), "int64": (int, phrase("whole numbers")),
    "money": (int, phrase("whole numbers")), "float64": (int, phrase("whole numbers")),
}  # fmt: skip


def constraint_attributes() -> dict[str, str]:
    """Return the customer attributes that a constraint may read, with their dtypes.

    Examples
    --------
    >>> constraint_attributes()["region"], "products_held" in constraint_attributes()
    ('string', False)
    """
    return {one.name: str(one.dtype) for one in FEATURES if one.dtype in _SORTS} | {ADVISER: _TEXT}


def check_constraints(
    path: str, constraints: Sequence[Constraint], catalogue: Mapping[str, Any], at: str
) -> None:
    """Raise `PolicyError` at the first thing that a constraint names and that is not there.

    Parameters
    ----------
    path : str
        Of the policy, for messages.
    constraints : sequence of Constraint
    catalogue : mapping
        Content of the policy's catalogue.
    at : str
        Day of that content, for messages.
    """
    actions = [*catalogue["actions"], *(catalogue.get("bundles") or [])]
    known: dict[str, Iterable[str]] = {
        "kind": KINDS, "channel": CHANNELS, "family": FAMILIES, "template": [str(one["id"]) for one in actions],
        "group": sorted({str(one.get("group") or one["id"]) for one in actions}),
        "purpose": sorted({str(one.get("purpose") or "none") for one in actions}),
    }  # fmt: skip
    for one in constraints:
        for key, values in one.actions.only.items():
            stray = [value for value in values if key in known and value not in known[key]]
            if stray:
                expected = phrase(
                    "{key} of the catalogue on {at}: {names}", key=key, at=at, names=", ".join(known[key])
                )
                raise _odd(
                    path, one, phrase("actions.{key} {names}", key=key, names=", ".join(stray)), expected
                )
        _check_customers(path, one)


def _check_customers(path: str, one: Constraint) -> None:
    dtypes = constraint_attributes()
    unknown = sorted(one.reads - set(dtypes))
    if unknown:
        expected = phrase(
            "an attribute of `zhike features` that is no list and no day, or {adviser}", adviser=ADVISER
        )
        raise _odd(path, one, phrase("customer attribute {names}", names=", ".join(unknown)), expected)
    if one.by is not None and dtypes[one.by] != _TEXT:
        raise _odd(path, one, phrase("by {by}", by=one.by), phrase("an attribute that is a text"))
    for name, wanted in one.customers.only.items():
        sort, told = _SORTS[dtypes[name]]
        if isinstance(wanted, Range):
            if sort is not int:
                raise _odd(
                    path,
                    one,
                    phrase("customers.{name} from a minimum to a maximum", name=name),
                    phrase("{told} in a list", told=told),
                )
        elif not all(type(value) is sort for value in wanted):
            raise _odd(path, one, phrase("customers.{name} {wanted!r}", name=name, wanted=list(wanted)), told)


def _odd(path: str, one: Constraint, what: object, expected: object) -> PolicyError:
    return PolicyError(
        what=phrase("{what} of constraint '{id}'", what=what, id=one.id), path=path, expected=expected
    )
