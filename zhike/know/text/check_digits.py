"""Check digits of documents and cards: what tells a number that means somebody from one that only looks like it.

References
----------
GB 11643-1999 (identity numbers of the mainland, ISO 7064 MOD 11-2); ISO/IEC 7812-1 annex B (cards); ISO 13616 (IBAN, MOD 97-10);
the published rules of Hong Kong's and Taiwan's identity cards.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import Final

__all__ = ["iban", "identity_hong_kong", "identity_mainland", "identity_taiwan", "luhn"]

_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS: Final = "10X98765432"
_TAIWAN: Final = {letter: value for value, letter in enumerate("ABCDEFGHJKLMNPQRSTUVXYWZIO", 10)}
"""Value of the letter of a place, in the order in which places were given theirs."""
_HONG_KONG_BLANK: Final = 36
"""What stands for the first of two letters where there is one only."""


def luhn(digits: str) -> bool:
    """Tell whether the last of some digits is the check digit of cards.

    Examples
    --------
    >>> luhn("4111111111111111"), luhn("4111111111111112")
    (True, False)
    """
    values = [int(one) for one in reversed(digits)]
    doubled = [2 * one - 9 * (one > 4) for one in values[1::2]]  # noqa: PLR2004 - 10 and more count as the sum of their digits
    return (sum(values[::2]) + sum(doubled)) % 10 == 0


def identity_mainland(number: str) -> bool:
    """Tell whether 18 characters are an identity number of the mainland: a day of birth that exists, and the check digit.

    Examples
    --------
    >>> identity_mainland("11010519491231002X"), identity_mainland("110105194912310021")
    (True, False)
    """
    if not re.fullmatch(r"[1-9]\d{16}[\dXx]", number):
        return False
    try:
        dt.date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return False
    total = sum(int(digit) * weight for digit, weight in zip(number, _WEIGHTS, strict=False))
    return _CHECKS[total % 11] == number[17].upper()


def identity_hong_kong(number: str) -> bool:
    """Tell whether one or two letters, six digits and a check character are an identity number of Hong Kong.

    Examples
    --------
    >>> identity_hong_kong("A1234563"), identity_hong_kong("A1234564")
    (True, False)
    """
    if not re.fullmatch(r"[A-Za-z]{1,2}\d{6}[\dAa]", number):
        return False
    values = [int(one, 36) for one in number]
    padded = [_HONG_KONG_BLANK] * (9 - len(values)) + values
    return sum(value * weight for value, weight in zip(padded, range(9, 0, -1), strict=True)) % 11 == 0


def identity_taiwan(number: str) -> bool:
    """Tell whether a letter and nine digits are an identity number of Taiwan.

    Examples
    --------
    >>> identity_taiwan("A123456789"), identity_taiwan("A123456780")
    (True, False)
    """
    if not re.fullmatch(r"[A-Za-z]\d{9}", number):
        return False
    tens, units = divmod(_TAIWAN[number[0].upper()], 10)
    weights = (8, 7, 6, 5, 4, 3, 2, 1, 1)
    total = tens + 9 * units + sum(int(one) * weight for one, weight in zip(number[1:], weights, strict=True))
    return total % 10 == 0


def iban(number: str) -> bool:
    """Tell whether a text without blanks is an international account number.

    Examples
    --------
    >>> iban("GB82WEST12345698765432"), iban("GB83WEST12345698765432")
    (True, False)
    """
    if not re.fullmatch(r"[A-Za-z]{2}\d{2}[A-Za-z0-9]{11,30}", number):
        return False
    return int("".join(str(int(one, 36)) for one in number[4:] + number[:4])) % 97 == 1
