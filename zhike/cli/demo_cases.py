"""Three customers of a folder of decisions: a sale, a refusal by suitability, care instead of a sale; each told in a few lines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from zhike.cli.demo_words import said

if TYPE_CHECKING:
    from pathlib import Path

    import polars as pl

    from zhike.cli.story import Example
    from zhike.core.language import Language
    from zhike.core.types import Reason
    from zhike.decide.explanation import CandidateExplanation, Evidence

__all__ = ["Case", "Told", "example_of", "find_cases", "tell"]

_ADVISED: Final = ("offer_wealth", "offer_fund", "offer_insurance")
_PEOPLE: Final = ("person", "professional")
_LEVEL_MATCH: Final = "suitability.level_match"
_HELPS: Final = (
    "debt_counselling", "complaint_follow_up", "portfolio_review", "outflow_call", "digital_help", "welcome_call",
)  # fmt: skip
"""Care that speaks for itself, the clearest first."""
_HELD_OUT: Final = "holdout"
_CREDIT_TRIGGER: Final = "applicability.trigger.offer_loan"
_MIDDLING: Final = (2, 3)
_MOST_NAMES: Final = 3
_PERCENT: Final = 100.0


@dataclass(frozen=True, slots=True)
class Case:
    """A customer with the action that the case is about.

    Parameters
    ----------
    kind : str
        ``sale``, ``refused`` or ``care``.
    """

    kind: str
    customer_id: str
    action_id: str


@dataclass(frozen=True, slots=True)
class Told:
    """A case in the reader's language.

    Parameters
    ----------
    customer_id, headline : str
    title : str
        The headline without the identifier, with age, stage of life, risk level and products held.
    proposal : str
        What is proposed, or what was proposed instead.
    reasons, refused : tuple of str
        Why; what was not proposed and why.
    lines : tuple of str
        All of it for the console.
    """

    customer_id: str
    headline: str
    title: str
    proposal: str
    reasons: tuple[str, ...]
    refused: tuple[str, ...]
    lines: tuple[str, ...]


def find_cases(decisions: Path) -> list[Case]:
    """Return a clear case of each kind that there is; the same folder gives the same cases."""
    import polars as pl

    chosen = pl.read_parquet(decisions / "decisions.parquet").with_columns(_template())
    inputs = pl.read_parquet(decisions / "evidence" / "inputs.parquet")
    products = pl.read_parquet(decisions / "evidence" / "products.parquet")
    people = inputs.filter(pl.col("risk_status") == "valid", pl.col("customer_type").is_in(_PEOPLE))
    assessed = people.select("customer_id", "risk_level")
    found = {
        "sale": _sales(chosen, assessed, products),
        "refused": _refusals(decisions, assessed, products),
        "care": _care(chosen),
    }
    return [
        Case(kind, str(rows["customer_id"][0]), str(rows["action_id"][0]))
        for kind, rows in found.items()
        if len(rows)
    ]


def _template() -> pl.Expr:
    import polars as pl

    return pl.col("action_id").cast(pl.String).str.split(":").list.first().alias("template")


def _sales(chosen: pl.DataFrame, assessed: pl.DataFrame, products: pl.DataFrame) -> pl.DataFrame:
    """Return sales, advised products to assessed customers first, then the best by rank, of middling risk, by score."""
    import polars as pl

    levels = products.select("product_id", "risk_level")
    found = (
        chosen.filter(pl.col("kind") == "sale")
        .join(levels, on="product_id", how="left")
        .join(assessed.select("customer_id", assessed=True), on="customer_id", how="left")
    )
    order = [
        ~(pl.col("template").is_in(_ADVISED) & pl.col("assessed").fill_null(value=False)),
        pl.col("arm") != "best", pl.col("rank"), ~pl.col("risk_level").is_in(_MIDDLING),
        -pl.col("score").fill_null(0.0), pl.col("customer_id"), pl.col("action_id"),
    ]  # fmt: skip
    return found.sort(order)


def _refusals(decisions: Path, assessed: pl.DataFrame, products: pl.DataFrame) -> pl.DataFrame:
    """Return advised products refused by the level alone: the furthest above it first, then those that would have brought most."""
    import polars as pl

    texts = pl.col("customer_id", "action_id", "verdict", "reason_codes").cast(pl.String)
    found = (
        pl.scan_parquet(decisions / "candidates.parquet").with_columns(texts).with_columns(_template())
        .filter(
            pl.col("verdict") == "suitability", pl.col("template").is_in(_ADVISED), pl.col("expected_value") > 0,
            pl.col("reason_codes").str.ends_with(_LEVEL_MATCH), ~pl.col("reason_codes").str.contains(";", literal=True),
        )
        .select("customer_id", "action_id", "expected_value", "score", product_id=pl.col("action_id").str.split(":").list.get(1))
        .collect()
        .join(assessed, on="customer_id")
        .join(products.select("product_id", product_level="risk_level"), on="product_id")
    )  # fmt: skip
    above = pl.col("risk_level").cast(pl.Int64) - pl.col("product_level")
    return found.sort(
        above, -pl.col("expected_value"), -pl.col("score").fill_null(0.0), "customer_id", "action_id"
    )


def _care(chosen: pl.DataFrame) -> pl.DataFrame:
    """Return care that stands first on a customer's list, the clearest kind first, then the most valuable."""
    import polars as pl

    found = chosen.filter(
        pl.col("kind").is_in(["care", "service"]), pl.col("rank") == 1, pl.col("arm") != _HELD_OUT
    )
    place = pl.col("template").replace_strict(
        {name: turn for turn, name in enumerate(_HELPS)}, default=len(_HELPS)
    )
    return found.sort(place, -pl.col("expected_value"), "customer_id")


