"""Laws of the condition language and of decision tables, on generated conditions, tables and values."""

import datetime as dt
import itertools
import math
import operator

import numpy as np
import polars as pl
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from zhike.core.decision_tables import DecisionTable
from zhike.core.expressions import parse_expression
from zhike.core.rulebook import parse_entry

QUICK = settings(max_examples=examples(75))

# ---- a second, slow evaluator: (source text, function from values to True, False or None)

NUMBERS = ("customer.age", "product.level", "pair.days")
TEXTS = ("customer.kind", "product.kind")
COMPARISONS = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
}
ARITHMETIC = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": lambda a, b: None if b == 0 else a / b,
}


def lifted(function):
    """Return the function that is unknown as soon as one of its arguments is."""
    return lambda *arguments: None if None in arguments else function(*arguments)


def name(label):
    return label, lambda values: values[label]


def constant(value):
    return repr(value), lambda _: value


def binary(symbol, function, left, right):
    apply = lifted(function)
    return f"({left[0]} {symbol} {right[0]})", lambda values: apply(left[1](values), right[1](values))


def picked(word, function, parts):
    apply = lifted(function)
    return f"{word}({', '.join(p[0] for p in parts)})", lambda values: apply(*(p[1](values) for p in parts))


def negative(part):
    return f"(-{part[0]})", lambda values: None if part[1](values) is None else -part[1](values)


numbers = st.recursive(
    st.one_of(st.sampled_from(NUMBERS).map(name), st.integers(0, 4).map(constant)),
    lambda inner: st.one_of(
        st.builds(
            lambda s, a, b: binary(s, ARITHMETIC[s], a, b), st.sampled_from(sorted(ARITHMETIC)), inner, inner
        ),
        st.builds(lambda parts: picked("min", min, parts), st.lists(inner, min_size=2, max_size=3)),
        st.builds(lambda parts: picked("max", max, parts), st.lists(inner, min_size=2, max_size=3)),
        inner.map(negative),
    ),
    max_leaves=4,
)
texts = st.one_of(st.sampled_from(TEXTS).map(name), st.sampled_from(["a", "b"]).map(constant))


def compared(symbol, left, right):
    source, function = binary(symbol, COMPARISONS[symbol], left, right)
    return source[1:-1], function


def member(left, options, *, negated):
    def truth(values):
        found = [
            left[1](values) == option[1](values) if None not in (left[1](values), option[1](values)) else None
            for option in options
        ]
        inside = True if True in found else None if None in found else False
        return inside if not negated or inside is None else not inside

    word = "not in" if negated else "in"
    return f"{left[0]} {word} [{', '.join(option[0] for option in options)}]", truth


def known(part):
    return f"known({part[0]})", lambda values: part[1](values) is not None


def both(left, right):
    def truth(values):
        sides = (left[1](values), right[1](values))
        return False if False in sides else None if None in sides else True

    return f"({left[0]} and {right[0]})", truth


def either(left, right):
    def truth(values):
        sides = (left[1](values), right[1](values))
        return True if True in sides else None if None in sides else False

    return f"({left[0]} or {right[0]})", truth


def negation(part):
    return f"(not ({part[0]}))", lambda values: None if part[1](values) is None else not part[1](values)


symbols = st.sampled_from(sorted(COMPARISONS))
comparisons = st.one_of(
    st.builds(compared, symbols, numbers, numbers),
    st.builds(compared, st.sampled_from(["==", "!="]), texts, texts),
    st.builds(member, texts, st.lists(texts, min_size=1, max_size=3), negated=st.booleans()),
    st.builds(member, numbers, st.lists(numbers, min_size=1, max_size=3), negated=st.booleans()),
)


def grown(atoms):
    return st.recursive(
        atoms,
        lambda inner: st.one_of(
            st.builds(both, inner, inner), st.builds(either, inner, inner), inner.map(negation)
        ),
        max_leaves=5,
    )


plain_conditions = grown(comparisons)
conditions = grown(st.one_of(comparisons, st.one_of(numbers, texts).map(known)))
number_values = st.one_of(st.none(), st.integers(-1, 4).map(float))
text_values = st.one_of(st.none(), st.sampled_from(["a", "b"]))


def value_of(label):
    return number_values if label in NUMBERS else text_values


def outcome(truth):
    return True if truth.true.item() else False if truth.false.item() else None


cases = st.fixed_dictionaries({label: value_of(label) for label in (*NUMBERS, *TEXTS)})


@QUICK
@given(conditions, cases)
def test_a_condition_means_what_the_slow_evaluator_says(condition, values):
    source, expected = condition
    assert outcome(parse_expression(source).truth(values)) is expected(values)


@QUICK
@given(conditions, conditions, cases)
def test_kleene_laws(left, right, values):
    a, b = parse_expression(left[0]).truth(values), parse_expression(right[0]).truth(values)
    assert outcome(~(a & b)) is outcome(~a | ~b)
    assert outcome(~(a | b)) is outcome(~a & ~b)
    assert outcome(~~a) is outcome(a)
    assert outcome(a & b) is outcome(b & a)
    assert outcome(a | (a & b)) is outcome(a)
    assert not (a.true & a.false).any()


