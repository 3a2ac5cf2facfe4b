"""What `zhike value` found, as a reading for the gate: only of the version that is proposed, against the one in force, on logs that are at hand.

The value carries a hash of itself, of every log and of the models on both sides. So a figure that was changed shows, and a value of another
version, against another one, or of a log that is not what it was gets nobody through. Who can run the command gets the same figures again.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from zhike.adapters.decision_files import log_sha256
from zhike.adapters.kept_models import line_of
from zhike.adapters.store_logs import store_log_sha256
from zhike.core.errors import UsageError
from zhike.core.phrases import phrase
from zhike.core.rulebook import canonical_json
from zhike.learn.champion import GateReading

if TYPE_CHECKING:
    from collections.abc import Sequence

    from zhike.act.acting import Acting
    from zhike.adapters.model_registry import ModelRegistry

__all__ = ["MEASURED", "Claim", "hash_in", "is_value", "value_reading", "value_sha256"]

MEASURED: Final = "off_policy zhike value"
"""What the source of a reading begins with that was measured and not stated."""
_UNSEALED: Final = ("sha256", "study")
"""Keys of an answer that its hash does not cover: itself, and where the answer was kept."""
LogHash = Callable[[Mapping[str, Any]], str | None]
_KEYS: Final = (
    "policy",
    "version",
    "models",
    "bank",
    "logs",
    "overlap",
    "refused",
    "lacks",
    "gain",
    "sha256",
)


@dataclass(frozen=True, slots=True)
class Claim:
    """Which version is to replace which.

    Parameters
    ----------
    name, version : str
    champion : str or None
        The version in force; None where none is.
    line : tuple of str
        The version in force and those that learnt on from where it did; empty where none is in force.
    bank : str
        Name of the bank that the version was learnt from, "" where that is not on record.
    """

    name: str
    version: str
    champion: str | None
    line: tuple[str, ...]
    bank: str

    @classmethod
    def of(cls, registry: ModelRegistry, name: str, version: str) -> Claim:
        """Return the claim of a proposal.

        Raises
        ------
        RecordNotFoundError
            When there is no such model or version.
        """
        whole = registry.version_of(name, version)
        learnt = registry.card(name, whole).provenance.setting.configuration
        champion = registry.champion(name)
        line = () if champion is None else tuple(line_of(registry, name, champion))
        return cls(name, whole, champion, line, str(learnt.get("bank", "")))


def is_value(raw: Mapping[str, Any]) -> bool:
    """Return whether an object is the answer of `zhike value --json`."""
    return set(_KEYS) <= set(raw)


def value_sha256(told: Mapping[str, Any]) -> str:
    """Return the hash of an answer of `zhike value`, as it stands in it."""
    content = {name: part for name, part in told.items() if name not in _UNSEALED}
    return hashlib.sha256(canonical_json(content).encode()).hexdigest()


def value_reading(raw: Mapping[str, Any], claim: Claim, hash_now: LogHash) -> GateReading:
    """Return what the gate reads of a value.

    Parameters
    ----------
    raw : mapping
        The answer of `zhike value --json`.
    claim : Claim
    hash_now : callable
        Of an entry of ``logs``: the hash of that log as it is now, None where it is gone; see `hash_in`.

    Returns
    -------
    GateReading
        Gain a list in major units of the currency; ``n`` is the number of customers that count.

    Raises
    ------
    UsageError
        When it was changed, is of another version, bank or policy in force, or its logs are not at hand as they were.
    """
    if value_sha256(raw) != raw["sha256"]:
        raise UsageError(
            what=phrase("a value that was changed"), expected=phrase("the answer of `zhike value --json` as it was given")
        )  # fmt: skip
    if claim.bank and raw["bank"] != claim.bank:
        raise UsageError(
            what=phrase("a value of {bank}", bank=raw["bank"]),
            expected=phrase("a value of {bank}, from which the version was learnt", bank=claim.bank),
        )
    _check_draft(raw["models"], claim)
    for log in raw["logs"]:
        _check_log(log, claim, hash_now)
    source = f"{MEASURED} {raw['policy']} {raw['version']}, {raw['sha256'][:16]}"
    effective = raw["overlap"]["effective"]
    if raw["refused"]:
        return GateReading(source, math.nan, math.nan, math.nan, 0, refused=True, reason=", ".join(raw["lacks"]))  # fmt: skip
    gain = {key: raw["gain"][key] / 10 ** raw["decimals"] for key in ("value", "low", "high")}
    return GateReading(source, gain["value"], gain["low"], gain["high"], int(effective))


def hash_in(log: Mapping[str, Any], acting: Acting) -> str | None:
    """Return the hash of a log as it is now: of a folder, or in a store; None where it is gone."""
    if log["folder"] is None:
        at = dt.date.fromisoformat(log["at"])
        return store_log_sha256(acting, log["publication"], at, log["timezone"])
    folder = Path(log["folder"])
    return log_sha256(folder) if folder.is_dir() else None


def _versions(models: Sequence[Mapping[str, str]], name: str) -> list[str]:
    return [one["version"] for one in models if one["name"] == name]


def _check_draft(models: Sequence[Mapping[str, str]], claim: Claim) -> None:
    found = _versions(models, claim.name)
    if found != [claim.version]:
        raise UsageError(
            what=phrase("a draft with {name} {version}", name=claim.name, version=", ".join(found) or "-"),
            expected=phrase("a draft that names {name}@{version}", name=claim.name, version=claim.version),
        )


def _check_log(log: Mapping[str, Any], claim: Claim, hash_now: LogHash) -> None:
    """Refuse a log that was decided by another version than the one in force, or is not what was valued."""
    found = _versions(log["models"], claim.name)
    if len(found) != (claim.champion is not None) or not set(found) <= set(claim.line):
        raise UsageError(
            what=phrase("a log decided with {name} {version}", name=claim.name, version=", ".join(found) or "-"),
            expected=phrase("a log decided with {name} {version}, as it is in force", name=claim.name, version=claim.champion or "-"),
        )  # fmt: skip
    if hash_now(log) != log["sha256"]:
        where = log["folder"] or f"publication {log['publication']}"
        raise UsageError(
            what=phrase("another log, or none, in {folder}", folder=where),
            expected=phrase("the log that was valued, where it was"),
        )
