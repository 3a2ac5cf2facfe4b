"""The whole base of a publication, read back from its dossiers, so that everybody can be decided for anew without the bank.

A dossier keeps what the conditions read of a customer and what every candidate is worth. That is enough to judge and to allocate
under another policy, as long as it offers the same actions at the same values. What would be worth something else (another
catalogue, another recommender, effects over another window), or reads what no dossier holds, needs the bank's folder.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Self

import numpy as np
import polars as pl

from zhike.core.errors import PolicyError
from zhike.core.phrases import phrase
from zhike.decide.candidate_values import Valued
from zhike.decide.candidates import Judge
from zhike.decide.catalogue import Catalogue
from zhike.decide.conditions import conditions_of
from zhike.decide.constraint_rows import attributes_of, in_force
from zhike.decide.inputs import CONTACT_DAYS, HELD, HELD_OUT, REFUSED, REFUSED_DAYS, hash_uniforms
from zhike.decide.preparation import Preparation, choice_problem
from zhike.decide.propensity import Popularity
from zhike.decide.scoring import Scoring

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from zhike.core.rulebook import Rulebook
    from zhike.decide.conditions import Condition
    from zhike.decide.dossier import Dossier
    from zhike.decide.policy import Policy
    from zhike.decide.serving_setting import ServingSetting

__all__ = ["StoredBase", "StoredCustomer", "check_tried", "conditions_under"]

_VALUED: Final = ("catalogue", "recommender", "horizon_days", "effects", "chances", "risk_validity")
"""Keys of a policy on which values and attributes in the dossiers rest."""
_JUDGED: Final = ("packs", "caps", "consent")
"""Keys of a policy on which its conditions rest."""
_LISTS: Final[dict[str, Any]] = {
    HELD: pl.List(pl.String),
    REFUSED: pl.List(pl.String),
    REFUSED_DAYS: pl.List(pl.Int64),
}
_NEVER: Final = -(2**53)
"""Value, in minor units, of an action that the customer does not want: below any least value of a policy."""


@dataclass(frozen=True, slots=True)
class StoredCustomer:
    """A customer's dossier and what has happened since.

    Parameters
    ----------
    dossier : Dossier
    changed : mapping of column to value
        See `zhike.decide.live.changed_inputs`.
    unwanted : ndarray of bool, shape (n_actions,), or None
        Actions that the customer's wishes rule out.
    """

    dossier: Dossier
    changed: Mapping[str, Any] = field(default_factory=dict)
    unwanted: NDArray[np.bool_] | None = None


@dataclass(frozen=True, slots=True)
class StoredBase:
    """All customers of a publication.

    Parameters
    ----------
    setting : ServingSetting
    inputs : DataFrame
        One row a customer, by ``customer_id``, as known now.
    known : Valued
        What every candidate is worth, by row.
    segment : ndarray of int, shape (n_customers,)
        Of the published constraints.
    """

    setting: ServingSetting
    inputs: pl.DataFrame
    known: Valued
    segment: NDArray[np.int64] = field(repr=False)

    @classmethod
    def of(cls, setting: ServingSetting, customers: Iterable[StoredCustomer]) -> Self:
        """Gather customers, in the order of their identifiers.

        Parameters
        ----------
        setting : ServingSetting
        customers : iterable of StoredCustomer
            At least one.
        """
        rows, parts, segments = [], [], []
        for one in customers:
            segments.append(one.dossier.segment)
            rows.append({**one.dossier.inputs, **one.changed})
            parts.append((one.dossier.score[0], one.dossier.propensity[0], _wanted(one)))
        score, propensity, value = (np.stack(column) for column in zip(*parts, strict=True))
        known = Valued(score, propensity, value, None)
        return cls(setting, _frame(setting, rows), known, np.array(segments, dtype=np.int64))

    def prepared(self, policy: Policy, conditions: Sequence[Condition]) -> Preparation:
        """Return the base ready to be decided for under a policy that `check_tried` lets pass.

        Parameters
        ----------
        policy : Policy
        conditions : sequence of Condition
            See `conditions_under`.
        """
        setting, names = self.setting, self.inputs["customer_id"].to_list()
        lots = hash_uniforms(names, f"holdout|{policy.holdout.salt}", 1)[:, 0]
        inputs = self.inputs.with_columns(pl.Series(HELD_OUT, lots < policy.holdout.share))
        return Preparation(
            at=setting.at, policy=policy, catalogue=Catalogue(policy.catalogue, ()), actions=setting.actions,
            judge=Judge(conditions, setting.actions, presume_consent=policy.presume_consent), inputs=inputs,
            scoring=Scoring(Popularity(), None, (), 0), problem=choice_problem(setting.actions, policy),
            minor_units=setting.minor_units, contact_hours=setting.contact_hours,
            constraints=in_force(policy.constraints, setting.at), timezone=setting.timezone, known=self.known,
        )  # fmt: skip


def conditions_under(setting: ServingSetting, rulebook: Rulebook, policy: Policy) -> tuple[Condition, ...]:
    """Return the conditions of a policy on the day of a publication: those published where packs, caps and consent are the same."""
    published = setting.policy.raw
    if all(policy.raw.get(key) == published.get(key) for key in _JUDGED):
        return setting.judge.conditions
    return tuple(conditions_of(rulebook, policy, setting.actions, setting.at))


def check_tried(setting: ServingSetting, policy: Policy, conditions: Sequence[Condition]) -> None:
    """Refuse a policy that cannot be decided under from the dossiers of a publication.

    Raises
    ------
    PolicyError
        When values would be others, or a condition or a constraint reads what dossiers do not hold.
    """
    # Where the ranking is over what the rules let a customer have, other rules give other scores.
    valued = (*_VALUED, "packs") if setting.policy.ranks_what_is_open else _VALUED
    other = [key for key in valued if policy.raw.get(key) != setting.policy.raw.get(key)]
    if other:
        raise _beyond(policy, phrase("another {names}", names=", ".join(other)))
    # Of a condition made of a rule that reads it; a publication knows it whether or not a rule of its own does.
    known = {*_columns(setting), CONTACT_DAYS, HELD, HELD_OUT, REFUSED, "customer_id"}
    read = {
        name.partition(".")[2] for one in conditions for name in one.names if name.startswith("customer.")
    }
    read |= attributes_of(in_force(policy.constraints, setting.at))
    missing = sorted(read - known)
    if missing:
        raise _beyond(policy, phrase("the attributes {names}", names=", ".join(missing)))


def _columns(setting: ServingSetting) -> set[str]:
    """Return the attributes that the published conditions and constraints read: what every dossier holds, and no more is sure."""
    read = {name.partition(".")[2] for name in setting.judge.names if name.startswith("customer.")}
    constraints = in_force(setting.policy.constraints, setting.at)
    return read | attributes_of(constraints) | setting.texts | setting.dates


def _beyond(policy: Policy, what: object) -> PolicyError:
    expected = phrase(
        "what the published dossiers hold; with the bank's folder, `zhike whatif` tries any policy at all"
    )
    return PolicyError(what=what, path=policy.path, expected=expected)


def _wanted(one: StoredCustomer) -> NDArray[np.int64]:
    value = one.dossier.value[0]
    return value if one.unwanted is None else np.where(one.unwanted, _NEVER, value)


def _frame(setting: ServingSetting, rows: list[dict[str, Any]]) -> pl.DataFrame:
    """Return inputs as a frame of the types that they were published with."""
    return pl.DataFrame([_column(setting, name, [row[name] for row in rows]) for name in rows[0]])


def _column(setting: ServingSetting, name: str, values: list[Any]) -> pl.Series:
    if name in setting.texts:
        return pl.Series(name, values, dtype=pl.String)
    if name in setting.dates:
        # A day that was corrected comes from the ledger as a text.
        days = [dt.date.fromisoformat(value) if isinstance(value, str) else value for value in values]
        return pl.Series(name, days, dtype=pl.Date)
    if name in _LISTS:
        return pl.Series(name, values, dtype=_LISTS[name])
    there = [value for value in values if value is not None]
    if there and all(isinstance(value, bool) for value in there):
        return pl.Series(name, values, dtype=pl.Boolean)
    whole = bool(there) and all(isinstance(value, int) for value in there)
    return pl.Series(name, values, dtype=pl.Int64 if whole else pl.Float64, strict=False)
