"""One model for all, and models of their own for the segments in which these were seen to help.

The rule, written down before it was used on anything:

1. Contacts that were followed to the end are ordered by day; the last 30 % of their days validate, the days before teach.
2. A segment is tried that has at least 500 contacts and 25 yeses to teach and 200 contacts to validate.
3. Its own model is used where the mean over its validating contacts of (log loss of the joint model - log loss of its own) is above 1.64
   standard errors of that mean: one chance in twenty, for each segment alone, that luck decides.
4. The joint model, and those of the segments so chosen, are then fitted on all contacts.

Fewer contacts, or no clear gain, leave the joint model. What is chosen, and by how much, is told (`Trial`).
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, Any, ClassVar, Final, Self

import numpy as np

from zhike.decide.propensities.delayed_batch import DelayedBatch

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from zhike.decide.propensities.delayed_batch import Contacts

__all__ = ["SegmentModels", "Trial"]

_VALIDATED: Final = 0.3
_LEAST: Final = (500, 25, 200)
"""Contacts and yeses to teach, contacts to validate."""
_ERRORS: Final = 1.64
_INSIDE: Final = 1e-6


@dataclass(frozen=True, slots=True)
class Trial:
    """What the inner validation found of one segment.

    Parameters
    ----------
    contacts, validated : int
        To teach and to validate.
    gain, error : float
        Mean log loss saved a contact by the segment's own model, and its standard error; NaN where there were too few contacts.
    helps : bool
    """

    contacts: int
    validated: int
    gain: float
    error: float
    helps: bool


@dataclass
class SegmentModels:
    """P(yes | contact) by segment.

    Parameters
    ----------
    model : DelayedBatch
        Unfitted, with the settings of every model.

    Attributes
    ----------
    joint_ : DelayedBatch
    own_ : dict of str to DelayedBatch
        Of the segments in which their own model helps.
    trials_ : dict of str to Trial
    """

    model: DelayedBatch

    kind: ClassVar[str] = "segment_models/1"

    joint_: DelayedBatch = field(init=False, repr=False, compare=False)

    def fit(self, x: NDArray[np.float64], contacts: Contacts, segment: NDArray[np.str_]) -> Self:
        """Learn from contacts.

        Parameters
        ----------
        x : ndarray of float, shape (n_contacts, n_columns)
        contacts : Contacts
        segment : ndarray of str, shape (n_contacts,)
            "" for a contact of no segment.
        """
        self.trials_ = self._tried(x, contacts, segment)
        self.joint_ = self._fresh().fit(x, contacts)
        chosen = [name for name, trial in self.trials_.items() if trial.helps]
        self.own_ = {name: self._of(name, x, contacts, segment) for name in chosen}
        return self

    def predict_proba(self, x: NDArray[np.float64], segment: NDArray[np.str_]) -> NDArray[np.float64]:
        """Return P(no) and P(yes), shape (n_rows, 2), each row by its segment's own model or by the joint one."""
        found = self.joint_.predict_proba(x)
        for name, own in self.own_.items():
            mine = segment == name
            if mine.any():
                found[mine] = own.predict_proba(x[mine])
        return found

    def state(self) -> dict[str, Any]:
        """Return every model and what was tried."""
        return {
            "kind": self.kind, "joint": self.joint_.state(),
            "own": {name: own.state() for name, own in self.own_.items()},
            "trials": {name: asdict(trial) for name, trial in self.trials_.items()},
        }  # fmt: skip

    @classmethod
    def from_state(cls, state: Mapping[str, Any]) -> Self:
        """Return the models of such a state."""
        joint = DelayedBatch.from_state(state["joint"])
        models = cls(joint)
        models.joint_ = joint
        models.own_ = {str(name): DelayedBatch.from_state(own) for name, own in state["own"].items()}
        models.trials_ = {str(name): Trial(**trial) for name, trial in state["trials"].items()}
        return models

    def _tried(
        self, x: NDArray[np.float64], contacts: Contacts, segment: NDArray[np.str_]
    ) -> dict[str, Trial]:
        names = [str(name) for name in np.unique(segment) if name]
        teach, validate = self._split(contacts)
        large = [name for name in names if self._large_enough(contacts, segment == name, teach, validate)]
        trials = {
            name: Trial(int((teach & (segment == name)).sum()), int((validate & (segment == name)).sum()), np.nan, np.nan, helps=False)
            for name in names
        }  # fmt: skip
        if large:
            joint = self._fresh().fit(x[teach], contacts.kept(teach))
            for name in large:
                mine = segment == name
                own = self._fresh().fit(x[teach & mine], contacts.kept(teach & mine))
                trials[name] = self._judged(trials[name], (joint, own), x[validate & mine], contacts.kept(validate & mine))  # fmt: skip
        return trials

    def _split(self, contacts: Contacts) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Return which closed contacts teach and which validate: the later days."""
        there = contacts.closed(self.model.followed) & (contacts.counts > 0)
        if not there.any():
            return there, there
        oldest, youngest = contacts.age[there].max(), contacts.age[there].min()
        border = youngest + _VALIDATED * (oldest - youngest)
        return there & (contacts.age > border), there & (contacts.age <= border)

    @staticmethod
    def _large_enough(
        contacts: Contacts, mine: NDArray[np.bool_], teach: NDArray[np.bool_], validate: NDArray[np.bool_]
    ) -> bool:
        sizes = ((mine & teach).sum(), (mine & teach & contacts.yes).sum(), (mine & validate).sum())
        return all(size >= least for size, least in zip(sizes, _LEAST, strict=True))

    @staticmethod
    def _judged(
        trial: Trial, models: tuple[DelayedBatch, DelayedBatch], x: NDArray[np.float64], contacts: Contacts
    ) -> Trial:
        joint, own = (_losses(model.predict_proba(x)[:, 1], contacts.yes) for model in models)
        weight = contacts.counts
        gain = float(np.average(joint - own, weights=weight))
        spread = weight * (joint - own - gain)
        error = float(np.sqrt((spread**2).sum()) / weight.sum())
        return replace(trial, gain=gain, error=error, helps=gain > _ERRORS * error)

    def _of(
        self, name: str, x: NDArray[np.float64], contacts: Contacts, segment: NDArray[np.str_]
    ) -> DelayedBatch:
        mine = segment == name
        return self._fresh().fit(x[mine], contacts.kept(mine))

    def _fresh(self) -> DelayedBatch:
        return replace(self.model, model=replace(self.model.model))


def _losses(p: NDArray[np.float64], yes: NDArray[np.bool_]) -> NDArray[np.float64]:
    inside = np.clip(p, _INSIDE, 1.0 - _INSIDE)
    return np.asarray(-np.log(np.where(yes, inside, 1.0 - inside)), dtype=np.float64)
