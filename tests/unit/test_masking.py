"""What is left of a masked value: by form, by class, in a record and in a frame; malformed rules are refused."""

import datetime as dt
from decimal import Decimal

import polars as pl
import pytest
from access_tables import DAY, FIRST, text

from zhike.adapters.rule_files import load_rulebook
from zhike.core.contracts import CONTRACTS
from zhike.core.errors import RuleError
from zhike.core.rulebook import parse_entry
from zhike.govern.masking import MASKING, WITHHELD, MaskingRules, hidden_columns, mask, mask_frame

RULES = MaskingRules.of(load_rulebook().at(MASKING, DAY))
CLASSES = {
    "customer_id": "C2",
    "birth_date": "C2",
    "amount": "C2",
    "words": "C2",
    "channel": "C1",
    "name": "-",
}
ROW = {
    "customer_id": "C000417", "birth_date": dt.date(1980, 5, 1), "amount": 1_200_000, "words": "Too slow.", "channel": "app",
    "name": "Fund A",
}  # fmt: skip


def rules(**changes):
    value = {
        "forms": {
            "withheld": {"reveals": "-"}, "year": {"reveals": "C1"}, "band": {"reveals": "C1", "edges": [0, 100]},
            "tail": {"reveals": "C1", "characters": 2},
        },
        "never": ["C3"], "columns": {"amount": "band"}, **changes,
    }  # fmt: skip
    raw = {
        "kind": "parameter", "title": text("Masking"), "owner": "law", "last_checked": FIRST, "status": "provisional",
        "values": {FIRST: value}, "reference": {FIRST: {"title": "Decision"}},
    }  # fmt: skip
    return MaskingRules.of(parse_entry("access.masking", raw).at(DAY))


@pytest.mark.parametrize(
    ("highest", "shown"),
    [
        ("C2", ROW),
        ("C3", ROW),
        ("C1", {**ROW, "customer_id": "•••17", "birth_date": "1980", "amount": "[1000000, 5000000)", "words": WITHHELD}),
        ("-", {**dict.fromkeys(ROW, WITHHELD), "name": "Fund A"}),
        (None, dict.fromkeys(ROW, WITHHELD)),
    ],
)  # fmt: skip
def test_what_is_left_by_highest_class(highest, shown):
    assert mask(ROW, CLASSES, highest, RULES) == shown


def test_a_column_without_a_class_is_withheld():
    assert mask({"surprise": 7}, {}, "C3", RULES) == {"surprise": WITHHELD}


def test_nothing_is_left_of_authentication_data():
    assert mask({"customer_id": "C000417"}, {"customer_id": "C3"}, "C2", RULES) == {"customer_id": WITHHELD}


@pytest.mark.parametrize(
    ("column", "value", "shown"),
    [
        ("birth_date", dt.datetime(1980, 5, 1, 8, tzinfo=dt.UTC), "1980"),
        ("birth_date", None, None),
        ("birth_date", "1980-05-01", WITHHELD),
        ("amount", -5, "< 0"),
        ("amount", 0, "[0, 1000000)"),
        ("amount", 999_999.99, "[0, 1000000)"),
        ("amount", Decimal("1000000.00"), "[1000000, 5000000)"),
        ("amount", 500_000_000, ">= 500000000"),
        ("amount", float("nan"), WITHHELD),
        ("amount", float("inf"), ">= 500000000"),
        ("amount", True, WITHHELD),
        ("amount", "12", WITHHELD),
        ("amount", None, None),
        ("customer_id", "C0417", "•••17"),
        ("customer_id", "C417", WITHHELD),
        ("customer_id", "", WITHHELD),
        ("customer_id", 4170000, WITHHELD),
        ("words", None, WITHHELD),
    ],
)
def test_forms(column, value, shown):
    assert mask({column: value}, {column: "C2"}, "C1", RULES) == {column: shown}


