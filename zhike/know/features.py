"""The registry of the archive's columns: each declared once, in the order of the archive."""

from __future__ import annotations

from typing import Any, Final

from zhike.know.completeness import COMPLETENESS_FEATURES
from zhike.know.contacts import CONTACT_FEATURES
from zhike.know.feature import Feature, feature_dtype
from zhike.know.flows import FLOW_FEATURES
from zhike.know.holdings import HOLDING_FEATURES
from zhike.know.identity import IDENTITY_FEATURES
from zhike.know.needs import NEED_FEATURES
from zhike.know.risk_profile import RISK_FEATURES
from zhike.know.segments import SEGMENT_FEATURES
from zhike.know.warning_columns import WARNING_FEATURES

__all__ = ["FEATURES", "Feature", "archive_schema", "features_page"]

FEATURES: Final[tuple[Feature, ...]] = (
    *IDENTITY_FEATURES,
    *HOLDING_FEATURES,
    *FLOW_FEATURES,
    *CONTACT_FEATURES,
    *RISK_FEATURES,
    *SEGMENT_FEATURES,
    *NEED_FEATURES,
    *COMPLETENESS_FEATURES,
    *WARNING_FEATURES,
)


def archive_schema() -> dict[str, Any]:
    """Return the polars schema of the archive, in column order.

    Examples
    --------
    >>> list(archive_schema())[:2]
    ['customer_id', 'customer_type']
    """
    return {feature.name: feature_dtype(feature.dtype) for feature in FEATURES}


def features_page() -> str:
    """Return the reference page of all features as Markdown, in the three languages.

    Examples
    --------
    >>> features_page().splitlines()[0]
    '# Features of the archive'
    """
    head = (
        "# Features of the archive",
        "",
        "`zhike archive BANK --at DATE` writes one row per customer with these columns, in this order; `zhike features`",
        "prints this list. Null means unknown; a count of what the bank's tables could show is 0. *Lag* is the number of",
        "days between a fact and the bank's knowledge of it that one must expect; *data* is the class of personal data.",
        "",
        "This page is made from the registry in `zhike/know/features.py`.",
        "",
        "| feature | dtype | unit | source | lag | data | meaning | 含义 | 含義 |",
        "|---|---|---|---|---|---|---|---|---|",
    )
    return "\n".join([*head, *(_page_row(feature) for feature in FEATURES)]) + "\n"


def _page_row(feature: Feature) -> str:
    cells = (
        f"`{feature.name}`", feature.dtype, feature.unit or "", feature.source, f"{feature.lag_days}", feature.personal,
        feature.meaning.en, feature.meaning.zh_hans, feature.meaning.zh_hant,
    )  # fmt: skip
    return f"| {' | '.join(cells)} |"
