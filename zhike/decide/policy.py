"""A policy: which rules apply, how candidates are scored, how many actions a customer may get, who is held out."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any, Final, Literal

from zhike.core.errors import PolicyError
from zhike.core.phrases import either, phrase
from zhike.decide.constraint_reading import read_constraints
from zhike.decide.kept_models import KEPT, REFERENCE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from zhike.core.rulebook import Version
    from zhike.decide.constraints import Constraint

__all__ = ["Cap", "ChanceWindow", "EffectWindow", "Exploration", "Holdout", "Limits", "Policy"]

RecommenderKind = Literal["conditional_knn", "ease", "blend", "popularity", "window_blend"]
_REQUIRED: Final = ("packs", "catalogue", "recommender", "limits")
_OPTIONAL: Final = (
    "caps", "quiet_hours", "risk_validity", "horizon_days", "consent", "holdout", "exploration", "minimum_value",
    "replay", "effects", "chances", "constraints",
)  # fmt: skip
WINDOW_BLEND: Final = "window_blend"
RECOMMENDERS: Final = ("conditional_knn", "ease", "blend", "popularity", WINDOW_BLEND)
ONLINE: Final = "online"
ADAPTIVE_BAYES: Final = "adaptive_bayes"
CHANCE_MODELS: Final = ("delayed_batch", "batch", ADAPTIVE_BAYES, ONLINE)
SEGMENTED_BY: Final = ("age", "money", "tenure", "digital", "kind")
"""Attributes of a customer's profile (`zhike.decide.profiles`)."""
RECOMMENDER_KEYS: Final = ("kind", "ridge", "seed", KEPT)


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
class EffectWindow:
    """From which logged choices effects are learnt.

    Parameters
    ----------
    window_days : int
        Days over which the choices were made.
    horizon_days : int
        Days after a choice within which an outcome counts.
    minimum : int
        Least effective number of customers in each arm.
    """

    window_days: int = 365
    horizon_days: int = 60
    minimum: int = 200


@dataclass(frozen=True, slots=True)
class ChanceWindow:
    """From which sent offers P(yes | delivered) is learnt, and how.

    Parameters
    ----------
    model : str
        ``delayed_batch`` learns from offers whose time has not run out too, ``batch`` does not; ``adaptive_bayes`` counts
        those whose time has run out, see `zhike.decide.counted_chances`; ``online`` is a model that was kept and goes on learning, see
        `zhike.decide.online_chances`.
    window_days : int
        Days before the day of decision on which the offers were sent.
    horizon_days : int
        Days after which no yes is waited for.
    minimum : int
        Least number delivered of a template over a channel, and of all.
    by : str
        Attribute whose levels may get models of their own, "" for none.
    seed : int
    """

    model: str = "delayed_batch"
    window_days: int = 365
    horizon_days: int = 60
    minimum: int = 200
    by: str = ""
    seed: int = 1


CHANCE_KEYS: Final = (*ChanceWindow.__slots__, KEPT)


