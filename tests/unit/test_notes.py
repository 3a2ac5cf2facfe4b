"""Coded notes: what their form refuses, how coders are compared, what is counted and what is never shown."""

import datetime as dt

import numpy as np
import pytest
import yaml

from zhike.adapters.note_files import read_note_file
from zhike.adapters.rule_files import load_rulebook
from zhike.core.measure_errors import AnswersError, MeasureModelError
from zhike.measure.notes import read_code_book
from zhike.measure.notes.agreement import (
    agreement_interval,
    agreement_of,
    alpha_disagreements,
    alpha_parts,
)
from zhike.measure.notes.code_book import CODE_BOOK, NoteRules
from zhike.measure.studies.note_reading import read_notes
from zhike.measure.studies.notes import Drawing, notes_study

DAY = dt.date(2026, 3, 2)
RULES = NoteRules(2, 0.667, 0.8)


def note(name="I1", *segments, **more):
    said = [{"text": text, "codes": codes} for text, codes in segments or (("I waited.", ["waiting"]),)]
    return {
        "id": name, "date": "2026-03-02", "method": "interview", "guide": "g1", "role": "private customer",
        "consent": {"given": True, "quotations": True}, "segments": said, **more,
    }  # fmt: skip


def document(*notes, **more):
    return {"form": 1, "notes": list(notes or (note(),)), **more}


@pytest.fixture(scope="module")
def book():
    return load_rulebook()


def studied(book, *notes, by=None, today=DAY, draws=0):
    def book_at(day):
        return read_code_book(book.at(CODE_BOOK, day).value)

    given = read_notes(document(*notes), "n")
    return notes_study(given, book_at, RULES, today, by, Drawing(np.random.default_rng(0), draws))


@pytest.mark.parametrize(
    ("changed", "found"),
    [
        ({"form": 2}, "form '2' of the notes"),
        ({"notes": []}, "no notes"),
        ({"notes": [note(), note()]}, "note 'I1' twice"),
        ({"notes": [note(method="chat")]}, "'chat' under 'method'"),
        ({"notes": [note(role="Mr Li Na, phone 13800138000")]}, "personal data under 'role'"),
        ({"notes": [note(role="Li Na", names=["Li Na"])]}, "personal data under 'role'"),
        ({"notes": [note(role="")]}, "nothing under 'role'"),
        ({"notes": [note(date="March")]}, "'March' under 'date'"),
        ({"notes": [note(consent={"quotations": True})]}, "'None' under 'given'"),
        ({"notes": [note(consent={"given": "yes"})]}, "'yes' under 'given'"),
        ({"notes": [note(persons=0)]}, "'0' under 'persons'"),
        ({"notes": [note(segments=[])]}, "nothing under 'segments'"),
        ({"notes": [note(segments=[{"text": "x", "codes": "waiting"}])]}, "'waiting' under 'codes'"),
        ({"notes": [note(segments=[{"text": "x", "codes": [], "who": 1}])]}, "key 'who'"),
        ({"notes": [note(groups="north")]}, "'north' under 'groups'"),
        ({"notes": ["text"]}, "something else"),
    ],
)
def test_a_form_that_does_not_fit_is_refused(changed, found):
    with pytest.raises(MeasureModelError) as refused:
        read_notes({**document(), **changed}, "notes.yaml")
    assert str(refused.value).startswith(f"found {found} in model 'notes.yaml")


def test_a_code_of_no_book_of_its_day_is_refused(book):
    with pytest.raises(MeasureModelError, match="code 'wait' of 2026-03-02 in model 'I1, segment 1'"):
        studied(book, note("I1", ("x", ["wait"])))


