"""Erasure in a bank folder: no byte of the person is left, nobody else's row changes, and a kill at any moment loses nothing."""

import datetime as dt
import hashlib
import os

import decide_bank
import polars as pl
import pyarrow.parquet as pq
import pytest
import small_bank
from served_bank import content
from two_persons import ENDED, erased, rules

from zhike.adapters import bank_load
from zhike.adapters.bank import Bank
from zhike.adapters.bank_erasure import erase_in_bank, erased_customers
from zhike.adapters.bank_load import Load, write_bank
from zhike.core.contracts import CONTRACTS
from zhike.core.errors import BankNotFoundError
from zhike.core.service_errors import StateConflictError
from zhike.decide.preparation import prepare
from zhike.govern.audit_digest import public_key_of
from zhike.govern.certificate import certificate_holds
from zhike.govern.erasure import BANK
from zhike.know.archive import archive, archive_rules
from zhike.observe.rejection import REJECTS

LONG_AGO = dt.date(2010, 1, 1)
MINE = (
    "C02",
    "acc-4711",
    "K-0815",
    "S-2222",
    "waited an hour, the manager laughed",
    "Bakery Unmistakable",
    "shared-11",
)
"""Texts that lead to C02; the last is an account that C03 owns as well."""


def rich():
    """Return the rows of the small bank with every table filled for C02, and some of C03's beside."""
    rows = content()
    tie = {
        "relationship_id": "t1",
        "customer_id": "C02",
        "object_type": "account",
        "object_id": "acc-4711",
        "role": "owner",
    }
    rows["relationships"] += [
        tie, {**tie, "relationship_id": "t2", "object_id": "shared-11", "role": "joint_owner"},
        {**tie, "relationship_id": "t3", "object_id": "shared-11", "customer_id": "C03"},
        {**tie, "relationship_id": "t4", "object_id": "acc-9", "customer_id": "C03"},
        {**tie, "relationship_id": "t5", "object_id": "acc-9", "role": "authorised_user"},
        {**tie, "relationship_id": "t6", "object_type": "customer", "object_id": "C02", "customer_id": "C03", "role": "guardian"},
    ]  # fmt: skip
    rows["accounts"] = [
        {"account_id": name, "currency": "EUR"} for name in ("acc-4711", "shared-11", "acc-9")
    ]
    booking = {
        "booked_on": "2026-05-01",
        "amount": 999,
        "currency": "EUR",
        "counterparty": "Bakery Unmistakable",
    }
    rows["transactions"] = [
        {**booking, "transaction_id": "b1", "account_id": "acc-4711"},
        {**booking, "transaction_id": "b2", "account_id": "shared-11", "counterparty": "Grocer"},
        {**booking, "transaction_id": "b3", "account_id": "acc-9", "counterparty": "Grocer"},
    ]
    rows["interactions"] += [decide_bank.contact("C02", "2026-05-02")]
    rows["decisions"] = [{"decision_id": f"D-{name}", "customer_id": name, "decided_on": "2026-05-03", "action_id": "invest:B1:app",
                          "action_probability": 0.5} for name in ("C02", "C03")]  # fmt: skip
    rows["responses"] += [{"response_id": f"R-{name}", "decision_id": f"D-{name}", "customer_id": name, "action_id": "invest:B1:app",
                           "responded_on": "2026-05-04", "outcome": "accepted"} for name in ("C02", "C03")]  # fmt: skip
    rows["surveys"] = [
        {"survey_id": "S-2222", "customer_id": "C02", "instrument": "nps", "sent_on": "2026-05-05"}
    ]
    rows["answers"] = [{"survey_id": "S-2222", "customer_id": "C02", "question": "q1", "answered_on": "2026-05-06", "score": 3.0,
                        "words": "waited an hour, the manager laughed"}]  # fmt: skip
    rows["complaints"] += [{"complaint_id": "K-0815", "customer_id": "C02", "received_on": "2026-05-07", "status": "closed",
                            "reason": "waited an hour, the manager laughed", "valid_from": "2026-05-07"}]  # fmt: skip
    rows["case_events"] = [
        {"case_event_id": "E-1", "complaint_id": "K-0815", "happened_on": "2026-05-08", "event": "answered"}
    ]
    rows["preferences"] = [{"customer_id": "C02", "topic": "language", "value": "zh-Hans"}]
    return rows


def rejects():
    row = {
        "table": "holdings",
        "source_file": "h.csv",
        "code": "missing",
        "column": "product_id",
        "found": "",
        "needed": "x",
    }
    texts = [
        '{"no": "h1", "who": "C02"}',
        '{"no": "h2", "who": "C03"}',
        "broken C02 {",
        '{"account": "acc-4711"}',
        None,
    ]
    return pl.DataFrame(
        [{**row, "line": n, "row": text} for n, text in enumerate(texts)],
        schema=REJECTS.schema(),
        orient="row",
    )