def tell(evidence: Evidence, case: Case, language: Language) -> Told:
    """Tell a case in the reader's language, with what the evidence of the run says."""
    from zhike.decide.explanation import explain_action

    about = explain_action(evidence, case.customer_id, case.action_id)
    teller = {"sale": _sale_told, "refused": _refusal_told, "care": _care_told}[case.kind]
    proposal, reasons, refused, lines = teller(evidence, case, about, language)
    who = _who(_inputs(evidence, case.customer_id), language)
    return Told(
        case.customer_id, said(case.kind, language, customer=case.customer_id), said(f"{case.kind}_title", language, who=who), proposal, reasons, refused,
        (_line("who", who, language), *lines),
    )  # fmt: skip


def example_of(told: Told) -> Example:
    """Return a case as the report shows it."""
    from zhike.cli.story import Example

    return Example(told.customer_id, told.title, told.reasons, told.refused, told.proposal)


_Parts = tuple[str, tuple[str, ...], tuple[str, ...], tuple[str, ...]]


def _sale_told(evidence: Evidence, case: Case, about: CandidateExplanation, language: Language) -> _Parts:
    proposal = _joined("comma", [_named(about, language), _worth("worth", about, language)], language)
    why = tuple(filter(None, (_because(about, language), _evidence_of(about, language))))
    checked = _checked(about, language)
    above = _above(evidence, case, about, language)
    lines = (
        _line("proposed_is", proposal, language), *(_line("why", one, language) for one in why),
        _line("checked", checked, language), *(_line("not_proposed", one, language) for one in above),
    )  # fmt: skip
    return proposal, (*why, checked), above, lines


def _refusal_told(evidence: Evidence, case: Case, about: CandidateExplanation, language: Language) -> _Parts:
    refusal = _ruled(about.refusals[0], language)
    value = _worth("would_bring", about, language)
    instead = _first(evidence, case, language)
    lines = (
        _line("refused_is", _joined("comma", [_named(about, language), value], language), language),
        _line("why", refusal, language), _line("instead", instead, language),
    )  # fmt: skip
    refused = said("line", language, what=_named(about, language), told=refusal)
    return instead, (), (refused, value), lines


def _care_told(evidence: Evidence, case: Case, about: CandidateExplanation, language: Language) -> _Parts:
    proposal = _named(about, language)
    why = tuple(filter(None, (_occasion(evidence, case, about, language), _evidence_of(about, language))))
    unsold = _unsold(evidence, case, language)
    lines = (
        _line("proposed_is", proposal, language), *(_line("why", one, language) for one in why),
        *(_line("not_proposed", one, language) for one in unsold),
    )  # fmt: skip
    return proposal, why, unsold, lines


def _line(what: str, told: str, language: Language) -> str:
    return said("line", language, what=said(what, language), told=told)


def _joined(sign: str, parts: list[str], language: Language) -> str:
    return said(sign, language).join(filter(None, parts))


def _inputs(evidence: Evidence, customer: str) -> dict[str, Any]:
    import polars as pl

    return evidence.inputs.filter(pl.col("customer_id") == customer).row(0, named=True)


def _who(customer: dict[str, Any], language: Language) -> str:
    from zhike.know.vocabulary import word

    valid = customer["risk_status"] == "valid"
    parts = [
        "" if customer["age"] is None else said("years", language, age=customer["age"]),
        "" if customer["life_stage"] is None else word(customer["life_stage"]).in_language(language),
        said("level", language, level=customer["risk_level"]) if valid else said("no_level", language),
        said("holds", language, count=customer["holdings_count"] or 0),
    ]
    return _joined("comma", parts, language)


def _named(about: CandidateExplanation, language: Language) -> str:
    from zhike.cli.explain import channel_told

    title = about.title.in_language(language)
    text = said(
        "action", language, title=title, product=about.product or "", channel=channel_told(about, language)
    )
    return text.replace("  ", " ").replace(" （", "（")


