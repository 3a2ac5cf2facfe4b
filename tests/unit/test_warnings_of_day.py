"""Verdicts on warnings: given where they order customers, else refused with the reason; kept, written and read again."""

import dataclasses
import datetime as dt

import numpy as np
import polars as pl
import pytest
import small_bank
from learnt_models import AT, NOW, SETTING, cases

from zhike.adapters.model_registry import ModelRegistry
from zhike.adapters.rule_files import load_rulebook
from zhike.adapters.warning_files import keep_models, read_warnings, write_warnings
from zhike.core.errors import InputNotFoundError, InputUnreadableError
from zhike.core.language import LANGUAGES
from zhike.know.given_warnings import WARNING_SCHEMA
from zhike.learn import warning_card
from zhike.learn.warnings_of_day import WARNINGS, WarningBank, learn_warning, warn, warnings_of_day
from zhike.learn.windows import Windows

RULEBOOK = load_rulebook()


@dataclasses.dataclass(frozen=True)
class Made(WarningBank):
    """A bank whose cases are made up: those of attrition can be learnt, of withdrawal there are too few, of dissatisfaction no window."""

    shuffled: bool = False

    def windows(self, warning, at, since=None):
        assert (at, since) == (AT, None)
        return [] if warning == "dissatisfaction" else Windows(14, 84).closed(at, dt.date(2025, 3, 31))

    def cases(self, warning, _at, _windows):
        frame, _ = cases()
        if self.shuffled:
            rng = np.random.default_rng(5)
            return frame.with_columns(pl.Series("outcome", rng.random(frame.height) < 0.2))
        return (
            frame if warning == "attrition" else frame.with_columns(outcome=pl.col("customer_id") == "C00001")
        )

    def features(self, _at):
        frame = cases()[0].filter(pl.col("day") == dt.date(2025, 12, 31)).drop("day", "outcome")
        return frame.with_columns(customer_type=pl.col("kind"), age=pl.lit(40))


def made(*, shuffled=False):
    return Made({}, "UTC", RULEBOOK, shuffled=shuffled)


@pytest.fixture(scope="module")
def learnt():
    return warnings_of_day(made(), SETTING)


def test_what_orders_customers_is_given_and_of_the_others_is_said_why_not(learnt):
    verdicts, table = learnt
    assert [one.warning for one in verdicts] == list(WARNINGS)
    assert [one.given is not None for one in verdicts] == [True, False, False]
    assert dict(table.schema) == WARNING_SCHEMA
    assert table["warning"].unique().to_list() == ["attrition"]
    assert table["model_version"].unique().to_list() == [verdicts[0].record.version]
    assert table.select("at", "window_first").unique().rows() == [(AT, AT + dt.timedelta(15))]
    assert "4 outcomes in 2,400 cases" in verdicts[1].lacks.en
    assert "365 days" in verdicts[2].lacks.en


def test_what_does_not_order_them_is_not_given_and_its_auc_is_told():
    verdict = learn_warning(made(shuffled=True), "attrition", SETTING)
    assert verdict.given is None
    assert verdict.record is not None
    for language in LANGUAGES:
        assert f"{verdict.proof.auc.value:.3f}" in verdict.lacks.in_language(language)


def test_an_order_seen_in_few_outcomes_is_not_proven():
    class Few(Made):
        def cases(self, warning, _at, _windows):
            return super().cases(warning, _at, _windows).filter(pl.col("customer_id") < "C00150")

    verdict = learn_warning(Few({}, "UTC", RULEBOOK), "attrition", SETTING)
    assert verdict.proof.holds(0.5)
    assert (verdict.given, verdict.proof.events < 100) == (None, True)
    assert f"{verdict.proof.events} outcomes" in verdict.lacks.en


def test_where_no_window_could_be_predicted_nothing_is_given():
    class One(Made):
        def cases(self, warning, _at, _windows):
            frame = super().cases(warning, _at, _windows)
            return frame.filter(pl.col("day") == frame["day"].max())

    verdict = learn_warning(One({}, "UTC", RULEBOOK), "attrition", SETTING)
    assert (verdict.given, verdict.proof.windows) == (None, 0)
    assert verdict.lacks.en == "No window could be predicted from windows before it."


def test_a_model_that_was_kept_warns_the_same(learnt, tmp_path, monkeypatch):
    monkeypatch.setattr(warning_card, "features_for", lambda _: ("x", "kind"))
    monkeypatch.setattr(warning_card, "_LEAST", 10)
    verdicts, table = learnt
    registry = ModelRegistry(tmp_path / "models")
    keep_models(registry, made(), verdicts, "ann", NOW)
    assert registry.names() == ["attrition"]
    version = verdicts[0].record.version
    assert warn(made(), registry.load("attrition", version), AT).equals(table)
    card = registry.card("attrition", version)
    assert card.measured["cases"] == verdicts[0].proof.cases
    assert (
        (tmp_path / "models" / "attrition" / version / "card.zh-Hant.md").read_text("utf-8").count("客戶流失")
    )


def test_warnings_are_written_and_read_again_and_nothing_else_is_taken_for_them(learnt, tmp_path):
    write_warnings(learnt[1], tmp_path / "w.parquet")
    assert read_warnings(tmp_path / "w.parquet").equals(learnt[1])
    assert [one.name for one in tmp_path.iterdir()] == ["w.parquet"]
    learnt[1].drop("raised").write_parquet(tmp_path / "x.parquet")
    (tmp_path / "y.parquet").write_text("no table", "utf-8")
    for name in ("x.parquet", "y.parquet"):
        with pytest.raises(InputUnreadableError):
            read_warnings(tmp_path / name)
    with pytest.raises(InputNotFoundError):
        read_warnings(tmp_path / "z.parquet")


def test_observation_begins_a_year_after_the_first_booking_that_is_known():
    rows = [
        {"transaction_id": day, "account_id": "A", "booked_on": day, "amount": 1, "currency": "CNY"}
        for day in ("2024-03-31", "2024-05-01")
    ]
    bank = WarningBank(small_bank.bank(transactions=rows), small_bank.TIMEZONE, RULEBOOK)
    assert bank.begins(AT) == dt.date(2025, 3, 31)
    assert bank.begins(dt.date(2024, 3, 30)) is None
    assert [one.day for one in bank.windows("attrition", AT)] == [
        dt.date(2025, 5, 31), dt.date(2025, 8, 31), dt.date(2025, 11, 30), dt.date(2026, 2, 28),
    ]  # fmt: skip
    assert bank.windows("attrition", dt.date(2024, 3, 30)) == []
    late = bank.windows("attrition", dt.date(2039, 6, 30))
    assert len(late) == 12


def test_outcomes_are_those_of_each_warning():
    bank = WarningBank(small_bank.bank(customers=[{"customer_id": "a"}]), small_bank.TIMEZONE, RULEBOOK)
    window = Windows(14, 84).of(dt.date(2026, 2, 28))
    found = {warning: bank.outcome(warning, window, AT)["customer_id"].to_list() for warning in WARNINGS}
    assert found == {"attrition": ["a"], "withdrawal": [], "dissatisfaction": []}
    assert bank.features(AT) is bank.features(AT)
