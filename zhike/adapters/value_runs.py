"""Value a draft of a policy from decisions on record and from what the bank has learnt of their customers since."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl

from zhike.adapters.decision_files import models_behind
from zhike.adapters.kept_models import models_named
from zhike.adapters.model_evidence import CHANCES, MODEL, chances_told, model_told
from zhike.adapters.store_answers import answers_learnt
from zhike.core.errors import PolicyError, UsageError
from zhike.core.phrases import phrase
from zhike.decide.list_chances import OTHER, list_chances
from zhike.decide.logged_lists import list_table, logged_lists
from zhike.decide.policy import EffectWindow
from zhike.decide.preparation import prepare
from zhike.measure.customer_features import customer_features
from zhike.measure.list_log import ENDED, ListLog
from zhike.measure.list_rewards import list_rewards

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    from zhike.act.acting import Acting
    from zhike.adapters.bank import Bank
    from zhike.adapters.decision_logs import DecisionLog
    from zhike.core.rulebook import Rulebook
    from zhike.decide.policy import Policy
    from zhike.decide.preparation import Preparation
    from zhike.measure.list_rewards import ListRewards, Outcome

__all__ = ["LoggedRun", "closed_logs", "joined_log", "logged_runs"]

_DATED: Final = ("responses", "interactions", "holdings", "transactions")
"""Tables by whose latest row it is known up to when a bank knows anything."""
_VALUED: Final = ("action_id", "product_id", "kind", "worth", "cost")


@dataclass(frozen=True, slots=True)
class LoggedRun:
    """A log of decisions, with what the draft would have done along its lists and what came of them.

    Parameters
    ----------
    log : DecisionLog
    draft : Policy
        To be valued, as it reads on that day.
    horizon_days : int
    currency : str
    minor_units : mapping of currency to decimals
    customers : list of str
    left_out : int
        Customers of the log whom the bank does not know any more.
    actions : tuple of str
        Columns of ``chances``: the draft's.
    lists : DataFrame
        See `zhike.decide.logged_lists.logged_lists`.
    chances : ndarray of shape (n, places, n_actions)
        See `zhike.decide.list_chances.list_chances`.
    rewards : ListRewards
    inputs : DataFrame
        What the log's policy read of the customers.
    models : list of dict
        ``name``, ``kind`` and ``version`` of the models that the draft rests on.
    """

    log: DecisionLog
    draft: Policy
    horizon_days: int
    currency: str
    minor_units: dict[str, int]
    customers: list[str]
    left_out: int
    actions: tuple[str, ...]
    lists: pl.DataFrame
    chances: NDArray[np.float64]
    rewards: ListRewards
    inputs: pl.DataFrame
    models: list[dict[str, str]]


def closed_logs(
    logs: Sequence[DecisionLog], bank: Bank, drafts: Sequence[Policy], horizon_days: int | None = None
) -> list[tuple[DecisionLog, Policy]]:
    """Return the logs of which the bank knows by now what came within the horizon, with the draft as it reads on each day.

    Parameters
    ----------
    logs : sequence of DecisionLog
    bank : Bank
    drafts : sequence of Policy, of the same length
    horizon_days : int, optional
        See `logged_runs`.

    Raises
    ------
    UsageError
        When it knows of none.
    """
    last, both = _known_until(bank), list(zip(logs, drafts, strict=True))
    found = [one for one in both if last is not None and _closes(*one, horizon_days) <= last]
    if not found:
        raise UsageError(
            what=phrase("facts up to {last}", last=last or "-"),
            expected=phrase("decisions of a store whose horizon has closed by then"),
        )
    return found


def _closes(log: DecisionLog, draft: Policy, horizon_days: int | None) -> dt.date:
    return log.at + dt.timedelta(horizon_days or (draft.effects or EffectWindow()).horizon_days)


def logged_runs(
    logs: Sequence[tuple[DecisionLog, Policy]],
    bank: Bank,
    rulebook: Rulebook,
    counted: tuple[Outcome, int | None],
    progress: Callable[[int, int], None] = lambda _done, _of: None,
    acting: Acting | None = None,
) -> list[LoggedRun]:
    """Return what a draft would have done along the lists of some logs, and what came of them.

    Parameters
    ----------
    logs : sequence of tuple of DecisionLog and Policy
        Each with the draft as it is in force on its day.
    bank : Bank
        The bank that it was decided for, with what has happened since.
    rulebook : Rulebook
    counted : tuple of str and int or None
        One of `zhike.measure.list_rewards.OUTCOMES`, and the days within which an outcome counts; those of the draft's `EffectWindow` where none are given.
    progress : callable
        Told the customers done and their total.
    acting : Acting or None
        On the store of the logs, from which a draft learns as a publication of that day would.

    Raises
    ------
    UsageError
        When the bank does not know yet what came of it within the horizon, or has no answer to it: lists that
        were made and never sent say nothing of any policy.
    PolicyError
        When the draft values its actions in another currency than the log.
    """
    found, last, prepared = [], None, None
    for log, draft in logs:
        _check_closed(log, bank, _closes(log, draft, counted[1]))
        # Decisions of one publication rest on the facts of one day: the draft is made ready once for all of them.
        if prepared is None or last != (log.known, draft.version):
            last, models = (log.known, draft.version), models_named(draft, bank, log.known)
            day = (bank.tables(), log.known, bank.manifest.timezone, rulebook)
            learnt = None if acting is None else answers_learnt(bank, acting, draft, log.known)
            answered = None if learnt is None else learnt.tables
            prepared = prepare(*day, draft, models=models, answered=answered)
        found.append(_run(log, bank, prepared, counted, progress))
    return found


def _run(
    log: DecisionLog, bank: Bank, prepared: Preparation, counted: tuple[Outcome, int | None], progress: Callable[[int, int], None]
) -> LoggedRun:  # fmt: skip
    draft, timezone = prepared.policy, bank.manifest.timezone
    days = (_closes(log, draft, counted[1]) - log.at).days
    known, then = prepared.actions.table, log.actions
    currency = _one_currency(draft, known, then)
    everybody = sorted(set(log.decisions["customer_id"]))
    customers = sorted(set(everybody) & set(prepared.inputs["customer_id"]))
    places = max(log.policy.limits.actions_per_customer, draft.limits.actions_per_customer)
    lists = logged_lists(log.decisions, customers, places)
    # What both catalogues offer counts as the draft's has it, so that log and draft are measured alike.
    prices = pl.concat([known.select(_VALUED), then.select(_VALUED).join(known, on="action_id", how="anti")])
    rewards = list_rewards(
        _with_answers(bank.tables(), log), timezone, log.at, days, lists, prices, counted[0]
    )
    _check_answered(log, rewards)
    return LoggedRun(
        log, draft, days, currency, dict(prepared.minor_units), customers, len(everybody) - len(customers),
        tuple(known["action_id"]), lists, _chances(prepared, customers, lists, places, progress), rewards,
        pl.DataFrame({"customer_id": customers}).join(_typed(log.inputs, prepared.inputs), on="customer_id", how="left", maintain_order="left"),
        _draft_models(prepared),
    )  # fmt: skip


def _draft_models(prepared: Preparation) -> list[dict[str, str]]:
    told = {MODEL: model_told(prepared), CHANCES: chances_told(prepared)}
    return models_behind({key: one for key, one in told.items() if one is not None})


def _typed(inputs: pl.DataFrame, like: pl.DataFrame) -> pl.DataFrame:
    """Return inputs of which a column that nobody has a value in is of the type that it has elsewhere: a dossier does not say it."""
    unknown = [name for name, dtype in inputs.schema.items() if dtype == pl.Null and name in like.schema]
    return inputs.with_columns(pl.col(name).cast(like.schema[name]) for name in unknown)


def _with_answers(tables: Mapping[str, pl.LazyFrame], log: DecisionLog) -> Mapping[str, pl.LazyFrame]:
    """Return the bank's tables with the answers that are on record beside the decisions."""
    if log.answers is None:
        return tables
    return {**tables, "responses": pl.concat([tables["responses"], log.answers.lazy()])}