def test_a_frame_is_masked_as_its_rows_are():
    frame = pl.DataFrame(
        {
            "customer_id": ["C000417", "C4", None],
            "birth_date": [dt.date(1980, 5, 1), None, dt.date(2001, 1, 1)],
            "known": [dt.datetime(1999, 12, 31, 23, tzinfo=dt.UTC), None, None],
            "amount": [-1, 5_000_000, None],
            "score": [1.5, float("nan"), None],
            "words": ["Slow.", None, ""],
            "nothing": [None, None, None],
            "channel": ["app", None, "sms"],
        }
    )
    classes = dict.fromkeys(frame.columns, "C2") | {"channel": "C1"}
    forms = RULES.columns | {"known": "year", "score": "band", "nothing": "tail", "channel": "tail"}
    every = MaskingRules(RULES.reveals, RULES.edges, RULES.characters, RULES.never, forms)
    for highest in ("C1", "-", None):
        masked = mask_frame(frame, classes, highest, every)
        assert masked.to_dicts() == [mask(row, classes, highest, every) for row in frame.to_dicts()]
        hidden = hidden_columns(frame.columns, classes, highest)
        assert {masked.schema[name] for name in hidden} <= {pl.String}
        lazy = mask_frame(frame.lazy(), classes, highest, every)
        assert lazy.collect().equals(masked, null_equal=True)
    assert mask_frame(frame, classes, "C2", every).equals(frame)


def test_hidden_columns():
    assert hidden_columns(CLASSES, CLASSES, "C1") == {"customer_id", "birth_date", "amount", "words"}
    assert hidden_columns(CLASSES, CLASSES, None) == set(CLASSES)


def test_every_day_and_amount_of_the_contracts_has_a_form():
    """A day or an amount that is personal keeps its year or band; a column that was added must say what it keeps."""
    wanted = {"date": "year", "instant": "year", "money": "band"}
    personal = [c for table in CONTRACTS.values() for c in table.columns if c.personal in ("C2", "C3")]
    missing = {c.name for c in personal if c.dtype in wanted and RULES.columns.get(c.name) != wanted[c.dtype]}
    assert missing == set()
    assert set(RULES.columns) <= {column.name for column in personal}


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"never": ["C9"]}, "known forms and classes"),
        ({"columns": {"amount": "blur"}}, "known forms and classes"),
        ({"forms": {"withheld": {"reveals": "-"}}}, "band, tail, withheld, year"),
        ({"extra": 1}, "columns, forms, never"),
    ],
)
def test_malformed_rules_are_refused(changes, named):
    with pytest.raises(RuleError) as caught:
        rules(**changes)
    assert named in str(caught.value)


@pytest.mark.parametrize(
    ("form", "content"),
    [
        ("band", {"reveals": "C1", "edges": [100, 0]}),
        ("band", {"reveals": "C1", "edges": []}),
        ("band", {"reveals": "C1"}),
        ("tail", {"reveals": "C1", "characters": 0}),
        ("withheld", {"reveals": "C1"}),
        ("year", {"reveals": "C7"}),
    ],
)
def test_malformed_forms_are_refused(form, content):
    forms = {
        "withheld": {"reveals": "-"}, "year": {"reveals": "C1"}, "band": {"reveals": "C1", "edges": [0, 100]},
        "tail": {"reveals": "C1", "characters": 2}, form: content,
    }  # fmt: skip
    with pytest.raises(RuleError):
        rules(forms=forms)
    assert rules().edges == (0, 100)


def test_who_a_customer_is_tied_to_is_masked_as_the_customer_is():
    classes = {column.name: column.personal for column in CONTRACTS["relationships"].columns}
    row = {"customer_id": "C000007", "object_id": "C000412"}
    shown = RULES.characters
    assert mask(row, classes, "C2", RULES) == row
    for name, masked in mask(row, classes, "C1", RULES).items():
        assert masked == WITHHELD + row[name][-shown:]
    assert set(mask(row, classes, "-", RULES).values()) == {WITHHELD}
