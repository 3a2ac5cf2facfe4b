"""Passwords of staff: which ones are taken, and what is kept instead of them.

What is kept is the result of scrypt (RFC 7914) with a salt of its own, and the parameters beside it, so that they can be raised later
without asking anybody for a new password. A password is taken exactly as it was typed: nothing is cut off or changed.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from typing import TYPE_CHECKING, Final, NamedTuple

from zhike.core.errors import UsageError
from zhike.core.phrases import phrase

if TYPE_CHECKING:
    from zhike.govern.sessions import SessionRules

__all__ = ["COST", "NOBODYS", "SALT_BYTES", "Cost", "check_password", "hashed_password", "matches"]

SALT_BYTES: Final = 16
_NAME: Final = "scrypt"
_HASH_BYTES: Final = 32


class Cost(NamedTuple):
    """Parameters of scrypt: how often memory is gone through, in blocks of which size, how many times over."""

    n: int
    r: int
    p: int


COST: Final = Cost(1 << 14, 8, 5)
"""16 MB and about a quarter of a second; one of the choices of OWASP's cheat sheet on the storage of passwords, the one that needs
the least memory: a server that others call as well must not run out of it."""
NOBODYS: Final = f"{_NAME}${COST.n}${COST.r}${COST.p}${base64.b64encode(bytes(SALT_BYTES)).decode()}${base64.b64encode(bytes(_HASH_BYTES)).decode()}"
"""What a password is held against where nobody has the name, so that it takes as long as for somebody who does."""


def check_password(password: str, owner: str, rules: SessionRules) -> None:
    """Refuse a password that is not to be taken.

    Parameters
    ----------
    password : str
        Never repeated in the error.
    owner : str
        Identifier of the member of staff.
    rules : SessionRules

    Raises
    ------
    UsageError
        When it is too short or too long, or contains its owner's name in whatever case.
    """
    if not rules.least <= len(password) <= rules.most:
        raise UsageError(
            what=phrase("a password of {count} characters", count=len(password)),
            expected=phrase("{least} to {most} characters", least=rules.least, most=rules.most),
        )
    if owner.casefold() in password.casefold():
        raise UsageError(
            what=phrase("a password that contains its owner's name"), expected=phrase("one that does not")
        )


def hashed_password(password: str, salt: bytes, cost: Cost = COST) -> str:
    """Return what is kept of a password.

    Parameters
    ----------
    password : str
    salt : bytes
        Unpredictable, never used twice.
    cost : Cost
    """
    encoded = (base64.b64encode(part).decode() for part in (salt, _scrypt(password, salt, cost)))
    return "$".join([_NAME, *map(str, cost), *encoded])


def matches(password: str, stored: str) -> bool:
    """Return whether a password is the one of which something is kept; takes as long for one that is not.

    Examples
    --------
    >>> stored = hashed_password("correct horse battery", bytes(16), Cost(16, 1, 1))
    >>> stored
    'scrypt$16$1$1$AAAAAAAAAAAAAAAAAAAAAA==$...
    >>> matches("correct horse battery", stored), matches("Correct horse battery", stored)
    (True, False)
    """
    _, n, r, p, salt, kept = stored.split("$")
    found = _scrypt(password, base64.b64decode(salt), Cost(int(n), int(r), int(p)))
    return hmac.compare_digest(found, base64.b64decode(kept))


def _scrypt(password: str, salt: bytes, cost: Cost) -> bytes:
    n, r, p = cost
    # A keyboard of the machine's own may give what is no character; it is hashed as it came.
    content = password.encode("utf-8", "surrogatepass")
    return hashlib.scrypt(content, salt=salt, n=n, r=r, p=p, maxmem=256 * n * r, dklen=_HASH_BYTES)