@pytest.fixture
def folder(tmp_path):
    """A bank folder of two loads, so that tables have several files."""
    frames = {name: frame.collect() for name, frame in small_bank.bank(**rich()).items()}
    filled = {name: frame for name, frame in frames.items() if frame.height}
    load = Load("small", "csv", decide_bank.TIMEZONE, "EUR", "policies.wealth_eu", {n: f for n, f in filled.items() if n != "customers"},
                {"holdings": rejects()}, {"purchases": pl.DataFrame({"customer_id": ["C02", "C03"], "product_id": ["B1", "B1"]}),
                                          "offered": pl.DataFrame({"product_id": ["B1"]})})  # fmt: skip
    write_bank(tmp_path / "bank", load)
    customers = filled["customers"]
    for part in (
        customers.filter(pl.col("customer_id") < "C06"),
        customers.filter(pl.col("customer_id") >= "C06"),
    ):
        write_bank(
            tmp_path / "bank",
            Load("small", "csv", decide_bank.TIMEZONE, "EUR", "policies.wealth_eu", {"customers": part}),
        )
    return tmp_path / "bank"


def gone(bank, folder, *customers):
    return erase_in_bank(
        bank.acting, folder, customers or ["C02"], rules(bank, BANK), actor="operator", private_key=bank.store.keys.audit_seed
    )  # fmt: skip


def snapshot(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name != ".lock"
    }


def texts_in(folder):
    """Return every value, statistic and metadatum of every Parquet file, and the manifest, as one text."""
    parts = [(folder / "manifest.json").read_text("utf-8")]
    for path in folder.rglob("*.parquet"):
        file = pq.ParquetFile(path)
        parts.append(f"{file.metadata.metadata} {file.schema_arrow.metadata}")
        for group in range(file.metadata.num_row_groups):
            for place in range(file.metadata.row_group(group).num_columns):
                statistics = file.metadata.row_group(group).column(place).statistics
                parts.append(f"{statistics and (statistics.min, statistics.max)}")
        parts += [str(row) for row in file.read().to_pylist()]
    return "\n".join(parts)


def found(folder, names=MINE):
    text, raw = texts_in(folder), b"".join(snapshot(folder).values())
    return {name for name in names if name in text or name.encode() in raw}


def others(folder):
    """Return all rows that are about somebody else, by table."""
    bank, nobodys = Bank.open(folder), "^(nobody|anon)-"
    mine = {
        "relationships": pl.col("relationship_id") == "t6", "accounts": pl.col("account_id") == "acc-4711",
        "transactions": pl.col("account_id") == "acc-4711",
        "case_events": (pl.col("complaint_id") == "K-0815") | pl.col("complaint_id").str.contains(nobodys),
    }  # fmt: skip
    found = {name: bank.scan(name) for name in CONTRACTS}
    found = {name: frame.filter(~mine[name]) if name in mine else frame for name, frame in found.items()}
    theirs = (pl.col("customer_id") != "C02") & ~pl.col("customer_id").str.contains(nobodys)
    about = {
        name
        for name, table in CONTRACTS.items()
        if any(column.name == "customer_id" for column in table.columns)
    }
    return {
        name: (frame.filter(theirs) if name in about else frame).collect() for name, frame in found.items()
    }


def test_no_byte_of_the_person_is_left_once_no_duty_keeps_it(bank, folder):
    assert found(folder) == set(MINE)  # the search finds what is there
    before, files = others(folder), snapshot(folder)
    erased(bank, "C02", ended=LONG_AGO)
    certificate = gone(bank, folder)["C02"]
    assert found(folder) == {"shared-11"}  # that account is C03's as well
    after = others(folder)
    assert all(after[name].equals(before[name]) for name in CONTRACTS)
    named = {part.file for part in Bank.open(folder).manifest.files()}
    assert {name for name in snapshot(folder) if name.endswith(".parquet")} == named
    kept = [name for name in files if name in named]
    assert any(name.startswith("tables/products") for name in kept)  # files without a row of theirs stay
    assert sum(name.startswith("tables/customers") for name in kept) == 1
    assert Bank.open(folder).damaged() == []
    assert certificate["kept"] == []
    assert (certificate["shared_accounts"], certificate["place"]) == (1, "bank:small")
    assert certificate_holds(certificate, public_key_of(bank.store.keys.audit_seed))
    assert certificate["manifest_before"] == hashlib.sha256(files["manifest.json"]).hexdigest()
    assert certificate["manifest_after"] == Bank.open(folder).sha256
    assert Bank.open(folder).rejects()["row"].to_list() == ['{"no": "h2", "who": "C03"}', None]
    assert Bank.open(folder).outcome("purchases")["customer_id"].to_list() == ["C03"]


