"""Decision tables: the first row that fits decides; what is malformed is refused with its row."""

import datetime as dt
import math

import polars as pl
import pytest

from zhike.core.decision_tables import DecisionTable
from zhike.core.errors import RuleError
from zhike.core.rulebook import parse_entry

DAY = dt.date(2026, 2, 1)
TITLE = {"en": "Band", "zh-Hans": "档", "zh-Hant": "檔"}


def table(rows, inputs=None, outputs=("band",), hit="first"):
    raw = {
        "kind": "table", "title": TITLE, "owner": "law", "last_checked": DAY, "status": "confirmed", "hit": hit,
        "inputs": inputs or {"age": {"minimum": 0, "maximum": 120}}, "outputs": list(outputs),
        "values": {DAY: rows}, "reference": {DAY: {"title": "Art. 1"}},
    }  # fmt: skip
    return DecisionTable.of(parse_entry("some.table", raw).at(DAY))


def row(band, **when):
    return {"when": when, "then": {"band": band}}


@pytest.mark.parametrize(
    ("cell", "inside", "outside"),
    [
        ("< 65", 64.99, 65),
        ("<= 65", 65, 65.01),
        ("> 65", 65.01, 65),
        (">= 65", 65, 64.99),
        ("[30, 65)", 30, 65),
        ("(30, 65]", 65, 30),
        ("[-1.5, 2]", -1.5, 2.1),
        (65, 65, 64),
        ([18, "> 65"], 18, 65),
        (["unknown", "< 18"], None, 18),
        ("unknown", None, 0),
    ],
)
def test_cells(cell, inside, outside):
    decided = table([row("yes", age=cell), row("no")])
    ages = pl.DataFrame({"age": [inside, outside]}, schema={"age": pl.Float64})
    assert [decided.decide({"age": age})["band"] for age in (inside, outside)] == ["yes", "no"]
    assert ages.select(decided.expressions()["band"])["band"].to_list() == ["yes", "no"]


def test_not_a_number_is_unknown():
    decided = table([row("missing", age="unknown"), row("old", age=">= 65"), row("young")])
    assert decided.decide({"age": math.nan}) == {"band": "missing"}
    frame = pl.DataFrame({"age": [math.nan, None, 70.0, 3.0]})
    assert frame.select(decided.expressions()["band"])["band"].to_list() == [
        "missing",
        "missing",
        "old",
        "young",
    ]


def test_columns_of_whole_numbers_and_texts():
    inputs = {"age": {"minimum": 0, "maximum": 120}, "sex": ["f", "m"], "adult": [True, False]}
    rows = [row("a", sex="f", age=">= 65"), row("b", sex=["m", "unknown"], adult=True), row("c")]
    frame = pl.DataFrame(
        {"age": [70, 70, None, 3], "sex": ["f", None, "m", "x"], "adult": [True, True, None, False]},
        schema={"age": pl.Int16, "sex": pl.String, "adult": pl.Boolean},
    )
    assert frame.select(table(rows, inputs).expressions()["band"])["band"].to_list() == ["a", "b", "c", "c"]


def test_no_row_no_answer():
    decided = table([row("old", age=">= 65")])
    assert decided.decide({"age": 30}) == {"band": None}
    assert decided.deciding_row({"age": 30}) is None
    assert decided.deciding_row({"age": 70}) == 0


@pytest.mark.parametrize(
    ("rows", "kinds"),
    [
        ([row("a", age="< 65"), row("b", age=">= 65"), row("c", age="unknown")], []),
        ([row("a", age="< 65"), row("b", age="> 65"), row("c", age="unknown")], ["gap"]),
        ([row("a", age="< 65"), row("b", age=">= 65")], ["gap"]),
        ([row("a", age=">= 0"), row("b", age="> 18"), row("c")], ["unreachable"]),
        ([row("a", age="> 130"), row("b", age="< 65"), row("c")], ["unreachable"]),
        ([row("a", age="[65, 30]"), row("b", age="< 65"), row("c")], ["unreachable"]),
        ([row("a"), row("b", age="< 65")], ["unreachable", "never_decides"]),
        ([row("a")], ["never_decides"]),
    ],
)
def test_lint(rows, kinds):
    assert [finding.kind for finding in table(rows).lint()] == kinds


def test_rows_that_overlap_where_they_must_not():
    rows = [row("a", age="<= 65"), row("b", age=">= 65"), row("c", age="unknown")]
    assert [f.kind for f in table(rows).lint()] == []
    found = table(rows, hit="unique").lint()
    assert [f.kind for f in found] == ["overlap"]
    assert found[0].sentence.en == "rows 1, 2 both take age = 65.0"
    assert found[0].sentence.zh_hant.startswith("第 1, 2 列")


def test_an_input_that_never_decides_is_named():
    inputs = {"age": {"minimum": 0, "maximum": 120}, "sex": ["f", "m"]}
    found = table([row("a", age="< 65", sex=["f", "m", "unknown"]), row("b")], inputs).lint()
    assert [(f.kind, f.where) for f in found] == [("never_decides", "sex")]


def test_a_table_too_large_to_prove_says_so():
    inputs = {f"input_{n}": [str(value) for value in range(9)] for n in range(7)}
    assert [f.kind for f in table([row("a")], inputs).lint()] == ["too_large"]


@pytest.mark.parametrize(
    ("rows", "inputs", "named"),
    [
        ([], None, "a list of rows"),
        ({"a": 1}, None, "a list of rows"),
        (["text"], None, "row 1"),
        ([{"when": None, "then": {"band": 1}}], None, "row 1"),
        ([{"when": {}, "then": {"bend": 1}}], None, "then with band"),
        ([{"when": {}, "than": {"band": 1}}], None, "row 1"),
        ([row("a"), row("b", height=3)], None, "row 2"),
        ([row("a", age="about 65")], None, "a number, bound or range"),
        ([row("a", sex="x")], {"sex": ["f", "m"]}, "one of"),
        ([row("a")], {"sex": []}, "minimum and maximum"),
        ([row("a")], {"age": {"minimum": 0}}, "minimum and maximum"),
        ([row("a")], ["age"], "minimum and maximum"),
    ],
)
def test_malformed_tables_are_refused(rows, inputs, named):
    with pytest.raises(RuleError) as caught:
        table(rows, inputs)
    assert named in str(caught.value)


def test_an_unknown_hit_policy_is_refused():
    with pytest.raises(RuleError, match="first or unique"):
        table([row("a")], hit="any")


BANDS = [
    row("top", age="> 95"), row("upper", age="(80, 95]"), row("low", age="<= 80", sex="f"), row("none", age="<= 80"), row("unknown"),
]  # fmt: skip
INPUTS = {"age": {"minimum": 0, "maximum": 120}, "sex": ["f", "m"]}


@pytest.mark.parametrize(
    ("age", "expected"),
    [
        (97, [(95, False, "upper")]),
        (95, [(80, False, "low"), (95, True, "top")]),
        (95.5, [(95, False, "upper")]),
        (80, [(80, True, "upper")]),
        (0, [(80, True, "upper")]),
        (None, []),
        (math.nan, []),
    ],
)
def test_the_nearest_bounds_are_told_beyond_which_the_outcome_is_another(age, expected):
    found = table(BANDS, INPUTS).moves({"age": age, "sex": "f"})
    assert [(one.bound, one.upward, BANDS[one.row]["then"]["band"]) for one in found] == expected
    assert {one.input for one in found} <= {"age"}
