"""A customer gets everything that is recorded about them, explained, and nothing of anybody else."""

import json

import decide_bank
import pytest
from two_persons import erased, full_life, merged

from zhike.act.personal_data import HandingOut, export_customer, give_access
from zhike.core.ledger import LEDGER
from zhike.core.service_errors import RecordNotFoundError
from zhike.govern.audit_events import AuditEvent

WORDS = "said at the counter"


def handed(bank, customer="C02", verb=give_access, language="en"):
    handing = HandingOut.of(decide_bank.SHIPPED, bank.service.today(), language)
    return verb(bank.acting, customer, "data_protection_officer", handing)


def test_every_row_of_every_table_is_there_and_explained(bank):
    full_life(bank, "C02", WORDS)
    full_life(bank, "C01", "another person's words")
    found = handed(bank)
    for table in LEDGER.values():
        if table.personal:
            rows = bank.rows(table.name, {"customer_id": "C02"})
            before = len(rows) - (
                1 if table.name == "audit_openings" else 0
            )  # the handing out is an event itself
            assert len(found["tables"].get(table.name, {"rows": []})["rows"]) == before, table.name
    for name, table in found["tables"].items():
        assert table["meaning"] == LEDGER[name].meaning
        assert set(table["columns"]) == {column.name for column in LEDGER[name].columns}
        for column, told in table["columns"].items():
            assert told["meaning"]
            assert told["class"] == LEDGER[name].column(column).personal
            assert all((column in row) == told["handed_out"] for row in table["rows"])
            assert bool(told["because"]) != told["handed_out"]
    text = json.dumps(found, ensure_ascii=False)
    assert text.count(WORDS) >= 10
    assert "another person" not in text.replace('"because": "another person"', "")
    assert '"C01"' not in text


def test_keys_salts_and_other_persons_are_not_handed_out(bank):
    full_life(bank, "C02", WORDS)
    tables = handed(bank)["tables"]
    assert set(tables["notes"]["rows"][0]) == {
        "note_id", "customer_id", "kind", "channel", "happened_at", "text", "words", "judgement", "suggestion", "recorded_at",
    }  # fmt: skip
    assert "wrapped" not in tables["person_keys"]["rows"][0]
    assert all("salt" not in row for row in tables["audit_openings"]["rows"])
    assert tables["tasks"]["rows"][0]["text"] == WORDS
    assert json.loads(tables["audit_openings"]["rows"][0]["content"])  # what the trail says of them, in words


def test_what_the_archive_knows_is_told_attribute_by_attribute(bank):
    found = handed(bank, language="zh-Hans")
    (archive,) = found["archive"]
    assert archive["publication"] == 1
    told = {one["name"]: one for one in archive["attributes"]}
    assert told["risk_level"]["value"] == 1
    assert told["products_held"]["value"] == ["B1", "C0"]
    assert "级" in told["risk_level"]["meaning"]
    assert told["risk_level"]["source"] == "assessments"
    assert found["derived"]["publications"][0]["policy"] == "tests.policy"
    assert {one["name"] for one in found["derived"]["features"]} == set(told)


def test_all_records_of_a_person_are_handed_out(bank):
    full_life(bank, "C02", WORDS)
    merged(bank, "C02", "C03")
    found = handed(bank)
    assert (found["customer"], found["records"]) == ("C03", ["C03", "C02"])
    assert {row["customer_id"] for row in found["tables"]["customers"]["rows"]} == {"C02", "C03"}
    assert len(found["archive"]) == 2


@pytest.mark.parametrize(
    ("verb", "event"), [(give_access, AuditEvent.ACCESS_GIVEN), (export_customer, AuditEvent.DATA_EXPORTED)]
)
def test_it_leaves_a_trace(bank, verb, event):
    handed(bank, verb=verb)
    (entry,) = bank.rows("audit_entries", {"stream": "privacy"})
    assert (entry["event"], entry["actor"]) == (event, "data_protection_officer")


def test_whoever_is_erased_has_nothing_to_be_handed(bank):
    erased(bank, "C02")
    with pytest.raises(RecordNotFoundError):
        handed(bank)
