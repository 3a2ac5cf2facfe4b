"""What all customers of one run share: archive, actions, rules, a fitted recommender and its calibration."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from zhike.core.errors import PolicyError
from zhike.core.phrases import phrase
from zhike.decide.candidates import Judge
from zhike.decide.catalogue import NO_ACTION, Actions, Catalogue, actions_on_sale
from zhike.decide.choice import ChoiceProblem
from zhike.decide.conditions import caps_of, conditions_of
from zhike.decide.constraint_rows import attributes_of, in_force, major_units
from zhike.decide.counted_chances import CountedChances
from zhike.decide.effects import Effects, learn_effects
from zhike.decide.inputs import ADVISER, HELD_OUT, advisers, gather_inputs, hash_uniforms
from zhike.decide.kept_models import NONE_KEPT, named_model
from zhike.decide.offer_chances import OfferChances, learn_chances
from zhike.decide.online_chances import OnlineChances
from zhike.decide.policy import ADAPTIVE_BAYES, ONLINE
from zhike.decide.profiles import CELL_COLUMNS
from zhike.decide.ranked_scoring import RankedRun, kept_scoring, ranked_scoring
from zhike.decide.ranking.ranked_propensity import RankedPropensity
from zhike.decide.scoring import fitted_scoring
from zhike.know.archive import archive, archive_rules
from zhike.know.view import view

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from zhike.core.rulebook import Rulebook
    from zhike.decide.candidate_values import Valued
    from zhike.decide.constraints import Constraint
    from zhike.decide.kept_models import KeptModel, KeptModels
    from zhike.decide.policy import ChanceWindow, Policy
    from zhike.decide.ranked_scoring import RankedScoring
    from zhike.decide.scoring import Scoring
    from zhike.know.view import View

__all__ = [
    "Preparation",
    "Setting",
    "archive_of",
    "choice_problem",
    "judged_actions",
    "prepare",
    "setting",
]


@dataclass(frozen=True)
class Preparation:
    """What all customers of one run share.

    Parameters
    ----------
    inputs : DataFrame
        One row per customer, by ``customer_id``.
    scoring : Scoring or RankedScoring
        The fitted recommender, or the assumption that stands in for it.
    minor_units : mapping of currency to decimals
    effects : Effects or None
        What the log of choices says; None where the policy does not ask or the log says nothing.
    chances : OfferChances, CountedChances, OnlineChances or None
        What sent offers say of P(yes | delivered); None where the policy does not ask or too few were sent.
    constraints : tuple of Constraint
        What is scarce on the day; empty where customers do not depend on each other.
    timezone : str
        The bank's IANA zone, in which contact hours are told.
    known : Valued or None
        What every candidate is worth, by row of the inputs, where it was computed before; then nothing is scored.
    """

    at: dt.date
    policy: Policy
    catalogue: Catalogue
    actions: Actions
    judge: Judge
    inputs: pl.DataFrame
    scoring: Scoring | RankedScoring
    problem: ChoiceProblem
    minor_units: Mapping[str, int]
    contact_hours: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    effects: Effects | None = None
    chances: OfferChances | CountedChances | OnlineChances | None = None
    constraints: tuple[Constraint, ...] = ()
    timezone: str = "UTC"
    known: Valued | None = field(default=None, repr=False)

    @cached_property
    def major(self) -> NDArray[np.float64]:
        """Minor units in one major unit of each action's currency, shape (n_actions,)."""
        return major_units(self.actions, self.minor_units)


@dataclass(frozen=True, slots=True)
class Setting:
    """Who is to be judged, on what actions, by which rules: everything of a run but its scores.

    Parameters
    ----------
    inputs : DataFrame
        One row per customer, by ``customer_id``.
    """

    catalogue: Catalogue
    actions: Actions
    judge: Judge
    inputs: pl.DataFrame
    minor_units: Mapping[str, int]


def setting(
    tables: Mapping[str, pl.LazyFrame],
    at: dt.date,
    timezone: str,
    rulebook: Rulebook,
    policy: Policy,
    rows: pl.DataFrame | None = None,
) -> Setting:
    """Build archive, actions and conditions of a day; see `prepare` for the parameters."""
    seen = view(tables, at, timezone)
    minor_units = rulebook.at("standard.iso4217.minor_units", at).value
    catalogue, actions, judge = judged_actions(seen, rulebook, policy)
    rows = archive_of(tables, at, timezone, rulebook, policy) if rows is None else rows
    shared = attributes_of(in_force(policy.constraints, at))
    rows = advisers(rows, seen) if ADVISER in shared else rows
    more = [
        f"customer.{name}" for name in (*(CELL_COLUMNS if policy.effects or policy.chances else ()), *shared)
    ]
    inputs = gather_inputs(rows, seen, actions, caps_of(rulebook, policy, at), [*judge.names, *more])
    held_out = hash_uniforms(inputs["customer_id"].to_list(), f"holdout|{policy.holdout.salt}", 1)[:, 0]
    inputs = inputs.with_columns(pl.Series(HELD_OUT, held_out < policy.holdout.share))
    return Setting(catalogue, actions, judge, inputs, minor_units)


def judged_actions(seen: View, rulebook: Rulebook, policy: Policy) -> tuple[Catalogue, Actions, Judge]:
    """Return the catalogue of a day, the actions that it gives, and who says what is allowed of them."""
    minor_units = rulebook.at("standard.iso4217.minor_units", seen.at).value
    catalogue = Catalogue.of(rulebook.at(policy.catalogue, seen.at))
    actions = actions_on_sale(catalogue, seen.current("products").collect(), minor_units)
    conditions = conditions_of(rulebook, policy, actions, seen.at)
    return catalogue, actions, Judge(conditions, actions, presume_consent=policy.presume_consent)


