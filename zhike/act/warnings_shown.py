"""Which early warnings may be shown of a customer, to whatever end somebody looks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from zhike.know.given_warnings import without_warnings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from zhike.decide.live import Live

__all__ = ["warnings_shown"]

_APPROACH: Final = "marketing"


def warnings_shown(known: Mapping[str, Any], live: Live, purpose: str) -> dict[str, Any]:
    """Return attributes of a customer with no warning that may not be shown.

    Parameters
    ----------
    known : mapping of str to value
        Attributes as they were published.
    live : Live
        Whoever has refused to be evaluated since then is warned about no more.
    purpose : str
        To which end somebody looks: to approach the customer, nothing is shown that rests on what they say in surveys and complaints.
    """
    if live.profiling_refused:
        return without_warnings(known)
    return without_warnings(known, only_words=True) if purpose == _APPROACH else dict(known)