def test_statistics_are_left_to_nobody(bank, folder):
    erased(bank, "C02", ended=LONG_AGO)
    certificate = gone(bank, folder)["C02"]
    seen = Bank.open(folder)
    responses = seen.scan("responses").collect()
    assert responses["outcome"].value_counts().sort("outcome").rows() == [("accepted", 2), ("refused", 1)]
    both = responses.join(seen.scan("decisions").collect(), on="decision_id")
    assert both.height == 2  # a response still belongs to its decision
    answers = seen.scan("answers").collect()
    assert (answers["score"].to_list(), answers["words"].to_list()) == ([3.0], [None])
    nobody = seen.scan("customers").filter(pl.col("customer_id").str.starts_with("nobody-")).collect()
    assert nobody.select("birth_date", "region", "customer_type", "sex").rows() == [
        (dt.date(1980, 1, 1), "north", "person", None)
    ]
    assert (
        seen.scan("complaints")
        .filter(pl.col("status") == "closed", pl.col("received_on") == dt.date(2026, 5, 1))
        .collect()
        .height
        == 1
    )
    assert certificate["erased"]["answers"] == {"rows": 1, "left_of_nobody": 1, "columns": ["words"]}
    assert certificate["erased"]["transactions"]["left_of_nobody"] == 0
    for name in CONTRACTS:
        assert not seen.scan(name).collect().select(CONTRACTS[name].identity).is_duplicated().any(), name


def test_nobody_is_no_customer(bank, folder):
    """Rows of nobody make no ghost: no archive of any day has one, and decisions can be prepared as before."""
    erased(bank, "C02", ended=LONG_AGO)
    gone(bank, folder)
    seen = Bank.open(folder)
    for day in (decide_bank.AT, dt.date(2026, 12, 31)):
        rows = archive(
            seen.tables(),
            day,
            decide_bank.TIMEZONE,
            archive_rules(decide_bank.SHIPPED, day, "eu.mifid.suitability.max_assessment_age"),
        )
        assert sorted(rows.collect()["customer_id"]) == [f"C{n:02}" for n in range(1, 11) if n != 2]
    prepared = prepare(
        seen.tables(), decide_bank.AT, decide_bank.TIMEZONE, decide_bank.rulebook(), decide_bank.policy()
    )
    assert len(prepared.inputs) == 9


def test_what_a_duty_keeps_leaves_the_folder_for_the_ledger(bank, folder):
    before = {name: Bank.open(folder).scan(name).collect() for name in CONTRACTS}
    erased(bank, "C02", ended=ENDED)
    certificate = gone(bank, folder)["C02"]
    assert found(folder) == {"shared-11"}
    kept = {}
    for row in bank.rows("retained"):
        kept.setdefault(row["origin"], []).append((row["duty"], row["last_day"], row["content"]["rows"]))
    assert set(kept) == {f"bank:{name}" for name in (
        "customers", "relationships", "accounts", "holdings", "transactions", "interactions", "decisions", "responses", "assessments",
        "consents", "complaints", "case_events")}  # fmt: skip
    ((duty, last, rows),) = kept["bank:transactions"]
    assert (duty, last) == ("privacy.business_record_years", "2036-06-30")
    mine = before["transactions"].filter(pl.col("account_id") == "acc-4711")
    assert [row["counterparty"] for row in rows] == mine["counterparty"].to_list() == ["Bakery Unmistakable"]
    duties = {duty: rows for duty, _, rows in kept["bank:customers"]}
    assert set(duties["cn.nfra.suitability.record_years"][0]) == {"household_income"}
    assert duties["privacy.business_record_years"][0]["birth_date"] == "1980-01-01"
    assert {one["table"] for one in certificate["kept"]} == set(kept)
    assert "laughed" not in str(
        [rows for name, parts in kept.items() if name != "bank:complaints" for *_, rows in parts]
    )


def test_it_is_done_once_and_again_after_a_new_load(bank, folder):
    erased(bank, "C02", ended=ENDED)
    first = gone(bank, folder)
    state, kept = snapshot(folder), bank.rows("retained")
    bank.clock.later(days=1)
    assert gone(bank, folder) == first
    assert (snapshot(folder), bank.rows("retained")) == (state, kept)
    back = small_bank.bank(preferences=[{"customer_id": "C02", "topic": "language", "value": "en"}])[
        "preferences"
    ].collect()
    write_bank(
        folder, Load("small", "csv", decide_bank.TIMEZONE, "EUR", "policies.wealth_eu", {"preferences": back})
    )
    assert "C02" in found(folder)
    again = gone(bank, folder)
    assert found(folder) == {"shared-11"}
    assert again["C02"]["erasure"] != first["C02"]["erasure"]
    assert bank.rows("retained") == kept
    assert erased_customers(bank.acting) == ["C02"]


