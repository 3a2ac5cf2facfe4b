"""Every error that Zhike can tell, for the catalogue that is generated from them."""

from __future__ import annotations

import zhike.core.case_errors
import zhike.core.measure_errors
import zhike.core.service_errors
import zhike.core.store_errors  # noqa: F401 - as the line before: their errors count too
from zhike.core.errors import ZhikeError

__all__ = ["error_classes"]


def error_classes() -> tuple[type[ZhikeError], ...]:
    """Return every error class, ordered by code."""
    return tuple(sorted(ZhikeError.__subclasses__(), key=lambda cls: cls.code))
