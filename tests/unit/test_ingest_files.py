"""Extracts in files: broken input gives a clear error or rejects, nothing is lost, nothing is held in memory."""

import codecs
import datetime as dt
import hashlib
import io
import itertools
import json
import os
import subprocess
import sys

import polars as pl
import pytest

from zhike.adapters import delimited, records
from zhike.adapters.bank import Bank
from zhike.adapters.rule_files import load_rulebook
from zhike.adapters.sources import load_source
from zhike.core.errors import (
    ContractError,
    InputNotFoundError,
    InputUnreadableError,
    MappingError,
    UsageError,
)

MAPPING = """
bank: {name: Demo, timezone: Asia/Shanghai, currency: CNY}
tables:
  customers:
    file: people.csv
    columns:
      customer_id: no
      region: city
      valid_from: {from: since, format: "%Y-%m-%d"}
"""
HEADER = b"no,city,since\n"


@pytest.fixture(scope="module")
def rules():
    return load_rulebook(None)


@pytest.fixture
def source(tmp_path):
    folder = tmp_path / "source"
    folder.mkdir()
    (folder / "mapping.yaml").write_text(MAPPING)
    return folder


@pytest.fixture
def run(source, tmp_path, rules):
    """Load the bytes of people.csv and return the regions by customer, and the rejects."""

    def load(content, mapping=None, kind="csv"):
        if mapping is not None:
            (source / "mapping.yaml").write_text(mapping)
        if content is not None:
            (source / "people.csv").write_bytes(content)
        load_source(tmp_path / "bank", kind, source, rules)
        bank = Bank.open(tmp_path / "bank")
        customers = bank.scan("customers").select("customer_id", "region").collect()
        return dict(customers.rows()), bank.rejects()

    return load


def cells(rejects):
    return rejects.select("line", "code", "column").rows()


def test_a_plain_file(run):
    assert run(HEADER + b"1,Bern,2020-01-01\n2,,2020-01-02")[0] == {"1": "Bern", "2": None}


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (codecs.BOM_UTF8 + HEADER + b"1,Bern,2020-01-01\n", {"1": "Bern"}),
        (HEADER.replace(b"\n", b"\r\n") + b"1,Bern,2020-01-01\r\n2,Genf,2020-01-01", {"1": "Bern", "2": "Genf"}),
        (HEADER.replace(b"\n", b"\r") + b"1,Bern,2020-01-01\r2,Genf,2020-01-01\r", {"1": "Bern", "2": "Genf"}),
        (HEADER, {}),
        (HEADER.strip(), {}),
        (b'"no","city","since"\n"1","Bern, ""old"" town\nand more","2020-01-01"\n', {"1": 'Bern, "old" town\nand more'}),
        (HEADER + b'1,5" pipe,2020-01-01\n2,Genf,2020-01-01\n', {"1": '5" pipe', "2": "Genf"}),
        (HEADER + b'1,x"y"z,2020-01-01\n2,Genf,2020-01-01\n', {"1": 'x"y"z', "2": "Genf"}),
        (HEADER + b"\n\n1,Bern,2020-01-01\n\n2,Genf,2020-01-01\n\n", {"1": "Bern", "2": "Genf"}),
        (HEADER + "1,北京,2020-01-01\n".encode(), {"1": "北京"}),
    ],
)  # fmt: skip
def test_forms_of_a_sound_file(run, content, expected):
    rows, rejects = run(content)
    assert rows == expected
    assert rejects.is_empty()


@pytest.mark.parametrize(
    "encoding", ["gb18030", "gbk", "big5", "utf-16", "utf-16-le", "utf-8-sig", "shift-jis"]
)
def test_encodings(run, encoding):
    text = 'no,city,since\n1,"北京, 市\n区",2020-01-01\n2,中文,2020-01-01\n'.replace("区", "中")
    rows, rejects = run(
        text.encode(encoding), MAPPING.replace("people.csv", f"people.csv\n    encoding: {encoding}")
    )
    assert rows == {"1": "北京, 市\n中", "2": "中文"}
    assert rejects.is_empty()


