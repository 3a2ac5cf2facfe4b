"""A policy: which rules apply, how candidates are scored, how many actions a customer may get, who is held out."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final, Literal

from zhike.core.errors import PolicyError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from zhike.core.rulebook import Version

__all__ = ["Cap", "Exploration", "Holdout", "Limits", "Policy"]

RecommenderKind = Literal["conditional_knn", "ease", "blend", "popularity"]
_REQUIRED: Final = ("packs", "catalogue", "recommender", "limits")
_OPTIONAL: Final = (
    "caps", "quiet_hours", "risk_validity", "horizon_days", "consent", "holdout", "exploration", "minimum_value",
    "replay",
)  # fmt: skip
_RECOMMENDERS: Final = ("conditional_knn", "ease", "blend", "popularity")


@dataclass(frozen=True, slots=True)
class Cap:
    """At most so many contacts on a channel (or on all) within a window of days."""

    channel: str
    window_days: int
    maximum: int

    @property
    def column(self) -> str:
        """Name of the customer attribute that counts against the cap."""
        return f"contacts_{self.channel}_{self.window_days}d"


@dataclass(frozen=True, slots=True)
class Limits:
    """How many actions one customer may get at a time, in all, by group and by channel."""

    actions_per_customer: int
    per_group: Mapping[str, int] = field(default_factory=dict)
    per_channel: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Holdout:
    """The share of customers who permanently get no optional action, chosen by a hash of their identifier."""

    share: float
    salt: str


@dataclass(frozen=True, slots=True)
class Exploration:
    """The share of choices drawn from a softmax over expected value, at a temperature in major currency units."""

    share: float
    temperature: float


@dataclass(frozen=True, slots=True)
class Policy:
    """One policy in force, fully resolved but for its rules."""

    path: str
    version: str
    packs: tuple[str, ...]
    catalogue: str
    recommender: RecommenderKind
    ridge: float
    horizon_days: int
    presume_consent: bool
    limits: Limits
    holdout: Holdout
    exploration: Exploration
    minimum_value: Decimal
    caps: str | None
    quiet_hours: str | None
    risk_validity: str | None
    replay_k: int
    raw: Mapping[str, Any] = field(repr=False)

    @classmethod
    def of(cls, version: Version) -> Policy:
        """Read a document of kind ``policy``; see `from_content`."""
        if version.kind != "policy":
            raise PolicyError(
                what=f"kind '{version.kind}'", path=version.path, expected="a document of kind policy"
            )
        return cls.from_content(version.path, version.sha256[:12], version.value)

    @classmethod
    def from_content(cls, path: str, version: str, raw: Mapping[str, Any]) -> Policy:
        """Build a policy from what its document says.

        Raises
        ------
        PolicyError
            When a key is missing or unknown, or a share is not between 0 and 1.
        """
        _check_keys(path, raw)
        recommender = raw["recommender"]
        exploration, holdout, limits = raw.get("exploration", {}), raw.get("holdout", {}), raw["limits"]
        return cls(
            path=path,
            version=version,
            packs=tuple(raw["packs"]),
            catalogue=raw["catalogue"],
            recommender=recommender["kind"],
            ridge=float(recommender.get("ridge", 1000.0)),
            horizon_days=int(raw.get("horizon_days", 180)),
            presume_consent=raw.get("consent", {}).get("no_record", "deny") == "presume",
            limits=Limits(
                int(limits["actions_per_customer"]),
                limits.get("per_group", {}),
                limits.get("per_channel", {}),
            ),
            holdout=Holdout(_share(path, holdout, "holdout"), str(holdout.get("salt", ""))),
            exploration=Exploration(
                _share(path, exploration, "exploration"), float(exploration.get("temperature", 1.0))
            ),
            minimum_value=Decimal(str(raw.get("minimum_value", "0"))),
            caps=raw.get("caps"),
            quiet_hours=raw.get("quiet_hours"),
            risk_validity=raw.get("risk_validity"),
            replay_k=int(raw.get("replay", {}).get("k", 10)),
            raw=raw,
        )


def _check_keys(path: str, raw: Mapping[str, Any]) -> None:
    missing = [key for key in _REQUIRED if key not in raw]
    unknown = sorted(set(raw) - set(_REQUIRED) - set(_OPTIONAL))
    if missing or unknown:
        what = ", ".join([*(f"no {key}" for key in missing), *(f"unknown key {key}" for key in unknown)])
        raise PolicyError(
            what=what, path=path, expected=f"{', '.join(_REQUIRED)}; optionally {', '.join(_OPTIONAL)}"
        )
    if raw["recommender"].get("kind") not in _RECOMMENDERS:
        raise PolicyError(
            what=f"recommender {raw['recommender']}", path=path, expected=" or ".join(_RECOMMENDERS)
        )


def _share(path: str, raw: Mapping[str, Any], key: str) -> float:
    share = float(raw.get("share", 0.0))
    if not 0 <= share <= 1:
        raise PolicyError(what=f"{key}.share {share}", path=path, expected="a share between 0 and 1")
    return share
