"""`zhike archive`, `features`, `check` and `show` on a bank folder of a few customers."""

import json

import polars as pl
import pytest
import small_bank
from small_bank import FULL
from small_bank import FULL_DAY as AT

from zhike.adapters.bank_load import Load, write_bank
from zhike.cli.archive import archive, features
from zhike.cli.check import check
from zhike.cli.show import show
from zhike.core.errors import DecisionNotFoundError, InputNotFoundError, UsageError
from zhike.know.features import FEATURES, archive_schema


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    path = tmp_path_factory.mktemp("bank") / "bank"
    tables = {name: frame.collect() for name, frame in small_bank.bank(**FULL).items()}
    filled = {name: frame for name, frame in tables.items() if frame.height}
    write_bank(
        path,
        Load(
            name="small",
            source="csv",
            timezone=small_bank.TIMEZONE,
            currency="CNY",
            policy=None,
            tables=filled,
        ),
    )
    return path


def made(call, capsys, *arguments, **options):
    code = call(*arguments, **{"as_json": False, "lang": "en", **options})
    return code, capsys.readouterr().out


class TestArchive:
    def test_the_file_holds_the_archive(self, folder, tmp_path, capsys):
        out = tmp_path / "archive.parquet"
        code, text = made(archive, capsys, folder, AT, out, None)
        rows = pl.read_parquet(out)
        assert (code, rows.height) == (0, 2)
        assert dict(rows.schema) == archive_schema()
        assert "2 customers, " in text
        assert not list(tmp_path.glob("*.part"))

    def test_the_same_day_twice_is_the_same_bytes(self, folder, tmp_path, capsys):
        for name in ("a", "b"):
            made(archive, capsys, folder, AT, tmp_path / f"{name}.parquet", None)
        assert (tmp_path / "a.parquet").read_bytes() == (tmp_path / "b.parquet").read_bytes()

    def test_a_csv_file_holds_lists_as_json(self, folder, tmp_path, capsys):
        made(archive, capsys, folder, AT, tmp_path / "a.csv", None)
        row = pl.read_csv(tmp_path / "a.csv").row(0, named=True)
        assert json.loads(row["products_held"]) == ["p1"]
        assert (
            json.loads(row["needs"]) == [{"family": "card", "source": "life_stage"}] or row["need_count"] == 0
        )

    def test_json_lines(self, folder, tmp_path, capsys):
        made(archive, capsys, folder, AT, tmp_path / "a.jsonl", None)
        first = json.loads((tmp_path / "a.jsonl").read_text("utf-8").splitlines()[0])
        assert first["balances_month_end"] == [n * 100_00 for n in range(1, 7)]

    def test_the_summary_as_json(self, folder, capsys):
        code, text = made(archive, capsys, folder, AT, None, None, as_json=True)
        summary = json.loads(text)
        assert (code, summary["customers"], summary["groups"]["life_stage"]) == (
            0,
            2,
            {"retired": 1, "unknown": 1},
        )
        assert summary["known_share"]["age"] == 0.5

    def test_another_kind_of_file_is_refused_before_the_work(self, folder, tmp_path):
        with pytest.raises(UsageError, match=r"\.parquet"):
            archive(folder, AT, tmp_path / "a.xlsx", None, as_json=False, lang="en")
        with pytest.raises(InputNotFoundError):
            archive(folder, AT, tmp_path / "nowhere" / "a.csv", None, as_json=False, lang="en")


class TestFeatures:
    def test_all_are_listed(self, capsys):
        code, text = made(features, capsys)
        assert code == 0
        assert all(feature.name in text for feature in FEATURES)

    def test_json_has_three_languages(self, capsys):
        _, text = made(features, capsys, as_json=True)
        listed = json.loads(text)
        assert [feature["name"] for feature in listed] == [feature.name for feature in FEATURES]
        assert set(listed[0]["meaning"]) == {"en", "zh-Hans", "zh-Hant"}


class TestCheck:
    def call(self, capsys, folder, at=AT, **options):
        return made(check, capsys, folder, at, None, **{"look_ahead": False, "strict": False, **options})

    def test_findings_and_the_proof(self, folder, capsys):
        code, text = self.call(capsys, folder, look_ahead=True)
        assert code == 0
        assert "no look-ahead" in text
        assert "errors" in text.splitlines()[0]

    def test_json(self, folder, capsys):
        code, text = self.call(capsys, folder, as_json=True, look_ahead=True)
        payload = json.loads(text)
        assert (code, payload["bank"], payload["look_ahead"], payload["rejects"]) == (0, "small", [], 0)
        assert {"check", "severity", "table", "sentence"} <= set(payload["findings"][0])

    def test_in_chinese(self, folder, capsys):
        assert "提示" in self.call(capsys, folder, lang="zh-Hans")[1]

    def test_errors_fail_a_strict_check_only(self, tmp_path, capsys):
        broken = {**FULL, "accounts": [{**FULL["accounts"][0], "opened_on": "2026-06-01"}]}
        tables = {name: frame.collect() for name, frame in small_bank.bank(**broken).items()}
        load = Load(name="broken", source="csv", timezone=small_bank.TIMEZONE, currency="CNY", policy=None,
                    tables={name: frame for name, frame in tables.items() if frame.height})  # fmt: skip
        write_bank(tmp_path / "bank", load)
        assert self.call(capsys, tmp_path / "bank")[0] == 0
        code, text = self.call(capsys, tmp_path / "bank", strict=True)
        assert code == 1
        assert "booking_before_opening" in text

    def test_a_look_ahead_needs_a_day(self, folder, capsys):
        with pytest.raises(UsageError, match="--at"):
            self.call(capsys, folder, at=None, look_ahead=True)

    def test_a_look_ahead_fails(self, folder, capsys, monkeypatch):
        from zhike.know import look_ahead

        found = look_ahead.LookAheadFinding("holdings", "known later", AT, ("balance",), 3)
        monkeypatch.setattr(look_ahead, "look_ahead_findings", lambda *_: [found])
        code, text = self.call(capsys, folder, look_ahead=True)
        assert code == 1
        assert "differs for 3 customers in balance" in text


class TestShow:
    def test_the_page_as_text(self, folder, capsys):
        code, text = made(show, capsys, folder, "anna", AT, None)
        assert code == 0
        assert "## Balances and flows" in text
        assert "Balance: 600.00 CNY" in text

    def test_the_page_as_json(self, folder, capsys):
        _, text = made(show, capsys, folder, "anna", AT, None, as_json=True, lang="zh-Hant")
        assert json.loads(text)["page"][0]["title"] == "客戶"

    def test_the_page_in_panels(self, folder, capsys, monkeypatch):
        monkeypatch.setattr("sys.stdout.isatty", lambda: True)
        _, text = made(show, capsys, folder, "anna", AT, None)
        assert "╭─ Who" in text

    def test_an_unknown_customer(self, folder):
        with pytest.raises(DecisionNotFoundError, match="anna, bo"):
            show(folder, "nobody", AT, None, as_json=False, lang="en")