def _worth(what: str, about: CandidateExplanation, language: Language) -> str:
    from zhike.cli.explain import money_told

    return said(what, language, value=money_told(about.expected_value, about))


def _because(about: CandidateExplanation, language: Language) -> str:
    names = [piece.name for piece in about.pieces if piece.weight > 0][:_MOST_NAMES]
    return said("because", language, names=said("and", language).join(names)) if names else ""


def _evidence_of(about: CandidateExplanation, language: Language) -> str:
    from zhike.cli.explain import code_told

    learnt = about.effect
    if learnt is None:
        source = code_told(about.propensity_source, language)
        return said("chance", language, propensity=about.propensity, source=source)
    what = "effect" if learnt.source == "experiment" else "response"
    shares = {name: _PERCENT * getattr(learnt, name) for name in ("effect", "low", "high")}
    return said(what, language, choices=learnt.choices, **shares)


def _checked(about: CandidateExplanation, language: Language) -> str:
    passed = [reason for reason in about.reasons if reason.effect == "passed"]
    level = next((reason for reason in passed if reason.code.endswith(_LEVEL_MATCH)), None)
    count = said("passed", language, count=len(passed))
    if level is None:
        return count
    fits = said("fits", language, value=level.value, threshold=level.threshold)
    return _joined("semicolon", [count, f"{fits} [{level.code}]"], language)


def _ruled(reason: Reason, language: Language) -> str:
    from zhike.cli.explain import reason_told

    return said(
        "by", language, told=reason_told(reason, language), reference=reason.reference, code=reason.code
    )


def _above(
    evidence: Evidence, case: Case, about: CandidateExplanation, language: Language
) -> tuple[str, ...]:
    """Return one product of the same kind that lies above the customer's level, if there is one."""
    found = _refused(evidence, case.customer_id, case.action_id.split(":")[0])
    level = [one for one in found if any(reason.code.endswith(_LEVEL_MATCH) for reason in one.refusals)]
    return tuple(_product_refused(one, language) for one in level[:1] if one.product != about.product)


def _refused(evidence: Evidence, customer: str, template: str) -> list[CandidateExplanation]:
    import polars as pl

    from zhike.decide.explanation import explain_action

    rows = (
        evidence.candidates.with_columns(pl.col("customer_id", "action_id", "verdict").cast(pl.String))
        .filter(pl.col("customer_id") == customer, pl.col("verdict") != "allowed")
        .collect()
        .filter(pl.col("action_id").str.starts_with(f"{template}:"))
        .sort(-pl.col("expected_value"), -pl.col("score").fill_null(0.0), "action_id")
    )
    return [explain_action(evidence, customer, name) for name in rows["action_id"]]


def _product_refused(one: CandidateExplanation, language: Language) -> str:
    from zhike.cli.explain import reason_told

    message = reason_told(one.refusals[0], language)
    return said("product_refused", language, title=one.title.in_language(language), product=one.product or "", message=message)  # fmt: skip


def _first(evidence: Evidence, case: Case, language: Language) -> str:
    """Return what stands first on the customer's list."""
    import polars as pl

    from zhike.decide.explanation import explain_action

    first = evidence.decisions.filter(
        pl.col("customer_id") == case.customer_id, pl.col("rank") == 1
    ).collect()
    about = explain_action(evidence, case.customer_id, str(first["action_id"][0]))
    return _joined("comma", [_named(about, language), _worth("worth", about, language)], language)


def _occasion(evidence: Evidence, case: Case, about: CandidateExplanation, language: Language) -> str:
    """Return what in the customer's life calls for the care."""
    customer, template = _inputs(evidence, case.customer_id), case.action_id.split(":")[0]
    if template == "debt_counselling" and customer["penalty_interest_365d"]:
        amount = (
            f"{customer['penalty_interest_365d'] / 10**about.decimals:,.{about.decimals}f} {about.currency}"
        )
        return said("penalty", language, amount=amount)
    if template == "complaint_follow_up" and customer["complaints_365d"]:
        return said("complained", language, times=customer["complaints_365d"])
    triggers = (one for one in about.reasons if one.code == f"applicability.trigger.{template}")
    return next((one.title.in_language(language) for one in triggers), "")


def _unsold(evidence: Evidence, case: Case, language: Language) -> tuple[str, ...]:
    """Return a sale that was refused to the customer: credit where penalty interest is paid, else the most valuable."""
    for template in ("offer_loan", *_ADVISED):
        for one in _refused(evidence, case.customer_id, template)[:1]:
            if any(reason.code == _CREDIT_TRIGGER for reason in one.refusals):
                title = one.title.in_language(language)
                return (said("no_credit", language, title=title, product=one.product or ""),)
            return (_product_refused(one, language),)
    return ()
