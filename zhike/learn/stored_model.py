"""What a model must offer to be kept, and how a model of an older format becomes one of today.

A kind is a name and the version of its format, ``calibration/1``. A model that is kept states its kind beside its state; whoever
reads it finds the class by the name and, where the state is of an older version, takes it up one version at a time. No pickle:
a state is plain values and arrays, and no code is run that is not in this package.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Final, NamedTuple, Protocol, Self, runtime_checkable

from zhike.core.errors import UsageError
from zhike.core.phrases import phrase
from zhike.decide.propensities.propensity_mix import with_shifts

__all__ = ["KINDS", "Kind", "ModelKinds", "State", "StoredModel", "Upgrade"]

State = Mapping[str, Any]
"""Texts, numbers, truth values, arrays of numpy, and lists and mappings of these."""
Upgrade = Callable[[State], State]
"""From the state of one version to that of the next."""


@runtime_checkable
class StoredModel(Protocol):
    """A model that can be kept."""

    kind: ClassVar[str]

    def state(self) -> dict[str, Any]:
        """Return everything that the model has learnt, see `State`."""
        ...

    @classmethod
    def from_state(cls, state: State) -> Self:
        """Return the model of a state of the version that ``kind`` names."""
        ...


class Kind(NamedTuple):
    """Name of a format and its version.

    Examples
    --------
    >>> Kind.of("calibration/1")
    Kind(name='calibration', version=1)
    """

    name: str
    version: int

    @classmethod
    def of(cls, text: str) -> Kind:
        """Read ``name/version``.

        Raises
        ------
        UsageError
            When it is of another form.
        """
        name, _, version = text.partition("/")
        if not name or not version.isdecimal() or int(version) < 1:
            raise UsageError(
                what=phrase("a model of kind '{text}'", text=text),
                expected=phrase("a kind such as calibration/1"),
            )
        return cls(name, int(version))


@dataclass(frozen=True, slots=True)
class ModelKinds:
    """Which class reads which kind, and how older states are brought up.

    Parameters
    ----------
    classes : mapping of str to str
        ``module:class`` by the name of the kind; imported when a model of that kind is read.
    upgrades : mapping of str to callable
        By the kind that they take, ``name/1`` for what makes a state of version 2.

    Examples
    --------
    >>> model = KINDS.model("calibration/1", {"bins": 2, "edges": [0.0, 1.0], "rates": [0.1, 0.3]})
    >>> type(model).__name__
    'Calibration'
    """

    classes: Mapping[str, str]
    upgrades: Mapping[str, Upgrade] = field(default_factory=dict)

    def class_of(self, name: str) -> type[StoredModel]:
        """Return the class of a kind's name.

        Raises
        ------
        UsageError
            When no class reads it.
        """
        if name not in self.classes:
            known = ", ".join(sorted(self.classes))
            raise UsageError(
                what=phrase("a model of kind '{name}'", name=name),
                expected=phrase("one of {known}", known=known),
            )
        module, _, attribute = self.classes[name].partition(":")
        found: type[StoredModel] = getattr(importlib.import_module(module), attribute)
        return found

    def model(self, kind: str, state: State) -> StoredModel:
        """Return the model of a state, brought up to today's version of its kind.

        Parameters
        ----------
        kind : str
            As it was when the model was kept.
        state : mapping

        Raises
        ------
        UsageError
            When no class reads the kind, when it is of a later version of Zhike, or when an upgrade is missing.
        """
        name, version = Kind.of(kind)
        reader = self.class_of(name)
        today = Kind.of(reader.kind).version
        if version > today:
            expected = f"version {today} or older: a later version of Zhike wrote it"
            raise UsageError(what=phrase("a model of kind '{kind}'", kind=kind), expected=expected)
        for older in range(version, today):
            state = self._upgrade(f"{name}/{older}")(state)
        return reader.from_state(state)

    def _upgrade(self, kind: str) -> Upgrade:
        if kind not in self.upgrades:
            raise UsageError(
                what=phrase("a model of kind '{kind}'", kind=kind),
                expected=phrase("a kind that has an upgrade"),
            )
        return self.upgrades[kind]


KINDS: Final = ModelKinds(
    classes={
        "adaptive_bayes": "zhike.decide.propensities.adaptive_bayes:AdaptiveBayes",
        "additive_response": "zhike.decide.response_model:ResponseModel",
        "bank_ranking": "zhike.decide.ranking.bank_ranking:BankRanking",
        "boosted_propensity": "zhike.decide.propensities.boosted_propensity:BoostedPropensity",
        "calibration": "zhike.decide.propensity:Calibration",
        "complaint_triage": "zhike.know.text.complaint_triage:ComplaintModels",
        "contact_effects": "zhike.decide.contact_effects:ContactEffects",
        "counted_chances": "zhike.decide.counted_chances:CountedChances",
        "delayed_batch": "zhike.decide.propensities.delayed_batch:DelayedBatch",
        "early_warning": "zhike.learn.early_warning:EarlyWarning",
        "hashed_logistic": "zhike.decide.propensities.hashed_logistic:HashedLogistic",
        "learned_ranker": "zhike.decide.ranking.learned_ranker:LearnedRanker",
        "level_codes": "zhike.decide.propensities.level_codes:LevelCodes",
        "listwise_logit": "zhike.decide.ranking.listwise:ListwiseLogit",
        "offer_chances": "zhike.decide.offer_chances:OfferChances",
        "online_chances": "zhike.decide.online_chances:OnlineChances",
        "propensity_mix": "zhike.decide.propensities.propensity_mix:PropensityMix",
        "ranked_propensity": "zhike.decide.ranking.ranked_propensity:RankedPropensity",
        "segment_models": "zhike.decide.propensities.segment_models:SegmentModels",
        "span_tagger": "zhike.know.text.spans:SpanTagger",
        "text_triage": "zhike.know.text.triage:TextTriage",
    },
    upgrades={"propensity_mix/1": with_shifts},
)
"""The kinds that come with Zhike. A class that is kept has its line here, and each change of its state an upgrade."""
