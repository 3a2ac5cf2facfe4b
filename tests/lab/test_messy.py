"""Spoilt records: the faults that were asked for, each in the ledger, none of them elsewhere."""

import dataclasses
import datetime as dt

import numpy as np
import polars as pl
import pytest

from zhike.core.contracts import CONTRACTS
from zhike.core.tables import as_known
from zhike.lab import messy, money
from zhike.lab.dice import Dice
from zhike.lab.facts_bookings import bookings
from zhike.lab.facts_opening import bank_frames, opening_frames
from zhike.lab.messy import FAULTS, mess
from zhike.lab.twins import FIRST_MERGE, MERGE_MONTHS, MERGE_ROLE, SHARE
from zhike.lab.weather import weather_of
from zhike.observe.checks import contract_failures, split_rows

MONTH = 676


@dataclasses.dataclass
class Nothing:
    row: np.ndarray
    day: np.ndarray


@pytest.fixture(scope="module")
def sound(dice):
    from zhike.lab.opening import opening_state
    from zhike.lab.traits import draw_traits

    traits = draw_traits(dice, np.arange(6_000), 6_000)
    state = opening_state(dice, traits, MONTH)
    return opening_frames(dice, traits, state, MONTH) | bank_frames(6_000)


@pytest.fixture(scope="module")
def spoilt(dice, sound):
    return mess(dice, sound, MONTH)


def faults(ledger, table, fault):
    return set(ledger.filter(pl.col("table") == table, pl.col("fault") == fault)["key"])


def test_tables_keep_their_columns_and_the_sound_ones_are_left_alone(sound, spoilt):
    before = {name: rows.clone() for name, rows in sound.items()}
    made, ledger = spoilt
    assert made.keys() == sound.keys()
    for name, rows in made.items():
        assert rows.schema == CONTRACTS[name].schema()
        assert sound[name].equals(before[name])
        assert rows.height >= sound[name].height
    assert ledger.schema == FAULTS
    assert made["consents"].equals(sound["consents"])


def test_a_loader_rejects_the_impossible_rows_and_only_those(spoilt):
    made, ledger = spoilt
    for name, rows in made.items():
        found = split_rows(rows, CONTRACTS[name], contract_failures(CONTRACTS[name])).rejects.height
        wrong = {
            "accounts": "closed before opened",
            "assessments": "level out of range",
            "products": "negative premium",
        }.get(name, "")
        assert found == len(faults(ledger, name, wrong))
    assert faults(ledger, "accounts", "closed before opened")
    assert faults(ledger, "assessments", "level out of range")


def test_doubled_rows_are_the_same_in_every_column(sound, spoilt):
    made, ledger = spoilt
    doubled = made["holdings"].filter(made["holdings"].is_duplicated())
    assert set(doubled["holding_id"]) == faults(ledger, "holdings", "doubled")
    share = len(faults(ledger, "holdings", "doubled")) / sound["holdings"].height
    assert 0.4 * messy.DOUBLED["holdings"] < share < 2 * messy.DOUBLED["holdings"]


def test_emptied_fields_and_contradicting_regions_are_in_the_ledger(sound, spoilt):
    made, ledger = spoilt
    joined = sound["customers"].join(made["customers"], on="customer_id", suffix="_now")
    for field in messy.EMPTIED:
        lost = joined.filter(pl.col(field).is_not_null(), pl.col(f"{field}_now").is_null())
        assert set(lost["customer_id"]) == {
            key for key in faults(ledger, "customers", f"{field} missing") if key.startswith("C")
        }
        assert 0.3 * messy.EMPTIED[field] < lost.height / joined.height < 2 * messy.EMPTIED[field]
    accounts = sound["accounts"].join(
        made["accounts"].filter(pl.col("closed_on").is_null()), on="account_id", suffix="_now"
    )
    moved = accounts.filter(pl.col("region") != pl.col("region_now"))
    assert set(moved["account_id"]) == faults(ledger, "accounts", "region contradicts")


def test_late_facts_are_known_weeks_after_they_were_so(sound, spoilt):
    made, ledger = spoilt
    key = ["holding_id", "valid_from"]
    both = sound["holdings"].join(made["holdings"].unique(), on=key, suffix="_now")
    wait = (pl.col("known_at_now") - pl.col("known_at")).dt.total_days()
    late = both.filter(wait > 0)
    assert set(late["holding_id"]) == faults(ledger, "holdings", "late")
    days = late.select(wait.alias("days"))["days"]
    assert days.min() >= messy.EARLIEST
    assert days.max() <= messy.LATEST