def test_a_line_in_another_encoding_is_rejected_and_the_rest_loaded(run):
    rows, rejects = run(HEADER + b"1,Bern,2020-01-01\n2,Gen\xe8ve,2020-01-01\n3,Basel,2020-01-01\n")
    assert rows == {"1": "Bern", "3": "Basel"}
    assert cells(rejects) == [(3, "bad_encoding", None)]
    kept = json.loads(rejects["row"][0])
    assert bytes.fromhex(kept["hex"]) == b"2,Gen\xe8ve,2020-01-01"
    assert kept["byte_offset"] == len(HEADER) + len(b"1,Bern,2020-01-01\n")


@pytest.mark.parametrize("encoding", ["gb18030", "utf-16"])
def test_undecodable_lines_of_other_encodings(run, encoding):
    good = ["no,city,since\n", "1,Bern,2020-01-01\n", "3,Basel,2020-01-01\n"]
    parts = [line.encode(encoding) for line in good]
    if encoding == "utf-16":
        parts = [parts[0], *(part[2:] for part in parts[1:])]
    bad = b"2,\xff\xff,2020-01-01\n" if encoding == "gb18030" else b"\x00\xd8\n\x00"
    content = parts[0] + parts[1] + bad + parts[2]
    rows, rejects = run(content, MAPPING.replace("people.csv", f"people.csv\n    encoding: {encoding}"))
    assert rows == {"1": "Bern", "3": "Basel"}
    assert cells(rejects) == [(3, "bad_encoding", None)]


def test_zero_bytes_are_rejected_with_their_line(run):
    rows, rejects = run(HEADER + b"1,Be\0rn,2020-01-01\n2,Genf,2020-01-01\n")
    assert rows == {"2": "Genf"}
    assert cells(rejects) == [(2, "bad_encoding", None)]


def test_ragged_rows_are_rejected_with_their_line(run):
    rows, rejects = run(HEADER + b'1,Bern\n2,"a\nb",2020-01-01,x\n3,Genf,2020-01-01\n4,Chur,2020-01-01,\n')
    assert rows == {"3": "Genf"}
    assert cells(rejects) == [
        (2, "wrong_column_count", None),
        (3, "wrong_column_count", None),
        (6, "wrong_column_count", None),
    ]
    assert rejects.select("found", "needed").rows() == [("2", "3"), ("4", "3"), ("4", "3")]
    assert json.loads(rejects["row"][1]) == {"text": '2,"a\nb",2020-01-01,x'}


def test_an_unclosed_quote_costs_one_line(run):
    rows, rejects = run(
        HEADER + b'1,Bern,2020-01-01\n2,"Gen,2020-01-01\n3,Basel,2020-01-01\n4,Chur,2020-01-01\n'
    )
    assert rows == {"1": "Bern", "3": "Basel", "4": "Chur"}
    assert cells(rejects) == [(3, "wrong_column_count", None)]


def test_an_open_quote_behind_a_bare_one_costs_one_line(run):
    rows, rejects = run(
        HEADER + b'1,Bern,2020-01-01\n2"2,"Gen,2020-01-01\n3,Basel,2020-01-01\n4,Chur,2020-01-01\n'
    )
    assert rows == {"1": "Bern", "3": "Basel", "4": "Chur"}
    assert cells(rejects) == [(3, "wrong_column_count", None)]


def test_a_bare_carriage_return_does_not_shift_the_lines(run):
    rows, rejects = run(HEADER + b'1,Be\rrn,2020-01-01\n2,"a\nb",2020-01-01\n3,x,2020-13-01\n')
    assert rows == {"2": "a\nb"}
    assert cells(rejects) == [(2, "wrong_column_count", None), (5, "bad_date", "valid_from")]


