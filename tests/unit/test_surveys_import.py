"""Answers of other tools: what becomes a row, what becomes a reject, and that a sheet's rows say what the sheet says."""

import csv
import datetime as dt

import made_up_survey as made
import pytest

from zhike.adapters.survey_files import read_answer_file, read_mapping, write_extract
from zhike.core.errors import InputNotFoundError, InputUnreadableError, RuleError, UsageError
from zhike.core.rejects import REJECT_REASONS
from zhike.measure.surveys import NOT_APPLICABLE, open_sheet
from zhike.measure.surveys.cases import played
from zhike.measure.surveys.importing import imported
from zhike.measure.surveys.rows import answer_rows

EVERYTHING = made.everything()
DAY = dt.date(2026, 3, 2)
HEAD = {
    "survey_id": "S1",
    "customer_id": "C1",
    "answered_on": "2026-03-02",
    "sent_on": "2026-03-01",
    "mode": "phone",
}
FILLED = {
    "used": ["app"], "since": "2020-02-03", "liked@app": 4, "first": 5, "second": 2, "third": 4,
    "gap": {"expected": 5, "perceived": 3}, "trait": {"functional": 1, "dysfunctional": 5}, "best": "app",
    "table": {"speed": 3, "price": NOT_APPLICABLE}, "share": {"speed": 75, "price": 25}, "again": 5,
}  # fmt: skip


def take(*rows, form="own", mapping=None, questionnaire=EVERYTHING):
    columns = list(dict.fromkeys(column for row in rows for column in row))
    lines = [(n + 2, {column: row.get(column, "") for column in columns}) for n, row in enumerate(rows)]
    return imported(questionnaire, columns, lines, form, "answers.csv", mapping)


def said(found):
    return {one["question"]: one["words"] if one["score"] is None else one["score"] for one in found.answers}


def refused(found):
    return [(one["table"], one["line"], one["code"], one["column"]) for one in found.rejects]


def test_every_kind_of_answer_comes_in():
    found = take({
        **HEAD, "used.app": "1", "used.branch": "0", "years": "12", "since": "2020-02-03", "liked@app": "4", "first": "5",
        "gap.expected": "5", "gap.perceived": "3", "trait.functional": "1", "trait.dysfunctional": "5", "best": "app",
        "table.speed": "3", "table.price": "N/A", "share.speed": "75", "share.price": "25",
    })  # fmt: skip
    assert refused(found) == []
    assert found.surveys == [{
        "survey_id": "S1", "customer_id": "C1", "instrument": "instruments.everything@2026-01-01",
        "sent_on": dt.date(2026, 3, 1), "channel": "phone",
    }]  # fmt: skip
    assert said(found) == {
        "mode": "phone", "used.app": 1, "used.branch": 0, "used.phone": 0, "used.none": 0, "years": 12, "since": "2020-02-03",
        "liked@app": 4, "first": 5, "gap.expected": 5, "gap.perceived": 3, "trait.functional": 1, "trait.dysfunctional": 5,
        "best": "app", "table.speed": 3, "table.price": NOT_APPLICABLE, "share.speed": 75, "share.price": 25,
    }  # fmt: skip
    assert {one["answered_on"] for one in found.answers} == {DAY}


def test_a_sheet_has_the_rows_that_its_import_would_have():
    sheet = played(EVERYTHING, open_sheet(EVERYTHING, 0, mode="phone"), FILLED)
    rows = {
        name: words if number is None else number for name, number, words in answer_rows(EVERYTHING, sheet)
    }
    cells = {name: str(int(cell) if isinstance(cell, float) else cell) for name, cell in rows.items()}
    again = take({**HEAD, **cells})
    assert refused(again) == []
    assert said(again) == rows


REJECTED = [
    ({"survey_id": ""}, [("surveys", 2, "missing_value", "survey_id")]),
    ({"customer_id": " "}, [("surveys", 2, "missing_value", "customer_id")]),
    ({"answered_on": ""}, [("surveys", 2, "missing_value", "answered_on")]),
    ({"answered_on": "2.3.2026"}, [("surveys", 2, "bad_date", "answered_on")]),
    ({"sent_on": "2026-03-03"}, [("surveys", 2, "dates_contradict", "sent_on")]),
    ({"first": "6"}, [("answers", 2, "out_of_range", "first")]),
    ({"first": "2.5"}, [("answers", 2, "out_of_range", "first")]),
    ({"first": "good"}, [("answers", 2, "bad_number", "first")]),
    ({"best": "boat"}, [("answers", 2, "bad_value", "best")]),
    ({"used": "app,none"}, [("answers", 2, "bad_value", "used")]),
    ({"since": "soon"}, [("answers", 2, "bad_date", "since")]),
    ({"years": "99"}, [("answers", 2, "out_of_range", "years")]),
    ({"gap.expected": "3"}, [("answers", 2, "out_of_range", "gap")]),
    ({"share.speed": "50", "share.price": "40"}, [("answers", 2, "out_of_range", "share")]),
]


@pytest.mark.parametrize(("cells", "expected"), REJECTED)
def test_what_is_no_answer_is_a_reject_with_its_line(cells, expected):
    found = take({**HEAD, "third": "4", **cells})
    assert refused(found) == expected
    assert all(code in REJECT_REASONS for _, _, code, _ in expected)
    assert ("third" in said(found)) == (expected[0][0] == "answers")
    assert all("C1" in one["row"] or "customer_id" in expected[0] for one in found.rejects)


def test_a_sheet_is_taken_once():
    found = take(HEAD, {**HEAD, "first": "1"})
    assert refused(found) == [("surveys", 3, "duplicate_key", "survey_id")]


