"""The machine's clock."""

from __future__ import annotations

import time

__all__ = ["SystemClock"]


class SystemClock:
    """See `zhike.core.ports.Clock`."""

    def now(self) -> int:
        """Return the microseconds since 1970 in UTC."""
        return time.time_ns() // 1000
