"""Source rows into contract rows: every dtype, every reject code, exact money, zones."""

import datetime as dt
import json

import polars as pl
import pytest

from zhike.core.contracts import CONTRACTS
from zhike.core.errors import ContractError, MappingError
from zhike.core.rejects import REJECT_REASONS
from zhike.observe.checks import LINE, SOURCE_FILE
from zhike.observe.ingest import Conventions, convert_rows
from zhike.observe.mapping import parse_mapping
from zhike.observe.rejection import rejected_rows

CNY = Conventions("Asia/Shanghai", "CNY", {"JPY": 0, "KWD": 3})
BANK = {"name": "T", "timezone": "Asia/Shanghai", "currency": "CNY"}
FILLED = {
    "customers": {"customer_id": {"value": "c"}, "valid_from": {"value": "2020-01-01"}},
    "products": {
        "product_id": {"value": "p"}, "family": {"value": "fund"}, "regime": {"value": "none"}, "valid_from": {"value": "2020-01-01"},
    },
    "surveys": {
        "survey_id": {"value": "s"}, "customer_id": {"value": "c"}, "instrument": {"value": "i"}, "sent_on": {"value": "2020-01-01"},
    },
    "staff": {"staff_id": {"value": "s"}, "role": {"value": "adviser"}, "valid_from": {"value": "2020-01-01"}},
    "accounts": {"account_id": {"value": "a"}, "currency": {"value": "CNY"}, "valid_from": {"value": "2020-01-01"}},
}  # fmt: skip


def convert(table, columns, frame, conventions=CNY):
    """Convert a frame, with constants for the required columns that the test is not about."""
    raw = {"bank": BANK, "tables": {table: {"file": "t.csv", "columns": {**FILLED[table], **columns}}}}
    mapping = parse_mapping(raw, "mapping.yaml").tables[table]
    lines = pl.int_range(2, frame.height + 2, eager=True)
    return convert_rows(
        frame.with_columns(lines.alias(LINE), pl.lit("t.csv").alias(SOURCE_FILE)), mapping, conventions
    )


def one(table, column, value, how=None):
    """Return what one value becomes: the contract value, or the code of its reject."""
    frame = pl.DataFrame({"x": [value]})
    split = convert(table, {column: "x" if how is None else {"from": "x", **how}}, frame)
    assert split.good.height + split.rejects.select("line").n_unique() == 1
    return split.good[column][0] if split.good.height else split.rejects["code"][0]


@pytest.mark.parametrize(
    ("table", "column", "value", "expected"),
    [
        ("customers", "birth_date", "1980-02-29", dt.date(1980, 2, 29)),
        ("customers", "birth_date", " 1980-02-29 ", dt.date(1980, 2, 29)),
        ("customers", "birth_date", "1981-02-29", "bad_date"),
        ("customers", "birth_date", "2099-01-01", "dates_contradict"),
        ("customers", "customer_id", " C1\u3000", "C1"),
        ("customers", "customer_id", "  ", "missing_value"),
        ("customers", "birth_date", "29.02.1980", "bad_date"),
        ("customers", "birth_date", "1849-12-31", "bad_date"),
        ("customers", "birth_date", "2201-01-01", "bad_date"),
        ("customers", "birth_date", "", None),
        ("customers", "valid_from", "", "missing_value"),
        ("customers", "customer_id", "", "missing_value"),
        ("customers", "customer_id", "0017", "0017"),
        ("customers", "customer_type", "person", "person"),
        ("customers", "customer_type", "alien", "bad_value"),
        ("customers", "full_capacity", "Yes", True),
        ("customers", "full_capacity", "0", False),
        ("customers", "full_capacity", "maybe", "bad_value"),
        ("customers", "household_income", "1234.5", 123450),
        ("customers", "household_income", "1234.500", 123450),
        ("customers", "household_income", "+.5", 50),
        ("customers", "household_income", "7.", 700),
        ("customers", "household_income", "1234.567", "bad_money"),
        ("customers", "household_income", "NaN", "bad_money"),
        ("customers", "household_income", "inf", "bad_money"),
        ("customers", "household_income", "1,234.50", "bad_money"),
        ("customers", "household_income", "1e3", "bad_money"),
        ("customers", "household_income", "12345678901234567890", "bad_money"),
        ("customers", "household_income", "92233720368547758.07", 2**63 - 1),
        ("customers", "household_income", "-0.01", "out_of_range"),
        ("products", "seller_risk_level", "5", 5),
        ("products", "seller_risk_level", "6", "out_of_range"),
        ("products", "seller_risk_level", "two", "bad_number"),
        ("products", "seller_risk_level", "2.5", "bad_number"),
        ("products", "seller_risk_level", "99999", "bad_number"),
        ("staff", "weekly_hours", "37.5", 37.5),
        ("staff", "weekly_hours", "169", "out_of_range"),
        ("staff", "weekly_hours", "nan", "bad_number"),
        ("staff", "weekly_hours", "1e400", "bad_number"),
        ("surveys", "channel", "fax", "bad_value"),
    ],
)
def test_text_becomes_the_contract_value_or_a_reject(table, column, value, expected):
    assert one(table, column, value) == expected


