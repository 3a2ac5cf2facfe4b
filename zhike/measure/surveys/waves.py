"""Waves of surveys: who is asked by themselves, day by day, over which channels, and with how many places."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from zhike.core.contracts import CHANNELS
from zhike.core.errors import RuleError
from zhike.core.phrases import phrase

if TYPE_CHECKING:
    from zhike.core.rulebook import Version

__all__ = ["REMINDERS", "WAVES", "Wave"]

WAVES: Final = "surveys.waves"
REMINDERS: Final = "reminders"
"""No wave: under this name stands what became of the reminders of a day."""
MOST_PLACES: Final = 2_000
"""All invitations of a round are written in one transaction, which others wait for."""
_KEYS: Final = {"wave", "instrument", "channels", "by", "places"}


@dataclass(frozen=True, slots=True)
class Wave:
    """A wave.

    Parameters
    ----------
    name, instrument : str
    channels : tuple of str
        A customer is asked over the first on which they have agreed to it.
    by : str
        branch or tier: the cells among which an answer teaches most.
    places : int
        Most customers asked on a day.
    """

    name: str
    instrument: str
    channels: tuple[str, ...]
    by: str
    places: int

    @classmethod
    def all_of(cls, version: Version) -> tuple[Wave, ...]:
        """Read ``surveys.waves``.

        Raises
        ------
        RuleError
            When a wave is none, or two have one name.
        """
        found = tuple(_read(raw, version.path) for raw in version.value)
        names = [one.name for one in found]
        if len(set(names)) < len(names) or REMINDERS in names:
            raise RuleError(what=", ".join(names), path=version.path, expected=phrase("names of waves, each once and none of them {name}", name=REMINDERS))  # fmt: skip
        return found


def _read(raw: object, path: str) -> Wave:
    if not isinstance(raw, dict) or set(raw) != _KEYS or raw["by"] not in ("branch", "tier"):
        raise RuleError(what=f"{raw!r}", path=path, expected=phrase("wave, instrument, channels, by (branch or tier) and places"))  # fmt: skip
    if type(raw["places"]) is not int or not 1 <= raw["places"] <= MOST_PLACES:
        raise RuleError(what=f"{raw!r}", path=path, expected=phrase("from 1 to {most:,} places", most=MOST_PLACES))  # fmt: skip
    if not raw["channels"] or set(raw["channels"]) - set(CHANNELS):
        raise RuleError(what=f"{raw!r}", path=path, expected=phrase("channels among {names}", names=", ".join(CHANNELS)))  # fmt: skip
    return Wave(raw["wave"], raw["instrument"], tuple(raw["channels"]), raw["by"], raw["places"])
