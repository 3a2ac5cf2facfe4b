"""Answers of a survey in the forms in which tools write them, and what cannot be read."""

import csv
import gzip
import io
import json

import numpy as np
import polars as pl
import pytest

from zhike.adapters.answer_files import read_answers
from zhike.core.errors import InputNotFoundError, InputUnreadableError
from zhike.core.measure_errors import AnswersError

PLAIN = "id,q1,q2,weight\n007,7,8,1.5\n008,NA, 9 ,0.5\n\n009,99,,1\n"


@pytest.fixture
def read(tmp_path):
    def call(content, name="answers.csv"):
        file = tmp_path / name
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
        return read_answers(file)

    return call


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("answers.csv", PLAIN.encode()),
        ("answers.csv", PLAIN.replace("\n", "\r\n").encode()),
        ("answers.csv", PLAIN.replace("\n", "\r").encode()),
        ("answers.json", json.dumps(list(csv.DictReader(io.StringIO(PLAIN)))).encode()),
        ("answers.csv", PLAIN.replace(",", ";").encode("utf-8-sig")),
        ("answers.tsv", PLAIN.replace(",", "\t").encode("utf-16")),
        ("answers.txt", PLAIN.replace(",", "|").encode()),
        ("answers.csv.gz", gzip.compress(PLAIN.encode(), mtime=0)),
        ("answers.csv", PLAIN.replace("id", "客户").encode("gb18030")),
        ("answers.csv", ("sep=;\r\n" + PLAIN.replace(",", ";").replace("\n", "\r\n")).encode("utf-8-sig")),
        ("answers.csv", PLAIN.replace(",", ";").replace("id", "How fast, good, cheap, near?").encode()),
        ("answers.csv", PLAIN.replace("id", '"id"').replace("007", '"007"').encode()),
    ],
)
def test_every_common_form_gives_the_same_answers(read, name, content):
    answers = read(content, name)
    assert len(answers) == 3
    numbers = answers.numbers(["q1", "q2"], (1, 10), [99])
    assert np.array_equal(numbers, [[7, 8], [np.nan, 9], [np.nan, np.nan]], equal_nan=True)
    assert answers.texts(answers.table.columns[0]).to_list() == ["007", "008", "009"]
    assert answers.weights("weight").tolist() == [1.5, 0.5, 1.0]


def test_the_two_rows_below_the_header_of_an_export_are_no_persons(read):
    """Qualtrics writes the questions' words, of several lines too, and their identifiers below the header."""
    words = 'Id,"How good, on a\nscale?","And this?",Weight\n'
    marks = (
        ",".join(f'"{{""ImportId"":""{name}"",""timeZone"":""Z""}}"' for name in ("a", "b", "c", "d")) + "\n"
    )
    head, rest = PLAIN.split("\n", 1)
    answers = read(f"{head}\n{words}{marks}{rest}")
    assert answers.texts("id").to_list() == ["007", "008", "009"]
    assert answers.rows.tolist()[:2] == [1, 2]
    assert (
        len(read(f"{head}\n{words.replace(chr(10) + 's', ' s')}{rest}")) == 4
    )  # without identifiers it is a row like any other


def test_a_name_may_be_a_question_of_several_lines(read):
    answers = read('id,"How good\nare we?"\n1,7\n2,8\n')
    assert answers.numbers(["How good\nare we?"]).tolist() == [[7.0], [8.0]]


@pytest.mark.parametrize(
    ("content", "found"),
    [
        ("q1;q2\n7,5;8\n1,125;9\n;-0,5\n", [[7.5, 8], [1.125, 9], [np.nan, -0.5]]),
        ('q1,q2\n"7,5",8\nNA,"9,0"\n', [[7.5, 8], [np.nan, 9]]),
    ],
)
def test_a_number_may_have_a_decimal_comma(read, content, found):
    assert np.array_equal(read(content).numbers(["q1", "q2"]), found, equal_nan=True)


@pytest.mark.parametrize("content", ["q1;q2\n1,000;1\n2,500;1\n", "q1;q2\n7,5;1\n7.5;1\n"])
def test_a_comma_that_may_mean_thousands_is_refused(read, content):
    with pytest.raises(AnswersError, match="row 1 of column 'q1'"):
        read(content).numbers(["q1"])


def test_parquet_gives_its_own_numbers(tmp_path):
    table = pl.DataFrame(
        {"q1": [7, None], "q2": [1.5, float("nan")], "q3": ["3", "NA"], "region": ["n", None]}
    )
    table.write_parquet(tmp_path / "answers.parquet")
    answers = read_answers(tmp_path / "answers.parquet")
    found = answers.numbers(["q1", "q2", "q3"])
    assert np.array_equal(found, [[7, 1.5, 3], [np.nan] * 3], equal_nan=True)
    assert answers.texts("region").to_list() == ["n", None]


