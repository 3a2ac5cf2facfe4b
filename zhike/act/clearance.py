"""Whether a message may go now: consent, preferences, contact hours and the customer's state are looked at again when it leaves."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from zhike.act.live_state import day_of, live_of
from zhike.act.publications import active_publication
from zhike.act.routes import OFFER_MADE, SURVEY_TOPICS
from zhike.act.survey_clearance import survey_problem
from zhike.core.language import LANGUAGES
from zhike.decide.contact_hours import next_allowed
from zhike.decide.dossier import unpacked
from zhike.decide.standing import Offered, contact_inputs, standing

if TYPE_CHECKING:
    from collections.abc import Mapping

    from zhike.act.decisions import DecisionDesk
    from zhike.core.ports import Transaction
    from zhike.decide.live import Live
    from zhike.decide.serving_setting import ServingSetting

__all__ = ["Clearance", "cleared", "offered"]

ERASED: Final = "erased"
NO_HOURS: Final = "no_common_hours"
NO_PUBLICATION: Final = "no_publication"
_DETAILS: Final = ("template", "product_id", "purpose", "group")


@dataclass(frozen=True, slots=True)
class Clearance:
    """Whether a message may go.

    Parameters
    ----------
    content : mapping or None
        What goes out; None where it may not go now.
    until : int or None
        When it may be tried again, microseconds of UTC; None for never.
    problem : str
        Why it may not go; names no customer.
    """

    content: Mapping[str, Any] | None = field(repr=False)
    until: int | None = None
    problem: str = ""


def cleared(
    desk: DecisionDesk, tx: Transaction, message: Mapping[str, Any], now: int, wait: int
) -> Clearance:
    """Return whether a message may go.

    Parameters
    ----------
    desk : DecisionDesk
    tx : Transaction
    message : mapping
        Row of the outbox.
    now : int
        Microseconds of UTC.
    wait : int
        Microseconds to wait where nothing is published that it could be judged by.
    """
    content, asks = message["content"], message["topic"] in SURVEY_TOPICS
    if content is None:
        return Clearance(None, None, ERASED)
    if not asks and (message["topic"] != OFFER_MADE or message["route"] != content["channel"]):
        return Clearance(content)  # an event for a webhook: it says what has happened, whatever came after
    problem = _not_served(tx, content) or ("" if asks else _gone(tx, content, now))
    if problem:
        return Clearance(None, None, problem)
    if active_publication(tx) is None:
        return Clearance(None, now + wait, NO_PUBLICATION)
    return _asked(desk, tx, content, now) if asks else _judged(desk, tx, content, now)


def _not_served(tx: Transaction, content: Mapping[str, Any]) -> str:
    """Return why the customer is told nothing any more."""
    customer = tx.one("customers", customer_id=content["customer_id"])
    if customer is None or customer["state"] != "active":
        return f"customer_{'unknown' if customer is None else customer['state']}"
    return ""


def _gone(tx: Transaction, content: Mapping[str, Any], now: int) -> str:
    """Return why there is no offer to send any more."""
    offer = tx.one("offers", offer_id=content["offer_id"])
    if offer is None or offer["state"] != "made":
        return f"offer_{'unknown' if offer is None else offer['state']}"
    over = offer["lapses_at"] is not None and offer["lapses_at"] <= now
    return "offer_lapsed" if over else ""


def _judged(desk: DecisionDesk, tx: Transaction, content: Mapping[str, Any], now: int) -> Clearance:
    customer, current = content["customer_id"], desk.dossier(tx, content["customer_id"])
    made = offered(desk, tx, content)
    if current is None or made is None:
        return Clearance(None, None, "no_dossier")
    setting, live = current[0].setting, live_of(tx, customer, now).on(day_of(now))
    stands = standing(setting, current[1], live, now, made)
    if stands.refusals:
        return Clearance(None, None, ";".join(stands.refusals))
    told = {**content, **_details(setting, content["action_id"]), "duties": list(stands.duties)}
    return _in_hours(setting, live, told, now)


def _asked(desk: DecisionDesk, tx: Transaction, content: Mapping[str, Any], now: int) -> Clearance:
    """Return whether somebody may be asked for their opinion now."""
    setting, live = desk.setting(tx), live_of(tx, content["customer_id"], now).on(day_of(now))
    problem = survey_problem(desk, tx, content, live, now)
    if setting is None or problem:
        return Clearance(None, None, problem or NO_PUBLICATION)
    return _in_hours(setting, live, content, now)


def _in_hours(setting: ServingSetting, live: Live, content: Mapping[str, Any], now: int) -> Clearance:
    """Return what goes out, where the hours of its channel and of the customer allow it now."""
    until = next_allowed(now, _hours(setting, live, content["channel"]), setting.timezone)
    if until is None:
        return Clearance(None, None, NO_HOURS)
    if until > now:
        return Clearance(None, until, "contact.quiet_hours")
    return Clearance(content)


def offered(desk: DecisionDesk, tx: Transaction, content: Mapping[str, Any]) -> Offered | None:
    """Return the offer as it was made, None where what it was made from is kept no longer."""
    decision = tx.one("decisions", decision_id=content["decision_id"])
    if decision is None or decision["context"] is None:
        return None
    stored = tx.one("dossiers", publication=decision["publication"], customer_id=content["customer_id"])
    if stored is None or stored["content"] is None:
        return None
    dossier = unpacked(stored["content"], desk.published(tx, decision["publication"]).setting)
    contacts = contact_inputs(dossier, decision["context"]["moment"].get("changed", {}))
    return Offered(content["action_id"], content["made_at"], decision["context"]["reason"], contacts)


def _hours(setting: ServingSetting, live: Live, channel: str) -> list[tuple[str, str]]:
    return [one for one in (setting.contact_hours.get(channel), live.preferences.hours) if one is not None]


def _details(setting: ServingSetting, action: str) -> dict[str, Any]:
    """Return what whoever delivers an action needs to know of it."""
    place = setting.places[action]
    found = {name: setting.columns[name][place] for name in _DETAILS}
    title = setting.titles.get(found["template"])
    return {
        **found,
        "title": {one: found["template"] if title is None else title.in_language(one) for one in LANGUAGES},
    }
