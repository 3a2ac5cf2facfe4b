"""From the store to figures of complaints: the register as it is known, codes and rules in force, how large the bank is."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import polars as pl

from zhike.act.acting import ACTIVE
from zhike.act.complaint_desk import ComplaintDesk
from zhike.act.complaint_register import complaint_register
from zhike.adapters.answer_files import Answers
from zhike.core.decision_tables import DecisionTable
from zhike.core.language import Text
from zhike.measure.complaint_analysis import AnalysisRules, Codes, Size
from zhike.measure.complaint_analysis.rating import RATING, protection_rating, register_figures
from zhike.measure.complaint_analysis.register import CODED
from zhike.measure.complaint_analysis.rules import ANALYSIS
from zhike.measure.group_changes import AGE_BAND
from zhike.measure.redress import AuditRules, RecoveryRules
from zhike.measure.redress.audit import AUDIT
from zhike.measure.redress.choosing import RECOVERY

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from zhike.act.decisions import DecisionDesk
    from zhike.core.ports import Transaction
    from zhike.core.rulebook import Rulebook

__all__ = [
    "RULES_FOLDER", "analysis_rules", "audit_rules", "codes_of", "house_figures", "rated", "recovery_rules", "size_of", "standard_codes", "stored_cases", "titles_of",
]  # fmt: skip

RULES_FOLDER: Final = "complaints."
_DOCUMENTS: Final = {"origin": "complaints.origins", "business": "complaints.businesses", "issue": "complaints.issues"}  # fmt: skip
_MORE: Final = {"cause": "listening.causes", "measure": "complaints.redress"}
_BANDS: Final = "fairness.age_band"
_YEAR: Final = 365
_UNKNOWN: Final = "unknown"
_SETTLED: Final = {"equal": 1.0, "differs": 0.0}


def stored_cases(tx: Transaction, rulebook: Rulebook, day: dt.date, known_at: int, decisions: DecisionDesk | None) -> Answers:  # fmt: skip
    """Return the ledger's complaints as a file of them would hold them, see `zhike.act.complaint_register.SCHEMA`."""
    found = complaint_register(tx, ComplaintDesk.of(rulebook, day), known_at, decisions)
    bands = DecisionTable.of(rulebook.at(_BANDS, day)).expressions()[AGE_BAND]
    known = pl.when(pl.col("age").is_not_null()).then(bands).alias(AGE_BAND)
    return Answers(Path("store"), found.with_columns(known), np.arange(1, len(found) + 1))


def codes_of(rulebook: Rulebook, day: dt.date) -> Codes:
    """Return the house's codes, and what the bank's own are in them."""
    known = {facet: tuple(rulebook.at(_DOCUMENTS[facet], day).value) for facet in CODED}
    return Codes.of(known, rulebook.at("complaints.codes", day).value)


def standard_codes(rulebook: Rulebook, day: dt.date) -> dict[str, dict[str, str | None]]:
    """Return the code of the sector's standard by facet and house code."""
    return {facet: {code: one.get("standard") for code, one in rulebook.at(_DOCUMENTS[facet], day).value.items()} for facet in CODED}  # fmt: skip


def titles_of(rulebook: Rulebook, day: dt.date) -> dict[str, dict[str, Text]]:
    """Return what codes are called: origins, businesses, issues, causes, measures of redress."""
    return {
        name: {code: Text.of(one) for code, one in rulebook.at(path, day).value.items()}
        for name, path in {**_DOCUMENTS, **_MORE}.items()
    }


def analysis_rules(rulebook: Rulebook, day: dt.date) -> AnalysisRules:
    """Return how complaints are analysed."""
    return AnalysisRules.of(rulebook.at(ANALYSIS, day).value)


def audit_rules(rulebook: Rulebook, day: dt.date) -> AuditRules:
    """Return how redress is compared."""
    return AuditRules.of(rulebook.at(AUDIT, day).value)


def recovery_rules(rulebook: Rulebook, day: dt.date) -> RecoveryRules:
    """Return what recovery costs and is worth."""
    return RecoveryRules.of(rulebook.at(RECOVERY, day).value)


def size_of(tx: Transaction) -> Size:
    """Return how large the bank is as the ledger knows it: customers who are served, and branches that they are of."""
    branches = {row["branch"] for row in tx.find("customers", {"state": ACTIVE}, columns=("branch",))} - {
        None
    }
    return Size(len(branches) or None, tx.count("customers", {"state": ACTIVE}) or None)


def house_figures(rulebook: Rulebook, day: dt.date, improvements: Sequence[Mapping[str, Any]], audited: Mapping[str, Any] | None) -> dict[str, Any]:  # fmt: skip
    """Return the measures of the self-rating that are not of the register: rules looked at, improvements measured, redress found equal."""
    paths = [path for path in rulebook.entries if path.startswith(RULES_FOLDER)]
    current = sum((day - rulebook.entry(path).last_checked).days <= _YEAR for path in paths)
    due = [one for one in improvements if one["due_on"] < day.isoformat() or one["state"] in {"measured", "closed"}]  # fmt: skip
    measured = sum(one["effect"] is not None for one in due)
    equal = None if audited is None else _SETTLED.get(audited["verdict"])
    return {
        "rules_current": _counted(current, len(paths)), "improvements_measured": _counted(measured, len(due)),
        "equal_redress": None if equal is None else {"value": equal, "low": equal, "high": equal, "of": 1},
    }  # fmt: skip


def _counted(count: int, of: int) -> dict[str, Any] | None:
    """Return a share of all that there are: no sample, so no interval."""
    return None if not of else {"value": count / of, "low": count / of, "high": count / of, "of": of}


def rated(rulebook: Rulebook, day: dt.date, ratios: Mapping[str, Any], table: pl.DataFrame, house: Mapping[str, Any], facts: Mapping[str, float]) -> dict[str, Any]:  # fmt: skip
    """Return the self-rating of consumer protection by the rule in force."""
    version = rulebook.at(RATING, day)
    figures = {**register_figures(ratios, table, _UNKNOWN), **house}
    found = protection_rating(version.value, figures, facts)
    return {
        "rule": f"{version.path}@{version.first_day}", "status": version.status, "first": ratios["first"], "last": ratios["last"], **found,
    }  # fmt: skip
