"""The small served bank with early warnings: made up here, as a bank of ten customers has nothing to learn them from."""

import datetime as dt

import decide_bank
import polars as pl
import served_bank

from zhike.act.publications import Owner, publish
from zhike.decide.dossier import dossiers
from zhike.decide.preparation import archive_of, prepare
from zhike.decide.serving_setting import ServingSetting
from zhike.decide.strategy import plan_of
from zhike.know.given_warnings import WARNING_SCHEMA, enter_warnings
from zhike.know.portraits import portraits
from zhike.know.view import view

AT = decide_bank.AT
FIRST, LAST = dt.date(2026, 7, 15), dt.date(2026, 10, 6)
REASONS = [
    {"feature": "balance_against_mean", "value": "-0.62", "effect": 1.2},
    {"feature": "salary_seen", "value": "False", "effect": 0.4},
]


def given(customer, warning="withdrawal", probability=0.62, **changes):
    """Return a row of a table of warnings, raised unless it is said otherwise."""
    row = {
        "customer_id": customer, "at": AT, "warning": warning, "probability": probability, "low": probability - 0.1, "high": probability + 0.1,
        "usual": 0.2, "raised": True, "window_first": FIRST, "window_last": LAST, "model_version": "0123456789abcdef", "reasons": REASONS,
    }  # fmt: skip
    return row | changes


def table(*rows):
    return pl.DataFrame(list(rows), schema=WARNING_SCHEMA, orient="row")


USUAL = (
    given("C01"), given("C01", "attrition", 0.5), given("C02", "withdrawal", 0.25, raised=False), given("C03", "dissatisfaction", 0.7),
)  # fmt: skip


def warned(bank, rows=USUAL):
    """Publish these warnings to a served bank and have it see them; return the bank."""
    rules, policy = decide_bank.rulebook(), decide_bank.policy()
    tables = decide_bank.tables(served_bank.content())
    archive = archive_of(tables, AT, decide_bank.TIMEZONE, rules, policy)
    archive = enter_warnings(archive.lazy(), table(*rows), AT).collect()
    prepared = prepare(tables, AT, decide_bank.TIMEZONE, rules, policy, archive)
    setting = ServingSetting.of(prepared, plan_of(prepared), rules, {"zhike": "tests"})
    shown = portraits(view(tables, AT, decide_bank.TIMEZONE), archive)
    owners = dict.fromkeys(served_bank.NORTH, Owner("north", "rm", "mass"))
    publish(
        bank.acting, setting, dossiers(prepared), owners, manifest="0" * 64, actor="tests", portraits=shown
    )
    bank.clock.later(seconds=2)
    return bank
