"""The opening as a bank records it: contract tables that the door lets in, and that say what is true."""

import datetime as dt

import numpy as np
import polars as pl
import pytest

from zhike.adapters.bank import Bank
from zhike.adapters.bank_load import Load, write_bank
from zhike.core.contracts import CONTRACTS
from zhike.lab.facts_opening import bank_frames, new_customers, opening_frames, products
from zhike.lab.joining import FIRST_JOINING
from zhike.lab.opening import join, opening_state
from zhike.lab.shelf import PRODUCTS, TALKING
from zhike.lab.traits import draw_traits
from zhike.observe.checks import contract_failures, split_rows
from zhike.observe.finding import QualityLimits
from zhike.observe.quality import findings

CUSTOMERS, MONTH = 3_000, 652
FIRST_DAY = dt.date(2024, 5, 1)


@pytest.fixture(scope="module")
def world():
    from zhike.lab.dice import Dice

    dice = Dice(7)
    traits = draw_traits(dice, np.arange(CUSTOMERS), CUSTOMERS)
    return dice, traits, opening_state(dice, traits, MONTH)


@pytest.fixture(scope="module")
def opening(world):
    return opening_frames(*world, MONTH) | bank_frames(CUSTOMERS)


@pytest.fixture(scope="module")
def joined(world):
    dice, traits, state = world
    later = state.copy()
    rows = join(dice, traits, later, MONTH)
    assert len(rows)
    return rows, new_customers(dice, traits, later, rows, MONTH)


def names(people):
    return [f"C{who:07d}" for who in people]


def test_frames_have_the_contracts_columns(opening, joined):
    for name, frame in (opening | joined[1]).items():
        assert dict(frame.schema) == CONTRACTS[name].schema(), name


def test_no_row_is_refused_and_no_check_finds_an_error(opening, joined, tmp_path):
    tables = {name: pl.concat([opening[name], frame]) for name, frame in joined[1].items()}
    tables = opening | tables
    for name, frame in tables.items():
        assert split_rows(frame, CONTRACTS[name], contract_failures(CONTRACTS[name])).rejects.is_empty(), name
    report = write_bank(
        tmp_path / "bank",
        Load("Test", "simulate", "Asia/Shanghai", "CNY", "policies.retail_cn", tables=tables),
    )
    assert report.rejected_rows == 0
    assert not report.identical or not any(report.identical.values())
    found = findings(
        Bank.open(tmp_path / "bank").tables(), None, "Asia/Shanghai", QualityLimits(92, 92, 0.05, 0.5)
    )
    assert set(found["severity"]) <= {"info"}


def test_facts_are_known_on_the_evening_of_their_day(opening):
    for name, frame in opening.items():
        local = frame["known_at"].dt.convert_time_zone("Asia/Shanghai")
        assert (local.dt.date() == frame["valid_from"]).all(), name
        assert set(local.dt.hour()) == {18}, name


def test_only_those_who_are_here_are_on_record(world, opening, joined):
    _, traits, state = world
    assert opening["customers"]["customer_id"].to_list() == names(traits.who[state.here])
    for name in ("relationships", "holdings", "assessments", "consents", "preferences"):
        assert set(opening[name]["customer_id"]) <= set(opening["customers"]["customer_id"])
    rows, frames = joined
    assert frames["customers"]["customer_id"].to_list() == names(traits.who[rows])
    assert set(frames["accounts"]["opened_on"]) == {FIRST_DAY}
    assert set(frames["holdings"]["product_id"]) <= {"S01", "S02"}


