"""Clocks as plain values, as every interface gives them to machines; what is prose is said in one language."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from zhike.core.language import Language
    from zhike.govern.deadlines.clocks import Clock
    from zhike.govern.deadlines.regimes import Regime

__all__ = ["told_clock", "told_clocks", "told_regime"]


def told_clocks(regime: Regime, found: Sequence[Clock], language: Language) -> dict[str, Any]:
    """Return the clocks of a case with the rules by which they were computed."""
    return {
        "regime": regime.id, "version": regime.version, "title": regime.title.in_language(language),
        "status": regime.status, "reference": regime.reference, "sha256": regime.sha256, "calendar": regime.calendar,
        "zone": regime.zone.key, "clocks": [told_clock(one, language) for one in found],
    }  # fmt: skip


def told_clock(clock: Clock, language: Language) -> dict[str, Any]:
    """Return one clock; days and instants in ISO form, null where there is none."""
    return {
        "id": clock.id, "title": clock.title.in_language(language), "actor": clock.actor, "state": clock.state,
        "legal_due": _iso(clock.legal_due), "closes_at": _iso(clock.closes_at), "safe_due": _iso(clock.safe_due),
        "proven_due": _iso(clock.proven_due), "computable": clock.computable,
        "reason": None if clock.reason is None else clock.reason.in_language(language), "code": clock.code,
        "needs": list(clock.needs), "unit": clock.unit, "length": clock.length, "used": clock.used,
        "started_at": _iso(clock.started_at), "stopped_at": _iso(clock.stopped_at), "in_time": clock.in_time,
        "condition": None if clock.condition is None else clock.condition.in_language(language),
        "reference": clock.reference, "status": clock.status,
        "corrections": [
            {
                "announced_on": _iso(one.announced_on), "legal_before": _iso(one.legal_before), "legal_after": _iso(one.legal_after),
                "safe_before": _iso(one.safe_before), "safe_after": _iso(one.safe_after), "reference": one.reference,
            }
            for one in clock.corrections
        ],
        "steps": [step.in_language(language) for step in clock.steps],
    }  # fmt: skip


def told_regime(regime: Regime, language: Language) -> dict[str, Any]:
    """Return a regime with the names of its clocks."""
    return {
        "id": regime.id, "title": regime.title.in_language(language), "version": regime.version, "until": _iso(regime.until),
        "enabled": regime.enabled, "status": regime.status, "path": regime.path, "zone": regime.zone.key,
        "calendar": regime.calendar, "reference": regime.reference, "clocks": [clock.id for clock in regime.clocks],
    }  # fmt: skip


def _iso(when: dt.date | None) -> str | None:
    return None if when is None else when.isoformat()