@dataclass(frozen=True, slots=True)
class Policy:
    """One policy in force, fully resolved but for its rules."""

    path: str
    version: str
    packs: tuple[str, ...]
    catalogue: str
    recommender: RecommenderKind
    ridge: float
    seed: int
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
    replay_bands: int
    effects: EffectWindow | None
    chances: ChanceWindow | None
    constraints: tuple[Constraint, ...]
    raw: Mapping[str, Any] = field(repr=False)
    kept_ranking: str = ""
    """The model of the registry that ranks instead of one that is learned on the day, see `zhike.decide.kept_models`; "" for none."""
    kept_chances: str = ""
    """The model of the registry that knows the chances of a yes; "" where they are learnt on the day, or not at all."""

    @property
    def kept(self) -> tuple[str, ...]:
        """The models of the registry that it names."""
        return tuple(name for name in (self.kept_ranking, self.kept_chances) if name)

    @property
    def ranks_what_is_open(self) -> bool:
        """Whether the recommender ranks only what rules let the customer have: then another set of rules gives other values."""
        return self.recommender == WINDOW_BLEND

    @classmethod
    def of(cls, version: Version) -> Policy:
        """Read a document of kind ``policy``; see `from_content`."""
        if version.kind != "policy":
            raise PolicyError(
                what=phrase("kind '{kind}'", kind=version.kind),
                path=version.path,
                expected=phrase("a document of kind policy"),
            )
        return cls.from_content(version.path, version.sha256[:12], version.value)

    @classmethod
    def from_content(cls, path: str, version: str, raw: Mapping[str, Any]) -> Policy:
        """Build a policy from what its document says.

        Raises
        ------
        PolicyError
            When a key is missing or unknown, or its value is not what it should be.
        """
        _check_keys(path, raw)
        read = _Reader(path, raw)
        return cls(
            path=path,
            version=version,
            packs=tuple(read.texts("packs")),
            catalogue=str(raw["catalogue"]),
            recommender=read.recommender(),
            ridge=read.positive("recommender", "ridge", 1000.0),
            seed=read.whole("recommender", "seed", 1),
            horizon_days=read.whole("horizon_days", None, 180),
            presume_consent=read.part("consent").get("no_record", "deny") == "presume",
            limits=Limits(
                read.whole("limits", "actions_per_customer", None),
                read.counts("per_group"),
                read.counts("per_channel"),
            ),
            holdout=Holdout(read.share("holdout"), str(read.part("holdout").get("salt", ""))),
            exploration=Exploration(
                read.share("exploration"), read.positive("exploration", "temperature", 1.0)
            ),
            minimum_value=read.amount("minimum_value"),
            caps=raw.get("caps"),
            quiet_hours=raw.get("quiet_hours"),
            risk_validity=raw.get("risk_validity"),
            replay_k=read.whole("replay", "k", 10),
            replay_bands=read.whole("replay", "comparable_bands", 1),
            effects=read.effects(),
            chances=read.chances(),
            constraints=read_constraints(path, raw.get("constraints")),
            raw=raw,
            kept_ranking=read.kept_ranking(),
            kept_chances=read.kept_chances(),
        )


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads one policy's content; whatever is not what it should be is a `PolicyError` that says so."""

    path: str
    raw: Mapping[str, Any]

    def part(self, key: str) -> Mapping[str, Any]:
        found = self.raw.get(key) or {}
        if not isinstance(found, dict):
            raise self._odd(key, found, phrase("a mapping"))
        return found

    def texts(self, key: str) -> list[str]:
        found = self.raw[key]
        if not isinstance(found, list) or not found or not all(isinstance(item, str) for item in found):
            raise self._odd(key, found, phrase("a list of names, at least one"))
        return found

    def positive(self, key: str, inner: str, default: float) -> float:
        found = self.part(key).get(inner, default)
        if isinstance(found, bool) or not isinstance(found, int | float) or not 0 < found < math.inf:
            raise self._odd(f"{key}.{inner}", found, phrase("a number above 0"))
        return float(found)

    def whole(self, key: str, inner: str | None, default: int | None) -> int:
        found = self.raw.get(key, default) if inner is None else self.part(key).get(inner, default)
        if type(found) is not int or found < 1:
            raise self._odd(
                key if inner is None else f"{key}.{inner}", found, phrase("a whole number, 1 or more")
            )
        return found

    def counts(self, key: str) -> dict[str, int]:
        """Return how many of each name; 0 closes a group or a channel."""
        found = self.part("limits").get(key) or {}
        good = isinstance(found, dict) and all(type(count) is int and count >= 0 for count in found.values())
        if not good:
            raise self._odd(f"limits.{key}", found, phrase("whole numbers by name, 0 or more"))
        return {str(name): count for name, count in found.items()}

    def share(self, key: str) -> float:
        found = self.part(key).get("share", 0.0)
        if isinstance(found, bool) or not isinstance(found, int | float) or not 0 <= found <= 1:
            raise self._odd(f"{key}.share", found, phrase("a share between 0 and 1"))
        return float(found)

    def recommender(self) -> RecommenderKind:
        unknown = sorted(str(key) for key in set(self.part("recommender")) - set(RECOMMENDER_KEYS))
        if unknown:
            raise self._odd("recommender", ", ".join(unknown), ", ".join(RECOMMENDER_KEYS))
        kind: RecommenderKind = self.part("recommender")["kind"]
        return kind

    def kept_ranking(self) -> str:
        found = self.part("recommender").get(KEPT)
        if found is not None and self.recommender() != WINDOW_BLEND:
            raise self._odd(f"recommender.{KEPT}", found, phrase("the recommender {kind}", kind=WINDOW_BLEND))
        return "" if found is None else self.reference("recommender", found)

    def kept_chances(self) -> str:
        found, model = self.part("chances").get(KEPT), self.part("chances").get("model")
        if found is None and model == ONLINE:
            expected = phrase("{kept} with the model {kind}", kept=KEPT, kind=ONLINE)
            raise self._odd(f"chances.{KEPT}", found, expected)
        return "" if found is None else self.reference("chances", found)

    def reference(self, key: str, found: object) -> str:
        if not isinstance(found, str) or not REFERENCE.fullmatch(found):
            raise self._odd(
                f"{key}.{KEPT}",
                found,
                phrase("the name of a model, such as ranking, or one version of it, such as ranking@1f3a"),
            )
        return found

    def effects(self) -> EffectWindow | None:
        """Return from what effects are learnt; None where the policy has no such key."""
        if self.raw.get("effects") is None:
            return None
        unknown = sorted(str(key) for key in set(self.part("effects")) - set(EffectWindow.__slots__))
        if unknown:
            raise self._odd("effects", ", ".join(unknown), ", ".join(EffectWindow.__slots__))
        usual = EffectWindow()
        return EffectWindow(
            *(self.whole("effects", name, getattr(usual, name)) for name in EffectWindow.__slots__)
        )

    def chances(self) -> ChanceWindow | None:
        """Return from what chances of a yes are learnt; None where the policy has no such key."""
        if self.raw.get("chances") is None:
            return None
        part, usual = self.part("chances"), ChanceWindow()
        unknown = sorted(str(key) for key in set(part) - set(CHANCE_KEYS))
        if unknown:
            raise self._odd("chances", ", ".join(unknown), ", ".join(CHANCE_KEYS))
        model, by = part.get("model", usual.model), part.get("by", usual.by)
        for key, found, known in (("model", model, CHANCE_MODELS), ("by", by, ("", *SEGMENTED_BY))):
            if found not in known:
                raise self._odd(f"chances.{key}", found, either(known))
        if by and model == ADAPTIVE_BAYES:
            raise self._odd("chances.by", by, phrase("no models by segment with {model}", model=model))
        numbers = ("window_days", "horizon_days", "minimum", "seed")
        return ChanceWindow(
            model=model,
            by=by,
            **{name: self.whole("chances", name, getattr(usual, name)) for name in numbers},
        )

    def amount(self, key: str) -> Decimal:
        try:
            found = Decimal(str(self.raw.get(key, "0")))
        except InvalidOperation as problem:
            raise self._odd(key, self.raw[key], phrase('an amount such as "0.50"')) from problem
        if not found.is_finite():
            raise self._odd(key, self.raw[key], phrase('an amount such as "0.50"'))
        return found

    def _odd(self, key: str, found: object, expected: object) -> PolicyError:
        return PolicyError(what=f"{key} {found!r}", path=self.path, expected=expected)


def _check_keys(path: str, raw: Mapping[str, Any]) -> None:
    if not isinstance(raw, dict):
        raise PolicyError(
            what=f"{raw!r}", path=path, expected=phrase("the keys {names}", names=", ".join(_REQUIRED))
        )
    missing = [key for key in _REQUIRED if key not in raw]
    unknown = sorted(str(key) for key in set(raw) - set(_REQUIRED) - set(_OPTIONAL))
    if missing or unknown:
        what = ", ".join([*(f"no {key}" for key in missing), *(f"unknown key {key}" for key in unknown)])
        raise PolicyError(
            what=what,
            path=path,
            expected=phrase(
                "{names}; optionally {names2}", names=", ".join(_REQUIRED), names2=", ".join(_OPTIONAL)
            ),
        )
    recommender = raw["recommender"]
    if not isinstance(recommender, dict) or recommender.get("kind") not in RECOMMENDERS:
        raise PolicyError(
            what=phrase("recommender {recommender}", recommender=recommender),
            path=path,
            expected=either(RECOMMENDERS),
        )