def test_a_category_of_parquet_is_text(tmp_path):
    table = pl.DataFrame({"region": pl.Series(["North", " na "], dtype=pl.Categorical)})
    table.write_parquet(tmp_path / "answers.parquet")
    assert read_answers(tmp_path / "answers.parquet").texts("region").to_list() == ["North", None]


@pytest.mark.parametrize(
    ("column", "within", "found"),
    [
        ("q1", None, "'ten' in row 2 of column 'q1' (1 such)"),
        ("q2", (1, 10), "'11' in row 1 of column 'q2' (2 such)"),
        ("q3", None, "'inf' in row 3 of column 'q3' (1 such)"),
        ("q4", None, "no column 'q4'; the columns are q1, q2, q3"),
    ],
)
def test_an_answer_that_is_no_number_is_named(read, column, within, found):
    answers = read("q1,q2,q3\n1,11,1\nten,0,2\n3,5,inf\n")
    with pytest.raises(AnswersError) as refused:
        answers.numbers([column], within)
    assert str(refused.value).startswith(f"found {found}; needed ")


def test_what_was_not_read_as_it_stands_is_told(read):
    answers = read("Q1,q2,w,n\n0 - no,99,1,4\n7,3,0,5\n不知道,4,2,6\n10 - yes,5,1,6\n")
    counting = answers.counting("w")
    assert np.array_equal(counting.numbers(["q1"], (0, 10)), [[0], [np.nan], [10]], equal_nan=True)
    counting.numbers(["q2", "n", "n"])
    assert answers.told() == [
        {"way": "no_weight", "column": "w", "cells": 1, "example": "0", "value": 0.0},
        {"way": "name", "column": "q1", "cells": 3, "example": "Q1", "value": None},
        {"way": "labels", "column": "q1", "cells": 2, "example": "0 - no", "value": 0.0},
        {"way": "no_answer", "column": "q1", "cells": 1, "example": "不知道", "value": None},
        {"way": "code", "column": "q2", "cells": 1, "example": "99", "value": 99.0},
    ]


def test_a_part_of_the_rows_is_read_as_all_of_them(read):
    """Alone, 1,125 may mean thousands; among its column it does not."""
    answers = read("q1;q2\n7,5;8\n1,125;9\n")
    answers.numbers(["q1"])
    assert answers.taken(np.array([False, True])).numbers(["q1"]).tolist() == [[1.125]]


def test_two_names_that_differ_in_case_are_not_taken_for_each_other(read):
    answers = read("Score,SCORE\n1,2\n")
    assert answers.numbers(["SCORE"]).tolist() == [[2.0]]
    with pytest.raises(AnswersError, match="no column 'score'; the columns are Score, SCORE"):
        answers.numbers(["score"])


def test_among_hundreds_of_columns_the_likest_are_named(read):
    names = [f"item_{at}" for at in range(300)] + ["satisfaction"]
    with pytest.raises(AnswersError, match="the columns are satisfaction, item_0, "):
        read(",".join(names) + "\n" + ",".join("1" * 301) + "\n").numbers(["satisfction"])


def test_a_label_beside_two_numbers_is_refused(read):
    with pytest.raises(
        AnswersError, match=r"'5 - good' in row 1 of column 'q' \(2 such\); needed a number, or labels each"
    ):
        read("q\n5 - good\n4 - good\n3\n").numbers(["q"])


def test_columns_of_weights_without_any_weight_are_refused(read):
    answers = read("w,q\n0,1\n0,2\n")
    with pytest.raises(AnswersError, match=r"weight '0\.0' in row 1"):
        answers.counting("w").weights("w")


@pytest.mark.parametrize("odd", ["0", "-1", ""])
def test_a_weight_is_above_0(read, odd):
    with pytest.raises(AnswersError, match="in row 2 of column 'w'"):
        read(f"w,q\n1,2\n{odd},2\n").weights("w")


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"", "no header"),
        (b"q1,q2\n", "no rows"),
        (b"q1,q1\n1,2\n", "column 'q1' more than once"),
        (b"q1,q2\n1,2,3\n", "rows whose fields do not fit its header of 2 columns"),
        (b"q1,q2\n\xff\xff\xff\n", "text of an unknown encoding"),
        (b"PK\x03\x04\x14\x00", "a workbook of a spreadsheet"),
    ],
)
def test_what_is_no_table_is_refused(read, content, found):
    with pytest.raises(InputUnreadableError) as refused:
        read(content)
    assert f"': {found}; needed " in str(refused.value)


@pytest.mark.parametrize("content", ['{"q1": 1}', "[1]", "q1\n1\n", "[" * 100_000])
def test_what_is_no_list_of_objects_is_refused(read, content):
    with pytest.raises(InputUnreadableError, match="JSON that is no list of objects"):
        read(content, "answers.json")


def test_what_is_no_parquet_is_refused(read):
    with pytest.raises(InputUnreadableError, match="a file that is not Parquet"):
        read("q1\n1\n", "answers.parquet")


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(InputNotFoundError):
        read_answers(tmp_path / "none.csv")
