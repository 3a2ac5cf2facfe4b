"""What becomes of a column when its customer is erased: the rules of both stores, the forms, the copies."""

import datetime as dt
import itertools

import pytest

from zhike.adapters.rule_files import load_rulebook
from zhike.core.contracts import CONTRACTS
from zhike.core.errors import RuleError, RuleNotFoundError, UsageError
from zhike.core.ledger import LEDGER as TABLES
from zhike.core.rulebook import Rulebook, parse_entry
from zhike.govern.erasure import BANK, FRESH, LEDGER, ErasureRules, Renaming, kept_copies, left_rows

RULEBOOK = load_rulebook()
DAY, END, LONG_AGO = dt.date(2026, 7, 1), dt.date(2026, 6, 30), dt.date(2010, 1, 1)


def rules(paths=LEDGER, day=DAY):
    return ErasureRules.of(RULEBOOK, day, paths)


def columns_of(table, paths):
    """Return the columns that a table has in the ledger, or in the bank folder."""
    described = TABLES[table] if paths == LEDGER else CONTRACTS[table]
    return [column.name for column in described.columns]


def renaming():
    numbers = itertools.count()
    return Renaming(lambda size: next(numbers).to_bytes(size, "big"))


def test_a_duty_keeps_a_copy_and_the_statistics_go_on():
    fates = rules().fates("decisions", ["decided_at", "record"], END, "erase")
    assert [fate.kept_by.rule for fate in fates.values()] == ["cn.nfra.suitability.record_years"] * 2
    assert [(fate.form, fate.stays) for fate in fates.values()] == [("day", True), ("nothing", False)]
    later = rules().fates("decisions", ["decided_at", "record"], LONG_AGO, "erase")
    assert [fate.kept_by for fate in later.values()] == [None, None]
    assert [fate.form for fate in later.values()] == ["day", "nothing"]


def test_an_anonymisation_leaves_what_has_a_form():
    columns = ["status", "evidence", "customer_id"]
    assert [fate.form for fate in rules().fates("consents", columns, END, "erase").values()] == [
        "nothing"
    ] * 3
    assert [fate.form for fate in rules().fates("consents", columns, END, "anonymise").values()] == [
        "same",
        "nothing",
        "nobody",
    ]


def test_what_is_retained_without_a_duty_stays_in_its_place():
    fates = rules().fates("customers", ["customer_id", "branch"], END, "erase")
    assert (fates["customer_id"].form, fates["customer_id"].kept_by) == ("same", None)
    assert not fates["branch"].stays


@pytest.mark.parametrize("paths", [LEDGER, BANK])
def test_nothing_that_leads_to_a_person_stays_as_it_is(paths):
    """Of every column that names somebody or something of theirs, and of every text in words, another form is left, or none."""
    found = rules(paths)
    for kind in ("erase", "anonymise"):
        for table in found.retention.table.inputs["table"]:
            if table in ("customers", "person_keys", "proposals") and paths == LEDGER:
                continue
            columns = [name for name in columns_of(table, paths) if name.endswith("_id") or name in (
                "words", "text", "reason", "evidence", "content", "answer", "label", "actor", "birth_date", "salt", "live", "before")]  # fmt: skip
            for column, fate in found.fates(table, columns, LONG_AGO, kind).items():
                allowed = column in ("action_id", "product_id", "staff_id")
                assert fate.form != "same" or allowed, (table, column)


def test_both_tables_speak_of_the_same_columns():
    for paths in (LEDGER, BANK):
        found = rules(paths)
        assert found.forms.inputs == found.retention.table.inputs
    about = {
        name
        for name, table in CONTRACTS.items()
        if any(column.personal in ("C2", "C3") for column in table.columns)
    }
    assert set(rules(BANK).forms.inputs["table"]) == about


def test_unknown_columns_and_kinds_are_refused():
    for table, column, kind in (
        ("notes", "nothing", "erase"),
        ("nothing", "text", "erase"),
        ("notes", "text", "burn"),
    ):
        with pytest.raises(UsageError):
            rules().fates(table, [column], END, kind)
    with pytest.raises(RuleNotFoundError):
        rules(day=dt.date(2026, 1, 31))