@QUICK
@given(plain_conditions, cases, cases)
def test_learning_a_value_never_turns_a_known_truth(condition, values, learnt):
    """A rule that was sure without a value stays sure with it: this is what makes default deny safe."""
    before = outcome(parse_expression(condition[0]).truth(values))
    filled = {label: learnt[label] if value is None else value for label, value in values.items()}
    after = outcome(parse_expression(condition[0]).truth(filled))
    divided = "/" in condition[0]  # by a zero that was learnt: unknown, but never the opposite
    assert before is None or after is before or (divided and after is None)


@QUICK
@given(conditions, st.data())
def test_broadcasting_equals_one_by_one(condition, data):
    """A block of customers x actions holds, at each place, what the scalars of that place give."""
    rows, columns = data.draw(st.integers(1, 3)), data.draw(st.integers(1, 3))
    shape = {"customer": (rows, 1), "product": (1, columns), "pair": (rows, columns)}
    block, scalars = {}, {}
    for label in (*NUMBERS, *TEXTS):
        height, width = shape[label.partition(".")[0]]
        grid = [[data.draw(value_of(label)) for _ in range(width)] for _ in range(height)]
        block[label] = (
            np.array([[math.nan if v is None else v for v in line] for line in grid])
            if label in NUMBERS
            else np.array([*grid, [None] * width], dtype=object)[:-1]
        )
        scalars[label] = grid
    truth = parse_expression(condition[0]).truth(block)
    true, false = (np.broadcast_to(part, (rows, columns)) for part in (truth.true, truth.false))
    for r, c in itertools.product(range(rows), range(columns)):
        place = {label: grid[r % len(grid)][c % len(grid[0])] for label, grid in scalars.items()}
        expected = outcome(parse_expression(condition[0]).truth(place))
        assert (bool(true[r, c]), bool(false[r, c])) == (expected is True, expected is False)


# ---- decision tables

AGES = {"minimum": 0, "maximum": 4}
TITLE = {"en": "Band", "zh-Hans": "档", "zh-Hant": "檔"}
DAY = dt.date(2026, 2, 1)

bounds = st.integers(0, 4)
age_cells = st.one_of(
    bounds,
    st.builds("{} {}".format, st.sampled_from(["<", "<=", ">", ">="]), bounds),
    st.builds("{}{}, {}{}".format, st.sampled_from("[("), bounds, bounds, st.sampled_from("])")),
    st.just("unknown"),
)
sex_cells = st.sampled_from(["f", "m", "unknown"])


def cells(options):
    return st.one_of(options, st.lists(options, min_size=1, max_size=2))


rows = st.lists(
    st.fixed_dictionaries(
        {
            "when": st.fixed_dictionaries({}, optional={"age": cells(age_cells), "sex": cells(sex_cells)}),
            "then": st.fixed_dictionaries({"band": st.sampled_from(["a", "b", "c"])}),
        }
    ),
    min_size=1,
    max_size=5,
)


def table_of(table_rows, hit):
    raw = {
        "kind": "table", "title": TITLE, "owner": "law", "last_checked": DAY, "status": "confirmed", "hit": hit,
        "inputs": {"age": AGES, "sex": ["f", "m"]}, "outputs": ["band"],
        "values": {DAY: table_rows}, "reference": {DAY: {"title": "Art. 1"}},
    }  # fmt: skip
    return DecisionTable.of(parse_entry("some.table", raw).at(DAY))


EVERY_AGE = (*(quarter / 4 for quarter in range(17)), None)
EVERY_CASE = [{"age": age, "sex": sex} for age in EVERY_AGE for sex in ("f", "m", None)]


@QUICK
@given(rows)
def test_the_expressions_decide_as_the_table_does(table_rows):
    table = table_of(table_rows, "first")
    frame = pl.DataFrame(EVERY_CASE, schema={"age": pl.Float64, "sex": pl.String}, orient="row")
    expected = [table.decide(case)["band"] for case in EVERY_CASE]
    assert frame.with_columns(table.expressions()["band"])["band"].to_list() == expected


@QUICK
@given(rows, st.sampled_from(["first", "unique"]))
def test_the_linter_agrees_with_trying_every_case(table_rows, hit):
    """All bounds are whole, so quarters meet every part of the domain that a cell can tell apart."""
    table = table_of(table_rows, hit)
    single = [table_of([row], "first") for row in table_rows]
    fits = [[n for n, one in enumerate(single) if one.deciding_row(case) == 0] for case in EVERY_CASE]
    found = {(finding.kind, finding.where) for finding in table.lint()}

    decided = {fitting[0] for fitting in fits if fitting}
    expected = {("unreachable", f"row {n + 1}") for n in range(len(table_rows)) if n not in decided}
    if not all(fits):
        expected.add(("gap", "table"))
    if hit == "unique":
        pairs = {pair for fitting in fits for pair in itertools.combinations(fitting, 2)}
        expected |= {("overlap", f"rows {a + 1}, {b + 1}") for a, b in pairs}
    outcomes = {(case["age"], case["sex"]): table.deciding_row(case) for case in EVERY_CASE}
    bands = {key: None if n is None else table_rows[n]["then"]["band"] for key, n in outcomes.items()}
    if all(len({bands[age, sex] for age in EVERY_AGE}) == 1 for sex in ("f", "m", None)):
        expected.add(("never_decides", "age"))
    if all(len({bands[age, sex] for sex in ("f", "m", None)}) == 1 for age in EVERY_AGE):
        expected.add(("never_decides", "sex"))
    assert found == expected