def test_a_second_number_is_the_same_person(spoilt):
    made, ledger = spoilt
    people = made["customers"].with_columns(pl.col("customer_id").str.slice(1).alias("digits"))
    twins, firsts = (people.filter(pl.col("customer_id").str.starts_with(letter)) for letter in ("D", "C"))
    assert set(twins["customer_id"]) == faults(ledger, "customers", "second number")
    assert 0.5 * SHARE < twins.height / firsts.height < 1.6 * SHARE
    both = twins.join(firsts, on="digits", suffix="_first").drop_nulls(["birth_date", "birth_date_first"])
    assert (both["birth_date"] == both["birth_date_first"]).all()
    assert both["household_income"].null_count() == both.height
    owned = made["relationships"].filter(
        pl.col("object_type") == "account", pl.col("customer_id").str.starts_with("D")
    )
    assert 0 < owned.height < twins.height
    assert set(owned["customer_id"]) <= set(twins["customer_id"])
    assert set(owned["relationship_id"]) == faults(ledger, "relationships", "under second number")


def test_some_second_numbers_are_merged_later_and_the_account_comes_back(dice, spoilt, crowd):
    traits, state = crowd
    parts = [spoilt[0]]
    merged = set()
    booked = played(dice, traits, state)
    for month in range(MONTH + 1, FIRST_MERGE + MERGE_MONTHS):
        made, ledger = mess(dice, {"transactions": booked}, month)
        merged |= faults(ledger, "customers", "merged")
        parts.append(made)
    assert merged
    ties = pl.concat([part["relationships"] for part in parts if "relationships" in part])
    same = ties.filter(pl.col("object_type") == "customer", pl.col("role") == MERGE_ROLE)
    assert set(same["customer_id"]) == merged
    assert (same["object_id"].str.slice(1) == same["customer_id"].str.slice(1)).all()
    people = pl.concat([part["customers"] for part in parts if "customers" in part])
    gone = people.filter(pl.col("customer_id").is_in(merged), pl.col("valid_from") > dt.date(2026, 5, 1))
    assert (gone["customer_type"] == "inactive").all()
    late = dt.datetime(2040, 1, 1, tzinfo=dt.UTC)
    current = as_known(ties.lazy(), CONTRACTS["relationships"], late.date(), late).collect()
    owners = current.filter(pl.col("object_type") == "account", pl.col("role") == "owner")
    assert not merged & set(owners["customer_id"])
    assert owners["object_id"].is_unique().all()


def played(dice, traits, state):
    """Bookings of one month, which say whose account is in use."""
    none = np.zeros(0, dtype=np.int64)
    flows = money.advance(dice, traits, state, MONTH, weather_of(dice, MONTH, np.zeros(12), np.zeros(5)))

    @dataclasses.dataclass
    class Sales:
        p_row: np.ndarray
        p_product: np.ndarray
        p_amount: np.ndarray
        p_day: np.ndarray

    @dataclasses.dataclass
    class Results:
        flows: object
        joined: np.ndarray
        sales: object
        leavers: object

    return bookings(
        dice,
        traits,
        state,
        MONTH,
        Results(flows, none, Sales(none, none, np.zeros(0), none), Nothing(none, none)),
    )


def test_faults_do_not_depend_on_the_chunk(dice, sound):
    parts = [
        {name: rows.filter(rows["customer_id"].str.slice(1, 7).cast(pl.Int64) % 2 == place) for name, rows in sound.items() if "customer_id" in rows.columns}
        for place in (0, 1)
    ]  # fmt: skip
    whole = mess(dice, {name: rows for name, rows in sound.items() if "customer_id" in rows.columns}, MONTH)
    halves = [mess(dice, part, MONTH) for part in parts]
    for name, rows in whole[0].items():
        other = pl.concat([half[0][name] for half in halves])
        assert rows.sort(rows.columns).equals(other.sort(rows.columns)), name
    order = list(FAULTS)
    assert whole[1].sort(order).equals(pl.concat([half[1] for half in halves]).sort(order))


def test_another_seed_spoils_other_rows(sound, spoilt):
    other = mess(Dice(8), sound, MONTH)[1]
    assert not spoilt[1].equals(other)
    assert mess(Dice(8), sound, MONTH)[1].equals(other)


def test_nothing_to_spoil(dice):
    made, ledger = mess(dice, {name: table.empty() for name, table in CONTRACTS.items()}, MONTH)
    assert all(rows.is_empty() for rows in made.values())
    assert ledger.is_empty()