@pytest.mark.parametrize(
    ("table", "column", "value", "expected"),
    [
        ("customers", "birth_date", dt.date(1980, 2, 29), dt.date(1980, 2, 29)),
        ("customers", "customer_id", 17, "17"),
        ("customers", "full_capacity", True, True),
        ("customers", "household_income", 1234.5, 123450),
        ("customers", "household_income", 0.1 + 0.2, "bad_money"),
        ("customers", "household_income", float("nan"), "bad_money"),
        ("customers", "household_income", 12, 1200),
        ("products", "seller_risk_level", 3.0, 3),
        ("products", "seller_risk_level", 3.5, "bad_number"),
        ("staff", "weekly_hours", 8, 8.0),
    ],
)
def test_typed_values_are_taken_too(table, column, value, expected):
    assert one(table, column, value) == expected


@pytest.mark.parametrize(
    ("value", "how", "utc"),
    [
        ("2020-03-01 08:00:00", {"format": "%Y-%m-%d %H:%M:%S"}, "2020-03-01T00:00:00"),
        ("2020-03-01T08:00:00", None, "2020-03-01T00:00:00"),
        ("2020-03-01 08:00:00.5", None, "2020-03-01T00:00:00.500000"),
        ("2020-03-01T08:00:00Z", None, "2020-03-01T08:00:00"),
        ("2020-03-01T08:00:00+01:00", None, "2020-03-01T07:00:00"),
        ("01/03/2020 08:00 +0200", {"format": "%d/%m/%Y %H:%M %z"}, "2020-03-01T06:00:00"),
        ("2020-03-01", None, "2020-02-29T16:00:00"),
        ("01.03.2020", {"format": "%d.%m.%Y"}, "2020-02-29T16:00:00"),
    ],
)
def test_instants_are_read_in_the_banks_zone(value, how, utc):
    assert one("customers", "known_at", value, how).replace(tzinfo=None).isoformat() == utc


@pytest.mark.parametrize("value", ["2020-03-01 25:00:00", "yesterday", "2020-02-30"])
def test_an_impossible_instant_is_rejected(value):
    assert one("customers", "known_at", value) == "bad_date"


def test_a_time_that_the_clocks_skip_is_rejected_and_one_they_repeat_is_the_first():
    athens = Conventions("Europe/Athens", "EUR", {})
    frame = pl.DataFrame({"x": ["2020-03-29 03:30:00", "2020-10-25 03:30:00"]})
    split = convert("customers", {"known_at": "x"}, frame, athens)
    assert split.rejects.select("line", "code").rows() == [(2, "bad_date")]
    assert split.good["known_at"][0].replace(tzinfo=None) == dt.datetime.fromisoformat("2020-10-25 00:30:00")


def test_without_a_time_of_knowledge_the_day_stands_for_it():
    split = convert("customers", {"valid_from": "x"}, pl.DataFrame({"x": ["2020-03-01", "2020-02-30"]}))
    assert split.good["known_at"].dt.strftime("%F %T").to_list() == ["2020-02-29 16:00:00"]
    assert split.rejects["column"].to_list() == ["valid_from"]


def test_words_are_translated_and_unknown_ones_rejected():
    how = {"sex": {"from": "x", "values": {"F": "female", "M": "male", "": "other"}}}
    split = convert("customers", how, pl.DataFrame({"x": ["F", "M", "", "D"]}))
    assert split.good["sex"].to_list() == ["female", "male", "other"]
    assert split.rejects.select("line", "code", "found", "needed").rows() == [(5, "bad_value", "D", "F | M")]
    default = {"sex": {"from": "x", "values": {"F": "female", "*": None}}}
    assert convert("customers", default, pl.DataFrame({"x": ["F", "Q", ""]})).good["sex"].to_list() == [
        "female",
        None,
        None,
    ]


def test_money_follows_the_currency_of_its_row():
    frame = pl.DataFrame(
        {"x": ["12", "1.234", "1.23", "1.234", "0.5"], "c": ["JPY", "KWD", "", "CNY", "JPY"]}
    )
    split = convert("customers", {"household_income": "x", "currency": "c"}, frame)
    assert split.good["household_income"].to_list() == [12, 1234, 123]
    assert split.rejects.select("line", "code").rows() == [(5, "bad_money"), (6, "bad_money")]


