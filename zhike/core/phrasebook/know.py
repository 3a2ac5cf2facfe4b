"""What the archive refuses: English, then simplified and traditional Chinese."""

from __future__ import annotations

from typing import Final

__all__ = ["PHRASES"]

PHRASES: Final[dict[str, tuple[str, str]]] = {
    "warnings as of {day}": ("截至 {day} 的预警", "截至 {day} 的預警"),
    "warnings as of {at} or before": ("截至 {at} 或更早的预警", "截至 {at} 或更早的預警"),
}
