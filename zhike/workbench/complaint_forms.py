"""What a form says with a move of a complaint, as the interface wants it."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any, Final

from zhike.api.complaint_models import MoveBody
from zhike.core.errors import UsageError
from zhike.core.phrases import phrase
from zhike.core.units import DEFAULT_MINOR_UNITS
from zhike.workbench.visitors import read_form
from zhike.workbench.zones import zoned

if TYPE_CHECKING:
    from collections.abc import Mapping
    from zoneinfo import ZoneInfo

__all__ = ["minor_in", "move_in", "whole"]

_FLAGS: Final = ("major", "legal", "regulatory")
_NUMBERS: Final = ("tries",)
_MONEY: Final = ("harm",)
_REDRESS, _AMOUNT, _DOCUMENT, _PARTICULAR = "redress.", "amount.", "documents.", "particulars."
_MOST_DIGITS: Final = 15
_YES: Final = "yes"


def move_in(fields: Mapping[str, str], zone: ZoneInfo) -> MoveBody:
    """Return what a form says with a move; fields left empty are not said.

    Parameters
    ----------
    fields : mapping of str to str
        Named as in `zhike.api.complaint_models.MoveBody`; ``notice`` is the channel, ``redress.`` and a measure, ``documents.`` and a
        document are ticked, ``amount.`` and a measure is its amount in major units.
    zone : ZoneInfo
        In which times are written.

    Raises
    ------
    UsageError, RequestInvalidError
        When a number, a day or a code is none.
    """
    given: dict[str, Any] = {name: value.strip() for name, value in fields.items() if value.strip()}
    given |= {name: given[name] == _YES for name in _FLAGS if name in given}
    given |= {name: whole(given[name]) for name in _NUMBERS if name in given}
    given |= {name: minor_in(given[name]) for name in _MONEY if name in given}
    measures = _among(given, _REDRESS)
    return read_form(
        MoveBody,
        {
            **given, "notice": _notice(given, zone), "redress": [_measure(kind, given) for kind in measures],
            "documents": _among(given, _DOCUMENT), "particulars": {name: given[f"{_PARTICULAR}{name}"] for name in _among(given, _PARTICULAR)},
        },
    )  # fmt: skip


def _among(given: Mapping[str, Any], prefix: str) -> list[str]:
    return [name.removeprefix(prefix) for name in given if name.startswith(prefix)]


def _notice(given: Mapping[str, Any], zone: ZoneInfo) -> dict[str, Any] | None:
    if "notice" not in given:
        return None
    told = {
        "channel": given["notice"],
        "at": zoned(given.get("notice_at", ""), zone),
        "sha256": given.get("sha256"),
    }
    return {name: value for name, value in told.items() if value is not None}


def _measure(kind: str, given: Mapping[str, Any]) -> dict[str, Any]:
    amount = given.get(f"{_AMOUNT}{kind}")
    return {"kind": kind} if amount is None else {"kind": kind, "amount": minor_in(amount)}


def minor_in(text: str) -> int:
    """Return an amount written in major units in minor ones.

    Examples
    --------
    >>> minor_in("1,200.50")
    120050
    """
    try:
        amount = Decimal(text.replace(",", "")) * 10**DEFAULT_MINOR_UNITS
    except InvalidOperation as problem:
        raise UsageError(what=f"'{text}'", expected=phrase("an amount such as 120.50")) from problem
    if len(text) > _MOST_DIGITS or amount != amount.to_integral_value():
        raise UsageError(what=f"'{text}'", expected=phrase("an amount such as 120.50"))
    return int(amount)


def whole(text: str) -> int:
    """Return a whole number that was written in a field.

    Examples
    --------
    >>> whole("12")
    12
    """
    if not (text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS):
        raise UsageError(what=f"'{text}'", expected=phrase("a whole number"))
    return int(text)
