"""What documents of the kinds that `zhike.core` does not read answer to their cases."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from zhike.govern.deadlines import cases as deadlines
from zhike.measure.surveys import cases as surveys

if TYPE_CHECKING:
    from collections.abc import Mapping

    from zhike.core.rule_cases import Reader

__all__ = ["READERS"]

READERS: Final[Mapping[str, Reader]] = MappingProxyType({**surveys.READERS, **deadlines.READERS})
"""By kind of document."""
