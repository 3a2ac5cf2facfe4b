"""Counts and durations of requests in the text format of Prometheus; no customer is in any of them."""

from __future__ import annotations

import threading
from bisect import bisect_left
from collections import Counter
from typing import Final

__all__ = ["Metrics"]

_EDGES: Final = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 1.0, 5.0)
"""Seconds."""
_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class Metrics:
    """Figures since the process began."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._requests: Counter[tuple[str, str, int]] = Counter()
        self._durations: dict[str, list[int]] = {}
        self._seconds: dict[str, float] = {}

    def seen(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count a request; ``route`` is the template, never the path with its identifiers."""
        # A caller can make up methods: each would be a series of its own.
        known = method if method in _METHODS else "other"
        with self._lock:
            self._requests[known, route, status] += 1
            self._durations.setdefault(route, [0] * (len(_EDGES) + 1))[bisect_left(_EDGES, seconds)] += 1
            self._seconds[route] = self._seconds.get(route, 0.0) + seconds

    def text(self) -> str:
        """Return all figures."""
        lines = ["# TYPE zhike_requests_total counter"]
        with self._lock:
            for (method, route, status), count in sorted(self._requests.items()):
                lines.append(
                    f'zhike_requests_total{{method="{method}",route="{route}",status="{status}"}} {count}'
                )
            lines.append("# TYPE zhike_request_seconds histogram")
            for route, counts in sorted(self._durations.items()):
                lines += _histogram(route, counts, self._seconds[route])
        return "\n".join(lines) + "\n"


def _histogram(route: str, counts: list[int], seconds: float) -> list[str]:
    found, total = [], 0
    for edge, count in zip((*_EDGES, "+Inf"), counts, strict=True):
        total += count
        found.append(f'zhike_request_seconds_bucket{{route="{route}",le="{edge}"}} {total}')
    return [
        *found,
        f'zhike_request_seconds_sum{{route="{route}"}} {seconds:.6f}',
        f'zhike_request_seconds_count{{route="{route}"}} {total}',
    ]
