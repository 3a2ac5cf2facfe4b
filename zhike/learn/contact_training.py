"""Learn what a contact changes from choices whose horizon has closed, and look again at choices that closed since.

The figures of the card are of models of the outcome, by rows that they did not learn from; what a contact changes stands beside them, group by
group, with the rates of the order by effect and of that by response. Looked at again, a group rings where its effect is another
than on the card beyond chance, all groups together, and by more than the rulebook tolerates.
"""

from __future__ import annotations

import dataclasses
import math
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from zhike.core.errors import UsageError
from zhike.core.language import Text
from zhike.core.phrases import phrase
from zhike.decide.catalogue import Catalogue
from zhike.decide.contact_effects import ContactEffects, learn_contact_effects
from zhike.decide.contact_trial import ATTRIBUTES, contact_trial
from zhike.decide.policy import EffectWindow
from zhike.know.view import view
from zhike.learn.drift import Alarm, population_drift
from zhike.learn.model_card import CardInput, model_card
from zhike.learn.model_metrics import Estimate
from zhike.learn.training import train
from zhike.learn.warning_training import groups_of, least_group

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from zhike.decide.contact_effects import Learnt
    from zhike.decide.contact_trial import ContactTrial
    from zhike.decide.policy import Policy
    from zhike.learn.drift import DriftRules
    from zhike.learn.model_card import ModelCard
    from zhike.learn.training import ModelRecord, TrainingSetting
    from zhike.learn.warnings_of_day import WarningBank

__all__ = ["CONTACTS", "check_contacts", "train_contacts"]

CONTACTS: Final = "contact_effects"
CHOICES: Final = "choices"
_SALE: Final = "sale"
_RATES: Final = {
    "effects": "order_by_effect",
    "response": "order_by_response",
    "advantage": "order_advantage",
}
_PURPOSE: Final = Text(
    "What contacting a customer about a sale changes in the chance that they get a product, and which groups are better left alone.",
    "就销售联系客户，会使其取得产品的概率改变多少，以及哪些客群不宜打扰。",
    "就銷售聯絡客戶，會使其取得產品的機率改變多少，以及哪些客群不宜打擾。",
)
_LIMITS: Final = (
    Text(
        "It holds as far as the log of choices does: given month and cell, nothing but the recorded probability may have decided between contact and nothing.",
        "其成立以选择记录为前提：在同一月份与客户单元内，是否联系须仅由所记录的概率决定。",
        "其成立以選擇記錄為前提：在同一月份與客戶單元內，是否聯絡須僅由所記錄的機率決定。",
    ),
    Text(
        "It speaks of a contact drawn evenly from those that were open, delivered or not, and of purchases alone.",
        "所指为从可行联系中均匀抽取的一次联系（无论是否送达），且仅针对购买。",
        "所指為從可行聯絡中均勻抽取的一次聯絡（無論是否送達），且僅針對購買。",
    ),
    Text(
        "That a group is not named says that harm was not shown, not that there is none.",
        "某客群未被列出，只表示未证明有害，并不表示无害。",
        "某客群未被列出，只表示未證明有害，並不表示無害。",
    ),
)


def train_contacts(
    bank: WarningBank, policy: Policy, setting: TrainingSetting
) -> tuple[ModelRecord, ModelCard]:
    """Learn what a contact changes from choices whose horizon has closed by the setting's day.

    Raises
    ------
    UsageError
        When the log has too few outcomes of choices of either kind.
    """
    window, day = policy.effects or EffectWindow(), setting.at
    found = _trial(bank, policy, day, window)
    _refuse_few(found, day, bank.rules(day)[1].least_events)
    learnt = learn_contact_effects(found, least_group(bank, day))
    days = found.choices["decided_on"]
    configuration = {**setting.configuration, **dataclasses.asdict(window), "policy": policy.path}
    dated = dataclasses.replace(setting, first=min(days), last=day, configuration=configuration)
    record = train(CONTACTS, lambda _tables, _setting: learnt.effects, {CHOICES: _read(found)}, dated)
    return record, _carded(bank, record, found, learnt)