def test_lines_beyond_the_limit_are_passed_over(run, monkeypatch):
    monkeypatch.setattr(records, "BLOCK", 64)
    monkeypatch.setattr(
        delimited,
        "read_records",
        lambda file, separator: records.read_records(file, separator, limit=100, block=64),
    )
    long = b"2," + b"x" * 5000 + b",2020-01-01\n"
    open_quote = b'3,"' + b"y" * 50 + b"\n"
    content = (
        HEADER
        + b"1,Bern,2020-01-01\n"
        + long
        + open_quote
        + b"4,Basel,2020-01-01\n" * 1
        + b"5,Chur,2020-01-01\n" * 1
        + b"6,Genf,2020-01-01\n" * 1
        + b"7,Visp,2020-01-01\n"
    )
    rows, rejects = run(content)
    assert rows == {"1": "Bern", "4": "Basel", "5": "Chur", "6": "Genf", "7": "Visp"}
    assert cells(rejects) == [(3, "line_too_long", None), (4, "line_too_long", None)]
    kept = json.loads(rejects["row"][0])
    assert (kept["bytes"], kept["sha256"]) == (len(long), hashlib.sha256(long).hexdigest())
    assert kept["byte_offset"] == len(HEADER) + len(b"1,Bern,2020-01-01\n")


MEASURED = """
import sys
from pathlib import Path
from zhike.adapters.rule_files import load_rulebook
from zhike.adapters.sources import load_source
report = load_source(Path(sys.argv[1]), "csv", Path(sys.argv[2]), load_rulebook(None))
peak = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
print(report.added["customers"], report.rejected_rows, int(peak.split()[1]) // 1024)
"""
# VmHWM, not `ru_maxrss`: the latter survives `exec`, so that it would count the memory of the tests' own process.


@pytest.mark.slow
def test_a_line_of_a_gigabyte_is_a_reject_in_bounded_memory(source, tmp_path):
    with (source / "people.csv").open("wb") as file:
        file.write(HEADER + b"1,Bern,2020-01-01\n2,")
        file.seek((1 << 30) - 1, os.SEEK_CUR)  # a hole reads as zero bytes and takes no disk
        file.write(b"x\n3,Genf,2020-01-01\n")
    command = [sys.executable, "-c", MEASURED, str(tmp_path / "bank"), str(source)]
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    assert output[:2] == ["2", "1"]
    assert int(output[2]) < 1024, "MB: less than the line itself"
    (reject,) = Bank.open(tmp_path / "bank").rejects().iter_rows(named=True)
    assert (reject["line"], reject["code"]) == (3, "line_too_long")
    assert json.loads(reject["row"])["bytes"] > 1 << 30


@pytest.mark.parametrize("block", [1, 2, 3, 7, 64, 10_000])
@pytest.mark.parametrize("limit", [30, 10_000])
def test_records_do_not_depend_on_the_blocks(block, limit):
    content = b'1,a\n2,"x\ny""z"\n\n3,"open\n4,b"b\n5,' + b"w" * 40 + b'\n6,"q\nr"\n7,' + b"v" * 9
    whole = list(records.read_records(io.BytesIO(content), b",", limit=limit, block=1 << 20))
    parts = list(records.read_records(io.BytesIO(content), b",", limit=limit, block=block))

    def flat(found):
        return [
            [(line, p.record(n)) for n, line in enumerate(p.lines.tolist())]
            if isinstance(p, records.Records)
            else [(p.line, p.code, p.size)]
            for p in found
        ]

    assert list(itertools.chain(*flat(parts))) == list(itertools.chain(*flat(whole)))
    covered = [(p.offset, len(p.content) if isinstance(p, records.Records) else p.size) for p in parts]
    assert sum(size for _, size in covered) == len(content)
    assert all(a + size == b for (a, size), (b, _) in itertools.pairwise(covered))


