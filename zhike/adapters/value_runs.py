"""Value a draft of a policy from folders of decisions and from what the bank has learnt of their customers since."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl

from zhike.adapters.decision_files import (
    CANDIDATES,
    DECISIONS,
    EVIDENCE,
    log_sha256,
    models_behind,
    read_plan,
    read_table,
)
from zhike.adapters.kept_models import models_named
from zhike.adapters.model_evidence import CHANCES, MODEL, chances_told, model_told
from zhike.core.errors import PolicyError, UsageError
from zhike.core.phrases import phrase
from zhike.decide.list_chances import OTHER, list_chances
from zhike.decide.logged_lists import first_chances, list_table, logged_lists
from zhike.decide.policy import EffectWindow, Policy
from zhike.decide.preparation import prepare
from zhike.measure.customer_features import customer_features
from zhike.measure.list_log import ENDED, ListLog
from zhike.measure.list_rewards import list_rewards

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from zhike.adapters.bank import Bank
    from zhike.core.rulebook import Rulebook
    from zhike.decide.preparation import Preparation
    from zhike.measure.list_rewards import ListRewards, Outcome

__all__ = ["LoggedRun", "joined_log", "logged_run"]

_DATED: Final = ("responses", "interactions", "holdings", "transactions")
"""Tables by whose latest row it is known up to when a bank knows anything."""
_VALUED: Final = ("action_id", "product_id", "kind", "worth", "cost")


@dataclass(frozen=True, slots=True)
class LoggedRun:
    """One folder of decisions, with what the draft would have done along its lists and what came of them.

    Parameters
    ----------
    folder : Path
    at : date
    logging : Policy
        Which decided.
    draft : Policy
        To be valued, as it reads on that day.
    horizon_days : int
    currency : str
    minor_units : mapping of currency to decimals
    customers : list of str
    left_out : int
        Customers of the folder whom the bank does not know any more.
    actions : tuple of str
        Columns of ``chances``: the draft's.
    lists : DataFrame
        See `zhike.decide.logged_lists.logged_lists`.
    chances : ndarray of shape (n, places, n_actions)
        See `zhike.decide.list_chances.list_chances`.
    rewards : ListRewards
    inputs : DataFrame
        What the log's policy read of the customers.
    models, logged_models : list of dict
        ``name``, ``kind`` and ``version`` of the models that the draft rests on, and the log's decisions.
    sha256 : str
        Of the log.
    """

    folder: Path
    at: dt.date
    logging: Policy
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
    logged_models: list[dict[str, str]]
    sha256: str


def logged_run(
    folder: Path,
    bank: Bank,
    rulebook: Rulebook,
    draft: Policy,
    outcome: Outcome,
    horizon_days: int | None = None,
    progress: Callable[[int, int], None] = lambda _done, _of: None,
) -> LoggedRun:
    """Return what a draft would have done along the lists of a folder, and what came of them.

    Parameters
    ----------
    folder : Path
        Written by `zhike decide`.
    bank : Bank
        The bank that it was decided for, with what has happened since.
    rulebook : Rulebook
    draft : Policy
        In force on the folder's day.
    outcome : str
        One of `zhike.measure.list_rewards.OUTCOMES`.
    horizon_days : int, optional
        Days within which an outcome counts; those of the draft's `EffectWindow` where none are given.
    progress : callable
        Told the customers done and their total.

    Raises
    ------
    UsageError
        When the folder is of another bank, the bank does not know yet what came of it within the horizon, or has no answer to it: lists that
        were made and never sent say nothing of any policy.
    PolicyError
        When the draft values its actions in another currency than the log.
    """
    plan, at = read_plan(folder), log_day(folder)
    days = horizon_days or (draft.effects or EffectWindow()).horizon_days
    _check_bank(folder, plan, bank, at + dt.timedelta(days=days))
    timezone, stored = bank.manifest.timezone, plan["policy"]
    logging = Policy.from_content(stored["path"], stored["version"], stored["content"])
    prepared = prepare(bank.tables(), at, timezone, rulebook, draft, models=models_named(draft, bank, at))
    known, then = prepared.actions.table, read_table(folder, f"{EVIDENCE}/actions.parquet")
    currency = _one_currency(draft, known, then)
    decisions = read_table(folder, DECISIONS)
    everybody = sorted(set(decisions["customer_id"]))
    customers = sorted(set(everybody) & set(prepared.inputs["customer_id"]))
    places = max(logging.limits.actions_per_customer, draft.limits.actions_per_customer)
    lists = logged_lists(decisions, customers, places)
    # What both catalogues offer counts as the draft's has it, so that log and draft are measured alike.
    prices = pl.concat([known.select(_VALUED), then.select(_VALUED).join(known, on="action_id", how="anti")])
    rewards = list_rewards(bank.tables(), timezone, at, days, lists, prices, outcome)
    _check_answered(folder, rewards)
    inputs = read_table(folder, f"{EVIDENCE}/inputs.parquet")
    return LoggedRun(
        folder, at, logging, draft, days, currency, dict(prepared.minor_units), customers, len(everybody) - len(customers),
        tuple(known["action_id"]), lists, _chances(prepared, customers, lists, places, progress), rewards,
        pl.DataFrame({"customer_id": customers}).join(inputs, on="customer_id", how="left", maintain_order="left"),
        _draft_models(prepared), models_behind(plan), log_sha256(folder),
    )  # fmt: skip


def _draft_models(prepared: Preparation) -> list[dict[str, str]]:
    told = {MODEL: model_told(prepared), CHANCES: chances_told(prepared)}
    return models_behind({key: one for key, one in told.items() if one is not None})


def log_day(folder: Path) -> dt.date:
    """Return the day of a folder of decisions."""
    return dt.date.fromisoformat(read_plan(folder)["at"])


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
    days = [run.at for run in runs]
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


def _check_bank(folder: Path, plan: dict[str, Any], bank: Bank, closed: dt.date) -> None:
    if plan["inputs"]["bank"] != bank.manifest.name:
        raise UsageError(
            what=phrase("decisions of {other} in {folder}", other=plan["inputs"]["bank"], folder=folder),
            expected=phrase("decisions of {name}, as --bank says", name=bank.manifest.name),
        )
    last = _known_until(bank)
    if last is None or last < closed:
        raise UsageError(
            what=phrase("facts up to {last}", last=last or "-"),
            expected=phrase(
                "facts up to {closed}, when the horizon of {folder} closes", closed=closed, folder=folder
            ),
        )


def _check_answered(folder: Path, rewards: ListRewards) -> None:
    if not rewards.answers:
        raise UsageError(
            what=phrase("no answer to any decision of {folder}", folder=folder),
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
    return first_chances(pl.scan_parquet(run.folder / CANDIDATES), run.customers, actions)


def _wide(table: NDArray[np.float64], places: int) -> NDArray[np.float64]:
    found = np.zeros((len(table), places))
    found[:, : table.shape[1]] = table
    return found
