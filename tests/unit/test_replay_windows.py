"""Which windows are replayed: a file of days, a range, or what the source published."""

import datetime as dt

import decide_bank
import polars as pl
import pytest

from zhike.adapters.bank import Bank
from zhike.adapters.bank_load import Load, write_bank
from zhike.adapters.replay_windows import windows_of
from zhike.core.errors import InputNotFoundError, InputUnreadableError, UsageError

ONE, TWO = dt.date(2026, 1, 31), dt.date(2026, 3, 31)


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    return Bank.open(decide_bank.write(tmp_path_factory.mktemp("plain") / "bank"))


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    folder = tmp_path_factory.mktemp("published") / "bank"
    windows = {
        "window_id": [0, 1],
        "split_set": ["evaluation", "validation"],
        "at": [ONE, TWO],
        "until": [TWO, TWO + dt.timedelta(9)],
    }
    rows = {
        "window_id": [0, 1],
        "split_set": ["evaluation", "validation"],
        "customer_id": ["A", "B"],
        "product_id": ["P", "Q"],
    }
    outcomes = {
        "windows": pl.DataFrame(windows),
        "purchases": pl.DataFrame(rows),
        "offered": pl.DataFrame(rows).drop("customer_id"),
    }
    write_bank(folder, Load(name="p", source="csv", timezone="UTC", currency="EUR", outcomes=outcomes))
    return Bank.open(folder)


def asked(bank, dates=None, between=None, split_set="evaluation"):
    return windows_of(bank, dates, between, split_set, lambda _: 90)


def file_of(tmp_path, text, name="days.txt"):
    (tmp_path / name).write_text(text)
    return tmp_path / name


def test_without_a_wish_the_published_windows_are_replayed_with_their_truth(published):
    (window,) = asked(published)
    assert (window.name, window.at, window.until, window.offered) == ("evaluation 0", ONE, TWO, ["P"])
    assert window.purchases.rows() == [("A", "P")]
    assert asked(published, split_set="validation")[0].offered == ["Q"]


def test_a_range_gives_windows_of_the_horizon(plain):
    found = asked(plain, between=(ONE, TWO, 30))
    assert [(window.until - window.at).days for window in found] == [90, 90]
    assert found[0].purchases is None


def test_a_day_that_was_published_brings_its_truth(published):
    found = asked(published, between=(ONE, TWO, 59))
    assert [window.offered for window in found] == [["P"], None]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("days.txt", "2026-01-31\n2026-03-31\n"),
        ("days.csv", "at,until\n2026-03-31,2026-05-01\n2026-01-31,2026-02-28\n"),
        ("days.csv", "date\n2026-01-31\n2026-03-31\n"),
        (
            "days.csv",
            "split_set,time_point\nother,2026-02-02\nevaluation,2026-01-31T00:00:00\nevaluation,2026-03-31\n",
        ),
    ],
)
def test_days_are_read_from_lists_and_tables(plain, tmp_path, name, text):
    found = asked(plain, file_of(tmp_path, text, name))
    assert [window.at for window in found] == [ONE, TWO]
    assert all(window.until > window.at for window in found)


def test_days_are_read_from_parquet(plain, tmp_path):
    pl.DataFrame({"at": [TWO, ONE], "until": [TWO + dt.timedelta(1), TWO]}).write_parquet(
        tmp_path / "d.parquet"
    )
    assert [(window.at, window.until) for window in asked(plain, tmp_path / "d.parquet")] == [
        (ONE, TWO),
        (TWO, TWO + dt.timedelta(1)),
    ]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("days.txt", ""),
        ("days.txt", "yesterday\n"),
        ("days.csv", "when,until\n2026-01-31,2026-02-28\n"),
        ("days.csv", "at,until\n2026-01-31,2026-01-31\n"),
        ("days.csv", "at,until\n,2026-01-31\n"),
        ("days.csv", "at,until\n2026-02-30,2026-03-31\n"),
        ("days.parquet", "not parquet"),
    ],
)
def test_a_file_that_names_no_usable_day_is_refused(plain, tmp_path, name, text):
    with pytest.raises(InputUnreadableError, match="days"):
        asked(plain, file_of(tmp_path, text, name))


def test_bytes_that_are_no_text_are_refused(plain, tmp_path):
    (tmp_path / "days.txt").write_bytes(b"\xff\xfe2026")
    with pytest.raises(InputUnreadableError):
        asked(plain, tmp_path / "days.txt")


def test_a_missing_file_is_named(plain, tmp_path):
    with pytest.raises(InputNotFoundError, match=r"none\.txt"):
        asked(plain, tmp_path / "none.txt")


@pytest.mark.parametrize(
    ("between", "dates", "named"),
    [
        (None, None, "neither"),
        ((TWO, ONE, 30), None, "ends"),
        ((ONE, TWO, 30), "days.txt", "--dates and --from"),
    ],
)
def test_calls_that_make_no_sense_are_refused(plain, tmp_path, between, dates, named):
    with pytest.raises(UsageError, match=named):
        asked(plain, dates and file_of(tmp_path, "2026-01-31", dates), between)


def test_an_unknown_split_set_is_named(published):
    with pytest.raises(UsageError, match="'training'"):
        asked(published, split_set="training")


def test_a_file_of_days_may_hold_comments_and_blank_lines(published, tmp_path):
    days = file_of(tmp_path, "# month ends\r\n\r\n2020-03-31\r\n2020-04-30\r\n")
    assert [window.at.isoformat() for window in asked(published, days)] == ["2020-03-31", "2020-04-30"]