def test_limesurvey_codes():
    row = {
        "id": "7", "token": "C1", "submitdate": "2026-03-02 10:00:00", "startdate": "2026-03-02 09:00:00", "lastpage": "3",
        "used[app]": "Y", "used[branch]": "", "first": "A4", "best": "APP", "table[speed]": "2", "table[price]": "5",
    }  # fmt: skip
    found = take(row, form="limesurvey")
    assert refused(found) == []
    assert said(found) == {
        "mode": "import", "used.app": 1, "used.branch": 0, "used.phone": 0, "used.none": 0, "first": 4, "best": "app",
        "table.speed": 2, "table.price": 5,
    }  # fmt: skip
    assert found.surveys[0]["channel"] is None
    assert found.unused == ("lastpage",)


def test_qualtrics_previews_are_no_answers():
    row = {
        "ResponseId": "R_1", "ExternalReference": "C1", "RecordedDate": "2026-03-02 10:00:00", "Status": "IP Address",
        "DistributionChannel": "email", "used": "app,phone", "gap_expected": "4", "gap_perceived": "4",
    }  # fmt: skip
    found = take(row, {**row, "ResponseId": "R_2", "Status": "Survey Preview"}, form="qualtrics")
    assert refused(found) == [("surveys", 3, "bad_value", "status")]
    assert said(found)["mode"] == "web"
    assert said(found)["used.phone"] == 1
    assert said(found)["gap.perceived"] == 4


def test_a_mapping_names_columns_and_values():
    mapping = {
        "columns": {"Q1": "first", "Kunde": "customer_id", "Q2_3": "gap.expected", "Q2_4": "gap.perceived"},
        "values": {"very": "5"},
    }
    row = {
        "survey_id": "1",
        "Kunde": "C9",
        "answered_on": "2026-03-02",
        "Q1": "very",
        "Q2_3": "2",
        "Q2_4": "very",
    }
    found = take(row, mapping=mapping)
    assert found.surveys[0]["customer_id"] == "C9"
    assert said(found) == {"mode": "import", "first": 5, "gap.expected": 2, "gap.perceived": 5}


def test_a_file_without_the_facts_is_refused():
    with pytest.raises(UsageError, match="customer_id: token / attribute_1"):
        take({"id": "1", "submitdate": "2026-03-02"}, form="limesurvey")
    with pytest.raises(UsageError, match="own, limesurvey, qualtrics"):
        take(HEAD, form="paper")


def write(path, text, encoding="utf-8"):
    path.write_bytes(text.encode(encoding))
    return path


def test_lines_are_numbered_as_an_editor_does(tmp_path):
    file = write(tmp_path / "a.csv", '\ufeffid;token\n1;"two\nlines"\n\n2;C2\n3;C3;more\n')
    columns, lines, rejects = read_answer_file(file, "own")
    assert columns == ["id", "token"]
    assert lines == [(2, {"id": "1", "token": "two\nlines"}), (5, {"id": "2", "token": "C2"})]
    assert [(one["line"], one["code"]) for one in rejects] == [(6, "wrong_column_count")]


def test_the_three_headers_of_qualtrics(tmp_path):
    file = write(
        tmp_path / "q.csv", 'ResponseId,Q1\nResponse ID,"How,\nwell"\n{},"{""ImportId"":""QID1""}"\nR_1,5\n'
    )
    assert read_answer_file(file, "qualtrics")[1] == [(5, {"ResponseId": "R_1", "Q1": "5"})]
    with pytest.raises(InputUnreadableError, match="fewer than 3 header rows"):
        read_answer_file(write(tmp_path / "r.csv", "ResponseId,Q1\nR_1,5\nR_2,4\nR_3,4\n"), "qualtrics")


def test_files_that_cannot_be_read(tmp_path):
    with pytest.raises(InputNotFoundError):
        read_answer_file(tmp_path / "none.csv", "own")
    (tmp_path / "g.csv").write_bytes(b"id\n\xff\n")
    with pytest.raises(InputUnreadableError, match="UTF-8"):
        read_answer_file(tmp_path / "g.csv", "own")
    with pytest.raises(InputUnreadableError, match="header"):
        read_answer_file(write(tmp_path / "empty.csv", ""), "own")
    assert read_mapping(None) == {}
    assert read_mapping(write(tmp_path / "m.yaml", "values: {1: 5}\n")) == {"values": {"1": "5"}}
    for text in ("- a\n", "columns: [a]\n", "names: {}\n", ""):
        with pytest.raises(UsageError, match="columns and values"):
            read_mapping(write(tmp_path / "m.yaml", text))
    with pytest.raises(RuleError):
        read_mapping(write(tmp_path / "m.yaml", "a: b: c\n"))


def test_the_extract_is_written_whole_or_not_at_all(tmp_path):
    found = take({**HEAD, "first": "9", "third": "4"})
    write_extract(tmp_path / "x", found)
    texts = {
        one: (tmp_path / "x" / f"{one}.csv").read_text("utf-8") for one in ("surveys", "answers", "rejects")
    }
    rows = {name: list(csv.DictReader(text.splitlines())) for name, text in texts.items()}
    assert {name: len(part) for name, part in rows.items()} == {"surveys": 1, "answers": 2, "rejects": 1}
    assert rows["answers"][1] == {
        "survey_id": "S1", "customer_id": "C1", "question": "third", "answered_on": "2026-03-02", "score": "4.0", "words": "",
    }  # fmt: skip
    with pytest.raises(UsageError, match="a new folder"):
        write_extract(tmp_path / "x", found)