def test_duplicates_are_kept_once_or_rejected_by_line(run, tmp_path):
    content = HEADER + b"1,Bern,2020-01-01\n1,Bern,2020-01-01\n1,Genf,2020-01-01\n2,Chur,2020-01-01\n"
    rows, rejects = run(content)
    assert rows == {"1": "Bern", "2": "Chur"}
    assert cells(rejects) == [(4, "duplicate_key", "customer_id+valid_from+known_at")]
    notes = [note.en for note in Bank.open(tmp_path / "bank").manifest.notes]
    assert "customers: 1 rows say exactly what an earlier row says and are kept once." in notes


def test_loading_twice_changes_nothing(run, source, tmp_path, rules):
    content = HEADER + b"1,Bern,2020-01-01\n1,Bern,2020-01-01\n1,Genf,2020-01-01\n2,x\n3,y,2020-02-30\n"
    run(content)
    before = {path: path.read_bytes() for path in (tmp_path / "bank").rglob("*") if path.is_file()}
    report = load_source(tmp_path / "bank", "csv", source, rules)
    assert report.unchanged
    assert report.rejected_rows == 3
    assert {path: path.read_bytes() for path in (tmp_path / "bank").rglob("*") if path.is_file()} == before


def test_files_of_a_glob_are_read_in_order(source, tmp_path, rules):
    (source / "mapping.yaml").write_text(MAPPING.replace("people.csv", "in/*.csv"))
    (source / "in").mkdir()
    (source / "in" / "b.csv").write_bytes(HEADER + b"1,late,2020-01-01\n")
    (source / "in" / "a.csv").write_bytes(HEADER + b"1,early,2020-01-01\n")
    load_source(tmp_path / "bank", "csv", source, rules)
    bank = Bank.open(tmp_path / "bank")
    assert bank.scan("customers").collect()["region"].to_list() == ["early"]
    assert bank.rejects().select("source_file", "line").rows() == [("in/b.csv", 2)]


@pytest.mark.parametrize(
    ("content", "error", "message"),
    [
        (b"", InputUnreadableError, "no line at all"),
        (b"\n1,Bern\n", InputUnreadableError, "empty first line"),
        (b"no,city,no\n", InputUnreadableError, "column no twice"),
        (b"no;city;since\n1;Bern;2020-01-01\n", InputUnreadableError, "separator ';'"),
        (b"no\tcity\tsince\n", InputUnreadableError, r"separator '\t'"),
        (b"no,city\n", MappingError, "column since"),
        (b"no,c\xffty,since\n", InputUnreadableError, "header that is not utf-8"),
        (b"x" * (1 << 20), InputUnreadableError, "first line without an end"),
    ],
)
def test_an_unusable_file_is_a_clear_error_and_leaves_no_bank(run, tmp_path, content, error, message):
    with pytest.raises(error) as caught:
        run(content)
    assert message in str(caught.value)
    assert "people.csv" in str(caught.value)
    assert not (tmp_path / "bank").exists()


@pytest.mark.parametrize(
    ("mapping", "error", "message"),
    [
        ("bank: [", MappingError, "broken YAML in line 1"),
        (MAPPING + "bank: {}", MappingError, "key 'bank' twice"),
        (MAPPING.replace("people.csv", "gone.csv"), InputNotFoundError, "gone.csv"),
        (MAPPING.replace("people.csv", "../people.csv"), MappingError, "inside the source"),
        (MAPPING.replace("customers", "clients"), MappingError, "table 'clients'"),
        (MAPPING.replace("region", "town"), MappingError, "customers.town"),
        (MAPPING.replace("customer_id: no", "language: no"), ContractError, "customer_id"),
    ],
)
def test_an_unusable_mapping_is_a_clear_error(run, tmp_path, mapping, error, message):
    with pytest.raises(error) as caught:
        run(HEADER, mapping)
    assert message in str(caught.value)
    assert not (tmp_path / "bank").exists()


def test_words_of_a_mapping_are_not_yaml_values(run):
    mapping = MAPPING + "      sex: {from: city, values: {no: female, 0017: male, '': null, '*': ~}}\n"
    rows, rejects = run(HEADER + b"1,no,2020-01-01\n2,0017,2020-01-01\n3,15,2020-01-01\n", mapping)
    assert rejects.is_empty()
    assert rows == {"1": "no", "2": "0017", "3": "15"}