def test_minor_units_are_taken_as_they_are():
    how = {"household_income": {"from": "x", "money": "minor"}}
    assert convert("customers", how, pl.DataFrame({"x": ["1234", "1.5"]})).good[
        "household_income"
    ].to_list() == [1234]
    assert convert("customers", how, pl.DataFrame({"x": [1234, 2]})).good["household_income"].to_list() == [
        1234,
        2,
    ]
    assert convert("customers", how, pl.DataFrame({"x": [1234.0, 0.5]})).good[
        "household_income"
    ].to_list() == [1234]


def test_a_period_may_not_end_before_it_begins():
    frame = pl.DataFrame({"a": ["2020-01-02", "2020-01-02"], "b": ["2020-01-01", "2020-01-02"]})
    split = convert("accounts", {"opened_on": "a", "closed_on": "b"}, frame)
    assert split.rejects.select("line", "code", "column").rows() == [(2, "dates_contradict", "closed_on")]
    assert split.good.height == 1


def test_several_failures_of_a_row_are_several_rejects_and_one_row():
    frame = pl.DataFrame({"a": ["x"], "b": ["2020-13-01"], "extra": ["kept"]})
    split = convert("customers", {"sex": "a", "birth_date": "b"}, frame)
    assert split.rejects.select("code", "column").rows() == [("bad_date", "birth_date"), ("bad_value", "sex")]
    assert json.loads(split.rejects["row"][0]) == {"a": "x", "b": "2020-13-01", "extra": "kept"}
    assert rejected_rows(split.rejects).collect().rows() == [("customers", "bad_date", 1)]


def test_every_code_has_a_reason():
    codes = {
        "missing_value",
        "bad_number",
        "bad_money",
        "bad_date",
        "bad_value",
        "out_of_range",
        "dates_contradict",
    }
    assert codes <= set(REJECT_REASONS)


def test_an_empty_frame_gives_an_empty_table():
    split = convert("customers", {"birth_date": "x"}, pl.DataFrame({"x": []}, schema={"x": pl.String}))
    assert split.good.drop(SOURCE_FILE, LINE).schema == CONTRACTS["customers"].schema()


COLUMNS = {**FILLED["customers"], "birth_date": "dob"}


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        ([], "list"),
        ({"bank": BANK}, "tables None"),
        ({"bank": BANK, "tables": {}}, "tables {}"),
        ({"bank": BANK, "tables": {"clients": {}}}, "table 'clients'"),
        ({"bank": {**BANK, "zone": "x"}, "tables": {}}, "key 'zone'"),
        ({"bank": {**BANK, "timezone": "Mars/Olympus"}, "tables": {"customers": {}}}, "Mars/Olympus"),
        ({"bank": {**BANK, "currency": "yuan"}, "tables": {"customers": {}}}, "currency 'yuan'"),
        ({"bank": BANK, "tables": {"customers": {"file": "c.csv"}}}, "columns None"),
        ({"bank": BANK, "tables": {"customers": {"columns": COLUMNS}}}, "file None"),
        ({"bank": BANK, "tables": {"customers": {"file": "c.csv", "columns": {**COLUMNS, "age": "x"}}}}, "customers.age"),
        ({"bank": BANK, "tables": {"customers": {"file": "c", "columns": {**COLUMNS, "sex": 3}}}}, "customers.sex"),
        ({"bank": BANK, "tables": {"customers": {"file": "c", "columns": {**COLUMNS, "sex": {}}}}}, "from or value"),
        ({"bank": BANK, "tables": {"customers": {"file": "c", "columns": {**COLUMNS, "sex": {"from": "x", "format": "%Y"}}}}}, "format"),
        ({"bank": BANK, "tables": {"customers": {"file": "c", "columns": {**COLUMNS, "sex": {"from": "x", "values": {}}}}}}, "values"),
        ({"bank": BANK, "tables": {"customers": {"file": "c", "columns": {**COLUMNS, "household_income": {"from": "x", "money": "cents"}}}}}, "cents"),
        ({"bank": BANK, "tables": {"customers": {"file": "c", "separator": "||", "columns": COLUMNS}}}, "separator"),
        ({"bank": BANK, "tables": {"customers": {"file": "c", "encoding": "utf-9", "columns": COLUMNS}}}, "utf-9"),
    ],
)  # fmt: skip
def test_a_broken_mapping_is_a_clear_error(raw, message):
    with pytest.raises(MappingError) as caught:
        parse_mapping(raw, "mapping.yaml")
    assert message in str(caught.value)
    assert "mapping.yaml" in str(caught.value)


def test_a_required_column_must_be_mapped():
    with pytest.raises(ContractError, match="valid_from"):
        parse_mapping(
            {"bank": BANK, "tables": {"customers": {"file": "c", "columns": {"customer_id": "no"}}}}, "m.yaml"
        )