def test_what_may_not_be_used_is_left_out_and_what_may_not_be_quoted_is_not_shown(book):
    told = studied(
        book, note("A", consent=False), note("B", consent={"given": True, "until": "2026-03-01"}),
        note("C", consent={"given": True}), note("D"),
    )  # fmt: skip
    assert told["left_out"] == [
        {"note": "A", "reason": "no_consent"},
        {"note": "B", "reason": "consent_over"},
    ]
    assert (told["n"], told["codes"][0]["n"]) == (2, 2)
    assert [one["note"] for one in told["codes"][0]["quotes"]] == ["D"]
    with pytest.raises(AnswersError, match="no note with consent that still holds"):
        studied(book, note("A", consent=False))


def test_words_are_shown_without_personal_data_and_traced(book):
    said = "Li Na said: call 13800138000."
    told = studied(book, note("A", ("hello", []), (said, ["manner"]), names=["Li Na"]))
    (quote,) = told["codes"][0]["quotes"]
    assert (quote["note"], quote["segment"], quote["role"]) == ("A", 2, "private customer")
    assert quote["text"].startswith("[name] said: call [phone]")
    assert told["redacted"] == {"name": 1, "phone": 1}


def test_a_segment_has_what_more_than_half_of_its_coders_gave(book):
    codes = {"a": ["waiting", "manner"], "b": ["waiting"], "c": []}
    told = studied(book, note("A", ("x", codes)), note("B", ("y", {"a": ["waiting"], "b": []})))
    assert {one["code"]: one["n"] for one in told["codes"]} == {"waiting": 1, "manner": 0}
    assert told["uncoded"]["value"] == 0.5


def test_causes_and_touchpoints_count_a_conversation_once(book):
    told = studied(
        book, note("A", ("x", ["not_told"]), ("y", ["plain_words"])), note("B", ("z", ["not_told", "trust"]))
    )
    assert [(one["cause"], one["n"], one["codes"]) for one in told["causes"]] == [
        ("information", 2, ["not_told", "plain_words"])
    ]
    assert {one["touchpoint"]: one["n"] for one in told["touchpoints"]} == {
        "loan.decision_call": 2,
        "loan.signing": 1,
    }


def test_groups_of_too_few_conversations_are_not_told(book):
    notes = [note(f"N{place}", groups={"branch": "north" if place < 3 else "south"}) for place in range(4)]
    groups = studied(book, *notes, by="branch")["codes"][0]["groups"]
    assert [(one["group"], one["n"], one["suppressed"]) for one in groups] == [
        ("north", 3, False),
        ("south", 1, True),
    ]
    assert len(studied(book, *notes, by="method")["codes"][0]["groups"]) == 1
    with pytest.raises(MeasureModelError, match="no group 'tier' in any note"):
        studied(book, *notes, by="tier")


def test_agreement_is_told_only_of_what_two_read(book):
    assert studied(book)["agreement"] is None
    told = studied(
        book, note("A", ("x", {"a": ["waiting"], "b": ["waiting"]}), ("y", {"a": ["manner"], "b": ["manner"]}), ("z", {"a": ["price"]}))
    )["agreement"]  # fmt: skip
    assert (told["segments"], told["overall"]["value"], told["exclusive"]["value"]) == (2, 1.0, 1.0)
    assert told["pairs"][0]["codes"][0] == {"code": "waiting", "value": 1.0, "error": None}


def test_agreement_over_codes_is_no_better_for_rare_ones():
    rng = np.random.default_rng(1)
    apart = np.stack([alpha_parts(rng.integers(0, 2, (2, 400)), 2)], axis=1)
    rare = alpha_parts(np.zeros((2, 400), dtype=int), 2)[:, None]
    alone, beside = (
        agreement_of(part.sum(axis=0, keepdims=True), alpha_disagreements)[0]
        for part in (apart, np.concatenate([apart, rare], axis=1))
    )
    assert alone == pytest.approx(beside)


