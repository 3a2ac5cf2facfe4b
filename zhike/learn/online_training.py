"""Learn chances of a yes on from day to day: every version states which one it goes on from, and up to which day.

A version is never changed. What closed between its day and a later one is folded, day by day, into a new version whose provenance names the
one before and the one that the line began with. The card of each is measured as it learns: every offer is predicted by what was
known before the day on which it closed, and only then learnt.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import polars as pl

from zhike.core.errors import UsageError
from zhike.core.language import Text
from zhike.core.phrases import phrase
from zhike.core.tables import KNOWN_AT
from zhike.core.units import end_of_day
from zhike.decide.online_chances import OnlineChances, closed_offers
from zhike.decide.policy import ONLINE, ChanceWindow
from zhike.decide.profiles import money_edges
from zhike.know.archive import archive
from zhike.know.rules import archive_rules
from zhike.know.view import view
from zhike.learn.drift import Batch, drift
from zhike.learn.model_card import CardInput, model_card
from zhike.learn.training import train
from zhike.learn.warning_training import groups_of, least_group

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    from zhike.decide.policy import Policy
    from zhike.learn.drift import Alarm, DriftRules
    from zhike.learn.model_card import ModelCard
    from zhike.learn.training import ModelRecord, TrainingSetting
    from zhike.learn.warnings_of_day import WarningBank

__all__ = ["CHANCES", "PREVIOUS", "ROOT", "begin_chances", "check_chances", "learn_on", "window_of"]

CHANCES: Final = "online_chances"
ROOT: Final = "root"
PREVIOUS: Final = "previous"
"""Keys of a configuration: the version that a line began with, and the one before; "" in the first."""
OFFERS: Final = "offers"
_DAY = dt.timedelta(1)
_READ: Final = frozenset((
    "customers", "relationships", "accounts", "products", "holdings", "transactions", "interactions", "assessments", "preferences",
    "consents", "complaints", "decisions", "responses",
))  # fmt: skip
"""Tables that offers and the archive are read from."""
_MOST_ROWS: Final = 4_000_000
"""Rows of a bank above which its tables are read anew for every day instead of kept in memory: these are about half a gigabyte."""
_PURPOSE: Final = Text(
    "How likely a customer is to say yes to an offer that reaches them, learnt on with every offer that closes.",
    "客户对送达的推介表示接受的概率，随每次推介结束持续学习。",
    "客戶對送達的推介表示接受的機率，隨每次推介結束持續學習。",
)
_LIMITS: Final = (
    Text(
        "It says what customers answer, not what an offer changes: that needs an experiment.",
        "它说明客户如何回应，不说明推介带来的改变：后者须经实验证明。",
        "它說明客戶如何回應，不說明推介帶來的改變：後者須經實驗證明。",
    ),
    Text(
        "It lags by the days that a yes is waited for; what has not closed is not learnt.",
        "它滞后于等待回应的天数；尚未结束的推介不参与学习。",
        "它落後於等待回應的天數；尚未結束的推介不參與學習。",
    ),
    Text(
        "It knows the offers that were made: of templates and channels that were hardly tried it says nothing.",
        "它仅了解已发出的推介；对很少尝试的模板与渠道不作判断。",
        "它僅了解已發出的推介；對很少嘗試的範本與通路不作判斷。",
    ),
)


class Folded(NamedTuple):
    """A model after some days, the offers that it learnt on them, and what it had said of each before."""

    model: OnlineChances
    offers: pl.DataFrame
    said: NDArray[np.float64]


def window_of(policy: Policy) -> ChanceWindow:
    """Return how long a yes is waited for, and how many offers are enough: what the policy says, or as usual."""
    named = policy.chances is not None and policy.chances.model == ONLINE
    return policy.chances if policy.chances is not None and named else ChanceWindow(model=ONLINE)


def begin_chances(
    bank: WarningBank, policy: Policy, setting: TrainingSetting
) -> tuple[ModelRecord, ModelCard]:
    """Begin a line of models with all offers that have closed by the setting's day.

    Parameters
    ----------
    bank : WarningBank
    policy : Policy
    setting : TrainingSetting
        ``at`` is the day up to which it learns.

    Raises
    ------
    UsageError
        When too few of them were answered with a yes.
    """
    window, least = window_of(policy), bank.rules(setting.at)[1].least_events
    since = _first_day(bank, setting.at, window.horizon_days)
    begun = OnlineChances.begun(_edges(bank, since), window, since - _DAY)
    folded = _folded(bank, begun, setting.at)
    found = 0 if folded.offers.is_empty() else int(folded.offers["yes"].sum())
    if found < least:
        raise UsageError(
            what=phrase("{found} offers accepted that closed by {at}", found=found, at=setting.at),
            expected=phrase("{least} or more", least=least),
        )
    return _recorded(bank, folded, setting, {ROOT: "", PREVIOUS: "", "since": since.isoformat()})


def learn_on(
    bank: WarningBank, record: ModelRecord, setting: TrainingSetting
) -> tuple[ModelRecord, ModelCard] | None:
    """Fold what closed since a version into a new one; None where it has learnt up to that day already.

    Parameters
    ----------
    bank : WarningBank
    record : ModelRecord
        The version to go on from.
    setting : TrainingSetting
        ``at`` is the day up to which it learns.
    """
    model = OnlineChances.from_state(record.state)
    if setting.at <= model.until:
        return None
    earlier = record.provenance.setting.configuration
    line = {ROOT: earlier[ROOT] or record.version, PREVIOUS: record.version, "since": earlier["since"]}
    return _recorded(bank, _folded(bank, model, setting.at), setting, line)


def check_chances(
    bank: WarningBank, kept: tuple[ModelRecord, ModelCard], at: dt.date, rules: DriftRules
) -> list[Alarm]:
    """Compare the offers that closed since a version with its card, and their answers with what the version says of them.

    Raises
    ------
    UsageError
        When none has.
    """
    record, card = kept
    model = OnlineChances.from_state(record.state)
    parts = list(_closed(bank, model, at))
    told = [(offers, model.said(offers, products)) for _, offers, products in parts if not offers.is_empty()]
    if not told:
        raise UsageError(
            what=phrase("no offer that closed from {first} to {at}", first=model.until + _DAY, at=at),
            expected=phrase("a later day"),
        )
    offers, said = pl.concat([one for one, _ in told]), np.concatenate([found for _, found in told])
    now = _features(offers).with_columns(probability=pl.Series(said))
    return drift(card, now, [Batch(offers["yes"].to_numpy(), said)], rules)


def _first_day(bank: WarningBank, at: dt.date, horizon_days: int) -> dt.date:
    """Return the day on which the first offer closed."""
    decisions = view(bank.tables, at, bank.timezone).current("decisions")
    first: dt.date | None = decisions.select(pl.col("decided_on").min()).collect().item()
    if first is None:
        raise UsageError(
            what=phrase("no decision by {at}", at=at), expected=phrase("a bank that made offers")
        )
    return first + dt.timedelta(horizon_days)


def _edges(bank: WarningBank, day: dt.date) -> tuple[float, ...]:
    known = archive(bank.tables, day, bank.timezone, bank.rules(day)[0])
    return money_edges(known.select("balance", "assets_held").collect())


def _days(bank: WarningBank, model: OnlineChances, until: dt.date) -> list[dt.date]:
    """Return the days after those of a model, up to one, on which an offer closes."""
    wait = dt.timedelta(model.horizon_days)
    made = pl.col("decided_on").is_between(model.until - wait, until - wait, closed="right")
    days = bank.tables["decisions"].filter(made).select(pl.col("decided_on").unique().sort()).collect()
    return [day + wait for day in days["decided_on"].to_list()]


def _closed(
    bank: WarningBank, model: OnlineChances, until: dt.date
) -> Iterator[tuple[dt.date, pl.DataFrame, pl.DataFrame]]:
    """Yield every day after that of a model on which offers close, these offers, and the products as known then."""
    days = _days(bank, model, until)
    tables, in_memory = _at_hand(bank, until) if days else (bank.tables, False)
    for day in days:
        rules = archive_rules(bank.rulebook, day)
        offers = closed_offers(tables, day, bank.timezone, rules, model.horizon_days, in_memory=in_memory)
        products = view(tables, day, bank.timezone).current("products").select("product_id", "family")
        yield day, offers, products.collect()


def _at_hand(bank: WarningBank, until: dt.date) -> tuple[dict[str, pl.LazyFrame], bool]:
    """Return what is read for every day, in memory, with no more of it than is known by the last; as it is where it is too much.

    Every day looks at the same rows, each at those that it knew: reading them once saves nine tenths of the time.
    """
    tables = {**bank.tables}
    if sum(frame.select(pl.len()).collect().item() for frame in tables.values()) > _MOST_ROWS:
        return tables, False
    known = pl.col(KNOWN_AT) <= pl.lit(end_of_day(until, bank.timezone))
    for name in _READ & tables.keys():
        tables[name] = tables[name].filter(known).collect(engine="streaming").lazy()
    return tables, True


def _folded(bank: WarningBank, model: OnlineChances, until: dt.date) -> Folded:
    """Return a model after every day up to one."""
    offers, said = [], []
    for day, closed, products in _closed(bank, model, until):
        if closed.is_empty():
            continue
        said.append(model.said(closed, products))
        offers.append(closed)
        model = model.folded(closed, products, day)
    together = pl.concat(offers) if offers else pl.DataFrame()
    model = dataclasses.replace(model, until=until)
    return Folded(model, together, np.concatenate(said) if said else np.zeros(0))


def _recorded(
    bank: WarningBank, folded: Folded, setting: TrainingSetting, line: Mapping[str, str]
) -> tuple[ModelRecord, ModelCard]:
    offers, model = folded.offers, folded.model
    first = setting.at if offers.is_empty() else min(offers["decided_on"])
    configuration = {**setting.configuration, **line, "horizon_days": model.horizon_days, "minimum": model.minimum}  # fmt: skip
    dated = dataclasses.replace(setting, first=first, last=setting.at, configuration=configuration)
    record = train(CHANCES, lambda _tables, _setting: model, {OFFERS: offers}, dated)
    return record, model_card(record, _given(bank, folded, setting.at))


def _features(offers: pl.DataFrame) -> pl.DataFrame:
    names = ("template", "channel", "product_id")
    return offers.select(names) if not offers.is_empty() else pl.DataFrame(schema=dict.fromkeys(names, pl.String))  # fmt: skip


def _given(bank: WarningBank, folded: Folded, at: dt.date) -> CardInput:
    offers = folded.offers
    names = [] if offers.is_empty() else offers["customer_id"].to_list()
    yes = np.zeros(0, dtype=bool) if offers.is_empty() else offers["yes"].to_numpy()
    first = at if offers.is_empty() else min(offers["decided_on"])
    return CardInput(
        _features(offers), yes, folded.said, groups_of(bank, names, at), first.isoformat(), at.isoformat(), _PURPOSE, _LIMITS,
        least_group(bank, at),
    )  # fmt: skip
