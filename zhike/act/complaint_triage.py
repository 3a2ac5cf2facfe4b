"""What a complaint's words were sorted into when it came in, and what a person made of it since: both stand in its steps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["TRIAGED", "triage_of"]

TRIAGED: Final = ("business", "issue", "urgency", "drivers")
"""What a person may say otherwise than it was sorted."""


def triage_of(steps: Sequence[Mapping[str, Any]]) -> dict[str, Any] | None:
    """Return how a complaint was sorted, with what was said otherwise since under ``changed``; None where no model read it.

    Parameters
    ----------
    steps : sequence of mapping
        In their order, the receipt first.
    """
    content = steps[0]["content"] or {}
    found: dict[str, Any] | None = content.get("triage")
    if found is None:
        return None
    changed: dict[str, Any] = {}
    for one in steps[1:]:
        given = (one["content"] or {}).get("given") or {}
        for name in TRIAGED:
            if name in given and given[name] != _sorted_into(found, name):
                changed[name] = {"from": _sorted_into(found, name), "to": given[name], "step": one["number"], "actor": one["actor"]}  # fmt: skip
            elif name in given:
                changed.pop(name, None)
    return {**found, "changed": changed}


def _sorted_into(found: Mapping[str, Any], name: str) -> Any:  # noqa: ANN401 - a label or several
    part = found.get(name)
    return part.get("label") if isinstance(part, dict) else part