def joined_log(runs: Sequence[LoggedRun]) -> tuple[ListLog, tuple[str, ...]]:
    """Return some runs as one log, and the actions that its columns stand for.

    Parameters
    ----------
    runs : sequence of LoggedRun
        One at least. Lists of a customer on several days stay together.

    Raises
    ------
    UsageError
        When two of them are of one day: the same lists would count twice.
    """
    days = [(run.log.at, run.log.publication) for run in runs]
    if len(set(days)) < len(days):
        raise UsageError(
            what=phrase("two folders of one day"), expected=phrase("folders of decisions of different days")
        )
    actions = tuple(
        sorted(
            {name for run in runs for name in run.actions}
            | {name for run in runs for name in run.lists["action_id"]}
        )
    )
    places = max(run.chances.shape[1] for run in runs)
    everybody = np.unique([name for run in runs for name in run.customers])
    log = ListLog(
        np.concatenate([_columns(run.lists, actions, places, ENDED) for run in runs]),
        np.concatenate([list_table(run.lists, "action_probability", places, 1.0) for run in runs]),
        np.concatenate([_wide(run.rewards.values, places) for run in runs]),
        np.concatenate([run.rewards.hits for run in runs]),
        np.concatenate([_spread(run, actions, places) for run in runs]),
        np.concatenate([_first(run, actions) for run in runs]),
        customer_features(pl.concat([run.inputs for run in runs], how="diagonal_relaxed")),
        np.concatenate([np.searchsorted(everybody, run.customers) for run in runs]),
    )
    return log, actions


