"""Why a customer got an offer, in words for them: what had to hold, which data were looked at, how it was chosen among the rest.

It is read off the very conditions that judged, over the dossier and the moment that were kept. Values, prices and chances of the house
are not told, nor the answers of an experiment; what the person themselves said and has is on their page anyway. Where a learned model says
how likely a yes is, it is told what of the person speaks for it, without a number.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from zhike.core.language import Text
from zhike.decide.dossier import unpacked
from zhike.decide.inputs import HELD, LOOPS
from zhike.decide.profiles import CELL_COLUMNS
from zhike.decide.served_chances import served_chance
from zhike.decide.serving import BEST, EXPLORED, HELD_OUT, MANDATORY, Moment
from zhike.know.features import FEATURES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from zhike.act.decisions import DecisionDesk
    from zhike.core.language import Language
    from zhike.core.ports import Transaction
    from zhike.decide.chance_reasons import ChanceReasons, Explainable
    from zhike.decide.conditions import Condition
    from zhike.decide.dossier import Dossier
    from zhike.decide.serving_setting import ServingSetting

__all__ = ["HOW_CHOSEN", "own_offers"]

HOW_CHOSEN: Final[dict[str, Text]] = {
    MANDATORY: Text("The bank has to tell you this.", "银行有义务告知您此事。", "銀行有義務告知您此事。"),
    BEST: Text(
        "Of everything that the rules allow for you, this promised most: how likely it is that you want it, what it is worth to the bank, less what it costs.",
        "在规则允许的范围内，综合您可能需要它的程度、对银行的价值和成本，它最值得推荐。",
        "在規則允許的範圍內，綜合您可能需要它的程度、對銀行的價值和成本，它最值得推薦。",
    ),
    EXPLORED: Text(
        "It was drawn by lot from what the rules allow for you, so that the bank learns what is useful.",
        "它是从规则允许的事项中随机抽取的，以便银行了解什么对客户有用。",
        "它是從規則允許的事項中隨機抽取的，以便銀行了解什麼對客戶有用。",
    ),
    HELD_OUT: Text(
        "You belong to a group that gets no sales offers, so that the bank sees what its offers change; this is none.",
        "您属于不接收产品推介的对照组，以便银行了解推介的效果；本事项不属于产品推介。",
        "您屬於不接收產品推介的對照組，以便銀行了解推介的效果；本事項不屬於產品推介。",
    ),
}
"""How an offer was chosen, by the arm of its decision."""
_PAIRS: Final[dict[str, Text]] = {
    "pair.consented": Text("Your consents.", "您的同意记录。", "您的同意紀錄。"),
    "pair.consent_presumed": Text("Your consents.", "您的同意记录。", "您的同意紀錄。"),
    "pair.held": Text("The products that you hold.", "您持有的产品。", "您持有的產品。"),
    "pair.days_since_contact": Text("When the bank last contacted you.", "银行上次联系您的时间。", "銀行上次聯絡您的時間。"),
    "pair.days_since_refused": Text("What you refused, and when.", "您拒绝过的事项及时间。", "您拒絕過的事項及時間。"),
    "pair.contacts_window": Text("How often the bank contacted you.", "银行联系您的次数。", "銀行聯絡您的次數。"),
}  # fmt: skip
_MEANINGS: Final = {
    **{f"customer.{feature.name}": feature.meaning for feature in FEATURES},
    f"customer.{HELD}": _PAIRS["pair.held"],
    f"customer.{LOOPS}": Text(
        "Whether you wait for a call after a survey.",
        "您是否正在等待调查后的回访。",
        "您是否正在等待調查後的回訪。",
    ),
}
_COUNTED: Final = "customer.contacts_"
_UNTOLD: Final = ("experiment",)
"""Layers of which a customer is told nothing: to know of an experiment would change what it measures."""
_MOST: Final = 50


_SPEAKS: Final[dict[str, Text]] = {
    "age": Text("Customers of your age say yes to such offers more often than others.", "与您年龄相近的客户更常接受此类推介。", "與您年齡相近的客戶較常接受此類推介。"),
    "money": Text("Customers with about as much money at the bank say yes to such offers more often than others.", "在本行资金与您相近的客户更常接受此类推介。", "在本行資金與您相近的客戶較常接受此類推介。"),
    "tenure": Text("Customers who have been with the bank about as long say yes to such offers more often than others.", "与本行往来年限与您相近的客户更常接受此类推介。", "與本行往來年限與您相近的客戶較常接受此類推介。"),
    "digital": Text("Customers who come to the bank the way you do say yes to such offers more often than others.", "与您惯用同类渠道的客户更常接受此类推介。", "與您慣用同類通路的客戶較常接受此類推介。"),
    "holdings": Text("Customers with products like yours say yes to such offers more often than others.", "持有产品与您相近的客户更常接受此类推介。", "持有產品與您相近的客戶較常接受此類推介。"),
}  # fmt: skip
"""What of a person speaks for a yes, by group of `zhike.decide.chance_reasons`; what speaks of the offer itself, or of the kind of customer, is none of it."""


_READ: Final = tuple(f"customer.{name}" for name in CELL_COLUMNS if name not in ("life_stage", "value_band"))
"""What a model of chances looks at, see `zhike.decide.profiles.Profiles`."""


def own_offers(
    desk: DecisionDesk,
    tx: Transaction,
    records: Sequence[str],
    language: Language,
    chances_of: Callable[[ServingSetting], Explainable | None] = lambda _setting: None,
) -> list[dict[str, Any]]:
    """Return a customer's offers with the reasons why each was made, at most 50, the newest first.

    Parameters
    ----------
    desk : DecisionDesk
    tx : Transaction
    records : sequence of str
        All records of the customer.
    language : str
    chances_of : callable, optional
        Returns the model of chances that a publication rests on, None where it is not there.

    Returns
    -------
    list of dict
        ``offer`` (the row), ``title``, ``template``, ``how``, ``because``, ``data`` and ``speaks``, what of the person speaks for a yes; the
        last four are empty where the data that it was made from are kept no more.
    """
    rows = tx.find("offers", {"customer_id": list(records)}, order=["-made_at"], limit=_MOST)
    names = sorted({row["decision_id"] for row in rows})
    decisions = (
        {one["decision_id"]: one for one in tx.find("decisions", {"decision_id": names})} if names else {}
    )
    seen: dict[tuple[int, str], Dossier | None] = {}
    return [
        _told(desk, tx, row, decisions.get(row["decision_id"]), seen, (language, chances_of)) for row in rows
    ]


def _told(
    desk: DecisionDesk, tx: Transaction, offer: dict[str, Any], decision: dict[str, Any] | None,
    seen: dict[tuple[int, str], Dossier | None], asked: tuple[Language, Callable[[ServingSetting], Explainable | None]],
) -> dict[str, Any]:  # fmt: skip
    language, chances_of = asked
    template = offer["action_id"].split(":")[0]
    plain = {
        "offer": offer,
        "template": template,
        "title": template,
        "how": "",
        "because": [],
        "data": [],
        "speaks": [],
    }
    if decision is None or not decision["publication"]:
        return plain
    setting = desk.published(tx, decision["publication"]).setting
    title = setting.titles.get(template)
    named = {**plain, "title": template if title is None else title.in_language(language)}
    key = decision["publication"], decision["customer_id"]
    if key not in seen:
        seen[key] = _dossier(tx, setting, *key)
    dossier, column = seen[key], setting.places.get(offer["action_id"])
    if dossier is None or column is None or decision["context"] is None:
        return named
    chances = chances_of(setting)
    found = None if chances is None else served_chance(setting, dossier, chances, column)
    moment = Moment.of(decision["decision_id"], decision["context"].get("moment", {}))
    return {
        **named,
        "how": _how(decision, offer, language),
        **_why(setting, dossier, moment, column, language, () if found is None else _READ),
        "speaks": _speaking(found, language),
    }


def _speaking(found: ChanceReasons | None, language: Language) -> list[str]:
    """Return what of the person speaks for a yes, the strongest first; nothing where no model that is kept says how likely it is."""
    told = () if found is None else (one.group for one in found.reasons if one.value > 0)
    return [_SPEAKS[group].in_language(language) for group in told if group in _SPEAKS]


def _dossier(tx: Transaction, setting: ServingSetting, number: int, customer: str) -> Dossier | None:
    stored = tx.one("dossiers", publication=number, customer_id=customer)
    return None if stored is None or stored["content"] is None else unpacked(stored["content"], setting)


def _how(decision: Mapping[str, Any], offer: Mapping[str, Any], language: Language) -> str:
    places = (decision["record"] or {}).get("places", [])
    arm = next((one[1] for one in places if one[3] == offer["offer_id"]), "")
    return HOW_CHOSEN[arm].in_language(language) if arm in HOW_CHOSEN else ""


def _why(
    setting: ServingSetting, dossier: Dossier, moment: Moment, column: int, language: Language, too: Sequence[str]
) -> dict[str, Any]:  # fmt: skip
    judge = setting.judge
    every = judge.of_action(dossier.one(setting, moment.changed), column)
    met = [one for one in judge.conditions if one.layer not in _UNTOLD and _speaks(one, every)]
    read = {name for one in met for name in one.names} | set(too)
    if setting.columns["kind"][column] == "sale":
        read.add(f"customer.{HELD}")  # what the recommender looks at
    return {
        "because": _once(one.title.in_language(language) for one in met),
        "data": _once(sorted(text.in_language(language) for name in read if (text := _meaning(name)) is not None)),
    }  # fmt: skip


def _speaks(condition: Condition, every: Sequence[Mapping[str, Any]]) -> bool:
    return any(condition.reason(values).effect in ("passed", "obliged") for values in every)


def _meaning(name: str) -> Text | None:
    """Return which data an attribute is, None for one of the offer itself."""
    counted = name.startswith(_COUNTED) and name not in _MEANINGS
    return _PAIRS["pair.contacts_window"] if counted else _PAIRS.get(name) or _MEANINGS.get(name)


def _once(texts: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(text.rstrip(".。") for text in texts))
