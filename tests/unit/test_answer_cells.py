"""What cells of answers mean: numbers beside labels and units, words of no answer, and what cannot be told."""

import pytest

from zhike.measure.studies.cells import folded, read_cells


@pytest.mark.parametrize(
    ("cells", "numbers"),
    [
        (["0 - not at all", "5", "10 - extremely likely"], [0, 5, 10]),
        (["5 = 非常满意", "1=非常不满意", "3"], [5, 1, 3]),
        (["10分", "8分", "9"], [10, 8, 9]),
        (["0分（完全不可能）", "5", "10分（非常可能）"], [0, 5, 10]),
        (["5非常满意", "1非常不满意"], [5, 1]),
        (["非常满意（5）", "Very bad [1]", "Bad = 2", "Fair - 3"], [5, 1, 2, 3]),
        (["1. 完全不同意", "2) 不同意", "３－同意"], [1, 2, 3]),
        (["７", "８．５"], [7, 8.5]),
        (["7,0 - gut", "8,5", "10"], [7, 8.5, 10]),
        (["1 star", "4 stars", "5 stars"], [1, 4, 5]),
        (["10%", "20%"], [10, 20]),
        (["A1", "A5", "A3"], [1, 5, 3]),
        (["AO01", "AO05"], [1, 5]),
        (["A4"], [4]),
        (["5 - good", "5 - 好", "5 - gut", "4"], [5, 5, 5, 4]),
        (["0 - 无", "1"], [0, 1]),
        (["−3", "+2", "1e1"], [-3, 2, 10]),
    ],
)
def test_a_column_that_means_one_thing_is_read_by_its_numbers(cells, numbers):
    found = read_cells(cells)
    assert [found.numbers[cell] for cell in cells] == numbers
    assert not found.odd


@pytest.mark.parametrize(
    ("cells", "odd"),
    [
        (["5 - good", "4 - good", "3 - bad"], 3),  # a label beside two numbers
        (["5 a", "5 b", "5 c", "5 d"], 4),  # sentences, not labels
        (["10k", "500"], 1),
        (["5万", "3"], 1),
        (["10%", "0.2"], 1),
        (["1st", "2nd", "4th", "5th"], 4),
        (["18-25", "65+", "3/5", "2026-03-01", "10:30", "5-", "1)", "1 000", "1_000", "$5", "A1", "inf", "1e999"], 13),
        (["A1", "B2"], 2),
        (["A1", "2"], 1),
        (["A1", "-oth-"], 1),
        (["1,000", "2,500"], 2),
        (["7,5", "7.5"], 1),
        (["ten", "1"], 1),
        (["无", "0"], 1),
    ],
)  # fmt: skip
def test_what_may_mean_two_things_is_no_number(cells, odd):
    assert len(read_cells(cells).odd) == odd


def test_words_of_no_answer_are_told_and_the_models_own_are_not():
    found = read_cells(["NA", "不知道", "Don’t know", "99 - don't know", "weiß nicht", "7"], ["Weiß nicht"])
    assert found.numbers == dict.fromkeys(["NA", "不知道", "Don’t know", "99 - don't know", "weiß nicht"]) | {
        "7": 7.0
    }
    assert found.unspoken == {"不知道", "Don’t know", "99 - don't know"}
    assert not found.labelled


def test_only_numbers_beside_labels_are_told():
    assert read_cells(["0 - no", "10分", "７", "8,0"]).labelled == {"0 - no"}


def test_a_word_beside_no_number_is_not_called_a_label():
    assert read_cells(["ten", "1"]).bare
    assert not read_cells(["5 - good", "4 - good", "3 - bad"]).bare


def test_case_width_and_blanks_make_no_other_name():
    assert folded(" Ｑ１\u3000Overall\n score ") == folded("q1 overall SCORE")