def test_unusable_calls_are_clear_errors(source, tmp_path, rules):
    with pytest.raises(UsageError, match="far-trans, berka, csv, parquet"):
        load_source(tmp_path / "bank", "excel", source, rules)
    with pytest.raises(UsageError, match="mapping"):
        load_source(tmp_path / "bank", "berka", source, rules, source / "mapping.yaml")
    with pytest.raises(InputNotFoundError):
        load_source(tmp_path / "bank", "csv", tmp_path / "nowhere", rules)
    with pytest.raises(InputNotFoundError):
        load_source(tmp_path / "bank", "csv", source, rules, tmp_path / "no.yaml")
    (source / "mapping.yaml").unlink()
    with pytest.raises(InputUnreadableError, match="nothing"):
        load_source(tmp_path / "bank", "csv", source, rules)


def test_without_a_mapping_files_are_named_after_their_tables(tmp_path, rules):
    source = tmp_path / "plain"
    source.mkdir()
    header = "customer_id,household_income,currency,valid_from,known_at,shoe_size\n"
    (source / "customers.csv").write_text(header + "1,123450,CNY,2020-01-01,2020-01-02T03:04:05Z,42\n")
    (source / "letters.csv").write_text("a,b\n")
    load_source(tmp_path / "bank", "csv", source, rules)
    bank = Bank.open(tmp_path / "bank")
    row = bank.scan("customers").collect().row(0, named=True)
    assert (row["household_income"], row["known_at"].hour) == (123450, 3)
    assert bank.manifest.name == "plain"
    notes = [note.en for note in bank.manifest.notes]
    assert any("shoe_size" in note for note in notes)
    assert any("No mapping file" in note for note in notes)
    (source / "customers.csv").write_text("customer_id\n1\n")
    with pytest.raises(ContractError, match="valid_from"):
        load_source(tmp_path / "other", "csv", source, rules)
    (source / "customers.csv").write_text(header.replace(",", ";"))
    with pytest.raises(InputUnreadableError, match="separator ';'"):
        load_source(tmp_path / "other", "csv", source, rules)


def test_parquet_with_a_mapping_and_typed_columns(source, tmp_path, rules):
    (source / "mapping.yaml").write_text(
        MAPPING.replace("people.csv", "people.parquet").replace(', format: "%Y-%m-%d"', "")
    )
    days = [dt.date(2020, 1, 1), dt.date(1700, 1, 1), None]
    frame = pl.DataFrame(
        {"no": [1, 2, 3], "city": pl.Series(["Bern", "Bern", None], dtype=pl.Categorical), "since": days}
    )
    frame.write_parquet(source / "people.parquet")
    report = load_source(tmp_path / "bank", "parquet", source, rules)
    bank = Bank.open(tmp_path / "bank")
    assert bank.scan("customers").select("customer_id", "region").collect().rows() == [("1", "Bern")]
    assert cells(bank.rejects()) == [(2, "bad_date", "valid_from"), (3, "missing_value", "valid_from")]
    assert report.rejected_rows == 2
    frame.with_columns(no=pl.lit([1])).write_parquet(source / "people.parquet")
    with pytest.raises(InputUnreadableError, match="column no"):
        load_source(tmp_path / "bank", "parquet", source, rules)
    (source / "people.parquet").write_bytes(b"no")
    with pytest.raises(InputUnreadableError, match="not Parquet"):
        load_source(tmp_path / "bank", "parquet", source, rules)


def test_a_policy_that_is_not_there_is_refused_before_anything_is_kept(run, tmp_path):
    odd = MAPPING.replace("currency:", "policy: policies.none, currency:", 1)
    assert odd != MAPPING
    with pytest.raises(MappingError, match=r"policies\.none.*policies\.retail_cn"):
        run(HEADER + b"1,Bern,2020-01-01\n", odd)
    assert not (tmp_path / "bank" / "manifest.json").exists()
