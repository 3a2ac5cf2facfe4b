"""Tables for a spreadsheet: what goes in comes out, and nothing in them is a formula, wherever cells are split."""

import csv
import datetime as dt
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhike.api.csv_tables import csv_answer, csv_text

FORMULA = "=+-@＝＋－＠"
TEXTS = st.text(st.sampled_from("a1 '\",;\t\r\n|知" + FORMULA), max_size=12) | st.text(max_size=12)
NUMBERS = st.integers() | st.floats(allow_nan=False, allow_infinity=False)


def read_back(text, delimiter=","):
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), delimiter=delimiter))


@given(st.lists(st.tuples(TEXTS, NUMBERS, TEXTS), max_size=5))
def test_numbers_and_texts_come_back(rows):
    header, *found = read_back(csv_text(("a", "b", "c"), rows))
    assert header == ["a", "b", "c"]
    assert len(found) == len(rows)
    for (first, number, last), cells in zip(rows, found, strict=True):
        assert float(cells[1]) == float(number) if isinstance(number, float) else int(cells[1]) == number
        for text, cell in ((first, cells[0]), (last, cells[2])):
            # The only thing ever added is an apostrophe before what could begin a formula.
            assert cell.replace("'", "") == text.replace("'", "")
            assert text == cell or len(cell) > len(text)


@given(TEXTS)
def test_no_text_is_a_formula_wherever_cells_are_split(text):
    (_, (cell,)) = read_back(csv_text(("a",), [(text,)]))
    pieces = cell.replace("\r", "\n").replace("\t", "\n").replace(";", "\n").split("\n")
    assert not [one for one in pieces if one.lstrip(' "\v\f\xa0\u3000').startswith(tuple(FORMULA))]


@given(TEXTS)
def test_guarding_twice_adds_nothing(text):
    (_, (once,)) = read_back(csv_text(("a",), [(text,)]))
    (_, (twice,)) = read_back(csv_text(("a",), [(once,)]))
    assert once == twice


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        (None, '""'),
        (True, '"true"'),
        (dt.date(2026, 1, 31), '"2026-01-31"'),
        (-3, "-3"),
        (0.1, "0.1"),
        (float("-inf"), '"\'-inf"'),
        ("=1+1", '"\'=1+1"'),
        (" \t=1+1", '" \t\'=1+1"'),
        ("x;@SUM(A1)", '"x;\'@SUM(A1)"'),
        ('x;"=1', '"x;""\'=1"'),
        ("a-b, c=d", '"a-b, c=d"'),
        ("知客", '"知客"'),
    ],
)
def test_a_cell_is_written_as(value, cell):
    assert csv_text(("a",), [(value,)]) == f'\ufeff"a"\r\n{cell}\r\n'


def test_a_long_run_of_blanks_is_read_once():
    assert len(csv_text(("a",), [("\n" * 200_000 + "=",)])) > 200_000


def test_the_answer_is_a_file_in_utf_8_with_a_mark():
    answer = csv_answer("team.staff", ("员工",), [("M1",), ("\ud800",)])
    assert answer.body.startswith(b"\xef\xbb\xbf")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == 'attachment; filename="team.staff.csv"'
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("name", ["", "A", 'a"b', "a\r\nb", "../a", "a" * 101])
def test_a_name_that_is_none_is_refused(name):
    with pytest.raises(ValueError, match="no name of a file"):
        csv_answer(name, ("a",), [])


def test_a_row_of_another_length_is_refused():
    with pytest.raises(ValueError, match="2 cells under 1 names"):
        csv_text(("a",), [(1, 2)])
