"""Laws of masking: what may be seen stays, what may not leaves no trace beyond its form, frames are as their rows."""

import datetime as dt
import math

import polars as pl
from access_tables import CLASSES, DAY
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from zhike.adapters.rule_files import load_rulebook
from zhike.govern.masking import MASKING, WITHHELD, MaskingRules, hidden_columns, mask, mask_frame

QUICK = settings(max_examples=examples(75))
MASKS = MaskingRules.of(load_rulebook().at(MASKING, DAY))

VALUES = {
    "customer_id": st.text("AC019é客", max_size=8),
    "birth_date": st.one_of(st.none(), st.dates(dt.date(1900, 1, 1), dt.date(2030, 1, 1))),
    "amount": st.one_of(st.none(), st.integers(-(10**12), 10**12)),
    "score": st.one_of(st.none(), st.floats(allow_nan=True, width=64)),
    "words": st.one_of(st.none(), st.text(max_size=5)),
}
records = st.fixed_dictionaries(VALUES)
classings = st.fixed_dictionaries({name: st.sampled_from(CLASSES) for name in VALUES})
limits = st.sampled_from([*CLASSES, None])
FORMS = MaskingRules(
    MASKS.reveals, MASKS.edges, MASKS.characters, MASKS.never, {**MASKS.columns, "score": "band"}
)


def rank(personal):
    return -1 if personal is None else CLASSES.index(personal)


@QUICK
@given(records, classings, limits)
def test_masking_keeps_what_may_be_seen_and_nothing_else(row, classes, limit):
    masked = mask(row, classes, limit, FORMS)
    assert list(masked) == list(row)
    for name, personal in classes.items():
        if rank(personal) <= rank(limit):
            assert masked[name] is row[name]
        else:
            assert masked[name] is None or isinstance(masked[name], str)
            form = FORMS.form(name, personal, limit)
            # What a form reveals is itself of a class that may be seen.
            assert form == "withheld" or rank(FORMS.reveals[form]) <= rank(limit)
            assert form != "withheld" or masked[name] == WITHHELD


def coarse(value, form):
    """Return all that a form may depend on."""
    if form == "withheld":
        return None
    if form == "year":
        return value and value.year
    if form == "tail":
        return (value[-2:], len(value) > 4)
    return (
        None if value is None else "nan" if math.isnan(value) else sum(value >= edge for edge in FORMS.edges)
    )


@QUICK
@given(records, records, classings, limits)
def test_two_records_that_differ_only_in_what_is_hidden_look_alike(one, other, classes, limit):
    hidden = hidden_columns(one, classes, limit)
    forms = {name: FORMS.form(name, classes[name], limit) for name in hidden}
    twin = {
        name: other[name]
        if name in hidden and coarse(one[name], forms[name]) == coarse(other[name], forms[name])
        else one[name]
        for name in one
    }
    assert mask(one, classes, limit, FORMS) == mask(twin, classes, limit, FORMS)


@QUICK
@given(classings, limits, limits)
def test_who_may_see_more_has_less_hidden(classes, limit, other):
    fewer, more = sorted((limit, other), key=rank)
    assert hidden_columns(classes, classes, more) <= hidden_columns(classes, classes, fewer)


@QUICK
@given(st.lists(records, min_size=1, max_size=5), classings, limits)
def test_a_frame_is_masked_as_its_rows_are(rows, classes, limit):
    schema = {
        "customer_id": pl.String,
        "birth_date": pl.Date,
        "amount": pl.Int64,
        "score": pl.Float64,
        "words": pl.String,
    }
    frame = pl.DataFrame(rows, schema=schema)
    expected = [mask(row, classes, limit, FORMS) for row in frame.to_dicts()]
    for place, row in enumerate(mask_frame(frame, classes, limit, FORMS).to_dicts()):
        assert str(row) == str(expected[place])
