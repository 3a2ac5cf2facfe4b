"""Train the chances of a yes that a policy would learn on the day, so that they can be kept, judged and named by it.

The model is learnt as of the day from all offers of the window. Its card is measured on offers that closed by the day and were made after a twin
stopped learning, by what the twin, learnt in the same way as of two horizons before, says of them:

::

    | twin learns |---horizon: offers judged---|---horizon: they close---| at: model learnt

Offers that are blocked are no observation. Looked at again, offers made and closed since the model's day are compared with what it says.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import TYPE_CHECKING, Final

import polars as pl

from zhike.core.errors import UsageError
from zhike.core.language import Text
from zhike.core.phrases import phrase
from zhike.decide.offer_chances import learn_chances
from zhike.decide.policy import ONLINE, ChanceWindow
from zhike.decide.preparation import judged_actions
from zhike.decide.sent_offers import sent_offers
from zhike.know.view import view
from zhike.learn.drift import Batch, drift
from zhike.learn.model_card import CardInput, model_card
from zhike.learn.stored_model import KINDS
from zhike.learn.training import train
from zhike.learn.warning_training import groups_of, least_group

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from zhike.decide.catalogue import Actions
    from zhike.decide.counted_chances import CountedChances
    from zhike.decide.offer_chances import OfferChances
    from zhike.decide.policy import Policy
    from zhike.learn.drift import Alarm, DriftRules
    from zhike.learn.model_card import ModelCard
    from zhike.learn.training import ModelRecord, TrainingSetting
    from zhike.learn.warnings_of_day import WarningBank

__all__ = ["OFFER_CHANCES", "check_offers", "train_offers"]

OFFER_CHANCES: Final = "offer_chances"
OFFERS: Final = "offers"
_TOLD: Final = ("template", "channel", "product_id")
_PURPOSE: Final = Text(
    "How likely a customer is to say yes to an offer that reaches them, learnt from the offers of a window.",
    "客户对送达的推介表示接受的概率，学自一段期间内的推介。",
    "客戶對送達的推介表示接受的機率，學自一段期間內的推介。",
)
_LIMITS: Final = (
    Text(
        "It says what customers answer, not what an offer changes: that needs an experiment.",
        "它说明客户如何回应，不说明推介带来的改变：后者须经实验证明。",
        "它說明客戶如何回應，不說明推介帶來的改變：後者須經實驗證明。",
    ),
    Text(
        "The figures are of the same fit as of two horizons before, on offers that it did not see; the model itself has learnt these as well.",
        "所示指标来自两个期限之前以同样方式所学的模型，以其未见过的推介评估；本模型已学习这些推介。",
        "所示指標來自兩個期限之前以同樣方式所學的模型，以其未見過的推介評估；本模型已學習這些推介。",
    ),
    Text(
        "It knows the offers that were made: of templates and channels that were hardly tried it says nothing.",
        "它仅了解已发出的推介；对很少尝试的模板与渠道不作判断。",
        "它僅了解已發出的推介；對很少嘗試的範本與通路不作判斷。",
    ),
)


def train_offers(
    bank: WarningBank, policy: Policy, setting: TrainingSetting
) -> tuple[ModelRecord, ModelCard]:
    """Learn the chances that the policy asks for as of the setting's day; return them with their card.

    Raises
    ------
    UsageError
        When too few offers were delivered or accepted, by the day or by that of the twin.
    """
    window, at = _window_of(policy), setting.at
    before = at - dt.timedelta(2 * window.horizon_days)
    actions = judged_actions(view(bank.tables, at, bank.timezone), bank.rulebook, policy)[1]
    twin, model = (_learnt(bank, actions, window, day) for day in (before, at))
    judged = _closed(bank, twin, (actions, window), before, at)
    yes, least = judged["yes"].to_numpy(), bank.rules(at)[1].least_events
    if int(yes.sum()) < least:
        raise UsageError(
            what=phrase("{found} offers accepted that closed by {at}", found=int(yes.sum()), at=at),
            expected=phrase("{least} or more", least=least),
        )
    configuration = {**setting.configuration, **dataclasses.asdict(window), "policy": policy.path}
    first = min(model.learned["decided_on"])
    dated = dataclasses.replace(setting, first=first, last=at, seed=window.seed, configuration=configuration)
    record = train(OFFER_CHANCES, lambda _tables, _setting: model, {OFFERS: model.learned}, dated)
    return record, model_card(record, _given(bank, judged, twin.said(judged, actions), at))


def check_offers(
    bank: WarningBank, policy: Policy, kept: tuple[ModelRecord, ModelCard], at: dt.date, rules: DriftRules
) -> list[Alarm]:
    """Compare offers that were made and closed since a version with its card, and their answers with what the version says.

    Raises
    ------
    UsageError
        When there are none.
    """
    record, card = kept
    setting = record.provenance.setting
    names = ChanceWindow.__slots__
    window = ChanceWindow(**{name: setting.configuration[name] for name in names})
    actions = judged_actions(view(bank.tables, at, bank.timezone), bank.rulebook, policy)[1]
    model = KINDS.model(record.kind, record.state)
    offers = _closed(bank, model, (actions, window), setting.at, at)  # type: ignore[arg-type] # of the kind's class
    if offers.is_empty():
        raise UsageError(
            what=phrase("no offer made after {day} that closed by {at}", day=setting.at, at=at),
            expected=phrase("a later day"),
        )
    said: NDArray[np.float64] = model.said(offers, actions)  # type: ignore[attr-defined] # as above
    now = offers.select(_TOLD).with_columns(probability=pl.Series(said))
    return drift(card, now, [Batch(offers["yes"].to_numpy(), said)], rules)


def _window_of(policy: Policy) -> ChanceWindow:
    """Return how chances are learnt on the day: what the policy says, or as usual where it names a model that learns on."""
    named = policy.chances
    return ChanceWindow() if named is None or named.model == ONLINE else named


def _learnt(
    bank: WarningBank, actions: Actions, window: ChanceWindow, day: dt.date
) -> OfferChances | CountedChances:
    seen = view(bank.tables, day, bank.timezone)
    found = learn_chances(seen, bank.timezone, bank.rules(day)[0], actions, window)
    if found is None:
        raise UsageError(
            what=phrase("fewer than {least} offers of a kind by {day}", least=window.minimum, day=day),
            expected=phrase("more offers over a channel, or a later day"),
        )
    return found


def _closed(
    bank: WarningBank,
    model: OfferChances | CountedChances,
    asked: tuple[Actions, ChanceWindow],
    after: dt.date,
    at: dt.date,
) -> pl.DataFrame:
    """Return delivered offers of arms that a model knows, made after a day and closed by another, and whether a yes came."""
    actions, window = asked
    days = (at - after).days
    every = sent_offers(
        view(bank.tables, at, bank.timezone), bank.timezone, bank.rules(at)[0],
        dataclasses.replace(window, window_days=days),
    )  # fmt: skip
    yes = pl.col("waited").is_not_null() & (pl.col("waited") <= window.horizon_days)
    closed = every.filter("delivered", pl.col("days_ago") >= window.horizon_days).with_columns(yes=yes)
    arms = pl.DataFrame(
        list(model.deliveries), schema={"template": pl.String, "channel": pl.String}, orient="row"
    )
    own = pl.col("template").is_in(actions.table["template"].unique().to_list())
    return closed.filter(own).join(arms, on=["template", "channel"], how="semi", maintain_order="left")


def _given(bank: WarningBank, judged: pl.DataFrame, said: NDArray[np.float64], at: dt.date) -> CardInput:
    first = min(judged["decided_on"])
    return CardInput(
        judged.select(_TOLD), judged["yes"].to_numpy(), said, groups_of(bank, judged["customer_id"].to_list(), first),
        first.isoformat(), at.isoformat(), _PURPOSE, _LIMITS, least_group(bank, at),
    )  # fmt: skip
