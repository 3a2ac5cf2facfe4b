"""Whatever an extract holds: money is exact, no row is lost, and cutting the file differently changes nothing."""

import csv
import io
from decimal import Decimal, InvalidOperation

import polars as pl
import pytest
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from zhike.adapters import delimited, records
from zhike.adapters.bank_load import loading
from zhike.adapters.delimited import DelimitedFile
from zhike.adapters.extract import read_extract
from zhike.observe.amounts import in_minor_units
from zhike.observe.checks import LINE, SOURCE_FILE
from zhike.observe.ingest import Conventions, convert_rows
from zhike.observe.mapping import as_they_are

CURRENCIES = {"EUR": 2, "JPY": 0, "KWD": 3, "CLF": 4}
MINOR_UNITS = {code: decimals for code, decimals in CURRENCIES.items() if decimals != 2}
amounts = st.one_of(
    st.decimals(allow_nan=False, allow_infinity=False, places=2, min_value=-(10**13), max_value=10**13).map(
        str
    ),
    st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**20), max_value=10**20).map(
        lambda d: f"{d:f}"
    ),
    st.from_regex(r"[+-]?[0-9]{0,20}\.?[0-9]{0,14}", fullmatch=True),
    st.sampled_from(["nan", "inf", "1e3", "1_000", "1,5", "--1", ".", "-", "0x1", "１"]),
)


def exact(text, currency):
    """Return the amount by Decimal arithmetic, None when it is not a whole number of the smallest unit."""
    if not text.isascii() or set(text) - set("0123456789.+-"):
        return None
    try:
        minor = Decimal(text).scaleb(CURRENCIES[currency])
    except InvalidOperation:
        return None
    return int(minor) if minor == minor.to_integral_value() and abs(minor) < 2**63 else None


@given(st.lists(st.tuples(amounts, st.sampled_from(list(CURRENCIES))), min_size=1, max_size=20))
def test_money_is_what_decimal_arithmetic_says(rows):
    frame = pl.DataFrame(rows, schema=["amount", "currency"], orient="row")
    found = frame.select(in_minor_units(frame, pl.col("amount"), pl.col("currency"), MINOR_UNITS))[
        "amount"
    ].to_list()
    for (text, currency), minor in zip(rows, found, strict=True):
        wanted = exact(text, currency)
        # More than 12 decimals that are not zeros are refused rather than rounded.
        assert minor == wanted or (minor is None and len(text.rpartition(".")[2].rstrip("0")) > 12)


@given(st.lists(st.integers(-(10**13) + 1, 10**13 - 1), min_size=1, max_size=50))
def test_sums_survive_the_door(minors):
    texts = [f"{Decimal(minor).scaleb(-2):f}" for minor in minors]
    frame = pl.DataFrame({"amount": texts})
    read = frame.select(in_minor_units(frame, pl.col("amount"), pl.lit("EUR"), MINOR_UNITS))["amount"]
    assert read.to_list() == minors


words = st.text(st.characters(codec="utf-8", exclude_characters="\0\ufeff"), max_size=6)


@st.composite
def tables(draw):
    columns = draw(st.integers(2, 4))
    rows = draw(st.lists(st.lists(words, min_size=columns, max_size=columns), max_size=12))
    return [[f"c{n}" for n in range(columns)], *rows]


def written(rows, separator=",", quoting=csv.QUOTE_MINIMAL, end="\n"):
    out = io.StringIO()
    csv.writer(out, delimiter=separator, quoting=quoting, lineterminator=end).writerows(rows)
    return out.getvalue().encode()


def read(path, content, columns, separator=","):
    path.write_bytes(content)
    chunks = list(DelimitedFile(path, "t.csv", "customers", separator).chunks(tuple(columns)))
    return pl.concat([chunk.rows for chunk in chunks]) if chunks else None, [
        c.rejects for c in chunks if c.rejects.height
    ]


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    return tmp_path_factory.mktemp("csv") / "t.csv"


@settings(max_examples=examples(75))
@given(table=tables(), separator=st.sampled_from(",;|\t"), quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
       end=st.sampled_from(["\n", "\r\n"]), final=st.booleans())  # fmt: skip