def check_contacts(
    bank: WarningBank, policy: Policy, kept: tuple[ModelRecord, ModelCard], at: dt.date, rules: DriftRules
) -> list[Alarm]:
    """Compare choices that closed since a version with its card, and what contacts changed among them with what it says.

    Raises
    ------
    UsageError
        When too few have.
    """
    record, card = kept
    setting, known = record.provenance.setting, ContactEffects.from_state(record.state)
    horizon = int(setting.configuration["horizon_days"])
    window = EffectWindow((at - setting.at).days, horizon, int(setting.configuration["minimum"]))
    found = _trial(bank, policy, at, window, known.edges)
    _refuse_few(found, at, bank.rules(at)[1].least_events)
    learnt = learn_contact_effects(found, least_group(bank, at))
    now = found.choices.select(ATTRIBUTES).with_columns(probability=pl.Series(learnt.expected))
    return [*population_drift(card.profiles, now, rules), *_changed(known, learnt.effects, rules)]


def _trial(
    bank: WarningBank,
    policy: Policy,
    at: dt.date,
    window: EffectWindow,
    edges: tuple[float, ...] | None = None,
) -> ContactTrial:
    templates = Catalogue.of(bank.rulebook.at(policy.catalogue, at)).templates
    sales = [one.name for one in templates if one.kind == _SALE]
    seen = view(bank.tables, at, bank.timezone)
    found = contact_trial(seen, bank.timezone, bank.rules(at)[0], sales, window, edges)
    if found is None:
        raise UsageError(
            what=phrase("no logged choices of a sale and of nothing in one month and cell by {at}", at=at),
            expected=phrase("decisions with their probabilities, doing nothing among them"),
        )
    return found


def _refuse_few(found: ContactTrial, at: dt.date, least: int) -> None:
    trial = found.trial
    for arm in (trial.treated, ~trial.treated):
        events = int(trial.outcome[arm].sum())
        if min(events, int(arm.sum()) - events) < least:
            raise UsageError(
                what=phrase(
                    "{events} purchases after {choices} choices of one kind by {at}",
                    events=events,
                    choices=int(arm.sum()),
                    at=at,
                ),
                expected=phrase("{least} or more, with a contact and without", least=least),
            )


def _read(found: ContactTrial) -> pl.DataFrame:
    told = {"treated": found.trial.treated, "outcome": found.trial.outcome, "weight": found.weight}
    return found.choices.with_columns(pl.Series(name, values) for name, values in told.items())


def _carded(bank: WarningBank, record: ModelRecord, found: ContactTrial, learnt: Learnt) -> ModelCard:
    day, effects = record.provenance.setting.at, learnt.effects
    names, first = found.choices["customer_id"].to_list(), record.provenance.setting.first
    given = CardInput(
        found.choices.select(ATTRIBUTES), found.trial.outcome > 0, learnt.expected, groups_of(bank, names, first),
        first.isoformat(), day.isoformat(), _PURPOSE, _LIMITS, least_group(bank, day),
    )  # fmt: skip
    card = model_card(record, given)
    rates = {_RATES[name]: Estimate(*values) for name, values in effects.rates.items()}
    return dataclasses.replace(card, metrics={**card.metrics, **rates}, contact_effects=effects.groups)


def _changed(known: ContactEffects, now: ContactEffects, rules: DriftRules) -> list[Alarm]:
    """Return of every group that both tell whether its effect is another than before."""
    before = {_key(one): one for one in known.groups}
    pairs = [(before[_key(one)], one) for one in now.groups if _key(one) in before]
    stated = f"{rules.false_alarms:g} a look, all {len(pairs)} groups together"
    level = rules.false_alarms / max(1, len(pairs))
    return [_moved(then, one, level, rules.tolerance, stated) for then, one in pairs]


def _moved(
    then: Mapping[str, Any], now: Mapping[str, Any], level: float, tolerance: float, stated: str
) -> Alarm:
    change, error = now["effect"] - then["effect"], math.hypot(then["error"], now["error"])
    chance = math.erfc(abs(change) / error / math.sqrt(2.0)) if error else 1.0
    matters = abs(change) >= (tolerance - 1.0) * abs(then["effect"])
    measures = {
        "card": then["effect"],
        "now": now["effect"],
        "low": now["low"],
        "high": now["high"],
        "p": chance,
    }
    subject = f"{now['attribute']}: {now['group']}"
    return Alarm("performance", subject, measures, raised=chance < level and matters, false_alarms=stated)


def _key(one: Mapping[str, Any]) -> tuple[str, str]:
    return str(one["attribute"]), str(one["group"])
