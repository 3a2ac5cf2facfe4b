"""The rulebook: dated documents, their versions, what each reads."""

import datetime as dt

import pytest

from zhike.core.errors import RuleError, RuleNotFoundError
from zhike.core.rulebook import Rulebook, first_gap, parse_entry

FEB, JUL, DEC = dt.date(2026, 2, 1), dt.date(2026, 7, 1), dt.date(2026, 12, 1)
TITLE = {"en": "Age", "zh-Hans": "年龄", "zh-Hant": "年齡"}


def raw(values=None, **changes):
    values = values or {FEB: 65}
    head = {
        "kind": "parameter",
        "title": TITLE,
        "owner": "law",
        "last_checked": FEB,
        "status": "confirmed",
        "unit": "years",
    }
    return {
        **head,
        "values": values,
        "reference": {day: {"title": f"Art. {day}"} for day in values},
        **changes,
    }


def test_the_version_of_a_day_speaks():
    entry = parse_entry("cn.age", raw({JUL: 60, FEB: 65, DEC: None}))
    days = [FEB, dt.date(2026, 6, 30), JUL, dt.date(2026, 11, 30)]
    assert [entry.at(day).value for day in days] == [65, 65, 60, 60]
    assert [entry.in_force(day) for day in (dt.date(2026, 1, 31), DEC)] == [None, None]
    assert entry.at(JUL).reference.title == "Art. 2026-07-01"


def test_before_and_after_the_error_names_the_first_day():
    entry = parse_entry("cn.age", raw({FEB: 65, DEC: None}))
    for day in (dt.date(2026, 1, 31), DEC):
        with pytest.raises(RuleNotFoundError, match="the first is of 2026-02-01"):
            entry.at(day)


def test_zero_and_false_are_values_not_ends():
    assert parse_entry("cn.age", raw({FEB: 0})).at(FEB).value == 0
    assert parse_entry("cn.age", raw({FEB: False})).at(FEB).value is False


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"kind": "number"}, "kind 'number'"),
        ({"title": {"en": "Age"}}, "title"),
        ({"title": {**TITLE, "zh-Hant": ""}}, "title"),
        ({"values": {}}, "values"),
        ({"values": {"2026-02-01": 65}}, "a day such as"),
        ({"values": {dt.datetime(2026, 2, 1, tzinfo=dt.UTC): 65}}, "a day such as"),
        ({"values": {FEB: 65, JUL: 66}}, "only one of values and reference"),
        ({"reference": {FEB: {"href": "x"}}}, "a reference with a title"),
        ({"reference": {FEB: "Art. 1"}}, "a reference with a title"),
        ({"status": "sure"}, "status 'sure'"),
        ({"status": {JUL: "confirmed"}}, "status 'None'"),
        ({"last_checked": "yesterday"}, "a day such as"),
    ],
)
def test_a_breach_of_the_schema_is_refused(changes, named):
    with pytest.raises(RuleError) as caught:
        parse_entry("cn.age", {**raw(), **changes})
    assert named in str(caught.value)
    assert caught.value.data["path"] == "cn.age"


@pytest.mark.parametrize("key", ["kind", "title", "owner", "last_checked", "values", "reference", "status"])
def test_every_key_of_the_head_is_needed(key):
    document = raw()
    del document[key]
    with pytest.raises(RuleError, match=f"no {key}"):
        parse_entry("cn.age", document)


def test_status_by_day():
    entry = parse_entry("cn.age", raw({FEB: 65, JUL: 60}, status={FEB: "confirmed", JUL: "provisional"}))
    assert [version.status for version in entry.versions] == ["confirmed", "provisional"]


def test_the_hash_of_a_version_moves_with_what_it_says_and_with_nothing_else():
    one, checked = parse_entry("cn.age", raw()), parse_entry("cn.age", raw(last_checked=JUL))
    other, message = parse_entry("cn.age", raw({FEB: 66})), parse_entry("cn.age", raw(unit="months"))
    assert one.at(FEB).sha256 == checked.at(FEB).sha256
    assert len({one.at(FEB).sha256, other.at(FEB).sha256, message.at(FEB).sha256}) == 3


def test_in_force_below_a_path_and_not_beside_it():
    rules = Rulebook(
        {path: parse_entry(path, raw()) for path in ("cn.age", "cn.ages.old", "cn.age.limit", "eu.age")}
    )
    assert [version.path for version in rules.in_force("cn.age", "parameter", JUL)] == [
        "cn.age",
        "cn.age.limit",
    ]
    assert rules.in_force("cn.age", "parameter", dt.date(2026, 1, 1)) == []
    assert rules.in_force("cn.age", "rule", JUL) == []


def test_an_unknown_path_names_the_nearest():
    rules = Rulebook(
        {"cn.nfra.age": parse_entry("cn.nfra.age", raw()), "eu.age": parse_entry("eu.age", raw())}
    )
    with pytest.raises(RuleNotFoundError, match=r"\(cn\.nfra\.age\)"):
        rules.at("cn.nfra.agge", JUL)


def test_the_first_day_without_a_value():
    entry = parse_entry("cn.age", raw({FEB: 65, JUL: None, DEC: 70}))
    assert first_gap(entry, FEB, None) == JUL
    assert first_gap(entry, FEB, JUL) is None
    assert first_gap(entry, dt.date(2026, 1, 1), JUL) == dt.date(2026, 1, 1)
    assert first_gap(entry, DEC, None) is None


def test_a_table_reads_its_parameters():
    table = raw({JUL: []}, kind="table", parameters={"years": "cn.age"})
    rules = Rulebook({"cn.age": parse_entry("cn.age", raw()), "cn.kept": parse_entry("cn.kept", table)})
    assert rules.users("cn.age") == ["cn.kept"]
