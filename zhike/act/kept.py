"""What the law keeps of a customer who is erased, told before they ask for it: by duty, for how long, and of which tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from zhike.act.erasure import PERSONAL

if TYPE_CHECKING:
    from zhike.govern.erasure import ErasureRules

__all__ = ["kept_after_erasure"]


def kept_after_erasure(rules: ErasureRules) -> list[dict[str, Any]]:
    """Return what duties keep of an erased customer.

    Parameters
    ----------
    rules : ErasureRules
        `zhike.govern.erasure.LEDGER`, as in force today.

    Returns
    -------
    list of dict
        ``rule`` (path of the duty), ``years`` from the end of the relationship, ``reference`` and ``tables``, by rule.
    """
    found: dict[str, dict[str, Any]] = {}
    for table in PERSONAL:
        fates = rules.fates(table.name, [column.name for column in table.columns], None, "erase")
        for duty in {fate.kept_by.rule: fate.kept_by for fate in fates.values() if fate.kept_by}.values():
            told = {"rule": duty.rule, "years": duty.years, "reference": duty.reference, "tables": []}
            found.setdefault(duty.rule, told)["tables"].append(table.name)
    return [found[rule] for rule in sorted(found)]