def archive_of(
    tables: Mapping[str, pl.LazyFrame], at: dt.date, timezone: str, rulebook: Rulebook, policy: Policy
) -> pl.DataFrame:
    """Return the archive of a day as a policy reads it: one row per customer; see `prepare` for the parameters."""
    rules = archive_rules(rulebook, at, policy.risk_validity)
    return archive(tables, at, timezone, rules).collect(engine="streaming")


def prepare(
    tables: Mapping[str, pl.LazyFrame],
    at: dt.date,
    timezone: str,
    rulebook: Rulebook,
    policy: Policy,
    rows: pl.DataFrame | None = None,
    models: KeptModels = NONE_KEPT,
    answered: Mapping[str, pl.LazyFrame] | None = None,
) -> Preparation:
    """Build what all customers of one run share.

    Parameters
    ----------
    tables : mapping of str to LazyFrame
        The bank's contract tables, all rows; only what was known by the end of ``at`` is used.
    at : date
    timezone : str
        The bank's IANA zone.
    rulebook : Rulebook
    policy : Policy
    rows : DataFrame, optional
        The archive of that day, where it has been made already; see `archive_of`.
    models : mapping of str to KeptModel
        What the policy names, see `zhike.decide.kept_models`.
    answered : mapping of str to LazyFrame, optional
        The same tables with choices and answers that the bank does not have yet; effects and chances are learnt from
        them, and nothing else is read of them.

    Raises
    ------
    PolicyError
        When the policy names a model that is not handed in.
    """
    told = tables if answered is None else answered
    ready = setting(tables, at, timezone, rulebook, policy, rows)
    hours = rulebook.at(policy.quiet_hours, at).value if policy.quiet_hours else {}
    return Preparation(
        at=at,
        policy=policy,
        catalogue=ready.catalogue,
        actions=ready.actions,
        judge=ready.judge,
        inputs=ready.inputs,
        scoring=_scoring(tables, (at, timezone, rulebook), policy, ready, models),
        problem=choice_problem(ready.actions, policy),
        minor_units=ready.minor_units,
        effects=_learnt(told, at, timezone, rulebook, policy, ready.actions),
        chances=_answered(told, (at, timezone, rulebook), policy, ready.actions, models),
        contact_hours={name: (str(first), str(last)) for name, (first, last) in hours.items()},
        constraints=in_force(policy.constraints, at),
        timezone=timezone,
    )


def _scoring(
    tables: Mapping[str, pl.LazyFrame],
    day: tuple[dt.date, str, Rulebook],
    policy: Policy,
    ready: Setting,
    models: KeptModels,
) -> Scoring | RankedScoring:
    at, timezone, _ = day
    if policy.ranks_what_is_open:
        run = RankedRun(tables, *day, policy, ready.actions, ready.judge)
        if policy.kept_ranking:
            return kept_scoring(run, *named_model(models, policy.kept_ranking, RankedPropensity, policy.path))
        return ranked_scoring(run)
    return fitted_scoring(tables, view(tables, at, timezone), timezone, policy, ready.actions)


def _learnt(
    tables: Mapping[str, pl.LazyFrame],
    at: dt.date,
    timezone: str,
    rulebook: Rulebook,
    policy: Policy,
    actions: Actions,
) -> Effects | None:
    if policy.effects is None:
        return None
    rules = archive_rules(rulebook, at, policy.risk_validity)
    return learn_effects(tables, at, timezone, rules, actions, policy.effects)


def _answered(
    tables: Mapping[str, pl.LazyFrame],
    day: tuple[dt.date, str, Rulebook],
    policy: Policy,
    actions: Actions,
    models: KeptModels,
) -> OfferChances | CountedChances | OnlineChances | None:
    if policy.chances is None:
        return None
    if policy.kept_chances:
        return _kept_chances(models, policy, policy.chances)
    at, timezone, rulebook = day
    rules = archive_rules(rulebook, at, policy.risk_validity)
    return learn_chances(view(tables, at, timezone), timezone, rules, actions, policy.chances)


def _kept_chances(
    models: KeptModels, policy: Policy, window: ChanceWindow
) -> OfferChances | CountedChances | OnlineChances:
    name, path = policy.kept_chances, policy.path
    if window.model == ONLINE:
        kept, online = named_model(models, name, OnlineChances, path)
        return replace(online, kept=kept)
    if window.model == ADAPTIVE_BAYES:
        kept, counted = named_model(models, name, CountedChances, path)
        _refuse_others(kept, policy, window)
        return replace(counted, kept=kept)
    kept, trees = named_model(models, name, OfferChances, path)
    _refuse_others(kept, policy, window)
    return replace(trees, kept=kept)


def _refuse_others(kept: KeptModel, policy: Policy, window: ChanceWindow) -> None:
    """Refuse chances that were learnt in another way than the policy says, or over other days."""
    told = kept.provenance["configuration"]
    for key, wanted in (("model", window.model), ("horizon_days", window.horizon_days)):
        if told[key] != wanted:
            raise PolicyError(
                what=phrase("chances.{key} {found}", key=key, found=wanted),
                path=policy.path,
                expected=phrase("{found}, with which {name} was learnt", found=told[key], name=kept.name),
            )


def choice_problem(actions: Actions, policy: Policy) -> ChoiceProblem:
    """Return what excludes what among the actions of a day."""
    table = actions.table
    keys = table.select(pl.coalesce("product_id", "template")).to_series().to_list()
    nothing = int(np.flatnonzero((table["template"] == NO_ACTION).to_numpy())[0])
    members = table["members"].to_list()
    return ChoiceProblem.of(
        keys, table["group"].to_list(), table["channel"].to_list(), policy.limits, nothing, members
    )