def test_nothing_at_the_opening_is_of_a_later_day(opening):
    for name, frame in opening.items():
        if name not in ("products", "staff", "channels"):
            assert frame["valid_from"].max() <= FIRST_DAY, name
    launch = opening["products"]["valid_from"].max()
    assert opening["holdings"]["valid_from"].min() >= launch
    assert opening["accounts"]["opened_on"].min() >= dt.date(1970 + FIRST_JOINING // 12, 1, 1)


def test_holdings_are_those_of_the_state(world, opening):
    _, _, state = world
    held = opening["holdings"]
    assert len(held) == (state.amount > 0).sum()
    assert held["holding_id"].n_unique() == len(held)
    assert held["holding_id"].str.contains(r"^H\d{7}-[A-Z]\d\d-\d{6}$").all()
    row, product = np.nonzero(state.amount > 0)
    deposits = held.filter(pl.col("product_id") == "D02")
    of_state = row[product == 1]
    assert deposits["amount"].to_list() == (state.amount[of_state, 1].astype(int) * 100).tolist()
    assert (deposits["matures_on"] > FIRST_DAY - dt.timedelta(days=31)).all()
    assert held.filter(pl.col("product_id").is_in(["S01", "S02", "P01", "P02"]))["amount"].is_null().all()
    assert held.filter(pl.col("product_id").str.starts_with("K"))["matures_on"].is_null().all()


def test_loans_state_the_principal_as_granted(world, opening):
    _, _, state = world
    position = [product.code for product in PRODUCTS].index("L02")
    granted = opening["holdings"].filter(pl.col("product_id") == "L02")["amount"].to_numpy() / 100
    owed = state.amount[:, position]
    assert (granted + 1 >= owed[owed > 0]).all()
    assert (granted % 100 == 0).all()


def test_ties_name_what_is_there(world, opening):
    _, traits, state = world
    ties = opening["relationships"]
    assert ties["relationship_id"].n_unique() == len(ties)
    staff = ties.filter(pl.col("object_type") == "staff")
    assert set(staff["object_id"]) <= set(opening["staff"]["staff_id"])
    employers = ties.filter(pl.col("role") == "employer")["object_id"]
    firms = opening["customers"].filter(pl.col("customer_type") == "firm")["customer_id"]
    assert set(employers) <= set(firms)
    homes = ties.filter(pl.col("object_type") == "household")
    assert len(homes) == (state.here & (traits.household_size > 1)).sum()
    assert (homes.group_by("object_id").agg((pl.col("role") == "head").sum())["role"] <= 1).all()


def test_an_account_was_opened_on_the_same_day_whenever_it_is_asked(world, joined):
    dice, traits, state = world
    rows, frames = joined
    later = state.copy()
    join(dice, traits, later, MONTH)
    again = new_customers(dice, traits, later, rows, MONTH + 6)
    assert again["accounts"]["opened_on"].equals(frames["accounts"]["opened_on"])


def test_what_is_on_record_is_true(world, opening):
    _, traits, state = world
    here = state.here
    customers = opening["customers"]
    assert customers["birth_date"].is_null().sum() == (traits.kind[here] == 2).sum()
    assert set(customers["service_tier"]) <= {"mass", "affluent", "private"}
    marketing = opening["consents"].filter(pl.col("purpose") == "marketing")
    assert len(marketing) == (state.consent[here] >= 0).sum()
    assert (marketing["status"] == "given").sum() == (state.consent[here] == 1).sum()
    risk = opening["assessments"].filter(pl.col("kind") == "risk_tolerance")
    assert risk["level"].to_list() == state.stated_level[here & (state.assessed > 0)].tolist()
    capacity = opening["assessments"].filter(pl.col("kind") == "capacity_for_loss")
    assert 0.35 < len(capacity) / len(risk) < 0.65


def test_preferences_follow_liking_and_withdrawn_consent(world, opening):
    _, traits, state = world
    wishes = opening["preferences"]
    channel = wishes.filter(pl.col("topic") == "channel")
    best = dict(zip(names(traits.who), np.array(TALKING)[traits.liking.argmax(axis=1)], strict=True))
    assert all(
        best[customer] == value for customer, value in channel.select("customer_id", "value").iter_rows()
    )
    assert 0.35 < len(channel) / state.here.sum() < 0.45
    alone = wishes.filter(pl.col("topic") == "do_not_contact")["customer_id"]
    assert set(alone) <= set(names(traits.who[state.consent == 0]))


def test_products_are_the_shelf():
    directory = products()
    assert directory["product_id"].to_list() == [product.code for product in PRODUCTS]
    insurance = directory.filter(pl.col("family") == "insurance")
    assert insurance["annual_premium"].null_count() == 0
    assert (insurance["annual_premium"] >= insurance["minimum_amount"]).all()
    assert set(bank_frames(0)) == {"products", "staff", "channels"}


def test_chunks_give_the_same_rows(world):
    dice, traits, state = world
    whole = opening_frames(dice, traits, state, MONTH)
    parts = [
        opening_frames(dice, traits.part(*part), state.part(*part), MONTH)
        for part in ((0, 1_501), (1_501, CUSTOMERS))
    ]
    for name, frame in whole.items():
        key = list(CONTRACTS[name].key)
        assert pl.concat([part[name] for part in parts]).sort(key).equals(frame.sort(key)), name


def test_a_month_without_new_customers_has_no_rows(world):
    dice, traits, state = world
    frames = new_customers(dice, traits, state, np.zeros(0, dtype=np.int64), MONTH)
    assert all(
        frame.is_empty() and dict(frame.schema) == CONTRACTS[name].schema() for name, frame in frames.items()
    )
