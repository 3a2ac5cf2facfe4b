"""What is taken out of words that people wrote before others read them: numbers by which somebody is found, addresses of mail, names that are known.

Words that a customer wrote about a matter may name the customer, a member of staff or an account. Whoever reads them to learn what is wrong needs none
of it. A name that nobody knows stays: this is no proof that words are anonymous, and whoever reads them still needs the right to.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["REDACTED", "redacted"]

REDACTED: Final = "***"
"""Stands where something was taken out."""
_MAIL: Final = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_NUMBER: Final = re.compile(r"(?<![\d-])(?!\d{4}-\d{2}-\d{2}(?![\d-]))\+?\d(?:[ -]?[\d*]){5,}\d[Xx]?")
"""Seven digits or more, with blanks and hyphens between: telephones, cards, accounts, identity numbers; no day such as 2026-04-09."""
_SHORTEST: Final = 2
"""Signs of a name that is looked for: one alone is part of too many words."""


def redacted(text: str, names: Iterable[str] = ()) -> str:
    """Return words without numbers by which somebody is found, addresses of mail and the names given.

    Parameters
    ----------
    text : str
    names : iterable of str
        Of people who may be meant, as they are written.

    Examples
    --------
    >>> redacted("王小明等了2小时，电话138 0013 8000，2026-04-09办的", ["王小明"])
    '***等了2小时，电话***，2026-04-09办的'
    >>> redacted("Ask anna.li@bank.example about 6222 0200 1234 5678, Li An knows.", ["Li An"])
    'Ask *** about ***, *** knows.'
    """
    text = _NUMBER.sub(REDACTED, _MAIL.sub(REDACTED, text))
    for name in sorted(
        {one.strip() for one in names if len(one.strip()) >= _SHORTEST}, key=len, reverse=True
    ):
        text = re.sub(_whole(name), REDACTED, text, flags=re.IGNORECASE)
    return text


def _whole(name: str) -> str:
    """Return a pattern of a name: of letters with words around it, it is a word of its own; between Chinese signs there is no gap."""
    edge = r"\b" if name.isascii() else ""
    return edge + re.escape(name).replace(r"\ ", r"\s+") + edge
