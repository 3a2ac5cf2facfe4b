"""Every error that a caller may meet, for the generated catalogue and for tests."""

from __future__ import annotations

import zhike.core.service_errors
import zhike.core.store_errors  # noqa: F401 - as the line before: what is not imported is not known to be an error
from zhike.core.errors import ZhikeError

__all__ = ["error_classes"]


def error_classes() -> tuple[type[ZhikeError], ...]:
    """Return every error class, ordered by code.

    Examples
    --------
    >>> [cls.code for cls in error_classes()][:3]
    ['already_recorded', 'bank_not_found', 'contract_violated']
    """
    return tuple(sorted(ZhikeError.__subclasses__(), key=lambda cls: cls.code))