def test_only_whom_the_ledger_has_erased(bank, folder):
    state = snapshot(folder)
    with pytest.raises(StateConflictError, match="not erased"):
        gone(bank, folder)
    assert snapshot(folder) == state
    erased(bank, "C02")
    with pytest.raises(BankNotFoundError):
        gone(bank, folder.parent / "nowhere")
    assert not (folder.parent / "nowhere").exists()
    with pytest.raises(StateConflictError):
        gone(bank, folder, "C02", "C03")
    assert snapshot(folder) == state


def test_several_persons_go_in_one_rewriting(bank, folder):
    for customer in ("C02", "C03"):
        erased(bank, customer, ended=LONG_AGO)
    certificates = gone(bank, folder, "C02", "C03")
    assert found(folder, (*MINE, "C03", "acc-9")) == set()  # now nobody else owns the shared account
    assert certificates["C02"]["manifest_after"] == certificates["C03"]["manifest_after"]
    assert {name: one["erased"]["accounts"]["rows"] for name, one in certificates.items()} == {
        "C02": 2,
        "C03": 1,
    }
    assert certificates["C02"]["erased"]["relationships"]["rows"] == 5  # the tie between the two among them
    assert Bank.open(folder).scan("relationships").filter(pl.col("role") != "adviser").collect().height == 0


def test_an_anonymisation_leaves_what_has_a_form(bank, folder):
    erased(bank, "C02", "anonymise", ended=LONG_AGO)
    gone(bank, folder)
    assert found(folder) == {"shared-11"}
    seen = Bank.open(folder)
    nobodys = pl.col("customer_id").str.starts_with("nobody-")
    assert seen.scan("holdings").filter(nobodys).collect()["product_id"].sort().to_list() == ["B1", "C0"]
    assert seen.scan("assessments").filter(nobodys).collect()["level"].to_list() == [1]
    assert seen.scan("preferences").collect().height == 0
    assert seen.scan("transactions").filter(pl.col("transaction_id") == "b1").collect().height == 0


# -- killed half-way -------------------------------------------------------------------------------------------------------------


def replaces(folder, bank, monkeypatch):
    """Count the swaps that an erasure makes."""
    calls, real = [], os.replace
    monkeypatch.setattr(bank_load.os, "replace", lambda *paths: (calls.append(paths), real(*paths))[1])
    gone(bank, folder)
    monkeypatch.undo()
    return len(calls)


@pytest.mark.parametrize("where", ["first file", "last file", "manifest", "after the swap"])
def test_killed_at_any_moment_it_is_finished_by_the_next_call(bank, folder, tmp_path, monkeypatch, where):
    import shutil

    erased(bank, "C02", ended=ENDED)
    before = others(folder)
    copy = tmp_path / "copy"
    shutil.copytree(folder, copy)
    real, calls = os.replace, []
    files = sum(1 for name in _rewritten(copy))
    crash_at = {"first file": 1, "last file": files, "manifest": files + 1, "after the swap": None}[where]

    def crash(*paths):
        calls.append(paths)
        if len(calls) == crash_at:
            raise KeyboardInterrupt
        return real(*paths)

    monkeypatch.setattr(bank_load.os, "replace", crash)
    if crash_at is None:
        monkeypatch.setattr(bank_load.Loading, "sweep", _killed)
    with pytest.raises(KeyboardInterrupt):
        gone(bank, folder)
    monkeypatch.undo()
    half = Bank.open(folder)
    assert half.damaged() == []
    had = half.scan("customers").filter(pl.col("customer_id") == "C02").collect().height
    assert had == (0 if crash_at is None else 1)
    kept = len(bank.rows("retained"))
    certificate = gone(bank, folder)["C02"]
    assert found(folder) == {"shared-11"}
    assert len(bank.rows("retained")) == kept  # nothing twice, nothing lost
    assert certificate["erased"]["transactions"]["rows"] == 1
    assert certificate_holds(certificate, public_key_of(bank.store.keys.audit_seed))
    after = others(folder)
    assert all(after[name].equals(before[name]) for name in CONTRACTS)
    assert [row["state"] for row in bank.rows("erasures", {"place": "bank:small"})] == ["done"]


def _killed(*_):
    raise KeyboardInterrupt


def _rewritten(folder):
    """Yield the files that hold a row of C02: as many are written anew."""
    for path in folder.rglob("*.parquet"):
        text = str(pq.read_table(path).to_pylist())
        if any(name in text for name in ("C02", "acc-4711", "K-0815")):
            yield path
