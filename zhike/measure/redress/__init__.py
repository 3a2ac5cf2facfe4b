"""Redress after complaints: whether equal harm got equal redress, and which measures recover whom."""

from __future__ import annotations

from zhike.measure.redress.audit import AuditRules, redress_audit
from zhike.measure.redress.cases import RedressCases
from zhike.measure.redress.choosing import RecoveryRules, chosen_recovery
from zhike.measure.redress.justice_links import justice_links
from zhike.measure.redress.matching import matched_pairs
from zhike.measure.redress.recovery_effects import recovery_effects, recovery_menu

__all__ = [
    "AuditRules",
    "RecoveryRules",
    "RedressCases",
    "chosen_recovery",
    "justice_links",
    "matched_pairs",
    "recovery_effects",
    "recovery_menu",
    "redress_audit",
]