def _check_closed(log: DecisionLog, bank: Bank, closed: dt.date) -> None:
    last = _known_until(bank)
    if last is None or last < closed:
        raise UsageError(
            what=phrase("facts up to {last}", last=last or "-"),
            expected=phrase(
                "facts up to {closed}, when the horizon of {folder} closes", closed=closed, folder=log.where
            ),
        )


def _check_answered(log: DecisionLog, rewards: ListRewards) -> None:
    if not rewards.answers:
        raise UsageError(
            what=phrase("no answer to any decision of {folder}", folder=log.where),
            expected=phrase("responses to them in the bank: decisions that nobody carried out have no value"),
        )


def _known_until(bank: Bank) -> dt.date | None:
    """Return the last day on which a bank learnt anything."""
    latest = [bank.scan(name).select(pl.col("known_at").max()).collect().item() for name in _DATED]
    known = [one for one in latest if one is not None]
    return max(known).astimezone(ZoneInfo(bank.manifest.timezone)).date() if known else None


def _one_currency(draft: Policy, known: pl.DataFrame, then: pl.DataFrame) -> str:
    currencies = sorted({*known["currency"], *then["currency"]})
    if len(currencies) > 1:
        raise PolicyError(
            what=phrase("worth in {value}", value=currencies),
            path=draft.path,
            expected=phrase("policies that value in one currency, so that gains and losses compare"),
        )
    return str(currencies[0])


def _chances(
    prepared: Preparation, customers: list[str], lists: pl.DataFrame, places: int, progress: Callable[[int, int], None]
) -> NDArray[np.float64]:  # fmt: skip
    own = _columns(lists, tuple(prepared.actions.table["action_id"]), places, prepared.problem.nothing)
    return list_chances(prepared, customers, own, progress)


def _columns(lists: pl.DataFrame, actions: Sequence[str], places: int, behind: int) -> NDArray[np.int64]:
    """Return the lists as columns of some actions, `OTHER` for what is none of them, shape (n, places)."""
    place = {name: column for column, name in enumerate(actions)}
    coded = lists.with_columns(
        column=pl.Series([place.get(name, OTHER) for name in lists["action_id"]], dtype=pl.Int64)
    )
    return list_table(coded, "column", places, behind).astype(np.int64)


def _spread(run: LoggedRun, actions: Sequence[str], places: int) -> NDArray[np.float64]:
    """Return the draft's chances in the columns of all actions; beyond its lists and the log's nobody does anything."""
    place = {name: column for column, name in enumerate(actions)}
    found = np.zeros((len(run.customers), places, len(actions)))
    found[:, : run.chances.shape[1], [place[name] for name in run.actions]] = run.chances
    return found


def _first(run: LoggedRun, actions: Sequence[str]) -> NDArray[np.float64]:
    return run.log.first(run.customers, actions)


def _wide(table: NDArray[np.float64], places: int) -> NDArray[np.float64]:
    found = np.zeros((len(table), places))
    found[:, : table.shape[1]] = table
    return found