def test_what_a_csv_writer_writes_is_read_back(file, table, separator, quoting, end, final):
    if quoting == csv.QUOTE_MINIMAL:  # Python's writer leaves a bare carriage return unquoted
        table = [[word.replace("\r", "") for word in row] for row in table]
    content = written(table, separator, quoting, end)
    content = content if final else content.removesuffix(end.encode())
    rows, rejects = read(file, content, table[0], separator)
    assert rejects == []
    assert ([] if rows is None else rows.select(table[0]).rows()) == [tuple(row) for row in table[1:]]


raw_lines = st.lists(st.text('ab",\n', max_size=12), max_size=12).map("\n".join)


@settings(max_examples=examples(150))
@given(raw_lines, st.integers(1, 40), st.integers(5, 60))
def test_records_cover_every_byte_however_the_file_is_cut(text, block, limit):
    content = text.encode()
    found = {}
    for size in (block, 1 << 20):
        parts = list(records.read_records(io.BytesIO(content), b",", limit=limit, block=size))
        flat = []
        for part in parts:
            if isinstance(part, records.Records):
                flat += [(line, part.record(n)) for n, line in enumerate(part.lines.tolist())]
            else:
                flat.append((part.line, part.code, part.size, part.sha256))
        sizes = [len(p.content) if isinstance(p, records.Records) else p.size for p in parts]
        assert sum(sizes) == len(content)
        found[size] = flat
    assert found[block] == found[1 << 20]


@settings(max_examples=examples(100))
@given(raw_lines, st.integers(8, 64))
def test_every_line_of_any_text_becomes_a_row_or_a_reject(file, text, block):
    content = b"c0,c1\n" + text.encode()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            delimited,
            "read_records",
            lambda part, separator: records.read_records(part, separator, block=block),
        )
        rows, rejects = read(file, content, ["c0", "c1"])
    lines = [] if rows is None else rows[LINE].to_list()
    lines += [line for part in rejects for line in part["line"].to_list()]
    starts = [line for line, raw in enumerate(content.split(b"\n"), start=1) if raw]
    assert set(lines) <= set(starts)
    assert len(lines) == len(set(lines))
    spanned = "".join((rows["c0"] + rows["c1"]).to_list() if rows is not None else [])
    spanned += "".join(row for part in rejects for row in part["row"].to_list())
    for letter in "ab":
        assert spanned.count(letter) >= text.count(letter), "letters of the source stand in a row or a reject"


cells = st.sampled_from(["", "c1", "c2", "2020-01-01", "2020-02-30", "person", "alien", "12", "x"])


@settings(max_examples=examples(30))
@given(st.lists(st.tuples(cells, cells, cells, cells), min_size=1, max_size=12), st.randoms())
def test_the_order_of_rows_and_chunks_changes_no_verdict(rows, random):
    header = ["customer_id", "customer_type", "valid_from", "household_income"]
    frame = pl.DataFrame(rows, schema=header, orient="row").with_columns(
        pl.lit("t.csv").alias(SOURCE_FILE), pl.int_range(2, len(rows) + 2).alias(LINE)
    )
    mapping, conventions = as_they_are("customers", "t.csv", header), Conventions("Asia/Shanghai", "CNY", {})
    order = list(range(len(rows)))
    random.shuffle(order)
    parts = [convert_rows(frame[[place]], mapping, conventions) for place in order]
    whole = convert_rows(frame, mapping, conventions)
    assert pl.concat([part.good for part in parts]).sort(LINE).equals(whole.good)
    rejects = pl.concat([part.rejects for part in parts])
    assert rejects.sort("line", maintain_order=True).equals(whole.rejects)
    assert whole.good.height + whole.rejects["line"].n_unique() == len(rows)


@settings(max_examples=examples(12))
@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(["x", "y", ""])), min_size=1, max_size=15))
def test_rows_are_kept_repeated_or_rejected_and_none_is_lost(tmp_path_factory, rows):
    folder = tmp_path_factory.mktemp("load")
    table = [["customer_id", "region", "valid_from"], *([who, where, "2020-01-01"] for who, where in rows)]
    (folder / "customers.csv").write_bytes(written(table))
    with loading(folder / "bank") as work:
        report = work.commit(read_extract("csv", folder, None, work.staging, {}))
    first = dict(reversed(rows))
    kept = pl.read_parquet(folder / "bank" / "tables" / "*.parquet")
    assert dict(kept.select("customer_id", pl.col("region").fill_null("")).rows()) == first
    assert report.added["customers"] + report.identical["customers"] + report.rejected_rows == len(rows)