def test_coders_who_never_disagreed_are_not_beyond_doubt():
    parts = alpha_parts(np.tile([0, 1], (2, 5)), 2)[:, None]
    low, high = agreement_interval(alpha_disagreements, parts, np.random.default_rng(0), 100, 0.95)
    # 1 less the largest share of ten units that would show no disagreement, 1 - .025 ** .1, over what chance gives.
    assert (low, high) == (pytest.approx(1 - (1 - 0.025**0.1) / (10 / 19)), 1.0)


def test_conversations_are_drawn_as_wholes():
    """Segments of a conversation that hang together widen the interval against segments drawn one by one."""
    rng = np.random.default_rng(2)
    hard = np.repeat(rng.random(30) < 0.3, 10)
    one = rng.integers(0, 2, 300)
    other = np.where(hard, rng.integers(0, 2, 300), one)
    parts = alpha_parts(np.stack([one, other]), 2)[:, None]
    together = parts.reshape(30, 10, 1, -1).sum(axis=1)
    alone, whole = (
        agreement_interval(alpha_disagreements, part, np.random.default_rng(0), 500, 0.95)
        for part in (parts, together)
    )
    assert whole[1] - whole[0] > 1.3 * (alone[1] - alone[0])


TABLE = """note;date;method;guide;role;consent;quotations;persons;segment;text;coder;codes;branch;names
A;2026-03-02;interview;g1;private customer;yes;yes;1;1;I waited, long.;a;waiting|manner;north;Li Na
A;2026-03-02;interview;g1;private customer;yes;yes;1;1;I waited, long.;b;waiting;north;Li Na
A;2026-03-02;interview;g1;private customer;yes;yes;1;2;Kind.;a;;north;Li Na
B;2026-03-03;focus_group;g1;business customers;是;否;6;1;排队太久;a;waiting；digital;south;
"""


def test_a_table_says_what_yaml_says(tmp_path):
    (tmp_path / "n.csv").write_text(TABLE, "utf-8")
    first = note(
        "A", ("I waited, long.", {"a": ["waiting", "manner"], "b": ["waiting"]}), ("Kind.", {"a": []}),
        names=["Li Na"], groups={"branch": "north"},
    )  # fmt: skip
    second = note(
        "B", ("排队太久", {"a": ["waiting", "digital"]}), date="2026-03-03", method="focus_group", persons=6,
        role="business customers", consent=True, groups={"branch": "south"},
    )  # fmt: skip
    (tmp_path / "n.yaml").write_text(yaml.safe_dump(document(first, second), allow_unicode=True), "utf-8")
    assert read_note_file(tmp_path / "n.csv") == read_note_file(tmp_path / "n.yaml")


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ("role;", "who;", "no column 'role'"),
        ("long.;b", "long.;a", "'a' in row 2 of column 'coder'"),
        ("long.;b", "short.;b", "'I waited, short.' in row 2 of column 'text'"),
        ("是;否", "perhaps;否", "'perhaps' in row 4 of column 'consent'"),
        ("A;2026-03-02;interview;g1;private customer;yes;yes;1;2", ";2026-03-02;interview;g1;private customer;yes;yes;1;2", "'' in row 3 of column 'note'"),
    ],
)  # fmt: skip
def test_a_table_that_contradicts_itself_is_refused(tmp_path, old, new, found):
    (tmp_path / "n.csv").write_text(TABLE.replace(old, new), "utf-8")
    with pytest.raises(AnswersError) as refused:
        read_note_file(tmp_path / "n.csv")
    assert str(refused.value).startswith(f"found {found}")


def test_codes_of_the_shipped_book_lead_to_causes_and_touchpoints_that_are_there(book):
    codes = read_code_book(book.at(CODE_BOOK, DAY).value)
    causes = book.at("listening.causes", DAY).value
    assert {one.cause for one in codes.values() if one.cause} <= set(causes)
    for one in filter(None, (code.touchpoint for code in codes.values())):
        journey, touchpoint = one.split(".")
        stages = book.at(f"journeys.{journey}", DAY).value["stages"]
        assert touchpoint in [point["id"] for stage in stages for point in stage.get("touchpoints", ())]