def test_a_form_that_there_is_not_is_refused():
    version = RULEBOOK.at(LEDGER[1], DAY)
    rows = [{"when": {}, "then": {"form": "week"}}]
    raw = dict(version.head) | {"values": {version.first_day: rows}, "last_checked": DAY, "status": "provisional",
                                "reference": {version.first_day: {"title": "x"}}}  # fmt: skip
    book = Rulebook({**RULEBOOK.entries, LEDGER[1]: parse_entry(LEDGER[1], raw)})
    with pytest.raises(RuleError, match="week"):
        ErasureRules.of(book, DAY, LEDGER)


AT = 1_782_912_345_678_901


@pytest.mark.parametrize(
    ("value", "form", "left"),
    [
        (AT, "day", AT - AT % 86_400_000_000), (AT, "month", 1_782_864_000_000_000), (AT, "year", 1_767_225_600_000_000),
        (dt.date(2026, 7, 19), "month", dt.date(2026, 7, 1)), (dt.date(2026, 7, 19), "year", dt.date(2026, 1, 1)),
        (dt.date(2026, 7, 19), "day", dt.date(2026, 7, 19)), ("2026-07-19", "month", "2026-07-01"),
        (dt.datetime(2026, 7, 19, 5, 6, 7, 8, tzinfo=dt.UTC), "day", dt.datetime(2026, 7, 19, tzinfo=dt.UTC)),
        ("x", "same", "x"), ("x", "nothing", None), (None, "nobody", None), (None, "month", None),
    ],
)  # fmt: skip
def test_what_a_form_leaves(value, form, left):
    found = renaming().left_of(value, form)
    assert found == left
    assert type(found) is type(left)


def test_identifiers_are_renamed_alike_and_nobody_is_always_somebody_else():
    one = renaming()
    first, other = one.renamed("o-1"), one.renamed("o-2")
    assert first == one.renamed("o-1") != other
    assert one.nobody() != one.nobody()
    assert "o-1" not in first


ROW = {"decision_id": "d-1", "customer_id": "C1", "decided_at": AT, "origin": "online", "publication": 1, "prices": None,
       "degraded": "", "context": {"x": 1}, "record": {"y": 2}}  # fmt: skip


def test_rows_of_nobody():
    fates = rules().fates("decisions", list(ROW), END, "erase")
    left = left_rows([ROW, ROW], fates, dict.fromkeys(ROW), renaming())
    assert [row["record"] for row in left] == [None, None]
    assert left[0]["decision_id"] == left[1]["decision_id"]
    assert left[0]["customer_id"] != left[1]["customer_id"]
    assert (
        left_rows(
            [{"note_id": "n"}], rules().fates("notes", ["note_id"], END, "erase"), {"note_id": ""}, renaming()
        )
        == []
    )


def test_a_column_of_which_nothing_stays_is_blank_or_told_apart():
    fates = rules(BANK).fates("customers", ["customer_id", "sex", "region"], LONG_AGO, "erase")
    rows = [{"customer_id": "C1", "sex": "female", "region": "north"}] * 2
    left = left_rows(rows, fates, {"customer_id": FRESH, "sex": None, "region": None}, renaming())
    assert [(row["sex"], row["region"]) for row in left] == [(None, "north")] * 2
    assert len({row["customer_id"] for row in left} | {"C1"}) == 3


def test_a_copy_holds_the_columns_of_its_duty():
    columns = ["customer_id", "birth_date", "household_income"]
    row = {"customer_id": "C1", "birth_date": dt.date(1980, 5, 1), "household_income": 5}
    found = kept_copies([row], rules(BANK).fates("customers", columns, END, "erase"))
    assert {duty.rule: rows for duty, rows in found.items()} == {
        "privacy.business_record_years": [{"customer_id": "C1", "birth_date": "1980-05-01"}],
        "cn.nfra.suitability.record_years": [{"household_income": 5}],
    }
    assert kept_copies([row], rules(BANK).fates("customers", columns, LONG_AGO, "erase")) == {}
